"""Display names and kinds of tasks: from the leaderboard, or from the tables in which a task occurs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables.catalogue import ColumnType
from tables.run_kinds import RUN_KINDS
from tests.drawn_datasets import dataset_of

if TYPE_CHECKING:
    from tables.dataset import Dataset
    from tests.drawn_datasets import Cells

LEADERBOARD = {
    "gpqa": ("GPQA Diamond", "LLM"),
    "lm-arena-chat": ("LLM Chat (LM Arena)", "LLM"),
    "sourcegraph-fim": ("Fill-in-the-Middle (Sourcegraph)", "LLM"),
    "audio-chat": ("Audio Chat", "MLLM"),
    "image-chat": ("Image Chat", "MLLM"),
    "video-chat": ("Video Chat", "MLLM"),
    "text-to-image": ("Text to Image", "DIFFUSION"),
    "text-to-video": ("Text to Video", "DIFFUSION"),
}


def runs_of_tasks(kind: str, tasks: list[str]) -> Cells:
    """Return cells with one run of each task."""
    plain = {ColumnType.STRING: "a", ColumnType.INT: 1, ColumnType.FLOAT: 1.0, ColumnType.BOOLEAN: True}
    cells: Cells = {column.name: [plain[column.type]] * len(tasks) for column in RUN_KINDS[kind].columns}
    return cells | {
        "domain": [kind] * len(tasks),
        "task": list(tasks),
        "results_path": [f"{kind}/{task}" for task in tasks],
    }


def facts_of(dataset: Dataset) -> dict[str, tuple[str, str]]:
    """Return each task's display name and kind, in table order."""
    columns = (dataset.tasks.columns[name].to_pylist() for name in ("name", "display_name", "kind"))
    return {name: (display_name, kind) for name, display_name, kind in zip(*columns, strict=True)}


def test_tasks_of_the_leaderboard_have_its_names_and_kinds() -> None:
    """Text tasks come first, then multimodal, then diffusion tasks; each group is ordered by name."""
    diffusion = [name for name, (_, kind) in LEADERBOARD.items() if kind == "DIFFUSION"]
    llm = [name for name in LEADERBOARD if name not in diffusion]
    dataset = dataset_of({"llm": runs_of_tasks("llm", llm), "diffusion": runs_of_tasks("diffusion", diffusion)})
    found = facts_of(dataset)
    assert found == LEADERBOARD
    order = {"LLM": 0, "MLLM": 1, "DIFFUSION": 2}
    assert list(found) == sorted(LEADERBOARD, key=lambda name: (order[LEADERBOARD[name][1]], name))


def test_an_unlisted_task_has_its_own_name_and_the_kind_of_its_runs() -> None:
    """The kind is DIFFUSION only if all its runs are diffusion runs, independent of its name."""
    llm, diffusion = ["text-to-audio", "of-both", "text-to-image"], ["diffusion-gpqa", "of-both", "text-to-video"]
    found = facts_of(dataset_of({"llm": runs_of_tasks("llm", llm), "diffusion": runs_of_tasks("diffusion", diffusion)}))
    assert found == {
        "of-both": ("of-both", "LLM"),
        "text-to-audio": ("text-to-audio", "LLM"),
        "text-to-image": ("Text to Image", "LLM"),
        "diffusion-gpqa": ("diffusion-gpqa", "DIFFUSION"),
        "text-to-video": ("Text to Video", "DIFFUSION"),
    }


def test_default_deadlines_follow_the_runs_of_a_task() -> None:
    """In ms for LLM runs and in s for diffusion runs, whatever the task's name; null for an unlisted diffusion task."""
    llm, diffusion = ["gpqa", "unlisted", "text-to-image"], ["other", "text-to-video"]
    dataset = dataset_of({"llm": runs_of_tasks("llm", llm), "diffusion": runs_of_tasks("diffusion", diffusion)})
    names, deadlines = (dataset.tasks.columns[name].to_pylist() for name in ("name", "default_deadline"))
    found = dict(zip(names, deadlines, strict=True))
    assert found == {"gpqa": 50.0, "unlisted": 50.0, "text-to-image": 50.0, "other": None, "text-to-video": 300.0}


def test_every_task_has_runs_of_its_kind(sample: Dataset) -> None:
    """A client that chooses the connection by the kind never gets an empty one."""
    names, kinds = (sample.tasks.columns[name].to_pylist() for name in ("name", "kind"))
    of_kind = {kind: set(sample.runs[kind].codes("task").distinct) for kind in RUN_KINDS}
    for name, kind in zip(names, kinds, strict=True):
        assert name in of_kind["diffusion" if kind == "DIFFUSION" else "llm"]
