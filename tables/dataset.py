"""The Dataset: the two run tables, the entities in them and every relation between these; immutable once built."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow.compute as pc

from tables.catalogue import MODEL_COLUMNS, ColumnKind, ColumnType, graph_name
from tables.entities import gpu_table, model_table, pair_table, task_table
from tables.ids import run_ids
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
# The tables of pairs of entities that were measured together, each with its two sides.
PAIR_SIDES: dict[Pair, tuple[Entity, Entity]] = {"ModelGPU": ("Model", "GPU"), "ModelTask": ("Model", "Task")}
_COLUMNS = (*(column for kind in RUN_KINDS.values() for column in kind.all_columns), *MODEL_COLUMNS)
_NAMES = {column.name for column in _COLUMNS if column.kind is ColumnKind.KEY and column.type is ColumnType.STRING}
_VOCABULARIES = {column.name for column in _COLUMNS if column.vocabulary}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Which data this is.

    Args:
        name: `ml-energy/benchmark-v3`, also of a snapshot directory of the Hub client's cache; a directory's name; or
            `sample`.
        source: Where it was read from: `hub`, `directory` or `sample`.
        revision: The Hub's commit, or a digest of the files.
        synthetic: Whether the numbers are made up.
        url: Where a person finds it.
        stale_because: Why a cached revision serves in place of the one that was asked for.
    """

    name: str
    source: Literal["hub", "directory", "sample"]
    revision: str
    synthetic: bool
    url: str | None = None
    stale_because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One revision of the data, whole.

    Args:
        provenance: Which data this is.
        loaded_at: When it was built, ISO 8601 in UTC.
        runs: The run tables.
        models: One row per model.
        gpus: One row per GPU model.
        tasks: One row per task.
        run_parents: For each kind of run and each parent table, the parent's row of each run.
        run_children: For each kind of run and each parent table, each parent's runs.
        entities: For each table of pairs, each entity's pairs and each pair's two entities; and for each two entities
            that have such a table, each left row's right rows.
        vocabularies: The open vocabularies, by column.
        names: The values of every text column of a configuration, by column: what a mistyped one is compared with.
        raw: The raw files behind the runs.
        notes: What the operator should know of the tables, one line each, for the log.
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
        """Return the paths of all raw files that the runs name, ascending."""
        columns = (self.runs[kind.name].columns[name] for kind in RUN_KINDS.values() for name in kind.raw_file_columns)
        return sorted({path for column in columns for path in column.to_pylist() if path})


def build_dataset(
    columns: Mapping[str, dict[str, pa.Array[Any]]],
    *,
    provenance: Provenance,
    raw: RawFiles,
    notes: tuple[str, ...] = (),
) -> Dataset:
    """Build the Dataset from the validated columns of the two run tables, of which one may have no rows."""
    runs = {name: _run_table(kind, columns[name]) for name, kind in RUN_KINDS.items()}
    tables: dict[Parent, Table] = {
        "Model": model_table(*runs.values()),
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
    return Table(kind.type_name, {"id": run_ids(kind, columns), **columns, **derived}, key="id")


def _parent_rows(runs: Table, column: str, parents: Table) -> NDArray[np.int64]:
    codes = runs.codes(column)
    found = pc.index_in(codes.values, value_set=parents.columns[parents.key])
    rows: NDArray[np.int64] = found.to_numpy().astype(np.int64)
    return rows.take(codes.array)


def _add_pairs(
    tables: dict[Parent, Table], run_parents: dict[tuple[str, Parent], NDArray[np.int64]]
) -> dict[tuple[Parent, Parent], Grouped]:
    """Add the tables of pairs, with each run's row in them, and return the relations between entities and pairs.

    Pairs are in the order of their left side, then of their right: so each entity's pairs are in the order of the other
    side.
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
    """Collect the values of each text column over all tables: a task of the other kind of run is known, if not here."""
    tables = (*runs.values(), models)
    return {
        name: Vocabulary(
            graph_name(name),
            {value for table in tables if name in table.columns for value in table.codes(name).distinct},
        )
        for name in sorted(_NAMES)
    }
