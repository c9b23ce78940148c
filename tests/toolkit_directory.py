"""A dataset directory that the toolkit wrote: raw files of the sample, and what the toolkit computes of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mlenergy.data.records import DiffusionRun, DiffusionRuns, LLMRun, LLMRuns

from sample import write_sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Kind = Literal["llm", "diffusion"]

# The least that has diffusion runs on 8 GPUs.
_RUNS, _SEED = 110, 3


@dataclass(frozen=True)
class Written:
    """A dataset directory, and what the toolkit reads in it."""

    root: Path
    llm: LLMRuns
    diffusion: DiffusionRuns

    def runs(self, kind: Kind) -> Iterator[tuple[str, LLMRun | DiffusionRun]]:
        """Give the runs of a kind, each with its path as the tables have it."""
        for run in self.llm if kind == "llm" else self.diffusion:
            yield relative(run._results_path, self.root), run  # noqa: SLF001 - the toolkit has no public name for it


def written_by_the_toolkit(root: Path) -> Written:
    """Write raw files and the tables that the toolkit computes of them, with a run on eight GPUs out of step."""
    write_sample(root, runs=_RUNS, seed=_SEED)
    _add_run_on_eight_gpus(root)
    _write_tables(root)
    return Written(
        root=root,
        llm=LLMRuns.from_directory(root, stable_only=False),
        diffusion=DiffusionRuns.from_directory(root),
    )


def _add_run_on_eight_gpus(root: Path) -> None:
    """Turn a copy of a run on two GPUs into one on eight, each sampled at times of its own."""
    source = next(path for path in sorted(root.glob("llm/**/results.json")) if "num_gpus+2+" in str(path))
    file = json.loads(source.read_bytes())
    file["num_gpus"] = 8
    timeline = file["timeline"]
    for group in (*timeline["power"].values(), timeline["temperature"]):
        first = group["0"]
        for gpu in range(2, 8):
            # Every second sample is on GPU 0's grid, so that the others must be carried forward on it.
            group[str(gpu)] = [[time + 0.01 * (at % 2), value + gpu] for at, (time, value) in enumerate(first[gpu:])]
    target = root / source.relative_to(root).as_posix().replace("num_gpus+2+", "num_gpus+8+")
    target.parent.mkdir(parents=True)
    target.write_text(json.dumps(file, indent=2))
    statistics = source.with_name("prometheus.json")
    target.with_name("prometheus.json").write_bytes(statistics.read_bytes())


def _write_tables(root: Path) -> None:
    """Write the tables as the toolkit computes them from the raw files."""
    llm = LLMRuns.from_raw_results(root, stable_only=False, n_workers=1)
    diffusion = DiffusionRuns.from_raw_results(root, n_workers=1)
    for name, runs in (("llm", llm), ("diffusion", diffusion)):
        frame = runs.to_dataframe()
        for column in ("results_path", "prometheus_path") if name == "llm" else ("results_path",):
            frame[column] = [relative(getattr(run, f"_{column}"), root) for run in runs]
        frame.to_parquet(root / "runs" / f"{name}.parquet", index=False)


def relative(path: str, root: Path) -> str:
    """Return a raw file's path as the tables have it."""
    return path.removeprefix(f"{root}/")
