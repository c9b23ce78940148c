"""Where a run's raw files lie, in the benchmark's layout, and which run a path means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.compute as pc

from tables.sample.grid import REQUEST_REPEATS, SEEDS, DiffusionEntry, Grid, LLMEntry

if TYPE_CHECKING:
    from tables.sample.noise import IntArray

RawFile = Literal["results.json", "prometheus.json"]

# The runs of this task were kept under names that do not say how often requests were repeated.
UNNAMED_REPEATS_TASK = "sourcegraph-fim"

_PATH = re.compile(
    r"(?P<head>(?:llm|diffusion)/[a-z0-9]+/current/run/.+/[A-Za-z]+)(?:-(?P<generation>[0-9]{1,9}))?"
    r"(?P<tail>-[^/]+/.+?)[+]seed[+-](?P<seed>[0-9]{4})/(?P<file>results|prometheus)\.json"
)


def raw_paths(grid: Grid[LLMEntry] | Grid[DiffusionEntry], index: IntArray, file: RawFile) -> pa.Array:
    """Return the paths of the runs at `index`, relative to the dataset's root."""
    entry, generation, slot = grid.place(index)
    pieces = [_pieces(item) for item in grid.entries]
    generations = [_generation(number) for number in range(int(generation.max(initial=0)) + 1)]
    ends = [f"{_slot(item, slot)}/{file}" for item in grid.entries for slot in range(len(SEEDS))]
    return pc.binary_join_element_wise(
        pa.array([head for head, _ in pieces]).take(pa.array(entry)),
        pa.array(generations).take(pa.array(generation)),
        pa.array([tail for _, tail in pieces]).take(pa.array(entry)),
        pa.array(ends).take(pa.array(entry * len(SEEDS) + slot)),
        "",
    )


class PathIndex:
    """Which run of a table a path means, without keeping a table of all paths."""

    def __init__(self, grid: Grid[LLMEntry] | Grid[DiffusionEntry]) -> None:
        self._grid = grid
        self._entries = {pieces: position for position, pieces in enumerate(map(_pieces, grid.entries))}

    def find(self, path: str) -> tuple[int, RawFile] | None:
        """Return the run and which of its files `path` is, or None where the table has no such run."""
        match = _PATH.fullmatch(path)
        if match is None or int(match["seed"]) not in SEEDS:
            return None
        slot = SEEDS.index(int(match["seed"]))
        tail = match["tail"].partition("+num_request_repeats+")[0]
        entry = self._entries.get((match["head"], tail))
        if entry is None:
            return None
        generation = int(match["generation"] or 1) - 1
        run = self._grid.index(entry, generation, slot)
        file: RawFile = "results.json" if match["file"] == "results" else "prometheus.json"
        ending = f"{_slot(self._grid.entries[entry], slot)}/{file}"
        # Other spellings of the same run, such as a generation 1, are not its path.
        if run >= self._grid.runs or path != f"{match['head']}{_generation(generation)}{tail}{ending}":
            return None
        return run, file


def _pieces(entry: LLMEntry | DiffusionEntry) -> tuple[str, str]:
    """What stands before and after the generation of the model; the benchmark's seed follows."""
    gpu, model = entry.gpu.name, entry.model
    variant = model.variant.replace(" ", "-")
    if isinstance(entry, LLMEntry):
        root = f"llm/{gpu.lower()}/current/run/{entry.task.suite}/{entry.task.name}/results"
        settings = f"num_gpus+{entry.num_gpus}+max_num_seqs+{entry.max_num_seqs}"
        return f"{root}/{model.org}/{model.family}", f"-{variant}/{gpu}/{settings}"
    root = f"diffusion/{gpu.lower()}/current/run/diffusion/{entry.model.task}"
    height, width = entry.size
    settings = "+".join(
        [
            f"batch-{entry.batch_size}",
            f"size-{height}x{width}",
            f"steps-{entry.model.steps}",
            f"uly-{entry.ulysses}",
            f"ring-{entry.ring}",
            f"tc-{entry.use_torch_compile}",
        ]
    )
    return f"{root}/{model.org}/{model.family}", f"-{variant}/{settings}"


def _generation(number: int) -> str:
    return f"-{number + 1}" if number else ""


def _slot(entry: LLMEntry | DiffusionEntry, slot: int) -> str:
    if isinstance(entry, DiffusionEntry):
        return f"+seed-{SEEDS[slot]}"
    if entry.task.name == UNNAMED_REPEATS_TASK:
        return f"+seed+{SEEDS[slot]}"
    return f"+num_request_repeats+{REQUEST_REPEATS[slot]}+seed+{SEEDS[slot]}"
