"""The Dataset: run tables, the entities derived from them and the relations between all tables; immutable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tables.catalogue import MODEL_COLUMNS, ColumnKind, ColumnType, graph_name
from tables.entities import gpu_table, model_table, pair_table, task_table
from tables.relations import Grouped, distinct, group_rows
from tables.run_kinds import RUN_KINDS, RunKind
from tables.table import Table
from tables.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa
    from numpy.typing import NDArray

    from tables.raw_files import RawFiles

Entity = Literal["Model", "GPU", "Task"]
Pair = Literal["ModelGPU", "ModelTask"]
Parent = Entity | Pair
# Tables of pairs of entities that were measured together, with the two sides of each pair.
PAIR_SIDES: dict[Pair, tuple[Entity, Entity]] = {"ModelGPU": ("Model", "GPU"), "ModelTask": ("Model", "Task")}
_COLUMNS = (*(column for kind in RUN_KINDS.values() for column in kind.all_columns), *MODEL_COLUMNS)
_NAMES = {column.name for column in _COLUMNS if column.kind is ColumnKind.KEY and column.type is ColumnType.STRING}
_VOCABULARIES = {column.name for column in _COLUMNS if column.vocabulary}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Source and revision of a dataset.

    Args:
        name: Hub repository, also for a snapshot directory in the Hub client's cache; name of the directory; `sample`.
        source: Kind of source.
        revision: The Hub's commit, or a digest of the files.
        synthetic: Whether the numbers are made up.
        url: Web page of the dataset.
        stale_because: Reason why a cached revision is served instead of the requested one; None if it is not.
    """

    name: str
    source: Literal["hub", "directory", "sample"]
    revision: str
    synthetic: bool
    url: str | None = None
    stale_because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One revision of the data.

    Args:
        provenance: Source and revision.
        loaded_at: Time of loading, ISO 8601 in UTC.
        runs: Run table of each kind.
        models: One row per model.
        gpus: One row per GPU model.
        tasks: One row per task.
        run_parents: Row of each run's parent, by kind of run and parent table.
        run_children: Runs of each parent, by parent table and kind of run.
        entities: Related rows of each row, by the two tables. The tables are an entity and a pair that contains it, in
            both directions, or the two entities of a pair.
        vocabularies: Values of the columns with an open vocabulary, by column.
        names: Values of every text column of the configuration, by column, to suggest corrections of mistyped values.
        raw: Raw files of the runs.
        notes: Remarks about the tables for the operator's log, one line each.
    """

    provenance: Provenance
    loaded_at: str
    runs: Mapping[str, Table]
    models: Table
    gpus: Table
    tasks: Table
    run_parents: Mapping[tuple[str, Parent], NDArray[np.int64]]
    run_children: Mapping[tuple[Parent, str], Grouped]
    entities: Mapping[tuple[Parent, Parent], Grouped]
    vocabularies: Mapping[str, Vocabulary]
    names: Mapping[str, Vocabulary]
    raw: RawFiles
    notes: tuple[str, ...] = ()

    def raw_paths(self) -> list[str]:
        """Return the paths of the runs' raw files, ascending."""
        columns = (self.runs[kind.name].columns[name] for kind in RUN_KINDS.values() for name in kind.raw_file_columns)
        return sorted({path for column in columns for path in column.to_pylist() if path})

    def count_raw_files(self, most: int) -> int:
        """Return the number of raw files, or `most` if there are more."""
        # The paths of results are unique. Collecting the paths of a million runs takes three seconds.
        results = [table.columns["results_path"] for table in self.runs.values()]
        if max(len(column) - column.null_count for column in results) >= most:
            return most
        return min(most, len(self.raw_paths()))


def build_dataset(
    columns: Mapping[str, dict[str, pa.Array[Any]]],
    *,
    provenance: Provenance,
    raw: RawFiles,
    notes: tuple[str, ...] = (),
) -> Dataset:
    """Build the Dataset from the validated columns of each run table, ids first; all tables but one may be empty."""
    runs = {name: _run_table(kind, columns[name]) for name, kind in RUN_KINDS.items()}
    tables: dict[Parent, Table] = {
        "Model": model_table(runs.values()),
        "GPU": gpu_table(runs.values()),
        "Task": task_table(runs),
    }
    key_columns: dict[Entity, str] = {"Model": "model_id", "GPU": "gpu_model", "Task": "task"}
    run_parents: dict[tuple[str, Parent], NDArray[np.int64]] = {
        (kind, parent): _parent_rows(runs[kind], column, tables[parent])
        for kind in RUN_KINDS
        for parent, column in key_columns.items()
    }
    entities = _add_pairs(tables, run_parents)
    names = _names(runs, tables["Model"])
    return Dataset(
        provenance=provenance,
        loaded_at=datetime.now(UTC).isoformat(timespec="seconds"),
        runs=runs,
        models=tables["Model"],
        gpus=tables["GPU"],
        tasks=tables["Task"],
        run_parents=run_parents,
        run_children={
            (parent, kind): group_rows(runs[kind], of_run, tables[parent].num_rows)
            for (kind, parent), of_run in run_parents.items()
        },
        entities=entities,
        vocabularies={column: known for column, known in names.items() if column in _VOCABULARIES},
        names=names,
        raw=raw,
        notes=notes,
    )


def _run_table(kind: RunKind, columns: dict[str, pa.Array[Any]]) -> Table:
    derived = {each.column.name: each.compute(columns) for each in kind.derived}
    return Table(kind.type_name, {**columns, **derived}, key="id")


def _parent_rows(runs: Table, column: str, parents: Table) -> NDArray[np.int64]:
    codes = runs.codes(column)
    return parents.row_of.find(codes.distinct).take(codes.array)


def _add_pairs(
    tables: dict[Parent, Table], run_parents: dict[tuple[str, Parent], NDArray[np.int64]]
) -> dict[tuple[Parent, Parent], Grouped]:
    """Add the tables of pairs and each run's row in them; return the relations between entities and pairs.

    Pairs are ordered by their left side, then by their right, so the pairs of an entity are in order of the other side.
    """
    relations: dict[tuple[Parent, Parent], Grouped] = {}
    for name, (left, right) in PAIR_SIDES.items():
        rights = tables[right].num_rows
        code = {kind: run_parents[kind, left] * rights + run_parents[kind, right] for kind in RUN_KINDS}
        pairs = distinct(np.concatenate(list(code.values())), tables[left].num_rows * rights)
        for kind in RUN_KINDS:
            run_parents[kind, name] = np.searchsorted(pairs, code[kind]).astype(np.int64)
        sides = {left: pairs // rights, right: pairs % rights}
        tables[name] = pair_table(name, tables[left], tables[right], sides[left], sides[right])
        for own, other in ((left, right), (right, left)):
            own_pairs = group_rows(tables[name], sides[own], tables[own].num_rows)
            relations[own, name] = own_pairs
            relations[name, own] = Grouped(tables[own], np.arange(len(pairs) + 1), sides[own])
            relations[own, other] = Grouped(tables[other], own_pairs.offsets, sides[other].take(own_pairs.indices))
    return relations


def _names(runs: Mapping[str, Table], models: Table) -> dict[str, Vocabulary]:
    """Collect the values of each text column over all tables, so a task of the other kind of run is known, too."""
    tables = (*runs.values(), models)
    return {
        name: Vocabulary(
            graph_name(name),
            {value for table in tables if name in table.columns for value in table.codes(name).distinct},
        )
        for name in sorted(_NAMES)
    }
