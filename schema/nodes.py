"""Node, the interface of objects that have an id, and the ids of objects that have another key."""

from typing import Any

import strawberry

from execution.strawberry_internals import StrawberryField
from resolvers.nodes import ids_of_entities
from schema.columns import of_the_row
from schema.names import wire_name


@strawberry.interface(description="Object with an id that no other object of any type has.")
class Node:
    """Object with an id: what client caches identify it by."""

    id: Any = strawberry.field(
        graphql_type=strawberry.ID, description="Id of the object, the same in every revision of the data."
    )


def id_field(entity: str) -> StrawberryField:
    """Return the field of the ids of models, GPUs or tasks, by the entity's name in Python."""
    type_name = wire_name(entity)
    return of_the_row(
        lambda rows, _context: ids_of_entities(rows, type_name),
        graphql_type=strawberry.ID,
        description=f"Id for `node`, unique over all types: `{type_name}:` and the key.",
    )
