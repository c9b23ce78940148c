"""Raw files with odd values, served by a real server: read from the files, from the disk cache and from a store."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest
from mlenergy.data.records import LLMRuns

from sample import write_sample
from tests.server_process import run_server, running_server

if TYPE_CHECKING:
    from pathlib import Path

_LLM = """{ llmRuns(stability: ANY, where: {resultsPath: {eq: $path}}) {
  nodes {
    timeline(maxPoints: null) { value sampleCount skippedCount }
    temperature: timeline(metric: TEMPERATURE, maxPoints: null) { value skippedCount }
    outputLengths { values skippedCount }
    interTokenLatencies { count mean skippedCount }
    latencies { skippedCount ttft { meanMs } }
    serverMetrics { skippedCount steadyStateStatistics { name value }
      kvCacheUsage(window: FULL, maxPoints: null) { sampleCount steadyState }
      numRequestsRunning(window: FULL, maxPoints: null) { sampleCount } }
  }
  outputLengthDistribution { count skippedCount }
  commonTimelines { runCount skippedCount } } }"""
_DIFFUSION = """{ diffusionRuns(where: {resultsPath: {eq: $path}}) {
  nodes { iterations { timeS } skippedIterationCount timeline { skippedCount } } } }"""


@dataclass(frozen=True)
class Odd:
    """A dataset directory in which one run of each kind has odd values.

    Args:
        root: The directory.
        llm: The path of the LLM run's results.
        diffusion: Of the diffusion run's.
        before: The LLM run's `prometheus.json` before it was changed.
    """

    root: Path
    llm: str
    diffusion: str
    before: dict[str, Any]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Odd:
    """Write the directory."""
    root = tmp_path_factory.mktemp("odd") / "dataset"
    write_sample(root, runs=30, seed=4)
    results = min(root.glob("llm/**/results.json"))
    file = json.loads(results.read_bytes())
    file["results"][0]["prompt"] = "\ud800"
    file["results"][1]["success"] = None
    file["results"][2]["output_len"] = "12"
    file["results"][3] = None
    file["results"][4]["output_len"] = "many"
    file["results"][5]["itl"][0] = None
    file["mean_ttft_ms"] = "fast"
    power = file["timeline"]["power"]
    power["limit"] = 400
    power["device_instant"]["0"][50][1] = float("nan")
    file["timeline"]["temperature"]["0"][50] = [None, None]
    results.write_text(json.dumps(file, indent=2))
    prometheus = results.with_name("prometheus.json")
    before = json.loads(prometheus.read_bytes())
    after = json.loads(prometheus.read_text().replace("vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"))
    after["timeline"][0] = None
    after["timeline"][1]["metrics"] += "vllm:num_requests_running{ 3\n"
    after["steady_state_stats"]["odd"] = "high"
    after["collection_interval"] = {}
    prometheus.write_text(json.dumps(after, indent=2))
    diffusion = min(root.glob("diffusion/**/results.json"))
    file = json.loads(diffusion.read_bytes())
    file["iteration_energy_measurements"][0]["time"] = None
    diffusion.write_text(json.dumps(file, indent=2))
    paths = [path.relative_to(root).as_posix() for path in (results, diffusion)]
    return Odd(root, paths[0], paths[1], before)


def test_odd_values_are_skipped_and_counted_over_http(odd: Odd) -> None:
    """Every field answers with what can be read, equal to the toolkit where it has an answer, and says what is not."""
    with running_server("--source", str(odd.root), "--raw-cache-mib", "0") as address:
        answer = _ask(address, odd)
    runs = answer["llmRuns"]
    [run] = runs["nodes"]
    [toolkit] = LLMRuns.from_directory(odd.root, stable_only=False).where(
        lambda run: run._results_path.endswith(odd.llm)  # noqa: SLF001 - the toolkit has no public name for it
    )
    file = json.loads((odd.root / odd.llm).read_bytes())
    frame = toolkit.timelines(metric="power.device_instant")
    np.testing.assert_allclose(run["timeline"]["value"], frame["value"], rtol=0, atol=1e-6)
    assert [run["timeline"]["skippedCount"], run["timeline"]["sampleCount"]] == [1, len(frame)]
    assert run["temperature"]["skippedCount"] == 1
    succeeded = [each for each in file["results"] if each and each["success"]]
    lengths = [int(each["output_len"]) for each in succeeded if each["output_len"] != "many"]
    assert run["outputLengths"] == {"values": lengths, "skippedCount": 2}
    assert run["interTokenLatencies"]["skippedCount"] == 2
    assert run["latencies"]["skippedCount"] == 1
    assert run["latencies"]["ttft"]["meanMs"] is None
    assert runs["outputLengthDistribution"] == {"count": len(lengths), "skippedCount": 2}
    assert runs["commonTimelines"] == [{"runCount": 1, "skippedCount": 1}]
    server, before = run["serverMetrics"], odd.before
    assert server["skippedCount"] == 4
    assert server["kvCacheUsage"]["sampleCount"] == len(before["timeline"]) - 1
    assert server["kvCacheUsage"]["steadyState"] == before["steady_state_stats"].get("vllm:kv_cache_usage_perc")
    assert server["numRequestsRunning"]["sampleCount"] == len(before["timeline"]) - 1
    assert len(server["steadyStateStatistics"]) == len(before["steady_state_stats"])
    [diffusion] = answer["diffusionRuns"]["nodes"]
    measured = json.loads((odd.root / odd.diffusion).read_bytes())["iteration_energy_measurements"]
    assert [each["timeS"] for each in diffusion["iterations"]] == [each["time"] for each in measured[1:]]
    assert [diffusion["skippedIterationCount"], diffusion["timeline"]["skippedCount"]] == [1, 0]


def test_caches_and_stores_answer_as_the_files_do(odd: Odd, tmp_path: Path) -> None:
    """The disk cache, filled and read, and an ingested store give the same answers, counts included."""
    source = ("--source", str(odd.root))
    uncached, cached = (*source, "--raw-cache-mib", "0"), (*source, "--raw-cache", str(tmp_path / "cache"))
    answers = []
    assert run_server("ingest", *source, "--out", str(tmp_path / "store")).returncode == 0
    for arguments in (uncached, cached, cached, (*uncached, "--timeline-store", str(tmp_path / "store"))):
        with running_server(*arguments) as address:
            answers.append(_ask(address, odd))
    assert answers == answers[:1] * 4


def _ask(address: str, odd: Odd) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for query, path in ((_LLM, odd.llm), (_DIFFUSION, odd.diffusion)):
        body = {"query": f"query($path: String) {query}", "variables": {"path": path}}
        answer = httpx.post(f"{address}/graphql", json=body, timeout=60).json()
        assert "errors" not in answer, answer["errors"]
        data |= answer["data"]
    return data
