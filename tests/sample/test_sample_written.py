from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd  # type: ignore[import-untyped]  # no type information installed
import pyarrow.parquet as pq
import pytest
from mlenergy.data.records import DiffusionRun, DiffusionRuns, LLMRun, LLMRuns

from errors import DatasetError
from sample import SampleRawFiles, sample_tables, write_sample

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


@pytest.mark.parametrize("kind", ["llm", "diffusion"])
def test_the_toolkit_computes_the_tables_from_the_raw_files(directory: Path, kind: str) -> None:
    """Every column is the toolkit's, stability and its reason included; columns that it does not know are null."""
    if kind == "llm":
        expected = _frame(list(LLMRuns.from_raw_results(directory, stable_only=False, n_workers=1)), directory)
    else:
        expected = _frame(list(DiffusionRuns.from_raw_results(directory, n_workers=1)), directory)
    table = pq.read_table(directory / "runs" / f"{kind}.parquet").to_pandas()
    table = table.sort_values("results_path", ignore_index=True)
    assert table[table.columns.difference(expected.columns)].isna().all(axis=None)
    pd.testing.assert_frame_equal(table[expected.columns], expected, check_dtype=False, rtol=1e-9, atol=0)


def _frame(runs: list[LLMRun] | list[DiffusionRun], directory: Path) -> pd.DataFrame:
    """All columns of the toolkit's records, with paths relative to the directory, ordered by path."""
    frame = pd.DataFrame([run.__dict__ for run in runs]).rename(columns=lambda name: name.removeprefix("_"))
    for column in frame.columns.intersection(["results_path", "prometheus_path"]):
        frame[column] = frame[column].str.removeprefix(f"{directory}/")
    return frame.sort_values("results_path", ignore_index=True)


def test_the_toolkit_loads_the_directory(directory: Path) -> None:
    """The Parquet tables load as compiled data, by default without unstable runs."""
    llm, diffusion = sample_tables(runs=_RUNS, seed=_SEED)
    assert len(LLMRuns.from_directory(directory, stable_only=False)) == llm.num_rows
    assert len(LLMRuns.from_directory(directory)) == sum(llm["is_stable"].to_pylist())
    assert len(DiffusionRuns.from_directory(directory)) == diffusion.num_rows


@pytest.mark.parametrize("metric", ["power.device_instant", "power.device_average", "temperature"])
def test_the_toolkit_reads_the_timelines(directory: Path, metric: str) -> None:
    """Each run's timeline has samples without gaps; total power is near the run's mean."""
    llm = LLMRuns.from_directory(directory, stable_only=False)
    diffusion = DiffusionRuns.from_directory(directory)
    for run in [*llm, *diffusion]:
        timeline = run.timelines(metric=metric)
        assert len(timeline) >= 10
        assert timeline.value.notna().all()
        if metric != "temperature" and run.avg_power_watts > 0:
            assert timeline.value.mean() == pytest.approx(run.avg_power_watts, rel=0.05)


def test_the_toolkit_reads_lengths_and_latencies(directory: Path) -> None:
    """The means of output lengths and smoothed inter-token latencies are the table's."""
    for run in LLMRuns.from_directory(directory, stable_only=False):
        lengths, latencies = run.output_lengths(), run.inter_token_latencies()
        assert sum(lengths) / len(lengths) == run.avg_output_len
        assert 1e3 * sum(latencies) / len(latencies) == pytest.approx(run.mean_itl_ms, rel=1e-9)


def test_written_files_equal_generated_files(directory: Path) -> None:
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


def test_readme_and_license_state_that_the_data_is_synthetic(directory: Path) -> None:
    """Readers must not take the numbers for measurements."""
    assert "synthetic" in (directory / "README.md").read_text().casefold()
    assert "not measured" in (directory / "LICENSE").read_text()


def test_progress_counts_every_file(tmp_path: Path) -> None:
    """The callback is called after each file with the numbers of written and of all files."""
    calls: list[tuple[int, int]] = []
    write_sample(tmp_path / "new" / "place", runs=2, seed=0, on_file=lambda done, total: calls.append((done, total)))
    count = sum(file.is_file() for file in (tmp_path / "new" / "place").rglob("*"))
    assert calls == [(done, count) for done in range(1, count + 1)]


def test_an_empty_directory_is_filled(tmp_path: Path) -> None:
    """An existing empty directory is a valid target."""
    target = tmp_path / "empty"
    target.mkdir()
    write_sample(target, runs=2, seed=0)
    assert (target / "runs" / "llm.parquet").is_file()
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("kind", ["directory", "file"])
def test_existing_files_are_not_changed(tmp_path: Path, kind: str) -> None:
    """A directory that is not empty, or a file, is an error that names it."""
    target = tmp_path / "target"
    existing = target / "existing" if kind == "directory" else target
    existing.parent.mkdir(exist_ok=True)
    existing.write_text("content")
    with pytest.raises(DatasetError, match="new or empty") as error:
        write_sample(target, runs=2, seed=0)
    assert error.value.file == target
    assert existing.read_text() == "content"
    assert list(tmp_path.iterdir()) == [target]


def test_an_interrupted_call_leaves_no_files(tmp_path: Path) -> None:
    """An interruption in the middle removes the files that were written."""

    def interrupt(done: int, total: int) -> None:
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_sample(tmp_path / "cut", runs=4, seed=0, on_file=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """The operating system's error becomes a DatasetError that names the directory."""
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(DatasetError, match="cannot be written") as error:
        write_sample(tmp_path / "file" / "sample", runs=2, seed=0)
    assert error.value.file == tmp_path / "file" / "sample"
