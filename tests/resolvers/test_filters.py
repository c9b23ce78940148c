"""Compiled filters against one comparison per cell, with variables for any part of them, and their refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import BadUserInput, QueryTooComplex
from execution.arguments import Variable
from resolvers.unmatched import select_in_runs
from schema.llm_runs import LLMRunFilter
from tables.conditions import evaluate
from tests.drawn_arguments import filters
from tests.drawn_datasets import datasets
from tests.naive_oracle import rows_of, satisfies

if TYPE_CHECKING:
    from tables.dataset import Dataset
    from tests.graph import Graph

_OPERATORS = {"eq", "neq", "in", "notIn", "lt", "lte", "gt", "gte", "contains", "startsWith", "isNull"}


def with_variables(draw: st.DrawFn, value: Any, variables: dict[str, Any], *, operands_only: bool) -> Any:  # noqa: ANN401 - a filter or a part
    """Return a filter with variables in place of some of its parts; their values are added to `variables`."""

    def replaced(part: Any, *, operand: bool) -> Any:  # noqa: ANN401 - as above
        if part is not None and (operand or not operands_only) and draw(st.integers(0, 2)) == 0:
            name = f"v{len(variables)}"
            variables[name] = part
            return Variable(name)
        if isinstance(part, dict):
            return {name: replaced(inner, operand=name in _OPERATORS) for name, inner in part.items()}
        if isinstance(part, list):
            return [replaced(item, operand=operand) for item in part]
        return part

    return replaced(value, operand=False)


@given(dataset=datasets(), data=st.data(), operands_only=st.booleans())
def test_a_compiled_filter_selects_what_it_says(dataset: Dataset, data: st.DataObject, operands_only: bool) -> None:  # noqa: FBT001 - hypothesis fills it in by name
    """With variables for operands, for whole parts, or for nothing: mask, condition and the naive rows agree."""
    where = data.draw(filters(dataset, "llmRuns"))
    variables: dict[str, Any] = {}
    template = data.draw(st.composite(with_variables)(where, variables, operands_only=operands_only))
    compile_filter = LLMRunFilter.compile(template)

    table = dataset.runs["llm"]
    expected = [satisfies(row, where) for row in rows_of(dataset, "llmRuns")]
    compiled, whole = compile_filter(variables), LLMRunFilter.read(where)
    assert compiled.mask(table).tolist() == expected
    assert whole.mask(table).tolist() == expected
    assert evaluate(compiled.condition, table).tolist() == expected
    assert compiled.condition == whole.condition
    # Twice alike, as aliases of one request are; the mask is evaluated once for them.
    again = compile_filter(variables)
    assert (again, hash(again)) == (compiled, hash(compiled))
    assert LLMRunFilter.read(where) == whole


def test_filters_of_other_values_are_not_equal() -> None:
    """Of one document with other variables, and of two documents."""
    compile_filter = LLMRunFilter.compile({"numGpus": {"lt": Variable("n")}})
    assert compile_filter({"n": 1}) == compile_filter({"n": 1})
    assert compile_filter({"n": 1}) != compile_filter({"n": 2})
    assert compile_filter({"n": 1}) != LLMRunFilter.compile({"numGpus": {"lte": Variable("n")}})({"n": 1})


def test_each_mask_is_an_array_of_its_own(sample: Dataset) -> None:
    """A mask may be changed in place: none is a column's, or a former request's."""
    table = sample.runs["llm"]
    some: list[dict[str, Any]] = [
        {},
        {"not": {}},
        {"isStable": {"isNull": False}},
        {"numGpus": {"gte": 0}},
        {"gpuModel": {"notIn": []}},
    ]
    for where in some:
        mask = LLMRunFilter.read(where).mask(table)
        before = mask.tolist()
        np.logical_not(mask, out=mask)
        assert LLMRunFilter.read(where).mask(table).tolist() == before


@pytest.mark.parametrize(
    ("where", "variables", "error", "message"),
    [
        ({"gpuModel": {"eq": Variable("x")}}, {"x": "Z9"}, BadUserInput, "gpuModel 'Z9' is not in this dataset"),
        ({"numGpus": {"lt": None}}, {}, BadUserInput, "numGpus: {lt: null} compares with nothing"),
        ({"numGpus": Variable("x")}, {"x": {"lt": None}}, BadUserInput, "numGpus: {lt: null} compares with nothing"),
        ({"numGpus": {"in": Variable("x")}}, {"x": [1] * 1_001}, QueryTooComplex, "numGpus.in has 1001 items"),
        ({"gpuModel": {"in": Variable("x")}}, {"x": ["a"] * 1_001}, QueryTooComplex, "gpuModel.in has 1001 items"),
        ({"or": [{}] * 1_001}, {}, QueryTooComplex, "or has 1001 items"),
        # Of several mistakes the first is named, whatever kind it is.
        ({"gpuModel": {"eq": Variable("x")}, "numGpus": {"lt": None}}, {"x": "Z9"}, BadUserInput, "gpuModel 'Z9'"),
        ({"numGpus": {"lt": None}, "gpuModel": {"eq": Variable("x")}}, {"x": "Z9"}, BadUserInput, "numGpus: {lt"),
        (
            {"numGpus": {"in": Variable("y")}, "gpuModel": {"eq": Variable("x")}},
            {"x": "Z9", "y": [1] * 1_001},
            QueryTooComplex,
            "numGpus.in has",
        ),
        (
            {"gpuModel": {"eq": Variable("x")}, "task": {"in": Variable("y")}},
            {"x": "Z9", "y": ["a"] * 1_001},
            BadUserInput,
            "gpuModel 'Z9'",
        ),
    ],
)
def test_a_compiled_filter_refuses_what_a_given_one_does(
    sample: Dataset, where: dict[str, Any], variables: dict[str, Any], error: type[Exception], message: str
) -> None:
    """Unknown values, null operands and long lists: the first mistake of the filter, at each request."""
    compile_filter = LLMRunFilter.compile(where)
    for _ in range(2):
        compiled = compile_filter(variables)
        with pytest.raises(error, match="^" + message.replace("{", r"\{")):
            select_in_runs(sample, "llm", compiled)


_CASES: list[tuple[str, str, Any]] = [
    ("gpuModel: {eq: %s}", "String", "H100"),
    ("gpuModel: {eq: %s}", "String", "H1000"),
    ("gpuModel: {in: %s}", "[String!]", ["H100", "H1000"]),
    ("gpuModel: {in: [%s]}", "String!", "H1000"),
    ("modelId: {neq: %s}", "String", "nobody/nothing"),
    ("task: {eq: %s}", "String", "text-to-image"),
    ("not: {task: {notIn: %s}}", "[String!]", ["text-to-image"]),
    ("totalParamsBillions: {in: %s}", "[Float!]", [0.6]),
    ("numGpus: %s", "MLEnergyIntFilter", {"gte": 2, "lt": 8}),
    ("numGpus: %s", "MLEnergyIntFilter", {"gte": None}),
    ("and: %s", "[LLMRunFilter!]", [{"numGpus": {"gt": 1}}, {"or": []}]),
    ("or: [%s, {numGpus: {eq: 1}}]", "LLMRunFilter!", {"gpuModel": {"eq": "H1000"}}),
    ("numGpus: {gte: %s}", "Int", None),
    ("energyPerTokenJoules: {lt: %s}", "Float", 3),
    ("id: {in: %s}", "[ID!]", ["nothing"]),
]


@pytest.mark.parametrize(("where", "kind", "value"), _CASES)
def test_a_filter_has_one_answer_however_it_is_given(any_graph: Graph, where: str, kind: str, value: object) -> None:
    """As a literal, with a variable in it and as a variable as a whole: data, errors and warnings agree."""
    literal = _literal(value)
    selection = (
        "{ totalCount nodes { id } emptyBecause { argument condition runCount } best(by: NUM_GPUS) { run { id } } }"
    )
    answers = [
        any_graph.answer(f"{{ llmRuns(first: 3, where: {{{where % literal}}}) {selection} }}"),
        any_graph.answer(
            f"query ($value: {kind}) {{ llmRuns(first: 3, where: {{{where % '$value'}}}) {selection} }}", value=value
        ),
    ]
    literally, by_variable = (
        (answer.data, [error.message for error in answer.errors or []], answer.extensions) for answer in answers
    )
    assert by_variable == literally


def _literal(value: object) -> str:
    match value:
        case dict():
            return f"{{{', '.join(f'{name}: {_literal(part)}' for name, part in value.items())}}}"
        case list():
            return f"[{', '.join(map(_literal, value))}]"
        case str():
            return f'"{value}"'
        case None:
            return "null"
        case _:
            return str(value)
