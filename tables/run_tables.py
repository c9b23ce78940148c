"""Reading and validation of all run tables of a dataset; any but one may be missing or empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from errors import DatasetError
from tables.parquet_parts import read_parts
from tables.run_kinds import RUN_KINDS
from tables.validation import validated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

    from tables.parquet_parts import Part
    from tables.run_kinds import RunKind

# Path of each run table relative to the dataset's root, by the name of the kind of run.
TABLE_FILES = {name: kind.table_file for name, kind in RUN_KINDS.items()}
_MAX_NAMES = 20
_MAX_NAME_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class RunTables:
    """Run tables of a dataset.

    Args:
        columns: Ids and columns of each table, as validated; of length 0 if there are no such runs.
        notes: Remarks for the operator, one line each.
    """

    columns: dict[str, dict[str, pa.Array[Any]]]
    notes: tuple[str, ...]

    @property
    def synthetic(self) -> bool:
        """Whether any run is of an invented model, whose organisation has a name that ends in `-example`.

        The sample's organisations follow this convention, as nonexistent domains end in `.example` (RFC 2606). The
        names are in the tables, so the sample is recognized even if its files were copied, rewritten or uploaded.
        """
        models = (columns["model_id"].unique() for columns in self.columns.values())
        return any(pc.any(pc.match_substring_regex(ids, r"^[^/]*-example/")).as_py() for ids in models)


def read_run_tables(files: Mapping[str, Path], *, dataset: str) -> RunTables:
    """Read and validate the run tables.

    Args:
        files: Parquet file or directory of parts of each table that exists, by the name of the kind of run.
        dataset: Directory or repository, for errors about all tables.

    Raises:
        DatasetError: There are no runs, a file cannot be read, or a table does not match the catalogue.
    """
    columns: dict[str, dict[str, pa.Array[Any]]] = {}
    notes: list[str] = []
    empty: list[str] = []
    for name, kind in RUN_KINDS.items():
        parts = list(read_parts(files[name], kind)) if name in files else []
        columns[name] = validated([(part.file, part.table) for part in parts], kind, file=files.get(name))
        if not len(columns[name]["domain"]):
            empty.append(f"{files[name]} has no rows" if name in files else f"{kind.table_file} is missing")
            notes.append(f"{empty[-1]}: the dataset has no {name} runs")
        notes.extend(_notes(parts, kind))
    if len(empty) == len(columns):
        raise DatasetError(f"{dataset} has no runs: {' and '.join(empty)}; at least one run of either kind is required")
    return RunTables(columns, tuple(notes))


def _notes(parts: list[Part], kind: RunKind) -> Iterator[str]:
    """Name the unknown and the missing columns of the parts with rows."""
    filled = [part for part in parts if part.table.num_rows]
    unknown = dict.fromkeys(name for part in filled for name in part.unknown)
    if unknown:
        yield f"{kind.table_file}: ignored columns that are not in the catalogue: {_listed(unknown)}"
    missing = [
        column.name for column in kind.columns if any(column.name not in part.table.column_names for part in filled)
    ]
    if missing:
        yield f"{kind.table_file}: missing columns, filled with null: {_listed(missing)}"


def _listed(names: Iterable[str]) -> str:
    shown = [name if name.isprintable() else repr(name) for name in names]
    more = f" and {len(shown) - _MAX_NAMES} more" if len(shown) > _MAX_NAMES else ""
    return ", ".join(name[:_MAX_NAME_CHARACTERS] for name in shown[:_MAX_NAMES]) + more
