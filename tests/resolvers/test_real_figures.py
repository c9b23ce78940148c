"""The published figures: the graph returns the values of the Parquet files."""

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
    """Read a Parquet file as rows by model and GPU, in file order, with NaN as null."""
    runs: Runs = defaultdict(list)
    for row in pq.read_table(file).to_pylist():
        run = {graph_name(name): None if value != value else value for name, value in row.items()}  # noqa: PLR0124 - NaN
        runs[row["model_id"], row["gpu_model"]].append(run)
    return runs


def query(real_figures: Path) -> str:
    """Return a nested query for every column of every run, by model and GPU."""
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
    """The models in the answer to the nested query."""
    nodes: list[Any] = real_graph.ask(query(real_figures))["models"]["nodes"]
    return nodes


@pytest.mark.parametrize(("field", "kind", "count"), [("llmRuns", "llm", 838), ("diffusionRuns", "diffusion", 1_020)])
def test_every_cell_equals_the_parquet_file(
    models: list[Any], real_figures: Path, field: str, kind: str, count: int
) -> None:
    """Each model and GPU has its own runs in file order, with bit-identical values and the same nulls."""
    actual: Runs = {}
    for model in models:
        for pair in model["runsByGpu"]:
            runs = [{name: value for name, value in run.items() if name != "id"} for run in pair[field]["nodes"]]
            if runs:
                actual[model["modelId"], pair["gpu"]["model"]] = runs
    assert sum(map(len, actual.values())) == count
    assert actual == cells(real_figures / "runs" / f"{kind}.parquet")


def test_there_are_46_models_and_every_run_has_a_unique_id(models: list[Any]) -> None:
    """Ids are unique even for the three pairs of runs that are equal in every configuration column."""
    ids = [
        run["id"]
        for model in models
        for pair in model["runsByGpu"]
        for field in ("llmRuns", "diffusionRuns")
        for run in pair[field]["nodes"]
    ]
    assert len(models) == 46
    assert len(ids) == len(set(ids)) == 1_858


def test_run_counts_per_task_equal_the_leaderboard(real_graph: Graph) -> None:
    """The field runCount and a filter by task both return the counts of the leaderboard."""
    expected = {
        "gpqa": 187,
        "lm-arena-chat": 328,
        "sourcegraph-fim": 50,
        "image-chat": 173,
        "video-chat": 100,
        "text-to-image": 638,
        "text-to-video": 382,
    }
    run_counts = {task["name"]: task["runCount"] for task in real_graph.ask("{ tasks { name runCount } }")["tasks"]}
    totals = {}
    for task in expected:
        answer = real_graph.ask(
            """query ($task: MLEnergyStringFilter!) {
              llmRuns(where: {task: $task}) { totalCount } diffusionRuns(where: {task: $task}) { totalCount }
            }""",
            task={"eq": task},
        )
        totals[task] = sum(connection["totalCount"] for connection in answer.values())
    assert run_counts == totals == expected


def test_the_runs_of_a_task_are_in_the_order_of_the_leaderboard(real_graph: Graph, real_figures: Path) -> None:
    """Ordering by model, GPU, GPU count and batch size has the same result as sorting the rows of the file."""
    fields = ("modelId", "gpuModel", "numGpus", "maxNumSeqs")
    answer = real_graph.ask("""{ llmRuns(first: 2000, where: {task: {eq: "gpqa"}}, orderBy: [
      {field: MODEL_ID}, {field: GPU_MODEL}, {field: NUM_GPUS}, {field: MAX_NUM_SEQS}
    ]) { nodes { modelId gpuModel numGpus maxNumSeqs } } }""")
    rows = [row for runs in cells(real_figures / "runs" / "llm.parquet").values() for row in runs]
    expected = sorted(tuple(row[field] for field in fields) for row in rows if row["task"] == "gpqa")
    assert [tuple(node[field] for field in fields) for node in answer["llmRuns"]["nodes"]] == expected
