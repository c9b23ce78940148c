"""Compiles the arguments of a field in a document into functions of the variables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
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
    StrawberryList,
    StrawberryMaybe,
    StrawberryOptional,
    has_object_definition,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping

    from graphql import FieldNode, GraphQLField, GraphQLInputType, ValueNode

    from execution.strawberry_internals import Schema, StrawberryField

    # Returns an argument's value, given the values of the variables.
    Reader: TypeAlias = Callable[[Mapping[str, Any]], Any]


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
        leaves: Names of arguments that are scalars, enums, or lists of these.
        coerced_defaults: Default value by argument name, as graphql-core coerces it.
    """

    def __init__(self, field: GraphQLField, definition: StrawberryField, schema: Schema) -> None:
        config, registry = schema.config, schema.schema_converter.scalar_registry
        self.types = {name: argument.type for name, argument in field.args.items()}
        self.leaves = {name for name, kind in self.types.items() if is_leaf_type(get_named_type(kind))}
        self.readers: dict[str, tuple[str, Callable[[Any], Reader]]] = {}
        for each in definition.arguments:
            name = config.name_converter.from_argument(each)
            context = InputContext(None, config, registry, (name,))
            self.readers[name] = (each.python_name, _compiler(each.type, self.types[name], context))
        self.required = frozenset(name for name, argument in field.args.items() if is_required_argument(argument))
        self.defaults: dict[str, tuple[str, Any]] = {}
        self.coerced_defaults: dict[str, Any] = {}
        for name, argument in field.args.items():
            default = coerce_default_value(argument)
            if default is not Undefined:
                python_name, compiled = self.readers[name]
                self.defaults[name] = (python_name, compiled(default)({}))
                self.coerced_defaults[name] = default


class CompiledArguments:
    """The arguments of one field of a document, in the form that its Strawberry resolver takes.

    Literals are coerced and converted once; variables are inserted per request.

    Args:
        definitions: The field's argument definitions.
        node: The field in the document.
        required: The non-null variables, which are never null or omitted.

    Raises:
        NoTemplateError: An argument must be coerced by graphql-core, which also reports invalid literals.

    Attributes:
        templates: Template of each given argument, by name in the graph.
        fixed: Arguments without variables, by Python name.
        open: Python names of the other arguments, and functions that read them from the variables.
        nullable: Names of the variables that may be null or omitted, which graphql-core must handle.
    """

    def __init__(self, definitions: ArgumentDefinitions, node: FieldNode, required: Container[str]) -> None:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        if not definitions.required <= given.keys():
            raise NoTemplateError
        self.fixed = {
            python_name: value for name, (python_name, value) in definitions.defaults.items() if name not in given
        }
        self.open: list[tuple[str, Reader]] = []
        needed: set[str] = set()
        self.templates = {name: template_of(value, definitions.types[name]) for name, value in given.items()}
        for name, template in self.templates.items():
            python_name, compiled = definitions.readers[name]
            read = compiled(template)
            if variables := set(variables_in(template)):
                needed |= variables
                self.open.append((python_name, read))
            else:
                self.fixed[python_name] = read({})
        self.nullable = tuple(name for name in needed if name not in required)


def filled(template: Any) -> Reader:  # noqa: ANN401 - a value of any input type
    """Return a function that inserts the values of variables into a template."""
    if next(variables_in(template), None) is None:
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
    """Return a compiler of templates into functions that return Strawberry's value, given the variables.

    An input class with a class method `compile` is compiled by that method, also in a list. Scalars and enums skip
    Strawberry's conversion, which returns them unchanged after 3.5 µs per value.
    """
    if isinstance(kind, StrawberryOptional) and not isinstance(kind, StrawberryMaybe):
        kind = kind.of_type
    if is_leaf_type(get_named_type(argument_type)) and not isinstance(kind, StrawberryMaybe):
        return filled
    if has_object_definition(kind) and hasattr(kind, "compile"):
        return lambda template: filled(None) if template is None else kind.compile(template)
    if isinstance(kind, StrawberryList) and has_object_definition(kind.of_type) and hasattr(kind.of_type, "compile"):
        return partial(_compiled_list, kind.of_type.compile)

    def compiled(template: Any) -> Reader:  # noqa: ANN401 - a value of any input type
        read = filled(template)
        return lambda variables: context.convert(read(variables), kind)

    return compiled


def _compiled_list(compile_item: Callable[[Any], Reader], template: Any) -> Reader:  # noqa: ANN401 - a list, a variable or null
    if isinstance(template, list):
        items = [compile_item(item) for item in template]
        return lambda variables: [read(variables) for read in items]
    read_list = filled(template)

    def read(variables: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a list or null
        value = read_list(variables)
        return value if value is None else [compile_item(item)({}) for item in value]

    return read


def variables_in(template: Any) -> Iterator[str]:  # noqa: ANN401 - a value of any input type
    """Yield the names of the variables in a template."""
    match template:
        case Variable(name):
            yield name
        case dict():
            for part in template.values():
                yield from variables_in(part)
        case [*items]:
            for item in items:
                yield from variables_in(item)


def _has_variables(node: ValueNode) -> bool:
    if isinstance(node, ObjectValueNode):
        return any(_has_variables(field.value) for field in node.fields)
    return isinstance(node, VariableNode) or (isinstance(node, ListValueNode) and any(map(_has_variables, node.values)))


def template_of(node: ValueNode, kind: GraphQLInputType) -> Any:  # noqa: ANN401 - a value of any input type
    """Coerce a literal with graphql-core, with a `Variable` in place of each variable."""
    if isinstance(node, VariableNode):
        return Variable(node.name.value)
    if isinstance(kind, GraphQLNonNull):
        return template_of(node, kind.of_type)
    if not _has_variables(node):
        value = coerce_input_literal(node, kind)
        if value is Undefined:
            raise NoTemplateError
        return value
    match kind:
        case GraphQLList():
            items = node.values if isinstance(node, ListValueNode) else (node,)
            return [template_of(item, kind.of_type) for item in items]
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
            template[field.out_name or name] = template_of(given[name], field.type)
        elif is_required_input_field(field):
            raise NoTemplateError
        elif (default := coerce_default_value(field)) is not Undefined:
            template[field.out_name or name] = default
    return template
