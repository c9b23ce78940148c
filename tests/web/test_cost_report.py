"""Reports of the estimated cost, and refusals by it, against a real server."""

from __future__ import annotations

import httpx
import pytest

from defaults import MAX_COST
from tests.server_process import running_server
from tests.web.http_requests import GRAPHQL_RESPONSE, post, refusal

QUERY = "{ llmRuns(first: 3) { nodes { id task } } }"
EXPENSIVE = "{ gpus { models { gpus { models { gpus { models { gpus { models { nickname } } } } } } } } }"


def test_a_report_is_added_to_the_answer(client: httpx.Client) -> None:
    """The header, the parameter and the extension report the same cost, and the data is unchanged."""
    plain = post(client, {"query": QUERY}).json()
    assert plain.keys() == {"data"}
    by_header = post(client, {"query": QUERY}, GraphQL_Cost="report").json()
    assert by_header["data"] == plain["data"]
    assert 0 < by_header["extensions"]["cost"] < 1_000
    assert post(client, {"query": QUERY, "extensions": {"cost": "report"}}).json() == by_header
    parameters = {"query": QUERY, "cost": "report"}
    assert client.get("/graphql", params=parameters, headers={"accept": GRAPHQL_RESPONSE}).json() == by_header


def test_a_validation_reports_the_cost_without_data(client: httpx.Client) -> None:
    """Nothing is executed: an argument that a resolver would refuse is not an error."""
    query = "{ llmRuns(first: 3) { nodes { timeline(maxPoints: 1) { value } } } }"
    answer = post(client, {"query": query}, GraphQL_Cost="validate")
    assert answer.status_code == 200
    assert answer.json()["data"] is None
    assert answer.json()["extensions"]["cost"] > 1_000
    assert "errors" not in answer.json()
    assert "errors" in post(client, {"query": query}, GraphQL_Cost="report").json()


def test_cached_answers_have_no_report_and_reports_are_not_cached(client: httpx.Client) -> None:
    """The same bytes are sent several times with and without the header."""
    query = {"query": "{ llmRuns(first: 4) { nodes { id task numGpus } } }"}
    for _ in range(4):
        assert "extensions" not in post(client, query).json()
        assert post(client, query, GraphQL_Cost="report").json()["extensions"]["cost"]
    parameters = {"query": query["query"], "cost": "report"}
    reported = client.get("/graphql", params=parameters)
    assert "etag" not in reported.headers
    assert reported.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("value", ["yes", "", "REPORT"])
def test_an_unknown_report_is_refused(client: httpx.Client, value: str) -> None:
    """The error names the header or parameter, its value and the allowed ones."""
    status, code, message = refusal(post(client, {"query": QUERY}, GraphQL_Cost=value))
    assert (status, code, message) == (400, "BAD_REQUEST", f"GraphQL-Cost is '{value}'; allowed: report or validate.")
    response = client.get("/graphql", params={"query": QUERY, "cost": value}, headers={"accept": GRAPHQL_RESPONSE})
    assert refusal(response)[2] == f"`cost` is '{value}'; allowed: report or validate."
    body = {"query": QUERY, "extensions": {"cost": 7}}
    assert refusal(post(client, body))[2] == "`cost` is 7; allowed: report or validate."


@pytest.mark.parametrize("report", ["", "report", "validate"])
def test_an_expensive_query_is_refused(client: httpx.Client, report: str) -> None:
    """The refusal names cost, limit and the most expensive field, whether or not a report is requested."""
    headers = {"GraphQL_Cost": report} if report else {}
    response = post(client, {"query": EXPENSIVE}, **headers)
    status, code, message = refusal(response)
    assert (status, code) == (400, "QUERY_TOO_COMPLEX")
    extensions = response.json()["errors"][0]["extensions"]
    assert extensions["limit"] == MAX_COST < extensions["cost"]
    assert extensions["path"] == ["gpus", "models", "gpus", "models", "gpus", "models", "gpus", "models"]
    assert f"allowed: {MAX_COST} (MLENERGY_MAX_COST)" in message


def test_the_limit_is_a_setting() -> None:
    """A query that costs exactly the limit is answered; the path of a refusal includes a namespace."""
    with running_server() as address, httpx.Client(base_url=address) as client:
        cost = post(client, {"query": QUERY}, GraphQL_Cost="report").json()["extensions"]["cost"]
    with running_server("--max-cost", str(cost)) as address, httpx.Client(base_url=address) as client:
        assert "data" in post(client, {"query": QUERY}).json()
    arguments = ("--max-cost", str(cost - 1), "--root-field", "mlenergy")
    with running_server(*arguments) as address, httpx.Client(base_url=address) as client:
        refused = post(client, {"query": f"{{ mlenergy {QUERY} }}"}).json()
    assert refused["errors"][0]["extensions"]["path"][:2] == ["mlenergy", "llmRuns"]
