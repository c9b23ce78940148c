"""Random values of arguments, drawn by their names and types in the schema; filters select every run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type, is_list_type, is_required_argument
from graphql import get_nullable_type as nullable

from tables.catalogue import graph_name
from tables.run_kinds import RUN_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from graphql import GraphQLField, GraphQLInputType
    from numpy.typing import NDArray

    from tables.dataset import Dataset, Entity
    from tables.table import Table

DEFAULT_RUN_KIND = next(iter(RUN_KINDS))
# Maximum of a number, and of the length of a list.
_NUMBERS: dict[str, int] = {
    "first": 2_000,
    "last": 2_000,
    "bins": 1_000,
    "maxPoints": 5_000,
    "runnersUp": 100,
    "limit": 2_000,
}
_NUMBERS |= {"maxSamples": 4_096, "seed": 100, "offset": 100}
_LENGTHS = {"edges": 1_001, "p": 101, "at": 1_000, "exclude": 3, "minimize": 5, "maximize": 1, "by": 8, "orderBy": 32}
_LENGTHS |= {"against": 16}
_MAX_NUMBER = 10  # of other arguments
_MAX_CONDITIONS = 1_000
_MAX_VALUES = 1_000
_MAX_SEARCH = 200
_NEVER = {"after", "before", "last"}  # they exclude each other, and make a page smaller
_ENTITIES: Mapping[str, Entity] = {"Model": "Model", "GPU": "GPU", "MLEnergyTask": "Task"}
_STEPS = (0.05, 0.1, 1.0, 10.0)
_WORDS = ("qwen", "llama", "3", "gpt", "oss", "70b", "instruct", "deepseek", "r1", "coder", "a", "e")


@dataclass(frozen=True, slots=True)
class Values:
    """Values of a dataset that arguments refer to.

    Args:
        keys: Keys of rows by the name of their type.
        with_runs: Keys of entities that have runs of a kind, most runs first, by the kind and the name of their type.
        cells: Distinct texts of each column that has several, by the name of the enum of columns.
        filled: Numeric columns without nulls, as fields of a filter, by the name of the filter type.
        texts: Text columns, likewise.
    """

    keys: Mapping[str, Sequence[str]]
    with_runs: Mapping[str, Mapping[str, Sequence[str]]]
    cells: Mapping[str, Mapping[str, Sequence[str]]]
    filled: Mapping[str, Sequence[str]]
    texts: Mapping[str, Sequence[str]]


def values_of(dataset: Dataset) -> Values:
    """Return the values of a dataset."""
    tables: dict[str, Table] = {RUN_KINDS[kind].type_name: table for kind, table in dataset.runs.items()}
    entities = {"Model": dataset.models, "GPU": dataset.gpus, "MLEnergyTask": dataset.tasks}
    filters = {f"{name}Filter": table for name, table in tables.items()} | {"MLEnergyModelFilter": dataset.models}
    keys = {name: table.columns[table.key].to_pylist() for name, table in (tables | entities).items()}
    with_runs = {
        kind: {name: _by_runs(keys[name], dataset.run_children[own, kind].counts) for name, own in _ENTITIES.items()}
        for kind in RUN_KINDS
    }
    return Values(
        keys,
        with_runs,
        {f"{name}Key": _distinct(table) for name, table in tables.items()},
        {name: _columns(table, text=False) for name, table in filters.items()},
        {name: _columns(table, text=True) for name, table in filters.items()},
    )


def _by_runs(keys: Sequence[str], counts: NDArray[np.int64]) -> list[str]:
    """Return the keys of rows with runs, most runs first."""
    return [keys[row] for row in np.argsort(-counts, kind="stable").tolist() if counts[row]]


def _distinct(table: Table) -> dict[str, list[str]]:
    found = {}
    for name, column in table.columns.items():
        texts = sorted({_cell(value) for value in column.to_pylist() if value is not None})
        if len(texts) > 1:
            found[name.upper()] = texts
    return found


def _cell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _columns(table: Table, *, text: bool) -> list[str]:
    fits = pa.types.is_string if text else (lambda kind: pa.types.is_integer(kind) or pa.types.is_floating(kind))
    return [
        graph_name(name)
        for name, column in table.columns.items()
        if name != "id" and fits(column.type) and (text or column.null_count == 0)
    ]


class Arguments:
    """Draws arguments.

    Args:
        random: The source of randomness.
        values: The values that arguments refer to.

    Attributes:
        run_kind: The kind of run that entities must have. Few have both, and a query of the others selects nothing.
        empty_share: Probability of a filter that selects nothing.
    """

    def __init__(self, random: Random, values: Values) -> None:
        self.run_kind = DEFAULT_RUN_KIND
        self.empty_share = 0.0
        self._random = random
        self._values = values

    def draw(
        self, name: str, definition: GraphQLField, *, size: float = 1.0, optional: float = 0.4, wanted: str = ""
    ) -> dict[str, Any]:
        """Draw the arguments of a field.

        Args:
            name: Name of the field.
            definition: The field.
            size: Exponent of the sizes, 0 to 1: a number is at most its maximum to the power of `size`.
            optional: Probability of an optional argument.
            wanted: An optional argument that must be drawn.
        """
        drawn = {}
        for argument, each in definition.args.items():
            if argument == wanted or is_required_argument(each) or (argument not in _NEVER and self._chance(optional)):
                drawn[argument] = self.value(argument, each.type, name, size)
        return self._consistent(definition, drawn)

    @staticmethod
    def most(argument: str) -> int:
        """Return the maximum of a number."""
        return _NUMBERS.get(argument, _MAX_NUMBER)

    def number(self, most: int, size: float = 1.0) -> int:
        """Draw a number from 1 to `most ** size`, with a uniform logarithm."""
        drawn: int = round(most ** (size * self._random.random()))
        return max(1, min(most, drawn))

    def value(self, argument: str, kind: GraphQLInputType, name: str, size: float) -> Any:  # noqa: ANN401, PLR0911
        """Draw the value of an argument."""
        named: Any = get_named_type(kind)
        if isinstance(named, GraphQLInputObjectType):
            return self._object(argument, named, several=is_list_type(nullable(kind)), size=size)
        if isinstance(named, GraphQLEnumType):
            if not is_list_type(nullable(kind)):
                return self._random.choice([each for each in named.values if each != "UNSTABLE"])
            most = min(_LENGTHS.get(argument, 99), len(named.values))
            return self._random.sample([*named.values], self.number(most, size))
        if is_list_type(nullable(kind)):
            return self._numbers(argument, named.name, size)
        match named.name:
            case "Int":
                return self.number(self.most(argument), size)
            case "Float":
                return self._random.choice(_STEPS) if argument == "stepS" else 100_000.0
            case "Boolean":
                return self._random.random() < 0.5  # noqa: PLR2004 - either
            case _:
                return self._text(argument, name, size)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _numbers(self, argument: str, kind: str, size: float) -> list[Any]:
        count = self.number(_LENGTHS.get(argument, 10), size)
        match argument:
            case "edges":
                return [float(each) for each in range(max(2, count))]
            case "p":
                return [float(each) for each in range(count)]
            case "representations":
                return self.representations(count)
            case "ids":
                return self.ids(count)
            case _:
                return [*range(1, count + 1)] if kind == "Int" else [float(each) for each in range(count)]

    def representations(self, count: int, *, kind: str = "") -> list[dict[str, str]]:
        """Draw references to entities of one type, or of any."""
        fields = {"Model": "modelId", "GPU": "model", "MLEnergyTask": "name", "MLEnergyDataset": "name"}
        drawn = []
        for _ in range(count):
            chosen = kind or self._random.choice([*self._values.keys])
            keys = self._keys(chosen) or ("",)
            drawn.append({"__typename": chosen, fields.get(chosen, "id"): self._random.choice(keys)})
        return drawn

    def ids(self, count: int, *, kind: str = "") -> list[str]:
        """Draw ids of objects of one type, or of any."""
        drawn = self.representations(count, kind=kind)
        return [each.get("id") or ":".join(each.values()) for each in drawn]

    def _text(self, argument: str, name: str, size: float) -> str:
        if argument == "search":
            words = [self._random.choice(_WORDS) for _ in range(self.number(_MAX_SEARCH // 8, size))]
            return " ".join(words)[:_MAX_SEARCH]
        if name == "node":
            return self.ids(1)[0]
        if argument in {"baseline", "candidate", "over", "model"}:
            return self._random.choice(self._values.keys["GPU"])
        kinds = {"modelId": "Model", "name": "MLEnergyTask" if name == "task" else "", "id": f"{name[:3].upper()}Run"}
        kind = {"llmRun": "LLMRun", "diffusionRun": "DiffusionRun", "__type": ""}.get(name, kinds.get(argument, ""))
        if kind in _ENTITIES:  # the one with the most runs: the estimate does not know which one it is
            return self._keys(kind)[0]
        return self._random.choice(self._keys(kind) or ("LLMRun",))

    def _keys(self, kind: str) -> Sequence[str]:
        """Return the keys of a type: for entities, of those with runs of the kind."""
        return self._values.with_runs[self.run_kind].get(kind) or self._values.keys.get(kind, ())

    def _object(self, argument: str, kind: GraphQLInputObjectType, *, several: bool, size: float) -> Any:  # noqa: ANN401
        if kind.name in self._values.filled:
            return self.condition(kind.name, self.number(_MAX_CONDITIONS, size))
        count = self.number(_LENGTHS.get(argument, 8), size) if several else 1
        drawn = [
            {
                name: self.value(name, each.type, "", size)
                for name, each in kind.fields.items()
                if is_required_argument(each) or self._chance(0.5)
            }
            for _ in range(count)
        ]
        return drawn if several else drawn[0]

    def condition(self, filter_type: str, comparisons: int) -> dict[str, Any]:
        """Draw a filter of some comparisons that every row satisfies, or none."""
        numeric, texts = self._values.filled[filter_type], self._values.texts[filter_type]
        if not numeric:
            return {}
        always = [{self._random.choice(numeric): self._always()} for _ in range(max(1, comparisons))]
        if self._chance(self.empty_share):
            return {"and": [*always, {self._random.choice(numeric): {"lt": -1}}]}
        if comparisons <= 1:
            return always[0]
        if self._chance(0.5):
            return {"and": always}
        searched = [{self._random.choice(texts): {"contains": "a"}} for _ in range(comparisons // 2)]
        return {"or": [*searched, *always[len(searched) :]]}

    def _always(self) -> dict[str, Any]:
        """Draw a comparison that every number satisfies, because none is negative."""
        if self._chance(0.9):
            return {"gte": 0}
        return {"notIn": [-1 - number for number in range(self.number(_MAX_VALUES))]}

    def _consistent(self, definition: GraphQLField, drawn: dict[str, Any]) -> dict[str, Any]:
        """Replace arguments that depend on each other: sides of a comparison, objectives, aggregates."""
        if "differ" in drawn or ("candidate" in drawn and "by" in drawn):
            column = "differ" if "differ" in drawn else "by"
            enum: Any = get_named_type(definition.args[column].type)
            cells = {name: texts for name, texts in self._values.cells[enum.name].items() if name in enum.values}
            drawn[column] = self._random.choice([*cells])
            drawn["baseline"], drawn["candidate"] = self._random.sample(cells[drawn[column]], 2)
            if "match" in drawn:
                drawn["match"] = [name for name in drawn["match"] if name != drawn[column]] or [
                    next(name for name in enum.values if name != drawn[column])
                ]
        elif {"candidate", "over"} & drawn.keys():  # of GPUs
            if "candidate" in drawn:
                drawn["baseline"], drawn["candidate"] = self._random.sample([*self._values.keys["GPU"]], 2)
            if "match" in drawn:
                drawn["match"] = [name for name in drawn["match"] if name != "GPU_MODEL"] or ["MODEL_ID"]
        if "minimize" in definition.args:
            drawn.setdefault("minimize", self.value("minimize", definition.args["minimize"].type, "", 1.0))
            others = {*drawn["minimize"], *drawn.get("against", ())}
            drawn["maximize"] = [name for name in drawn.get("maximize", ()) if name not in others]
        for argument in ("to", "aggregate"):
            if drawn.get(argument) == "COUNT":
                drawn[argument] = "MEDIAN"
        if "aggregate" in (order := drawn.get("orderBy", ())):  # of groups
            order["of"] = "AVG_POWER_WATTS"
        return drawn
