"""Plan of one operation: everything that executing it needs and that does not depend on its variables."""

from __future__ import annotations

from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa
from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLNonNull,
    OperationType,
    Undefined,
    get_named_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import FragmentDetails, collect_fields
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values
from graphql.utilities import coerce_input_value

from execution.cache_scope import CacheScope, cache_scope
from tables.batch import Batch, Lists, Maybe, MixedList
from tables.relations import Grouped
from tables.row_set import TableColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from graphql import (
        FragmentDefinitionNode,
        GraphQLObjectType,
        GraphQLSchema,
        OperationDefinitionNode,
    )
    from graphql.execution.collect_fields import CollectedFields, FieldDetailsList, GroupedFieldSet
    from graphql.execution.get_variable_signature import GraphQLVariableSignature

    from execution.kept_columns import KeptColumns
    from execution.levels import Level
    from execution.planned_fields import NewInfo, PlannedField, Planner

# What a resolver gives for all rows of a level at once, but for `PerRow`, whose values are completed one by one.
COLUMNS = (Batch, Grouped, TableColumn, np.ndarray, pa.Array, Lists, Maybe, MixedList)

# Of a kept column: the fields that lead to it.
Key: TypeAlias = tuple[int, ...]

_numbers = count()  # tells plans apart, also from those that are gone
_MAX_COERCION_ERRORS = 50  # as graphql-core has it


class Plan:
    """One operation of a document.

    Args:
        planner: What is known of its fields.
        operation: The operation, of a valid document.
        fragments: The document's fragments by name.
        levels: Where the fields of its levels are kept; None where they depend on variables, as directives make them.
        lasting: Whether it will be followed again, so that columns are worth keeping.
    """

    def __init__(
        self,
        planner: Planner,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        *,
        levels: dict[Hashable, Level] | None,
        lasting: bool = False,
    ) -> None:
        self.number = next(_numbers)
        self.schema = planner.schema
        self.operation = operation
        self.fragments = dict(fragments)
        self.levels = levels
        self._lasting = lasting
        self.columns = planner.columns
        self._planner = planner
        self._root: GroupedFieldSet | None = None
        self._namespaces: dict[tuple[int, ...], GroupedFieldSet] = {}
        self._fields: dict[tuple[str, int], PlannedField | None] = {}
        self._nodes = operation.variable_definitions or ()
        self._signatures = _signatures(planner.schema, operation)

    @cached_property
    def cache_scope(self) -> CacheScope:
        """How long the operation's answers hold, whatever the variables."""
        return cache_scope(self.schema, self.operation, self.fragments)

    def root(self, variables: VariableValues) -> tuple[GraphQLObjectType, GroupedFieldSet] | None:
        """Return the type of a query's root and what is selected of it; None where that is left to graphql-core.

        Args:
            variables: The operation's; where levels are kept, they decide nothing, or are the same each time.
        """
        query = self.schema.query_type
        if self.levels is None or query is None or self.operation.operation is not OperationType.QUERY:
            return None
        if self._root is None:
            fragments = {name: FragmentDetails(node) for name, node in self.fragments.items()}
            self._root = collect_fields(self.schema, fragments, variables, query, self.operation).grouped_field_set
        return query, self._root

    def namespace(
        self,
        namespace_type: GraphQLObjectType,
        details: FieldDetailsList,
        collect: Callable[[GraphQLObjectType, FieldDetailsList], CollectedFields],
    ) -> GroupedFieldSet | None:
        """Return what is selected of a field that nests the root's fields; None where variables decide it.

        Args:
            namespace_type: The field's type.
            details: The field in the document.
            collect: Collects the fields that are selected of it.
        """
        if self.levels is None:
            return None
        key = tuple(id(detail.node) for detail in details)
        if key not in self._namespaces:
            self._namespaces[key] = collect(namespace_type, details).grouped_field_set
        return self._namespaces[key]

    def variable_values(self, given: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """Coerce the variables as graphql-core does, or return what is wrong with them."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for signature in self._signatures or ():
            value = given.get(signature.name, Undefined)
            if value is Undefined:
                if signature.default is not None or is_non_null_type(signature.type):
                    break
                sources[signature.name] = VariableValueSource(signature)
                continue
            kind = signature.type
            if isinstance(kind, GraphQLNonNull):
                if value is None:
                    break
                kind = kind.of_type
            fitting = coerce_input_value(value, kind)
            if fitting is Undefined:
                break
            sources[signature.name] = VariableValueSource(signature, value)
            coerced[signature.name] = fitting
        else:
            if self._signatures is not None:
                return VariableValues(sources, coerced)
        return get_variable_values(self.schema, self._nodes, dict(given), _MAX_COERCION_ERRORS)

    def field(self, parent_type: GraphQLObjectType, details: FieldDetailsList) -> PlannedField | None:
        """Return how a field of this operation is resolved; None where that is left to graphql-core."""
        first = details[0]
        if first.fragment_variable_values is not None:
            return None
        key = (parent_type.name, id(first.node))
        if key not in self._fields:
            self._fields[key] = self._planner.field(parent_type, first.node)
        return self._fields[key]

    def column(
        self,
        planned: PlannedField,
        context: Any,  # noqa: ANN401 - whatever the server made for the request
        source: object,
        source_key: Key | None,
        new_info: NewInfo,
        variables: VariableValues,
    ) -> tuple[Any, Key | None]:
        """Return what a field's resolver returns, and the key that it is kept under, if it is.

        Args:
            planned: The field.
            context: The request's context, which says where columns are kept.
            source: What the field hangs on.
            source_key: The key that the source is kept under, empty for the root; None if it is not kept.
            new_info: Makes what the resolver is told.
            variables: The operation's.

        Raises:
            Exception: Whatever the resolver raises, and graphql-core's errors about its arguments.
        """
        kept: KeptColumns | None = getattr(context, "kept", None)
        if kept is None or source_key is None or not self._lasting or not planned.fixed:
            return planned.resolve(source, new_info, variables), None
        # A field of a fragment hangs on as many sources as the fragment is spread on.
        key = (*source_key, id(planned))
        found = kept.get((self.number, key))
        if found is not None:
            return found, key
        warnings = context.warnings.added
        column = planned.resolve(source, new_info, variables)
        if context.warnings.added != warnings:  # from the cache, the column would come without its warnings
            return column, None
        # A gateway sends its references as variables, and their rows may belong to the request alone.
        lasts = isinstance(column, COLUMNS) and not isinstance(column, MixedList)
        return column, key if lasts and kept.put((self.number, key), column) else None


def _signatures(
    schema: GraphQLSchema, operation: OperationDefinitionNode
) -> tuple[GraphQLVariableSignature, ...] | None:
    """Return the variables' signatures; None where graphql-core is to look closer: at objects, and at errors."""
    found: list[GraphQLVariableSignature] = []
    for node in operation.variable_definitions or ():
        signature = get_variable_signature(schema, node)
        if isinstance(signature, GraphQLError) or isinstance(get_named_type(signature.type), GraphQLInputObjectType):
            return None
        found.append(signature)
    return tuple(found)
