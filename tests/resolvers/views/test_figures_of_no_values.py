"""Aggregates of no values, in every view that aggregates: counts and sums are 0, all others are null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schema.build import build_schema
from tables.catalogue import ColumnType
from tables.run_kinds import RUN_KINDS
from tests.drawn_datasets import dataset_of
from tests.graph import Graph

if TYPE_CHECKING:
    from tests.drawn_datasets import Cells

# Energy by GPU model: B200 has runs and no values, H200 a value below 0, so that a SUM of 0 lies between the others.
ENERGIES = {"B200": (None, None), "H100": (3.0, 2.0), "H200": (-4.0, None)}
METRICS: dict[str, str] = {"llm": "ENERGY_PER_REQUEST_JOULES", "diffusion": "ENERGY_PER_GENERATION_JOULES"}
LISTS: dict[str, str] = {"llm": "llmRuns", "diffusion": "diffusionRuns"}
OF_NONE: dict[str, float | None] = {"MIN": None, "MAX": None, "MEAN": None, "MEDIAN": None, "SUM": 0.0}
each_kind = pytest.mark.parametrize("kind", LISTS)


def cells_of(kind: str) -> Cells:
    """Return plain cells: two runs on each GPU, of one model, batch and task."""
    gpus = [gpu for gpu, energies in ENERGIES.items() for _ in energies]
    plain = {ColumnType.STRING: "a", ColumnType.INT: 1, ColumnType.FLOAT: 1.0, ColumnType.BOOLEAN: True}
    cells: Cells = {column.name: [plain[column.type]] * len(gpus) for column in RUN_KINDS[kind].columns}
    return cells | {
        "domain": [kind] * len(gpus),
        "gpu_model": gpus,
        METRICS[kind].lower(): [energy for energies in ENERGIES.values() for energy in energies],
        "results_path": [f"{kind}/{row}" for row in range(len(gpus))],
    }


@pytest.fixture(scope="module")
def graph_of_gaps() -> Graph:
    """A graph whose runs on one GPU have no energy."""
    return Graph(build_schema(), dataset_of({kind: cells_of(kind) for kind in LISTS}))


def ask_of_runs(graph: Graph, kind: str, view: str, *, gpu: str | None = "B200") -> Any:  # noqa: ANN401 - a view
    """Return one view of the runs on one GPU, by default of those without values, or of all."""
    where = f'(first: 0, where: {{gpuModel: {{eq: "{gpu}"}}}})' if gpu else "(first: 0)"
    connection = graph.ask(f"{{ {LISTS[kind]}{where} {{ view: {view} }} }}")[LISTS[kind]]
    return connection["view"]


@each_kind
def test_statistics_of_no_values(graph_of_gaps: Graph, kind: str) -> None:
    """Selections and groups with runs without values, or without runs."""
    fields = "{ count sum min max mean median stddev percentiles(p: [50]) nullCount }"
    expected: dict[str, Any] = {
        "count": 0,
        "sum": 0.0,
        "min": None,
        "max": None,
        "mean": None,
        "median": None,
        "stddev": None,
    }
    expected |= {"percentiles": [None], "nullCount": 2}
    statistics = f"statistics(of: {METRICS[kind]}) {fields}"
    assert ask_of_runs(graph_of_gaps, kind, statistics) == expected
    assert ask_of_runs(graph_of_gaps, kind, statistics, gpu=None) != expected
    groups = ask_of_runs(graph_of_gaps, kind, f"groups(by: [TASK]) {{ {statistics} }}")
    assert groups == [{"statistics": expected}]
    where = "(first: 0, where: {numGpus: {gt: 8}})"
    without_runs = graph_of_gaps.ask(f"{{ {LISTS[kind]}{where} {{ {statistics} }} }}")[LISTS[kind]]
    assert without_runs == {"statistics": expected | {"nullCount": 0}}


@each_kind
@pytest.mark.parametrize("aggregate", OF_NONE)
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_groups_ordered_by_an_aggregate_of_no_values(
    graph_of_gaps: Graph, kind: str, aggregate: str, direction: str
) -> None:
    """A sum of 0 is ordered among the other sums; nulls come last in either direction."""
    order = f"{{aggregate: {aggregate}, of: {METRICS[kind]}, direction: {direction}}}"
    view = f"groups(by: [GPU_MODEL], orderBy: {order}) {{ key {{ value }} }}"
    found = [group["key"][0]["value"] for group in ask_of_runs(graph_of_gaps, kind, view, gpu=None)]
    ascending = ["H200", "B200", "H100"] if aggregate == "SUM" else ["H200", "H100"]
    ordered = ascending if direction == "ASC" else ascending[::-1]
    assert found == ordered if aggregate == "SUM" else [*ordered, "B200"]


@each_kind
@pytest.mark.parametrize("aggregate", OF_NONE)
def test_ratios_to_an_aggregate_of_no_values(graph_of_gaps: Graph, kind: str, aggregate: str) -> None:
    """The reference equals the aggregate in `statistics`, with a count of 0; the ratio is null."""
    fields = "{ references { value count } runs { ratios { ratio } } }"
    view = f"ratios(of: [{METRICS[kind]}], to: {aggregate}) {fields}"
    (group,) = ask_of_runs(graph_of_gaps, kind, view)
    assert group == {
        "references": [{"value": OF_NONE[aggregate], "count": 0}],
        "runs": [{"ratios": [{"ratio": None}]}] * 2,
    }


@each_kind
@pytest.mark.parametrize("aggregate", OF_NONE)
def test_group_comparisons_with_an_aggregate_of_no_values(graph_of_gaps: Graph, kind: str, aggregate: str) -> None:
    """Each side equals the aggregate in `statistics`, with its count."""
    fields = "{ baseline candidate baselineCount candidateCount ratio relativeChange }"
    arguments = f"of: [{METRICS[kind]}], aggregate: {aggregate}"
    view = f'compareGroups(by: GPU_MODEL, baseline: "%s", candidate: "%s", {arguments}) {fields}'
    figure = {"MIN": 2.0, "MAX": 3.0, "MEAN": 2.5, "MEDIAN": 2.5, "SUM": 5.0}[aggregate]
    from_none = ask_of_runs(graph_of_gaps, kind, view % ("B200", "H100"), gpu=None)
    to_none = ask_of_runs(graph_of_gaps, kind, view % ("H100", "B200"), gpu=None)
    none = OF_NONE[aggregate]
    assert from_none == [
        {"baseline": none, "candidate": figure, "baselineCount": 0, "candidateCount": 2}
        | {"ratio": None, "relativeChange": None}
    ]
    assert to_none == [
        {"baseline": figure, "candidate": none, "baselineCount": 2, "candidateCount": 0}
        | ({"ratio": 0.0, "relativeChange": -1.0} if aggregate == "SUM" else {"ratio": None, "relativeChange": None})
    ]


@each_kind
def test_other_views_of_no_values(graph_of_gaps: Graph, kind: str) -> None:
    """Histograms are empty, there are no best runs or pairs, and all statistics of pairs are null."""
    metric = METRICS[kind]
    assert ask_of_runs(graph_of_gaps, kind, f"histogram(of: {metric}) {{ edges counts outside nullCount }}") == {
        "edges": [],
        "counts": [],
        "outside": 0,
        "nullCount": 2,
    }
    assert ask_of_runs(graph_of_gaps, kind, f"best(by: {metric}) {{ run {{ id }} }}") == []
    sides = f'baseline: "H100", candidate: "B200", pick: {{by: {metric}}}, compare: [{metric}]'
    summary = "summary { decreased unchanged increased min median mean max }"
    pairs = f"pairs(match: [TASK], differ: GPU_MODEL, {sides}) {{ count unmatched {summary} }}"
    nothing = {"decreased": 0, "unchanged": 0, "increased": 0, "min": None, "median": None, "mean": None, "max": None}
    found = ask_of_runs(graph_of_gaps, kind, pairs, gpu=None)
    assert found == {"count": 0, "unmatched": 1, "summary": [nothing]}
    speedup = "speedup" if kind == "llm" else "diffusionSpeedup"
    figures = "{ pairCount min median geometricMean max }"
    (model,) = graph_of_gaps.ask(
        f'{{ models {{ nodes {{ {speedup}(baseline: "H100", candidate: "B200", of: {metric}) {figures} }} }} }}'
    )["models"]["nodes"]
    assert model[speedup] == {"pairCount": 0, "min": None, "median": None, "geometricMean": None, "max": None}


def test_the_schema_describes_aggregates_of_no_values(graph_of_gaps: Graph) -> None:
    """In each value of the enum of aggregates, the order of groups, and every field with an aggregate."""
    types = graph_of_gaps.ask("""{ __schema { types {
      name description fields { name description } enumValues { name description }
    } } }""")["__schema"]["types"]
    described = {each["name"]: each["description"] for each in types}
    for each in types:
        members = (each["fields"] or []) + (each["enumValues"] or [])
        described |= {f"{each['name']}.{member['name']}": member["description"] for member in members}
    ends = ("RunReference.value", "RunGroupComparison.baseline", "RunGroupComparison.candidate")
    fields = {name: description for name, description in described.items() if name.endswith(ends)}
    assert len(fields) == 6
    assert [name for name, description in fields.items() if "SUM is 0" not in description] == []
    assert "SUM of no values is 0" in described["MLEnergyRunGroupOrder"]
    assert "0 if the group has no values" in described["MLEnergyRunAggregate.SUM"]
    for aggregate in ("MIN", "MAX", "MEAN", "MEDIAN"):
        assert "null if the group has no values" in described[f"MLEnergyRunAggregate.{aggregate}"]
