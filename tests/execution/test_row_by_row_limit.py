"""Row-by-row execution is bounded: a root field that takes too long is null with the error that caused it."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from graphql import get_introspection_query

from schema.build import build_schema
from tests.graph import Graph

if TYPE_CHECKING:
    from tables.dataset import Dataset

WIDE = " ".join(f"a{number}: id" for number in range(35))
POINTS = "maxPoints is 0; allowed: 2 or more, or null for every sample"
FULL_INTROSPECTION = get_introspection_query(
    descriptions=True,
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
)


@pytest.fixture
def graph(sample: Dataset) -> Graph:
    """The graph of the sample."""
    return Graph(build_schema(), sample, estimates=False)


CASES: dict[str, tuple[str, dict[str, Any], list[str | int] | None, str]] = {
    "an argument that is wrong in each row": (
        f"{{ gpus {{ model }} llmRuns(first: 400) {{ nodes {{ {WIDE} timeline(maxPoints: 0) {{ unit }} }} }} }}",
        {},
        ["llmRuns", "nodes", 0, "timeline"],
        POINTS,
    ),
    "the same beside raw files that are being read": (
        f"""{{ llmRuns(first: 30) {{ nodes {{
          ok: timeline(maxPoints: 9) {{ unit }} timeline(maxPoints: 0) {{ unit }}
          model {{ llmRuns(first: 400) {{ nodes {{ {WIDE} }} }} }}
        }} }} }}""",
        {},
        ["llmRuns", "nodes", 0, "timeline"],
        POINTS,
    ),
    "an error behind the work": (
        f"""{{ llmRuns(first: 400) {{
          nodes {{ {WIDE} }} groups(by: [TASK]) {{ statistics(of: AVG_POWER_WATTS) {{ percentiles(p: [101]) }} }}
        }} }}""",
        {},
        ["llmRuns"],
        "p: 101.0 is out of range; allowed values: 0 to 100.",
    ),
    "a variable of a directive that is null, behind the work": (
        f"query ($v: Boolean = true) {{ llmRuns(first: 400) {{ nodes {{ {WIDE} }} }} gpus {{ model @skip(if: $v) }} }}",
        {"v": None},
        None,
        "",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_client_gets_the_error_that_caused_it(graph: Graph, case: str) -> None:
    """With no other value of the root field, and no coroutine is left."""
    query, variables, path, message = CASES[case]
    started = time.process_time()
    answer = graph.answer(query, **variables)
    elapsed = time.process_time() - started
    gc.collect()  # a coroutine that was never awaited warns now, and warnings are errors
    errors = answer.errors or []
    if path is None:  # no error was found before the limit was reached
        assert answer.data is None
        assert [(error.extensions or {})["limit"] for error in errors] == ["row_by_row"]
    else:
        assert (answer.data or {})["llmRuns"] is None
        assert [(error.path, error.message) for error in errors] == [(path, message)]
    assert elapsed < 1, "the limit is about 100 ms"


def test_another_root_field_is_answered(graph: Graph) -> None:
    """Only the field that takes too long is null."""
    query = f"{{ llmRuns(first: 400) {{ nodes {{ {WIDE} timeline(maxPoints: 0) {{ unit }} }} }} gpus {{ model }} }}"
    data = graph.answer(query).data or {}
    assert data["llmRuns"] is None
    assert len(data["gpus"]) > 1


def test_full_introspection_is_allowed_with_room(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """As GraphiQL and code generators send it: it takes four fifths of the limit at most."""
    monkeypatch.setattr("execution.operation._ROW_BY_ROW_UNITS", 17_600)
    data = graph.ask(FULL_INTROSPECTION)
    assert len(data["__schema"]["types"]) > 100
    assert len(orjson.dumps(data)) > 100_000


@pytest.mark.parametrize("count", [2, 40])
def test_repeated_introspection_is_refused(graph: Graph, count: int) -> None:
    """The limit is per request, and the error names it."""
    start, fragments = FULL_INTROSPECTION.split("fragment", 1)
    selection = start[start.index("__schema") : start.rindex("}")]
    if count > 2:  # a document has 2,000 tokens at most
        selection = "__schema { types { fields { name args { name type { name } } type { name } } } }"
    fields = " ".join(f"a{number}: {selection}" for number in range(count))
    fragments = f"fragment{fragments}" if "..." in fields else ""
    error = graph.refusal(f"{{ gpus {{ model }} {fields} }} {fragments}")
    assert (error.extensions["code"], error.extensions["limit"]) == ("QUERY_TOO_COMPLEX", "row_by_row")
    assert error.extensions["requested"] > error.extensions["allowed"] == 22_000


def test_long_lists_of_numbers_use_little_of_the_limit(graph: Graph) -> None:
    """An error beside the samples of timelines does not null them: lists of numbers are completed as a whole."""
    samples = """{ llmRuns(first: 32) { nodes {
      id %s timeline(maxPoints: null) { value relativeTimeS devices { value } }
    } } }"""
    expected = graph.ask(samples % "")["llmRuns"]["nodes"]
    found = graph.answer(samples % "bad: timeline(maxPoints: 0) { unit }")
    assert len(found.errors or ()) == 10
    assert (found.data or {})["llmRuns"]["nodes"] == [{**run, "bad": None} for run in expected]
