"""Tables of models, GPU models, tasks and measured pairs of these, derived from the run tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tables.catalogue import MODEL_COLUMNS
from tables.facts import gpu_facts, task_deadline, task_display_name, task_kind
from tables.run_kinds import RUN_KINDS
from tables.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray


def model_table(runs: Iterable[Table]) -> Table:
    """One row per model, ordered by id; the other columns are those of the model's first run."""
    copied = [column.name for column in MODEL_COLUMNS if column.name not in {"model_id", "org"}]
    found = pa.concat_tables([_first_runs(table, ["model_id", *copied]) for table in runs], promote_options="default")
    row_of: dict[str, int] = {}
    for row, model_id in enumerate(found["model_id"].to_pylist()):
        row_of.setdefault(model_id, row)
    ids = sorted(row_of)
    first = found.take(pa.array([row_of[model_id] for model_id in ids], pa.int64()))
    columns = {name: first[name].combine_chunks() for name in copied}
    return Table("Model", {**_columns_from_id(ids, measured=True), **columns}, key="model_id")


def _first_runs(runs: Table, names: Sequence[str]) -> pa.Table:
    """Return the first run of each model, without the columns that the table does not have."""
    codes = runs.codes("model_id")
    rows = np.empty(len(codes.values), np.int64)
    rows[codes.array[::-1]] = np.arange(runs.num_rows)[::-1]  # of several assignments the last remains, the first run
    first = pa.array(rows, pa.int64())
    return pa.table({name: runs.columns[name].take(first) for name in names if name in runs.columns})


def with_unmeasured(models: Table, ids: Sequence[str]) -> Table:
    """Return the models followed by one row per unmeasured model id, for one request.

    The measured models stay in their rows, so the relations of the dataset remain valid. The appended rows have no
    relations, and nulls in the columns that do not follow from the id.
    """
    known = _columns_from_id(ids, measured=False)
    columns = {
        name: pa.concat_arrays([column, known.get(name, pa.nulls(len(ids), column.type))])
        for name, column in models.columns.items()
    }
    return Table(models.name, columns, key=models.key, request_scoped=True)


def _columns_from_id(ids: Sequence[str], *, measured: bool) -> dict[str, pa.Array[Any]]:
    return {
        "model_id": pa.array(ids, pa.string()),
        "org": pa.array([model_id.partition("/")[0] for model_id in ids], pa.string()),
        "measured": pa.array([measured] * len(ids), pa.bool_()),
    }


def gpu_table(runs: Iterable[Table]) -> Table:
    """One row per GPU model, ordered by name, with the figures of its data sheet."""
    names = sorted({name for table in runs for name in table.codes("gpu_model").distinct})
    facts = gpu_facts(names)
    return Table(
        "GPU",
        {
            "model": pa.array(names, pa.string()),
            "vendor": pa.array([fact.vendor for fact in facts], pa.string()),
            "memory_gib": pa.array([fact.memory_gib for fact in facts], pa.float64()),
            "tdp_watts": pa.array([fact.tdp_watts for fact in facts], pa.float64()),
        },
        key="model",
    )


def task_table(runs: Mapping[str, Table]) -> Table:
    """One row per task, ordered by task kind (text, multimodal, diffusion), then by name."""
    kind_of: dict[str, str] = {}
    deadlines: dict[str, float | None] = {}
    for kind, table in runs.items():
        for name in table.codes("task").distinct:  # a task in several tables has the kind of the first
            kind_of.setdefault(name, task_kind(name, RUN_KINDS[kind].task_kinds))
            deadlines.setdefault(name, task_deadline(name, kind))
    kinds = [each for kind in RUN_KINDS.values() for each in kind.task_kinds]
    names = sorted(kind_of, key=lambda name: (kinds.index(kind_of[name]), name))
    return Table(
        "Task",
        {
            "name": pa.array(names, pa.string()),
            "display_name": pa.array(map(task_display_name, names), pa.string()),
            "kind": pa.array([kind_of[name] for name in names], pa.string()),
            "default_deadline": pa.array([deadlines[name] for name in names], pa.float64()),
        },
        key="name",
    )


def pair_table(
    name: str, left: Table, right: Table, left_rows: NDArray[np.int64], right_rows: NDArray[np.int64]
) -> Table:
    """One row per pair of entities that were measured together; its key joins their keys with a line break."""
    left_keys = left.columns[left.key].take(pa.array(left_rows))
    right_keys = right.columns[right.key].take(pa.array(right_rows))
    return Table(name, {"key": pc.binary_join_element_wise(left_keys, right_keys, "\n")}, key="key")
