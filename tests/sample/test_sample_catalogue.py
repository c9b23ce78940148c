"""The generator and a catalogue with columns that it does not know."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sample import open_sample, sample_tables
from tables.catalogue import Column, ColumnKind, ColumnType
from tables.run_kinds import RUN_KINDS


def _extend(monkeypatch: pytest.MonkeyPatch, *, nullable: bool, kind: ColumnKind = ColumnKind.METRIC) -> list[str]:
    """Add a column of each type to both tables and return the names."""
    added = [Column(f"new_{each.value}", each, None, "New.", kind, nullable=nullable) for each in ColumnType]
    for name, known in list(RUN_KINDS.items()):
        monkeypatch.setitem(RUN_KINDS, name, replace(known, columns=(*known.columns, *added)))
    return [column.name for column in added]


def _values(kind: str, names: list[str]) -> list[Any]:
    """Return the only value of each column in the Dataset."""
    columns = open_sample().runs[kind].columns
    return [value for name in names for value in columns[name].unique().to_pylist()]


@pytest.mark.parametrize("kind", RUN_KINDS)
@pytest.mark.parametrize("column_kind", [ColumnKind.KEY, ColumnKind.METRIC, ColumnKind.NOTE])
def test_unknown_nullable_columns_are_null(monkeypatch: pytest.MonkeyPatch, kind: str, column_kind: ColumnKind) -> None:
    """A nullable column needs no change in the generator."""
    names = _extend(monkeypatch, nullable=True, kind=column_kind)
    assert _values(kind, names) == [None, None, None, None]


@pytest.mark.parametrize("kind", RUN_KINDS)
def test_unknown_required_columns_have_a_neutral_value(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The sample loads until the generator gets a formula for the column."""
    names = _extend(monkeypatch, nullable=False)
    assert _values(kind, names) == ["", 0, 0.0, False]


def test_other_columns_do_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """New columns leave the values of all others as they are."""
    before = sample_tables(runs=60)
    names = _extend(monkeypatch, nullable=True)
    after = sample_tables(runs=60)
    assert all(new.drop_columns(names).equals(old) for old, new in zip(before, after, strict=True))
