"""What raw files say beside timelines, as the graph answers it, beside the toolkit or the file itself."""

from __future__ import annotations

import json
from math import exp, log, sqrt
from statistics import NormalDist, fmean, stdev
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from mlenergy.data.modeling import ITLMixtureModel
from mlenergy.data.records import DiffusionRun, LLMRun, LLMRuns
from prometheus_client.parser import text_string_to_metric_families

from resolvers.context import Limits
from resolvers.latency_mixture import fit_mixture, ks_distance, mixture_cdf
from resolvers.samples import Samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.graph import Graph
    from tests.toolkit_directory import Kind, Written

Answers = dict[str, dict[str, Any]]

_PAGE = Limits().max_raw_files // 2  # two files a run
_FIELD: dict[Kind, str] = {"llm": "llmRuns(stability: ANY,", "diffusion": "diffusionRuns("}
_PERCENTS = [0, 10, 50, 99, 100]
_MIXTURE = """loc piSteady sigmaSteady scaleSteady piStall sigmaStall scaleStall mean variance sampleCount
  sampleMean sampleStddev ksDistance warnings"""


def _of_every_run(graph: Graph, kind: Kind, fields: str) -> Answers:
    """Ask for fields of every run, as many at a time as one request may open, and give them by path."""
    query = f"""query($after: String) {{
      runs: {_FIELD[kind]} first: {_PAGE}, after: $after) {{
        nodes {{ resultsPath {fields} }} pageInfo {{ hasNextPage endCursor }}
      }}
    }}"""
    answers: Answers = {}
    after = None
    while True:
        page = graph.ask(query, after=after)["runs"]
        answers |= {node["resultsPath"]: node for node in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            return answers
        after = page["pageInfo"]["endCursor"]


def _llm_runs(written: Written) -> dict[str, LLMRun]:
    return {path: run for path, run in written.runs("llm") if isinstance(run, LLMRun)}


def test_output_lengths_are_the_toolkits(written: Written, written_graph: Graph) -> None:
    """Every run's lengths, in the file's order, with statistics as numpy's."""
    fields = f"""outputLengths {{ count values min max mean percentiles(p: {_PERCENTS})
      histogram(bins: 7) {{ edges counts outside nullCount }} }}"""
    answers = _of_every_run(written_graph, "llm", fields)
    for path, run in _llm_runs(written).items():
        said, expected = answers[path]["outputLengths"], run.output_lengths()
        assert said["values"] == expected
        assert said["count"] == len(expected)
        assert [said["min"], said["max"]] == [min(expected), max(expected)]
        assert said["mean"] == pytest.approx(np.mean(expected), rel=1e-12)
        np.testing.assert_allclose(said["percentiles"], np.percentile(expected, _PERCENTS), rtol=1e-12)
        counts, edges = np.histogram(expected, 7)
        np.testing.assert_allclose(said["histogram"]["edges"], edges, rtol=1e-12)
        assert said["histogram"]["counts"] == counts.tolist()
        assert [said["histogram"]["outside"], said["histogram"]["nullCount"]] == [0, 0]
    assert len(answers) == len(written.llm)


def test_inter_token_latencies_are_the_toolkits(written: Written, written_graph: Graph) -> None:
    """Every run's smoothed latencies, by count, extremes, mean, percentiles and bins."""
    fields = f"""interTokenLatencies {{ count min max mean percentiles(p: {_PERCENTS})
      histogram {{ edges counts }} }}"""
    answers = _of_every_run(written_graph, "llm", fields)
    for path, run in _llm_runs(written).items():
        said, expected = answers[path]["interTokenLatencies"], run.inter_token_latencies()
        assert said["count"] == len(expected)
        assert [said["min"], said["max"]] == [min(expected), max(expected)]
        assert said["mean"] == pytest.approx(np.mean(expected), rel=1e-12)
        np.testing.assert_allclose(said["percentiles"], np.percentile(expected, _PERCENTS), rtol=1e-12)
        counts, edges = np.histogram(expected, 50)
        np.testing.assert_allclose(said["histogram"]["edges"], edges, rtol=1e-12)
        assert said["histogram"]["counts"] == counts.tolist()


@pytest.mark.parametrize(("arguments", "most", "seed"), [("", 2048, 0), ("(maxSamples: 100, seed: 7)", 100, 7)])
def test_item_29_mixtures_are_the_toolkits(
    written: Written, written_graph: Graph, arguments: str, most: int, seed: int
) -> None:
    """At most so many smoothed samples, drawn with the seed, give the toolkit's parameters to the last digits."""
    answers = _of_every_run(written_graph, "llm", f"interTokenLatencies {{ mixture{arguments} {{ {_MIXTURE} }} }}")
    for path, run in list(_llm_runs(written).items())[::5]:
        samples = np.array(run.inter_token_latencies())
        model = ITLMixtureModel.fit(samples, max_samples=most, seed=seed)
        mean, variance = model.mean_var()
        expected = {
            "loc": model.loc,
            "piSteady": model.pi_steady,
            "sigmaSteady": model.sigma_steady,
            "scaleSteady": model.scale_steady,
            "piStall": model.pi_stall,
            "sigmaStall": model.sigma_stall,
            "scaleStall": model.scale_stall,
            "mean": mean,
            "variance": variance,
            "sampleCount": min(most, samples.size),
            "sampleMean": fmean(samples),
            "sampleStddev": stdev(samples),
            "ksDistance": kolmogorov_smirnov(samples.tolist(), model),
        }
        said = answers[path]["interTokenLatencies"]["mixture"]
        warned = [text.split(" is ")[0].removeprefix("the mixture's ") for text in said.pop("warnings")]
        assert said == pytest.approx(expected, rel=1e-9)
        off = {"mean": mean / fmean(samples), "standard deviation": sqrt(variance) / stdev(samples)}
        assert warned == [figure for figure, ratio in off.items() if abs(ratio - 1) > 0.15]


def kolmogorov_smirnov(samples: Sequence[float], model: ITLMixtureModel) -> float:
    """Return sup |F_n - F| over all samples, one by one."""
    ordered, count = sorted(samples), len(samples)
    steady, stall = (
        NormalDist(log(model.scale_steady), model.sigma_steady),
        NormalDist(log(model.scale_stall), model.sigma_stall),
    )
    greatest = 0.0
    for below, value in enumerate(ordered):
        z = log(value - model.loc) if value > model.loc else None
        share = 0.0 if z is None else model.pi_steady * steady.cdf(z) + model.pi_stall * stall.cdf(z)
        greatest = max(greatest, (below + 1) / count - share, share - below / count)
    return greatest


@pytest.mark.parametrize("count", [1, 2, 50, 20_000])
@pytest.mark.parametrize("ties", [False, True])
def test_the_kolmogorov_smirnov_distance_is_that_over_all_samples(count: int, *, ties: bool) -> None:
    """However few of the samples it looks at; samples that the fit never saw lie below its shift."""
    random = np.random.default_rng(count)
    steady, stalled = random.lognormal(-3.5, 0.2, count), random.lognormal(-1, 0.8, count // 20)
    samples = np.concatenate([steady, stalled]).round(3 if ties else 12)
    model = ITLMixtureModel.fit(samples, max_samples=500, seed=0)
    exact = pytest.approx(kolmogorov_smirnov(samples.tolist(), model), abs=1e-12)
    for coarse in (2, 10, 4_096):
        assert ks_distance(np.sort(samples), lambda x: mixture_cdf(model, x), coarse=coarse) == exact


def lognormal(count: int, *, median: float, sigma: float) -> list[float]:
    """Return values at evenly spaced quantiles of a lognormal distribution."""
    normal = NormalDist(log(median), sigma)
    return [exp(normal.inv_cdf((place + 0.5) / count)) for place in range(count)]


STEADY = lognormal(400, median=0.04, sigma=0.2)


@pytest.mark.parametrize(
    ("samples", "starts"),
    [
        (STEADY, []),
        (
            STEADY + lognormal(8, median=1, sigma=0.8),
            ["the mixture's mean is 0.6", "the mixture's standard deviation is 1"],
        ),
        ([0.04 + step / 1000 for step in range(20)], ["the mixture's standard deviation is "]),
        ([0.04] * 10, ["the mixture's standard deviation is 1.008e-07 s, that of the samples 0 s; above 15%, draw"]),
        ([1e-300, 1e300] * 5, ["the mixture's mean overflows float64; that of the samples is 5e+299 s"]),
        ([1.7e308], []),
    ],
    ids=["steady", "with stalls", "evenly spread", "equal", "beyond float64", "one value"],
)
def test_a_mixture_that_is_off_says_so(samples: list[float], starts: list[str]) -> None:
    """By more than 15% in mean or standard deviation, or beyond float64: each in a sentence with both figures."""
    mixture = fit_mixture(Samples(np.array(samples)), max_samples=2048, seed=0)
    assert mixture is not None
    assert len(mixture.warnings) == len(starts), mixture.warnings
    for text, start in zip(mixture.warnings, starts, strict=True):
        assert text.startswith(start)
    measured = [mixture.sample_mean, mixture.sample_stddev]
    modelled = [mixture.mean, None if mixture.variance is None else sqrt(mixture.variance)]
    pairs = [(x, y) for x, y in zip(modelled, measured, strict=True) if x is not None and y is not None]
    if len(pairs) == len(measured):
        assert len(starts) == sum(abs(x - y) > 0.15 * y for x, y in pairs)


def test_latencies_are_what_the_file_states(written: Written, written_graph: Graph) -> None:
    """Every statistic of the four latencies is the file's own figure, and what it does not state is null."""
    statistics = "{ meanMs medianMs stddevMs percentiles { p valueMs } }"
    fields = f"latencies {{ {' '.join(f'{kind} {statistics}' for kind in ('ttft', 'tpot', 'itl', 'e2el'))} }}"
    answers = _of_every_run(written_graph, "llm", fields)
    for path, run in _llm_runs(written).items():
        file = run.read_results_json()
        for kind, said in answers[path]["latencies"].items():
            assert said["meanMs"] == file[f"mean_{kind}_ms"]
            assert said["medianMs"] == file[f"median_{kind}_ms"]
            assert said["stddevMs"] == file[f"std_{kind}_ms"]
            found = {f"p{each['p']:g}_{kind}_ms": each["valueMs"] for each in said["percentiles"]}
            assert found == {key: file[key] for key in file if key.startswith("p") and key.endswith(f"_{kind}_ms")}


def test_item_25_server_metrics_are_the_files(written: Written, written_graph: Graph) -> None:
    """KV-cache use and running requests: what prometheus.json states, and every snapshot that it holds."""
    series = "{ name steadyState startTime sampleCount relativeTimeS value min max mean }"
    fields = f"""serverMetrics {{ intervalS steadyStateStatistics {{ name value }}
      kvCacheUsage(window: FULL, maxPoints: null) {series}
      numRequestsRunning(maxPoints: null) {series}
      numRequestsWaiting(window: FULL, maxPoints: 5) {series} }}"""
    answers = _of_every_run(written_graph, "llm", fields)
    without = 0
    for path, run in _llm_runs(written).items():
        said, file = answers[path]["serverMetrics"], run.read_prometheus_json()
        stated = file["steady_state_stats"]
        without += not stated
        assert said["intervalS"] == file["collection_interval"]
        assert {each["name"]: each["value"] for each in said["steadyStateStatistics"]} == stated
        times, values = _snapshots(file, "vllm:kv_cache_usage_perc")
        _assert_series(said["kvCacheUsage"], times, values, start=times[0])
        assert said["kvCacheUsage"]["steadyState"] == stated.get("vllm:kv_cache_usage_perc")
        start, end = file["steady_state_start_time"], file["steady_state_end_time"]
        times, values = _snapshots(file, "vllm:num_requests_running")
        there = [place for place, time in enumerate(times) if start <= time <= end]
        running = said["numRequestsRunning"]
        _assert_series(running, [times[each] for each in there], [values[each] for each in there], start=start)
        assert running["steadyState"] == stated.get("vllm:num_requests_running")
        if stated:
            assert running["mean"] == pytest.approx(run.avg_batch_size, rel=1e-9)
        waiting = said["numRequestsWaiting"]
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


def _assert_series(said: dict[str, Any], times: list[float], values: list[float], *, start: float) -> None:
    assert said["value"] == values
    assert said["sampleCount"] == len(values)
    np.testing.assert_allclose(said["relativeTimeS"], np.array(times) - start, rtol=0, atol=1e-9)
    assert said["startTime"] == start
    if values:
        assert [said["min"], said["max"]] == [min(values), max(values)]
        assert said["mean"] == pytest.approx(np.mean(values), rel=1e-12)
    else:
        assert [said["min"], said["max"], said["mean"]] == [None, None, None]


def test_iterations_are_the_files(written: Written, written_graph: Graph) -> None:
    """Time and energy of each measured batch, per GPU and together."""
    fields = "iterations { timeS energyJoules gpus { index energyJoules } }"
    answers = _of_every_run(written_graph, "diffusion", fields)
    for path, run in written.runs("diffusion"):
        assert isinstance(run, DiffusionRun)
        measured = run.read_results_json()["iteration_energy_measurements"]
        said = answers[path]["iterations"]
        assert [each["timeS"] for each in said] == [each["time"] for each in measured]
        for one, other in zip(said, measured, strict=True):
            assert {f"{gpu['index']}": gpu["energyJoules"] for gpu in one["gpus"]} == other["gpu_energy"]
            assert one["energyJoules"] == pytest.approx(sum(other["gpu_energy"].values()), rel=1e-12)


def test_item_6_output_lengths_of_a_selection_share_their_bins(written: Written, written_graph: Graph) -> None:
    """For every model and task: 50 bins over all runs, per run and pooled, and the edges as energies."""
    query = """query($where: LLMRunFilter) { llmRuns(where: $where, stability: ANY, first: 0) {
      totalCount outputLengthDistribution { edges count counts runsWithoutFile runs {
        run { resultsPath } count counts energyEdgesJoules } } } }"""
    runs = _llm_runs(written)
    selections = {(run.model_id, run.task) for run in runs.values()}
    for model, task in sorted(selections):
        where = {"modelId": {"eq": model}, "task": {"eq": task}}
        said = written_graph.ask(query, where=where)["llmRuns"]["outputLengthDistribution"]
        chosen = {path: run for path, run in runs.items() if (run.model_id, run.task) == (model, task)}
        lengths = {path: run.output_lengths() for path, run in chosen.items()}
        pooled = [length for each in lengths.values() for length in each]
        counts, edges = np.histogram(pooled, 50)
        np.testing.assert_allclose(said["edges"], edges, rtol=1e-12)
        assert said["counts"] == counts.tolist()
        assert [said["count"], said["runsWithoutFile"]] == [len(pooled), 0]
        assert {each["run"]["resultsPath"] for each in said["runs"]} == set(chosen)
        for each in said["runs"]:
            path = each["run"]["resultsPath"]
            assert each["count"] == len(lengths[path])
            assert each["counts"] == np.histogram(lengths[path], edges)[0].tolist()
            energies = edges * chosen[path].energy_per_token_joules
            np.testing.assert_allclose(each["energyEdgesJoules"], energies, rtol=1e-12)


def test_item_28_power_traces_lie_on_a_common_grid(written: Written, written_graph: Graph) -> None:
    """Per model, GPUs and batch: 0.1 s from 0 to the median duration, linear, the median over runs, per GPU."""
    query = """query($where: LLMRunFilter) { llmRuns(where: $where, stability: ANY, first: 0) {
      commonTimelines(per: [MODEL_ID, NUM_GPUS, MAX_NUM_SEQS]) {
        key { field value } runCount runsWithoutFile unit durationS relativeTimeS value valuePerGpu } } }"""
    runs = written.llm
    several = 0
    for task in sorted({run.task for run in runs}):
        where = {"task": {"eq": task}}
        for said in written_graph.ask(query, where=where)["llmRuns"]["commonTimelines"]:
            key = {each["field"]: each["value"] for each in said["key"]}
            chosen = LLMRuns(
                [
                    run
                    for run in runs.task(task).model_id(key["modelId"])
                    if (f"{run.num_gpus}", f"{run.max_num_seqs}") == (key["numGpus"], key["maxNumSeqs"])
                ]
            )
            traces = [run.timelines(metric="power.device_instant") for run in chosen]
            several += len(traces) > 1
            duration = float(np.median([trace["relative_time_s"].iloc[-1] for trace in traces]))
            grid = np.arange(0.0, duration + 1e-12, 0.1)
            values = np.vstack([np.interp(grid, trace["relative_time_s"], trace["value"]) for trace in traces])
            assert [said["runCount"], said["runsWithoutFile"], said["unit"]] == [len(traces), 0, "W"]
            assert said["durationS"] == pytest.approx(duration, rel=1e-9)
            np.testing.assert_allclose(said["relativeTimeS"], grid, rtol=0, atol=1e-9)
            np.testing.assert_allclose(said["value"], np.median(values, axis=0), rtol=1e-9)
            np.testing.assert_allclose(said["valuePerGpu"], np.median(values, axis=0) / int(key["numGpus"]), rtol=1e-9)
    assert several > 0


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
    """The argument, its value and what is allowed."""
    error = graph.refusal(f"{{ llmRuns(first: 1) {{ nodes {{ {field} }} }} }}")
    assert reason in error.message
    assert error.extensions["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        ("commonTimelines(stepS: 0) { value }", "stepS is 0.0; allowed: a number of seconds above 0"),
        ("commonTimelines(stepS: 1e-9) { value }", "stepS is 1e-09: "),
        ("outputLengthDistribution(bins: 1001) { counts }", "bins: 1001 is out of range; allowed: 1 to 1000"),
    ],
)
def test_a_wrong_argument_of_a_view_is_named(graph: Graph, view: str, reason: str) -> None:
    """The argument, its value and what is allowed."""
    where = 'where: { task: { eq: "gpqa" }, maxNumSeqs: { eq: 8 } }'
    error = graph.refusal(f"{{ llmRuns({where}, first: 0) {{ {view} }} }}")
    assert reason in error.message
    assert error.extensions["code"] == "BAD_USER_INPUT"


def test_raw_fields_have_one_answer(graph: Graph, reference_graph: Graph) -> None:
    """At the root and below models, as columns and row by row: the same bytes."""
    where = 'where: { task: { eq: "gpqa" }, maxNumSeqs: { lte: 8 }, gpuModel: { eq: "H100" } }'
    runs = f"""{{ nodes {{ id
        outputLengths {{ count values mean percentiles(p: [50]) histogram(bins: 3) {{ edges counts }} }}
        interTokenLatencies {{ count percentiles(p: [90]) histogram(bins: 2) {{ counts }} mixture {{ {_MIXTURE} }} }}
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


def test_figures_without_raw_files_are_null(real_graph: Graph) -> None:
    """The published figures name no raw file: the fields are null, the views say how many runs they lack."""
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


def test_a_file_that_is_missing_is_an_error_at_its_field_alone(written_graph: Graph, written: Written) -> None:
    """A prometheus.json that the table names and the disk lacks: that field alone is null, with the reason."""
    path = next(path for path, _ in written.runs("llm")).replace("results.json", "prometheus.json")
    file = written.root / path
    kept = file.read_bytes()
    file.unlink()
    try:
        result = written_graph.answer(
            """query($path: String) { llmRuns(where: {prometheusPath: {eq: $path}}, stability: ANY) {
              nodes { id serverMetrics { intervalS } outputLengths { count } } } }""",
            path=path,
        )
    finally:
        file.write_bytes(kept)
    assert result.errors is not None
    [error] = result.errors
    assert error.path == ["llmRuns", "nodes", 0, "serverMetrics"]
    assert error.extensions is not None
    assert error.extensions["code"] == "RAW_DATA_UNAVAILABLE"
    assert "No such file" in error.message
    assert str(written.root) not in json.dumps(error.formatted)
    assert result.data is not None
    assert result.data["llmRuns"]["nodes"][0]["outputLengths"]["count"] > 0
