"""Types read from a run's raw files beside timelines: lengths, latencies, server metrics, measured batches."""

from collections.abc import Callable
from typing import Annotated, Any

import pyarrow as pa
import strawberry

from execution.strawberry_internals import StrawberryField
from resolvers.latency_mixture import fit_mixture
from resolvers.samples import Samples
from schema.arguments import Bins, MaxPoints, Window
from schema.context import Context
from schema.enums import TimelineWindow
from schema.timelines import series_of
from schema.view_types import RunHistogram
from timelines.gauge_series import GaugeSeries, gauge_series
from timelines.measurements import Iteration
from timelines.prometheus import DecodedServer, ServerGauge

Percents = Annotated[list[float], strawberry.argument(description="Which ones, each from 0 to 100.")]
PERCENTILES = "The percentiles `p`, 0 to 100, linear between ranks (numpy's default)."
BINS_OF_ALL = "`bins` of equal width from the least to the greatest."


def _of_samples(value: Callable[[Samples], float], graphql_type: Any, description: str) -> StrawberryField:
    async def resolver(samples: strawberry.Parent[Samples], context: Context) -> Any:
        # Some millions of values: off the event loop.
        return await context.raw.compute(lambda: value(samples))

    field: StrawberryField = strawberry.field(resolver=resolver, graphql_type=graphql_type, description=description)
    return field


def count(samples: strawberry.Parent[Samples]) -> int:
    """Return how many values there are."""
    return samples.values.size


def values(samples: strawberry.Parent[Samples]) -> Any:
    """Return all values."""
    return pa.array([samples.values])


def skipped_count(samples: strawberry.Parent[Samples]) -> int:
    """Return how many values cannot be read."""
    return samples.skipped_count


async def percentiles(samples: strawberry.Parent[Samples], context: Context, p: Percents) -> Any:
    """Return percentiles."""
    return await context.raw.compute(lambda: samples.percentiles(p))


async def histogram(samples: strawberry.Parent[Samples], context: Context, bins: Bins = 50) -> Any:
    """Count the values in bins."""
    return await context.raw.compute(lambda: samples.histogram(50 if bins is None else bins))


async def mixture(
    samples: strawberry.Parent[Samples],
    context: Context,
    max_samples: Annotated[
        int | None, strawberry.argument(description="Fit to so many values, drawn at random; up to 65,536.")
    ] = 2048,
    seed: Annotated[int | None, strawberry.argument(description="Of the draw.")] = 0,
) -> Any:
    """Fit a mixture."""
    most = 2048 if max_samples is None else max_samples
    return await context.raw.compute(lambda: fit_mixture(samples, max_samples=most, seed=seed or 0))


@strawberry.type(description="Output tokens of each request that succeeded.")
class OutputLengths:
    """Output lengths of a run."""

    count = strawberry.field(resolver=count, graphql_type=int, description="How many requests succeeded.")
    skipped_count = strawberry.field(
        resolver=skipped_count,
        graphql_type=int,
        description="Requests that were skipped because they cannot be read, or succeeded without a readable length.",
    )
    values = strawberry.field(
        resolver=values, graphql_type=list[int], description="Tokens per request, in the order of the file."
    )
    min = _of_samples(lambda samples: float(samples.values.min()), float, "The least. Unit: tokens.")
    max = _of_samples(lambda samples: float(samples.values.max()), float, "The greatest. Unit: tokens.")
    mean = _of_samples(
        Samples.mean,
        float,
        "The arithmetic mean. Unit: tokens.",
    )
    percentiles = strawberry.field(
        resolver=percentiles, graphql_type=list[float], description=f"{PERCENTILES} Unit: tokens."
    )
    histogram = strawberry.field(
        resolver=histogram,
        graphql_type=RunHistogram,
        description="`bins` of equal width from the least to the greatest.",
    )


