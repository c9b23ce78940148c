"""Fields derived from the runs of an entity or a pair: best run, run count, and speedup between GPUs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import UNSET

from execution.strawberry_internals import StrawberryArgumentAnnotation
from resolvers.entity_views import CONFIGURATION, Speedups, best_run, speedups_of_gpus, speedups_of_models
from resolvers.measured_pairs import MeasuredPairs
from resolvers.runs import filtered_runs, run_counts
from schema.arguments import BEST_BY, GOAL, WHERE_RUNS, StabilityChoice
from schema.context import Context
from schema.diffusion_runs import DiffusionRunFilter, DiffusionRunKey, DiffusionRunMetric
from schema.enums import Goal, Stability
from schema.llm_runs import LLMRunFilter, LLMRunKey, LLMRunMetric
from schema.orders import column_of
from tables.relations import Grouped
from tables.row_set import RowSet

if TYPE_CHECKING:
    from schema.gpus import GPU

_SPEED = strawberry.argument(description="What is compared; the better of several runs on a side stands for it.")
_BETTER = strawberry.argument(description="Which end of it is better.")
_OVER = strawberry.argument(description="The GPU model to compare with, such as `H100`.")
_WITH = strawberry.argument(description="The GPU model that is compared, such as `B200`.")


def _match(*columns: str) -> StrawberryArgumentAnnotation:
    names = ", ".join(column.upper() for column in columns)
    return strawberry.argument(description=f"The columns in which compared runs are equal; by default {names}.")


_LLM_MATCH, _DIFFUSION_MATCH = (_match(*CONFIGURATION[kind]) for kind in ("llm", "diffusion"))
_LLM_MATCH_OF_GPUS, _DIFFUSION_MATCH_OF_GPUS = (
    _match("model_id", *CONFIGURATION[kind]) for kind in ("llm", "diffusion")
)


def run_count(
    parents: strawberry.Parent[RowSet], context: Context, stability: StabilityChoice = Stability.STABLE
) -> Any:
    """Count the runs of each model, GPU or task."""
    return run_counts(context, parents, stability)


def best_llm_run(
    parents: strawberry.Parent[RowSet],
    context: Context,
    by: Annotated[LLMRunMetric, BEST_BY],  # type: ignore[valid-type]
    goal: Annotated[Goal, GOAL] = Goal.MINIMIZE,
    where: Annotated[LLMRunFilter | None, WHERE_RUNS] = UNSET,  # type: ignore[valid-type]
    stability: StabilityChoice = Stability.STABLE,
) -> Any:
    """Pick the best LLM run of each model, GPU or task."""
    return best_run(context, "llm", parents, column=column_of(by), goal=goal, where=where or None, stability=stability)


def selected_best_llm_run(
    pairs: strawberry.Parent[MeasuredPairs],
    context: Context,
    by: Annotated[LLMRunMetric, BEST_BY],  # type: ignore[valid-type]
    goal: Annotated[Goal, GOAL] = Goal.MINIMIZE,
    where: Annotated[LLMRunFilter | None, WHERE_RUNS] = UNSET,  # type: ignore[valid-type]
) -> Any:
    """Pick the best LLM run of each pair, whose stability was decided above."""
    return best_run(
        context, "llm", pairs, column=column_of(by), goal=goal, where=where or None, stability=Stability.ANY
    )


def best_diffusion_run(
    parents: strawberry.Parent[Any],
    context: Context,
    by: Annotated[DiffusionRunMetric, BEST_BY],  # type: ignore[valid-type]
    goal: Annotated[Goal, GOAL] = Goal.MINIMIZE,
    where: Annotated[DiffusionRunFilter | None, WHERE_RUNS] = UNSET,  # type: ignore[valid-type]
) -> Any:
    """Pick the best diffusion run of each model, GPU, task or pair."""
    return best_run(
        context, "diffusion", parents, column=column_of(by), goal=goal, where=where or None, stability=Stability.ANY
    )


def speedup_baseline(speedups: strawberry.Parent[Speedups]) -> Any:
    """Return the GPU that is compared with."""
    return speedups.baseline


def speedup_candidate(speedups: strawberry.Parent[Speedups]) -> Any:
    """Return the GPU that is compared."""
    return speedups.candidate


def speedup_pairs(speedups: strawberry.Parent[Speedups]) -> Any:
    """Count the pairs."""
    return speedups.pair_count()


def speedup_unmatched(speedups: strawberry.Parent[Speedups]) -> Any:
    """Count what has no pair."""
    return speedups.unmatched_count()


def _factor(name: str, description: str) -> Any:
    def resolver(speedups: strawberry.Parent[Speedups]) -> Any:
        return speedups.statistic(name)

    return strawberry.field(resolver=resolver, graphql_type=float | None, description=description)


@strawberry.type(
    name="GPUSpeedup",
    description="How many times better runs are on one GPU than the same configurations on another: above 1 where the "
    "candidate is better. Null where no configuration was measured on both.",
)
class GPUSpeedup:
    """How many times better runs are on one GPU than on another."""

    baseline = strawberry.field(
        resolver=speedup_baseline,
        graphql_type=Annotated["GPU", strawberry.lazy("schema.gpus")],
        description="The GPU that is compared with. Its own runs and figures are those of all models.",
    )
    candidate = strawberry.field(
        resolver=speedup_candidate,
        graphql_type=Annotated["GPU", strawberry.lazy("schema.gpus")],
        description="The GPU that is compared. Its own runs and figures are those of all models.",
    )
    pair_count = strawberry.field(
        resolver=speedup_pairs, graphql_type=int, description="How many configurations were compared."
    )
    unmatched = strawberry.field(
        resolver=speedup_unmatched,
        graphql_type=int,
        description="How many configurations have a run on one of the two GPUs only.",
    )
    min = _factor("min", "The least factor.")
    median = _factor("median", "The median factor.")
    geometric_mean = _factor("geometric_mean", "The geometric mean of the factors.")
    max = _factor("max", "The greatest factor.")


def model_llm_speedup(  # noqa: PLR0913, PLR0917 - the arguments of the field
    models: strawberry.Parent[RowSet],
    context: Context,
    baseline: Annotated[strawberry.ID, _OVER],
    candidate: Annotated[strawberry.ID, _WITH],
    of: Annotated[LLMRunMetric, _SPEED] = LLMRunMetric.OUTPUT_THROUGHPUT_TOKENS_PER_SEC,  # type: ignore[valid-type, attr-defined]
    goal: Annotated[Goal, _BETTER] = Goal.MAXIMIZE,
    match: Annotated[list[LLMRunKey] | None, _LLM_MATCH] = UNSET,  # type: ignore[valid-type]
    where: Annotated[LLMRunFilter | None, WHERE_RUNS] = UNSET,  # type: ignore[valid-type]
    stability: StabilityChoice = Stability.STABLE,
) -> Any:
    """Compare each model's LLM runs on two GPUs."""
    runs = filtered_runs(context, "llm", models, where=where or None, stability=stability)
    return _of_models(context, runs, (baseline, candidate), of, goal, _columns(match) or CONFIGURATION["llm"])


