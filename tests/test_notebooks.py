"""The code of docs/notebooks.md runs against a real server."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pandas as pd  # type: ignore[import-untyped]  # no type information installed

PAGE = (Path(__file__).parent.parent / "docs" / "notebooks.md").read_text(encoding="utf-8")
ADDRESS = "http://localhost:8000/graphql"
_BLOCKS = re.compile(r"^```(python|r)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    """Return the code blocks of the page in a language."""
    return [code for name, code in _BLOCKS.findall(PAGE) if name == language]


def test_the_python_blocks_run_in_order(live_server: str) -> None:
    """One notebook with all blocks ends without an error, and each print has a result."""
    cells = blocks("python")
    assert len(cells) >= 6
    code = "\n".join(cells).replace(ADDRESS, f"{live_server}/graphql")
    assert live_server in code
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - our page
    assert done.returncode == 0, done.stderr
    output = done.stdout
    for expected in (
        "H100",
        "J/token",
        "sample-",
        "least",
        "['key.task', 'key.gpuModel', 'count']",
        "runsByGpu.runCount",
    ):
        assert expected in output


def test_the_query_of_the_r_block_is_a_table(live_server: str) -> None:
    """The address that the R code composes returns the columns that it uses."""
    [code] = blocks("r")
    found = re.search(r"query <- '(.*)'", code)
    assert found is not None
    parameters = {"format": "arrow", "query": found[1]}
    response = httpx.get(f"{live_server}/graphql?{urlencode(parameters)}")
    assert response.headers["content-type"] == "application/vnd.apache.arrow.stream"
    runs = pd.read_csv(f"{live_server}/graphql?{urlencode({**parameters, 'format': 'csv'})}")
    assert {"energyPerTokenJoules", "gpuModel"} <= set(runs.columns)
