"""State of a query while hypothesis draws it, and the arguments of its fields, good and bad."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import GraphQLObjectType, GraphQLSchema

# Key argument by lookup field, lookups by id, the one of runs of any kind, prefix of ids by lookup field, key field by
# entity type, and list whose filters a field takes.
KEYS = {"llmRun": "id", "diffusionRun": "id", "model": "modelId", "gpu": "model", "task": "name"}
NODES = {"node", "nodes"}
RUN = "run"
_ID_PREFIXES = {"model": "Model:", "gpu": "GPU:", "task": "MLEnergyTask:"}
_ENTITIES = {"Model": "modelId", "GPU": "model", "MLEnergyTask": "name", "MLEnergyDataset": "name"}
BEST = {"bestRun": "llmRuns", "bestDiffusionRun": "diffusionRuns"}
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
# Filters with a variable: its type and its values; None is null, OMITTED is an absent variable.
OMITTED = object()
_OPEN_FILTERS: dict[str, Sequence[tuple[str, str, Sequence[Any]]]] = {
    "llmRuns": (
        ("{numGpus: {gt: VARIABLE}}", "Int", (1, 2, None, OMITTED)),
        ('{task: {in: [VARIABLE, "gpqa"]}, energyPerTokenJoules: {lt: 1.5}}', "String!", ("image-chat", "gqpa")),
        ("{medianItlMs: {lte: VARIABLE, gt: 1}, isStable: {eq: true}}", "Float", (50, 20.5, None)),
        ("{or: [{numGpus: {eq: 1}}, VARIABLE]}", "LLMRunFilter!", ({"numGpus": {"eq": 2}}, {}, {"task": None})),
        ("{not: {and: VARIABLE}}", "[LLMRunFilter!]", ([], [{"numGpus": {"in": [1, 4]}}], None, OMITTED)),
        ("VARIABLE", "LLMRunFilter", ({"task": {"eq": "gpqa"}}, {"maxNumSeqs": {"gte": 64}}, None, OMITTED)),
        ("{numGpus: {in: VARIABLE}}", "[Int!] = [1, 2]", ([4], 2, OMITTED)),
    ),
    "diffusionRuns": (("{batchSize: {gte: VARIABLE}}", "Int!", (1, 4)),),
    "models": (("{totalParamsBillions: {lt: VARIABLE}}", "Float = 20", (30, OMITTED, None)),),
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
    """Names of a dataset's objects, for arguments.

    Args:
        keys: Some existing keys and an unknown one, by lookup field.
        cursors: Some cursors in any order, by list.
    """

    keys: Mapping[str, Sequence[str]]
    cursors: Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Document:
    """A query under construction."""

    draw: st.DrawFn
    schema: GraphQLSchema
    known: Known
    variables: dict[str, tuple[str, Any]] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)
    names: int = 0
    timelines: int = 0
    faults: int = 0

    def chance(self, one_in: int) -> bool:
        """Return True once in `one_in` draws; hypothesis shrinks to False."""
        return self.draw(st.integers(1, one_in)) == one_in

    def one_of(self, choices: Sequence[str]) -> str:
        """Draw one of the choices."""
        return self.draw(st.sampled_from(choices))

    def name(self) -> str:
        """Return an unused name."""
        self.names += 1
        return f"n{self.names}"

    def variable(self, kind: str, value: Any) -> str:  # noqa: ANN401 - a variable of any type
        """Declare a variable."""
        name = self.name()
        self.variables[name] = (kind, value)
        return f"${name}"


def arguments(document: Document, parent: GraphQLObjectType, name: str, objects: int) -> str:
    """Draw the arguments of a field in parentheses; empty without arguments."""
    if parent.name == "Query" and name in KEYS:
        key = document.one_of(document.known.keys[name])
        return f"({KEYS[name]}: {document.variable('ID!', key) if document.chance(2) else _quoted(key)})"
    if parent.name == "Query" and name in {*NODES, RUN}:
        return _node_arguments(document, name)
    if name == "_entities":
        return f"(representations: [{', '.join(_representations(document))}])"
    if name == "timeline":
        document.timelines += objects
        return _timeline_arguments(document)
    if "Connection" in str(parent.fields[name].type):
        return f"({', '.join(_connection_arguments(document, parent, name))})"
    return _selecting_arguments(document, parent, name)


def _selecting_arguments(document: Document, parent: GraphQLObjectType, name: str) -> str:
    """Draw the arguments of a field that selects runs but is not a connection; none for other fields."""
    taken = parent.fields[name].args
    given = []
    if "by" in taken:
        given.append(f"by: {document.one_of(('AVG_POWER_WATTS', 'TOTAL_PARAMS_BILLIONS', 'NUM_GPUS'))}")
    if "goal" in taken and document.chance(3):
        given.append("goal: MAXIMIZE")
    if "where" in taken and document.chance(2):
        given.append(f"where: {document.one_of(_FILTERS[BEST.get(name, 'llmRuns')])}")
    if "diffusionWhere" in taken and document.chance(3):
        given.append(f"diffusionWhere: {document.one_of(_FILTERS['diffusionRuns'])}")
    if "stability" in taken and document.chance(2):
        given.append(f"stability: {document.one_of(('ANY', 'UNSTABLE'))}")
    return f"({', '.join(given)})" if given else ""


def _connection_arguments(document: Document, parent: GraphQLObjectType, name: str) -> list[str]:
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


def _timeline_arguments(document: Document) -> str:
    metric = document.one_of(("POWER_DEVICE_INSTANT", "POWER_DEVICE_AVERAGE", "TEMPERATURE"))
    window = document.one_of(("", ", window: FULL", ", window: STEADY_STATE"))
    points = document.draw(st.integers(2, 9))
    if document.chance(8):
        points = document.draw(st.integers(-1, 1))
    return f"(metric: {metric}{window}, maxPoints: {points})"


def _node_arguments(document: Document, name: str) -> str:
    keys = document.known.keys
    if name == RUN:
        run = document.one_of([*keys["llmRun"], *keys["diffusionRun"]])
        return f"(id: {document.variable('ID!', run) if document.chance(2) else _quoted(run)})"
    known = [f"{_ID_PREFIXES.get(field, '')}{key}" for field, some in keys.items() for key in some]
    ids = [*known, "MLEnergyDataset:sample", "Nothing:x"]
    if name == "node":
        drawn = document.one_of(ids)
        return f"(id: {document.variable('ID!', drawn) if document.chance(2) else _quoted(drawn)})"
    several = [document.one_of(ids) for _ in range(document.draw(st.integers(0, 4)))]
    if document.chance(2):
        return f"(ids: {document.variable('[ID!]!', several)})"
    return f"(ids: [{', '.join(map(_quoted, several))}])"


def _representations(document: Document) -> list[str]:
    def one() -> str:
        kind = document.one_of(("Model", "GPU", "MLEnergyTask", "LLMRun", "DiffusionRun", "MLEnergyDataset", "Nothing"))
        key = document.one_of([key for keys in document.known.keys.values() for key in keys] + ["sample"])
        return f'{{__typename: "{kind}", {_ENTITIES.get(kind, "id")}: {_quoted(key)}}}'

    return [one() for _ in range(document.draw(st.integers(0, 4)))]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
