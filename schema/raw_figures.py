"""Types of the figures that a run's raw file states: latency statistics, and measured batches of a diffusion run."""

import strawberry

from schema.batch_fields import batch_field
from timelines.measurements import Iteration


@strawberry.type(description="A percentile of a latency.")
class LatencyPercentile:
    """A percentile of a latency."""

    p: float = strawberry.field(description="The percentile, 0 to 100.")
    value_ms: float = strawberry.field(description="Its value. Unit: ms.")


@strawberry.type(description="A latency over all requests that succeeded, as the run's raw file states it.")
class LatencyStatistics:
    """A latency as the raw file states it."""

    mean_ms: float | None = strawberry.field(description="Arithmetic mean; null if the file has none. Unit: ms.")
    median_ms: float | None = strawberry.field(description="Median; null if the file has none. Unit: ms.")
    stddev_ms: float | None = strawberry.field(description="Standard deviation; null if the file has none. Unit: ms.")
    percentiles: list[LatencyPercentile] = strawberry.field(description="The percentiles in the file, ascending.")


@strawberry.type(
    description="Latencies that the benchmark's client measured, as the run's raw file states them. Null: the file has "
    "no figure of that latency."
)
class RequestLatencies:
    """The latencies of a run."""

    ttft: LatencyStatistics | None = strawberry.field(description="Time to first token.")
    tpot: LatencyStatistics | None = strawberry.field(description="Time per output token after the first, per request.")
    itl: LatencyStatistics | None = strawberry.field(description="Inter-token latency.")
    e2el: LatencyStatistics | None = strawberry.field(
        description="End-to-end latency: from the request to its last token."
    )
    skipped_count: int = strawberry.field(
        description="Number of skipped statistics: those that are neither a number nor null."
    )


@strawberry.type(description="Energy of one GPU.")
class GPUEnergy:
    """Energy of one GPU."""

    index: int = strawberry.field(description="The GPU's id in the raw file.")
    energy_joules: float = strawberry.field(description="Unit: J.")


def _gpus(iteration: Iteration) -> list[GPUEnergy]:
    return [
        GPUEnergy(index=gpu, energy_joules=joules)
        for gpu, joules in zip(iteration.gpus, iteration.gpu_energy_joules, strict=True)
    ]


@strawberry.type(description="A measured batch of a diffusion run.")
class DiffusionIteration:
    """A measured batch."""

    time_s: float = strawberry.field(description="Duration of the batch. Unit: s.")
    energy_joules: float = strawberry.field(description="Energy of all GPUs. Unit: J.")
    gpus = batch_field(_gpus, list[GPUEnergy], "Energy of each GPU.")
