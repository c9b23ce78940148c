"""Raw files of LLM runs: `results.json` with requests and timelines, and `prometheus.json` with server snapshots."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from sample.llm import CHUNKS, FIRST_SNAPSHOT_S, LISTED_REQUESTS, PERCENTILES, unit_latencies
from sample.power import Span, by_gpu, mean_one, timeline
from sample.runs import bell

if TYPE_CHECKING:
    from sample.configurations import LLMConfiguration
    from sample.runs import Columns, FloatArray, IntArray

_JSON_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY
_Output = tuple[int, float, float, list[float]]  # length, latency, time to first token, inter-token latencies
_SUBJECTS = ("a lighthouse", "a water clock", "a sundial", "a canal lock", "a windmill", "a printing press", "a kite")
_PROMPTS = ("Explain how {} works.", "Describe {} in two sentences.", "List three parts of {}.", "Who would need {}?")
_METRICS = (
    ("vllm:num_requests_running", "gauge", "Number of requests in model execution batches."),
    ("vllm:num_requests_waiting", "gauge", "Number of requests waiting to be processed."),
    ("vllm:kv_cache_usage_perc", "gauge", "KV-cache usage. 1 means 100 percent usage."),
    ("vllm:generation_tokens_total", "counter", "Number of generation tokens processed."),
)


def llm_results(configuration: LLMConfiguration, run: Columns, generator: np.random.Generator) -> bytes:
    """Return the raw `results.json` of a run, from its values of `llm_columns`."""
    requests, latencies = _requests(generator, configuration, run)
    balance = mean_one(generator, run["num_gpus"], 0.012)
    energies = run["steady_state_energy_joules"] * balance / run["num_gpus"]
    watts = run["gpu_watts"] * balance
    start, end = _steady_state(run)
    duration, completed = run["steady_state_duration_seconds"], int(run["completed_requests"])
    spans = [
        Span(run["start_time"], start, 0.2 * watts, watts),
        Span(start, end, watts, watts),
        Span(end, round(end + run["tail_s"], 3), 0.9 * watts, 0.3 * watts),
    ]
    bounds = {"steady_state_start_time": start, "steady_state_end_time": end}
    result = {
        "note": "Synthetic: made-up numbers of invented models, not measurements. The list of requests is an excerpt.",
        **{name: run[name] for name in ("model_id", "seed", "gpu_model", "num_gpus", "max_num_seqs")},
        "num_prompts": completed + run["failed_requests"],
        "num_request_repeats": run["request_repeats"],
        "duration": spans[-1].end - spans[0].start,
        "completed": completed,
        "steady_state_duration": duration,
        "steady_state_energy": run["steady_state_energy_joules"],
        "steady_state_energy_per_token": run["energy_per_token_joules"],
        "total_input_tokens": completed * configuration.task.input_tokens,
        "total_output_tokens": int(run["total_output_tokens"]),
        "output_throughput": run["output_throughput_tokens_per_sec"],
        "steady_state_measurement": {"time": duration, "gpu_energy": by_gpu(energies)},
        "timeline": timeline(generator, configuration.gpu, spans, **bounds),
        **latencies,
        "results": requests,
    }
    return orjson.dumps(result, option=_JSON_OPTIONS)


def llm_prometheus(configuration: LLMConfiguration, run: Columns, generator: np.random.Generator) -> bytes:
    """Return the raw `prometheus.json` of a run: a snapshot each second, whose mean batch is the table's."""
    batch, before, count, after = configuration.max_num_seqs, int(run["ramp_s"]), run["snapshots"], int(run["tail_s"])
    steady = _running(generator, run["running"], count, batch)
    running = np.concatenate([np.linspace(0, batch, before).round(), steady, np.linspace(batch, 0, after).round()])
    usage = np.round(run["kv_usage"] * running / batch, 6)
    statistics = {
        "vllm:num_requests_running": run["avg_batch_size"],
        "vllm:kv_cache_usage_perc": usage[before : before + count].mean().item(),
    }
    present = np.ones(len(running), dtype=np.bool_)
    if run["avg_batch_size"] is None:
        # The endpoint did not respond during the steady state.
        present[before : before + count] = False
        statistics = {}
    start, end = _steady_state(run)
    times = np.round(start + FIRST_SNAPSHOT_S + np.arange(-before, count + after), 6)
    generated = np.floor(run["output_throughput_tokens_per_sec"] * np.arange(1, len(running) + 1))
    waiting = np.maximum(run["completed_requests"] - running - generated // run["avg_output_len"], 0)
    snapshots = np.column_stack([times, running, waiting, usage, generated])[present].tolist()
    file = {
        "collection_interval": 1.0,
        "steady_state_start_time": start,
        "steady_state_end_time": end,
        "steady_state_stats": statistics,
        "timeline": [
            {"timestamp": time, "metrics": _exposition(run["model_id"], values)} for time, *values in snapshots
        ],
    }
    return orjson.dumps(file, option=_JSON_OPTIONS)


def _steady_state(run: Columns) -> tuple[float, float]:
    """Return its start and end, unix seconds."""
    start = round(run["start_time"] + run["ramp_s"], 3)
    return start, round(start + run["steady_state_duration_seconds"], 3)


def _requests(
    generator: np.random.Generator, configuration: LLMConfiguration, run: Columns
) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Return the `results` list, and the statistics of all latencies in ms.

    The successful requests have exactly the run's mean output length and inter-token latencies.
    """
    weights = np.exp(0.45 * bell(generator, LISTED_REQUESTS))
    total = int(run["avg_output_len"]) * LISTED_REQUESTS
    lengths = 3 + np.floor(weights / weights.sum() * (total - 3 * LISTED_REQUESTS)).astype(np.int64)
    lengths[0] += total - lengths.sum()
    streams = _streams(generator, run, lengths)
    ttft = run["ttft_s"] * np.exp(0.35 * bell(generator, LISTED_REQUESTS))
    tpot = run["itl_s"] * (1.0 + 0.02 * bell(generator, LISTED_REQUESTS))
    latency = ttft + tpot * (lengths - 1)
    outputs = zip(lengths.tolist(), latency.tolist(), ttft.tolist(), streams, strict=True)
    requests = [_request(generator, configuration, run, number, output) for number, output in enumerate(outputs)]
    for number in range(min(run["failed_requests"], 2)):
        place = int(generator.random() * (len(requests) + 1))
        failure = _request(generator, configuration, run, LISTED_REQUESTS + number, (0, 0.0, 0.0, []))
        requests.insert(place, failure)
    itl = np.repeat(unit_latencies(run["burstiness"]) * run["itl_s"], CHUNKS)
    statistics: dict[str, float] = {}
    for metric, values in (("ttft", ttft), ("tpot", tpot), ("e2el", latency), ("itl", itl)):
        statistics |= _statistics(metric, values * 1e3)
    return requests, statistics


def _request(
    generator: np.random.Generator, configuration: LLMConfiguration, run: Columns, number: int, output: _Output
) -> dict[str, Any]:
    """Return one item of the `results` list; a request without output has failed."""
    length, latency, ttft, itl = output
    subject, prompt = (texts[int(generator.random() * len(texts))] for texts in (_SUBJECTS, _PROMPTS))
    reasons = length > 0 and configuration.task.name == "gpqa"
    return {
        "prompt": f"[synthetic request {number}] {prompt.format(subject)}",
        "output_text": f"A made-up answer about {subject}." if length else "",
        "reasoning_output_text": f"First consider {subject}." if reasons else "",
        "input_len": max(int(configuration.task.input_tokens * (0.6 + 0.8 * generator.random())), 1),
        "output_len": length,
        "latency": latency,
        "ttft": ttft,
        "itl": itl,
        "success": length > 0,
        "error": "" if length else "Connection closed before the first token.",
        "energy": run["energy_per_token_joules"] * length,
    }


def _streams(generator: np.random.Generator, run: Columns, lengths: IntArray) -> list[list[float]]:
    """Distribute every unit's latency over the requests, in seconds and in proportion to their lengths.

    A chunk of tokens that arrived together is its latency followed by zeros; some streams begin with a zero.
    """
    order = np.argsort(generator.random(len(CHUNKS)))
    tokens = CHUNKS[order]
    starts = np.concatenate([[0], np.cumsum(tokens)])
    values = np.zeros(int(starts[-1]))
    values[starts[:-1]] = unit_latencies(run["burstiness"])[order] * run["itl_s"] * tokens
    cuts = np.round(np.cumsum(lengths)[:-1] / lengths.sum() * len(order)).astype(np.int64)
    streams = [values[begin:end].tolist() for begin, end in pairwise([0, *starts[cuts].tolist(), len(values)])]
    for stream in streams[::7]:
        stream.insert(0, 0.0)
    return streams


def _statistics(metric: str, milliseconds: FloatArray) -> dict[str, float]:
    percentiles = np.percentile(milliseconds, PERCENTILES).tolist()
    return {
        f"mean_{metric}_ms": milliseconds.mean().item(),
        f"median_{metric}_ms": percentiles[0],
        f"std_{metric}_ms": milliseconds.std().item(),
        **{f"p{level}_{metric}_ms": value for level, value in zip(PERCENTILES, percentiles, strict=True)},
    }


def _running(generator: np.random.Generator, total: int, count: int, limit: int) -> IntArray:
    """Return running sequences per snapshot: whole numbers up to `limit` with exactly this total."""
    values = np.full(count, total // count, dtype=np.int64)
    values[np.argsort(generator.random(count))[: total % count]] += 1
    # Pairs of snapshots exchange some, so that the total stays.
    first, second = values[: count // 2], values[count // 2 : count // 2 * 2]
    moved = np.floor(generator.random(count // 2) * (np.minimum(limit - first, second) + 1) * 0.9).astype(np.int64)
    first += moved
    second -= moved
    return values[np.argsort(generator.random(count))]


def _exposition(model_id: str, values: list[float]) -> str:
    """Return one snapshot in Prometheus's text format."""
    lines = [
        f'# HELP {name} {description}\n# TYPE {name} {kind}\n{name}{{engine="0",model_name="{model_id}"}} {value}\n'
        for (name, kind, description), value in zip(_METRICS, values, strict=True)
    ]
    return "".join(lines)
