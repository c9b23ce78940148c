"""Tags of fields: the federation directive `@tag`, by which another team can leave fields out of a contract variant."""

from graphql import GraphQLObjectType, GraphQLSchema
from strawberry.federation.schema_directives import Tag

from execution.field_metadata import COST
from schema.field_costs import Cost

# Other subgraphs share the names of tags, so the name says whose it is.
RAW = "mlenergy-raw"


def raw_tags(schema: GraphQLSchema) -> dict[tuple[str, str], Tag]:
    """Return a `@tag` for each field that opens raw files, by the names of type and field.

    A file costs as much as 80 objects, and is unavailable from sources without raw files.

    Args:
        schema: The schema, with the costs of its fields.
    """
    return {
        (kind.name, name): Tag(name=RAW)
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for name, field in kind.fields.items()
        if isinstance(cost := field.extensions.get(COST), Cost) and cost.file
    }
