"""Runs of pairs of entities, such as a model on a GPU, against a naive oracle."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from execution.strawberry_internals import core_schema
from schema.build import build_schema
from tests.naive_oracle import is_stable, rows_of, satisfies

if TYPE_CHECKING:
    from tests.graph import Graph
    from tests.naive_oracle import Input, Row

# Each list of pairs: the root list of its parents, the parent's key and column, the field of the other entity, its
# key and column.
LISTS = {
    "Task.modelRuns": ("tasks", "name", "task", "model", "modelId", "modelId"),
    "GPU.modelRuns": ("gpus", "model", "gpuModel", "model", "modelId", "modelId"),
    "Model.runsByTask": ("models", "modelId", "modelId", "task", "name", "task"),
    "Model.runsByGpu": ("models", "modelId", "modelId", "gpu", "model", "gpuModel"),
}
ARGUMENTS: dict[str, tuple[str, Input, Input, str]] = {
    "none": ("", {}, {}, "STABLE"),
    "stability": ("(stability: ANY)", {}, {}, "ANY"),
    "filters": (
        "(where: {numGpus: {gte: 2}}, diffusionWhere: {batchSize: {gt: 1}})",
        {"numGpus": {"gte": 2}},
        {"batchSize": {"gt": 1}},
        "STABLE",
    ),
    "no diffusion run": (
        '(where: {gpuModel: {eq: "B200"}}, diffusionWhere: {or: []}, stability: UNSTABLE)',
        {"gpuModel": {"eq": "B200"}},
        {"or": []},
        "UNSTABLE",
    ),
}
RUNS = """
  runCount
  llmRuns(first: 2000) { totalCount nodes { id } }
  diffusionRuns(first: 2000) { totalCount nodes { id } }
  bestRun(by: ENERGY_PER_TOKEN_JOULES) { id }
  bestOfOne: bestRun(by: AVG_POWER_WATTS, goal: MAXIMIZE, where: {numGpus: {eq: 1}}) { id }
  bestDiffusionRun(by: ENERGY_PER_GENERATION_JOULES) { id }
