"""Costs of the fields of the schema, by type and field; fields without an entry have a constant cost per parent."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, get_nullable_type, is_list_type

from execution.cost import FieldCost
from execution.field_metadata import CARDINALITY, COST
from schema.cardinalities import PAIRS
from schema.cost_levels import items, one
from schema.field_costs import Cost, Relation, RelationCost
from schema.names import PREFIX
from schema.raw_costs import RAW_COSTS
from schema.view_costs import VIEW_COSTS
from tables.catalogue import graph_name
from tables.run_kinds import RUN_KINDS

# Prefixes of the names of types that the table omits.
_PREFIXES = (PREFIX, *(kind.type_name.removesuffix("Run") for kind in RUN_KINDS.values()))
_CONNECTION = "Connection"
_RUN_LISTS = {name: graph_name(f"{name}_runs") for name in RUN_KINDS}

# Fields that return related rows, with or without an entry in the table.
LIST = RelationCost("rows related to each parent", call=30, parent=0.35, row=0.1)
CONNECTION = RelationCost(
    "selects, orders and pages the rows related to each parent",
    is_connection=True,
    call=30,
    parent=0.35,
    row=0.035,
    key=0.0075,
    ordered=0.065,
    search=7.5,
    character=0.25,
)
ENTRIES = RelationCost("pairs of entities with a matching run", call=85, parent=1, row=0.35, read=0.01)

# Fields of models, GPUs and tasks ("Entity"), and of their entries by another entity ("EntityRuns").
_ENTITY_COSTS = {
    "Entity.runCount": Cost(
        "looks up the runs of each entity", call=35, parent=0.2, row=0.015, relations=tuple(_RUN_LISTS.values())
    ),
    **{
        f"{entity}.{graph_name(kind.qualified('best', 'run'))}": Cost(
            "sorts the runs of all entities", call=200, parent=0.5, row=0.15, below=one, relations=(_RUN_LISTS[name],)
        )
        for entity in ("Entity", "EntityRuns")
        for name, kind in RUN_KINDS.items()
    },
    **{
        f"Model.{graph_name(kind.qualified('speedup'))}": Cost(
            "matches the runs of each model in pairs",
            call=420,
            parent=6,
            row=0.75,
            columns=("match",),
            cell=0.025,
            relations=(_RUN_LISTS[name],),
        )
        for name, kind in RUN_KINDS.items()
    },
    **{
        f"GPU.{graph_name(kind.qualified('speedup'))}": Cost(
            "matches all runs in pairs, per GPU", call=500, parent=25, table=0.15
        )
        for kind in RUN_KINDS.values()
    },
    "GPUSpeedup.min": Cost("one call of numpy per speedup", parent=4.5),
    "GPUSpeedup.median": Cost("one call of numpy per speedup", parent=12),
    "GPUSpeedup.geometricMean": Cost("one call of numpy per speedup", parent=10),
    "GPUSpeedup.max": Cost("one call of numpy per speedup", parent=4.5),
}

COSTS = {
    **VIEW_COSTS,
    **_ENTITY_COSTS,
    **RAW_COSTS,
    "Dataset.columns": Cost(
        "one object per column of the run tables",
        item=16,
        below=items(count=sum(len(kind.columns) for kind in RUN_KINDS.values())),
    ),
    "Query._entities": Cost("looks up each reference", call=150, item=3, below=items("representations")),
    "Query.node": Cost("looks up the id", call=150, below=one),
    "Query.run": Cost("looks up the id in all run tables", call=150, below=one),
    "Query.nodes": Cost("looks up each id, a run in all run tables", call=150, item=6, below=items("ids")),
    "_Service.sdl": Cost("text of the whole schema", parent=750),
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
    if returned.endswith("Runs"):
        return replace(ENTRIES, relation=relation, reads=_relations(kind, _RUN_LISTS.values()))
    # The runs of a group are those that it selects.
    own = None if kind.name.endswith("Group") else relation
    return replace(CONNECTION if is_connection else LIST, relation=own)


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