@strawberry.type(
    description="The toolkit's two-component lognormal mixture of inter-token latencies, both shifted by `loc`."
)
class LatencyMixture:
    """A mixture of two lognormal distributions."""

    loc: float = strawberry.field(description="The shift of both. Unit: s.")
    pi_steady: float = strawberry.field(description="The share of steady tokens.")
    sigma_steady: float = strawberry.field(description="Of the logarithm of their latency less `loc`.")
    scale_steady: float = strawberry.field(description="The median of their latency less `loc`. Unit: s.")
    pi_stall: float = strawberry.field(description="The share of tokens that stalled.")
    sigma_stall: float = strawberry.field(description="Of the logarithm of their latency less `loc`.")
    scale_stall: float = strawberry.field(description="The median of their latency less `loc`. Unit: s.")
    mean: float | None = strawberry.field(description="The mean of the mixture; null where it overflows. Unit: s.")
    variance: float | None = strawberry.field(description="Its variance; null where it overflows. Unit: s².")
    sample_count: int = strawberry.field(description="How many values it was fitted to.")
    sample_mean: float = strawberry.field(
        description="The arithmetic mean of all latencies of the run, also of those that were not drawn for the fit: "
        "what `mean` should be. Unit: s."
    )
    sample_stddev: float | None = strawberry.field(
        description="The sample standard deviation (divisor n - 1) of all latencies of the run, which the square root "
        "of `variance` should be; null of a single one, and where it overflows. Unit: s."
    )
    ks_distance: float = strawberry.field(
        description="The Kolmogorov-Smirnov distance between the mixture and all latencies of the run: the greatest "
        "difference, 0 to 1, between the share of the mixture and that of the latencies that are at most some value."
    )
    warnings: list[str] = strawberry.field(
        description="What speaks against it: a mean, or a standard deviation, that differs by more than 15% from that "
        "of all latencies of the run. Then draw from the measured latencies (`percentiles`) instead."
    )


@strawberry.type(
    description="Seconds between one token and the next, over all requests that succeeded. Tokens that arrived "
    "together share their chunk's latency evenly, as the toolkit smooths them."
)
class InterTokenLatencies:
    """Inter-token latencies of a run."""

    count = strawberry.field(resolver=count, graphql_type=int, description="How many tokens have one.")
    skipped_count = strawberry.field(
        resolver=skipped_count,
        graphql_type=int,
        description="Latencies that were skipped because they cannot be read; a request, or a list of latencies, that "
        "cannot be read at all counts once.",
    )
    min = _of_samples(lambda samples: float(samples.values.min()), float, "The least. Unit: s.")
    max = _of_samples(lambda samples: float(samples.values.max()), float, "The greatest. Unit: s.")
    mean = _of_samples(Samples.mean, float, "The arithmetic mean. Unit: s.")
    percentiles = strawberry.field(
        resolver=percentiles, graphql_type=list[float], description=f"{PERCENTILES} Unit: s."
    )
    histogram = strawberry.field(
        resolver=histogram,
        graphql_type=RunHistogram,
        description="`bins` of equal width from the least to the greatest.",
    )
    mixture = strawberry.field(
        resolver=mixture,
        graphql_type=LatencyMixture | None,
        description="The toolkit's mixture fit; null where its parameters overflow float64.",
    )


@strawberry.type(description="One percentile of a latency.")
class LatencyPercentile:
    """One percentile of a latency."""

    p: float = strawberry.field(description="Which, 0 to 100.")
    value_ms: float = strawberry.field(description="Unit: ms.")


@strawberry.type(description="A latency over all requests that succeeded, as the run's raw file states it.")
class LatencyStatistics:
    """A latency as the raw file states it."""

    mean_ms: float | None = strawberry.field(description="The arithmetic mean; null where it is not stated. Unit: ms.")
    median_ms: float | None = strawberry.field(description="The median; null where it is not stated. Unit: ms.")
    stddev_ms: float | None = strawberry.field(
        description="The standard deviation; null where it is not stated. Unit: ms."
    )
    percentiles: list[LatencyPercentile] = strawberry.field(description="Those that are stated, ascending.")


@strawberry.type(
    description="What the benchmark's client measured, as the run's raw file states it; each null where it does not."
)
class RequestLatencies:
    """The latencies of a run."""

    ttft: LatencyStatistics | None = strawberry.field(description="Time to the first token.")
    tpot: LatencyStatistics | None = strawberry.field(description="Time per output token after the first, per request.")
    itl: LatencyStatistics | None = strawberry.field(description="Inter-token latency.")
    e2el: LatencyStatistics | None = strawberry.field(description="From the request to its last token.")
    skipped_count: int = strawberry.field(
        description="Statistics that were skipped because they are neither a number nor null."
    )


def metric_name(series: strawberry.Parent[GaugeSeries]) -> str:
    """Return the gauge's name in vLLM's current version."""
    return series.gauge.value


def relative_time_s(series: strawberry.Parent[GaugeSeries]) -> Any:
    """Return the points in time."""
    return series_of(series.relative_time_s)


