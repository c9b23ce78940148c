"""Both run tables of a dataset, read and checked; one of them may be missing or empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from errors import DatasetError
from tables.catalogue import COLUMNS
from tables.parquet_parts import read_parts
from tables.validation import validated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

    from tables.catalogue import TableName
    from tables.parquet_parts import Part

TABLE_FILES: dict[TableName, str] = {"llm": "runs/llm.parquet", "diffusion": "runs/diffusion.parquet"}
_NAMED = 20
_NAME_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class RunTables:
    """The run tables of a dataset.

    Args:
        columns: The catalogue's columns of each, in its order and types; of length 0 where there are no such runs.
        notes: What the operator should know of them, one line each.
    """

    columns: dict[TableName, dict[str, pa.Array[Any]]]
    notes: tuple[str, ...]


def read_run_tables(files: Mapping[TableName, Path], *, dataset: str) -> RunTables:
    """Read both run tables.

    Args:
        files: Where they are, a Parquet file or a directory of parts each; without those that there are none of.
        dataset: What errors about both tables name: the directory or the repository.

    Raises:
        DatasetError: There are no runs at all, a file cannot be read, or a column or a cell is not as the catalogue
            says.
    """
    columns: dict[TableName, dict[str, pa.Array[Any]]] = {}
    notes: list[str] = []
    without: list[str] = []
    for kind, name in TABLE_FILES.items():
        parts = list(read_parts(files[kind], kind)) if kind in files else []
        columns[kind] = validated([(part.file, part.table) for part in parts], kind, file=files.get(kind))
        if not len(columns[kind]["domain"]):
            without.append(f"{files[kind]} has no rows" if kind in files else f"there is no {name}")
            notes.append(f"{without[-1]}, so that the dataset has no {kind} runs")
        notes.extend(_notes(parts, kind))
    if len(without) == len(columns):
        raise DatasetError(
            f"{dataset} has no runs: {' and '.join(without)}; at least one run of either kind is required"
        )
    return RunTables(columns, tuple(notes))


def _notes(parts: list[Part], kind: TableName) -> Iterator[str]:
    """Say which columns are ignored and which are absent from a table with rows."""
    filled = [part for part in parts if part.table.num_rows]
    unknown = dict.fromkeys(name for part in filled for name in part.unknown)
    if unknown:
        yield f"{TABLE_FILES[kind]}: ignored columns that are not in the catalogue: {_listed(unknown)}"
    absent = [
        column.name for column in COLUMNS[kind] if any(column.name not in part.table.column_names for part in filled)
    ]
    if absent:
        yield f"{TABLE_FILES[kind]}: null, because the columns are absent: {_listed(absent)}"


def _listed(names: Iterable[str]) -> str:
    shown = [name if name.isprintable() else repr(name) for name in names]
    more = f" and {len(shown) - _NAMED} more" if len(shown) > _NAMED else ""
    return ", ".join(name[:_NAME_CHARACTERS] for name in shown[:_NAMED]) + more
