"""Default deadline, latency column and energy column of tasks: enough to compare runs without knowing their kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tables.run_kinds import RUN_KINDS
from tests.naive_oracle import rows_of

if TYPE_CHECKING:
    from tests.graph import Graph

TASKS = """{
  tasks {
    name kind defaultDeadline
    latencyColumn { name field type unit table nullable }
    energyColumn { name field type unit table nullable }
  }
  dataset { columns { name field type unit table nullable } }
}"""


def within_deadline(graph: Graph, task: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the runs of a task within its default deadline, from its columns alone."""
    rows = [
        row for row in rows_of(graph.dataset, f"{task['latencyColumn']['table']}Runs") if row["task"] == task["name"]
    ]
    latency = task["latencyColumn"]["field"]
    return [row for row in rows if row[latency] <= task["defaultDeadline"]]


def test_columns_are_those_of_the_dataset(any_graph: Graph) -> None:
    """Each is one of `dataset { columns }`, and an energy or a latency with a unit; by either executor."""
    answer = any_graph.ask(TASKS)
    for task in answer["tasks"]:
        for name in ("latencyColumn", "energyColumn"):
            assert task[name] in answer["dataset"]["columns"]
        assert task["kind"] in RUN_KINDS[task["latencyColumn"]["table"]].task_kinds
        assert task["latencyColumn"]["unit"] == ("s" if task["kind"] == "DIFFUSION" else "ms")
        assert task["energyColumn"]["unit"].startswith("J/")
    assert {task["kind"] for task in answer["tasks"]} == {"LLM", "MLLM", "DIFFUSION"}


def test_the_columns_select_the_best_run_within_the_deadline(any_graph: Graph) -> None:
    """A client that builds its query from them gets the run that a plain loop finds."""
    for task in any_graph.ask(TASKS)["tasks"]:
        latency, energy = task["latencyColumn"], task["energyColumn"]
        best = "bestRun" if energy["table"] == "llm" else "bestDiffusionRun"
        stability = ", stability: ANY" if energy["table"] == "llm" else ""
        where = f"{{{latency['field']}: {{lte: {task['defaultDeadline']}}}}}"
        text = f"""{{ task(name: "{task["name"]}") {{
          {best}(by: {energy["name"].upper()}, where: {where}{stability}) {{ id }}
        }} }}"""
        rows = [row for row in within_deadline(any_graph, task) if row[energy["field"]] is not None]
        least = min(rows, key=lambda row: (row[energy["field"]], row["id"]))
        assert any_graph.ask(text) == {"task": {best: {"id": least["id"]}}}


def test_published_models_have_a_run_within_the_default_deadline(real_graph: Graph) -> None:
    """On the published figures: every language model; and the number of runs that the descriptions are based on."""
    counts = {}
    for task in real_graph.ask(TASKS)["tasks"]:
        rows = within_deadline(real_graph, task)
        counts[task["name"]] = len(rows)
        if task["kind"] != "DIFFUSION":
            of_task = [row for row in rows_of(real_graph.dataset, "llmRuns") if row["task"] == task["name"]]
            assert {row["modelId"] for row in rows} == {row["modelId"] for row in of_task}
    assert counts == {
        "gpqa": 158,
        "lm-arena-chat": 257,
        "sourcegraph-fim": 34,
        "image-chat": 149,
        "video-chat": 84,
        "text-to-image": 426,
        "text-to-video": 168,
    }
