"""Documents and variables against a real server: which error, with which code and status, and how soon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.asking_http import ANSWER, JSON, post, refusal

if TYPE_CHECKING:
    import httpx

TWO_OPERATIONS = "query A { a: __typename } query B { b: __typename }"


@pytest.mark.parametrize("name", [None, "", "C"])
def test_of_several_operations_none_is_guessed(client: httpx.Client, name: str | None) -> None:
    """Without a name that chooses one, nothing runs; the error names them."""
    status, code, message = refusal(post(client, {"query": TWO_OPERATIONS, "operationName": name}))

    assert (status, code) == (400, "BAD_USER_INPUT")
    assert "A, B" in message


def test_of_several_operations_the_named_one_runs(client: httpx.Client) -> None:
    """And no other."""
    answer = post(client, {"query": TWO_OPERATIONS, "operationName": "B"}).json()

    assert answer == {"data": {"b": "Query"}}


def test_a_document_without_an_operation_is_refused(client: httpx.Client) -> None:
    """Fragments alone ask for nothing."""
    response = post(client, {"query": "fragment F on Query { __typename }"})

    assert response.status_code == 400
    assert {error["extensions"]["code"] for error in response.json()["errors"]} <= {
        "GRAPHQL_VALIDATION_FAILED",
        "BAD_USER_INPUT",
    }


@pytest.mark.parametrize("kind", ["mutation", "subscription"])
def test_only_queries_are_served(client: httpx.Client, kind: str) -> None:
    """The graph is read-only, and its schema says so."""
    told = refusal(post(client, {"query": f"{kind} {{ __typename }}"}))

    assert told == (400, "GRAPHQL_VALIDATION_FAILED", f"The {kind} operation is not supported by the schema.")


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
    """400 by the new media type, 200 by the old one, and the same code in both."""
    assert refusal(post(client, {"query": query}))[:2] == (400, code)
    assert refusal(post(client, {"query": query}, accept=JSON))[:2] == (200, code)


@pytest.mark.parametrize(
    ("value", "told"),
    [("x", "Int cannot represent non-integer value"), (2**31, "32-bit"), (1.5, "non-integer"), ([], "Int"), (None, "")],
)
def test_a_variable_that_does_not_fit_is_the_clients_error(client: httpx.Client, value: object, told: str) -> None:
    """Before anything is executed."""
    query = "query ($n: Int!) { models(first: $n) { totalCount } }"

    status, code, message = refusal(post(client, {"query": query, "variables": {"n": value}}))

    assert (status, code) == (400, "BAD_USER_INPUT")
    assert "$n" in message
    assert told in message


def test_a_refused_argument_is_an_error_at_its_field(client: httpx.Client) -> None:
    """The rest of the answer stands: 200, data and errors."""
    response = post(client, {"query": "{ __typename models(first: -1) { totalCount } }"})
    (error,) = response.json()["errors"]

    assert response.status_code == 200
    assert "data" in response.json()
    assert error["path"] == ["models"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


NESTED = "{ models { nodes { " + "llmRuns { nodes { model { " * 60 + "modelId" + " } } }" * 60 + " } } }"
SPREAD = "".join(f" fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))


@pytest.mark.parametrize(
    ("query", "told"),
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
def test_a_document_past_a_limit_is_refused_soon(client: httpx.Client, query: str, told: str) -> None:
    """With the limit in the message, and without holding up anybody else."""
    response = post(client, {"query": query})

    assert refusal(response)[:2] == (400, "QUERY_TOO_COMPLEX")
    assert told in refusal(response)[2]
    assert response.elapsed.total_seconds() < 1


def test_depth_is_counted_through_fragments(client: httpx.Client) -> None:
    """A chain of fragments is as deep as what it stands for."""
    chain = "".join(
        f" fragment M{n} on Model {{ llmRuns(first: 1) {{ nodes {{ model {{ ...M{n + 1} }} }} }} }}" for n in range(8)
    )
    query = "{ models(first: 1) { nodes { ...M0 } } }" + chain + " fragment M8 on Model { modelId }"

    assert refusal(post(client, {"query": query}))[1:] == (
        "QUERY_TOO_COMPLEX",
        "The document is 27 fields deep; allowed: 20.",
    )


def test_fragments_that_double_are_answered_soon(client: httpx.Client) -> None:
    """Sixty fragments, each spreading the next twice, are looked at once each."""
    response = post(client, {"query": "{ ...F0 }" + SPREAD + " fragment F60 on Query { __typename }"})

    assert response.json() == ANSWER
    assert response.elapsed.total_seconds() < 1


def test_a_hundred_mistakes_are_not_a_hundred_errors(client: httpx.Client) -> None:
    """After ten the rest is left unsaid."""
    errors = post(client, {"query": "{" + " ".join(f"no{n}" for n in range(100)) + "}"}).json()["errors"]

    assert len(errors) == 11
    assert "error limit reached" in errors[-1]["message"]


def test_deep_variables_are_refused(client: httpx.Client) -> None:
    """A filter may be nested, but not without end."""
    where: dict[str, Any] = {"task": {"eq": "gpqa"}}
    for _ in range(300):
        where = {"and": [where]}
    query = "query ($where: LLMRunFilter) { llmRuns(where: $where) { totalCount } }"

    assert refusal(post(client, {"query": query, "variables": {"where": where}}))[:2] == (400, "BAD_USER_INPUT")
