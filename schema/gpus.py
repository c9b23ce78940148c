"""GPU models that the benchmark ran on, and their runs."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers.models import related
from schema.columns import of_the_row
from schema.diffusion_runs import DiffusionRun, DiffusionRunConnection, diffusion_runs
from schema.entity_views import (
    GPUSpeedup,
    best_diffusion_run,
    best_llm_run,
    gpu_diffusion_speedup,
    gpu_llm_speedup,
    run_count,
)
from schema.llm_runs import LLMRun, LLMRunConnection, llm_runs
from schema.measured_pairs import GPUModelRuns, pairs_field

if TYPE_CHECKING:
    from schema.models import Model

_DATA_SHEET = "From the vendor's data sheet; null for a GPU that we know nothing about."


@strawberry.federation.type(name="GPU", keys=["model"], description="A GPU model that the benchmark ran on.")
class GPU:
    """A GPU model."""

    model = of_the_row(
        lambda gpus, _context: gpus.column("model"), graphql_type=strawberry.ID, description="Such as `H100`."
    )
    vendor = of_the_row(lambda gpus, _context: gpus.column("vendor"), graphql_type=str | None, description=_DATA_SHEET)
    memory_gib = of_the_row(
        lambda gpus, _context: gpus.column("memory_gib"),
        graphql_type=float | None,
        description=f"Memory of one GPU. Unit: GiB. {_DATA_SHEET}",
    )
    tdp_watts = of_the_row(
        lambda gpus, _context: gpus.column("tdp_watts"),
        graphql_type=float | None,
        description=f"Thermal design power of one GPU. Unit: W. {_DATA_SHEET}",
    )
    models = of_the_row(
        lambda gpus, context: related(context.dataset, gpus, "Model"),
        graphql_type=list[Annotated["Model", strawberry.lazy("schema.models")]],
        description="The models that were measured on it, by id.",
        deprecation_reason="Use modelRuns { model bestRun llmRuns ... }: the runs below these models are those on all "
        "GPUs.",
    )
    model_runs = pairs_field(
        "ModelGPU",
        "Model",
        GPUModelRuns,
        "The runs on this GPU model by model, one entry per model that was measured on it, by id.",
    )
    run_count = strawberry.field(
        resolver=run_count,
        graphql_type=int,
        description="The number of runs on this GPU model, of both kinds; diffusion runs count as stable.",
    )
    llm_runs = strawberry.field(
        resolver=llm_runs,
        graphql_type=LLMRunConnection,
        description="The LLM runs on this GPU model, of all models and tasks.",
    )
    best_run = strawberry.field(
        resolver=best_llm_run,
        graphql_type=LLMRun | None,
        description="The LLM run that is least (or greatest) in a column, whole; null where none has a value. "
        "Considers the runs of all models and tasks on this GPU model, wherever the GPU model is reached from. Below a "
        "model, use `runsByGpu`.",
    )
    best_diffusion_run = strawberry.field(
        resolver=best_diffusion_run,
        graphql_type=DiffusionRun | None,
        description="The diffusion run that is least (or greatest) in a column, whole; null where none has a value. "
        "Considers the runs of all models and tasks on this GPU model, wherever the GPU model is reached from. Below a "
        "model, use `runsByGpu`.",
    )
    speedup = strawberry.field(
        resolver=gpu_llm_speedup,
        graphql_type=GPUSpeedup | None,
        description="How many times better LLM runs are on it than the same configurations on another GPU; null for "
        "that one itself. Considers the runs of all models; for one model, use its own `speedup`.",
    )
    diffusion_speedup = strawberry.field(
        resolver=gpu_diffusion_speedup,
        graphql_type=GPUSpeedup | None,
        description="How many times better diffusion runs are on it than the same configurations on another GPU; null "
        "for that one itself. Considers the runs of all models; for one model, use its own `diffusionSpeedup`.",
    )
    diffusion_runs = strawberry.field(
        resolver=diffusion_runs,
        graphql_type=DiffusionRunConnection,
        description="The diffusion runs on this GPU model, of all models and tasks.",
    )
