"""The tables that the run tables imply: models, GPUs, tasks, and the pairs of these that were measured together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from tables.catalogue import MODEL_COLUMNS
from tables.facts import gpu_facts, task_facts
from tables.run_kinds import RUN_KINDS
from tables.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from tables.facts import TaskFacts


def model_table(*runs: Table) -> Table:
    """One row per model id, in its order; the other columns as the model's first run has them."""
    copied = [column.name for column in MODEL_COLUMNS if column.name not in {"model_id", "org"}]
    first: dict[str, dict[str, Any]] = {}
    for table in runs:
        codes = table.codes("model_id")
        distinct, rows = np.unique(codes.array, return_index=True)
        present = [name for name in copied if name in table.columns]
        taken = {name: table.columns[name].take(pa.array(rows, pa.int64())).to_pylist() for name in present}
        for position, code in enumerate(distinct):
            model_id = codes.distinct[code]
            first.setdefault(model_id, {name: taken[name][position] for name in present})
    ids = sorted(first)
    columns = _known_of_any_model(ids, measured=True)
    for name in copied:
        values = [first[model_id].get(name) for model_id in ids]
        columns[name] = pa.array(values, pa.float64() if name.endswith("_billions") else pa.string())
    return Table("Model", columns, key="model_id")


def with_unmeasured(models: Table, ids: Sequence[str]) -> Table:
    """Return the models followed by one row for each of these ids, which are not among them, for one request.

    The rows of measured models stay where they are, so that the relations of the dataset hold for them; those behind
    them have no relations, and nulls for whatever their id does not tell.
    """
    known = _known_of_any_model(ids, measured=False)
    columns = {
        name: pa.concat_arrays([column, known.get(name, pa.nulls(len(ids), column.type))])
        for name, column in models.columns.items()
    }
    return Table(models.name, columns, key=models.key, of_request=True)


def _known_of_any_model(ids: Sequence[str], *, measured: bool) -> dict[str, pa.Array[Any]]:
    return {
        "model_id": pa.array(ids, pa.string()),
        "org": pa.array([model_id.partition("/")[0] for model_id in ids], pa.string()),
        "measured": pa.array([measured] * len(ids), pa.bool_()),
    }


def gpu_table(runs: Iterable[Table]) -> Table:
    """One row per GPU model, in the order of its name, with what its vendor says of it."""
    names = sorted({name for table in runs for name in table.codes("gpu_model").distinct})
    facts = [gpu_facts(name) for name in names]
    return Table(
        "GPU",
        {
            "model": pa.array(names, pa.string()),
            "vendor": pa.array([fact.vendor if fact else None for fact in facts], pa.string()),
            "memory_gib": pa.array([fact.memory_gib if fact else None for fact in facts], pa.float64()),
            "tdp_watts": pa.array([fact.tdp_watts if fact else None for fact in facts], pa.float64()),
        },
        key="model",
    )


def task_table(runs: Mapping[str, Table]) -> Table:
    """One row per task, by the order of task kinds (text, multimodal, diffusion), then by name."""
    facts: dict[str, TaskFacts] = {}
    for kind, table in runs.items():
        for name in table.codes("task").distinct:  # a task in several tables has the kind of the first
            facts.setdefault(name, task_facts(name, task_kinds=RUN_KINDS[kind].task_kinds))
    kinds = [task_kind for kind in RUN_KINDS.values() for task_kind in kind.task_kinds]
    names = sorted(facts, key=lambda name: (kinds.index(facts[name].kind), name))
    return Table(
        "Task",
        {
            "name": pa.array(names, pa.string()),
            "display_name": pa.array([facts[name].display_name for name in names], pa.string()),
            "kind": pa.array([facts[name].kind for name in names], pa.string()),
        },
        key="name",
    )


def pair_table(
    name: str, left: Table, right: Table, left_rows: NDArray[np.int64], right_rows: NDArray[np.int64]
) -> Table:
    """One row per pair of entities that were measured together; its key joins their keys."""
    sides = ((left, left_rows), (right, right_rows))
    columns = (table.columns[table.key].take(pa.array(rows, pa.int64())).to_pylist() for table, rows in sides)
    keys = ["\n".join(pair) for pair in zip(*columns, strict=True)]
    return Table(name, {"key": pa.array(keys, pa.string())}, key="key")
