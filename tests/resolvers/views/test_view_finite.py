"""No answer contains NaN or infinity, for figures at the limits of float64 and for literals beyond them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import event, given, note, settings
from hypothesis import strategies as st

from errors import ClientError
from resolvers.views.output_lengths import RunLengths
from tables.row_set import RowSet
from tables.run_kinds import RUN_KINDS
from tables.table import Table
from tests.drawn_datasets import dataset_of
from tests.resolvers.views.drawn_runs import plain_cells
from tests.resolvers.views.test_view_answers_agree import both_ways
from tests.resolvers.views.view_oracles import STATISTICS

if TYPE_CHECKING:
    from strawberry.federation import Schema

    from tables.dataset import Dataset
    from tests.graph import Graph

LARGEST, SMALLEST = 1.7976931348623157e308, 5e-324
EXTREMES = (LARGEST, -LARGEST, 1.79e308, -1.79e308, 1e200, -1e200, SMALLEST, -SMALLEST, 0.0, -0.0, 1.0)
BEYOND = ("1e999", "-1e999", "1.7976931348623159e308", "1" * 400)
METRICS = ("ENERGY_PER_TOKEN_JOULES", "MEDIAN_ITL_MS", "AVG_POWER_WATTS", "OUTPUT_THROUGHPUT_TOKENS_PER_SEC")
DERIVED = ("TOKENS_PER_SECOND_PER_WATT", "POWER_UTILIZATION")
_MOST_ROWS = 6

# METRIC and OTHER stand for columns, %A and %B for floats: A is less than B.
VIEWS = (
    f"statistics(of: METRIC) {{ {STATISTICS} }}",
    f"groups(by: [NUM_GPUS], orderBy: {{aggregate: MEAN, of: OTHER}}) {{ statistics(of: METRIC) {{ {STATISTICS} }} }}",
    f"groups(by: [NUM_GPUS], orderBy: {{aggregate: SUM, of: METRIC}}) {{ statistics(of: OTHER) {{ {STATISTICS} }} }}",
    "histogram(of: METRIC, bins: 3) { edges counts outside }",
    "histogram(of: METRIC, edges: [%A, %B]) { edges counts outside }",
    "facets(of: [TOTAL_PARAMS_BILLIONS]) { values { value number count } }",
    "best(by: METRIC, runnersUp: 1) { key { number } run { avgPowerWatts } slack { field limit value margin } }",
    "paretoFrontier(minimize: METRIC, maximize: OTHER) { runs { avgPowerWatts medianItlMs } nullCount }",
    "ratios(of: [METRIC, OTHER], to: MEAN, per: [NUM_GPUS]) { references { metric value } runs { ratios { ratio } } }",
    "ratios(of: [METRIC], to: SUM, per: []) { references { value } runs { ratios { value ratio } } }",
    """compareGroups(by: NUM_GPUS, baseline: "1", candidate: "2", of: [METRIC, OTHER], aggregate: SUM) {
      baseline candidate ratio relativeChange
    }""",
    """pairs(match: [], differ: NUM_GPUS, baseline: "1", candidate: "2", pick: {by: OTHER}, compare: [METRIC, OTHER]) {
      pairs { changes { baseline candidate relativeChange } } summary { decreased increased min median mean max }
    }""",
    "nodes { energyPerTokenJoules avgPowerWatts tokensPerSecondPerWatt powerUtilization totalParamsBillions }",
    "nodes { id replicas(powerTargetWatts: %B) }",
    "bestRuns(by: METRIC, per: [NUM_GPUS]) { nodes { avgPowerWatts } statistics(of: OTHER) { mean sum } }",
)
FIT = """logisticFits(of: METRIC, per: []) {
  L x0 k b0 warnings rmse rSquared maxRelativeResidual values(at: [1, 64])
  points { value fitted residual relativeResidual }
}"""
FILTERS = (
    "{}",
    "{avgPowerWatts: {gte: %A}}",
    "{medianItlMs: {lt: %B}, avgPowerWatts: {gt: %A}}",
    "{not: {energyPerTokenJoules: {in: [%A, %B]}}}",
    "{or: [{avgPowerWatts: {eq: %B}}, {totalParamsBillions: {notIn: [%A]}}]}",
)
PAIRS = tuple((low, high) for low in EXTREMES for high in EXTREMES if low < high)


def refused_constant(text: str) -> None:
    """Refuse NaN and Infinity, which Python's `json` reads as numbers."""
    raise AssertionError(f"{text} is not JSON")


def strict(value: object) -> Any:  # noqa: ANN401 - any JSON
    """Return a value as a strict parser reads it, after a writer that refuses what is not finite."""
    return json.loads(json.dumps(value, allow_nan=False), parse_constant=refused_constant)


