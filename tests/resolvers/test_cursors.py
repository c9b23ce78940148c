"""Cursors: opaque, and good for nothing but the place, list, order and revision that they were given for."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from schema.build import build_schema
from tests.graph import Graph

if TYPE_CHECKING:
    from tables.dataset import Dataset

PAGES = ("llmRuns", "diffusionRuns", "models")


def cursor(graph: Graph, name: str, arguments: str = "") -> str:
    """Return the cursor of the first row of a list."""
    text: str = graph.ask(f"{{ {name}(first: 1 {arguments}) {{ pageInfo {{ endCursor }} }} }}")[name]["pageInfo"][
        "endCursor"
    ]
    return text


def foreign(graph: Graph, name: str, text: str, arguments: str = "") -> str:
    """Return why a list refuses a cursor."""
    error = graph.refusal(
        f"query ($after: String) {{ {name}(after: $after {arguments}) {{ totalCount }} }}", after=text
    )
    assert error.extensions["code"] == "BAD_USER_INPUT"
    return str(error.message)


def test_a_cursor_of_another_list_is_refused(graph: Graph) -> None:
    """Rows of another table have no place in this one."""
    for name in PAGES:
        for other in set(PAGES) - {name}:
            assert "belongs to another list or orderBy" in foreign(graph, name, cursor(graph, other))


def test_a_cursor_of_another_order_is_refused(graph: Graph) -> None:
    """Another field, direction or place of nulls, one key more or less, another search: each is another order."""
    order = "orderBy: [{field: FPS}]"
    given_by = cursor(graph, "diffusionRuns", order)
    assert graph.ask(f'{{ diffusionRuns(after: "{given_by}", {order}) {{ totalCount }} }}')
    for other in (
        "",
        "orderBy: []",
        "orderBy: [{field: BATCH_SIZE}]",
        "orderBy: [{field: FPS, direction: DESC}]",
        "orderBy: [{field: FPS, nulls: FIRST}]",
        "orderBy: [{field: FPS}, {field: BATCH_SIZE}]",
    ):
        assert "belongs to another list or orderBy" in foreign(graph, "diffusionRuns", given_by, other)
    searched = cursor(graph, "models", 'search: "aurora"')
    assert "belongs to another list or orderBy" in foreign(graph, "models", searched, 'search: "basalt"')


def test_a_cursor_of_another_revision_is_refused(graph: Graph, sample: Dataset) -> None:
    """Rows may have moved between revisions: the error says so and names the current revision."""
    newer = replace(sample, provenance=replace(sample.provenance, revision="f" * 40))
    reason = foreign(Graph(build_schema(), newer), "llmRuns", cursor(graph, "llmRuns"))
    assert f"belongs to another revision; this one is {'f' * 40}; start at the first page" in reason


@given(text=st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: urlsafe_b64encode(raw).decode()))
def test_no_text_is_taken_for_a_cursor(graph: Graph, text: str) -> None:
    """Neither any text nor any bytes in a cursor's dress."""
    assert "is not a cursor" in foreign(graph, "llmRuns", text)


@given(data=st.data())
def test_a_cursor_that_was_tampered_with_is_refused_or_the_same(graph: Graph, data: st.DataObject) -> None:
    """A cursor holds nothing that could be changed to reach another place or to break the server."""
    whole = cursor(graph, "llmRuns", "orderBy: [{field: AVG_POWER_WATTS}]")
    place = data.draw(st.integers(0, len(whole) - 1))
    letter = data.draw(st.sampled_from("ABCXYZabcxyz0189-_=~ ß"))
    changed = whole[:place] + letter + whole[place + data.draw(st.integers(0, 1)) :]
    query = """query ($after: String) {
      llmRuns(first: 1, after: $after, orderBy: [{field: AVG_POWER_WATTS}]) { nodes { id } }
    }"""
    answer = graph.answer(query, after=changed)
    if answer.errors:
        assert [(error.extensions or {})["code"] for error in answer.errors] == ["BAD_USER_INPUT"]
    else:
        assert answer.data == graph.ask(query, after=whole)
