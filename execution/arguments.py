"""Compiles the arguments of a field in a document into functions of the variables."""

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

    # Returns an argument's value, given the values of the variables.
    Reader: TypeAlias = Callable[[Mapping[str, Any]], Any]


_OMITTED = object()


class NoTemplateError(Exception):
    """A literal that only graphql-core can coerce, given the values of its variables."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable in a template, which is a literal coerced by graphql-core into nested dicts and lists."""

    name: str


class ArgumentDefinitions:
    """The argument definitions of a field.

    Args:
        field: The field in graphql-core's schema.
        definition: The field in Strawberry's schema.
        schema: Strawberry's schema.

    Attributes:
        types: Type by argument name in the graph.
        readers: Python name, and compiler of a template into a `Reader`, by argument name.
        defaults: Python name and default value by argument name, for arguments with a default.
        required: Names of required arguments.
        raw_defaults: Default value by argument name, as `RawArguments` has it.
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
        self.raw_defaults: dict[str, Any] = {}
        for name, argument in field.args.items():
            default = coerce_default_value(argument)
            if default is not Undefined:
                python_name, compiled = self.readers[name]
                self.defaults[name] = (python_name, compiled(default)({}))
                self.raw_defaults[name] = default


class CompiledArguments:
    """The arguments of one field of a document, in the form that its Strawberry resolver takes.

    Literals are coerced and converted once; variables are inserted per request.

    Args:
        definitions: The field's argument definitions.
        node: The field in the document.

    Raises:
        NoTemplateError: An argument must be coerced by graphql-core, which also reports invalid literals.
    """

    def __init__(self, definitions: ArgumentDefinitions, node: FieldNode) -> None:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        if not definitions.required <= given.keys():
            raise NoTemplateError
        self._fixed = {
            python_name: value for name, (python_name, value) in definitions.defaults.items() if name not in given
        }
        self._open: list[tuple[str, Reader]] = []
        needed: set[str] = set()
        for name, value in given.items():
            python_name, compiled = definitions.readers[name]
            template = _template(value, definitions.types[name])
            read = compiled(template)
            if variables := set(_variables(template)):
                needed |= variables
                self._open.append((python_name, read))
            else:
                self._fixed[python_name] = read({})
        self._needed = tuple(needed)

    @property
    def fixed(self) -> bool:
        """Whether the arguments are the same for all variables."""
        return not self._open

    def values(self, variables: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the arguments by Python name; None if a variable is null or omitted, which graphql-core must handle.

        Args:
            variables: The coerced values of the operation's variables.
        """
        for name in self._needed:
            if variables.get(name) is None:
                return None
        values = dict(self._fixed)
        for python_name, read in self._open:
            values[python_name] = read(variables)
        return values


class RawArguments:
    """The arguments of one field of a document, coerced by graphql-core only, by name in the graph.

    For an input object, or a list of them, the value is the number of scalars in it. A null argument is absent, and an
    omitted one has its default.

    Args:
        definitions: The field's argument definitions.
        node: The field in the document.
    """

    def __init__(self, definitions: ArgumentDefinitions, node: FieldNode) -> None:
        self._fixed = dict(definitions.raw_defaults)
        self._open: list[tuple[str, Reader]] = []
        for argument in node.arguments or ():
            name, kind = argument.name.value, definitions.types[argument.name.value]
            template = _template(argument.value, kind)
            read = _filled_or_omitted(template) if is_leaf_type(get_named_type(kind)) else _number_of_scalars(template)
            if next(_variables(template), None) is not None:
                self._open.append((name, read))
            elif (value := read({})) is not None:
                self._fixed[name] = value
            else:
                self._fixed.pop(name, None)

    def values(self, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the values, without arguments that are null or have no value."""
        if not self._open:
            return self._fixed
        values = dict(self._fixed)
        for name, read in self._open:
            value = read(variables)
            if value is None:
                values.pop(name, None)
            elif value is not _OMITTED:
                values[name] = value
        return values


def filled(template: Any) -> Reader:  # noqa: ANN401 - a value of any input type
    """Return a function that inserts the values of variables into a template."""
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


def _filled_or_omitted(template: Any) -> Reader:  # noqa: ANN401 - a value of a leaf type, or a list of them
    """Return a function that inserts the values of variables, `_OMITTED` for an omitted one."""
    match template:
        case Variable(name):
            return lambda variables: variables.get(name, _OMITTED)
        case list():
            items = [_filled_or_omitted(part) for part in template]
            return lambda variables: [read(variables) for read in items]
        case _:
            return lambda _variables: template


def _number_of_scalars(template: Any) -> Reader:  # noqa: ANN401 - a value of any input type
    """Return a function that counts the scalars in an input object."""
    names = list(_variables(template))
    fixed = count_scalars(template) - len(names)
    if not names:
        return lambda _variables: fixed
    return lambda variables: fixed + sum(count_scalars(variables.get(name)) for name in names)


def count_scalars(value: Any) -> int:  # noqa: ANN401 - a value of any input type
    """Return the number of scalars and enum values in an input value; a list of 32 scalars counts as two."""
    if isinstance(value, dict):
        return max(1, sum(map(count_scalars, value.values())))
    if isinstance(value, list):
        return sum(map(count_scalars, value)) if value and isinstance(value[0], dict) else 1 + len(value) // 32
    return int(value is not None)


def _compiler(kind: Any, argument_type: GraphQLInputType, context: InputContext) -> Callable[[Any], Reader]:  # noqa: ANN401 - any of Strawberry's types
    """Return a compiler of templates into functions that return Strawberry's value, given the variables.

    An input class with a class method `compile` is compiled by that method. Scalars and enums skip Strawberry's
    conversion, which returns them unchanged after 3.5 µs per value.
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
    if isinstance(node, ObjectValueNode):
        return any(_has_variables(field.value) for field in node.fields)
    return isinstance(node, VariableNode) or (isinstance(node, ListValueNode) and any(map(_has_variables, node.values)))


def _template(node: ValueNode, kind: GraphQLInputType) -> Any:  # noqa: ANN401 - a value of any input type
    """Coerce a literal with graphql-core, with a `Variable` in place of each variable."""
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
        raise NoTemplateError  # the type converts its values into something other than a dict
    given = {field.name.value: field.value for field in node.fields}
    template: dict[str, Any] = {}
    for name, field in kind.fields.items():  # values have the order of the type's fields
        if name in given:
            template[field.out_name or name] = _template(given[name], field.type)
        elif is_required_input_field(field):
            raise NoTemplateError
        elif (default := coerce_default_value(field)) is not Undefined:
            template[field.out_name or name] = default
    return template
