"""Writes the sample as a dataset directory, in the layout of the benchmark's repository on the Hub."""

from __future__ import annotations

import secrets
import shutil
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from errors import DatasetError
from tables.sample.configurations import configuration_files
from tables.sample.raw_files import SampleRawFiles
from tables.sample.tables import sample_revision, sample_tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

_README = """# A synthetic sample in the layout of the ML.ENERGY Benchmark V3

Every number here is made up by the generator of mlenergy-graph ({revision}); organisations and models are invented.
Nothing was measured, and nothing may be quoted as a measurement. Every organisation's name ends in `-example`: by that
mlenergy-graph knows made-up numbers wherever they are copied to. The GPUs' limits (power, memory, bandwidth) are the
published ones, so that batch, GPU and model size move energy and latency the way they do in reality.

- `runs/llm.parquet`: {llm} runs; `runs/diffusion.parquet`: {diffusion} runs.
- `llm/` and `diffusion/`: the raw files behind each run. Tables and raw files agree: `mlenergy-data` computes the same
  rows from them. To keep the files small, steady states are short, power is sampled less often the more GPUs there are,
  and a run's `results` list is an excerpt: 24 successful requests whose mean output length is the run's, each with the
  latencies of a part of its tokens.
- `configs/`: the model descriptions and parallelism settings that `mlenergy-data` reads.

    from mlenergy.data.records import DiffusionRuns, LLMRuns
    runs = LLMRuns.from_directory("here")
    runs = LLMRuns.from_raw_results("here", stable_only=False)
"""
_LICENSE = """This directory holds synthetic data: generated, not measured, about models that do not exist.

It is licensed as its generator, mlenergy-graph, is: under the Apache License, Version 2.0
(https://www.apache.org/licenses/LICENSE-2.0). It is not a part of the ML.ENERGY Benchmark.
"""


def write_sample(directory: Path, *, runs: int, seed: int, on_file: Callable[[int, int], None] | None = None) -> None:
    """Write a complete dataset directory: tables, configurations, raw files, README and LICENSE.

    It is written beside its place and moved there at the end, so that an interrupted call leaves nothing half-written.

    Args:
        directory: Where to; must not exist, or be empty. Folders above it are made.
        runs: Runs of both tables together, at least 2.
        seed: From 0 to 2³² - 1.
        on_file: Called after each file with how many are written and how many there are.

    Raises:
        DatasetError: A figure is outside its range, the directory is not free, or it cannot be written.
    """
    llm, diffusion = sample_tables(runs=runs, seed=seed)
    _require_free(directory)
    partial = directory.parent / f".{directory.name}.partial-{secrets.token_hex(4)}"
    try:
        partial.mkdir(parents=True)
        _write_files(
            partial, llm, diffusion, SampleRawFiles(runs, seed), _small_files(llm, diffusion, runs, seed), on_file
        )
        if directory.exists():
            directory.rmdir()
        partial.rename(directory)
    except OSError as error:
        raise DatasetError(f"the sample cannot be written: {error.strerror or error}", file=directory) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _require_free(directory: Path) -> None:
    if directory.is_dir() and not any(directory.iterdir()):
        return
    if directory.exists() or directory.is_symlink():
        raise DatasetError("the sample is written only to a directory that is new or empty", file=directory)


def _small_files(llm: pa.Table, diffusion: pa.Table, runs: int, seed: int) -> dict[str, str]:
    readme = _README.format(revision=sample_revision(runs, seed), llm=llm.num_rows, diffusion=diffusion.num_rows)
    return {"README.md": readme, "LICENSE": _LICENSE} | configuration_files(llm, diffusion)


def _write_files(
    root: Path,
    llm: pa.Table,
    diffusion: pa.Table,
    raw: SampleRawFiles,
    small: dict[str, str],
    on_file: Callable[[int, int], None] | None,
) -> None:
    paths = [
        path
        for column in (llm["results_path"], llm["prometheus_path"], diffusion["results_path"])
        for path in column.to_pylist()
    ]
    tables = {"runs/llm.parquet": llm, "runs/diffusion.parquet": diffusion}
    total = len(paths) + len(small) + len(tables)
    for written, path in enumerate([*tables, *small, *paths], start=1):
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if path in tables:
            pq.write_table(tables[path], target)
        elif path in small:
            target.write_text(small[path], encoding="utf-8")
        else:
            target.write_bytes(raw.read(path))
        if on_file is not None:
            on_file(written, total)
