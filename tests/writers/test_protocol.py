"""The writer protocol: a writer of Python values walks the same steps and results as the JSON writer."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from caches import ByteCache
from execution.running import Env, Level, run, run_selection
from execution.steps import Block, Step, TypeName
from resolvers.context import RequestContext
from schema.build import build_schema
from tables.order import OrderCache
from tables.row_set import TableColumn
from tests.graph import Graph
from writers.protocol import Writer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from execution.running import Result
    from execution.steps import Selection
    from tables.dataset import Dataset


class ValuesWriter(Writer[list[Any]]):
    """Writes one Python value per parent."""

    def value(self, step: Step, result: Result, count: int, env: Env) -> list[Any]:
        """Return the values (see `writers/protocol.py`)."""
        match result:
            case TableColumn():
                values: list[Any] = result.array().to_pylist()
            case pa.Array() | np.ndarray():
                values = result.tolist()
            case list():
                values = result
            case Level(items, fields, offsets, present):
                values = self._objects(step.selection, fields, len(items), env)
                if offsets is not None:
                    values = [values[start:stop] for start, stop in pairwise(offsets.tolist())]
                elif present is not None:
                    there = iter(values)
                    values = [next(there) if each else None for each in present.tolist()]
            case _:
                raise TypeError(type(result).__name__)
        assert len(values) == count
        return values

    def _objects(self, selection: Selection, results: Sequence[Result], count: int, env: Env) -> list[dict[str, Any]]:
        objects: list[dict[str, Any]] = [{} for _ in range(count)]
        for (_, child), result in zip(selection, results, strict=True):
            if isinstance(child, Block):
                rows: Any = result
                parts = self._objects(child.fields, run_selection(child.fields, rows, env), count, env)
                for target, part in zip(objects, parts, strict=True):
                    target.update(part)
                continue
            values = (
                [child.text.decode().strip('"')] * count
                if isinstance(child, TypeName)
                else self.value(child, result, count, env)
            )
            for target, value in zip(objects, values, strict=True):
                target[child.name] = value
        return objects


@pytest.mark.parametrize(
    "query",
    [
        "{ gpus { __typename model tdpWatts models { modelId architecture } } }",
        "{ llmRuns(first: 5) { totalCount pageInfo { endCursor } nodes { id a: model { modelId } gpu { model } } } }",
        "{ models(first: 9) { nodes { runsByGpu { gpu { model } llmRuns(first: 2) { edges { node { id } } } } } } }",
        "{ models(first: 40) { nodes { bestRun(by: ENERGY_PER_TOKEN_JOULES) { id energyPerTokenJoules } } } }",
        "{ dataset { name columns { name unit nullable } } }",
        "{ llmRuns { groups(by: [GPU_MODEL]) { count key { value } statistics(of: AVG_POWER_WATTS) { mean } } } }",
    ],
)  # fmt: skip
def test_a_second_writer_returns_the_same_values(sample: Dataset, query: str) -> None:
    """For leaves, objects, lists, nullable objects and blocks."""
    graph = Graph(build_schema(), sample)
    unused: Any = None
    values_writer = ValuesWriter()
    context = RequestContext(dataset=sample, orders=OrderCache(ByteCache(0)), raw=unused, fitter=unused)
    plan = graph.documents.document(query).operation(None).plan({})
    assert plan is not None
    [root] = plan.roots
    assert root.step is not None
    env = Env(context, {}, lambda: unused)
    [value] = values_writer.value(root.step, run(root.step, None, 1, env), 1, env)
    assert {root.path[0]: value} == graph.ask(query)
