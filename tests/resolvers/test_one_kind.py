"""Datasets with runs of only one kind: every field resolves, and fields of the other kind are empty."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_required_argument

from execution.strawberry_internals import core_schema
from resolvers.context import Limits
from sample import SampleRawFiles, sample_tables
from schema.build import build_schema
from tables.dataset import Dataset, Provenance, build_dataset
from tables.run_kinds import RUN_KINDS
from tables.validation import validated
from tests.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import GraphQLField, GraphQLSchema

_RUNS = 60
_LIMITS = Limits(max_raw_files=1_000)
_METRIC = {"LLMRun": "ENERGY_PER_TOKEN_JOULES", "DiffusionRun": "ENERGY_PER_GENERATION_JOULES"}
_BATCH = {"LLMRun": "MAX_NUM_SEQS", "DiffusionRun": "BATCH_SIZE"}
_METRICS = ("bestRuns", "statistics", "histogram", "best", "bestRun", "bestDiffusionRun", "logisticFits", "ratios")


@pytest.fixture(scope="module", params=RUN_KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of the runs in the dataset."""
    param: str = request.param
    return param


@pytest.fixture(scope="module")
def one_kind(kind: str) -> Dataset:
    """A small sample with runs of only one kind."""
    tables = dict(zip(RUN_KINDS, sample_tables(runs=_RUNS), strict=True))
    columns = {
        other: validated(table if other == kind else table.slice(0, 0), RUN_KINDS[other], file="sample")
        for other, table in tables.items()
    }
    provenance = Provenance(name="half", source="sample", revision="half", synthetic=True)
    return build_dataset(columns, provenance=provenance, raw=SampleRawFiles(_RUNS))


@pytest.fixture(scope="module")
def one_kind_graph(one_kind: Dataset) -> Graph:
    """The graph over `one_kind`, executed as over HTTP."""
    return Graph(build_schema(), one_kind, limits=_LIMITS)


def graphql_schema() -> GraphQLSchema:
    """Return the graphql-core schema of the Strawberry schema."""
    return core_schema(build_schema())


def keys_of(dataset: Dataset, kind: str) -> dict[str, str]:
    """Return the key argument of each lookup: an existing key, or an unknown id for the absent kind of run."""
    ids = {run: table.columns["id"][0] if run == kind else "nowhere" for run, table in dataset.runs.items()}
    return {
        "llmRun": f'id: "{ids["llm"]}"',
        "diffusionRun": f'id: "{ids["diffusion"]}"',
        "run": f'id: "{ids[kind]}"',
        "model": f'modelId: "{dataset.models.columns["model_id"][0]}"',
        "gpu": f'model: "{dataset.gpus.columns["model"][0]}"',
        "task": f'name: "{dataset.tasks.columns["name"][0]}"',
        "_entities": 'representations: [{__typename: "GPU", model: "H100"}]',
        "node": 'id: "GPU:H100"',
        "nodes": 'ids: ["GPU:H100"]',
    }


def arguments(parent: GraphQLObjectType, name: str, field: GraphQLField, keys: dict[str, str]) -> str | None:
    """Return the arguments of a field: empty if it needs none, None if this test has no value for one of them."""
    if parent.name == "Query" and name in keys:
        return f"({keys[name]})"
    required = {argument for argument, value in field.args.items() if is_required_argument(value)}
    required |= {"first"} & field.args.keys()
    if name == "paretoFrontier":
        required = {"minimize"}
    run = "DiffusionRun" if "iffusion" in f"{parent.name} {name}" else "LLMRun"
    known = {
        "match": f"[TASK, NUM_GPUS, {_BATCH[run]}]",
        "differ": "GPU_MODEL",
        "baseline": '"H100"',
        "candidate": '"B200"',
        "over": '"H100"',
        "pick": f"{{by: {_METRIC[run]}, goal: MINIMIZE}}",
        "compare": f"[{_METRIC[run]}]",
        "minimize": f"[{_METRIC[run]}]",
        "by": _METRIC[run] if name in _METRICS else "[GPU_MODEL]" if name == "groups" else "GPU_MODEL",
        "of": _METRIC[run] if name in _METRICS else f"[{'TASK' if name == 'facets' else _METRIC[run]}]",
        "per": "[MODEL_ID, TASK, GPU_MODEL]",
        "powerTargetWatts": "1e6",
        "first": "2",
        "p": "[50]",
        "at": "[8, 64]",
    }
    if not required <= known.keys():
        return None
    text = ", ".join(f"{argument}: {known[argument]}" for argument in sorted(required))
    return f"({text})" if text else ""


