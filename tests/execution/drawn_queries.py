"""Valid queries drawn by hypothesis: aliases, fragments, directives, variables, merged fields, bad arguments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type, is_required_argument
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MAX_DEPTH = 6
_MAX_OBJECTS = 150
_MAX_TIMELINES = 8
_KEYS = {"llmRun": "id", "diffusionRun": "id", "model": "modelId", "gpu": "model", "task": "name"}
_ENTITIES = {"Model": "modelId", "GPU": "model", "MLEnergyTask": "name", "MLEnergyDataset": "name"}
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
_BEST = {"bestRun": "llmRuns", "bestDiffusionRun": "diffusionRuns"}
# They read the files of all that is selected, hundreds here: tests/test_raw_fields_end_to_end.py asks them in each way.
_OF_ALL_RAW_FILES = ("outputLengthDistribution", "commonTimelines")
_FILTERS: dict[str, Sequence[str]] = {
    "llmRuns": (
        '{task: {in: ["gpqa", "image-chat"]}}',
        "{not: {numGpus: {gt: 2}}}",
        "{or: [{isStable: {eq: false}}, {energyPerTokenJoules: {lt: 0.5}}]}",
        '{nickname: {contains: "a"}, unstableReason: {isNull: true}}',
        "{task: {in: []}}",
        "{id: {in: []}}",
    ),
    "diffusionRuns": ('{task: {eq: "text-to-video"}}', "{fps: {isNull: false}}", "{or: []}"),
    "models": ('{org: {startsWith: "a"}}', "{architecture: {isNull: true}}", "{and: [{}, {}]}"),
}
# Filters around variables: the type of each, and what it may be; None is null, and _OMITTED is not given at all.
_OMITTED = object()
_OPEN_FILTERS: dict[str, Sequence[tuple[str, str, Sequence[Any]]]] = {
    "llmRuns": (
        ("{numGpus: {gt: VARIABLE}}", "Int", (1, 2, None, _OMITTED)),
        ('{task: {in: [VARIABLE, "gpqa"]}, energyPerTokenJoules: {lt: 1.5}}', "String!", ("image-chat", "gqpa")),
        ("{medianItlMs: {lte: VARIABLE, gt: 1}, isStable: {eq: true}}", "Float", (50, 20.5, None)),
        ("{or: [{numGpus: {eq: 1}}, VARIABLE]}", "LLMRunFilter!", ({"numGpus": {"eq": 2}}, {}, {"task": None})),
        ("{not: {and: VARIABLE}}", "[LLMRunFilter!]", ([], [{"numGpus": {"in": [1, 4]}}], None, _OMITTED)),
        ("VARIABLE", "LLMRunFilter", ({"task": {"eq": "gpqa"}}, {"maxNumSeqs": {"gte": 64}}, None, _OMITTED)),
        ("{numGpus: {in: VARIABLE}}", "[Int!] = [1, 2]", ([4], 2, _OMITTED)),
    ),
    "diffusionRuns": (("{batchSize: {gte: VARIABLE}}", "Int!", (1, 4)),),
    "models": (("{totalParamsBillions: {lt: VARIABLE}}", "Float = 20", (30, _OMITTED, None)),),
}
_ORDERS: dict[str, Sequence[str]] = {
    "llmRuns": (
        "[{field: ENERGY_PER_TOKEN_JOULES, direction: DESC}]",
        "[{field: UNSTABLE_REASON, nulls: FIRST}, {field: MODEL_ID}]",
        "{field: GPU_MODEL}",
    ),
    "diffusionRuns": ("[{field: FPS, nulls: FIRST}]", "[{field: BATCH_SIZE, direction: DESC}, {field: TASK}]"),
    "models": ("[{field: ARCHITECTURE}]", "[{field: TOTAL_PARAMS_BILLIONS, direction: DESC}]"),
}
_BAD: dict[str, Sequence[str]] = {
    "llmRuns": (
        'where: {task: {eq: "gqpa"}}',
        "where: {nickname: {eq: null}}",
        'where: {gpuModel: {notIn: ["H1000"]}}',
    ),
    "diffusionRuns": ('where: {task: {neq: "video"}}', "where: {fps: {gt: null}}"),
    "models": ('search: "  "', 'where: {architecture: {eq: "MoF"}}'),
}
_BAD_PAGES = (
    "first: -1",
    "last: 100000",
    "first: 1, last: 1",
    "offset: 1, last: 1",
    'after: "no cursor"',
    'before: "ß"',
)


@dataclass(frozen=True, slots=True)
class Known:
    """What of a dataset a query may name.

    Args:
        keys: Of each look-up, some keys, and one that leads nowhere.
        cursors: Of each list, some cursors, of whichever order.
    """

    keys: Mapping[str, Sequence[str]]
    cursors: Mapping[str, Sequence[str]]


@dataclass(slots=True)
class _Document:
    """A query in the making."""

    draw: st.DrawFn
    schema: GraphQLSchema
    known: Known
    variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    names: int = 0
    timelines: int = 0
    faults: int = 0

    def chance(self, one_in: int) -> bool:
        """Draw whether something happens that is to happen once in a while; not to, when hypothesis simplifies."""
        return self.draw(st.integers(1, one_in)) == one_in

    def one_of(self, choices: Sequence[str]) -> str:
        """Draw one of some texts."""
        return self.draw(st.sampled_from(choices))

    def name(self) -> str:
        """Return a name that nothing has yet."""
        self.names += 1
        return f"n{self.names}"

    def variable(self, kind: str, value: Any) -> str:  # noqa: ANN401 - a variable of any type
        """Declare a variable."""
        name = self.name()
        self.variables[name] = (kind, value)
        return f"${name}"


@st.composite
def queries(draw: st.DrawFn, schema: GraphQLSchema, known: Known) -> tuple[str, dict[str, Any]]:
    """Draw a query and its variables."""
    document = _Document(draw, schema, known)
    root = schema.type_map["Query"]
    assert isinstance(root, GraphQLObjectType)
    selection = _selection(document, root, depth=0, objects=1)
    declared = ", ".join(f"${name}: {kind}" for name, (kind, _value) in document.variables.items())
    text = f"query {f'({declared})' if declared else ''} {selection}\n" + "\n".join(document.fragments)
    return text, {name: value for name, (_kind, value) in document.variables.items() if value is not _OMITTED}


def _selection(document: _Document, parent: GraphQLObjectType, *, depth: int, objects: int) -> str:
    names = [name for name in parent.fields if _allowed(document, parent, name, depth=depth, objects=objects)]
    chosen = document.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
    parts = [_wrapped(document, parent, _field(document, parent, name, depth, objects)) for name in chosen]
    if document.chance(3):
        parts.insert(document.draw(st.integers(0, len(parts))), "__typename")
    return "{ " + " ".join(parts) + " }"


def _allowed(document: _Document, parent: GraphQLObjectType, name: str, *, depth: int, objects: int) -> bool:
    if name == "timeline":
        return document.timelines + objects <= _MAX_TIMELINES
    given = name == "_entities" or name in _BEST or (parent.name == "Query" and name in _KEYS)
    insists = any(is_required_argument(argument) for argument in parent.fields[name].args.values())
    if name == "_service" or name in _OF_ALL_RAW_FILES or (insists and not given):
        return False  # what insists on arguments of its own is drawn by hypothesis-graphql, from the whole schema
    kind = get_named_type(parent.fields[name].type)
    if is_leaf_type(kind):
        return True
    if depth >= _MAX_DEPTH or objects * _LISTS.get(name, 3) > _MAX_OBJECTS:
        return False
    # Some objects hold nothing that may be drawn: it insists on arguments, or lies too deep.
    fanned = objects * _fan_out(parent, name)
    return not isinstance(kind, GraphQLObjectType) or any(
        _allowed(document, kind, child, depth=depth + 1, objects=fanned) for child in kind.fields
    )


def _wrapped(document: _Document, parent: GraphQLObjectType, selected: str) -> str:
    """Put a field, sometimes, into an inline fragment or a named one, under a directive."""
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


def _directive(document: _Document) -> str:
    if not document.chance(4):
        return ""
    value = document.draw(st.booleans())
    condition = document.variable("Boolean!", value) if document.chance(2) else str(value).lower()
    return f" @{document.one_of(('skip', 'include'))}(if: {condition})"


def _field(document: _Document, parent: GraphQLObjectType, name: str, depth: int, objects: int) -> str:
    kind = get_named_type(parent.fields[name].type)
    arguments = _arguments(document, parent, name, objects)
    # Fields that have arguments are told apart by an alias, as two of one name must not differ in them.
    alias = f"{document.name()}: " if arguments or document.chance(5) else ""
    head = f"{alias}{name}{arguments}"
    if name == "_entities":
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


def _arguments(document: _Document, parent: GraphQLObjectType, name: str, objects: int) -> str:
    if parent.name == "Query" and name in _KEYS:
        key = document.one_of(document.known.keys[name])
        return f"({_KEYS[name]}: {document.variable('ID!', key) if document.chance(2) else _quoted(key)})"
    if name == "_entities":
        return f"(representations: [{', '.join(_representations(document))}])"
    if name == "timeline":
        document.timelines += objects
        return _timeline_arguments(document)
    if "Connection" in str(parent.fields[name].type):
        return f"({', '.join(_connection_arguments(document, parent, name))})"
    return _selecting_arguments(document, parent, name)


def _selecting_arguments(document: _Document, parent: GraphQLObjectType, name: str) -> str:
    """Draw the arguments of a field that selects runs and is no connection, and none for any other field."""
    taken = parent.fields[name].args
    given = []
    if "by" in taken:
        given.append(f"by: {document.one_of(('AVG_POWER_WATTS', 'TOTAL_PARAMS_BILLIONS', 'NUM_GPUS'))}")
    if "goal" in taken and document.chance(3):
        given.append("goal: MAXIMIZE")
    if "where" in taken and document.chance(2):
        given.append(f"where: {document.one_of(_FILTERS[_BEST.get(name, 'llmRuns')])}")
    if "diffusionWhere" in taken and document.chance(3):
        given.append(f"diffusionWhere: {document.one_of(_FILTERS['diffusionRuns'])}")
    if "stability" in taken and document.chance(2):
        given.append(f"stability: {document.one_of(('ANY', 'UNSTABLE'))}")
    return f"({', '.join(given)})" if given else ""


def _connection_arguments(document: _Document, parent: GraphQLObjectType, name: str) -> list[str]:
    given = []
    if "stability" in parent.fields[name].args and document.chance(2):
        given.append(f"stability: {document.one_of(('ANY', 'UNSTABLE', 'STABLE'))}")
    if document.faults == 0 and document.chance(12):
        document.faults += 1
        return [*given, document.one_of((*_BAD[name], *_BAD_PAGES))]
    if document.chance(3):
        given.append(f"where: {document.one_of(_FILTERS[name])}")
    elif document.chance(4):
        where, kind, values = document.draw(st.sampled_from(_OPEN_FILTERS[name]))
        variable = document.variable(kind, document.draw(st.sampled_from(values)))
        given.append(f"where: {where.replace('VARIABLE', variable)}")
    if document.chance(3):
        given.append(f"orderBy: {document.one_of(_ORDERS[name])}")
    elif document.chance(4):
        end = document.one_of(("after", "before"))
        given.append(f"{end}: {_quoted(document.one_of(document.known.cursors[name]))}")
    size = document.one_of(("first", "last"))
    number = document.draw(st.integers(0, 3))
    if document.chance(3):
        return [*given, f"{size}: {document.variable('Int', number)}"]
    return [*given, f"{size}: {number}"]


def _timeline_arguments(document: _Document) -> str:
    metric = document.one_of(("POWER_DEVICE_INSTANT", "POWER_DEVICE_AVERAGE", "TEMPERATURE"))
    window = document.one_of(("", ", window: FULL", ", window: STEADY_STATE"))
    points = document.draw(st.integers(2, 9))
    if document.chance(8):
        points = document.draw(st.integers(-1, 1))
    return f"(metric: {metric}{window}, maxPoints: {points})"


def _representations(document: _Document) -> list[str]:
    def one() -> str:
        kind = document.one_of(("Model", "GPU", "MLEnergyTask", "LLMRun", "DiffusionRun", "MLEnergyDataset", "Nothing"))
        key = document.one_of([key for keys in document.known.keys.values() for key in keys] + ["sample"])
        return f'{{__typename: "{kind}", {_ENTITIES.get(kind, "id")}: {_quoted(key)}}}'

    return [one() for _ in range(document.draw(st.integers(0, 4)))]


def _entity_selection(document: _Document, depth: int) -> str:
    parts = ["__typename"]
    for name in document.draw(st.lists(st.sampled_from(("Model", "GPU", "MLEnergyTask", "LLMRun")), max_size=3)):
        kind = document.schema.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        parts.append(f"... on {name} {_selection(document, kind, depth=depth + 2, objects=4)}")
    return "{ " + " ".join(parts) + " }"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
