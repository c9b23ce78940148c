"""Cursors are opaque and valid only for the list, order and revision that returned them."""

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


def cursor_refusal(graph: Graph, name: str, text: str, arguments: str = "") -> str:
    """Return the message of the error for an invalid cursor."""
    error = graph.refusal(
        f"query ($after: String) {{ {name}(after: $after {arguments}) {{ totalCount }} }}", after=text
    )
    assert error.extensions["code"] == "BAD_USER_INPUT"
    return str(error.message)


def test_a_cursor_of_another_list_is_refused(graph: Graph) -> None:
    """A cursor of one list is not valid in a list of another table."""
    for name in PAGES:
        for other in set(PAGES) - {name}:
            assert "belongs to another list or orderBy" in cursor_refusal(graph, name, cursor(graph, other))


def test_a_cursor_of_another_order_is_refused(graph: Graph) -> None:
    """Another field, direction or null position, an added or removed key, and another search change the order."""
    order = "orderBy: [{field: FPS}]"
    original = cursor(graph, "diffusionRuns", order)
    assert graph.ask(f'{{ diffusionRuns(after: "{original}", {order}) {{ totalCount }} }}')
    for other in (
        "",
        "orderBy: []",
        "orderBy: [{field: BATCH_SIZE}]",
        "orderBy: [{field: FPS, direction: DESC}]",
        "orderBy: [{field: FPS, nulls: FIRST}]",
        "orderBy: [{field: FPS}, {field: BATCH_SIZE}]",
    ):
        assert "belongs to another list or orderBy" in cursor_refusal(graph, "diffusionRuns", original, other)
    searched = cursor(graph, "models", 'search: "aurora"')
    assert "belongs to another list or orderBy" in cursor_refusal(graph, "models", searched, 'search: "basalt"')


def test_a_cursor_of_another_revision_is_refused(graph: Graph, sample: Dataset) -> None:
    """The error names the current revision and says to start at the first page."""
    newer = replace(sample, provenance=replace(sample.provenance, revision="f" * 40))
    message = cursor_refusal(Graph(build_schema(), newer), "llmRuns", cursor(graph, "llmRuns"))
    assert f"belongs to another revision; this one is {'f' * 40}; start at the first page" in message


@given(text=st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: urlsafe_b64encode(raw).decode()))
def test_arbitrary_text_is_not_a_cursor(graph: Graph, text: str) -> None:
    """Arbitrary text and arbitrary base64-encoded bytes are refused."""
    assert "is not a cursor" in cursor_refusal(graph, "llmRuns", text)


@given(data=st.data())
def test_a_modified_cursor_is_refused_or_equivalent(graph: Graph, data: st.DataObject) -> None:
    """A modified cursor never selects another position and never causes an internal error."""
    original = cursor(graph, "llmRuns", "orderBy: [{field: AVG_POWER_WATTS}]")
    position = data.draw(st.integers(0, len(original) - 1))
    character = data.draw(st.sampled_from("ABCXYZabcxyz0189-_=~ ß"))
    changed = original[:position] + character + original[position + data.draw(st.integers(0, 1)) :]
    query = """query ($after: String) {
      llmRuns(first: 1, after: $after, orderBy: [{field: AVG_POWER_WATTS}]) { nodes { id } }
    }"""
    answer = graph.answer(query, after=changed)
    if answer.errors:
        assert [(error.extensions or {})["code"] for error in answer.errors] == ["BAD_USER_INPUT"]
    else:
        assert answer.data == graph.ask(query, after=original)
