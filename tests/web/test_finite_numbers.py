"""A number beyond float64 is an error over HTTP, wherever it occurs, and the error is not cached."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from errors import clipped
from tests.web.http_requests import post, refusal

if TYPE_CHECKING:
    import httpx

LITERALS = {
    "edges": "{ llmRuns(first: 0) { histogram(of: AVG_POWER_WATTS, edges: [0, 10, BEYOND]) { edges } } }",
    "eq": "{ llmRuns(first: 0, where: {avgPowerWatts: {eq: BEYOND}}) { totalCount } }",
    "in": "{ llmRuns(first: 0, where: {avgPowerWatts: {in: [1, BEYOND]}}) { totalCount } }",
    "not": "{ llmRuns(first: 0, where: {not: {avgPowerWatts: {lt: BEYOND}}}) { totalCount } }",
    "nested": "{ models { nodes { llmRuns(where: {or: [{avgPowerWatts: {gt: BEYOND}}]}) { totalCount } } } }",
    "beside a variable": "query ($a: Float) { llmRuns(where: {avgPowerWatts: {gt: $a, lt: BEYOND}}) { totalCount } }",
    "default": "query ($a: Float = BEYOND) { llmRuns(where: {avgPowerWatts: {lt: $a}}) { totalCount } }",
    "default in a list": "query ($a: [Float!] = [BEYOND]) { llmRuns(where: {avgPowerWatts: {in: $a}}) { totalCount } }",
    "default in an input": "query ($a: LLMRunFilter = {avgPowerWatts: {lt: BEYOND}}) { llmRuns(where: $a) { digest } }",
    "argument": "{ llmRuns(first: 1) { nodes { replicas(powerTargetWatts: BEYOND) } } }",
    "percentile": "{ llmRuns(first: 0) { statistics(of: AVG_POWER_WATTS) { percentiles(p: [50, BEYOND]) } } }",
}


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1.7976931348623159e308", "9" * 400])
@pytest.mark.parametrize("query", LITERALS.values(), ids=LITERALS)
def test_a_literal_beyond_float64_is_a_validation_error(client: httpx.Client, query: str, number: str) -> None:
    """At the first and at the second request; a GET gets no cache headers."""
    text = query.replace("BEYOND", number)
    for _ in range(2):
        status, code, message = refusal(post(client, {"query": text}))
        assert (status, code) == (400, "GRAPHQL_VALIDATION_FAILED")
        assert message.startswith(f"Float cannot represent {clipped(number)}; allowed are finite numbers from -1.797")
    by_get = client.get("/graphql", params={"query": text}, headers={"accept": "application/json"})
    assert by_get.json().keys() == {"errors"}
    assert by_get.headers["cache-control"] == "no-store"
    assert "etag" not in by_get.headers


@pytest.mark.parametrize("number", ["1e999", "-1e400", "NaN", "Infinity", "9" * 400])
def test_a_variable_beyond_float64_is_refused(client: httpx.Client, number: str) -> None:
    """JSON has no such number: the body is rejected before execution."""
    query = "query ($a: Float) { llmRuns(where: {avgPowerWatts: {lt: $a}}) { totalCount } }"
    body = f'{{"query": {json.dumps(query)}, "variables": {{"a": {number}}}}}'
    status, code, _message = refusal(post(client, body.encode()))
    assert (status, code) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("number", ["1.7976931348623157e308", "-1.7976931348623157e308", "5e-324", "1e-400", "-0.0"])
def test_the_ends_of_float64_are_allowed(client: httpx.Client, number: str) -> None:
    """As literals and as variables."""
    literal = f"{{ llmRuns(first: 0, where: {{avgPowerWatts: {{gt: {number}}}}}) {{ totalCount }} }}"
    open_ = "query ($a: Float) { llmRuns(first: 0, where: {avgPowerWatts: {gt: $a}}) { totalCount } }"
    answers = [post(client, {"query": literal}), post(client, {"query": open_, "variables": {"a": float(number)}})]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["data"]["llmRuns"]["totalCount"] >= 0
