"""Fields derived from the runs of a model or a GPU: best run and speedup; and replicas for a power target."""

from __future__ import annotations

from math import ceil, floor
from statistics import geometric_mean, median
from typing import TYPE_CHECKING, Any

import pytest

from tests.naive_oracle import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.graph import Graph
    from tests.naive_oracle import Row

FACTORS = "pairCount unmatched min median geometricMean max baseline { model } candidate { model }"
LLM_MATCH = ("task", "numGpus", "maxNumSeqs")
DIFFUSION_MATCH = ("task", "numGpus", "batchSize", "height", "width", "numFrames", "inferenceSteps")


def test_the_best_run_of_each_model_and_gpu(any_graph: Graph) -> None:
    """Equal to `best` of its runs; null if no selected run has a value."""
    view = "best(by: AVG_POWER_WATTS, goal: MAXIMIZE) { run { id avgPowerWatts } }"
    where = "where: {numGpus: {gte: 2}}"
    fields = f"""
      bestRun(by: AVG_POWER_WATTS, goal: MAXIMIZE, {where}) {{ id avgPowerWatts }}
      bestDiffusionRun(by: AVG_POWER_WATTS, goal: MAXIMIZE, {where}) {{ id avgPowerWatts }}
      llmRuns(first: 0, {where}) {{ {view} }} diffusionRuns(first: 0, {where}) {{ {view} }}
    """
    answer = any_graph.ask(f"{{ models {{ nodes {{ {fields} }} }} gpus {{ {fields} }} }}")
    found = [*answer["models"]["nodes"], *answer["gpus"]]
    assert [(each["bestRun"], each["bestDiffusionRun"]) for each in found] == [
        (_first(each["llmRuns"]["best"]), _first(each["diffusionRuns"]["best"])) for each in found
    ]
    assert {each["bestRun"] is None for each in found} == {True, False}


def _first(best: list[dict[str, Any]]) -> Any:  # noqa: ANN401 - a run or None
    return best[0]["run"] if best else None


@pytest.mark.parametrize(
    ("arguments", "metric", "higher"),
    [
        ("", "outputThroughputTokensPerSec", True),
        (", of: ENERGY_PER_TOKEN_JOULES, goal: MINIMIZE", "energyPerTokenJoules", False),
    ],
)
def test_the_speedup_of_a_models_llm_runs(any_graph: Graph, arguments: str, metric: str, *, higher: bool) -> None:
    """Factors between the best runs of equal task, GPU count and batch size on two GPUs."""
    field = f'speedup(baseline: "H100", candidate: "B200"{arguments}) {{ {FACTORS} }}'
    answer = any_graph.ask(f"{{ models {{ nodes {{ modelId {field} }} }} }}")["models"]["nodes"]
    rows = [row for row in rows_of(any_graph.dataset, "llmRuns") if row["isStable"]]
    for node in answer:
        of_model = [row for row in rows if row["modelId"] == node["modelId"]]
        assert node["speedup"] == speedup_of(of_model, ("H100", "B200"), LLM_MATCH, metric, higher=higher)
    assert max(node["speedup"]["pairCount"] for node in answer) > 2


def test_the_speedup_of_a_gpu_over_another(any_graph: Graph) -> None:
    """Over all models, of both kinds of run; null for the baseline itself."""
    answer = any_graph.ask(
        f'{{ gpus {{ model speedup(over: "H100") {{ {FACTORS} }} diffusionSpeedup(over: "H100") {{ {FACTORS} }} }} }}'
    )["gpus"]
    llm = [row for row in rows_of(any_graph.dataset, "llmRuns") if row["isStable"]]
    diffusion = rows_of(any_graph.dataset, "diffusionRuns")
    for gpu in answer:
        if gpu["model"] == "H100":
            assert (gpu["speedup"], gpu["diffusionSpeedup"]) == (None, None)
            continue
        sides = ("H100", gpu["model"])
        throughputs = ("outputThroughputTokensPerSec", "throughputGenerationsPerSec")
        assert gpu["speedup"] == speedup_of(llm, sides, ("modelId", *LLM_MATCH), throughputs[0])
        assert gpu["diffusionSpeedup"] == speedup_of(diffusion, sides, ("modelId", *DIFFUSION_MATCH), throughputs[1])
    assert len(answer) > 1


