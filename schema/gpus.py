"""GPU models that the benchmark ran on, and their runs."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers.models import related
from schema.columns import of_the_row
from schema.entity_runs import entity_runs
from schema.entity_views import GPUSpeedup, gpu_speedup_resolver
from schema.measured_pairs import GPUModelRuns, pairs_field
from schema.nodes import Node, id_field

if TYPE_CHECKING:
    from schema.models import Model

_DATA_SHEET = "From the vendor's data sheet; null for a GPU without known data."


@strawberry.federation.type(name="GPU", keys=["model"], description="GPU model that the benchmark ran on.")
@entity_runs(
    "on this GPU model, of all models and tasks",
    instead="Below a model, use `runsByGpu` for its own runs.",
    speedup=gpu_speedup_resolver,
    speedup_type=GPUSpeedup | None,
    speedup_of="Speedup of {label} runs on this GPU model over the same configurations on another; null if that is the "
    "same GPU model. Considers the runs of all models; for one model, use the model's own field.",
)
class GPU(Node):
    """GPU model that the benchmark ran on."""

    id = id_field("GPU")
    model = of_the_row(
        lambda gpus, _context: gpus.column("model"),
        graphql_type=strawberry.ID,
        description="Name of the GPU model, such as `H100`.",
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
        description="Models that were measured on this GPU model, by id.",
        deprecation_reason="Use modelRuns { model bestRun llmRuns ... }: the runs below these models are those on all "
        "GPUs.",
    )
    model_runs = pairs_field(
        "ModelGPU",
        "Model",
        GPUModelRuns,
        "Runs on this GPU model by model: one entry per model that was measured on it, by id.",
    )