def queries(schema: GraphQLSchema, keys: dict[str, str]) -> Iterator[str]:
    """Yield queries that together select every field of every type once, each by the shortest path."""
    root = schema.type_map["Query"]
    assert isinstance(root, GraphQLObjectType)
    paths = deque((root, name, "{ %s }") for name in root.fields)
    seen = {(root.name, name) for name in root.fields}
    while paths:
        parent, field, around = paths.popleft()
        text, found = arguments(parent, field, parent.fields[field], keys), get_named_type(parent.fields[field].type)
        assert text is not None, f"no arguments for {parent.name}.{field}"
        if not isinstance(found, GraphQLObjectType):  # _entities, run, node, nodes
            found = schema.type_map["LLMRun" if field == "run" else "GPU"]
            field = f"{field}{text} {{ ... on {found.name} %s }}"
            assert isinstance(found, GraphQLObjectType)
        else:
            field = f"{field}{text} %s"
        leaves = [
            f"{leaf}{arguments(found, leaf, each, keys)}"
            for leaf, each in found.fields.items()
            if is_leaf_type(get_named_type(each.type))
        ]
        yield around % field % f"{{ {' '.join(leaves) or '__typename'} }}"
        for below, each in found.fields.items():
            if not is_leaf_type(get_named_type(each.type)) and (found.name, below) not in seen:
                seen.add((found.name, below))
                paths.append((found, below, around % field % "{ %s }"))


def test_every_field_resolves_without_an_error(kind: str, one_kind: Dataset, one_kind_graph: Graph) -> None:
    """No field has an error, whether or not the dataset has runs of its kind."""
    for query in queries(graphql_schema(), keys_of(one_kind, kind)):
        answer = one_kind_graph.answer(query)
        assert answer.errors is None, (query, answer.errors)


def test_counts_of_the_absent_kind_are_zero(kind: str, one_kind: Dataset, one_kind_graph: Graph) -> None:
    """Models, GPUs and tasks are those of the existing runs; counts of the absent kind are 0."""
    answer = one_kind_graph.ask("""{
      dataset { llmRunCount stableLlmRunCount diffusionRunCount modelCount }
      llmRuns(stability: ANY) { totalCount edges { cursor } groups(by: [TASK]) { key { value } } }
      diffusionRuns { totalCount nodes { id } facets(of: [TASK]) { values { count } } }
      models { totalCount nodes { llmRuns(stability: ANY) { totalCount } diffusionRuns { totalCount } } }
      gpus { llmRuns(stability: ANY) { totalCount } } tasks { name kind runCount(stability: ANY) }
    }""")
    runs, rows = one_kind.runs[kind], one_kind.runs[kind].num_rows
    counts = {other: rows if other == kind else 0 for other in RUN_KINDS}
    dataset = answer["dataset"]
    assert (dataset["llmRunCount"], dataset["diffusionRunCount"]) == (counts["llm"], counts["diffusion"])
    assert (dataset["stableLlmRunCount"] > 0) == (kind == "llm")
    assert dataset["modelCount"] == answer["models"]["totalCount"] == len(runs.codes("model_id").distinct)
    assert (answer["llmRuns"]["totalCount"], answer["diffusionRuns"]["totalCount"]) == tuple(counts.values())
    assert {task["name"] for task in answer["tasks"]} == set(runs.codes("task").distinct)
    assert sum(task["runCount"] for task in answer["tasks"]) == rows
    assert sum(gpu["llmRuns"]["totalCount"] for gpu in answer["gpus"]) == counts["llm"]
    assert sum(model["diffusionRuns"]["totalCount"] for model in answer["models"]["nodes"]) == counts["diffusion"]
    if kind == "diffusion":
        assert answer["llmRuns"] == {"totalCount": 0, "edges": [], "groups": []}
    else:
        assert answer["diffusionRuns"]["nodes"] == []