def gauge_value(series: strawberry.Parent[GaugeSeries]) -> Any:
    """Return the values."""
    return series_of(series.value)


@strawberry.type(
    description="A gauge of the inference server over time: of several engines the sum, of a share the mean; an engine "
    "whose value is not finite is left out. Snapshots without the gauge are left out."
)
class ServerMetric:
    """A gauge of the inference server."""

    name = strawberry.field(resolver=metric_name, graphql_type=str, description="Its name in vLLM's current version.")
    steady_state: float | None = strawberry.field(
        description="What the run's raw file states for the steady state; null where it states nothing."
    )
    start_time: float | None = strawberry.field(
        description="Unix seconds of relativeTimeS = 0; null where there is no snapshot."
    )
    sample_count: int = strawberry.field(description="Snapshots in the window, before downsampling.")
    relative_time_s = strawberry.field(
        resolver=relative_time_s, graphql_type=list[float], description="Seconds since startTime."
    )
    value = strawberry.field(resolver=gauge_value, graphql_type=list[float], description="One per point in time.")
    min: float | None = strawberry.field(description="Over all snapshots in the window; null where there is none.")
    max: float | None = strawberry.field(description="Over all snapshots in the window; null where there is none.")
    mean: float | None = strawberry.field(description="Arithmetic mean of them; null where there is none.")


def _of_gauge(gauge: ServerGauge, description: str) -> StrawberryField:
    async def resolver(
        server: strawberry.Parent[DecodedServer],
        context: Context,
        window: Window = TimelineWindow.STEADY_STATE,
        max_points: MaxPoints = 1000,
    ) -> Any:
        return await context.raw.compute(lambda: gauge_series(server, gauge, window=window, max_points=max_points))

    field: StrawberryField = strawberry.field(resolver=resolver, graphql_type=ServerMetric, description=description)
    return field


@strawberry.type(description="A figure by its name in the raw file.")
class ServerStatistic:
    """A figure by its name."""

    name: str = strawberry.field(description="What the file calls it.")
    value: float = strawberry.field(description="In the unit that vLLM measures it in.")


def statistics(server: strawberry.Parent[DecodedServer]) -> list[ServerStatistic]:
    """Return all figures of the steady state."""
    return [ServerStatistic(name=name, value=value) for name, value in sorted(server.statistics.items())]


@strawberry.type(description="What the inference server (vLLM) said of itself during the run.")
class ServerMetrics:
    """What the inference server said of itself."""

    interval_s: float | None = strawberry.field(
        description="Seconds between snapshots; null where the file does not say. Unit: s."
    )
    steady_state_statistics = strawberry.field(
        resolver=statistics,
        graphql_type=list[ServerStatistic],
        description="Every figure that the raw file states for the steady state, by name.",
    )
    skipped_count: int = strawberry.field(
        description="What was skipped because it cannot be read: figures, snapshots, lines of the three gauges below, "
        "and values of single engines that are not finite."
    )
    kv_cache_usage = _of_gauge(
        ServerGauge.KV_CACHE_USAGE,
        "How much of the KV cache is in use, 0 to 1; also from files with vLLM's older name, "
        "`vllm:gpu_cache_usage_perc`.",
    )
    num_requests_running = _of_gauge(ServerGauge.NUM_REQUESTS_RUNNING, "Requests in the batch that is executed.")
    num_requests_waiting = _of_gauge(ServerGauge.NUM_REQUESTS_WAITING, "Requests that wait to be executed.")


@strawberry.type(description="What one GPU took.")
class GPUEnergy:
    """What one GPU took."""

    index: int = strawberry.field(description="The GPU's number in the raw file.")
    energy_joules: float = strawberry.field(description="Unit: J.")


def gpu_energies(iteration: strawberry.Parent[Iteration]) -> list[GPUEnergy]:
    """Return what each GPU took."""
    return [
        GPUEnergy(index=gpu, energy_joules=joules)
        for gpu, joules in zip(iteration.gpus, iteration.gpu_energy_joules, strict=True)
    ]


@strawberry.type(description="One measured batch of a diffusion run.")
class DiffusionIteration:
    """One measured batch."""

    time_s: float = strawberry.field(description="How long the batch took. Unit: s.")
    energy_joules: float = strawberry.field(description="What all GPUs took together. Unit: J.")
    gpus = strawberry.field(resolver=gpu_energies, graphql_type=list[GPUEnergy], description="What each GPU took.")
