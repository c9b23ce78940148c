"""The arguments of a field in a document, worked out as far as they can be before the variables are known."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from graphql import (
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    VariableNode,
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

    # From the values of variables to the value of a literal that they stand in.
    Template: TypeAlias = Callable[[Mapping[str, Any]], Any]


class NoTemplateError(Exception):
    """A literal's value depends on its variables in a way that is left to graphql-core."""


class FieldArguments:
    """The arguments that a field has, in whichever document it stands.

    Args:
        field: The field in graphql-core's schema.
        definition: The field as Strawberry knows it.
        schema: Strawberry's schema.

    Attributes:
        types: Each argument's type, by its name in the graph.
        readers: Each argument's name in Python, and what makes Strawberry's value of graphql-core's.
        defaults: Each one's name in Python and value where it is left out; those without a default are not in it.
        required: Those that must not be left out.
    """

    def __init__(self, field: GraphQLField, definition: StrawberryField, schema: Schema) -> None:
        config, registry = schema.config, schema.schema_converter.scalar_registry
        self.types = {name: argument.type for name, argument in field.args.items()}
        self.readers: dict[str, tuple[str, Callable[[Any], Any]]] = {}
        for each in definition.arguments:
            name = config.name_converter.from_argument(each)
            converter = _converter(each.type, InputContext(None, config, registry, (name,)))
            self.readers[name] = (each.python_name, converter)
        self.required = frozenset(name for name, argument in field.args.items() if is_required_argument(argument))
        self.defaults: dict[str, tuple[str, Any]] = {}
        for name, argument in field.args.items():
            default = coerce_default_value(argument)
            if default is not Undefined:
                python_name, convert = self.readers[name]
                self.defaults[name] = (python_name, convert(default))


class PlannedArguments:
    """The arguments of one field of a document, as its Strawberry resolver takes them.

    What graphql-core and Strawberry make of literals is made once; what they make of variables is put in its place.

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
        self._open: list[tuple[str, Template, Callable[[Any], Any]]] = []
        needed: set[str] = set()
        for name, value in given.items():
            python_name, convert = known.readers[name]
            variables = set(_variables(value))
            template = _template(value, known.types[name])
            if variables:
                needed |= variables
                self._open.append((python_name, template, convert))
            else:
                self._fixed[python_name] = convert(template({}))
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
        values = dict(self._fixed)
        for name in self._needed:
            if variables.get(name) is None:
                return None
        for python_name, template, convert in self._open:
            values[python_name] = convert(template(variables))
        return values


def _converter(kind: Any, context: InputContext) -> Callable[[Any], Any]:  # noqa: ANN401 - any of Strawberry's types
    """Return what makes of graphql-core's value what Strawberry's `convert_argument` does.

    It looks at the type anew each time; an input that reads itself needs nothing of that.
    """
    inner = kind.of_type if isinstance(kind, StrawberryOptional) and not isinstance(kind, StrawberryMaybe) else kind
    read = inner.__strawberry_definition__.from_input if has_object_definition(inner) else None
    if read is None:
        return lambda value: context.convert(value, kind)
    return lambda value: None if value is None else read(cast("type", inner), value, context)


def _variables(node: ValueNode) -> Iterator[str]:
    match node:
        case VariableNode():
            yield node.name.value
        case ListValueNode():
            for item in node.values:
                yield from _variables(item)
        case ObjectValueNode():
            for field in node.fields:
                yield from _variables(field.value)


def _template(node: ValueNode, kind: GraphQLInputType) -> Template:
    """Return what coerces a literal as graphql-core does, where each of its variables has a value."""
    if isinstance(node, VariableNode):
        return itemgetter(node.name.value)
    if isinstance(kind, GraphQLNonNull):
        return _template(node, kind.of_type)
    if not any(_variables(node)):
        value = coerce_input_literal(node, kind)
        if value is Undefined:
            raise NoTemplateError
        return _always(value)
    match kind:
        case GraphQLList():
            items = node.values if isinstance(node, ListValueNode) else (node,)
            parts = [_template(item, kind.of_type) for item in items]
            return lambda variables: [part(variables) for part in parts]
        case GraphQLInputObjectType() if isinstance(node, ObjectValueNode) and not kind.is_one_of:
            return _object_template(node, kind)
        case _:
            raise NoTemplateError


def _object_template(node: ObjectValueNode, kind: GraphQLInputObjectType) -> Template:
    given = {field.name.value: field.value for field in node.fields}
    parts: list[tuple[str, Template]] = []
    for name, field in kind.fields.items():  # their order in the type is their order in the value
        if name in given:
            parts.append((field.out_name or name, _template(given[name], field.type)))
        elif is_required_input_field(field):
            raise NoTemplateError
        elif (default := coerce_default_value(field)) is not Undefined:
            parts.append((field.out_name or name, _always(default)))
    make = cast("Callable[[dict[str, Any]], Any]", kind.out_type)
    return lambda variables: make({name: part(variables) for name, part in parts})


def _always(value: object) -> Template:
    return lambda _variables: value
