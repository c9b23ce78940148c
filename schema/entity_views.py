"""Fields derived from the runs of an entity or a pair: best run, run count, and speedup between GPUs."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import strawberry
from strawberry import UNSET

from execution.strawberry_internals import StrawberryArgumentAnnotation
from resolvers.entity_views import Speedups, best_run, geometric_mean, speedups_of_gpus, speedups_of_models
from resolvers.runs import filtered_runs, run_counts
from schema.arguments import BEST_BY, GOAL, WHERE_RUNS, StabilityChoice, stability_argument, without_argument
from schema.batch_fields import batch_field
from schema.context import Context
from schema.enums import Goal, Stability
from schema.orders import column_of
from schema.run_types import RunTypes
from schema.viewed_runs import columns_of
from tables.row_set import RowSet

if TYPE_CHECKING:
    from schema.gpus import GPU

_SPEED = strawberry.argument(
    description="The compared column. Of several runs on one side of a pair, the best one is compared."
)
_BETTER = strawberry.argument(description="Whether less or more of it is better.")
_OVER = strawberry.argument(description="The GPU model to compare with, such as `H100`.")
_WITH = strawberry.argument(description="The compared GPU model, such as `B200`.")


def run_count(
    parents: strawberry.Parent[RowSet], context: Context, stability: StabilityChoice = Stability.STABLE
) -> Any:
    """Count the runs of each model, GPU or task."""
    return run_counts(context, parents, stability)


def best_run_resolver(types: RunTypes, *, inherits: bool) -> Callable[..., Any]:
    """Return the resolver of each parent's best run.

    Args:
        types: The kind of run.
        inherits: Whether the stability of an enclosing list applies by default.
    """
    has_stability = types.kind.has_stability
    choice, default = stability_argument(has_stability=has_stability, inherits=inherits)

    def best(
        parents: strawberry.Parent[Any],
        context: Context,
        by: Annotated[types.metric, BEST_BY],  # type: ignore[name-defined]
        goal: Annotated[Goal, GOAL] = Goal.MINIMIZE,
        where: Annotated[types.filter | None, WHERE_RUNS] = UNSET,  # type: ignore[name-defined]
        stability: choice = default,  # type: ignore[valid-type]
    ) -> Any:
        return best_run(
            context,
            types.kind.name,
            parents,
            column=column_of(by),
            goal=goal,
            where=where or None,
            stability=None if stability is UNSET else stability,
        )

    return best if has_stability else without_argument(best, "stability")


def model_speedup_resolver(types: RunTypes) -> Callable[..., Any]:
    """Return the resolver of the speedup between two GPUs for each model's runs."""
    default, speed = types.kind.configuration, types.metric(types.kind.throughput_column)
    has_stability = types.kind.has_stability

    def speedup(  # noqa: PLR0913, PLR0917 - the arguments of the field
        models: strawberry.Parent[RowSet],
        context: Context,
        baseline: Annotated[strawberry.ID, _OVER],
        candidate: Annotated[strawberry.ID, _WITH],
        of: Annotated[types.metric, _SPEED] = speed,  # type: ignore[name-defined]
        goal: Annotated[Goal, _BETTER] = Goal.MAXIMIZE,
        match: Annotated[list[types.key] | None, _match(default)] = UNSET,  # type: ignore[name-defined]
        where: Annotated[types.filter | None, WHERE_RUNS] = UNSET,  # type: ignore[name-defined]
        stability: StabilityChoice = Stability.STABLE if has_stability else Stability.ANY,
    ) -> Any:
        return speedups_of_models(
            context.dataset,
            filtered_runs(context, types.kind.name, models, where=where or None, stability=stability),
            sides=(baseline, candidate),
            column=column_of(of),
            goal=goal,
            match=columns_of("match", match) or default,
        )

    return speedup if has_stability else without_argument(speedup, "stability")


def gpu_speedup_resolver(types: RunTypes) -> Callable[..., Any]:
    """Return the resolver of each GPU's speedup over another GPU."""
    default, speed = ("model_id", *types.kind.configuration), types.metric(types.kind.throughput_column)
    has_stability = types.kind.has_stability

    def speedup(
        gpus: strawberry.Parent[RowSet],
        context: Context,
        over: Annotated[strawberry.ID, _OVER],
        of: Annotated[types.metric, _SPEED] = speed,  # type: ignore[name-defined]
        goal: Annotated[Goal, _BETTER] = Goal.MAXIMIZE,
        match: Annotated[list[types.key] | None, _match(default)] = UNSET,  # type: ignore[name-defined]
        where: Annotated[types.filter | None, WHERE_RUNS] = UNSET,  # type: ignore[name-defined]
        stability: StabilityChoice = Stability.STABLE if has_stability else Stability.ANY,
    ) -> Any:
        return speedups_of_gpus(
            context.dataset,
            gpus,
            filtered_runs(context, types.kind.name, None, where=where or None, stability=stability),
            over=over,
            column=column_of(of),
            goal=goal,
            match=columns_of("match", match) or default,
        )

    return speedup if has_stability else without_argument(speedup, "stability")


def _match(columns: tuple[str, ...]) -> StrawberryArgumentAnnotation:
    names = ", ".join(column.upper() for column in columns)
    return strawberry.argument(description=f"The columns in which compared runs are equal; by default {names}.")


def _factor(compute: Callable[..., Any], description: str) -> Any:
    return batch_field(partial(Speedups.statistic, compute=compute), float | None, description)


@strawberry.type(
    name="GPUSpeedup",
    description="Speedup of one GPU over another: the factor by which runs of the same configuration are better, "
    "above 1 where the candidate is better. Statistics are null if no configuration was measured on both.",
)
class GPUSpeedup:
    """Speedup of one GPU over another."""

    baseline = batch_field(
        "baseline",
        Annotated["GPU", strawberry.lazy("schema.gpus")],
        "The GPU to compare with. Its own runs and figures cover all models.",
    )
    candidate = batch_field(
        "candidate",
        Annotated["GPU", strawberry.lazy("schema.gpus")],
        "The compared GPU. Its own runs and figures cover all models.",
    )
    pair_count = batch_field("pair_count", int, "Number of compared configurations.")
    unmatched = batch_field("unmatched", int, "Number of configurations with a run on only one of the two GPUs.")
    min = _factor(np.min, "Least factor.")
    median = _factor(np.median, "Median factor.")
    geometric_mean = _factor(geometric_mean, "Geometric mean of the factors.")
    max = _factor(np.max, "Greatest factor.")
