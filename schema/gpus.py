"""GPUs: the models of GPU that the benchmark ran on, and what ran on them."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers.models import related
from schema.columns import of_the_row
from schema.diffusion_runs import DiffusionRun, DiffusionRunConnection, diffusion_runs
from schema.entity_views import GPUSpeedup, best_diffusion_run, best_llm_run, gpu_diffusion_speedup, gpu_llm_speedup
from schema.llm_runs import LLMRun, LLMRunConnection, llm_runs

if TYPE_CHECKING:
    from schema.models import Model

_DATA_SHEET = "From the vendor's data sheet; null for a GPU that we know nothing about."


@strawberry.federation.type(name="GPU", keys=["model"], description="A GPU model that the benchmark ran on.")
class GPU:
    """A GPU model."""

    model = of_the_row(
        lambda gpus, _info: gpus.column("model"), graphql_type=strawberry.ID, description="Such as `H100`."
    )
    vendor = of_the_row(lambda gpus, _info: gpus.column("vendor"), graphql_type=str | None, description=_DATA_SHEET)
    memory_gib = of_the_row(
        lambda gpus, _info: gpus.column("memory_gib"),
        graphql_type=float | None,
        description=f"Memory of one GPU. Unit: GiB. {_DATA_SHEET}",
    )
    tdp_watts = of_the_row(
        lambda gpus, _info: gpus.column("tdp_watts"),
        graphql_type=float | None,
        description=f"Thermal design power of one GPU. Unit: W. {_DATA_SHEET}",
    )
    models = of_the_row(
        lambda gpus, info: related(info.context.dataset, gpus, "Model"),
        graphql_type=list[Annotated["Model", strawberry.lazy("schema.models")]],
        description="The models that were measured on it, by id.",
    )
    llm_runs = strawberry.field(
        resolver=llm_runs, graphql_type=LLMRunConnection, description="The LLM runs on this GPU model."
    )
    best_run = strawberry.field(
        resolver=best_llm_run,
        graphql_type=LLMRun | None,
        description="The LLM run on it that is least (or greatest) in a column, whole; null where none has a value.",
    )
    best_diffusion_run = strawberry.field(
        resolver=best_diffusion_run,
        graphql_type=DiffusionRun | None,
        description="The diffusion run on it that is least (or greatest) in a column; null where none has a value.",
    )
    speedup = strawberry.field(
        resolver=gpu_llm_speedup,
        graphql_type=GPUSpeedup | None,
        description="How many times better LLM runs are on it than the same configurations on another GPU; null for "
        "that one itself.",
    )
    diffusion_speedup = strawberry.field(
        resolver=gpu_diffusion_speedup,
        graphql_type=GPUSpeedup | None,
        description="How many times better diffusion runs are on it than the same configurations on another GPU; null "
        "for that one itself.",
    )
    diffusion_runs = strawberry.field(
        resolver=diffusion_runs,
        graphql_type=DiffusionRunConnection,
        description="The diffusion runs on this GPU model.",
    )
