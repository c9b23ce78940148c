"""Which dataset directory to measure on: the real figures, or a generated sample where they are not at hand."""

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

PUBLISHED_FIGURES = CHECKOUT.parent / "shared" / "data" / "leaderboard-v3"


@dataclass(frozen=True, slots=True)
class Source:
    """A dataset directory and what to call it."""

    directory: Path
    title: str
    generated: bool = False

    def has_unstable_runs(self) -> bool:
        """Whether there are LLM runs that our server leaves out unless asked, and other servers do not."""
        stable = pq.read_table(self.directory / "runs" / "llm.parquet", columns=["is_stable"]).column("is_stable")
        return not pc.all(stable).as_py()


def find_source(data: Path | None, *, scratch: Path) -> Source:
    """Return the directory asked for, else the published figures beside the checkout, else a sample made now.

    Raises:
        VoidError: A directory was asked for and holds no dataset, or the sample could not be made.
    """
    directory = data if data is not None else PUBLISHED_FIGURES
    if (directory / "runs" / "llm.parquet").is_file():
        return Source(directory.resolve(), directory.name)
    if data is not None:
        raise VoidError(f"--data {data}: there is no runs/llm.parquet")
    sample = scratch / "sample"
    command = [sys.executable, "server.py", "sample", str(sample)]
    made = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise VoidError(f"no real figures at {PUBLISHED_FIGURES}, and no sample either: {made.stdout}{made.stderr}")
    return Source(sample, "generated sample", generated=True)
