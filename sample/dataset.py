"""The sample's tables, raw files and Dataset."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from errors import DatasetError, RawDataUnavailable
from sample.configurations import DIFFUSION_MODELS, LLMS, diffusion_configurations, llm_configurations
from sample.diffusion import diffusion_columns, diffusion_results
from sample.llm import llm_columns, stability
from sample.llm_raw import llm_prometheus, llm_results
from sample.runs import Runs
from tables.casting import ARROW_TYPES
from tables.catalogue import ColumnType
from tables.dataset import Dataset, Provenance, build_dataset
from tables.raw_files import refuse_over
from tables.run_kinds import RUN_KINDS
from tables.validation import validated

if TYPE_CHECKING:
    from collections.abc import Callable

    from sample.configurations import DiffusionConfiguration, LLMConfiguration
    from sample.runs import Columns, Configuration, RawFile
    from tables.catalogue import Column
    from tables.file_bytes import ReadBuffer
    from tables.run_kinds import RunKind

DEFAULT_RUNS = 420
# Increase when equal arguments give other tables or other raw files than before.
_GENERATOR_VERSION = 2
_NEUTRAL = {ColumnType.STRING: "", ColumnType.INT: 0, ColumnType.FLOAT: 0.0, ColumnType.BOOLEAN: False}


def open_sample() -> Dataset:
    """Generate the bundled sample; raw files are generated when they are read."""
    llm, diffusion = sample_tables()
    tables = {"llm": llm, "diffusion": diffusion}
    # A kind of run that the generator does not know has no runs.
    columns = {name: validated(tables.get(name, pa.table({})), kind, file="sample") for name, kind in RUN_KINDS.items()}
    provenance = Provenance(name="sample", source="sample", revision=sample_revision(), synthetic=True)
    return build_dataset(columns, provenance=provenance, raw=SampleRawFiles())


def sample_tables(*, runs: int = DEFAULT_RUNS, seed: int = 0) -> tuple[pa.Table, pa.Table]:
    """Generate the LLM and the diffusion table.

    They have the columns of the catalogue, in its order. A column that the generator does not know is null, or an empty
    text, zero or false if it is not nullable.

    Args:
        runs: Runs of both tables together, at least 2; about 400 include every configuration.
        seed: Seed of all random numbers, from 0 to 2³² - 1.

    Raises:
        DatasetError: An argument is out of range.
    """
    llm, diffusion = _runs(runs, seed)
    columns = llm_columns(llm)
    columns |= stability(llm, columns) | {"prometheus_path": llm.paths("prometheus.json")}
    return _table(RUN_KINDS["llm"], llm, columns), _table(
        RUN_KINDS["diffusion"], diffusion, diffusion_columns(diffusion)
    )


def sample_revision(runs: int = DEFAULT_RUNS, seed: int = 0) -> str:
    """Name the generated data: equal names mean equal tables and raw files."""
    return f"sample-{_GENERATOR_VERSION}-{runs}-{seed}"


class SampleRawFiles:
    """Raw files of `sample_tables` with the same arguments, generated when read; thread-safe."""

    def __init__(self, runs: int = DEFAULT_RUNS, seed: int = 0) -> None:
        self._version = f"{seed}-{runs}"
        llm, diffusion = _runs(runs, seed)
        columns = llm_columns(llm)
        self.files = (
            _raw_files(llm, columns, "results.json", llm_results)
            | _raw_files(llm, columns, "prometheus.json", llm_prometheus)
            | _raw_files(diffusion, diffusion_columns(diffusion), "results.json", diffusion_results)
        )

    @property
    def immutable(self) -> bool:
        """True: the revision names the arguments of the generator."""
        return True

    def version(self, path: str) -> str:  # noqa: ARG002 - all files depend on the arguments only
        """Return the sample's seed and size."""
        return self._version

    def read(self, path: str, *, max_bytes: int | None = None, buffer: ReadBuffer | None = None) -> bytes:  # noqa: ARG002 - protocol
        """Return the whole file; the same bytes each time."""
        if path not in self.files:
            raise RawDataUnavailable(f"The sample has no raw file {path!r}.", path=path)
        raw = self.files[path]()
        refuse_over(max_bytes, len(raw), path)
        return raw


def _runs(runs: int, seed: int) -> tuple[Runs[LLMConfiguration], Runs[DiffusionConfiguration]]:
    if runs < 2:  # noqa: PLR2004 - one run for each table
        raise DatasetError(f"runs: {runs} is out of range; allowed values: 2 and more")
    if not 0 <= seed < 2**32:
        raise DatasetError(f"seed: {seed} is out of range; allowed values: 0 to {2**32 - 1}")
    llm, diffusion = llm_configurations(), diffusion_configurations()
    llm_runs = min(max(round(runs * len(llm) / (len(llm) + len(diffusion))), 1), runs - 1)
    diffusion_runs = Runs("diffusion", diffusion, DIFFUSION_MODELS, seed, runs - llm_runs)
    return Runs("llm", llm, LLMS, seed, llm_runs), diffusion_runs


def _raw_files(
    runs: Runs[Configuration], columns: Columns, file: str, generate: RawFile[Configuration]
) -> dict[str, Callable[[], bytes]]:
    def read(run: int) -> bytes:
        values = {name: column[run : run + 1].tolist()[0] for name, column in columns.items()}
        return generate(runs.configurations[runs.position[run]], values, runs.generator(run, file))

    return {path: partial(read, run) for run, path in enumerate(runs.paths(file).to_pylist())}


def _table(kind: RunKind, runs: Runs[Any], columns: Columns) -> pa.Table:
    columns["results_path"] = runs.paths("results.json")
    rows = len(columns["results_path"])
    return pa.table({column.name: _array(column, rows, columns.get(column.name)) for column in kind.columns})


def _array(column: Column, rows: int, values: Any) -> pa.Array[Any]:  # noqa: ANN401 - numpy or Arrow, as in Columns
    wanted = pa.int64() if column.whole else ARROW_TYPES[column.type]
    default = pa.scalar(None if column.nullable else _NEUTRAL[column.type], wanted)
    return pa.repeat(default, rows) if values is None else pa.array(values).cast(wanted)
