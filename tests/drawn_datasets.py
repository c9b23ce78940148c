"""Small datasets drawn by hypothesis: nulls, ties, equal configurations, unusual texts and extreme numbers."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import strategies as st

from errors import RawDataUnavailable
from tables.casting import ARROW_TYPES
from tables.catalogue import ColumnType
from tables.dataset import Dataset, Provenance, build_dataset
from tables.parquet_parts import read_parts
from tables.run_kinds import RUN_KINDS
from tables.validation import validated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tables.catalogue import Column

Cells = dict[str, list[Any]]

TEXTS = (
    "",
    " ",
    "a",
    "A",
    "ab",
    "aB",
    "b",
    "ß",
    "SS",
    "é",
    "İ",
    '"',
    "\\",
    'a\\"b',
    "\n\t\x00\x1f",
    "\x7f",
    "😀",
    "\u2028",
)
FLOATS = (0.0, -0.0, 5e-324, 1e308, -1e308, 1.0, 3.0, 1e16, 1e21, 123456789.0, 0.1, 1 / 3, -2.5)
INTS = (0, 1, -1, 2, 8, 64, 2**31 - 1, -(2**31))
_MODEL_IDS = ("org/model", "org/Model", "other/model", "none", "😀/\\", 'o"rg/a\nb')
_VARIED = 12
_NULLS = 0.4
_EDGE_CASE = 0.6


class NoRawFiles:
    """Raw files of a dataset without raw files."""

    immutable = True

    def version(self, path: str) -> str:
        """Raise an error."""
        raise RawDataUnavailable(f"there is no {path!r}", path=path)

    def read(self, path: str, **_wanted: object) -> bytes:
        """Raise an error."""
        raise RawDataUnavailable(f"there is no {path!r}", path=path)


def dataset_of(cells: Mapping[str, Cells], *, revision: str = "0123456789abcdef") -> Dataset:
    """Build a dataset from plain cells, with the validation of any dataset."""
    columns = {kind: validated(arrow_table(kind, cells[kind]), RUN_KINDS[kind], file="drawn") for kind in RUN_KINDS}
    provenance = Provenance(name="drawn", source="directory", revision=revision, synthetic=True)
    return build_dataset(columns, provenance=provenance, raw=NoRawFiles())


def arrow_table(kind: str, cells: Cells) -> pa.Table:
    """Return plain cells as an Arrow table in the catalogue's types."""
    return pa.table(
        {column.name: pa.array(cells[column.name], ARROW_TYPES[column.type]) for column in RUN_KINDS[kind].columns}
    )


def read_run_table(file: Path, kind: str) -> dict[str, pa.Array[Any]]:
    """Read and validate one run table."""
    return validated(
        [(part.file, part.table) for part in read_parts(file, RUN_KINDS[kind])], RUN_KINDS[kind], file=file
    )


def datasets(*, max_rows: int = 10) -> st.SearchStrategy[Dataset]:
    """Draw a dataset; two of five have runs of one kind only."""
    empty = st.sampled_from((None, None, None, *RUN_KINDS))
    return empty.flatmap(lambda kind: datasets_without(kind, max_rows=max_rows))


def datasets_without(empty: str | None, *, max_rows: int = 10) -> st.SearchStrategy[Dataset]:
    """Draw a dataset without runs of a kind."""
    rows = {kind: 0 if kind == empty else max_rows for kind in RUN_KINDS}
    return st.fixed_dictionaries({kind: cells_of(kind, max_rows=rows[kind]) for kind in RUN_KINDS}).map(dataset_of)


@st.composite
def cells_of(draw: st.DrawFn, kind: str, *, max_rows: int = 10) -> Cells:
    """Draw a run table: a few columns vary from row to row in repeated patterns; the others are constant.

    It is empty if `max_rows` is 0. Hypothesis draws the size and the seed of a generator of the cells: a hundred times
    faster than drawing each cell, and failures can still be replayed.
    """
    num_rows = draw(st.integers(min(1, max_rows), max_rows))
    chance = random.Random(draw(st.integers(0, 2**32 - 1)))  # noqa: S311 - not a secret
    names = [column.name for column in RUN_KINDS[kind].columns]
    varied = {"model_id", *chance.choices(names, k=_VARIED)}
    cells = {
        column.name: _repeated(_pattern(chance, column, varied=column.name in varied), num_rows)
        for column in RUN_KINDS[kind].columns
    }
    cells["domain"] = [kind] * num_rows
    every = chance.choice((1, 2, num_rows + 1))  # all runs have a path, every second run, or none
    cells["results_path"] = [
        f'{kind}/"{row}"/results.json' if row % every == every - 1 else None for row in range(num_rows)
    ]
    return cells


def _pattern(chance: random.Random, column: Column, *, varied: bool) -> list[Any]:
    return [_cell(chance, column) for _ in range(chance.randint(2, 5) if varied else 1)]


def _cell(chance: random.Random, column: Column) -> Any:  # noqa: ANN401, PLR0911 - any cell, a case for each type
    """Return a cell: one of the edge cases, or any other value."""
    if column.nullable and chance.random() < _NULLS:
        return None
    if column.name == "model_id":
        return chance.choice(_MODEL_IDS)
    edge_case = chance.random() < _EDGE_CASE
    match column.type:
        case ColumnType.STRING:
            return chance.choice(TEXTS) if edge_case else "".join(map(chr, chance.choices(range(1, 0x2FFF), k=3)))
        case ColumnType.INT:
            return chance.choice(INTS) if edge_case else chance.randint(-(2**31), 2**31 - 1)
        case ColumnType.FLOAT if column.whole:
            return chance.choice((*INTS, 2**32 - 1, 2**53 - 1))
        case ColumnType.FLOAT:
            return chance.choice(FLOATS) if edge_case else chance.uniform(-1, 1) * 10.0 ** chance.randint(-300, 300)
        case ColumnType.BOOLEAN:
            return chance.random() < _EDGE_CASE


def _repeated(pattern: Sequence[Any], num_rows: int) -> list[Any]:
    return [pattern[row % len(pattern)] for row in range(num_rows)]
