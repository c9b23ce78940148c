"""Tools over the published figures, against the rows of the Parquet file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from tests.agents.client import called
from tests.server_process import running_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TASK = "gpqa"
LIMIT_MS = 50.0


@pytest.fixture(scope="module")
def real_mcp_server(real_figures: Path) -> Iterator[str]:
    """URL of a server with the endpoint for assistants, over the published figures."""
    with running_server("--source", str(real_figures), "--mcp") as address:
        yield address


@pytest.fixture(scope="module")
def rows(real_figures: Path) -> list[dict[str, Any]]:
    """The stable runs of the task within the latency limit, read without the server."""
    return [
        row
        for row in pq.read_table(real_figures / "runs" / "llm.parquet").to_pylist()
        if row["is_stable"] and row["task"] == TASK and row["median_itl_ms"] <= LIMIT_MS
    ]


def least(rows: list[dict[str, Any]], **where: object) -> float:
    """Return the least energy per token of the rows with these values."""
    energies: list[float] = [
        row["energy_per_token_joules"] for row in rows if all(row[name] == value for name, value in where.items())
    ]
    return min(energies)


def test_the_best_run_of_each_model_is_that_of_the_file(real_mcp_server: str, rows: list[dict[str, Any]]) -> None:
    """Every model with a run within the limit, each with its least energy, in ascending order."""
    answered = called(real_mcp_server, "best_run", task=TASK, max_median_itl_ms=LIMIT_MS, per="MODEL", first=100)
    found = answered["data"]["llmRuns"]["bestRuns"]["nodes"]
    expected = {model: least(rows, model_id=model) for model in {row["model_id"] for row in rows}}

    assert len(expected) > 5
    assert {run["modelId"]: run["energyPerTokenJoules"] for run in found} == expected
    assert [run["energyPerTokenJoules"] for run in found] == sorted(expected.values())
    assert answered["source"]["synthetic"] is False


def test_the_comparison_of_two_gpus_is_that_of_the_file(real_mcp_server: str, rows: list[dict[str, Any]]) -> None:
    """For each model with a run on both within the limit, the relative change of the least energies."""
    answered = called(
        real_mcp_server, "compare_gpus", task=TASK, baseline="H100", candidate="B200", max_median_itl_ms=LIMIT_MS
    )
    pairs = answered["data"]["llmRuns"]["pairs"]["pairs"]
    on = {gpu: {row["model_id"] for row in rows if row["gpu_model"] == gpu} for gpu in ("H100", "B200")}
    expected = {
        model: least(rows, model_id=model, gpu_model="B200") / least(rows, model_id=model, gpu_model="H100") - 1
        for model in on["H100"] & on["B200"]
    }

    assert len(expected) > 3
    assert {pair["baseline"]["modelId"]: pair["changes"][0]["relativeChange"] for pair in pairs} == pytest.approx(
        expected
    )
