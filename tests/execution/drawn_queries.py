"""Valid queries drawn by hypothesis: aliases, fragments, directives, variables, merged fields, bad arguments."""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_required_argument,
)
from hypothesis import strategies as st

from tests.execution.drawn_document import BEST, KEYS, NODES, OMITTED, RUN, Document, Known, arguments

__all__ = ["Known", "queries"]

_MAX_DEPTH = 6
_MAX_OBJECTS = 150
_MAX_TIMELINES = 8
# Approximate length of each list in the sample.
_LISTS = {
    "gpus": 2,
    "tasks": 7,
    "models": 16,
    "modelRuns": 16,
    "runsByGpu": 2,
    "runsByTask": 3,
    "devices": 2,
    "columns": 60,
}
# They would read hundreds of files here: tests/test_raw_fields_end_to_end.py covers them.
_OF_ALL_RAW_FILES = ("outputLengthDistribution", "commonTimelines")


@st.composite
def queries(draw: st.DrawFn, schema: GraphQLSchema, known: Known) -> tuple[str, dict[str, Any]]:
    """Draw a query and its variables."""
    document = Document(draw, schema, known)
    root = schema.type_map["Query"]
    assert isinstance(root, GraphQLObjectType)
    selection = _selection(document, root, depth=0, objects=1)
    declared = ", ".join(f"${name}: {kind}" for name, (kind, _value) in document.variables.items())
    text = f"query {f'({declared})' if declared else ''} {selection}\n" + "\n".join(document.fragments)
    return text, {name: value for name, (_kind, value) in document.variables.items() if value is not OMITTED}


def _selection(document: Document, parent: GraphQLObjectType, *, depth: int, objects: int) -> str:
    names = [name for name in parent.fields if _allowed(document, parent, name, depth=depth, objects=objects)]
    chosen = document.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
    parts = [_wrapped(document, parent, _field(document, parent, name, depth, objects)) for name in chosen]
    if document.chance(3):
        parts.insert(document.draw(st.integers(0, len(parts))), "__typename")
    return "{ " + " ".join(parts) + " }"


def _allowed(document: Document, parent: GraphQLObjectType, name: str, *, depth: int, objects: int) -> bool:
    if name == "timeline":
        return document.timelines + objects <= _MAX_TIMELINES
    supplied = name == "_entities" or name in BEST or (parent.name == "Query" and name in {*KEYS, *NODES, RUN})
    requires = any(is_required_argument(argument) for argument in parent.fields[name].args.values())
    if name == "_service" or name in _OF_ALL_RAW_FILES or (requires and not supplied):
        return False  # fields with other required arguments are drawn by hypothesis-graphql from the whole schema
    kind = get_named_type(parent.fields[name].type)
    if is_leaf_type(kind):
        return True
    if depth >= _MAX_DEPTH or objects * _LISTS.get(name, 3) > _MAX_OBJECTS:
        return False
    # Some objects have no field that may be drawn: they require arguments, or are nested too deeply.
    fanned = objects * _fan_out(parent, name)
    return not isinstance(kind, GraphQLObjectType) or any(
        _allowed(document, kind, child, depth=depth + 1, objects=fanned) for child in kind.fields
    )


def _wrapped(document: Document, parent: GraphQLObjectType, selected: str) -> str:
    """Sometimes put a field into an inline or named fragment, with a directive."""
    match document.draw(st.integers(0, 9)):
        case 7:
            return f"... on {parent.name}{_directive(document)} {{ {selected} }}"
        case 8:
            return f"...{_directive(document)} {{ {selected} }}"
        case 9:
            name = f"f{document.name()}"
            document.fragments.append(f"fragment {name} on {parent.name} {{ {selected} __typename }}")
            return f"...{name}{_directive(document)}"
        case _:
            return selected


def _directive(document: Document) -> str:
    if not document.chance(4):
        return ""
    value = document.draw(st.booleans())
    condition = document.variable("Boolean!", value) if document.chance(2) else str(value).lower()
    return f" @{document.one_of(('skip', 'include'))}(if: {condition})"


def _field(document: Document, parent: GraphQLObjectType, name: str, depth: int, objects: int) -> str:
    kind = get_named_type(parent.fields[name].type)
    given = arguments(document, parent, name, objects)
    # An alias for every field with arguments: two fields with the same response name must have the same arguments.
    alias = f"{document.name()}: " if given or document.chance(5) else ""
    head = f"{alias}{name}{given}"
    if name == RUN:
        return head + _run_selection(document, depth)
    if is_abstract_type(kind):
        return head + _entity_selection(document, depth)
    if not isinstance(kind, GraphQLObjectType):
        return head + _directive(document)

    def below() -> str:
        return _selection(document, kind, depth=depth + 1, objects=objects * _fan_out(parent, name))

    text = head + _directive(document) + below()
    return f"{text} {head}{below()}" if document.chance(6) else text


def _fan_out(parent: GraphQLObjectType, name: str) -> int:
    if name in {"nodes", "edges"}:
        return 3
    return 1 if "Connection" in str(parent.fields[name].type) else _LISTS.get(name, 1)


def _run_selection(document: Document, depth: int) -> str:
    parts = [
        "__typename",
        document.one_of(("id nickname", "gpu { model } avgPowerWatts", "... on Node { id }", "task")),
    ]
    for name in document.draw(st.lists(st.sampled_from(("MLEnergyRun", "LLMRun", "DiffusionRun")), max_size=3)):
        kind = document.schema.type_map[name]
        selection = "{ numGpus parallelism taskInfo { name } }"
        if isinstance(kind, GraphQLObjectType):
            selection = _selection(document, kind, depth=depth + 2, objects=1)
        parts.append(f"... on {name} {selection}")
    return "{ " + " ".join(parts) + " }"


def _entity_selection(document: Document, depth: int) -> str:
    parts = ["__typename"]
    if document.chance(3):
        parts.append(f"... on Node {{ {document.one_of(('id', '__typename', 'id __typename'))} }}")
    for name in document.draw(st.lists(st.sampled_from(("Model", "GPU", "MLEnergyTask", "LLMRun")), max_size=3)):
        kind = document.schema.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        parts.append(f"... on {name} {_selection(document, kind, depth=depth + 2, objects=4)}")
    return "{ " + " ".join(parts) + " }"
