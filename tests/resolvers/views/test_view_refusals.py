"""Error messages about arguments of views: the argument, its value, and what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.drawn_datasets import dataset_of
from tests.resolvers.views.drawn_runs import plain_cells
from tests.resolvers.views.test_view_answers_agree import both_ways

if TYPE_CHECKING:
    from strawberry.federation import Schema

    from tests.graph import Graph

SEVEN = "AVG_POWER_WATTS MEDIAN_ITL_MS P90_ITL_MS P95_ITL_MS P99_ITL_MS NUM_GPUS AVG_BATCH_SIZE"
NINE = "TASK MODEL_ID NICKNAME ARCHITECTURE GPU_MODEL NUM_GPUS MAX_NUM_SEQS SEED IS_STABLE"


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (
            "statistics(of: NUM_GPUS) { percentiles(p: [50, -1]) }",
            "p: -1.0 is out of range; allowed values: 0 to 100.",
        ),
        (
            "statistics(of: NUM_GPUS) { percentiles(p: [100.5]) }",
            "p: 100.5 is out of range; allowed values: 0 to 100.",
        ),
        (
            f"statistics(of: NUM_GPUS) {{ percentiles(p: {[50] * 102}) }}",
            "p: received 102 percentiles; allowed: up to 101.",
        ),
        ("histogram(of: NUM_GPUS, bins: 0) { counts }", "bins: 0 is out of range; allowed: 1 to 1000."),
        ("histogram(of: NUM_GPUS, bins: -5) { counts }", "bins: -5 is out of range; allowed: 1 to 1000."),
        ("histogram(of: NUM_GPUS, bins: 1001) { counts }", "bins: 1001 is out of range; allowed: 1 to 1000."),
        (
            "histogram(of: NUM_GPUS, edges: [1, 3, 2]) { counts }",
            "edges: 3.0 is followed by 2.0; each edge must be greater than the previous one.",
        ),
        (
            "histogram(of: NUM_GPUS, edges: [1, 1]) { counts }",
            "edges: 1.0 is followed by 1.0; each edge must be greater than the previous one.",
        ),
        ("histogram(of: NUM_GPUS, edges: [1]) { counts }", "edges: received 1 edges; allowed: 2 to 1001."),
        ("histogram(of: NUM_GPUS, edges: []) { counts }", "edges: received 0 edges; allowed: 2 to 1001."),
        (
            f"histogram(of: NUM_GPUS, edges: {list(range(1_002))}) {{ counts }}",
            "edges: received 1002 edges; allowed: 2 to 1001.",
        ),
        ("groups(by: []) { count }", "by: received 0 columns; allowed: 1 to 8."),
        (f"groups(by: [{NINE}]) {{ count }}", "by: received 9 columns; allowed: 1 to 8."),
        ("groups(by: TASK, limit: -1) { count }", "limit: -1 is out of range; allowed: 0 or more."),
        (
            "groups(by: TASK, orderBy: {aggregate: MEAN}) { count }",
            "orderBy: MEAN aggregates a column; pass the column as `of`.",
        ),
        (
            "groups(by: TASK, orderBy: {aggregate: MIN, of: null}) { count }",
            "orderBy: MIN aggregates a column; pass the column as `of`.",
        ),
        (
            "groups(by: TASK, orderBy: {aggregate: MEAN, of: BATCH_LATENCY_S}) { count }",
            "orderBy: BATCH_LATENCY_S is not a numeric column of these runs; allowed: ",
        ),
        (
            "best(by: NUM_GPUS, runnersUp: 101) { run { id } }",
            "runnersUp: 101 is out of range; allowed: 0 to 100.",
        ),
        ("best(by: NUM_GPUS, runnersUp: -1) { run { id } }", "runnersUp: -1 is out of range; allowed: 0 to 100."),
        (
            "paretoFrontier(minimize: [NUM_GPUS, MEDIAN_ITL_MS], maximize: NUM_GPUS) { nullCount }",
            "minimize and maximize both contain NUM_GPUS; pass each column once.",
        ),
        (
            "paretoFrontier { nullCount }",
            "minimize and maximize contain 0 columns; allowed: 1 to 6.",
        ),
        (
            "paretoFrontier(minimize: [], maximize: []) { nullCount }",
            "minimize and maximize contain 0 columns; allowed: 1 to 6.",
        ),
        (
            f"paretoFrontier(minimize: [{SEVEN}]) {{ nullCount }}",
            "minimize and maximize contain 7 columns; allowed: 1 to 6.",
        ),
    ],
)
def test_an_invalid_argument_is_named(any_graph: Graph, view: str, message: str) -> None:
    """With its value and what is allowed, at the field of the view, on both execution paths."""
    error = any_graph.refusal(f"{{ llmRuns(first: 0) {{ {view} }} }}")
    assert error.message.startswith(message)
    assert error.extensions["code"] == "BAD_USER_INPUT"
    assert error.extensions["argument"] == message.partition(":")[0].partition(" ")[0]
    assert error.path[:2] == ["llmRuns", view.partition("(")[0].partition(" ")[0]]


@pytest.mark.parametrize(
    ("list_", "view", "problem"),
    [
        ("llmRuns", "statistics(of: BATCH_LATENCY_S) { count }", "Value 'BATCH_LATENCY_S' does not exist in"),
        ("llmRuns", "best(by: HEIGHT) { run { id } }", "Value 'HEIGHT' does not exist in"),
        ("llmRuns", "groups(by: USE_TORCH_COMPILE) { count }", "Value 'USE_TORCH_COMPILE' does not exist in"),
        ("llmRuns", "groups(by: MEDIAN_ITL_MS) { count }", "Value 'MEDIAN_ITL_MS' does not exist in"),
        ("diffusionRuns", "statistics(of: MEDIAN_ITL_MS) { count }", "Value 'MEDIAN_ITL_MS' does not exist in"),
        ("diffusionRuns", "paretoFrontier(minimize: MEDIAN_ITL_MS) { nullCount }", "Value 'MEDIAN_ITL_MS' does"),
    ],
)
def test_a_column_of_the_other_kind_fails_validation(graph: Graph, list_: str, view: str, problem: str) -> None:
    """Each kind of run has its own enums, so editors find the mistake too."""
    error = graph.refusal(f"{{ {list_}(first: 0) {{ {view} }} }}")
    assert error.message.startswith(problem)


def test_a_diffusion_group_order_by_a_column_of_llm_runs_is_refused(graph: Graph) -> None:
    """The order of groups is one input for both kinds; the message lists the columns of these runs."""
    error = graph.refusal(
        "{ diffusionRuns(first: 0) { groups(by: TASK, orderBy: {aggregate: MAX, of: MEDIAN_ITL_MS}) { count } } }"
    )
    assert error.message.startswith("orderBy: MEDIAN_ITL_MS is not a numeric column of these runs; allowed: ")
    assert "BATCH_LATENCY_S" in error.message
    assert "P90_ITL_MS" not in error.message


@pytest.mark.parametrize(
    ("values", "view", "message"),
    [
        (
            [1.0, 1.0000000000000002],
            "histogram(of: AVG_POWER_WATTS) { edges counts outside }",
            "bins: 50 bins of equal width between 1.0 and 1.0000000000000002 are not representable in",
        ),
        (
            [-1e308, 1e308],
            "histogram(of: AVG_POWER_WATTS, bins: 2) { counts }",
            "bins: 2 bins of equal width between -1e+308 and 1e+308 are not representable in",
        ),
        (
            [-1e308, 1e308],
            "histogram(of: AVG_POWER_WATTS, bins: 1) { counts }",
            "bins: 1 bins of equal width between -1e+308 and 1e+308 are not representable in",
        ),
    ],
)
def test_bins_that_float64_cannot_represent_are_refused(
    schema: Schema, values: list[float], view: str, message: str
) -> None:
    """Bins between two neighbouring numbers, or with an infinite width, on both execution paths."""
    llm = plain_cells("llm", len(values)) | {"avg_power_watts": values}
    dataset = dataset_of({"llm": llm, "diffusion": plain_cells("diffusion", 1)})
    for graph in both_ways(schema, dataset).values():
        error = graph.refusal(f"{{ llmRuns {{ {view} }} }}")
        assert error.message.startswith(message)
        assert error.extensions["code"] == "BAD_USER_INPUT"
