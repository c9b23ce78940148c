from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from errors import RawDataUnavailable
from sample import SampleRawFiles, sample_tables

if TYPE_CHECKING:
    import pyarrow as pa

_RUNS = 60


@pytest.fixture(scope="module")
def raw() -> SampleRawFiles:
    """Raw files of a small sample."""
    return SampleRawFiles(_RUNS, 0)


@pytest.fixture(scope="module")
def tables() -> tuple[pa.Table, pa.Table]:
    """Tables of that sample."""
    return sample_tables(runs=_RUNS, seed=0)


def _loads(raw: SampleRawFiles, path: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(raw.read(path))
    return loaded


def test_every_path_in_the_tables_is_a_readable_file(raw: SampleRawFiles, tables: tuple[pa.Table, pa.Table]) -> None:
    """Each file is small JSON with an indent of 2, and the same bytes each time."""
    llm, diffusion = tables
    for column in (llm["results_path"], llm["prometheus_path"], diffusion["results_path"]):
        for path in column.to_pylist():
            text = raw.read(path)
            assert text == SampleRawFiles(_RUNS, 0).read(path)
            assert text == json.dumps(json.loads(text), indent=2).encode()
            assert 5_000 < len(text) < 400_000


def test_raw_files_have_the_numbers_of_their_run() -> None:
    """In a large sample with repeated seeds and models, from the first run to the last."""
    raw = SampleRawFiles(20_000, 0)
    llm, diffusion = sample_tables(runs=20_000)
    for row in llm.take([0, 259, 260, 2_080, 7_777, llm.num_rows - 1]).to_pylist():
        results = _loads(raw, row["results_path"])
        assert results["model_id"] == row["model_id"]
        assert results["seed"] == row["seed"]
        assert results["steady_state_duration"] == row["steady_state_duration_seconds"]
        assert _loads(raw, row["prometheus_path"])["collection_interval"] == 1.0
    for row in diffusion.take([0, 144, 5_000, diffusion.num_rows - 1]).to_pylist():
        assert _loads(raw, row["results_path"])["model_id"] == row["model_id"]


def test_a_path_outside_the_sample_is_unavailable(raw: SampleRawFiles, tables: tuple[pa.Table, pa.Table]) -> None:
    """The error names the path; paths that differ from a run's in one part are included."""
    llm, diffusion = (table["results_path"][0].as_py() for table in tables)
    for path in (
        "",
        "README.md",
        f"../{llm}",
        llm.replace("Aurora-30B", "Aurora-1-30B"),
        llm.replace("Aurora-30B", "Aurora-9-30B"),
        llm.replace("seed+1001", "seed+1009"),
        llm.replace("num_request_repeats+1", "num_request_repeats+2"),
        diffusion.replace("results.json", "prometheus.json"),
    ):
        with pytest.raises(RawDataUnavailable) as error:
            raw.read(path)
        assert repr(path) in str(error.value)
        assert error.value.extensions["path"] == path


def test_power_integrates_to_the_energy_of_the_steady_state(
    raw: SampleRawFiles, tables: tuple[pa.Table, pa.Table]
) -> None:
    """Within one percent, over all GPUs."""
    llm, _ = tables
    for row in llm.to_pylist():
        timeline = _loads(raw, row["results_path"])["timeline"]
        bounds = timeline["steady_state_start_time"], timeline["steady_state_end_time"]
        devices = timeline["power"]["device_instant"]
        assert len(devices) == row["num_gpus"]
        energy = sum(_integral(samples, *bounds) for samples in devices.values())
        if row["steady_state_energy_joules"] > 0:
            assert energy == pytest.approx(row["steady_state_energy_joules"], rel=0.01)
        else:
            assert energy > 1_000, "the power samples do not depend on the energy counter"


def test_power_integrates_to_the_energy_of_diffusion_batches(
    raw: SampleRawFiles, tables: tuple[pa.Table, pa.Table]
) -> None:
    """Within one percent, over the whole timeline."""
    _, diffusion = tables
    for path in diffusion["results_path"].to_pylist():
        results = _loads(raw, path)
        timeline = results["timeline"]
        bounds = timeline["benchmark_start_time"], timeline["benchmark_end_time"]
        energy = sum(_integral(samples, *bounds) for samples in timeline["power"]["device_instant"].values())
        assert energy == pytest.approx(results["total_energy"], rel=0.01)


def _integral(samples: list[list[float]], start: float, end: float) -> float:
    times, watts = np.array([sample for sample in samples if start <= sample[0] <= end]).T
    return float(np.trapezoid(watts, times))


def test_timelines_cover_the_whole_benchmark(raw: SampleRawFiles, tables: tuple[pa.Table, pa.Table]) -> None:
    """Ten samples per second on one GPU, warm-up and drain included; some samples of the other GPUs are missing."""
    llm, _ = tables
    missed = 0
    for row in llm.to_pylist():
        timeline = _loads(raw, row["results_path"])["timeline"]
        assert set(timeline["power"]) == {"device_instant", "device_average", "memory_average"}
        for devices in (*timeline["power"].values(), timeline["temperature"]):
            assert list(devices) == [str(device) for device in range(row["num_gpus"])]
            times = [time for time, _ in devices["0"]]
            assert times == sorted(set(times))
            assert times[0] < timeline["steady_state_start_time"]
            assert times[-1] > timeline["steady_state_end_time"]
            assert all(math.isfinite(value) and value > 0 for samples in devices.values() for _, value in samples)
            missed += sum(len({time for time, _ in samples} ^ set(times)) for samples in devices.values())
        if row["num_gpus"] == 1:
            assert len(timeline["power"]["device_instant"]["0"]) / row["steady_state_duration_seconds"] > 9
        assert all(isinstance(value, int) for _, value in timeline["temperature"]["0"])
    assert missed > 0


def test_requests_agree_with_the_table(raw: SampleRawFiles, tables: tuple[pa.Table, pa.Table]) -> None:
    """Successful requests have exactly the mean output length; chunks, leading zeros and failures occur."""
    llm, _ = tables
    failures = 0
    for row in llm.to_pylist():
        results = _loads(raw, row["results_path"])
        succeeded = [request for request in results["results"] if request["success"]]
        failed = [request for request in results["results"] if not request["success"]]
        failures += len(failed)
        assert np.mean([request["output_len"] for request in succeeded]) == row["avg_output_len"]
        assert len(succeeded) <= results["completed"] == row["completed_requests"]
        assert results["num_prompts"] >= results["completed"] + len(failed)
        assert results["total_output_tokens"] == row["total_output_tokens"]
        assert results["median_itl_ms"] == pytest.approx(row["median_itl_ms"], rel=1e-12)
        streams = [request["itl"] for request in succeeded]
        assert any(stream[:1] == [0.0] for stream in streams)
        assert any(0.0 in stream[1:] for stream in streams)
        assert all(not request["itl"] and request["error"] for request in failed)
        assert all(len(request["itl"]) < request["output_len"] + 3 for request in succeeded)
    assert failures > 0


def test_server_snapshots_agree_with_the_table(raw: SampleRawFiles, tables: tuple[pa.Table, pa.Table]) -> None:
    """The mean of the running sequences in steady state is exactly the statistics' and the table's."""
    llm, _ = tables
    for row in llm.to_pylist():
        prometheus = _loads(raw, row["prometheus_path"])
        bounds = prometheus["steady_state_start_time"], prometheus["steady_state_end_time"]
        steady = [item["metrics"] for item in prometheus["timeline"] if bounds[0] <= item["timestamp"] <= bounds[1]]
        statistics = prometheus["steady_state_stats"]
        if row["avg_batch_size"] is None:
            assert not steady
            assert statistics == {}
            continue
        running = [_gauge(metrics, "vllm:num_requests_running") for metrics in steady]
        usage = [_gauge(metrics, "vllm:kv_cache_usage_perc") for metrics in steady]
        assert np.mean(running) == pytest.approx(row["avg_batch_size"], rel=1e-12)
        assert max(running) <= row["max_num_seqs"]
        assert statistics["vllm:num_requests_running"] == row["avg_batch_size"]
        assert statistics["vllm:kv_cache_usage_perc"] == pytest.approx(np.mean(usage))
        assert 0 < statistics["vllm:kv_cache_usage_perc"] <= 1


def _gauge(metrics: str, name: str) -> float:
    values = [line.rpartition(" ")[2] for line in metrics.splitlines() if line.startswith(f"{name}{{")]
    assert len(values) == 1
    return float(values[0])
