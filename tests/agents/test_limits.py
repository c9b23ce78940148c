"""A tool has the limits of the GraphQL endpoint, and the same errors."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.agents.client import called, refused

_DEEP: Any = {"task": {"eq": "gpqa"}}
for _ in range(25):
    _DEEP = {"and": [_DEEP]}


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ nonsense }", {}),
        ("{ llmRuns(", {}),
        ("{ llmRuns(first: 5000) { nodes { id } } }", {}),
        ('{ llmRuns(where: {gpuModel: {eq: "X100"}}) { totalCount } }', {}),
        ("query q($n: Int!) { llmRuns(first: $n) { totalCount } }", {"n": "many"}),
        ("query q($n: Int!) { llmRuns(first: $n) { totalCount } }", {}),
        ("query q($w: LLMRunFilter) { llmRuns(where: $w) { totalCount } }", {"w": _DEEP}),
        (
            (
                "{ models(first: 2000) { nodes { llmRuns(first: 2000) { nodes { model { llmRuns(first: 2000) { nodes { "
                "model { llmRuns(first: 2000) { nodes { id } } } } } } } } } } }"
            ),
            {},
        ),
        ("{ llmRuns(first: 5) { nodes { timeline { mean } } } }", {}),
        ("mutation { x }", {}),
    ],
    ids=["field", "syntax", "page", "value", "type", "missing", "depth", "cost", "raw-files", "mutation"],
)
def test_an_error_is_that_of_graphql(mcp_server: str, query: str, variables: dict[str, Any]) -> None:
    """The same message, code and figures."""
    response = httpx.post(f"{mcp_server}/graphql", json={"query": query, "variables": variables}, timeout=30)
    (expected, *_) = response.json()["errors"]

    assert refused(mcp_server, "run_query", query=query, variables=variables) == expected


def test_another_revision_is_refused(mcp_server: str) -> None:
    """A citation never gives other numbers silently."""
    error = refused(mcp_server, "run_query", query="{ dataset { name } }", revision="0123456789abcdef")

    assert error["extensions"]["code"] == "BAD_REQUEST"
    assert "is not served" in error["message"]


def test_a_field_that_fails_leaves_the_rest(mcp_server: str) -> None:
    """The result has data and errors, and is not a failure."""
    answered = called(
        mcp_server, "run_query", query='{ dataset { name } llmRuns(where: {task: {eq: "x"}}) { totalCount } }'
    )

    assert answered["data"] == {"dataset": {"name": "sample"}, "llmRuns": None}
    assert answered["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_an_answer_that_an_assistant_cannot_use_is_refused(mcp_server: str) -> None:
    """The endpoint returns it; a tool says how to ask for less."""
    query = (
        "{ llmRuns(first: 2000) { nodes { id nickname modelId resultsPath prometheusPath energyPerTokenJoules "
        "medianItlMs model { runsByGpu { llmRuns(first: 20) { nodes { id modelId nickname } } } } } } }"
    )
    response = httpx.post(f"{mcp_server}/graphql", json={"query": query}, timeout=30)

    error = refused(mcp_server, "run_query", query=query)

    assert "errors" not in response.json()
    assert error["extensions"] == {
        "code": "QUERY_TOO_COMPLEX",
        "limit": "tool_answer_bytes",
        "requested": len(response.content),
        "allowed": 2**18,
    }


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("best_run", {}, "Argument task is missing."),
        ("best_run", {"task": 5}, "task: 5: Input should be a valid string."),
        ("best_run", {"task": "gpqa", "first": 0}, "first: 0: Input should be greater than or equal to 1."),
        ("best_run", {"task": "gpqa", "first": True}, "first: True: Input should be a valid integer."),
        ("best_run", {"task": "gpqa", "per": "TASK"}, "per: 'TASK': Input should be 'ALL', 'MODEL' or 'GPU'."),
        (
            "best_run",
            {"task": "chat"},
            (
                "task: 'chat' is not a task of this dataset; allowed: gpqa, lm-arena-chat, sourcegraph-fim, "
                "image-chat, video-chat, text-to-image, text-to-video."
            ),
        ),
        (
            "best_run",
            {"task": "gpqa", "max_batch_latency_s": 2},
            "max_batch_latency_s: 2.0 does not apply to the task 'gpqa'; allowed: max_median_itl_ms.",
        ),
        ("run_query", {"query": ""}, "`query` is empty text; expected a GraphQL document as text."),
        (
            "run_query",
            {"query": "{ dataset { name } }", "variables": [1]},
            "`variables` is a list; expected an object or null.",
        ),
        (
            "describe_schema",
            {"name": "x" * 201},
            f"name: '{'x' * 97}...': String should have at most 200 characters.",
        ),
        ("describe_dataset", {"task": "gpqa"}, "Argument 'task' is unknown; allowed: none."),
        (
            "describe_schema",
            {"name": "LLMRn"},
            (
                "name: 'LLMRn' is not in the schema; nearest: LLMRun, LLMRunConnection, LLMRunEdge, LLMRunField, "
                "LLMRunFilter."
            ),
        ),
    ],
)
def test_a_wrong_argument_is_named_with_its_value(
    mcp_server: str, tool: str, arguments: dict[str, Any], message: str
) -> None:
    """As an error of the tool, which an assistant reads, and never a failure of the connection."""
    error = refused(mcp_server, tool, **arguments)

    assert error["message"] == message
    assert error["extensions"]["code"] in {"BAD_USER_INPUT", "BAD_REQUEST"}


def test_calls_do_not_block_the_graph(mcp_server: str) -> None:
    """While 20 calls for the largest answers run, a small query waits for one of them at most."""
    query = "{ llmRuns(first: 270, stability: ANY) { nodes { id nickname modelId resultsPath prometheusPath } } }"
    headers = {"Accept": "application/json, text/event-stream"}
    message = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "run_query", "arguments": {"query": query}},
    }

    async def waits() -> tuple[float, float]:
        async with httpx.AsyncClient(base_url=mcp_server, timeout=60) as client:
            clock = asyncio.get_running_loop().time
            started = clock()
            calls = [asyncio.create_task(client.post("/mcp", json=message, headers=headers)) for _ in range(20)]
            await asyncio.sleep(0.02)
            sent = clock()
            assert (await client.get("/graphql", params={"query": "{ dataset { name } }"})).status_code == 200
            waited = clock() - sent
            assert {(await each).json()["result"]["isError"] for each in calls} == {False}
            return waited, clock() - started

    waited, total = asyncio.run(waits())
    assert waited < total / 2
