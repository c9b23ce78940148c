"""Both run tables of the sample, and the name of what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables.sample.diffusion_table import diffusion_table
from tables.sample.grid import DEFAULT_RUNS, sample_grids
from tables.sample.llm_table import llm_table

if TYPE_CHECKING:
    import pyarrow as pa

# Raised whenever the same figures would give other tables or other raw files.
_GENERATOR_VERSION = 1


def sample_tables(*, runs: int = DEFAULT_RUNS, seed: int = 0) -> tuple[pa.Table, pa.Table]:
    """Generate the LLM and the diffusion table.

    Args:
        runs: Runs of both tables together, at least 2; about 400 reach every configuration, more repeat them with other
            seeds and with newer generations of the models.
        seed: From 0 to 2³² - 1; what is random follows from it.

    Returns:
        Tables with exactly the columns of `tables.catalogue.COLUMNS`, in that order.

    Raises:
        DatasetError: A figure is outside its range.
    """
    llm, diffusion = sample_grids(runs, seed)
    return llm_table(llm, seed), diffusion_table(diffusion, seed)


def sample_revision(runs: int = DEFAULT_RUNS, seed: int = 0) -> str:
    """Name what `sample_tables` gives for these figures: equal names mean equal tables and raw files."""
    return f"sample-{_GENERATOR_VERSION}-{runs}-{seed}"