@st.composite
def extreme_datasets(draw: st.DrawFn) -> Dataset:
    """Draw a dataset of a few LLM runs on one or two GPUs, with figures at the limits of float64."""
    figure = st.none() | st.sampled_from(EXTREMES)
    columns = {
        **{name.lower(): figure for name in METRICS},
        "num_gpus": st.sampled_from((1, 2)),
        "max_num_seqs": st.sampled_from((1, 2, 64)),
        "total_params_billions": st.sampled_from(EXTREMES),
    }
    rows = draw(st.lists(st.fixed_dictionaries(columns), min_size=1, max_size=_MOST_ROWS))
    varied = {name: [row[name] for row in rows] for name in columns} | {"gpu_model": ["H100"] * len(rows)}
    cells = {each: plain_cells(each, 1) for each in RUN_KINDS}
    return dataset_of(cells | {"llm": plain_cells("llm", len(rows)) | varied})


@dataclass(slots=True)
class Drawn:
    """A query under construction.

    Args:
        draw: Draws.
        variables: By name, the type with the default, and the value; None where only the default is given.
        beyond: Whether it holds a number beyond float64.
    """

    draw: st.DrawFn
    variables: dict[str, tuple[str, float | None]] = field(default_factory=dict)
    beyond: bool = False

    def written(self, number: float) -> str:
        """Return a float as a literal, a variable or a variable's default; once in a while one beyond float64."""
        form = self.draw(st.sampled_from((*["literal"] * 5, "variable", "default", "literal beyond", "default beyond")))
        text = repr(number)
        if form.endswith("beyond"):
            self.beyond = True
            text = self.draw(st.sampled_from(BEYOND))
        if form.startswith("literal"):
            return text
        name = f"v{len(self.variables)}"
        self.variables[name] = ("Float!", number) if form == "variable" else (f"Float! = {text}", None)
        return f"${name}"


@st.composite
def extreme_queries(draw: st.DrawFn, views: tuple[str, ...]) -> tuple[str, dict[str, Any], bool]:
    """Draw a query with floats at the limits of float64 or beyond, its variables, and whether one is beyond."""
    drawn, bounds = Drawn(draw), dict(zip("AB", draw(st.sampled_from(PAIRS)), strict=True))
    metric, other = draw(st.permutations(METRICS + DERIVED))[:2]
    view = draw(st.sampled_from(views)).replace("METRIC", metric).replace("OTHER", other)
    selection = f"llmRuns(where: {draw(st.sampled_from(FILTERS))}, stability: ANY, first: 3) {{ totalCount {view} }}"
    if views is VIEWS and draw(st.booleans()):
        selection = f"models {{ nodes {{ {selection} }} }}"
    selection = re.sub("%([AB])", lambda found: drawn.written(bounds[found[1]]), selection)
    declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in drawn.variables.items())
    values = {name: value for name, (_, value) in drawn.variables.items() if value is not None}
    return f"query {f'({declared})' if declared else ''} {{ {selection} }}", values, drawn.beyond


@pytest.mark.parametrize(("views", "most"), [(VIEWS, 200), ((FIT,), 12)], ids=["views", "fits"])
def test_answers_contain_finite_numbers_only(schema: Schema, views: tuple[str, ...], most: int) -> None:
    """An overflow is null, an input beyond float64 is refused; both execution paths agree."""

    @settings(max_examples=most)
    @given(dataset=extreme_datasets(), drawn=extreme_queries(views))
    def check(dataset: Dataset, drawn: tuple[str, dict[str, Any], bool]) -> None:
        query, variables, beyond = drawn
        note(query)
        answers = {}
        for way, graph in both_ways(schema, dataset).items():
            answer = graph.answer(query, **variables)  # read back by a strict parser where it is written as JSON
            answers[way] = strict(answer.data), sorted(error.message for error in answer.errors or ())
            for error in answer.errors or ():
                assert beyond or isinstance(error.original_error, ClientError), error
        data, errors = answers["row by row"]
        assert answers == dict.fromkeys(answers, (data, errors))
        if beyond:
            assert data is None
            assert any("Float cannot represent" in message for message in errors)
        event("refused" if errors else "answered")

    check()


