"""Errors of documents and variables, against a real server: code, status and duration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.http_requests import JSON, post, refusal

if TYPE_CHECKING:
    import httpx

TWO_OPERATIONS = "query A { a: __typename } query B { b: __typename }"


@pytest.mark.parametrize("name", [None, "", "C"])
def test_several_operations_require_a_name(client: httpx.Client, name: str | None) -> None:
    """The error lists the operations."""
    status, code, message = refusal(post(client, {"query": TWO_OPERATIONS, "operationName": name}))

    assert (status, code) == (400, "BAD_USER_INPUT")
    assert "A, B" in message


def test_of_several_operations_the_named_one_runs(client: httpx.Client) -> None:
    """And no other."""
    answer = post(client, {"query": TWO_OPERATIONS, "operationName": "B"}).json()

    assert answer == {"data": {"b": "Query"}}


def test_a_document_without_an_operation_is_refused(client: httpx.Client) -> None:
    """Fragments alone are not executable."""
    response = post(client, {"query": "fragment F on Query { __typename }"})

    assert response.status_code == 400
    assert {error["extensions"]["code"] for error in response.json()["errors"]} <= {
        "GRAPHQL_VALIDATION_FAILED",
        "BAD_USER_INPUT",
    }


@pytest.mark.parametrize("kind", ["mutation", "subscription"])
def test_only_queries_are_served(client: httpx.Client, kind: str) -> None:
    """The schema is read-only."""
    error = refusal(post(client, {"query": f"{kind} {{ __typename }}"}))

    assert error == (400, "GRAPHQL_VALIDATION_FAILED", f"The {kind} operation is not supported by the schema.")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ models(first: $n) { totalCount } }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ models(first: "x") { totalCount } }', "GRAPHQL_VALIDATION_FAILED"),
        ("query ($n: Int!) { models(first: $n) { totalCount } }", "BAD_USER_INPUT"),
    ],
)
def test_an_error_before_execution_has_no_data(client: httpx.Client, query: str, code: str) -> None:
    """400 by GraphQL's media type, 200 as JSON, with the same code."""
    assert refusal(post(client, {"query": query}))[:2] == (400, code)
    assert refusal(post(client, {"query": query}, accept=JSON))[:2] == (200, code)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("x", "Int cannot represent non-integer value"), (2**31, "32-bit"), (1.5, "non-integer"), ([], "Int"), (None, "")],
)
def test_a_variable_of_the_wrong_type_is_bad_user_input(client: httpx.Client, value: object, expected: str) -> None:
    """Before execution."""
    query = "query ($n: Int!) { models(first: $n) { totalCount } }"

    status, code, message = refusal(post(client, {"query": query, "variables": {"n": value}}))

    assert (status, code) == (400, "BAD_USER_INPUT")
    assert "$n" in message
    assert expected in message


def test_a_rejected_argument_is_an_error_at_its_field(client: httpx.Client) -> None:
    """Other fields have data: 200, data and errors."""
    response = post(client, {"query": "{ __typename models(first: -1) { totalCount } }"})
    (error,) = response.json()["errors"]

    assert response.status_code == 200
    assert "data" in response.json()
    assert error["path"] == ["models"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


NESTED = "{ models { nodes { " + "llmRuns { nodes { model { " * 60 + "modelId" + " } } }" * 60 + " } } }"
SPREAD = "".join(f" fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{" + " " * 65_536 + "__typename }", "characters; allowed: 65536"),
        ("{ __typename }" + "#\n" * 3_000, "more than 2000 comments"),
        ("{" + " ".join(f"a{n}: __typename" for n in range(5_000)) + "}", "allowed"),
        ("{" + " ".join(f"a{n}:__typename" for n in range(3_000)) + "}", "more than 2000 tokens"),
        ("{ __typename " + "@skip(if: false) " * 2_000 + "}", "more than 2000 tokens"),
        ("{a" * 5_000 + "}" * 5_000, "nested too deeply"),
        ("{ models(where: " + "[" * 5_000 + "]" * 5_000 + ") { totalCount } }", "nested too deeply"),
        (NESTED, "183 fields deep; allowed: 20"),
        ("{" + " __typename" * 1_900 + "}", "takes too long to validate"),
    ],
    ids=["long", "comments", "aliases", "tokens", "directives", "deep", "lists", "fields", "repeated"],
)
def test_a_document_past_a_limit_is_refused_soon(client: httpx.Client, query: str, expected: str) -> None:
    """With the limit in the message, and without delaying other requests."""
    response = post(client, {"query": query})

    assert refusal(response)[:2] == (400, "QUERY_TOO_COMPLEX")
    assert expected in refusal(response)[2]
    assert response.elapsed.total_seconds() < 1


def test_depth_is_counted_through_fragments(client: httpx.Client) -> None:
    """A chain of fragments counts with its content."""
    chain = "".join(
        f" fragment M{n} on Model {{ llmRuns(first: 1) {{ nodes {{ model {{ ...M{n + 1} }} }} }} }}" for n in range(8)
    )
    query = "{ models(first: 1) { nodes { ...M0 } } }" + chain + " fragment M8 on Model { modelId }"

    assert refusal(post(client, {"query": query}))[1:] == (
        "QUERY_TOO_COMPLEX",
        "The document is 27 fields deep; allowed: 20.",
    )


def test_doubling_fragments_are_fast(client: httpx.Client) -> None:
    """Sixty fragments that spread the next one twice are visited once each, and have 2⁶⁰ fields."""
    response = post(client, {"query": "{ ...F0 }" + SPREAD + " fragment F60 on Query { __typename }"})

    assert refusal(response)[1:] == (
        "QUERY_TOO_COMPLEX",
        f"The document has {2**60} fields and argument values, with fragments expanded; allowed: 5000.",
    )
    assert response.elapsed.total_seconds() < 1


def test_the_number_of_errors_is_limited(client: httpx.Client) -> None:
    """At most ten are reported."""
    errors = post(client, {"query": "{" + " ".join(f"no{n}" for n in range(100)) + "}"}).json()["errors"]

    assert len(errors) == 10
    assert "error limit reached" in errors[-1]["message"]


def test_deep_variables_are_refused(client: httpx.Client) -> None:
    """A filter that would exhaust the recursion limit of coercion is refused before it is coerced."""
    where: dict[str, Any] = {"task": {"eq": "gpqa"}}
    for _ in range(300):
        where = {"and": [where]}
    query = "query ($where: LLMRunFilter) { llmRuns(where: $where) { totalCount } }"

    assert refusal(post(client, {"query": query, "variables": {"where": where}}))[1] == "QUERY_TOO_COMPLEX"
