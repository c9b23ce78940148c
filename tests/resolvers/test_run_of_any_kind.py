"""`run(id:)` finds runs of every kind, by the interface with the fields that all kinds have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, is_leaf_type, is_required_argument

from execution.strawberry_internals import core_schema
from schema.build import build_schema
from tests.graph import Graph
from tests.naive_oracle import rows_of

if TYPE_CHECKING:
    from tables.dataset import Dataset

KINDS = {"llmRuns": "LLMRun", "diffusionRuns": "DiffusionRun"}
SCHEMA = core_schema(build_schema())
RUN = SCHEMA.type_map["MLEnergyRun"]
assert isinstance(RUN, GraphQLInterfaceType)
# Leaf fields without arguments: the columns, which the oracle reads from the tables.
COLUMNS = [
    name
    for name, field in RUN.fields.items()
    if not field.args and is_leaf_type(getattr(field.type, "of_type", field.type))
]
ENTITIES = "model { modelId } gpu { model } taskInfo { name }"


def expected_of(row: dict[str, Any], type_name: str) -> dict[str, Any]:
    """Return a run as `run` returns it, from its table row."""
    return {
        "__typename": type_name,
        **{name: row[name] for name in COLUMNS},
        "model": {"modelId": row["modelId"]},
        "gpu": {"model": row["gpuModel"]},
        "taskInfo": {"name": row["task"]},
    }


def check_all(graph: Graph, *, at_a_time: int) -> int:
    """Compare every run of both tables with its row, and return the number of runs."""
    rows = [(row, type_name) for name, type_name in KINDS.items() for row in rows_of(graph.dataset, name)]
    for start in range(0, len(rows), at_a_time):
        part = dict(enumerate(rows[start : start + at_a_time]))
        fields = f"__typename {' '.join(COLUMNS)} {ENTITIES}"
        answer = graph.ask(
            "{" + " ".join(f'r{at}: run(id: "{row["id"]}") {{ {fields} }}' for at, (row, _) in part.items()) + "}"
        )
        assert answer == {f"r{at}": expected_of(*each) for at, each in part.items()}
    return len(rows)


def test_every_run_is_found_with_the_fields_of_all_kinds(any_graph: Graph) -> None:
    """Runs of both tables, by either executor, with the values of their table rows."""
    assert {"id", "task", "modelId", "gpuModel", "numGpus", "avgPowerWatts", "resultsPath"} < set(COLUMNS)
    assert check_all(any_graph, at_a_time=20) > 300


def test_every_published_run_is_found(real_graph: Graph) -> None:
    """On the published figures: 838 LLM and 1,020 diffusion runs."""
    assert check_all(real_graph, at_a_time=20) == 1_858


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_has_the_fields_of_its_own_kind(any_graph: Graph, kind: str) -> None:
    """By fragments, with arguments and alternatives: those of the other kind are left out."""
    document = """query ($id: ID!, $power: Float!) {
      run(id: $id) {
        ... on Node { id }
        replicas(powerTargetWatts: $power)
        ... on LLMRun { maxNumSeqs timeline(maxPoints: 4) { window } }
        ... on DiffusionRun { batchSize timeline(maxPoints: 4) { window } }
      }
    }"""
    lookup = "llmRun" if kind == "llmRuns" else "diffusionRun"
    for row in rows_of(any_graph.dataset, kind)[::40]:
        variables = {"id": row["id"], "power": 1e6}
        of_kind = any_graph.ask(
            document.replace("run(id", f"run: {lookup}(id").replace(
                "... on LLMRun" if kind == "diffusionRuns" else "... on DiffusionRun",
                "... on Node @skip(if: true) { id } #",
            ),
            **variables,
        )
        assert any_graph.ask(document, **variables) == of_kind


@pytest.mark.parametrize("unknown", ["", "none", "GPU:H100", "a" * 24, "x" * 10_000])
def test_an_id_without_a_run_is_null(any_graph: Graph, unknown: str) -> None:
    """As for the lookups of one kind; ids of other objects have no run."""
    assert any_graph.ask("query ($id: ID!) { run(id: $id) { id } }", id=unknown) == {"run": None}


def test_the_lookup_is_nested_with_the_other_root_fields(sample: Dataset) -> None:
    """With `--root-field`, the interface implements the prefixed `Node`."""
    schema = build_schema(root_field="mlEnergy")
    row = rows_of(sample, "diffusionRuns")[0]
    text = f'{{ mlEnergy {{ run(id: "{row["id"]}") {{ __typename nickname ... on MLEnergyNode {{ id }} }} }} }}'
    expected = {"__typename": "DiffusionRun", "nickname": row["nickname"], "id": row["id"]}
    assert Graph(schema, sample).ask(text) == {"mlEnergy": {"run": expected}}


def test_the_interface_has_every_field_that_all_kinds_share() -> None:
    """All but `timeline` and its reason, whose default window depends on the kind; each with the same defaults."""
    fields = [kind.fields for name in KINDS.values() if isinstance(kind := SCHEMA.type_map[name], GraphQLObjectType)]
    shared = [name for name in fields[0] if name in fields[1]]
    same_defaults = [
        name
        for name in shared
        if len(
            {
                tuple((arg, str(given.type), given.default_value) for arg, given in each[name].args.items())
                for each in fields
            }
        )
        == 1
    ]
    assert set(shared) - set(same_defaults) == {"timeline", "timelineUnavailableBecause"}
    assert isinstance(RUN, GraphQLInterfaceType)
    assert sorted(RUN.fields) == sorted(same_defaults)
    assert not any(
        is_required_argument(arg)
        for name, field in RUN.fields.items()
        if name != "replicas"
        for arg in field.args.values()
    )
