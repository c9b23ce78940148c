"""Arguments of connections drawn by hypothesis: filters, orders and pages that fit given rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tables.catalogue import DIFFUSION_COLUMNS, LLM_COLUMNS, MODEL_COLUMNS, ColumnType
from tests.drawn_datasets import FLOATS, INTS, TEXTS
from tests.naive_oracle import graph_name, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tables.catalogue import Column
    from tables.dataset import Dataset
    from tests.naive_oracle import Input, Row

CATALOGUES = {"llmRuns": LLM_COLUMNS, "diffusionRuns": DIFFUSION_COLUMNS, "models": MODEL_COLUMNS}
STABILITIES = ("STABLE", "UNSTABLE", "ANY")
_COMPARED = ("lt", "lte", "gt", "gte")
_OWN: dict[ColumnType, tuple[Any, ...]] = {
    ColumnType.STRING: TEXTS,
    ColumnType.INT: INTS,
    ColumnType.FLOAT: FLOATS,
    ColumnType.BOOLEAN: (True, False),
}


def filters(dataset: Dataset, name: str) -> st.SearchStrategy[Input]:
    """Draw a filter of a list: trees of `and`, `or` and `not`, with every operator on every type of column."""
    rows = rows_of(dataset, name)
    known = _vocabularies(dataset)
    columns = CATALOGUES[name]
    # A constant column rarely distinguishes a right filter from a wrong one.
    varied = [column for column in columns if len({repr(row[graph_name(column.name)]) for row in rows}) > 1]

    @st.composite
    def leaf(draw: st.DrawFn) -> Input:
        if draw(st.integers(0, 9)) == 9:
            return draw(st.just({}) if name == "models" else st.fixed_dictionaries({"id": _id_operators(rows)}))
        among = columns if not varied or draw(st.integers(0, 7)) == 7 else varied
        chosen = draw(st.lists(st.sampled_from(among), min_size=1, max_size=2, unique=True))
        return {graph_name(column.name): draw(_operators(column, rows, known)) for column in chosen}

    return st.recursive(leaf(), _combined, max_leaves=5)


def _combined(parts: st.SearchStrategy[Input]) -> st.SearchStrategy[Input]:
    some = st.lists(parts, min_size=1, max_size=3)
    together: st.SearchStrategy[Input] = st.one_of(
        st.fixed_dictionaries({"and": some}),
        st.fixed_dictionaries({"or": some}),
        st.fixed_dictionaries({"not": parts}),
        st.fixed_dictionaries({"or": some, "not": parts}),
        st.sampled_from([{"and": []}, {"or": []}, {"and": None, "or": None, "not": None}, {"not": {}}]),
    )
    # The same filter may also have conditions on columns.
    return together | st.tuples(parts, together).map(lambda both: {**both[0], **both[1]})


def _operators(column: Column, rows: Sequence[Row], known: dict[str, list[str]]) -> st.SearchStrategy[Input | None]:
    field = graph_name(column.name)
    own = [row[field] for row in rows if row[field] is not None]
    # Any value is valid, except in a column with a vocabulary, where it must occur in the dataset.
    values = _values(column.type, own)
    # A dataset of one kind of run may have no architecture at all.
    vocabulary = known.get(field, []) if column.vocabulary else []
    named = st.sampled_from(vocabulary) if vocabulary else values
    several = st.lists(named, max_size=4)
    operators: dict[str, st.SearchStrategy[Any]] = {"isNull": st.booleans()}
    if not column.vocabulary or vocabulary:
        operators |= {"eq": named, "neq": named}
        if column.type is not ColumnType.BOOLEAN:
            operators |= {"in": several, "notIn": several}
    if column.type is ColumnType.STRING:
        operators |= {"contains": _parts(own), "startsWith": _parts(own)}
    elif column.type is not ColumnType.BOOLEAN:
        operators |= dict.fromkeys(_COMPARED, values)

    @st.composite
    def chosen(draw: st.DrawFn) -> Input | None:
        if draw(st.integers(0, 19)) == 19:
            return None
        several = draw(st.integers(0, 4)) == 4
        names = draw(
            st.lists(st.sampled_from(sorted(operators)), min_size=1, max_size=3 if several else 1, unique=True)
        )
        return {name: draw(operators[name]) for name in names}

    return chosen()


def _values(kind: ColumnType, own: Sequence[Any]) -> st.SearchStrategy[Any]:
    near = [*own, *_OWN[kind]]
    if kind is ColumnType.FLOAT:
        near += [math.nextafter(value, toward) for value in own[:20] for toward in (-math.inf, math.inf)]
        near = [value for value in near if math.isfinite(value)]
    return st.sampled_from(near)


def _parts(own: Sequence[str]) -> st.SearchStrategy[str]:
    whole = st.sampled_from([*own, *TEXTS])
    return st.tuples(whole, st.integers(0, 4), st.integers(0, 8), st.booleans()).map(
        lambda drawn: (drawn[0].swapcase() if drawn[3] else drawn[0])[drawn[1] : drawn[1] + drawn[2]]
    )


def _id_operators(rows: Sequence[Row]) -> st.SearchStrategy[Input]:
    one = st.sampled_from([*(row["id"] for row in rows), "no id"])
    several = st.lists(one, max_size=4)
    return st.fixed_dictionaries({}, optional={"eq": one, "neq": one, "in": several, "notIn": several})


def _vocabularies(dataset: Dataset) -> dict[str, list[str]]:
    known: dict[str, set[str]] = {}
    for name in ("llmRuns", "diffusionRuns"):
        for row in rows_of(dataset, name):
            for field, value in row.items():
                if isinstance(value, str):
                    known.setdefault(field, set()).add(value)
    return {field: sorted(values) for field, values in known.items()}


def orders(name: str, *, max_keys: int = 4) -> st.SearchStrategy[list[Input]]:
    """Draw an order: several keys, each with a direction and a position of nulls, or no keys."""
    key = st.fixed_dictionaries(
        {
            "field": st.sampled_from([column.name.upper() for column in CATALOGUES[name]]),
            "direction": st.sampled_from(("ASC", "DESC")),
            "nulls": st.sampled_from(("FIRST", "LAST")),
        }
    )
    return st.lists(key, max_size=max_keys)


def pages(keys: Sequence[str]) -> st.SearchStrategy[Input]:
    """Draw a valid combination of page arguments; `after` and `before` as the key of a row, if there are rows."""
    size = st.integers(0, 12)
    after, before = ({end: st.sampled_from(keys)} if keys else {} for end in ("after", "before"))
    forward = st.fixed_dictionaries({}, optional={"first": size, "offset": st.integers(0, 8), **after})
    backward = st.fixed_dictionaries({}, optional={"last": size, **before, **after})
    between = st.fixed_dictionaries({}, optional={"first": size, **before, **after})
    return forward | backward | between
