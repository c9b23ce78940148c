"""The sample's raw files: made when they are read, never stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from errors import RawDataUnavailable
from tables.raw_files import refuse_over
from tables.sample.diffusion_figures import diffusion_figures
from tables.sample.grid import DEFAULT_RUNS, sample_grids
from tables.sample.latency_shapes import latency_shapes
from tables.sample.llm_figures import llm_figures
from tables.sample.paths import PathIndex
from tables.sample.raw_diffusion import diffusion_results
from tables.sample.raw_llm import llm_results
from tables.sample.raw_prometheus import llm_prometheus

if TYPE_CHECKING:
    from tables.file_bytes import ReadBuffer


class SampleRawFiles:
    """Implements `tables.raw_files.RawFiles` for the tables of `sample_tables` with the same figures.

    Safe to read from several threads.

    Args:
        runs: Runs of both tables together.
        seed: The sample's seed.

    Raises:
        DatasetError: A figure is outside its range.
    """

    def __init__(self, runs: int = DEFAULT_RUNS, seed: int = 0) -> None:
        self._seed, self._runs = seed, runs
        self._llm, self._diffusion = sample_grids(runs, seed)
        self._llm_paths, self._diffusion_paths = PathIndex(self._llm), PathIndex(self._diffusion)
        self._shapes = latency_shapes()

    def version(self, path: str) -> str:  # noqa: ARG002 - the seed fixes the content of all files
        """Return the sample's seed and size."""
        return f"{self._seed}-{self._runs}"

    def read(
        self,
        path: str,
        *,
        max_bytes: int | None = None,
        buffer: ReadBuffer | None = None,  # noqa: ARG002 - the protocol's
    ) -> bytes:
        """Return the whole file; the same bytes each time.

        Raises:
            RawDataUnavailable: No run of the sample has this file, or it is too large.
        """
        raw = self._made(path)
        refuse_over(max_bytes, len(raw), path)
        return raw

    def _made(self, path: str) -> bytes:
        if (llm := self._llm_paths.find(path)) is not None:
            run, file = llm
            figures = llm_figures(self._llm, self._seed, np.array([run]))
            make = llm_prometheus if file == "prometheus.json" else llm_results
            return make(self._llm, self._seed, run, figures, self._shapes)
        if (diffusion := self._diffusion_paths.find(path)) is not None and diffusion[1] == "results.json":
            run = diffusion[0]
            return diffusion_results(
                self._diffusion, self._seed, run, diffusion_figures(self._diffusion, self._seed, np.array([run]))
            )
        raise RawDataUnavailable(f"The sample has no raw file {path!r}.", path=path)
