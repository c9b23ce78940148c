"""Facts that the dataset does not contain: data sheets of GPU models; names, kinds and default deadlines of tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True)
class GPUFacts:
    """Figures of a GPU model: memory in GiB as sold, thermal design power in W; all null if the model is unknown."""

    vendor: str | None = None
    memory_gib: float | None = None
    tdp_watts: float | None = None


# Source: NVIDIA's data sheets, for the form factors that the benchmark runs on.
_GPUS = {
    "H100": GPUFacts("NVIDIA", 80.0, 700.0),  # SXM5
    "H200": GPUFacts("NVIDIA", 141.0, 700.0),  # SXM
    "B200": GPUFacts("NVIDIA", 180.0, 1000.0),  # HGX, per GPU
}
# Source: the ML.ENERGY Leaderboard V3 (its task configuration and the script that builds its data).
_TASK_NAMES = {
    "gpqa": "GPQA Diamond",
    "lm-arena-chat": "LLM Chat (LM Arena)",
    "sourcegraph-fim": "Fill-in-the-Middle (Sourcegraph)",
    "image-chat": "Image Chat",
    "video-chat": "Video Chat",
    "audio-chat": "Audio Chat",
    "text-to-image": "Text to Image",
    "text-to-video": "Text to Video",
}
_MULTIMODAL_TASKS = frozenset({"image-chat", "video-chat", "audio-chat"})

# Default deadlines, in the unit of the latency column of the kind of run. Chosen from the published V3 figures: every
# language model has a run within 50 ms in each task; 426 of 638 image runs and 168 of 382 video runs are within theirs.
_DEADLINES = {"llm": 50.0}
_DEADLINES_OF_TASKS = {("diffusion", "text-to-image"): 10.0, ("diffusion", "text-to-video"): 300.0}


def gpu_facts(models: Collection[str]) -> list[GPUFacts]:
    """Return the data-sheet figures of each GPU model."""
    return [_GPUS.get(model, GPUFacts()) for model in models]


def task_display_name(task: str) -> str:
    """Return the leaderboard's name of a task; the task itself if the leaderboard does not list it."""
    return _TASK_NAMES.get(task, task)


def task_deadline(task: str, run_kind: str) -> float | None:
    """Return the default deadline of a task with runs of this kind; None for a diffusion task that is not listed."""
    return _DEADLINES_OF_TASKS.get((run_kind, task), _DEADLINES.get(run_kind))


def task_kind(task: str, kinds: Collection[str]) -> str:
    """Return the kind of a task, given the kinds that a task with its runs can have, the default first.

    The runs decide first, so the kind always tells clients which runs to query. The name decides only between the kinds
    that the runs allow.
    """
    return "MLLM" if task in _MULTIMODAL_TASKS and "MLLM" in kinds else next(iter(kinds))
