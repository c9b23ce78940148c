"""The arguments of a field in a document, compiled into functions of the variables."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import (
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    VariableNode,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from execution.graphql_core import coerce_default_value, coerce_input_literal
from execution.strawberry_internals import (
    InputContext,
    StrawberryMaybe,
    StrawberryOptional,
    has_object_definition,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from graphql import FieldNode, GraphQLField, GraphQLInputType, ValueNode

    from execution.strawberry_internals import Schema, StrawberryField

    # From the values of variables to an argument.
    Reader: TypeAlias = Callable[[Mapping[str, Any]], Any]


class NoTemplateError(Exception):
    """A literal's value depends on its variables in a way that is left to graphql-core."""


@dataclass(frozen=True, slots=True)
class Variable:
    """The place of a variable in a template: a literal's value, nested dicts and lists as graphql-core coerces it."""

    name: str


class FieldArguments:
    """The arguments that a field has, in whichever document it stands.

    Args:
        field: The field in graphql-core's schema.
        definition: The field as Strawberry knows it.
        schema: Strawberry's schema.

    Attributes:
        types: Each argument's type, by its name in the graph.
        readers: Each argument's name in Python, and what compiles a template into a function of the variables.
        defaults: Each one's name in Python and value where it is left out; those without a default are not in it.
        required: Those that must not be left out.
    """

    def __init__(self, field: GraphQLField, definition: StrawberryField, schema: Schema) -> None:
        config, registry = schema.config, schema.schema_converter.scalar_registry
        self.types = {name: argument.type for name, argument in field.args.items()}
        self.readers: dict[str, tuple[str, Callable[[Any], Reader]]] = {}
        for each in definition.arguments:
            name = config.name_converter.from_argument(each)
            context = InputContext(None, config, registry, (name,))
            self.readers[name] = (each.python_name, _compiler(each.type, self.types[name], context))
        self.required = frozenset(name for name, argument in field.args.items() if is_required_argument(argument))
        self.defaults: dict[str, tuple[str, Any]] = {}
        for name, argument in field.args.items():
            default = coerce_default_value(argument)
            if default is not Undefined:
                python_name, compiled = self.readers[name]
                self.defaults[name] = (python_name, compiled(default)({}))


class PlannedArguments:
    """The arguments of one field of a document, as its Strawberry resolver takes them.

    Literals are coerced and converted once; variables are filled in per request.

    Args:
        known: The arguments that the field has.
        node: The field in the document.

    Raises:
        NoTemplateError: It is left to graphql-core, which says what is wrong with a literal, too.
    """

    def __init__(self, known: FieldArguments, node: FieldNode) -> None:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        if not known.required <= given.keys():
            raise NoTemplateError
        self._fixed = {python_name: value for name, (python_name, value) in known.defaults.items() if name not in given}
        self._open: list[tuple[str, Reader]] = []
        needed: set[str] = set()
        for name, value in given.items():
            python_name, compiled = known.readers[name]
            template = _template(value, known.types[name])
            read = compiled(template)
            if variables := set(_variables(template)):
                needed |= variables
                self._open.append((python_name, read))
            else:
                self._fixed[python_name] = read({})
        self._needed = tuple(needed)

    @property
    def fixed(self) -> bool:
        """Whether they are the same for all variables."""
        return not self._open

    def values(self, variables: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the arguments by their Python names.

        Args:
            variables: The coerced values of the operation's variables.

        Returns:
            None where a variable is null or not given, which is left to graphql-core.
        """
        for name in self._needed:
            if variables.get(name) is None:
                return None
        values = dict(self._fixed)
        for python_name, read in self._open:
            values[python_name] = read(variables)
        return values


def filled(template: Any) -> Reader:  # noqa: ANN401 - a value of any input type
    """Return a function from the values of variables to a template with these in their places."""
    if next(_variables(template), None) is None:
        return lambda _variables: template
    match template:
        case Variable(name):
            return itemgetter(name)
        case dict():
            members = [(name, filled(part)) for name, part in template.items()]
            return lambda variables: {name: read(variables) for name, read in members}
        case _:
            items = [filled(part) for part in template]
            return lambda variables: [read(variables) for read in items]


def _compiler(kind: Any, argument_type: GraphQLInputType, context: InputContext) -> Callable[[Any], Reader]:  # noqa: ANN401 - any of Strawberry's types
    """Return a function that compiles a template into a function of the variables to Strawberry's value.

    An input class with a class method `compile` does so itself. Scalars and enums, which Strawberry leaves as
    graphql-core coerces them, are not converted: to find that out takes Strawberry 3.5 µs for each value.
    """
    if isinstance(kind, StrawberryOptional) and not isinstance(kind, StrawberryMaybe):
        kind = kind.of_type
    if is_leaf_type(get_named_type(argument_type)) and not isinstance(kind, StrawberryMaybe):
        return filled
    if has_object_definition(kind) and hasattr(kind, "compile"):
        return lambda template: filled(None) if template is None else kind.compile(template)

    def compiled(template: Any) -> Reader:  # noqa: ANN401 - a value of any input type
        read = filled(template)
        return lambda variables: context.convert(read(variables), kind)

    return compiled


def _variables(template: Any) -> Iterator[str]:  # noqa: ANN401 - a value of any input type
    match template:
        case Variable(name):
            yield name
        case dict():
            for part in template.values():
                yield from _variables(part)
        case [*items]:
            for item in items:
                yield from _variables(item)


def _has_variables(node: ValueNode) -> bool:
    match node:
        case VariableNode():
            return True
        case ListValueNode():
            return any(map(_has_variables, node.values))
        case ObjectValueNode():
            return any(_has_variables(field.value) for field in node.fields)
        case _:
            return False


def _template(node: ValueNode, kind: GraphQLInputType) -> Any:  # noqa: ANN401 - a value of any input type
    """Return a literal as graphql-core coerces it, with a `Variable` in the place of each variable."""
    if isinstance(node, VariableNode):
        return Variable(node.name.value)
    if isinstance(kind, GraphQLNonNull):
        return _template(node, kind.of_type)
    if not _has_variables(node):
        value = coerce_input_literal(node, kind)
        if value is Undefined:
            raise NoTemplateError
        return value
    match kind:
        case GraphQLList():
            items = node.values if isinstance(node, ListValueNode) else (node,)
            return [_template(item, kind.of_type) for item in items]
        case GraphQLInputObjectType() if isinstance(node, ObjectValueNode) and not kind.is_one_of:
            return _object_template(node, kind)
        case _:
            raise NoTemplateError


def _object_template(node: ObjectValueNode, kind: GraphQLInputObjectType) -> dict[str, Any]:
    if kind.out_type is not GraphQLInputObjectType.out_type:
        raise NoTemplateError  # the type makes something else of its values than a dict
    given = {field.name.value: field.value for field in node.fields}
    template: dict[str, Any] = {}
    for name, field in kind.fields.items():  # their order in the type is their order in the value
        if name in given:
            template[field.out_name or name] = _template(given[name], field.type)
        elif is_required_input_field(field):
            raise NoTemplateError
        elif (default := coerce_default_value(field)) is not Undefined:
            template[field.out_name or name] = default
    return template