"""


def parents_of(graph: Graph, root: str, fields: str) -> list[dict[str, Any]]:
    """Return all models, GPUs or tasks with these fields."""
    if root == "models":
        nodes: list[dict[str, Any]] = graph.ask(f"{{ models {{ nodes {{ {fields} }} }} }}")["models"]["nodes"]
        return nodes
    found: list[dict[str, Any]] = graph.ask(f"{{ {root} {{ {fields} }} }}")[root]
    return found


def best(rows: list[Row], column: str, *, sign: int = 1) -> dict[str, Any] | None:
    """Return the id of the run with the least (or greatest) value in a column, ties by id."""
    there = [row for row in rows if row[column] is not None]
    return {"id": min(there, key=lambda row: (sign * row[column], row["id"]))["id"]} if there else None


def runs(llm: list[Row], diffusion: list[Row]) -> dict[str, Any]:
    """Return the expected values of the fields `RUNS` for these runs."""
    of_one = [row for row in llm if row["numGpus"] == 1]
    lists = {"llmRuns": llm, "diffusionRuns": diffusion}
    return {
        "runCount": len(llm) + len(diffusion),
        **{
            name: {"totalCount": len(rows), "nodes": [{"id": row["id"]} for row in rows]}
            for name, rows in lists.items()
        },
        "bestRun": best(llm, "energyPerTokenJoules"),
        "bestOfOne": best(of_one, "avgPowerWatts", sign=-1),
        "bestDiffusionRun": best(diffusion, "energyPerGenerationJoules"),
    }


@pytest.mark.parametrize("arguments", ARGUMENTS)
@pytest.mark.parametrize("name", LISTS)
def test_a_pair_has_exactly_the_runs_of_both_its_entities(any_graph: Graph, name: str, arguments: str) -> None:
    """Counts, runs and best runs, in the order of the other entity."""
    root, key, column, other, other_key, other_column = LISTS[name]
    given, where, diffusion_where, stability = ARGUMENTS[arguments]
    pairs = f"{name.partition('.')[2]}{given} {{ {other} {{ {other_key} }} {RUNS} }}"
    answer = parents_of(any_graph, root, f"{key} pairs: {pairs}")

    llm = [row for row in rows_of(any_graph.dataset, "llmRuns") if is_stable(row, stability) and satisfies(row, where)]
    diffusion = [row for row in rows_of(any_graph.dataset, "diffusionRuns") if satisfies(row, diffusion_where)]
    others = parents_of(any_graph, {"model": "models", "task": "tasks", "gpu": "gpus"}[other], other_key)
    for parent in answer:
        expected = []
        for entity in others:
            both = {column: parent[key], other_column: entity[other_key]}
            parts = [[row for row in rows if both.items() <= row.items()] for rows in (llm, diffusion)]
            if any(parts):
                expected.append({other: entity, **runs(*parts)})
        assert parent["pairs"] == expected
    assert sum(len(parent["pairs"]) for parent in answer) > 1


@pytest.mark.parametrize("of_list", ["STABLE", "UNSTABLE", "ANY"])
@pytest.mark.parametrize("name", LISTS)
def test_the_stability_of_an_entry_replaces_that_of_its_list(any_graph: Graph, name: str, of_list: str) -> None:
    """Null keeps that of the list; the list's filter still applies, and the list alone decides the entries."""
    root, key, column, other, other_key, other_column = LISTS[name]
    where, narrower = {"numGpus": {"gte": 2}}, {"maxNumSeqs": {"lte": 256}}
    choices = {"STABLE": "STABLE", "UNSTABLE": "UNSTABLE", "ANY": "ANY", "null": of_list}
    fields = "".join(
        f"""r{choice}: llmRuns(first: 2000, where: {{maxNumSeqs: {{lte: 256}}}}, stability: {choice}) {{
              nodes {{ id }}
            }}
            b{choice}: bestRun(by: ENERGY_PER_TOKEN_JOULES, stability: {choice}) {{ id }} """
        for choice in choices
    )
    arguments = f"(where: {{numGpus: {{gte: 2}}}}, stability: {of_list})"
    pairs = f"{name.partition('.')[2]}{arguments} {{ {other} {{ {other_key} }} llmRuns {{ totalCount }} {fields} }}"
    llm = [row for row in rows_of(any_graph.dataset, "llmRuns") if satisfies(row, where)]
    replaced = 0
    for parent in parents_of(any_graph, root, f"{key} pairs: {pairs}"):
        for pair in parent["pairs"]:
            both = {column: parent[key], other_column: pair[other][other_key]}
            rows = [row for row in llm if both.items() <= row.items()]
            assert pair["llmRuns"]["totalCount"] == sum(is_stable(row, of_list) for row in rows)
            for choice, stability in choices.items():
                chosen = [row for row in rows if is_stable(row, stability)]
                expected = [{"id": row["id"]} for row in chosen if satisfies(row, narrower)]
                assert pair[f"r{choice}"]["nodes"] == expected
                assert pair[f"b{choice}"] == best(chosen, "energyPerTokenJoules")
                replaced += len(chosen) != pair["llmRuns"]["totalCount"]
    assert replaced


@pytest.mark.parametrize("stability", ["STABLE", "UNSTABLE"])
def test_an_empty_entry_blames_its_own_stability(any_graph: Graph, stability: str) -> None:
    """`emptyBecause` states the stability that replaced the list's, and counts the runs without it."""
    field = f"llmRuns(first: 0, stability: {stability})"
    fields = f"{field} {{ totalCount emptyBecause {{ condition runCount }} }} all: llmRuns {{ totalCount }}"
    answer = parents_of(any_graph, "models", f"runsByGpu(stability: ANY) {{ {fields} }}")
    entries = [entry for parent in answer for entry in parent["runsByGpu"]]
    empty = [entry for entry in entries if entry["all"]["totalCount"] and not entry["llmRuns"]["totalCount"]]
    for entry in empty:
        reason = {"condition": f"stability: {stability}", "runCount": entry["all"]["totalCount"]}
        assert entry["llmRuns"]["emptyBecause"] == [reason]
    assert empty or stability == "STABLE"  # each model of the sample has a stable run on each of its GPUs


@pytest.mark.parametrize("metric", ["ENERGY_PER_TOKEN_JOULES", "MEDIAN_ITL_MS", "AVG_POWER_WATTS"])
def test_best_runs_of_model_runs_belong_to_the_parent(real_graph: Graph, metric: str) -> None:
    """Those below the deprecated `models` may not, which is why it is deprecated; on the published figures."""
    best_run = f"bestRun(by: {metric}) {{ task gpuModel }}"
    fields = f"models {{ {best_run} }} modelRuns {{ {best_run} }}"
    answer = real_graph.ask(f'{{ task(name: "gpqa") {{ {fields} }} gpu(model: "B200") {{ {fields} }} }}')

    def others(parent: str, field: str, column: str, value: str) -> list[bool]:
        return [entry["bestRun"][column] != value for entry in answer[parent][field] if entry["bestRun"]]

    assert others("task", "modelRuns", "task", "gpqa") == [False] * 12
    on_b200 = others("gpu", "modelRuns", "gpuModel", "B200")
    assert on_b200 == [False] * len(on_b200)
    assert len(on_b200) > 20
    assert sum(others("task", "models", "task", "gpqa")) > 0
    assert sum(others("gpu", "models", "gpuModel", "B200")) > 0