def speedup_of(
    rows: list[Row], sides: tuple[str, str], match: tuple[str, ...], metric: str, *, higher: bool = True
) -> dict[str, Any]:
    """Return the speedup, pair by pair."""
    best: dict[tuple[Any, ...], dict[str, float]] = {}
    better = max if higher else min
    for row in rows:
        if row["gpuModel"] in sides and row[metric] is not None:
            side = best.setdefault(tuple(row[name] for name in match), {})
            side[row["gpuModel"]] = better(side.get(row["gpuModel"], row[metric]), row[metric])
    pairs = [(side[sides[0]], side[sides[1]]) for side in best.values() if len(side) == 2]
    factors = [candidate / baseline if higher else baseline / candidate for baseline, candidate in pairs]
    figures: dict[str, Callable[[list[float]], float]] = {
        "min": min,
        "median": median,
        "geometricMean": geometric_mean,
        "max": max,
    }
    return {
        "pairCount": len(pairs),
        "unmatched": len(best) - len(pairs),
        **{name: pytest.approx(of(factors), rel=1e-9) if factors else None for name, of in figures.items()},
        "baseline": {"model": sides[0]},
        "candidate": {"model": sides[1]},
    }


def test_a_speedup_with_other_columns_matched(any_graph: Graph) -> None:
    """Matched by task alone, there is at most one pair per task; a filter narrows the compared runs."""
    answer = any_graph.ask("""{
      gpus { model speedup(over: "H100", match: [TASK], where: {numGpus: {eq: 1}}) { pairCount unmatched } }
      tasks { name }
    }""")
    for gpu in answer["gpus"]:
        if gpu["model"] != "H100":
            assert 0 < gpu["speedup"]["pairCount"] + gpu["speedup"]["unmatched"] <= len(answer["tasks"])


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            '{ gpus { speedup(over: "H10") { min } } }',
            "gpuModel 'H10' is not in this dataset; nearest: 'H100', 'B200'.",
        ),
        (
            '{ models(first: 1) { nodes { speedup(baseline: "H100", candidate: "H100") { min } } } }',
            "baseline and candidate are both 'H100'; pass two different values.",
        ),
        (
            '{ gpus { speedup(over: "H100", match: [TASK, GPU_MODEL]) { min } } }',
            "differ: GPU_MODEL is in match too; the runs of a pair cannot be equal and differ in it.",
        ),
    ],
)
def test_gpus_that_cannot_be_compared(any_graph: Graph, query: str, message: str) -> None:
    """An unknown GPU, a GPU with itself, or a column that is both matched and different."""
    errors = any_graph.answer(query).errors
    assert errors
    assert {error.message for error in errors} == {message}


def test_replicas_for_a_power_target(any_graph: Graph) -> None:
    """Rounded up or down, for both kinds of run, and below views."""
    target = 250_000.0
    up = f"up: replicas(powerTargetWatts: {target})"
    fields = f"avgPowerWatts {up} down: replicas(powerTargetWatts: {target}, rounding: DOWN)"
    answer = any_graph.ask(f"""{{
      llmRuns(first: 50) {{ nodes {{ {fields} }} best(by: MAX_NUM_SEQS) {{ run {{ {fields} }} }} }}
      diffusionRuns(first: 50) {{ nodes {{ {fields} }} }}
    }}""")
    runs = [run for connection in answer.values() for run in connection["nodes"]]
    runs.append(answer["llmRuns"]["best"][0]["run"])
    assert len(runs) > 60
    for run in runs:
        exact = target / run["avgPowerWatts"]
        assert (run["up"], run["down"]) == (ceil(exact), floor(exact))


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("0", "powerTargetWatts: 0.0 is out of range; allowed: numbers above 0."),
        ("-1.5", "powerTargetWatts: -1.5 is out of range; allowed: numbers above 0."),
        ("1e300", "powerTargetWatts: 1e+300 takes more than 2147483647 replicas; use a smaller target."),
    ],
)
def test_an_invalid_power_target_is_refused(any_graph: Graph, target: str, message: str) -> None:
    """The target is positive, and the number of replicas fits into an Int."""
    error = any_graph.refusal(f"{{ llmRuns(first: 1) {{ nodes {{ replicas(powerTargetWatts: {target}) }} }} }}")
    assert error.message == message
    assert error.extensions["code"] == "BAD_USER_INPUT"
