"""Cardinalities of steps: upper bounds of the rows of relations, known before execution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLObjectType, get_named_type

from execution.field_metadata import CARDINALITY
from execution.steps import Step
from execution.strawberry_internals import core_schema
from schema.build import build_schema
from tests.graph import Graph

if TYPE_CHECKING:
    from execution.field_metadata import Cardinality
    from tables.dataset import Dataset

ROWS = {"LLMRun", "DiffusionRun", "Model", "GPU", "MLEnergyTask"}
PAIRS = {"MLEnergyModelGPURuns", "MLEnergyModelTaskRuns", "MLEnergyGPUModelRuns", "MLEnergyTaskModelRuns"}
CONNECTIONS = {"LLMRunConnection", "DiffusionRunConnection", "MLEnergyModelConnection"}
PARENTS = {"Query", *ROWS, *PAIRS, "LLMRunGroup", "DiffusionRunGroup"}


@pytest.fixture(scope="module")
def graph(sample: Dataset) -> Graph:
    """The graph of the sample."""
    return Graph(build_schema(), sample)


def cardinality(graph: Graph, document: str, *path: str) -> Cardinality:
    """Return the cardinality of the step at a path."""
    plan = graph.documents.document(document).operation(None).plan({})
    assert plan is not None
    [root] = plan.roots
    step = root.step
    for name in path:
        assert step is not None
        [step] = [child for _, child in step.selection if isinstance(child, Step) and child.name == name]
    assert step is not None
    found: Cardinality = step.field.definition.extensions[CARDINALITY](graph.dataset)
    return found


def test_every_relation_between_row_types_has_a_cardinality() -> None:
    """A new field that returns rows must have one."""
    schema = core_schema(build_schema())
    for name in PARENTS:
        kind = schema.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        for field_name, field in kind.fields.items():
            returns_rows = get_named_type(field.type).name in ROWS | PAIRS | CONNECTIONS
            assert (CARDINALITY in field.extensions) == returns_rows, f"{name}.{field_name}"


def test_the_fields_of_a_namespace_have_cardinalities() -> None:
    """The root fields are the same below `--root-field`."""
    kind = core_schema(build_schema(root_field="mlEnergy")).type_map["MLEnergyQuery"]
    assert isinstance(kind, GraphQLObjectType)
    assert CARDINALITY in kind.fields["llmRuns"].extensions


RUNS = "(stability: ANY, first: 2000) { totalCount }"
DIFFUSION_RUNS = "diffusionRuns(first: 2000) { totalCount }"


@pytest.mark.parametrize(
    ("document", "path", "shared"),
    [
        (f"{{ models(first: 2000) {{ nodes {{ llmRuns{RUNS} }} }} }}", ("nodes", "llmRuns"), False),
        (f"{{ models(first: 2000) {{ nodes {{ {DIFFUSION_RUNS} }} }} }}", ("nodes", "diffusionRuns"), False),
        (f"{{ gpus {{ llmRuns{RUNS} }} }}", ("llmRuns",), False),
        (f"{{ tasks {{ llmRuns{RUNS} }} }}", ("llmRuns",), False),
        ("{ models(first: 2000) { nodes { gpus { model } } } }", ("nodes", "gpus"), True),
        ("{ tasks { models { modelId } } }", ("models",), True),
        ("{ models(first: 2000) { nodes { runsByGpu(stability: ANY) { runCount } } } }", ("nodes", "runsByGpu"), False),
        ("{ gpus { modelRuns(stability: ANY) { runCount } } }", ("modelRuns",), False),
    ],
)  # fmt: skip
def test_the_cardinality_is_the_size_of_the_whole_relation(
    graph: Graph, document: str, path: tuple[str, ...], *, shared: bool
) -> None:
    """The maximum per parent and the total are those of an answer that selects everything."""
    found = cardinality(graph, document, *path)
    [data] = graph.ask(document).values()
    counts = [_count(each[path[-1]]) for each in (data["nodes"] if isinstance(data, dict) else data)]
    assert (found.most, found.total, found.shared) == (max(counts), sum(counts), shared)


def _count(value: Any) -> int:  # noqa: ANN401 - a list or a connection
    return len(value) if isinstance(value, list) else int(value["totalCount"])


def test_cardinalities_of_the_root_and_of_to_one_relations(graph: Graph) -> None:
    """All runs once; one model per run, of all models."""
    document = "{ llmRuns(stability: ANY, first: 2000) { totalCount nodes { model { llmRuns { totalCount } } } } }"
    runs = graph.ask(document)["llmRuns"]["totalCount"]
    found = cardinality(graph, document)
    assert (found.most, found.total, found.shared) == (runs, runs, False)
    found = cardinality(graph, document, "nodes", "model")
    assert (found.most, found.total, found.shared) == (1, graph.dataset.models.num_rows, True)