def model_diffusion_speedup(
    models: strawberry.Parent[RowSet],
    context: Context,
    baseline: Annotated[strawberry.ID, _OVER],
    candidate: Annotated[strawberry.ID, _WITH],
    of: Annotated[DiffusionRunMetric, _SPEED] = DiffusionRunMetric.THROUGHPUT_GENERATIONS_PER_SEC,  # type: ignore[valid-type, attr-defined]
    goal: Annotated[Goal, _BETTER] = Goal.MAXIMIZE,
    match: Annotated[list[DiffusionRunKey] | None, _DIFFUSION_MATCH] = UNSET,  # type: ignore[valid-type]
    where: Annotated[DiffusionRunFilter | None, WHERE_RUNS] = UNSET,  # type: ignore[valid-type]
) -> Any:
    """Compare each model's diffusion runs on two GPUs."""
    runs = filtered_runs(context, "diffusion", models, where=where or None, stability=Stability.ANY)
    return _of_models(context, runs, (baseline, candidate), of, goal, _columns(match) or CONFIGURATION["diffusion"])


def gpu_llm_speedup(
    gpus: strawberry.Parent[RowSet],
    context: Context,
    over: Annotated[strawberry.ID, _OVER],
    of: Annotated[LLMRunMetric, _SPEED] = LLMRunMetric.OUTPUT_THROUGHPUT_TOKENS_PER_SEC,  # type: ignore[valid-type, attr-defined]
    goal: Annotated[Goal, _BETTER] = Goal.MAXIMIZE,
    match: Annotated[list[LLMRunKey] | None, _LLM_MATCH_OF_GPUS] = UNSET,  # type: ignore[valid-type]
    where: Annotated[LLMRunFilter | None, WHERE_RUNS] = UNSET,  # type: ignore[valid-type]
    stability: StabilityChoice = Stability.STABLE,
) -> Any:
    """Compare all LLM runs on each GPU with those on another."""
    runs = filtered_runs(context, "llm", None, where=where or None, stability=stability)
    return _of_gpus(context, gpus, runs, over, of, goal, _columns(match) or ("model_id", *CONFIGURATION["llm"]))


def gpu_diffusion_speedup(
    gpus: strawberry.Parent[RowSet],
    context: Context,
    over: Annotated[strawberry.ID, _OVER],
    of: Annotated[DiffusionRunMetric, _SPEED] = DiffusionRunMetric.THROUGHPUT_GENERATIONS_PER_SEC,  # type: ignore[valid-type, attr-defined]
    goal: Annotated[Goal, _BETTER] = Goal.MAXIMIZE,
    match: Annotated[list[DiffusionRunKey] | None, _DIFFUSION_MATCH_OF_GPUS] = UNSET,  # type: ignore[valid-type]
    where: Annotated[DiffusionRunFilter | None, WHERE_RUNS] = UNSET,  # type: ignore[valid-type]
) -> Any:
    """Compare all diffusion runs on each GPU with those on another."""
    runs = filtered_runs(context, "diffusion", None, where=where or None, stability=Stability.ANY)
    return _of_gpus(context, gpus, runs, over, of, goal, _columns(match) or ("model_id", *CONFIGURATION["diffusion"]))


def _of_models(
    context: Context, runs: Grouped, sides: tuple[str, str], of: Any, goal: Goal, match: Sequence[str]
) -> Any:
    return speedups_of_models(context.dataset, runs, sides=sides, column=column_of(of), goal=goal, match=match)


def _of_gpus(
    context: Context, gpus: RowSet, runs: Grouped, over: str, of: Any, goal: Goal, match: Sequence[str]
) -> Any:
    return speedups_of_gpus(context.dataset, gpus, runs, over=over, column=column_of(of), goal=goal, match=match)


def _columns(match: Sequence[Any] | None) -> list[str]:
    return [column_of(each) for each in match or ()]