@pytest.mark.parametrize(
    ("values", "figure", "expected"),
    [
        ([1e308, 1e308], "sum", None),
        ([1e308, 1e308], "mean", None),
        ([LARGEST, LARGEST], "median", LARGEST),
        ([-1e308, 1e308], "median", 0.0),
        ([1e200, -1e200], "stddev", None),
        ([-1e308, 1e308], "percentiles(p: [0, 75, 100])", [-1e308, None, 1e308]),
    ],
)
def test_a_statistic_that_overflows_is_null_beside_the_others(
    schema: Schema, values: list[float], figure: str, expected: object
) -> None:
    """An overflow affects neither other groups nor other statistics of the same group."""
    llm = plain_cells("llm", len(values) + 1) | {"avg_power_watts": [*values, 3.0], "num_gpus": [1] * len(values) + [2]}
    dataset = dataset_of({"llm": llm, "diffusion": plain_cells("diffusion", 1)})
    query = f"""{{ llmRuns(first: 0) {{ groups(by: [NUM_GPUS]) {{
      statistics(of: AVG_POWER_WATTS) {{ figure: {figure} max }} best(by: AVG_POWER_WATTS) {{ avgPowerWatts }}
    }} }} }}"""
    for graph in both_ways(schema, dataset).values():
        first, second = graph.ask(query)["llmRuns"]["groups"]
        assert first["statistics"] == {"figure": expected, "max": max(values)}
        assert second["statistics"]["max"] == 3.0
        assert second["statistics"]["figure"] is not None or figure == "stddev"


def test_a_division_by_a_tiny_number_is_null_where_it_overflows(schema: Schema) -> None:
    """Derived columns, relative changes and the distance to a bound."""
    llm = plain_cells("llm", 2) | {
        "num_gpus": [1, 2],
        "gpu_model": ["H100", "H100"],
        "avg_power_watts": [SMALLEST, LARGEST],
        "output_throughput_tokens_per_sec": [1e300, 1.0],
    }
    dataset = dataset_of({"llm": llm, "diffusion": plain_cells("diffusion", 1)})
    query = """{ llmRuns(stability: ANY, where: {avgPowerWatts: {gte: -1.7976931348623157e308}}) {
      nodes { tokensPerSecondPerWatt }
      pairs(
        match: [], differ: NUM_GPUS, baseline: "1", candidate: "2", pick: {by: NUM_GPUS}, compare: [AVG_POWER_WATTS]
      ) {
        pairs { changes { baseline candidate relativeChange } } summary { increased min mean }
      }
      best(by: AVG_POWER_WATTS, goal: MAXIMIZE) { slack { value margin } }
    } }"""
    for graph in both_ways(schema, dataset).values():
        assert graph.ask(query)["llmRuns"] == {
            "nodes": [{"tokensPerSecondPerWatt": None}, {"tokensPerSecondPerWatt": 1.0 / LARGEST}],
            "pairs": {
                "pairs": [{"changes": [{"baseline": SMALLEST, "candidate": LARGEST, "relativeChange": None}]}],
                "summary": [{"increased": 1, "min": None, "mean": None}],
            },
            "best": [{"slack": [{"value": LARGEST, "margin": None}]}],
        }


@pytest.mark.parametrize("side", ["nan", "inf", "-Infinity", "1e999"])
def test_a_side_of_a_comparison_is_a_finite_number(any_graph: Graph, side: str) -> None:
    """Python parses these texts as numbers, but no column can contain them."""
    error = any_graph.refusal(
        f'{{ llmRuns(first: 0) {{ compareGroups(by: NUM_GPUS, baseline: "1", candidate: "{side}", of: [], '
        "aggregate: SUM) { ratio } } }"
    )
    assert error.message.startswith(f"numGpus: {side!r} is not a value of this column; allowed: a finite number")


def test_a_speedup_is_null_where_only_its_median_overflows(schema: Schema) -> None:
    """All factors are finite, but the sum of the two middle ones overflows."""
    llm = plain_cells("llm", 4) | {
        "gpu_model": ["H100", "B200"] * 2,
        "num_gpus": [1, 1, 2, 2],
        "avg_power_watts": [1.0, LARGEST] * 2,
    }
    dataset = dataset_of({"llm": llm, "diffusion": plain_cells("diffusion", 1)})
    query = """{ models(first: 1) { nodes {
      speedup(baseline: "H100", candidate: "B200", of: AVG_POWER_WATTS, stability: ANY) { pairCount min median max }
    } } }"""
    for graph in both_ways(schema, dataset).values():
        (model,) = graph.ask(query)["models"]["nodes"]
        assert model["speedup"] == {"pairCount": 2, "min": LARGEST, "median": None, "max": LARGEST}


def test_bounds_of_energies_are_null_where_one_overflows() -> None:
    """As for a run without energy per token; other runs are unaffected."""
    table = Table(
        "LLMRun",
        {"id": pa.array(["a", "b", "c"]), "energy_per_token_joules": pa.array([0.5, LARGEST, None])},
        key="id",
    )
    lengths = RunLengths(RowSet.whole(table), [np.array([1.0, 3.0])] * 3, [np.array([1])] * 3)
    assert [None if edges is None else edges.tolist() for edges in lengths.energy_edges] == [[0.5, 1.5], None, None]