@pytest.mark.parametrize("name", LISTS)
def test_filters_of_a_list_of_pairs_reach_the_views_below(any_graph: Graph, name: str) -> None:
    """The slack of a best run covers the bounds of the list of pairs and those of the runs."""
    root = LISTS[name][0]
    view = "best(by: ENERGY_PER_TOKEN_JOULES) { slack { field limit } }"
    pairs = f"{name.partition('.')[2]}(where: {{medianItlMs: {{lte: 40}}}}) {{ {{}} }}".replace(
        "{}", f"llmRuns(first: 0, where: {{energyPerTokenJoules: {{lt: 2}}}}) {{ {view} }}"
    )
    answer = parents_of(any_graph, root, f"pairs: {pairs}")
    found = [best["slack"] for parent in answer for pair in parent["pairs"] for best in pair["llmRuns"]["best"]]
    bounds = [{"field": "medianItlMs", "limit": 40.0}, {"field": "energyPerTokenJoules", "limit": 2.0}]
    assert len(found) > 4
    assert all(sorted(slack, key=lambda bound: -bound["limit"]) == bounds for slack in found)


@pytest.mark.parametrize("stability", ["STABLE", "UNSTABLE", "ANY"])
def test_models_gpus_and_tasks_count_their_runs(any_graph: Graph, stability: str) -> None:
    """Runs of both kinds; diffusion runs count as stable."""
    rows = [row for row in rows_of(any_graph.dataset, "llmRuns") if is_stable(row, stability)]
    if stability != "UNSTABLE":
        rows += rows_of(any_graph.dataset, "diffusionRuns")
    for root, key, column in (
        ("models", "modelId", "modelId"),
        ("gpus", "model", "gpuModel"),
        ("tasks", "name", "task"),
    ):
        for parent in parents_of(any_graph, root, f"{key} runCount(stability: {stability})"):
            assert parent["runCount"] == sum(row[column] == parent[key] for row in rows)


def test_a_task_has_its_runs_and_best_runs(any_graph: Graph) -> None:
    """Of all models and GPUs, and of both kinds."""
    llm = [row for row in rows_of(any_graph.dataset, "llmRuns") if row["isStable"]]
    diffusion = rows_of(any_graph.dataset, "diffusionRuns")
    for task in parents_of(any_graph, "tasks", f"name {RUNS}"):
        own = [[row for row in rows if row["task"] == task["name"]] for rows in (llm, diffusion)]
        assert task == {"name": task["name"], **runs(*own)}


def test_a_run_has_its_task_as_an_object(any_graph: Graph) -> None:
    """The object of the task in the column, for both kinds of run."""
    answer = any_graph.ask("""{
      tasks { name displayName kind }
      llmRuns(first: 2000) { nodes { task taskInfo { name displayName kind } } }
      diffusionRuns(first: 2000) { nodes { task taskInfo { name displayName kind } } }
    }""")
    tasks = {task["name"]: task for task in answer["tasks"]}
    for connection in ("llmRuns", "diffusionRuns"):
        assert answer[connection]["nodes"]
        for node in answer[connection]["nodes"]:
            assert node["taskInfo"] == tasks[node["task"]]


def test_descriptions_of_best_runs_state_the_considered_runs() -> None:
    """As do those of speedups; a deprecated field names another field of its type."""
    types = core_schema(build_schema()).type_map
    fields = {
        (name, field): its for name, found in types.items() for field, its in getattr(found, "fields", {}).items()
    }
    best_or_speedup = re.compile("best|bestRuns|best(Diffusion)?Run|speedup|diffusionSpeedup")
    described = [key for key in fields if best_or_speedup.fullmatch(key[1])]
    assert len(described) == 24
    assert [key for key in described if "Considers" not in fields[key].description] == []
    deprecated = {key: its.deprecation_reason for key, its in fields.items() if its.deprecation_reason}
    assert len(deprecated) == 2
    for (name, _), reason in deprecated.items():
        named = re.match(r"Use (\w+)", reason)
        assert named
        assert (name, named[1]) in fields
