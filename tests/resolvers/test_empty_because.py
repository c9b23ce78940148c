"""`emptyBecause`: conditions of which dropping one alone would select runs, against a naive oracle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.build import build_schema
from tests.drawn_arguments import STABILITIES, filters
from tests.drawn_datasets import datasets
from tests.graph import Graph
from tests.naive_oracle import is_stable, rows_of, satisfies

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from strawberry.federation import Schema

    from tables.dataset import Dataset
    from tests.naive_oracle import Input, Row

EVERYWHERE = """
  query ($where: LLMRunFilter, $inner: LLMRunFilter, $stability: MLEnergyStability!) {
    llmRuns(where: $where, stability: $stability) { ...Empty }
    gpus { model llmRuns(where: $where, stability: $stability) { ...Empty } }
    models(first: 2000) { nodes { modelId
      llmRuns(where: $where, stability: $stability) { ...Empty }
      runsByGpu(where: $where, stability: $stability) { gpu { model } llmRuns(where: $inner) { ...Empty } }
    } }
  }
  fragment Empty on LLMRunConnection { totalCount emptyBecause { argument condition runCount } }"""


@pytest.fixture(scope="module")
def schema() -> Schema:
    """One schema for all drawn datasets."""
    return build_schema()


def _given(where: Any) -> Any:  # noqa: ANN401 - a filter, or a part of one
    """Return a filter without its nulls, which have no effect."""
    if isinstance(where, dict):
        return {name: _given(value) for name, value in where.items() if value is not None}
    return [_given(part) for part in where] if isinstance(where, list) else where


def _parts(where: Input) -> Iterator[tuple[str, Input]]:
    """Yield the conjoined conditions of a filter, each with its argument."""
    for name, given_ in where.items():
        if name == "and":
            for part in given_:
                yield from _parts(part)
        elif name in {"or", "not"}:
            yield name, {name: given_}
        else:
            yield from ((f"{name}.{operator}", {name: {operator: value}}) for operator, value in given_.items())


def _expected(rows: Sequence[Row], where: Input, inner: Input, stability: str) -> list[tuple[str, int]] | None:
    """Return the expected reasons: argument and number of runs, or None if the selection has runs."""
    conditions: list[tuple[str, Input]] = []
    for part in [*_parts(_given(where)), ("stability", {}), *_parts(_given(inner))]:
        if part not in conditions:
            conditions.append(part)

    def count(left_out: tuple[str, Input] | None) -> int:
        others = [each for each in conditions if each != left_out]
        wanted = stability if any(name == "stability" for name, _ in others) else "ANY"
        return sum(is_stable(row, wanted) and all(satisfies(row, part) for _, part in others) for row in rows)

    if count(None):
        return None
    found = [(each[0], count(each)) for each in conditions]
    return sorted((argument, number) for argument, number in found if number)


def _reported(connection: Any) -> list[tuple[str, int]] | None:  # noqa: ANN401 - a part of an answer
    reasons = connection["emptyBecause"]
    assert (reasons is None) == (connection["totalCount"] > 0)
    return None if reasons is None else sorted((each["argument"], each["runCount"]) for each in reasons)


@given(data=st.data(), dataset=datasets(), stability=st.sampled_from(STABILITIES))
def test_reasons_equal_the_oracle(schema: Schema, data: st.DataObject, dataset: Dataset, stability: str) -> None:
    """At the root, below GPUs and models, and below a model on a GPU, where enclosing conditions apply too."""
    some = st.lists(filters(dataset, "llmRuns"), min_size=1, max_size=3).map(lambda parts: {"and": parts})
    where, inner = data.draw(some), data.draw(some)
    answer = Graph(schema, dataset).ask(EVERYWHERE, where=where, inner=inner, stability=stability)
    rows = rows_of(dataset, "llmRuns")
    assert _reported(answer["llmRuns"]) == _expected(rows, where, {}, stability)
    for gpu in answer["gpus"]:
        on_it = [row for row in rows if row["gpuModel"] == gpu["model"]]
        assert _reported(gpu["llmRuns"]) == _expected(on_it, where, {}, stability)
    for model in answer["models"]["nodes"]:
        of_it = [row for row in rows if row["modelId"] == model["modelId"]]
        assert _reported(model["llmRuns"]) == _expected(of_it, where, {}, stability)
        for pair in model["runsByGpu"]:
            of_pair = [row for row in of_it if row["gpuModel"] == pair["gpu"]["model"]]
            assert _reported(pair["llmRuns"]) == _expected(of_pair, where, inner, stability)


@pytest.mark.parametrize(
    ("where", "condition"),
    [
        ('{gpuModel: {eq: "B200"}, numGpus: {eq: 64}}', "numGpus.eq: 64"),
        ("{avgPowerWatts: {lt: -0.5}}", "avgPowerWatts.lt: -0.5"),
        ("{isStable: {eq: true}, numGpus: {in: [5, 7]}}", "numGpus.in: [5, 7]"),
        ('{and: [{nickname: {contains: "\\"none\\""}}]}', 'nickname.contains: "\\"none\\""'),
        (
            '{or: [{numGpus: {gt: 99}}, {not: {gpuModel: {in: ["H100", "B200", "A100"]}}}]}',
            'or: [{numGpus: {gt: 99}}, {not: {gpuModel: {in: ["H100", "B200", "A100"]}}}]',
        ),
        ("{not: {numGpus: {gt: 0}, isStable: {isNull: false}}}", "not: {numGpus: {gt: 0}, isStable: {isNull: false}}"),
    ],
)
def test_a_condition_is_spelled_as_the_graph_spells_it(any_graph: Graph, where: str, condition: str) -> None:
    """So that a client finds it in the document."""
    answer = any_graph.ask(f"{{ llmRuns(where: {where}) {{ emptyBecause {{ condition }} }} }}")
    assert answer == {"llmRuns": {"emptyBecause": [{"condition": condition}]}}


def test_reasons_for_an_unmeasured_combination(real_graph: Graph) -> None:
    """Few combinations of model, GPU, GPU count and task were measured, as the toolkit's guide warns."""
    answer = real_graph.ask(
        """{ llmRuns(
               where: {nickname: {eq: "DeepSeek R1"}, gpuModel: {eq: "B200"}, numGpus: {eq: 4}, task: {eq: "gpqa"}}
             ) { totalCount emptyBecause { condition runCount } } }"""
    )
    assert answer["llmRuns"] == {
        "totalCount": 0,
        "emptyBecause": [
            {"condition": 'nickname.eq: "DeepSeek R1"', "runCount": 15},
            {"condition": "numGpus.eq: 4", "runCount": 5},
        ],
    }


