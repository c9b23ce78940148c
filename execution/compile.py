"""Compiles selections of a document into steps; resolves fragments, merged fields and directives."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from graphql import (
    BooleanValueNode,
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    NameNode,
    VariableNode,
    is_abstract_type,
)

from execution.arguments import CompiledArguments, NoTemplateError
from execution.field_metadata import NAMESPACE, CacheScope
from execution.graphql_core import get_argument_values
from execution.measured_arguments import MeasuredArguments
from execution.steps import Block, RootStep, Step, TypeName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from graphql import (
        DirectiveNode,
        FragmentDefinitionNode,
        GraphQLInputType,
        GraphQLObjectType,
        SelectionNode,
        SelectionSetNode,
    )

    from execution.running import Env
    from execution.schema_fields import SchemaField, SchemaFields
    from execution.steps import Child, Selection

_TYPE_NAME = "__typename"
_PAGE_SIZES = ("first", "last")


class NotCompiledError(Exception):
    """A field that must be executed by graphql-core; the text is the reason."""


class Compiler:
    """Compiles the selections of one operation, for one combination of the variables in its directives.

    Args:
        fields: The fields of the schema.
        plain_steps: Steps of leaves without alias and arguments, shared by all documents; the compiler adds to them.
        fragments: The document's fragments by name.
        included: Values of the variables; None includes every field whose directive has a variable.
        required: Types of the non-null variables, by name.

    Attributes:
        cache_scope: The narrowest scope of the compiled fields.
        directive_variables: Names of the variables in directives, in order.
    """

    def __init__(
        self,
        fields: SchemaFields,
        plain_steps: dict[SchemaField, Step],
        fragments: Mapping[str, FragmentDefinitionNode],
        *,
        included: Mapping[str, Any] | None,
        required: Mapping[str, GraphQLInputType],
    ) -> None:
        self.cache_scope = CacheScope.REVISION
        self.directive_variables: dict[str, None] = {}
        self._fields = fields
        self._plain_steps = plain_steps
        self._fragments = fragments
        self._included = included
        self._required = required
        # By type and selection sets: a fragment that is spread several times is compiled once.
        self._selections: dict[tuple[object, ...], Selection] = {}

    def root(
        self, parent: GraphQLObjectType, sets: Iterable[SelectionSetNode | None], path: tuple[str, ...] = ()
    ) -> list[RootStep]:
        """Compile the fields of the root or a namespace; a field that cannot be compiled has a reason."""
        return [self._root_step(parent, nodes, (*path, name)) for name, nodes in self._collect(parent, sets).items()]

    def _root_step(self, parent: GraphQLObjectType, nodes: Sequence[FieldNode], path: tuple[str, ...]) -> RootStep:
        key = _key(path[-1])
        field = self._fields.get(parent, nodes[0].name.value)
        if field is not None and NAMESPACE in field.metadata:
            children = self.root(field.named, [node.selection_set for node in nodes], path)
            return RootStep(key, path, parent, children=children)
        try:
            child = self._child(parent, path[-1], nodes)
        except NotCompiledError as error:
            reason = str(error)
            if reason != "introspection":
                self._narrow(CacheScope.PROCESS)
                return RootStep(key, path, parent, reason=reason)
            self._narrow(CacheScope.RELEASE)
            sets = [node.selection_set for node in nodes]
            cost = self._fields.introspection.node(path[-1], sets, self._fragments)
            return RootStep(key, path, parent, reason=reason, cost=cost)
        if isinstance(child, TypeName):
            return RootStep(key, path, parent, text=child.text)
        return RootStep(key, path, parent, child)

    def _selection(self, parent: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Selection:
        sets = [node.selection_set for node in nodes]
        key = (parent.name, *map(id, sets))
        if key not in self._selections:
            children = [self._child(parent, name, group) for name, group in self._collect(parent, sets).items()]
            self._selections[key] = _with_leads(_blocks(parent, children), first=b"{")
        return self._selections[key]

    def _collect(
        self, parent: GraphQLObjectType, sets: Iterable[SelectionSetNode | None]
    ) -> dict[str, list[FieldNode]]:
        """Return the fields by response name: CollectFields of the specification."""
        groups: dict[str, list[FieldNode]] = {}
        visited: set[str] = set()

        def walk(selections: Iterable[SelectionNode]) -> None:
            for node in selections:
                if node.directives and not self._is_included(node.directives):
                    continue
                if isinstance(node, FieldNode):
                    groups.setdefault((node.alias or node.name).value, []).append(node)
                elif isinstance(node, FragmentSpreadNode):
                    if node.name.value not in visited:
                        visited.add(node.name.value)
                        fragment = self._fragments[node.name.value]
                        if self._applies(fragment, parent):
                            walk(fragment.selection_set.selections)
                elif isinstance(node, InlineFragmentNode) and self._applies(node, parent):
                    walk(node.selection_set.selections)

        for each in sets:
            walk(each.selections if each else ())
        return groups

    def _is_included(self, directives: Sequence[DirectiveNode]) -> bool:
        for directive in directives:
            value = directive.arguments[0].value if directive.arguments else None
            condition = value.value if isinstance(value, BooleanValueNode) else None
            if isinstance(value, VariableNode):
                self.directive_variables[value.name.value] = None
                condition = self._included[value.name.value] if self._included is not None else None
            if condition is (directive.name.value == "skip"):
                return False
        return True

    def _applies(self, fragment: InlineFragmentNode | FragmentDefinitionNode, parent: GraphQLObjectType) -> bool:
        condition = fragment.type_condition
        if condition is None or condition.name.value == parent.name:
            return True
        named = self._fields.schema.get_type(condition.name.value)
        return is_abstract_type(named) and self._fields.schema.is_sub_type(named, parent)

    def _child(self, parent: GraphQLObjectType, name: str, nodes: Sequence[FieldNode]) -> Step | TypeName:
        node = nodes[0]
        field_name = node.name.value
        if field_name == _TYPE_NAME:
            return TypeName(name, _key(name), b'"%b"' % parent.name.encode())
        field = self._fields.get(parent, field_name)
        if field is None:
            raise NotCompiledError("introspection" if field_name.startswith("_") else "resolver")
        if node.alias is None and not node.arguments and field.is_leaf:
            self.cache_scope = min(self.cache_scope, field.cache_scope)
            plain = self._plain_steps.get(field)
            if plain is None:
                # A new node: the document's node would hold a reference to the whole document.
                plain = self._plain_steps[field] = _step(field, name, FieldNode(name=NameNode(value=field_name)), {})
            return plain
        self._narrow(self._scope_of(field, node))
        step = _step(field, name, node, self._required)
        if field.is_abstract:
            types = self._fields.schema.get_possible_types(field.named)
            step.selections = {each.name: self._selection(each, nodes) for each in types}
        elif not field.is_leaf:
            step.selection = self._selection(field.named, nodes)
        return step

    def _narrow(self, scope: CacheScope) -> None:
        self.cache_scope = min(self.cache_scope, scope)

    def _scope_of(self, field: SchemaField, node: FieldNode) -> CacheScope:
        """Return the scope of a field; RELEASE without a page size, whose default is a setting of the server."""
        if _PAGE_SIZES[0] not in field.definition.args:
            return field.cache_scope
        for argument in node.arguments or ():
            value = argument.value
            if argument.name.value in _PAGE_SIZES and (
                isinstance(value, IntValueNode)
                or (isinstance(value, VariableNode) and value.name.value in self._required)
            ):
                return field.cache_scope
        return min(field.cache_scope, CacheScope.RELEASE)


def _step(field: SchemaField, name: str, node: FieldNode, required: Mapping[str, GraphQLInputType]) -> Step:
    """Return a step without its selection."""
    if field.arguments is None:
        return Step(name, _key(name), field, node, partial(field.call, {}), fixed=True)
    try:
        arguments = CompiledArguments(field.arguments, node, required)
    except NoTemplateError:
        raise NotCompiledError("arguments") from None
    measured = None if field.cost is None else MeasuredArguments(field.arguments, arguments.templates, required)
    if arguments.open:
        resolve = _variable_call(field, arguments, node)
        return Step(name, _key(name), field, node, resolve, fixed=False, measured=measured)
    # The types of the objects depend on the request.
    fixed = not field.is_async and not field.is_abstract
    return Step(name, _key(name), field, node, partial(field.call, arguments.fixed), fixed, measured=measured)


def _variable_call(field: SchemaField, arguments: CompiledArguments, node: FieldNode) -> Callable[[Any, Env], Any]:
    call, fixed, opened, nullable = field.call, arguments.fixed, arguments.open, arguments.nullable

    def resolve(parent: Any, env: Env) -> Any:  # noqa: ANN401 - any column
        variables = env.variables
        for name in nullable:
            if variables.get(name) is None:
                return call(_coerced(field, node, env), parent, env)
        values = fixed.copy()
        for name, read in opened:
            values[name] = read(variables)
        return call(values, parent, env)

    return resolve


def _coerced(field: SchemaField, node: FieldNode, env: Env) -> dict[str, Any]:
    """Return the arguments as graphql-core coerces them."""
    readers = field.arguments.readers if field.arguments else {}
    coerced = get_argument_values(field.definition, node, env.variable_values())
    return {readers[name][0]: readers[name][1](value)({}) for name, value in coerced.items()}


def _key(name: str) -> bytes:
    return b'"%b":' % name.encode()


def _with_leads(children: Iterable[Child], *, first: bytes) -> Selection:
    """Pair each child with the text in front of it."""
    return [(b"," if position else first, child) for position, child in enumerate(children)]


def _blocks(parent: GraphQLObjectType, children: Iterable[Step | TypeName]) -> Iterator[Child]:
    """Group neighbouring fields of the table row into blocks."""
    fingerprinted = [(child, _fingerprint(child)) for child in children]
    for has_fingerprint, group in groupby(fingerprinted, lambda pair: pair[1] is not None):
        pairs = list(group)
        neighbours = [child for child, _ in pairs]
        if has_fingerprint and any(isinstance(each, Step) for each in neighbours):
            parts = ",".join([fingerprint for _, fingerprint in pairs if fingerprint])
            yield Block(_with_leads(neighbours, first=b""), f"{parent.name}{{{parts}}}")
        else:
            yield from neighbours


def _fingerprint(child: Step | TypeName) -> str | None:
    """Return a key for the text of a field that depends on the table row alone; None for other fields."""
    if isinstance(child, TypeName):
        return f"{child.name}:{_TYPE_NAME}"
    field = child.field
    if not field.of_row or field.is_list or child.node.arguments:
        return None
    own = f"{child.name}:{field.name}"
    if field.is_leaf:
        return own
    below = child.selection[0][1] if len(child.selection) == 1 else None  # empty if @skip excluded every field
    return f"{own}>{below.fingerprint}" if isinstance(below, Block) else None
