"""An answer that is too long is abandoned while it is written: the request is refused, and its memory stays small."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest

from execution.ceilings import Ceilings
from resolvers.context import Limits
from schema.build import build_schema
from tests.abandoned_answer import QUERIES
from tests.cookbook import PAGE, recipes
from tests.graph import Graph
from tests.server_process import ROOT

if TYPE_CHECKING:
    from tables.dataset import Dataset
    from tests.cookbook import Recipe

MIB = 8
# Steps, their results and the columns of raw files, of which 90 aliases of 32 runs have 17,000.
OTHER_MIB = 16


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="resident memory is read from /proc")
@pytest.mark.parametrize("name", QUERIES)
def test_the_memory_of_an_abandoned_answer_is_below_twice_its_maximum(name: str) -> None:
    """In a process of its own; written in full, the answers take 69 to 767 MiB."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "tests.abandoned_answer", name, str(MIB)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    [error] = found["errors"]
    assert error["code"] == "QUERY_TOO_COMPLEX"
    assert error["limit"] == "max_answer_mib"
    assert error["requested"] > error["allowed"] == MIB * 2**20
    assert "(MLENERGY_MAX_ANSWER_MIB)" in error["message"]
    assert found["grown"] < (2 * MIB + OTHER_MIB) * 2**20


SHAPES = [
    "{ gpus { __typename model tdpWatts models { modelId architecture } } }",
    "{ llmRuns(first: 50) { totalCount nodes { id a: id model { modelId nickname } gpu { model } } } }",
    "{ models(first: 9) { nodes { runsByGpu { gpu { model } llmRuns(first: 2) { edges { node { id } } } } } } }",
    "{ models(first: 40) { nodes { bestRun(by: ENERGY_PER_TOKEN_JOULES) { id energyPerTokenJoules } } } }",
    "{ llmRuns(first: 3) { nodes { timeline(maxPoints: 50) { value devices { index value } unit } } } }",
    "{ llmRuns { groups(by: [GPU_MODEL]) { count key { value } statistics(of: AVG_POWER_WATTS) { mean } } } }",
    '{ llmRun(id: "none") { id } models(first: 0) { nodes { modelId } } dataset { columns { name nullable } } }',
    '{ _entities(representations: [{__typename: "GPU", model: "H100"}]) { ... on GPU { vendor model } } }',
]  # fmt: skip


def _refused(graph: Graph, query: str) -> bool:
    answer = graph.answer(query)
    if answer.data is not None:
        return False
    assert [(error.extensions or {})["limit"] for error in answer.errors or ()] == ["max_answer_mib"]
    return True


@pytest.mark.parametrize("query", SHAPES)
def test_an_answer_may_be_as_long_as_the_maximum_and_no_longer(sample: Dataset, query: str) -> None:
    """Exactly, whether its texts are cached or not; the fallback to row-by-row execution does not extend it."""
    length = len(orjson.dumps(Graph(build_schema(), sample).ask(query)))
    graphs = [
        Graph(build_schema(), sample, limits=Limits(max_answer_bytes=most), estimates=False)
        for most in (length, length - 1)
    ]
    for _ in range(3):  # new, repeated and cached texts
        assert [_refused(graph, query) for graph in graphs] == [False, True]


@pytest.mark.parametrize("recipe", list(recipes(PAGE.read_text(encoding="utf-8"))), ids=lambda each: str(each.number))
def test_the_counted_length_is_at_most_the_length(
    sample: Dataset, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No answer that fits is abandoned, and most of its length is counted while it is written."""
    made: list[Ceilings] = []

    def measured(max_cells: int, max_answer_bytes: int) -> Ceilings:
        made.append(Ceilings(max_cells, max_answer_bytes))
        made[-1].unmeasured_left = 0
        return made[-1]

    monkeypatch.setattr("writers.json_answer.Ceilings", measured)
    graph = Graph(build_schema(), sample)
    for _ in range(3):
        length = len(orjson.dumps(graph.ask(recipe.query)))
        assert 0.7 * length - 200 <= made[-1].answer_bytes <= length


def test_a_row_by_row_answer_is_bounded_too(sample: Dataset) -> None:
    """Introspection is not executed as columns."""
    graph = Graph(build_schema(), sample, limits=Limits(max_answer_bytes=1_000), estimates=False)
    assert _refused(graph, "{ __schema { types { name description } } }")
