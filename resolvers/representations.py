"""Entities for a federation gateway: each representation is looked up by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from errors import BadUserInput, shown
from resolvers.entity_references import KEYS, MAX_KEY, References, check_count, is_key
from tables.batch import MixedListColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from resolvers.context import RequestContext


def resolve_representations(
    context: RequestContext, representations: Sequence[Any], wire_name: Callable[[str], str]
) -> MixedListColumn:
    """Return the entity of each representation, in their order.

    A well-formed key that the dataset does not have gives null, except for models: any model id gives a model, which is
    then not `measured`. A representation with an unknown type, or with a missing or malformed key, gives an error.

    Args:
        context: The request's context.
        representations: Representations as the gateway sent them.
        wire_name: Returns an entity's type name in the graph.

    Raises:
        QueryTooComplex: The representations refer to too many entities.
    """
    references = References.by_type(wire_name)
    errors: dict[int, Exception] = {}
    for position, representation in enumerate(representations):
        type_name = representation.get("__typename") if isinstance(representation, dict) else None
        found = references.get(type_name) if isinstance(type_name, str) else None
        if found is None:
            allowed = ", ".join(references)
            errors[position] = BadUserInput(
                f"representation with __typename {shown(type_name)} is not an entity of this graph; allowed: {allowed}."
            )
            continue
        key_field = KEYS[found.entity]
        key = representation.get(key_field)
        if is_key(key):
            found.add(key, position)
        else:
            errors[position] = BadUserInput(
                f"{type_name} with {key_field} {shown(key)} is not a key; allowed: a text of 1 to {MAX_KEY} "
                "printable characters.",
                type=type_name,
            )
    check_count(context, "_entities", sum(len(each.positions) for each in references.values()) + len(errors))
    parts = [part for each in references.values() for part in each.parts(context.dataset, unmeasured=True)]
    return MixedListColumn(len(representations), [part for part in parts if len(part.positions)], errors)
