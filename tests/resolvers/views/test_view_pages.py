"""Views cover all selected runs: they are independent of the page and do not count as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tables.row_set import RowSet
from tests.graph import Graph

if TYPE_CHECKING:
    import pytest
    from strawberry.federation import Schema

    from tables.dataset import Dataset
    from tables.row_set import TableColumn

FIGURES = """
  totalCount
  statistics(of: ENERGY_PER_TOKEN_JOULES) { count nullCount min max mean median stddev sum percentiles(p: [10, 90]) }
  facets(of: [GPU_MODEL, SEED]) { field values { value count } }
  histogram(of: MEDIAN_ITL_MS, bins: 7) { edges counts outside nullCount }
  groups(by: [TASK, NUM_GPUS]) { key { field value } count statistics(of: AVG_POWER_WATTS) { median } }
  compareGroups(by: GPU_MODEL, baseline: "H100", candidate: "B200", of: [AVG_POWER_WATTS]) { baseline candidate ratio }
"""
VIEWS = f"""
  {FIGURES}
  digest
  best(by: ENERGY_PER_TOKEN_JOULES, per: [GPU_MODEL], runnersUp: 2) {{
    key {{ value }} run {{ id }} runnersUp {{ id }} slack {{ field limit value margin }}
  }}
  paretoFrontier(minimize: [MEDIAN_ITL_MS, ENERGY_PER_TOKEN_JOULES], per: [TASK]) {{
    key {{ value }} runs {{ id }} nullCount
  }}
  bestRuns(by: ENERGY_PER_TOKEN_JOULES, per: [TASK], first: 1) {{ totalCount nodes {{ id }} {FIGURES} }}
"""
BUSY = '{maxNumSeqs: {gte: 16}, or: [{gpuModel: {eq: "H100"}}, {numGpus: {lt: 8}}]}'


def test_views_are_independent_of_the_page(any_graph: Graph) -> None:
    """No rows, three rows, after a cursor, from the end, after an offset."""
    start = any_graph.ask(f"{{ llmRuns(where: {BUSY}, first: 5) {{ edges {{ cursor }} {VIEWS} }} }}")["llmRuns"]
    cursor = start.pop("edges")[-1]["cursor"]
    assert start["totalCount"] > 5
    for page in ("first: 0", "first: 3", f'first: 3, after: "{cursor}"', f'last: 2, before: "{cursor}"', "offset: 7"):
        answer = any_graph.ask(f"{{ llmRuns(where: {BUSY}, {page}) {{ {VIEWS} }} }}")
        assert answer == {"llmRuns": start}, page


def test_an_order_changes_only_the_runs_of_a_group(any_graph: Graph) -> None:
    """All other views have an order of their own."""
    plain, ordered = (
        any_graph.ask(f"{{ llmRuns(first: 0{order}) {{ {VIEWS} }} }}")
        for order in ("", ", orderBy: [{field: AVG_POWER_WATTS, direction: DESC}]")
    )
    assert plain == ordered


def test_views_below_models_equal_those_of_the_filtered_root(any_graph: Graph) -> None:
    """One call computes the views of all models; each equals the root's view filtered by that model."""
    nodes = any_graph.ask(f"{{ models {{ nodes {{ modelId llmRuns(where: {BUSY}, first: 0) {{ {VIEWS} }} }} }} }}")[
        "models"
    ]["nodes"]
    measured = [node for node in nodes if node["llmRuns"]["totalCount"]]
    assert 1 < len(measured) < len(nodes)
    for node in nodes:
        root = any_graph.ask(
            f"""query ($model: String!) {{
              llmRuns(where: {{modelId: {{eq: $model}}, and: [{BUSY}]}}, first: 0) {{ {VIEWS} }}
            }}""",
            model=node["modelId"],
        )
        assert node["llmRuns"] == root["llmRuns"], node["modelId"]


def test_views_of_a_groups_runs_equal_those_of_the_filtered_root(any_graph: Graph) -> None:
    """The runs of a group are a connection with all fields of the root connection."""
    groups = any_graph.ask(
        f"{{ llmRuns(first: 0) {{ groups(by: [GPU_MODEL]) {{ key {{ value }} runs(first: 1) {{ {VIEWS} }} }} }} }}"
    )["llmRuns"]["groups"]
    assert len(groups) > 1
    for group in groups:
        root = any_graph.ask(
            f"query ($gpu: String!) {{ llmRuns(where: {{gpuModel: {{eq: $gpu}}}}, first: 0) {{ {VIEWS} }} }}",
            gpu=group["key"][0]["value"],
        )
        assert group["runs"] == root["llmRuns"]


def test_an_empty_page_with_views_costs_no_rows(
    sample: Dataset, schema: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Views are computed from columns; no cell of a run is written."""
    gathered: list[tuple[str, int]] = []
    column = RowSet.column

    def observed(rows: RowSet, name: str) -> TableColumn:
        gathered.append((name, len(rows)))
        return column(rows, name)

    monkeypatch.setattr(RowSet, "column", observed)
    graph = Graph(schema, sample)
    answer: Any = graph.ask(f"{{ llmRuns(first: 0) {{ {FIGURES} }} }}")
    assert answer["llmRuns"]["totalCount"] > 100
    assert gathered == []
    graph.ask("{ llmRuns(first: 1) { nodes { id } } }")
    assert [name for name, _ in gathered] == ["id"]
