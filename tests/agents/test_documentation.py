"""docs/agents.md lists the tools and their arguments, and its example runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from tests.agents.client import connected
from tests.server_process import ROOT

PAGE = (ROOT / "docs" / "agents.md").read_text(encoding="utf-8")


def test_the_page_lists_the_tools_and_their_arguments(mcp_server: str) -> None:
    """All tools in order, with all arguments, but for those that it refers to."""
    listed = connected(mcp_server, lambda client: client.list_tools()).tools
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", PAGE, re.MULTILINE)

    assert [name for name, _ in rows] == [tool.name for tool in listed]
    for tool, (_, cell) in zip(listed, rows, strict=True):
        named, known = set(re.findall(r"`(\w+)`", cell)), set(tool.input_schema["properties"])
        assert named - {"best_run"} <= known
        assert "best_run" in named or named == known


def test_the_example_runs(mcp_server: str) -> None:
    """It prints the best run and the revision."""
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    done = subprocess.run(  # noqa: S603 - our own example
        [sys.executable, "-c", code.replace("http://localhost:8000", mcp_server)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "energyPerTokenJoules" in done.stdout
    assert "sample-" in done.stdout


def test_the_configuration_of_clients_is_json() -> None:
    """With the path of the endpoint."""
    (text,) = re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)

    assert json.loads(text)["mcpServers"]["mlenergy"]["url"].endswith("/mcp")
