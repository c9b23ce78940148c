"""Compiled operations of documents: coercion of variables, and steps per combination of directives."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLError,
    Undefined,
    default_field_resolver,
    default_type_resolver,
    is_non_null_type,
)

from execution.bounded_errors import MAX_ERRORS
from execution.coercion import Coercion
from execution.compile import Compiler
from execution.cost import OperationCosts
from execution.cost_compiler import CostCompiler
from execution.graphql_core import (
    FragmentDetails,
    coerce_default_value,
    get_variable_signature,
    get_variable_values,
)
from execution.row_by_row import RowByRowExecutor
from execution.schema_fields import SchemaFields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphql import FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode

    from execution.schema_fields import SchemaField
    from execution.steps import RootStep, Step

_MAX_COERCION_ERRORS = MAX_ERRORS - 1  # graphql-core adds one that reports more
# Units of work of row-by-row execution per request, each about 5 µs. Full introspection of the schema takes 15,600.
_ROW_BY_ROW_UNITS = 22_000
_MAX_SELECTIONS = 16  # cached per operation: one per combination of the variables in its directives


class Engine:
    """Compiles the documents of a schema.

    Attributes:
        fallbacks: Number of root fields that were executed row by row, by reason.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.fields = SchemaFields(schema)
        self.coercion = Coercion()
        self.plain_steps: dict[SchemaField, Step] = {}
        self.fallbacks: Counter[str] = Counter()

    def compile(self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Operation:
        """Compile an operation of a valid document."""
        return Operation(self, operation, fragments)


class Plan:
    """The steps of an operation, for one combination of the variables in its directives.

    Attributes:
        roots: Steps of the root.
        steps: The fields that are executed as columns; a namespace is replaced by its fields.
        costs: Costs of its fields.
    """

    __slots__ = ("costs", "roots", "steps")

    def __init__(self, roots: Sequence[RootStep]) -> None:
        self.roots = roots
        self.steps = tuple(_steps(roots))
        self.costs = OperationCosts(CostCompiler().nodes(roots))


def _steps(roots: Sequence[RootStep]) -> Iterator[tuple[RootStep, Step]]:
    for root in roots:
        if root.step is not None:
            yield root, root.step
        yield from _steps(root.children or ())


class Operation:
    """A compiled operation of a document.

    Args:
        engine: The engine of the schema.
        node: The operation.
        fragments: The document's fragments by name.

    Attributes:
        name: The operation's name; None for an anonymous operation.
        cache_scope: The scope of its answers for any variables.
        executed: Whether it was executed before.
    """

    def __init__(
        self, engine: Engine, node: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> None:
        self.engine = engine
        self.node = node
        self.name = node.name.value if node.name else None
        self.executed = False
        self._fragments = dict(fragments)
        signatures = [get_variable_signature(engine.schema, each) for each in node.variable_definitions or ()]
        # For the type checker: validation refuses the others.
        valid = [each for each in signatures if not isinstance(each, GraphQLError)]
        self._variables = [(each.name, coerce_default_value(each), engine.coercion.of(each.type)) for each in valid]
        self._required = {each.name: each.type for each in valid if is_non_null_type(each.type)}
        compiler, roots = self._compile(None)
        self.cache_scope = compiler.cache_scope
        self._directive_variables = tuple(compiler.directive_variables)
        self._plans: dict[tuple[Any, ...], Plan] = {}
        # The plan of an operation without variables in directives.
        self._only = None if self._directive_variables else Plan(roots)

    def plan(self, variables: Mapping[str, Any]) -> Plan | None:
        """Return the steps and the costs for these variables; None if a variable in a directive is null."""
        if self._only is not None:
            return self._only
        chosen = tuple(map(variables.get, self._directive_variables))
        if None in chosen:
            return None
        plan = self._plans.get(chosen)
        if plan is None:
            if len(self._plans) >= _MAX_SELECTIONS:
                self._plans.clear()
            _, roots = self._compile(variables)
            plan = self._plans[chosen] = Plan(roots)
        return plan

    def _compile(self, included: Mapping[str, Any] | None) -> tuple[Compiler, Sequence[RootStep]]:
        engine, required = self.engine, self._required
        compiler = Compiler(engine.fields, engine.plain_steps, self._fragments, included=included, required=required)
        query = engine.schema.query_type
        assert query is not None  # noqa: S101 - for the type checker: validation refuses other operations
        return compiler, compiler.root(query, [self.node.selection_set])

    def coerce(self, given: Mapping[str, Any]) -> Mapping[str, Any] | list[GraphQLError]:
        """Coerce the variables of a request; return graphql-core's errors if one does not match its type."""
        coerced: dict[str, Any] = {}
        for name, default, coerce in self._variables:
            if name in given:
                value = coerce(given[name])
            elif default is Undefined and name not in self._required:
                continue
            else:
                value = default
            if value is Undefined:
                found = self.variable_values(given)
                return found if isinstance(found, list) else found.coerced
            coerced[name] = value
        return coerced

    def variable_values(self, given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - `VariableValues`, or a list of errors
        """Coerce the variables with graphql-core, for its own functions and error messages."""
        nodes = self.node.variable_definitions or ()
        return get_variable_values(self.engine.schema, nodes, dict(given), _MAX_COERCION_ERRORS)

    def row_by_row(self, context: Any, values: Any) -> RowByRowExecutor:  # noqa: ANN401 - any context; `VariableValues`
        """Return an executor for root fields that cannot be completed as columns."""
        fragments = {name: FragmentDetails(node) for name, node in self._fragments.items()}
        resolvers = (default_field_resolver, default_type_resolver, default_field_resolver)
        executor = RowByRowExecutor(
            self.engine.schema, self._fragments, fragments, None, context, self.node, values, *resolvers
        )
        executor.allow(_ROW_BY_ROW_UNITS)
        return executor

    def count_fallback(self, reason: str) -> None:
        """Count a root field that is executed row by row."""
        self.engine.fallbacks[reason] += 1
