"""Costs of the fields of the schema, by type and field; fields without an entry have a constant cost per parent."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, get_nullable_type, is_list_type

from execution.cost import FieldCost
from execution.field_metadata import CARDINALITY, COST
from schema.cardinalities import PAIRS
from schema.field_costs import (
    Cost,
    FrontierCost,
    Relation,
    RelationCost,
    best_of_groups,
    files,
    grid,
    groups,
    items,
    lengths,
    matched,
    one,
    page,
    rows,
    runners_up,
    sized,
    values_of,
)
from schema.names import PREFIX
from tables.catalogue import graph_name
from tables.run_kinds import RUN_KINDS

# Prefixes of the names of types that the table omits.
_PREFIXES = (PREFIX, *(kind.type_name.removesuffix("Run") for kind in RUN_KINDS.values()))
_CONNECTION = "Connection"
_RUN_LISTS = {name: graph_name(f"{name}_runs") for name in RUN_KINDS}
_MAX_BINS = 1_000
_ALL_SAMPLES = 5_000  # of a timeline without `maxPoints`; a typical file has fewer
_GPUS = 4  # of a run; few have eight
_FILE = 400  # computes a field from a decoded file; threads with a queue of their own read the files
_SECONDS = 1_000  # of a common timeline

_KEY = Cost(item=2.6, below=lengths("keys"))
_CURSOR = Cost(parent=10)
_SERIES = Cost(item=0.3, below=lengths("size"))  # a list of numbers of a timeline or a histogram

COSTS = {
    # Pages of connections.
    "RunConnection.nodes": Cost(parent=2, item=0.2, below=page),
    "RunConnection.edges": Cost(parent=3, item=0.5, below=page),
    "ModelConnection.nodes": Cost(parent=2, item=0.2, below=page),
    "ModelConnection.edges": Cost(parent=3, item=0.5, below=page),
    "RunEdge.node": Cost(),
    "ModelEdge.node": Cost(),
    "RunEdge.cursor": _CURSOR,
    "ModelEdge.cursor": _CURSOR,
    "PageInfo.startCursor": _CURSOR,
    "PageInfo.endCursor": _CURSOR,
    "RunConnection.digest": Cost(call=300, parent=10, row=0.4),
    "RunConnection.emptyBecause": Cost(parent=2, item=2, below=lengths("conditions")),
    # Views of connections.
    "RunConnection.statistics": Cost(call=70, parent=0.5, row=0.03),
    "RunStatistics.percentiles": Cost(call=250, parent=2, row=0.03, item=0.3, below=items("p")),
    "RunConnection.facets": Cost(
        call=170, parent=1, column=130, cell=0.03, item=1.3, columns=("of",), below=values_of("of")
    ),
    "RunFacet.values": Cost(item=1.5, below=rows),
    "RunConnection.histogram": Cost(call=250, parent=110, row=0.15, below=sized("bins", default=50, most=_MAX_BINS)),
    "RunHistogram.edges": Cost(parent=10, item=0.25, below=lengths("size")),
    "RunHistogram.counts": Cost(parent=5, item=0.1, below=lengths("size")),
    "RunConnection.groups": Cost(
        call=200, parent=0.4, row=0.05, column=40, cell=0.01, item=1, columns=("by",), below=groups("by")
    ),
    "RunGroup.key": _KEY,
    "RunGroup.statistics": Cost(call=250, row=0.08, item=0.3),
    "RunGroup.best": Cost(call=400, row=0.25, item=0.4, below=one),
    "RunConnection.best": Cost(call=700, parent=0.2, row=0.2, column=35, item=1, columns=("per",), below=groups("per")),
    "BestRun.key": _KEY,
    "BestRun.runnersUp": Cost(item=0.6, below=runners_up),
    "BestRun.slack": Cost(call=200, item=0.5, below=lengths("conditions")),
    "RunConnection.bestRuns": Cost(
        call=300, parent=1.2, row=0.27, column=22, cell=0.01, columns=("per",), below=best_of_groups
    ),
    "RunConnection.paretoFrontier": FrontierCost(
        call=250,
        parent=0.7,
        row=0.05,
        cell=0.04,
        item=55,
        columns=("minimize", "maximize", "against", "per"),
        below=groups("per", alternatives="against"),
        compared=3,
        pair=0.004,
        group=45,
    ),
    "ParetoFrontier.key": _KEY,
    "ParetoFrontier.runs": Cost(item=0.2, below=rows),
    "RunConnection.ratios": Cost(
        call=250,
        parent=2,
        row=0.1,
        column=90,
        cell=0.05,
        item=0.5,
        columns=("of", "per"),
        below=groups("per", size="of"),
    ),
    "RunRatios.key": _KEY,
    "RunRatios.references": Cost(item=1.2, below=lengths("size")),
    "RunRatios.runs": Cost(call=700, item=0.75, below=rows),
    "RunWithRatios.ratios": Cost(item=0.2, below=lengths("size")),
    "RunConnection.compareGroups": Cost(
        call=350, parent=3, row=0.03, column=130, cell=0.02, item=2.5, columns=("of",), below=items("of")
    ),
    "RunConnection.pairs": Cost(
        call=550, parent=1.2, row=0.26, column=10, cell=0.015, columns=("match",), below=matched("match", "compare")
    ),
    "RunPairs.pairs": Cost(item=1.6, below=rows),
    "RunPairs.summary": Cost(call=100, item=4, below=lengths("size")),
    "RunPair.key": _KEY,
    "RunPair.changes": Cost(item=0.9, below=lengths("size")),
    "RunPairSummary.min": Cost(parent=9),
    "RunPairSummary.median": Cost(parent=24),
    "RunPairSummary.mean": Cost(parent=12),
    "RunPairSummary.max": Cost(parent=9),
    **{f"RunPairSummary.{name}": Cost(parent=9) for name in ("decreased", "unchanged", "increased")},
    "RunConnection.logisticFits": Cost(call=1_000, row=0.3, item=120, columns=("per",), column=30, below=groups("per")),
    "LogisticFit.key": _KEY,
    "LogisticFit.points": Cost(item=3.5, below=rows),
    "LogisticFit.warnings": Cost(parent=70),
    "LogisticFit.values": Cost(parent=20, item=0.5, below=items("at")),
    # Fields of models, GPUs and tasks ("Entity"), and of their entries by another entity ("EntityRuns").
    "Entity.runCount": Cost(call=70, parent=0.4, row=0.03, relations=tuple(_RUN_LISTS.values())),
    **{
        f"{entity}.{graph_name(kind.qualified('best', 'run'))}": Cost(
            call=400, parent=1, row=0.3, below=one, relations=(_RUN_LISTS[name],)
        )
        for entity in ("Entity", "EntityRuns")
        for name, kind in RUN_KINDS.items()
    },
    **{
        f"Model.{graph_name(kind.qualified('speedup'))}": Cost(
            call=850, parent=12, row=1.5, columns=("match",), cell=0.05, relations=(_RUN_LISTS[name],)
        )
        for name, kind in RUN_KINDS.items()
    },
    **{
        f"GPU.{graph_name(kind.qualified('speedup'))}": Cost(call=1_000, parent=50, table=0.3)
        for kind in RUN_KINDS.values()
    },
    "GPUSpeedup.min": Cost(parent=9),
    "GPUSpeedup.median": Cost(parent=24),
    "GPUSpeedup.geometricMean": Cost(parent=20),
    "GPUSpeedup.max": Cost(parent=9),
    # Raw files: at most as many as a request may open.
    "Run.replicas": Cost(call=110, parent=0.1),
    "Run.timeline": Cost(
        call=800, file=_FILE, below=sized("maxPoints", default=_ALL_SAMPLES, most=_ALL_SAMPLES, objects=files)
    ),
    "Timeline.relativeTimeS": _SERIES,
    "Timeline.value": _SERIES,
    "Timeline.devices": Cost(parent=10, item=70, below=items(count=_GPUS)),
    "DeviceTimeline.value": _SERIES,
    "Run.outputLengths": Cost(call=700, file=_FILE, below=files),
    "OutputLengths.values": Cost(item=0.2, below=items(count=2_000)),
    "Run.interTokenLatencies": Cost(call=700, file=_FILE, below=files),
    **{
        f"{samples}.{name}": cost
        for samples in ("OutputLengths", "InterTokenLatencies")
        for name, cost in {
            **dict.fromkeys(("min", "max", "mean"), Cost(parent=100)),
            "percentiles": Cost(parent=500, item=3, below=items("p")),
            "histogram": Cost(parent=500, below=sized("bins", default=50, most=_MAX_BINS)),
        }.items()
    },
    "InterTokenLatencies.mixture": Cost(parent=30_000),
    "LatencyMixture.warnings": Cost(parent=3),
    "Run.latencies": Cost(call=700, file=_FILE, below=files),
    "LatencyStatistics.percentiles": Cost(item=3, below=items(count=10)),
    "Run.serverMetrics": Cost(call=700, file=_FILE, below=files),
    "ServerMetrics.steadyStateStatistics": Cost(item=3, below=items(count=50)),
    **{
        f"ServerMetrics.{name}": Cost(parent=200, below=sized("maxPoints", default=_ALL_SAMPLES, most=_ALL_SAMPLES))
        for name in ("kvCacheUsage", "numRequestsRunning", "numRequestsWaiting")
    },
    "ServerMetric.relativeTimeS": _SERIES,
    "ServerMetric.value": _SERIES,
    "Run.iterations": Cost(call=700, file=_FILE, item=15, below=items(count=20, of=files)),
    "Run.skippedIterationCount": Cost(call=700, file=_FILE),
    "Iteration.gpus": Cost(item=10, below=items(count=_GPUS)),
    "RunConnection.commonTimelines": Cost(
        call=2_000, file=_FILE, columns=("per",), column=30, item=45, below=grid(groups("per"), seconds=_SECONDS)
    ),
    "CommonTimeline.key": _KEY,
    **{f"CommonTimeline.{name}": _SERIES for name in ("relativeTimeS", "value", "valuePerGpu")},
    "RunConnection.outputLengthDistribution": Cost(
        call=1_500, parent=200, file=_FILE, below=sized("bins", default=50, most=_MAX_BINS)
    ),
    "OutputLengthDistribution.edges": _SERIES,
    "OutputLengthDistribution.counts": _SERIES,
    "OutputLengthDistribution.runs": Cost(item=100, below=files),
    "RunOutputLengths.counts": _SERIES,
    "RunOutputLengths.energyEdgesJoules": _SERIES,
    # The dataset and the federation.
    "Dataset.columns": Cost(item=5, below=items(count=sum(len(kind.columns) for kind in RUN_KINDS.values()))),
    "Query._entities": Cost(call=300, item=6, below=items("representations")),
    "_Service.sdl": Cost(parent=1_500),
}


def add_costs(schema: GraphQLSchema) -> None:
    """Add to each field whose cost is not a constant per parent its `FieldCost`; `add_cardinalities` comes first."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for name, field in kind.fields.items():
                cost = _cost(kind, name)
                if cost is not None:
                    field.extensions[COST] = cost