def test_stability_is_the_reason_if_all_runs_are_unstable(any_graph: Graph) -> None:
    """The default STABLE is a condition like any other."""
    where = "{isStable: {eq: false}}"
    answer = any_graph.ask(f"{{ llmRuns(where: {where}) {{ emptyBecause {{ argument condition }} }} }}")
    assert answer["llmRuns"]["emptyBecause"] == [
        {"argument": "isStable.eq", "condition": "isStable.eq: false"},
        {"argument": "stability", "condition": "stability: STABLE"},
    ]


def test_two_conditions_that_exclude_all_runs_together_are_not_reasons(any_graph: Graph) -> None:
    """The list is empty, because dropping either one selects no run."""
    where = "{numGpus: {eq: 77}, maxNumSeqs: {eq: -1}}"
    answer = any_graph.ask(f"{{ llmRuns(where: {where}) {{ totalCount emptyBecause {{ condition }} }} }}")
    assert answer == {"llmRuns": {"totalCount": 0, "emptyBecause": []}}


def test_a_page_past_the_end_is_not_an_empty_selection(any_graph: Graph) -> None:
    """The selection has runs, so the field is null."""
    answer = any_graph.ask("{ llmRuns(offset: 100000) { nodes { id } emptyBecause { condition } } }")
    assert answer == {"llmRuns": {"nodes": [], "emptyBecause": None}}


@pytest.mark.parametrize(
    "query",
    [
        "{ diffusionRuns(where: {batchSize: {gt: 5000}}) { REASONS } }",
        "{ tasks { models { diffusionRuns(where: {batchSize: {gt: 5000}}) { REASONS } } } }",
        "{ llmRuns(where: {numGpus: {eq: 77}}) { bestRuns(by: AVG_POWER_WATTS, per: [TASK]) { REASONS } } }",
        "{ llmRuns { groups(by: [TASK]) { runs(where: {numGpus: {eq: 77}}) { REASONS } } } }",
        "{ models { nodes { runsByGpu { llmRuns(where: {numGpus: {eq: 77}}) { REASONS } } } } }",
        "{ llmRuns(first: 2) { nodes { model { gpus { llmRuns(where: {numGpus: {eq: 77}}) { REASONS } } } } } }",
    ],
)
def test_every_connection_of_runs_has_reasons(any_graph: Graph, query: str) -> None:
    """Of both kinds, at any depth, of best runs and of groups; repeated answers are equal."""
    document = query.replace("REASONS", "totalCount emptyBecause { argument runCount }")
    answers = [any_graph.ask(document) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    reasons = list(_reasons(answers[0]))
    assert any(reasons)
    assert {each["argument"] for some in reasons for each in some} <= {"numGpus.eq", "batchSize.gt"}


def _reasons(part: Any) -> Iterator[list[Input]]:  # noqa: ANN401 - a part of an answer
    if isinstance(part, dict):
        if part.get("emptyBecause") is not None:
            assert part["totalCount"] == 0
            yield part["emptyBecause"]
        for member in part.values():
            yield from _reasons(member)
    elif isinstance(part, list):
        for item in part:
            yield from _reasons(item)


def test_reasons_are_computed_only_if_selected(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """And only for empty selections."""

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("resolvers.narrowing.Narrowing.reasons", fail)
    graph.ask("{ llmRuns(where: {numGpus: {eq: 77}}) { totalCount } }")
    graph.ask('{ llmRuns(where: {task: {eq: "gpqa"}}) { totalCount emptyBecause { condition } } }')
