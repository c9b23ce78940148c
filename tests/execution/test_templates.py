"""Templates of constant root fields: answers are the same as without a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from resolvers.context import Limits
from schema.build import build_schema
from tests.graph import Graph
from writers.templates import Template

if TYPE_CHECKING:
    from tables.dataset import Dataset
    from writers.json_writer import JsonWriter
    from writers.texts import Texts

LIMITS = Limits(default_page=3, max_page=500, max_raw_files=1_000)

DOCUMENTS = {
    "one dynamic field": """query($above: Float, $first: Int) { models(first: 40) { nodes { modelId
        runsByGpu { gpu { model }
        llmRuns(where: {energyPerTokenJoules: {gt: $above}}, first: $first) { nodes { id numGpus } } } } } }""",
    "several dynamic fields at two levels": """query($above: Float, $first: Int) {
        models(first: 40) { totalCount nodes {
            before: llmRuns(first: $first) { totalCount }
            modelId
            runsByGpu { llmRuns(first: $first) { totalCount nodes { id } } gpu { model vendor }
                diffusionRuns(first: $first) { nodes { id } } }
            llmRuns(where: {energyPerTokenJoules: {gt: $above}}) {
                edges { cursor node { id } } pageInfo { hasNextPage } }
            nickname } } }""",
    "in empty lists and nullable objects": """query($above: Float, $first: Int) {
        llmRuns(first: 9) { nodes { id model { modelId diffusionRuns(first: $first) { nodes { id } } }
            timeline(maxPoints: $first) { sampleCount } } }
        diffusionRuns(first: 4) { nodes { iterations { gpuEnergyJoules }
            gpu { llmRuns(first: $first) { totalCount } } } }
        none: models(search: "no such model at all") { nodes { llmRuns(first: $first) { totalCount } } }
        llmRun(id: "none") { gpu { llmRuns(where: {energyPerTokenJoules: {gt: $above}}) { totalCount } } } }""",
    "the same fields with two aliases": """query($above: Float, $first: Int) {
        one: models { nodes { modelId llmRuns(first: $first) { nodes { id } } } }
        other: models { nodes { nickname llmRuns(where: {energyPerTokenJoules: {gt: $above}}) { totalCount } } } }""",
    "through fragments": """query($above: Float, $first: Int) {
        models(first: 5) { nodes { ...runs } }
        gpus { ...ofGpu llmRuns(first: $first) { nodes { model { ...runs } } } } }
        fragment runs on Model { nickname llmRuns(first: $first) { nodes { id } } }
        fragment ofGpu on GPU { model llmRuns(first: $first) { totalCount } diffusionRuns(first: 2) {
            statistics { energyPerGenerationJoules: count } } }""",
    "with directives": """query($above: Float, $first: Int, $with: Boolean = true) {
        models { nodes { modelId @include(if: $with) llmRuns(first: $first) @skip(if: $with) { totalCount } } }
        gpus { llmRuns(where: {energyPerTokenJoules: {gt: $above}}) @include(if: $with) { totalCount } } }""",
    "with directives that exclude every field": """query($first: Int, $with: Boolean = true) { llmRuns(first: $first) {
        nodes { id model { modelId @skip(if: $with) } gpu { model @skip(if: true) } } }
        gpus { model @skip(if: $with) } }""",
    "without dynamic fields": """query($above: Float, $first: Int, $with: Boolean) {
        gpus { model } models { nodes { modelId } } }""",
}
VARIABLES: list[dict[str, Any]] = [
    {"above": 0.1, "first": 2},
    {"above": 0.1, "first": 2},  # cached from now on
    {"above": 0.5, "first": 3},
    {"above": 1e9, "first": 1},
    {"first": 0},
    {},
    {"above": None, "first": None},
    {"above": 0.2, "first": -1},
    {"above": 0.2, "first": 10_000},
    {"above": -1.0, "first": 50, "with": False},
    {"above": 0.1, "first": 2},
]


@pytest.fixture(scope="module")
def row_by_row(sample: Dataset) -> Graph:
    """The graph of the sample, executed by graphql-core."""
    return Graph(build_schema(), sample, limits=LIMITS, row_by_row=True)


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_answers_are_the_same_as_without_a_cache(row_by_row: Graph, sample: Dataset, document: str) -> None:
    """For one document with different variables in turn: data and errors."""
    graph = Graph(build_schema(), sample, limits=LIMITS)
    for variables in VARIABLES:
        given = {name: value for name, value in variables.items() if name != "with" or "$with" in document}
        expected, found = row_by_row.answer(document, **given), graph.answer(document, **given)
        assert orjson.dumps(found.data) == orjson.dumps(expected.data), given
        assert sorted(map(str, found.errors or ())) == sorted(map(str, expected.errors or ())), given


def test_a_template_is_cached_and_reused(sample: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the third request on, the text around the dynamic field is not written again."""
    graph = Graph(build_schema(), sample, limits=LIMITS)
    used: list[Template] = []
    write = Template.write

    def record(template: Template, results: Any, writer: JsonWriter, env: Any) -> Texts:  # noqa: ANN401 - the method's
        used.append(template)
        return write(template, results, writer, env)

    monkeypatch.setattr(Template, "write", record)
    for variables in VARIABLES[:4]:
        graph.ask(DOCUMENTS["one dynamic field"], **variables)
    assert len(used) == 2
    assert len(set(map(id, used))) == 1
    assert [slot.step.name for slot in used[0].slots] == ["llmRuns"]
    assert used[0].nbytes(used[0].slots[0].step) > 1_000
