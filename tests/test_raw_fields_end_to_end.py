"""Latencies, server metrics and iterations in the graph, compared with the raw files; errors and nulls."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from mlenergy.data.records import DiffusionRun
from prometheus_client.parser import text_string_to_metric_families

from schema.build import build_schema
from tables.directory import open_directory
from tests.graph import Graph
from tests.runs_by_path import fields_by_path, llm_runs
from tests.test_raw_samples_end_to_end import MIXTURE

if TYPE_CHECKING:
    from tests.toolkit_directory import Written


def test_latencies_equal_the_files(written: Written, written_graph: Graph) -> None:
    """Every statistic of the four latencies is the file's own figure; a figure that it does not state is null."""
    statistics = "{ meanMs medianMs stddevMs percentiles { p valueMs } }"
    fields = f"latencies {{ {' '.join(f'{kind} {statistics}' for kind in ('ttft', 'tpot', 'itl', 'e2el'))} }}"
    nodes = fields_by_path(written_graph, "llm", fields)
    for path, run in llm_runs(written).items():
        file = run.read_results_json()
        for kind, actual in nodes[path]["latencies"].items():
            assert actual["meanMs"] == file[f"mean_{kind}_ms"]
            assert actual["medianMs"] == file[f"median_{kind}_ms"]
            assert actual["stddevMs"] == file[f"std_{kind}_ms"]
            found = {f"p{each['p']:g}_{kind}_ms": each["valueMs"] for each in actual["percentiles"]}
            assert found == {key: file[key] for key in file if key.startswith("p") and key.endswith(f"_{kind}_ms")}


def test_item_25_server_metrics_equal_the_files(written: Written, written_graph: Graph) -> None:
    """KV-cache usage and running requests: the figures of prometheus.json, and every snapshot in it."""
    series = "{ name steadyState startTime sampleCount relativeTimeS value min max mean }"
    fields = f"""serverMetrics {{ intervalS steadyStateStatistics {{ name value }}
      kvCacheUsage(window: FULL, maxPoints: null) {series}
      numRequestsRunning(maxPoints: null) {series}
      numRequestsWaiting(window: FULL, maxPoints: 5) {series} }}"""
    nodes = fields_by_path(written_graph, "llm", fields)
    without = 0
    for path, run in llm_runs(written).items():
        actual, file = nodes[path]["serverMetrics"], run.read_prometheus_json()
        stated = file["steady_state_stats"]
        without += not stated
        assert actual["intervalS"] == file["collection_interval"]
        assert {each["name"]: each["value"] for each in actual["steadyStateStatistics"]} == stated
        times, values = _snapshots(file, "vllm:kv_cache_usage_perc")
        _assert_series(actual["kvCacheUsage"], times, values, start=times[0])
        assert actual["kvCacheUsage"]["steadyState"] == stated.get("vllm:kv_cache_usage_perc")
        start, end = file["steady_state_start_time"], file["steady_state_end_time"]
        times, values = _snapshots(file, "vllm:num_requests_running")
        there = [place for place, time in enumerate(times) if start <= time <= end]
        running = actual["numRequestsRunning"]
        _assert_series(running, [times[each] for each in there], [values[each] for each in there], start=start)
        assert running["steadyState"] == stated.get("vllm:num_requests_running")
        if stated:
            assert running["mean"] == pytest.approx(run.avg_batch_size, rel=1e-9)
        waiting = actual["numRequestsWaiting"]
        assert len(waiting["value"]) <= 5 <= waiting["sampleCount"]
    assert without > 0


def _snapshots(file: dict[str, Any], name: str) -> tuple[list[float], list[float]]:
    times, values = [], []
    for snapshot in file["timeline"]:
        for family in text_string_to_metric_families(snapshot["metrics"]):
            for sample in family.samples:
                if sample.name == name:
                    times.append(snapshot["timestamp"])
                    values.append(sample.value)
    return times, values


def _assert_series(actual: dict[str, Any], times: list[float], values: list[float], *, start: float) -> None:
    assert actual["value"] == values
    assert actual["sampleCount"] == len(values)
    np.testing.assert_allclose(actual["relativeTimeS"], np.array(times) - start, rtol=0, atol=1e-9)
    assert actual["startTime"] == start
    if values:
        assert [actual["min"], actual["max"]] == [min(values), max(values)]
        assert actual["mean"] == pytest.approx(np.mean(values), rel=1e-12)
    else:
        assert [actual["min"], actual["max"], actual["mean"]] == [None, None, None]


