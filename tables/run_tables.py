"""Both run tables of a dataset, read and checked; one of them may be missing or empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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

# Path of each kind's table, by the kind's name.
TABLE_FILES = {name: kind.table_file for name, kind in RUN_KINDS.items()}
_NAMED = 20
_NAME_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class RunTables:
    """The run tables of a dataset.

    Args:
        columns: The catalogue's columns of each, in its order and types; of length 0 where there are no such runs.
        notes: What the operator should know of them, one line each.
    """

    columns: dict[str, dict[str, pa.Array[Any]]]
    notes: tuple[str, ...]


def read_run_tables(files: Mapping[str, Path], *, dataset: str) -> RunTables:
    """Read both run tables.

    Args:
        files: Where they are, a Parquet file or a directory of parts each; without those that there are none of.
        dataset: What errors about both tables name: the directory or the repository.

    Raises:
        DatasetError: There are no runs at all, a file cannot be read, or a column or a cell is not as the catalogue
            says.
    """
    columns: dict[str, dict[str, pa.Array[Any]]] = {}
    notes: list[str] = []
    without: list[str] = []
    for name, kind in RUN_KINDS.items():
        parts = list(read_parts(files[name], kind)) if name in files else []
        columns[name] = validated([(part.file, part.table) for part in parts], kind, file=files.get(name))
        if not len(columns[name]["domain"]):
            without.append(f"{files[name]} has no rows" if name in files else f"{kind.table_file} is missing")
            notes.append(f"{without[-1]}: the dataset has no {name} runs")
        notes.extend(_notes(parts, kind))
    if len(without) == len(columns):
        raise DatasetError(
            f"{dataset} has no runs: {' and '.join(without)}; at least one run of either kind is required"
        )
    return RunTables(columns, tuple(notes))


def _notes(parts: list[Part], kind: RunKind) -> Iterator[str]:
    """Say which columns are ignored and which are absent from a table with rows."""
    filled = [part for part in parts if part.table.num_rows]
    unknown = dict.fromkeys(name for part in filled for name in part.unknown)
    if unknown:
        yield f"{kind.table_file}: ignored columns that are not in the catalogue: {_listed(unknown)}"
    absent = [
        column.name for column in kind.columns if any(column.name not in part.table.column_names for part in filled)
    ]
    if absent:
        yield f"{kind.table_file}: missing columns, filled with null: {_listed(absent)}"


def _listed(names: Iterable[str]) -> str:
    shown = [name if name.isprintable() else repr(name) for name in names]
    more = f" and {len(shown) - _NAMED} more" if len(shown) > _NAMED else ""
    return ", ".join(name[:_NAME_CHARACTERS] for name in shown[:_NAMED]) + more
