"""A dataset directory with raw files of the sample and the tables that the toolkit computes from them."""

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

# The smallest sample with diffusion runs on 8 GPUs.
_RUNS, _SEED = 110, 3


@dataclass(frozen=True)
class Written:
    """A dataset directory and the runs that the toolkit reads from it."""

    root: Path
    llm: LLMRuns
    diffusion: DiffusionRuns

    def runs(self, kind: Kind) -> Iterator[tuple[str, LLMRun | DiffusionRun]]:
        """Yield the runs of a kind, each with its path relative to the directory."""
        for run in self.llm if kind == "llm" else self.diffusion:
            yield relative(run._results_path, self.root), run  # noqa: SLF001 - the toolkit has no public attribute for it


def written_by_the_toolkit(root: Path) -> Written:
    """Write raw files, one run with unsynchronized samples on eight GPUs included, and the toolkit's tables of them."""
    write_sample(root, runs=_RUNS, seed=_SEED)
    _add_run_on_eight_gpus(root)
    _write_tables(root)
    return Written(
        root=root,
        llm=LLMRuns.from_directory(root, stable_only=False),
        diffusion=DiffusionRuns.from_directory(root),
    )


def _add_run_on_eight_gpus(root: Path) -> None:
    """Copy a run on two GPUs as a run on eight GPUs whose sample times differ."""
    source = next(path for path in sorted(root.glob("llm/**/results.json")) if "num_gpus+2+" in str(path))
    file = json.loads(source.read_bytes())
    file["num_gpus"] = 8
    timeline = file["timeline"]
    for group in (*timeline["power"].values(), timeline["temperature"]):
        first = group["0"]
        for gpu in range(2, 8):
            # Only every second sample has a time of GPU 0, so the other times need a forward fill.
            group[str(gpu)] = [[time + 0.01 * (at % 2), value + gpu] for at, (time, value) in enumerate(first[gpu:])]
    target = root / source.relative_to(root).as_posix().replace("num_gpus+2+", "num_gpus+8+")
    target.parent.mkdir(parents=True)
    target.write_text(json.dumps(file, indent=2))
    statistics = source.with_name("prometheus.json")
    target.with_name("prometheus.json").write_bytes(statistics.read_bytes())


def _write_tables(root: Path) -> None:
    """Write the tables that the toolkit computes from the raw files."""
    llm = LLMRuns.from_raw_results(root, stable_only=False, n_workers=1)
    diffusion = DiffusionRuns.from_raw_results(root, n_workers=1)
    for name, runs in (("llm", llm), ("diffusion", diffusion)):
        frame = runs.to_dataframe()
        for column in ("results_path", "prometheus_path") if name == "llm" else ("results_path",):
            frame[column] = [relative(getattr(run, f"_{column}"), root) for run in runs]
        frame.to_parquet(root / "runs" / f"{name}.parquet", index=False)


def relative(path: str, root: Path) -> str:
    """Return the path of a raw file relative to the directory, as in the tables."""
    return path.removeprefix(f"{root}/")