def test_iterations_equal_the_files(written: Written, written_graph: Graph) -> None:
    """Time and energy of each measured batch, per GPU and in total."""
    fields = "iterations { timeS energyJoules gpus { index energyJoules } }"
    nodes = fields_by_path(written_graph, "diffusion", fields)
    for path, run in written.runs("diffusion"):
        assert isinstance(run, DiffusionRun)
        measured = run.read_results_json()["iteration_energy_measurements"]
        actual = nodes[path]["iterations"]
        assert [each["timeS"] for each in actual] == [each["time"] for each in measured]
        for one, other in zip(actual, measured, strict=True):
            assert {f"{gpu['index']}": gpu["energyJoules"] for gpu in one["gpus"]} == other["gpu_energy"]
            assert one["energyJoules"] == pytest.approx(sum(other["gpu_energy"].values()), rel=1e-12)


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("outputLengths { percentiles(p: [101]) }", "p: 101.0 is out of range; allowed values: 0 to 100"),
        ("outputLengths { histogram(bins: 0) { counts } }", "bins: 0 is out of range; allowed: 1 to 1000"),
        ("interTokenLatencies { mixture(maxSamples: 0) { loc } }", "maxSamples is 0; allowed: 1 to 65536"),
        ("interTokenLatencies { mixture(seed: -1) { loc } }", "seed is -1; allowed: 0 to 2147483647"),
        ("serverMetrics { kvCacheUsage(maxPoints: 1) { value } }", "maxPoints is 1; allowed: 2 or more"),
    ],
)
def test_a_wrong_argument_is_named(graph: Graph, field: str, reason: str) -> None:
    """The message has the argument, its value and what is allowed."""
    error = graph.refusal(f"{{ llmRuns(first: 1) {{ nodes {{ {field} }} }} }}")
    assert reason in error.message
    assert error.extensions["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        ("commonTimelines(stepS: 0) { value }", "stepS is 0.0; allowed: a number of seconds above 0"),
        ("commonTimelines(stepS: 1e-9) { value }", "stepS is 1e-09, which gives more than 100000 points"),
        ("outputLengthDistribution(bins: 1001) { counts }", "bins: 1001 is out of range; allowed: 1 to 1000"),
    ],
)
def test_a_wrong_argument_of_a_view_is_named(graph: Graph, view: str, reason: str) -> None:
    """The message has the argument, its value and what is allowed."""
    where = 'where: { task: { eq: "gpqa" }, maxNumSeqs: { eq: 8 } }'
    error = graph.refusal(f"{{ llmRuns({where}, first: 0) {{ {view} }} }}")
    assert reason in error.message
    assert error.extensions["code"] == "BAD_USER_INPUT"


def test_raw_fields_are_the_same_in_both_executions(graph: Graph, reference_graph: Graph) -> None:
    """At the root and below models, columnar and row-by-row execution give the same bytes."""
    where = 'where: { task: { eq: "gpqa" }, maxNumSeqs: { lte: 8 }, gpuModel: { eq: "H100" } }'
    runs = f"""{{ nodes {{ id
        outputLengths {{ count values mean percentiles(p: [50]) histogram(bins: 3) {{ edges counts }} }}
        interTokenLatencies {{ count percentiles(p: [90]) histogram(bins: 2) {{ counts }} mixture {{ {MIXTURE} }} }}
        latencies {{ ttft {{ meanMs percentiles {{ p valueMs }} }} tpot {{ medianMs }} }}
        serverMetrics {{ steadyStateStatistics {{ name value }} kvCacheUsage(maxPoints: 3) {{ name value }} }} }}
      outputLengthDistribution(bins: 3) {{ edges count counts runs {{ run {{ id }} counts energyEdgesJoules }} }}
      commonTimelines(stepS: 20, per: [NUM_GPUS]) {{ key {{ field value }} runCount relativeTimeS value }} }}"""
    query = f"""{{
      llmRuns({where}, first: 2) {runs}
      models(first: 4) {{ nodes {{ llmRuns({where}, first: 1) {runs} }} }}
      diffusionRuns(first: 2) {{ nodes {{ iterations {{ timeS gpus {{ index energyJoules }} }} }} }}
    }}"""
    expected = json.dumps(reference_graph.ask(query))
    assert json.dumps(graph.ask(query)) == expected
    assert len(expected) > 5_000


def test_raw_fields_without_raw_files_are_null(real_graph: Graph) -> None:
    """The published figures name no raw file: the fields are null, the views count the runs without a file."""
    answer = real_graph.ask("""{ llmRuns(first: 1, where: {task: {eq: "gpqa"}}) { totalCount
      nodes { outputLengths { count } interTokenLatencies { count } latencies { ttft { meanMs } }
              serverMetrics { intervalS } timeline { unit } }
      outputLengthDistribution { edges counts count runsWithoutFile runs { count } }
      commonTimelines { runCount runsWithoutFile durationS relativeTimeS value valuePerGpu } }
      diffusionRuns(first: 1) { nodes { iterations { timeS } } } }""")
    runs = answer["llmRuns"]
    assert set(runs["nodes"][0].values()) == {None}
    count = runs["totalCount"]
    assert runs["outputLengthDistribution"] == {
        "edges": [], "counts": [], "count": 0, "runsWithoutFile": count, "runs": [],
    }  # fmt: skip
    assert runs["commonTimelines"] == [
        {"runCount": 0, "runsWithoutFile": count, "durationS": None, "relativeTimeS": [], "value": [],
         "valuePerGpu": []}
    ]  # fmt: skip
    assert answer["diffusionRuns"]["nodes"] == [{"iterations": None}]


def test_a_missing_file_is_an_error_on_its_field_only(written: Written) -> None:
    """If the prometheus.json in the table is missing on disk, only its field is null, with the reason."""
    path = next(path for path, _ in written.runs("llm")).replace("results.json", "prometheus.json")
    file = written.root / path
    content = file.read_bytes()
    file.unlink()
    try:
        # Of its own: other tests have read the file, which then stays in memory.
        result = Graph(build_schema(), open_directory(written.root)).answer(
            """query($path: String) { llmRuns(where: {prometheusPath: {eq: $path}}, stability: ANY) {
              nodes { id serverMetrics { intervalS } outputLengths { count } } } }""",
            path=path,
        )
    finally:
        file.write_bytes(content)
    assert result.errors is not None
    [error] = result.errors
    assert error.path == ["llmRuns", "nodes", 0, "serverMetrics"]
    assert error.extensions is not None
    assert error.extensions["code"] == "RAW_DATA_UNAVAILABLE"
    assert "No such file" in error.message
    assert str(written.root) not in json.dumps(error.formatted)
    assert result.data is not None
    assert result.data["llmRuns"]["nodes"][0]["outputLengths"]["count"] > 0
