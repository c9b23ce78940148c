"""An answer lists at most 10 errors of any kind; the last one says how many more there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLError

from errors import BadUserInput, TooManyErrors
from execution.bounded_errors import BoundedErrors
from execution.graphql_core import Path
from schema.build import build_schema
from tests.graph import Graph

if TYPE_CHECKING:
    from tables.dataset import Dataset

FAILING = "timeline(maxPoints: 0) { unit }"


@pytest.mark.parametrize(
    ("query", "variables", "last"),
    [
        (  # validation, at ten places of several kinds
            """query ($v: Int @b) @a { ...f @m ... @c { gpus @d { model @e } } x: gpus @f { y: model @g } }
            fragment f on Query @i { gpus @j { model @k @l } }""",
            {},
            "Too many validation errors, error limit reached. Validation aborted.",
        ),
        ("{ " + " ".join(f"nope{n}" for n in range(30)) + " }", {}, "Too many validation errors"),
        (  # variables
            "query ($of: [LLMRunKey!]!) { llmRuns { facets(of: $of) { field } } }",
            {"of": ["NOPE"] * 60},
            "Too many errors processing variables, error limit reached. Execution aborted.",
        ),
        (f"{{ llmRuns(first: 200) {{ nodes {{ {FAILING} }} }} }}", {}, "191 more errors are not listed."),
        (  # several root fields
            " ".join(("{", *(f"a{n}: llmRuns(first: 3) {{ nodes {{ {FAILING} }} }}" for n in range(5)), "}")),
            {},
            "6 more errors are not listed.",
        ),
        (
            "query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }",
            {"of": [{"__typename": "GPU", "model": [1]}] * 50},
            "41 more errors are not listed.",
        ),
    ],
)
def test_an_answer_has_ten_errors(sample: Dataset, query: str, variables: dict[str, Any], last: str) -> None:
    """Of a document, of variables, and of fields; the nine others have their own messages."""
    errors = Graph(build_schema(), sample).answer(query, **variables).errors or []
    assert len(errors) == 10
    assert errors[-1].message.startswith(last)
    assert not any(error.message.startswith(last) for error in errors[:-1])


def test_ten_errors_are_listed_in_full(sample: Dataset) -> None:
    """The last entry replaces no error if it would replace a single one."""
    errors = Graph(build_schema(), sample).answer(f"{{ llmRuns(first: 10) {{ nodes {{ {FAILING} }} }} }}").errors or []
    assert [error.path for error in errors] == [["llmRuns", "nodes", row, "timeline"] for row in range(10)]


def test_an_omitted_error_nulls_its_field(sample: Dataset) -> None:
    """As the errors that are listed do."""
    answer = Graph(build_schema(), sample).answer(f"{{ llmRuns(first: 50) {{ nodes {{ id {FAILING} }} }} }}")
    rows = (answer.data or {})["llmRuns"]["nodes"]
    assert len(rows) == 50
    assert all(row["id"] and row["timeline"] is None for row in rows)


def test_a_bug_behind_many_errors_is_listed() -> None:
    """The log gets the errors of the answer, and must not miss a bug."""
    errors = BoundedErrors()
    for number in range(10):
        errors.add(GraphQLError("bad", original_error=BadUserInput("bad")), Path(None, number, None))
    bug = GraphQLError("bug")
    errors.omit(BadUserInput("bad"), Path(None, 10, None), lambda: GraphQLError("unused"))
    errors.omit(KeyError("bug"), Path(None, 11, None), lambda: bug)
    entries = errors.entries()
    assert entries[8] is bug
    assert [error.message for error in entries[:8]] == ["bad"] * 8
    assert isinstance(entries[9].original_error, TooManyErrors)
    assert entries[9].original_error.omitted == 3
    assert len(entries) == 10
