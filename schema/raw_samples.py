"""Types of the many values of a run: output lengths, inter-token latencies and the mixture fitted to these."""

from typing import Annotated, Any

import pyarrow as pa
import strawberry

from execution.field_metadata import CACHE_SCOPE, CacheScope
from resolvers.latency_mixture import fit_mixture
from resolvers.samples import Samples
from schema.arguments import Bins
from schema.batch_fields import batch_field, resolver_field
from schema.context import Context
from schema.raw_fields import computed_field, raw_field
from schema.view_types import RunHistogram

Percents = Annotated[list[float], strawberry.argument(description="The percentiles to return, each from 0 to 100.")]
MaxSamples = Annotated[
    int | None,
    strawberry.argument(
        description="Maximum number of values to fit to, drawn at random if there are more; 1 to 65,536."
    ),
]
Seed = Annotated[int | None, strawberry.argument(description="Seed of the random draw, 0 or more.")]

_PERCENTILES = "The percentiles `p`, 0 to 100, linear between ranks (numpy's default)."
_HISTOGRAM = "Histogram of `bins` bins of equal width from the minimum to the maximum."


def percentiles(samples: strawberry.Parent[Samples], context: Context, p: Percents) -> Any:
    """Return percentiles."""
    return context.raw.compute(lambda: samples.percentiles(p), values=samples.values.size)


def histogram(samples: strawberry.Parent[Samples], context: Context, bins: Bins = 50) -> Any:
    """Count the values in bins."""
    count = 50 if bins is None else bins
    return context.raw.compute(lambda: samples.histogram(count), values=samples.values.size + count)


async def mixture(
    samples: strawberry.Parent[Samples], context: Context, max_samples: MaxSamples = 2048, seed: Seed = 0
) -> Any:
    """Fit a mixture."""
    most = 2048 if max_samples is None else max_samples
    return await context.raw.compute_in_thread(lambda: fit_mixture(samples, max_samples=most, seed=seed or 0))


@strawberry.type(description="Output tokens of each request that succeeded.")
class OutputLengths:
    """Output lengths of a run."""

    count = batch_field(Samples.count, int, "Number of requests that succeeded.")
    skipped_count = batch_field(
        "skipped_count",
        int,
        "Number of skipped requests: unreadable ones, and those that succeeded without a readable length.",
    )
    values = batch_field(
        lambda samples: pa.ListArray.from_arrays([0, len(samples.values)], samples.values),  # does not copy the values
        list[int],
        "Tokens per request, in the order of the file.",
    )
    min = computed_field(Samples.minimum, float, "Minimum. Unit: tokens.")
    max = computed_field(Samples.maximum, float, "Maximum. Unit: tokens.")
    mean = computed_field(Samples.mean, float, "Arithmetic mean. Unit: tokens.")
    percentiles = raw_field(percentiles, list[float], f"{_PERCENTILES} Unit: tokens.")
    histogram = raw_field(histogram, RunHistogram, _HISTOGRAM)


@strawberry.type(
    description="The toolkit's mixture model of inter-token latencies: two lognormal distributions, steady tokens and "
    "stalled tokens, both shifted by `loc`."
)
class LatencyMixture:
    """A mixture of two lognormal distributions."""

    loc: float = strawberry.field(description="Shift of both distributions. Unit: s.")
    pi_steady: float = strawberry.field(description="Share of steady tokens, 0 to 1.")
    sigma_steady: float = strawberry.field(description="Standard deviation of log(latency - loc) of steady tokens.")
    scale_steady: float = strawberry.field(description="Median of latency - loc of steady tokens. Unit: s.")
    pi_stall: float = strawberry.field(description="Share of stalled tokens, 0 to 1.")
    sigma_stall: float = strawberry.field(description="Standard deviation of log(latency - loc) of stalled tokens.")
    scale_stall: float = strawberry.field(description="Median of latency - loc of stalled tokens. Unit: s.")
    mean: float | None = strawberry.field(description="Mean of the mixture; null if it overflows float64. Unit: s.")
    variance: float | None = strawberry.field(
        description="Variance of the mixture; null if it overflows float64. Unit: s²."
    )
    sample_count: int = strawberry.field(description="Number of latencies that the mixture was fitted to.")
    sample_mean: float = strawberry.field(
        description="Arithmetic mean of all latencies of the run, including those that were not drawn for the fit; "
        "compare with `mean`. Unit: s."
    )
    sample_stddev: float | None = strawberry.field(
        description="Sample standard deviation (divisor n - 1) of all latencies of the run; compare with the square "
        "root of `variance`. Null for a single latency, and if it overflows float64. Unit: s."
    )
    ks_distance: float = strawberry.field(
        description="Kolmogorov-Smirnov distance between the mixture and all latencies of the run: the maximum "
        "difference, 0 to 1, between their cumulative distribution functions."
    )
    warnings: list[str] = strawberry.field(
        description="Reasons not to use the mixture: a mean or standard deviation that differs by more than 15% from "
        "that of all latencies of the run. If there are any, draw from the measured latencies (`percentiles`) instead."
    )


@strawberry.type(
    description="Seconds between one token and the next, over all requests that succeeded. The latency of tokens that "
    "arrived together is distributed evenly over them, as the toolkit does."
)
class InterTokenLatencies:
    """Inter-token latencies of a run."""

    count = batch_field(Samples.count, int, "Number of tokens with a latency.")
    skipped_count = batch_field(
        "skipped_count",
        int,
        "Number of unreadable latencies, which are skipped; an unreadable request or list of latencies counts once.",
    )
    min = computed_field(Samples.minimum, float, "Minimum. Unit: s.")
    max = computed_field(Samples.maximum, float, "Maximum. Unit: s.")
    mean = computed_field(Samples.mean, float, "Arithmetic mean. Unit: s.")
    percentiles = raw_field(percentiles, list[float], f"{_PERCENTILES} Unit: s.")
    histogram = raw_field(histogram, RunHistogram, _HISTOGRAM)
    mixture = resolver_field(
        mixture,
        LatencyMixture | None,
        "The toolkit's mixture model, fitted to the latencies; null if its parameters overflow float64.",
        metadata={CACHE_SCOPE: CacheScope.RELEASE},  # another version of the toolkit may fit differently
    )
