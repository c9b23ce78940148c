"""Names of types in the graph: a prefix separates them from the types of other graphs in a federation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from execution.strawberry_internals import NameConverter
from tables.run_kinds import RUN_KINDS

if TYPE_CHECKING:
    from execution.strawberry_internals import (
        ScalarDefinition,
        StrawberryEnumDefinition,
        StrawberryObjectDefinition,
        StrawberryUnion,
    )

PREFIX = "MLEnergy"
# Shared on purpose: other graphs join on these types, and every graph has the same `PageInfo`.
_NODE = "Node"
_UNPREFIXED = frozenset({*(kind.type_name for kind in RUN_KINDS.values()), "Model", "GPU", "PageInfo", "Query", _NODE})
_DISTINCTIVE = (PREFIX, *(kind.type_name.removesuffix("Run") for kind in RUN_KINDS.values()))
_SPECIFIED_SCALARS = frozenset({"Int", "Float", "String", "Boolean", "ID"})


def wire_name(name: str) -> str:
    """Return the GraphQL name of the type, input, enum or union that Python calls `name`.

    A federation gateway merges types with the same name. Names that another graph about machine learning may have
    therefore start with `MLEnergy`; names from the GraphQL and federation specifications stay as they are.
    """
    specified = name.startswith("_") or "__" in name
    if specified or name in _UNPREFIXED or name.startswith(_DISTINCTIVE):
        return name
    return PREFIX + name


class WireNames(NameConverter):
    """Applies `wire_name` to every type, whether its name comes from the class or from `name=`.

    Args:
        own_node: Whether the interface `Node` has the prefix too, because its lookup is not at the root, where clients
            of a composed graph expect it, or because that graph has another `Node`.
    """

    def __init__(self, *, own_node: bool = False) -> None:
        super().__init__()
        self._own_node = own_node

    def from_object(self, object_type: StrawberryObjectDefinition) -> str:
        """Return the name of an object type or an input."""
        return wire_name(super().from_object(object_type))

    def from_interface(self, interface: StrawberryObjectDefinition) -> str:
        """Return the name of an interface."""
        name = wire_name(super().from_interface(interface))
        return PREFIX + name if self._own_node and name == _NODE else name

    def from_enum(self, enum: StrawberryEnumDefinition) -> str:
        """Return the name of an enum."""
        return wire_name(super().from_enum(enum))

    def from_union(self, union: StrawberryUnion) -> str:
        """Return the name of a union."""
        return wire_name(super().from_union(union))

    def from_scalar(self, scalar: ScalarDefinition) -> str:
        """Return the name of a scalar."""
        name = super().from_scalar(scalar)
        return name if name in _SPECIFIED_SCALARS else wire_name(name)
