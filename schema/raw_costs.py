"""Costs of fields computed from raw files, of which a request opens a limited number.

Threads with a queue of their own read and decode the files; the costs stand for the work on a decoded file.
"""

from schema.cost_levels import files, grid, groups, items, sized
from schema.field_costs import KEY, MAX_BINS, SERIES, Cost

_ALL_SAMPLES = 5_000  # of a timeline without `maxPoints`; a typical file has fewer
_GPUS = 4  # of a run; few have eight
_FILE = 200
_SECONDS = 1_000  # of a common timeline

RAW_COSTS = {
    "Run.replicas": Cost("one division per run", call=55, parent=0.05),
    "Run.timeline": Cost(
        "cuts and downsamples a decoded file",
        call=400,
        file=_FILE,
        below=sized("maxPoints", default=_ALL_SAMPLES, most=_ALL_SAMPLES, objects=files),
    ),
    **{
        f"Run.{name}UnavailableBecause": Cost("reads a decoded file", call=400, file=_FILE)
        for name in ("timeline", "outputLengths", "interTokenLatencies")
    },
    "Timeline.relativeTimeS": SERIES,
    "Timeline.value": SERIES,
    "Timeline.devices": Cost("one series per GPU; 4 GPUs are assumed", parent=5, item=35, below=items(count=_GPUS)),
    "DeviceTimeline.value": SERIES,
    "Run.outputLengths": Cost("reads a decoded file", call=350, file=_FILE, below=files),
    "OutputLengths.values": Cost("one number per request; 2,000 are assumed", item=0.2, below=items(count=2_000)),
    "Run.interTokenLatencies": Cost("reads a decoded file", call=350, file=_FILE, below=files),
    **{
        f"{samples}.{name}": cost
        for samples in ("OutputLengths", "InterTokenLatencies")
        for name, cost in {
            **dict.fromkeys(("min", "max", "mean"), Cost("one pass over the values", parent=50)),
            "percentiles": Cost("sorts the values", parent=250, item=1.5, below=items("p")),
            "histogram": Cost("bins the values", parent=250, below=sized("bins", default=50, most=MAX_BINS)),
        }.items()
    },
    "InterTokenLatencies.mixture": Cost("fits a mixture", parent=15_000),
    "LatencyMixture.warnings": Cost("a list of texts", parent=1.5),
    "Run.latencies": Cost("reads a decoded file", call=350, file=_FILE, below=files),
    "LatencyStatistics.percentiles": Cost(
        "one object per percentile of the file; 10 are assumed", item=1.5, below=items(count=10)
    ),
    "Run.serverMetrics": Cost("reads a decoded file", call=350, file=_FILE, below=files),
    "ServerMetrics.steadyStateStatistics": Cost(
        "one object per metric; 50 are assumed", item=1.5, below=items(count=50)
    ),
    **{
        f"ServerMetrics.{name}": Cost(
            "cuts and downsamples a series",
            parent=100,
            below=sized("maxPoints", default=_ALL_SAMPLES, most=_ALL_SAMPLES),
        )
        for name in ("kvCacheUsage", "numRequestsRunning", "numRequestsWaiting")
    },
    "ServerMetric.relativeTimeS": SERIES,
    "ServerMetric.value": SERIES,
    "Run.iterations": Cost(
        "one object per batch; 20 are assumed", call=350, file=_FILE, item=7.5, below=items(count=20, of=files)
    ),
    "Run.skippedIterationCount": Cost("reads a decoded file", call=350, file=_FILE),
    "Iteration.gpus": Cost("one object per GPU; 4 GPUs are assumed", item=5, below=items(count=_GPUS)),
    "RunConnection.commonTimelines": Cost(
        "interpolates all timelines of a group; 1,000 s are assumed",
        call=1_000,
        file=_FILE,
        columns=("per",),
        column=15,
        item=22,
        below=grid(groups("per"), seconds=_SECONDS),
    ),
    "CommonTimeline.key": KEY,
    **{f"CommonTimeline.{name}": SERIES for name in ("relativeTimeS", "value", "valuePerGpu")},
    "RunConnection.outputLengthDistribution": Cost(
        "bins the lengths of all files",
        call=750,
        parent=100,
        file=_FILE,
        below=sized("bins", default=50, most=MAX_BINS),
    ),
    "OutputLengthDistribution.edges": SERIES,
    "OutputLengthDistribution.counts": SERIES,
    "OutputLengthDistribution.runs": Cost("bins the lengths of each file", item=50, below=files),
    "RunOutputLengths.counts": SERIES,
    "RunOutputLengths.energyEdgesJoules": SERIES,
}
