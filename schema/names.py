"""The names of types on the wire: a prefix keeps them apart from those of other graphs in a federation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from execution.strawberry_internals import NameConverter

if TYPE_CHECKING:
    from execution.strawberry_internals import (
        ScalarDefinition,
        StrawberryEnumDefinition,
        StrawberryObjectDefinition,
        StrawberryUnion,
    )

PREFIX = "MLEnergy"
# Shared on purpose: other graphs join by these types, or by `PageInfo` have the same one.
_UNPREFIXED = frozenset({"LLMRun", "DiffusionRun", "Model", "GPU", "PageInfo", "Query"})
_DISTINCTIVE = (PREFIX, "LLM", "Diffusion")
_SPECIFIED_SCALARS = frozenset({"Int", "Float", "String", "Boolean", "ID"})


def wire_name(name: str) -> str:
    """Return the GraphQL name of the type, input, enum or union that Python calls `name`.

    A federation gateway merges types of the same name. Names that any graph about machine learning may have therefore
    begin with `MLEnergy`; names of the GraphQL and federation specifications are left alone.
    """
    specified = name.startswith("_") or "__" in name
    if specified or name in _UNPREFIXED or name.startswith(_DISTINCTIVE):
        return name
    return PREFIX + name


class WireNames(NameConverter):
    """Names every type by the one rule, whether its name is its class's or was given with `name=`."""

    def from_object(self, object_type: StrawberryObjectDefinition) -> str:
        """Return the name of an object type, an interface or an input."""
        return wire_name(super().from_object(object_type))

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
