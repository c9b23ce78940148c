"""Dataset directory of a run: the published figures, or a generated sample if they are not available."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.answers import VoidError
from benchmarks.servers import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

_PUBLISHED_FIGURES = CHECKOUT.parent / "shared" / "data" / "leaderboard-v3"


@dataclass(frozen=True, slots=True)
class Source:
    """A dataset directory and its name in the report."""

    directory: Path
    title: str
    generated: bool = False

    def has_unstable_runs(self) -> bool:
        """Return whether there are unstable LLM runs, which our server excludes by default and other servers do not."""
        stable = pq.read_table(self.directory / "runs" / "llm.parquet", columns=["is_stable"]).column("is_stable")
        return not pc.all(stable).as_py()


def find_source(data: Path | None, *, scratch: Path) -> Source:
    """Return the requested directory; by default the published figures beside the checkout, else a new sample.

    Raises:
        VoidError: The requested directory is not a dataset, or the sample could not be made.
    """
    directory = data if data is not None else _PUBLISHED_FIGURES
    if (directory / "runs" / "llm.parquet").is_file():
        return Source(directory.resolve(), directory.name)
    if data is not None:
        raise VoidError(f"--data {data}: the directory has no runs/llm.parquet")
    return new_sample(scratch)


def new_sample(scratch: Path) -> Source:
    """Generate a sample.

    Raises:
        VoidError: It could not be made.
    """
    sample = scratch / "sample"
    run_python("server.py", "sample", str(sample))
    return Source(sample, "generated sample (targets are set for the published figures)", generated=True)


def run_python(*arguments: str) -> str:
    """Run Python in the checkout and return its output.

    Raises:
        VoidError: It failed.
    """
    done = subprocess.run([sys.executable, *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise VoidError(f"{' '.join(arguments[:2])}: {done.stdout}{done.stderr}")
    return done.stdout
