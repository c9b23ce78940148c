"""The published figures: one nested request gives every run, under its model and GPU, as the Parquet files have it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from tests.naive_oracle import graph_name

if TYPE_CHECKING:
    from pathlib import Path

    from tests.graph import Graph

Runs = dict[tuple[str, str], list[dict[str, Any]]]


def cells(file: Path) -> Runs:
    """Read a Parquet file as plain rows, by model and GPU, in file order, with NaN as null."""
    runs: Runs = defaultdict(list)
    for row in pq.read_table(file).to_pylist():
        known = {graph_name(name): None if value != value else value for name, value in row.items()}  # noqa: PLR0124 - NaN
        runs[row["model_id"], row["gpu_model"]].append(known)
    return runs


def query(real_figures: Path) -> str:
    """Return the one request for everything, every column that the files have included."""
    llm, diffusion = (
        " ".join(map(graph_name, pq.read_schema(real_figures / "runs" / f"{kind}.parquet").names))
        for kind in ("llm", "diffusion")
    )
    return f"""{{ models(first: 2000) {{ nodes {{ modelId runsByGpu {{
      gpu {{ model }}
      llmRuns(first: 2000) {{ nodes {{ {llm} id }} }}
      diffusionRuns(first: 2000) {{ nodes {{ {diffusion} id }} }}
    }} }} }} }}"""


@pytest.fixture(scope="module")
def models(real_graph: Graph, real_figures: Path) -> list[Any]:
    """The answer to the one request."""
    nodes: list[Any] = real_graph.ask(query(real_figures))["models"]["nodes"]
    return nodes


@pytest.mark.parametrize(("field", "kind", "count"), [("llmRuns", "llm", 838), ("diffusionRuns", "diffusion", 1_020)])
def test_every_cell_of_every_run_is_the_files(
    models: list[Any], real_figures: Path, field: str, kind: str, count: int
) -> None:
    """Each model and GPU has its own runs, in file order, each cell equal to the last bit and null where it is null."""
    answered: Runs = {}
    for model in models:
        for pair in model["runsByGpu"]:
            runs = [{name: value for name, value in run.items() if name != "id"} for run in pair[field]["nodes"]]
            if runs:
                answered[model["modelId"], pair["gpu"]["model"]] = runs
    assert sum(map(len, answered.values())) == count
    assert answered == cells(real_figures / "runs" / f"{kind}.parquet")


def test_there_are_46_models_and_as_many_ids_as_runs(models: list[Any]) -> None:
    """The three pairs of runs that agree in every configuration column have ids of their own, too."""
    ids = [
        run["id"]
        for model in models
        for pair in model["runsByGpu"]
        for field in ("llmRuns", "diffusionRuns")
        for run in pair[field]["nodes"]
    ]
    assert len(models) == 46
    assert len(ids) == len(set(ids)) == 1_858


def test_tasks_count_as_the_leaderboard_does(real_graph: Graph) -> None:
    """The runs of each task, counted by the task and by a filter, are the leaderboard's."""
    expected = {
        "gpqa": 187,
        "lm-arena-chat": 328,
        "sourcegraph-fim": 50,
        "image-chat": 173,
        "video-chat": 100,
        "text-to-image": 638,
        "text-to-video": 382,
    }
    counted = {task["name"]: task["runCount"] for task in real_graph.ask("{ tasks { name runCount } }")["tasks"]}
    totals = {}
    for task in expected:
        answer = real_graph.ask(
            """query ($task: MLEnergyStringFilter!) {
              llmRuns(where: {task: $task}) { totalCount } diffusionRuns(where: {task: $task}) { totalCount }
            }""",
            task={"eq": task},
        )
        totals[task] = sum(connection["totalCount"] for connection in answer.values())
    assert counted == totals == expected


def test_a_task_table_is_in_the_leaderboards_order(real_graph: Graph, real_figures: Path) -> None:
    """All runs of a task in the order model, GPU, GPU count, batch, as a plain sort of the file's rows has them."""
    fields = ("modelId", "gpuModel", "numGpus", "maxNumSeqs")
    answer = real_graph.ask("""{ llmRuns(first: 2000, where: {task: {eq: "gpqa"}}, orderBy: [
      {field: MODEL_ID}, {field: GPU_MODEL}, {field: NUM_GPUS}, {field: MAX_NUM_SEQS}
    ]) { nodes { modelId gpuModel numGpus maxNumSeqs } } }""")
    rows = [row for runs in cells(real_figures / "runs" / "llm.parquet").values() for row in runs]
    expected = sorted(tuple(row[field] for field in fields) for row in rows if row["task"] == "gpqa")
    assert [tuple(node[field] for field in fields) for node in answer["llmRuns"]["nodes"]] == expected
