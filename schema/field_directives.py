"""Federation schemas with directives on fields that belong to one schema, not to the types that all schemas share."""

from collections.abc import Mapping
from copy import copy

import strawberry
from strawberry.federation.schema_directives import FederationDirective

from execution.row_by_row import RowByRowExecutor
from execution.strawberry_internals import (
    StrawberryConfig,
    StrawberryField,
    StrawberryObjectDefinition,
    core_schema,
    memoize_resolver,
)
from schema.context import ContextOfInfo
from schema.names import WireNames
from schema.scalars import FINITE_FLOAT

# By the names of type and field.
FieldDirectives = Mapping[tuple[str, str], tuple[FederationDirective, ...]]


class GraphSchema(strawberry.federation.Schema):
    """The schema of a root type, with directives on its fields.

    Strawberry prints directives from the fields of its types, which exist once per process. This schema replaces the
    fields that have directives by copies.

    Args:
        query: The root type.
        directives: Directives to add: `@cost`, `@listSize`, `@tag`.
        own_node: Whether the interface `Node` has the prefix of our own types.
    """

    def __init__(self, query: type, directives: FieldDirectives, *, own_node: bool = False) -> None:
        self._directives = directives
        self._used = [*{type(each): each for added in directives.values() for each in added}.values()]
        super().__init__(
            query=query,
            # The lowest version with the directives in use: a composer refuses versions that are newer than itself.
            federation_version="2.9" if directives else "2.0",
            types=[type(each) for each in self._used],
            execution_context_class=RowByRowExecutor,
            scalar_overrides={float: FINITE_FLOAT},
            config=StrawberryConfig(name_converter=WireNames(own_node=own_node), info_class=ContextOfInfo),
        )
        memoize_resolver(core_schema(self), "_Service", "sdl")  # printing takes 16 ms, and gateways poll

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """Return the fields of a type, with their directives."""
        names = self.config.name_converter
        parent = names.from_type(type_definition)
        return [
            self._directed(field, self._directives.get((parent, names.from_field(field)), ()))
            for field in super().get_fields(type_definition)
        ]

    @property
    def schema_directives_in_use(self) -> list[object]:
        """Directives that the SDL links: those of the types, and one example of each added directive."""
        return [*super().schema_directives_in_use, *self._used]

    @staticmethod
    def _directed(field: StrawberryField, directives: tuple[FederationDirective, ...]) -> StrawberryField:
        if not directives:
            return field
        directed = copy(field)
        directed.directives = [*field.directives, *directives]
        return directed
