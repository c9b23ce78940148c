"""Types of the inference server's own metrics, from a run's `prometheus.json`."""

from typing import Any

import strawberry

from execution.strawberry_internals import StrawberryField
from schema.arguments import MaxPoints, Window
from schema.batch_fields import batch_field
from schema.context import Context
from schema.enums import TimelineWindow
from schema.raw_fields import raw_field, series_of
from timelines.gauge_series import gauge_series
from timelines.prometheus import DecodedServer, ServerGauge


@strawberry.type(
    description="A gauge of the inference server over time: the sum over its engines, or the mean if it is a share. An "
    "engine with a value that is not finite is left out, as is a snapshot without the gauge."
)
class ServerMetric:
    """A gauge of the inference server."""

    name = batch_field("gauge.value", str, "Its name in vLLM's current version.")
    steady_state: float | None = strawberry.field(
        description="Value for the steady state in the run's raw file; null if the file has none."
    )
    start_time: float | None = strawberry.field(
        description="Unix seconds of relativeTimeS = 0; null if there is no snapshot."
    )
    sample_count: int = strawberry.field(description="Number of snapshots in the window, before downsampling.")
    relative_time_s = batch_field(
        lambda series: series_of(series.relative_time_s), list[float], "Seconds since startTime."
    )
    value = batch_field(lambda series: series_of(series.value), list[float], "Value at each point in time.")
    min: float | None = strawberry.field(
        description="Minimum over all snapshots in the window; null if there is no snapshot."
    )
    max: float | None = strawberry.field(
        description="Maximum over all snapshots in the window; null if there is no snapshot."
    )
    mean: float | None = strawberry.field(
        description="Arithmetic mean over all snapshots in the window; null if there is no snapshot, and if their sum "
        "overflows float64."
    )


@strawberry.type(description="A figure by its name in the raw file.")
class ServerStatistic:
    """A figure by its name."""

    name: str = strawberry.field(description="Name in the file.")
    value: float = strawberry.field(description="Value in vLLM's unit.")


def _statistics(server: DecodedServer) -> list[ServerStatistic]:
    return [ServerStatistic(name=name, value=value) for name, value in sorted(server.statistics.items())]


def _gauge_field(gauge: ServerGauge, description: str) -> StrawberryField:
    def resolver(
        server: strawberry.Parent[DecodedServer],
        context: Context,
        window: Window = TimelineWindow.STEADY_STATE,
        max_points: MaxPoints = 1000,
    ) -> Any:
        return context.raw.compute(
            lambda: gauge_series(server, gauge, window=window, max_points=max_points), values=server.timestamps.size
        )

    return raw_field(resolver, ServerMetric, description)


@strawberry.type(description="Metrics that the inference server (vLLM) reported during the run.")
class ServerMetrics:
    """Metrics of the inference server."""

    interval_s: float | None = strawberry.field(
        description="Time between snapshots; null if the file does not state it. Unit: s."
    )
    steady_state_statistics = batch_field(
        _statistics,
        list[ServerStatistic],
        "All figures that the raw file states for the steady state, by name.",
    )
    skipped_count: int = strawberry.field(
        description="Number of unreadable values, which are skipped: figures, snapshots, lines of the three gauges "
        "below, and values of single engines that are not finite."
    )
    kv_cache_usage = _gauge_field(
        ServerGauge.KV_CACHE_USAGE,
        "Share of the KV cache in use, 0 to 1; also from files with vLLM's older name, `vllm:gpu_cache_usage_perc`.",
    )
    num_requests_running = _gauge_field(ServerGauge.NUM_REQUESTS_RUNNING, "Number of requests in the running batch.")
    num_requests_waiting = _gauge_field(ServerGauge.NUM_REQUESTS_WAITING, "Number of requests waiting to be executed.")
