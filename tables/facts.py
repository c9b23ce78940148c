"""What the dataset does not say of its GPUs and tasks: data-sheet figures and display names, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class GPUFacts:
    """A GPU model as its vendor's data sheet has it: memory in GiB as sold, thermal design power in W."""

    vendor: str
    memory_gib: float
    tdp_watts: float


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task as people call it, and what kind of model it runs."""

    display_name: str
    kind: Literal["LLM", "MLLM", "DIFFUSION"]


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


def task_facts(name: str, *, diffusion: bool) -> TaskFacts:
    """Return how the leaderboard calls a task; a task that came later is called by its name.

    Source: the ML.ENERGY Leaderboard V3. Which tasks are multimodal is DATA.md's list: chats about images and videos.
    """
    if diffusion:
        display = {"text-to-image": "Text to Image", "text-to-video": "Text to Video"}
        return TaskFacts(display.get(name, name), "DIFFUSION")
    return {
        "gpqa": TaskFacts("GPQA Diamond", "LLM"),
        "lm-arena-chat": TaskFacts("LM Arena Chat", "LLM"),
        "sourcegraph-fim": TaskFacts("Sourcegraph FIM", "LLM"),
        "image-chat": TaskFacts("Image Chat", "MLLM"),
        "video-chat": TaskFacts("Video Chat", "MLLM"),
    }.get(name, TaskFacts(name, "LLM"))
