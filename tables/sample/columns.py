"""Arrow columns made from values per configuration, and the table that the catalogue asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from tables.casting import ARROW_TYPES
from tables.run_kinds import RUN_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tables.sample.models import InventedModel
    from tables.sample.noise import FloatArray, IntArray


def arrow_table(name: str, columns: Mapping[str, Any]) -> pa.Table:
    """Put the columns into the catalogue's order and types; each value is a numpy or Arrow array of the same length."""
    arrays = [
        _typed(columns[column.name], pa.int64() if column.whole else ARROW_TYPES[column.type])
        for column in RUN_KINDS[name].columns
    ]
    return pa.table(arrays, names=[column.name for column in RUN_KINDS[name].columns])


def texts(values: Sequence[str], position: IntArray) -> pa.Array:
    """Return `values[position]` as a string column."""
    return pa.array(values, type=pa.string()).take(pa.array(position))


def per_entry(values: Sequence[float], entry: IntArray) -> FloatArray:
    """Return `values[entry]`, one value per configuration in, one per run out."""
    return np.array(values, dtype=np.float64)[entry]


def per_model(models: Sequence[InventedModel], entry: IntArray, generation: IntArray) -> dict[str, Any]:
    """Return the columns that describe a run's model.

    Args:
        models: The model of each configuration.
        entry: The configuration of each run.
        generation: The generation of each run's model.
    """
    # Names are made once per model and generation, not once per run.
    distinct = list(dict.fromkeys(models))
    position = np.array([distinct.index(model) for model in models], dtype=np.int64)[entry]
    generations = range(int(generation.max(initial=0)) + 1)
    named = generation * len(distinct) + position
    return {
        "model_id": texts([model.model_id(number) for number in generations for model in distinct], named),
        "nickname": texts([model.nickname(number) for number in generations for model in distinct], named),
        "total_params_billions": per_entry([model.total for model in distinct], position),
        "activated_params_billions": per_entry([model.activated for model in distinct], position),
        "weight_precision": texts([model.precision for model in distinct], position),
    }


def _typed(values: Any, wanted: pa.DataType) -> pa.Array:  # noqa: ANN401 - numpy or Arrow, as Arrow takes both
    array = pa.array(values)
    return array if array.type == wanted else array.cast(wanted)
