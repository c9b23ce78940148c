"""What the dataset does not say of its GPUs and tasks: data-sheet figures and display names, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_MULTIMODAL_TASKS = frozenset({"image-chat", "video-chat", "audio-chat"})


@dataclass(frozen=True, slots=True)
class GPUFacts:
    """A GPU model as its vendor's data sheet has it: memory in GiB as sold, thermal design power in W."""

    vendor: str
    memory_gib: float
    tdp_watts: float


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task's display name, and the kind of model that it runs."""

    display_name: str
    kind: str


def gpu_facts(model: str) -> GPUFacts | None:
    """Return the data-sheet figures of a GPU model, or None for one that we know nothing about.

    Source: NVIDIA's data sheets of the H100 (SXM5: 80 GB, 700 W), the H200 (SXM: 141 GB, 700 W) and the HGX B200
    (180 GB, 1,000 W per GPU), the forms that the benchmark runs on.
    """
    return {
        "H100": GPUFacts("NVIDIA", 80.0, 700.0),
        "H200": GPUFacts("NVIDIA", 141.0, 700.0),
        "B200": GPUFacts("NVIDIA", 180.0, 1000.0),
    }.get(model)


def task_facts(name: str, *, task_kinds: Collection[str]) -> TaskFacts:
    """Return a task's display name and kind.

    The kind follows from the runs, so that it always says which runs to query. The name decides only between the kinds
    that such runs have, and an unknown name has the first of them.

    Source: the names and the multimodal tasks are those of the ML.ENERGY Leaderboard V3 (its task configuration and the
    script that builds its data). A task that it does not list keeps its name.

    Args:
        name: The task's name in the run tables.
        task_kinds: Kinds that a task with its runs can have, the default first.
    """
    display_name = {
        "gpqa": "GPQA Diamond",
        "lm-arena-chat": "LLM Chat (LM Arena)",
        "sourcegraph-fim": "Fill-in-the-Middle (Sourcegraph)",
        "image-chat": "Image Chat",
        "video-chat": "Video Chat",
        "audio-chat": "Audio Chat",
        "text-to-image": "Text to Image",
        "text-to-video": "Text to Video",
    }.get(name, name)
    return TaskFacts(
        display_name, "MLLM" if name in _MULTIMODAL_TASKS and "MLLM" in task_kinds else next(iter(task_kinds))
    )
