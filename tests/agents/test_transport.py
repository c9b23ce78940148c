"""The endpoint /mcp over plain HTTP: methods, hostile bodies, hosts and origins, workers, logs, and its switch."""

from __future__ import annotations

import json
from operator import methodcaller
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from mcp import MCPError

from tests.agents.client import called, connected
from tests.server_process import run_server, running_server
from tests.web.observed_server import observed_server

if TYPE_CHECKING:
    from pathlib import Path

HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


def call_message(tool: object, arguments: object = None) -> dict[str, Any]:
    """Return the JSON-RPC message that calls a tool."""
    params = {"name": tool, "arguments": arguments if arguments is not None else {}}
    return {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}


def post(address: str, body: object, **headers: str) -> httpx.Response:
    """Send a body; text and bytes as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.post(f"{address}/mcp", content=content, headers={**HEADERS, **headers}, timeout=30)


def test_without_the_switch_the_path_does_not_exist(live_server: str) -> None:
    """404, as any unknown path."""
    assert post(live_server, call_message("describe_dataset")).status_code == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT", "OPTIONS"])
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_other_methods_than_post_are_not_allowed(mcp_server: str, method: str, accept: str) -> None:
    """A GET opens no stream that would stay open: there are no sessions, so there is nothing to stream."""
    response = httpx.request(method, f"{mcp_server}/mcp", headers={"Accept": accept}, timeout=5)

    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize("version", [None, "2025-06-18", "2025-11-25"])
def test_an_answer_is_json_and_not_a_stream(mcp_server: str, version: str | None) -> None:
    """In every version of the protocol, and without a session."""
    headers = {} if version is None else {"MCP-Protocol-Version": version}
    response = post(mcp_server, call_message("describe_dataset"), **headers)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert "Mcp-Session-Id" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.json()["result"]["structuredContent"]["data"]["dataset"]["name"] == "sample"


@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"null", 400),
        (b"[]", 400),
        (b"1", 400),
        (b'"x"', 400),
        (b"{}", 400),
        (b"[" * 100_000 + b"]" * 100_000, 400),
        (b'{"a":' * 900 + b"1" + b"}" * 900, 400),
        (json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": [[0]] * 40_000}).encode(), 400),
        (b"[" + b"1," * 100_000 + b"1]", 400),
        (b"9" * 5_000, 400),
        (b" " * (2**18 + 1), 413),
        (json.dumps(call_message("run_query", {"query": "x" * 2**18})).encode(), 413),
    ],
    ids=str,
)
def test_a_hostile_body_is_an_error_of_the_client(mcp_server: str, version: str, body: bytes, status: int) -> None:
    """4xx with a JSON error, never 500, whatever its nesting, number of values, size and encoding."""
    response = post(mcp_server, body, **{"MCP-Protocol-Version": version})

    assert response.status_code == status
    assert {"error", "errors"} & response.json().keys()


@pytest.mark.parametrize(
    "message",
    [
        call_message(5),
        call_message(["run_query"]),
        call_message("run_query", "text"),
        call_message("run_query", [1]),
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call"},
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {}},
        {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": 5}},
        {"jsonrpc": "2.0", "id": 1, "method": "no/such/method", "params": {}},
    ],
    ids=str,
)
def test_a_malformed_message_is_an_error_of_the_protocol(mcp_server: str, message: dict[str, Any]) -> None:
    """As JSON-RPC, without details of the server."""
    response = post(mcp_server, message)

    assert response.status_code < 500
    assert response.json()["error"]["code"] in {-32600, -32601, -32602}
    assert "Traceback" not in response.text


def test_unknown_tools_and_resources_are_errors_that_name_the_known_ones(mcp_server: str) -> None:
    """As errors of the protocol, as it prescribes."""
    with pytest.raises(MCPError, match=r"Tool 'delete_all' is unknown; allowed: describe_dataset, "):
        connected(mcp_server, lambda client: client.call_tool("delete_all", {}))
    for uri in (
        "mlenergy://cookbook/99",
        "mlenergy://cookbook/٣",
        f"mlenergy://cookbook/{'9' * 5_000}",
        "3",
        "file:///etc/passwd",
    ):
        with pytest.raises(MCPError, match=r"is unknown; allowed: mlenergy://schema\.graphql"):
            connected(mcp_server, methodcaller("read_resource", uri))


def test_other_content_types_and_encodings_are_refused(mcp_server: str) -> None:
    """As on /graphql; a form of a page of another site cannot send JSON."""
    message = call_message("describe_dataset")

    assert post(mcp_server, message, **{"Content-Type": "text/plain"}).status_code == 415
    assert post(mcp_server, message, **{"Content-Encoding": "gzip"}).status_code == 415
    assert post(mcp_server, message, Accept="text/html").status_code == 406


@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
def test_other_hosts_and_origins_are_refused(mcp_server: str, version: str) -> None:
    """A page that rebinds its name to this address cannot use the endpoint; pages of this computer can."""
    port = mcp_server.rpartition(":")[2]
    message = call_message("describe_dataset")
    protocol = {"MCP-Protocol-Version": version}

    assert post(mcp_server, message, Host=f"evil.example:{port}", **protocol).status_code == 421
    assert post(mcp_server, message, Origin="https://evil.example", **protocol).status_code == 403
    for origin in ("http://localhost:6274", "https://127.0.0.1", "http://[::1]:3000"):
        response = post(mcp_server, message, Origin=origin, **protocol)
        assert response.status_code not in {403, 421}
        assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_hosts_and_origins_can_be_allowed() -> None:
    """The origins are those of CORS."""
    message = call_message("describe_dataset")
    allowed = ("--mcp-hosts", "graph.example", "--allow-origins", "https://lab.example")
    with running_server("--source", "sample", "--mcp", *allowed) as address:
        assert post(address, message, Host="graph.example").status_code == 200
        assert post(address, message, Host="localhost").status_code == 421
        for origin, status in (
            ("https://lab.example", 200),
            ("https://graph.example", 200),
            ("https://x.example", 403),
        ):
            assert post(address, message, Host="graph.example:8000", Origin=origin).status_code == status


def test_any_host_can_be_allowed() -> None:
    """For a server behind a proxy that checks names itself; below a root field, tools and recipes work too."""
    with running_server("--source", "sample", "--mcp", "--mcp-hosts", "*", "--root-field", "mlEnergy") as address:
        assert post(address, call_message("describe_dataset"), Host="any.example").status_code == 200
        best = called(address, "best_run", task="gpqa")
        (recipe,) = called(address, "search_cookbook", question="8-bit weights", limit=1)["recipes"]
        answered = called(address, "run_query", query=recipe["query"])

    assert best["data"]["mlEnergy"]["llmRuns"]["bestRuns"]["nodes"]
    assert answered["data"]["mlEnergy"]["small"]["pairs"]["count"] > 0


def test_two_workers_answer_one_client() -> None:
    """Requests of a client need not reach the same process, because there are no sessions."""
    with running_server("--source", "sample", "--mcp", "--workers", "2") as address:

        async def ask(client: Any) -> list[Any]:  # noqa: ANN401 - the SDK's client
            return [await client.call_tool("best_run", {"task": "gpqa"}) for _ in range(12)]

        for mode in ("auto", "legacy"):
            answers = connected(address, ask, mode=mode)
            assert all(not answer.is_error for answer in answers)
            assert all(answer.structured_content == answers[0].structured_content for answer in answers)


def test_a_call_is_logged_like_any_request(tmp_path: Path) -> None:
    """With the tool as its operation; neither its arguments nor lines of the SDK, also for refused requests."""
    with observed_server(tmp_path, "--source", "sample", "--mcp") as server:
        called(server.address, "best_run", task="gpqa", model_id="secret-name")
        connected(server.address, lambda client: client.call_tool("find_models", {}), mode="legacy")
        post(server.address, call_message("describe_dataset"), Host="secret-host.example")
        post(server.address, call_message("secret-tool"))
        lines = server.lines()

    logged = [(line["path"], line["status"], line["operation"]) for line in lines if line["event"] == "request"]
    assert ("/mcp", 200, "best_run") in logged
    assert ("/mcp", 200, "find_models") in logged
    assert ("/mcp", 421, None) in logged
    assert {line["logger"].partition(".")[0] for line in lines} <= {"server", "uvicorn", "http", "raw"}
    assert "secret" not in json.dumps(lines)


def test_the_server_does_not_start_without_the_package(tmp_path: Path) -> None:
    """One line names the package and how to install it."""
    (tmp_path / "mcp.py").write_text("raise ModuleNotFoundError(\"No module named 'mcp'\", name='mcp')")

    done = run_server("serve", "--source", "sample", "--port", "0", "--mcp", environment={"PYTHONPATH": str(tmp_path)})

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(
        "--mcp needs the package mcp, which is not installed; run `make setup`, or install requirements.lock"
    )


def test_a_switch_of_another_value_is_refused() -> None:
    """The variable takes true or false."""
    done = run_server("serve", "--source", "sample", environment={"MLENERGY_MCP": "maybe"})

    assert done.returncode == 2
    assert "MLENERGY_MCP is 'maybe'; allowed: true or false" in done.stderr