def _cost(kind: GraphQLObjectType, name: str) -> FieldCost | None:
    field = kind.fields[name]
    declared = next((COSTS[key] for key in _keys(kind.name, name) if key in COSTS), None)
    if declared is not None:
        return replace(declared, relations=_relations(kind, declared.relations)) if declared.relations else declared
    returned = get_named_type(field.type).name
    is_connection = returned.endswith(_CONNECTION)
    relation = field.extensions.get(CARDINALITY)
    if relation is None or not (is_connection or is_list_type(get_nullable_type(field.type))):
        return None
    of_group = kind.name.endswith("Group")
    pairs = returned.endswith("Runs")
    return RelationCost(
        relation=None if of_group else relation,
        is_connection=is_connection,
        call=170 if pairs else 60,
        parent=2 if pairs else 0.7,
        row=0.7 if pairs else 0.07,
        key=0.015,
        ordered=0.13,
        search=15,
        character=0.5,
        reads=_relations(kind, _RUN_LISTS.values()) if pairs else (),
        read=0.02,
    )


def _relations(kind: GraphQLObjectType, fields: Iterable[str]) -> tuple[Relation, ...]:
    """Return the relations of fields of a type."""
    return tuple(kind.fields[name].extensions[CARDINALITY] for name in fields)


def _keys(type_name: str, field: str) -> Iterator[str]:
    """Yield the keys of a field in the table, the most special one first."""
    own = next((type_name.removeprefix(prefix) for prefix in _PREFIXES if type_name.startswith(prefix)), type_name)
    yield f"{own}.{field}"
    if own in {"Model", "GPU", "Task"}:
        yield f"Entity.{field}"
    elif own in PAIRS:
        yield f"EntityRuns.{field}"
