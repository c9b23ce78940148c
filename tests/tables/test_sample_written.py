from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd  # type: ignore[import-untyped]  # no type information installed
import pyarrow.parquet as pq
import pytest
from mlenergy.data.records import DiffusionRun, DiffusionRuns, LLMRun, LLMRuns

from errors import DatasetError
from tables.sample import SampleRawFiles, sample_tables, write_sample

if TYPE_CHECKING:
    from pathlib import Path

_RUNS = 60
_SEED = 5


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small written sample."""
    written = tmp_path_factory.mktemp("sample") / "dataset"
    write_sample(written, runs=_RUNS, seed=_SEED)
    return written


def _frame(runs: list[LLMRun] | list[DiffusionRun], directory: Path) -> pd.DataFrame:
    """All columns of the toolkit's records, paths relative to the directory, in the order of the paths."""
    frame = pd.DataFrame([run.__dict__ for run in runs]).rename(columns=lambda name: name.removeprefix("_"))
    for column in frame.columns.intersection(["results_path", "prometheus_path"]):
        frame[column] = frame[column].str.removeprefix(f"{directory}/")
    return frame.sort_values("results_path", ignore_index=True)


def test_the_toolkit_computes_the_llm_table_from_the_raw_files(directory: Path) -> None:
    """Every column of every LLM run, stability and its reason included, equals the toolkit's."""
    expected = _frame(list(LLMRuns.from_raw_results(directory, stable_only=False, n_workers=1)), directory)
    table = pq.read_table(directory / "runs" / "llm.parquet").to_pandas().sort_values("results_path", ignore_index=True)
    assert set(expected.columns) == set(table.columns)
    pd.testing.assert_frame_equal(table, expected[table.columns], check_dtype=False, rtol=1e-9, atol=0)


def test_the_toolkit_computes_the_diffusion_table_from_the_raw_files(directory: Path) -> None:
    """Every column of every diffusion run equals the toolkit's."""
    expected = _frame(list(DiffusionRuns.from_raw_results(directory, n_workers=1)), directory)
    path = directory / "runs" / "diffusion.parquet"
    table = pq.read_table(path).to_pandas().sort_values("results_path", ignore_index=True)
    assert set(expected.columns) == set(table.columns)
    pd.testing.assert_frame_equal(table, expected[table.columns], check_dtype=False, rtol=1e-9, atol=0)


def test_the_toolkit_loads_the_directory(directory: Path) -> None:
    """The Parquet tables load as compiled data; what is stable follows the toolkit's default."""
    llm, diffusion = sample_tables(runs=_RUNS, seed=_SEED)
    assert len(LLMRuns.from_directory(directory, stable_only=False)) == llm.num_rows
    assert len(LLMRuns.from_directory(directory)) == sum(llm["is_stable"].to_pylist())
    assert len(DiffusionRuns.from_directory(directory)) == diffusion.num_rows


@pytest.mark.parametrize("metric", ["power.device_instant", "power.device_average", "temperature"])
def test_the_toolkit_reads_the_timelines(directory: Path, metric: str) -> None:
    """Each run's timeline has samples and no gaps; total power stays near the run's mean."""
    llm = LLMRuns.from_directory(directory, stable_only=False)
    diffusion = DiffusionRuns.from_directory(directory)
    for run in [*llm, *diffusion]:
        timeline = run.timelines(metric=metric)
        assert len(timeline) >= 10
        assert timeline.value.notna().all()
        if metric != "temperature" and run.avg_power_watts > 0:
            assert timeline.value.mean() == pytest.approx(run.avg_power_watts, rel=0.05)


def test_the_toolkit_reads_lengths_and_latencies(directory: Path) -> None:
    """Output lengths and smoothed inter-token latencies have the means of the row."""
    for run in LLMRuns.from_directory(directory, stable_only=False):
        lengths, latencies = run.output_lengths(), run.inter_token_latencies()
        assert sum(lengths) / len(lengths) == run.avg_output_len
        assert 1e3 * sum(latencies) / len(latencies) == pytest.approx(run.mean_itl_ms, rel=1e-9)


def test_written_files_are_what_is_read_without_writing(directory: Path) -> None:
    """Tables and raw files of the directory equal those that are generated in memory, byte for byte."""
    raw = SampleRawFiles(_RUNS, _SEED)
    names = []
    for name, table in zip(("llm", "diffusion"), sample_tables(runs=_RUNS, seed=_SEED), strict=True):
        assert pq.read_table(directory / "runs" / f"{name}.parquet").equals(table)
        names += [
            path for column in table.column_names if column.endswith("_path") for path in table[column].to_pylist()
        ]
    assert all((directory / path).read_bytes() == raw.read(path) for path in names)
    on_disk = {file.relative_to(directory).as_posix() for file in directory.rglob("*.json")}
    assert set(names) == {path for path in on_disk if not path.startswith("configs/")}


def test_the_directory_says_that_it_is_synthetic(directory: Path) -> None:
    """README and LICENSE keep anyone from taking the numbers for measurements."""
    assert "synthetic" in (directory / "README.md").read_text().casefold()
    assert "not measured" in (directory / "LICENSE").read_text()


def test_progress_counts_every_file(tmp_path: Path) -> None:
    """The callback hears of each file once, the last time with all of them."""
    heard: list[tuple[int, int]] = []
    write_sample(tmp_path / "new" / "place", runs=2, seed=0, on_file=lambda done, total: heard.append((done, total)))
    count = sum(file.is_file() for file in (tmp_path / "new" / "place").rglob("*"))
    assert heard == [(done, count) for done in range(1, count + 1)]


def test_an_empty_directory_is_filled(tmp_path: Path) -> None:
    """A directory that is there and empty is taken."""
    target = tmp_path / "empty"
    target.mkdir()
    write_sample(target, runs=2, seed=0)
    assert (target / "runs" / "llm.parquet").is_file()
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("kind", ["directory", "file"])
def test_what_is_there_is_not_touched(tmp_path: Path, kind: str) -> None:
    """A directory with something in it, or a file, is refused by name and left as it is."""
    target = tmp_path / "taken"
    kept = target / "kept" if kind == "directory" else target
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("kept")
    with pytest.raises(DatasetError, match="new or empty") as refusal:
        write_sample(target, runs=2, seed=0)
    assert refusal.value.file == target
    assert kept.read_text() == "kept"
    assert list(tmp_path.iterdir()) == [target]


def test_an_interrupted_call_leaves_nothing(tmp_path: Path) -> None:
    """Nothing is left of a call that ended in the middle."""

    def interrupt(done: int, total: int) -> None:
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_sample(tmp_path / "cut", runs=4, seed=0, on_file=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_an_error_that_names_it(tmp_path: Path) -> None:
    """The operating system's refusal becomes a DatasetError with the directory."""
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(DatasetError, match="cannot be written") as refusal:
        write_sample(tmp_path / "file" / "sample", runs=2, seed=0)
    assert refusal.value.file == tmp_path / "file" / "sample"
