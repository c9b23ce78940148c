"""Compiled filters: equality with a naive oracle, variables in any part, and errors."""

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
    """Replace some parts of a filter by variables, and add their values to `variables`."""

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
def test_a_compiled_filter_agrees_with_the_oracle(dataset: Dataset, data: st.DataObject, operands_only: bool) -> None:  # noqa: FBT001 - hypothesis fills it in by name
    """Mask, condition and oracle agree, with variables for operands, for whole parts, or without variables."""
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
    # Equal filters have equal hashes, so that aliases in one request share a mask.
    again = compile_filter(variables)
    assert (again, hash(again)) == (compiled, hash(compiled))
    assert LLMRunFilter.read(where) == whole


def test_filters_with_different_values_are_not_equal() -> None:
    """Filters differ if their variables or their operators differ."""
    compile_filter = LLMRunFilter.compile({"numGpus": {"lt": Variable("n")}})
    assert compile_filter({"n": 1}) == compile_filter({"n": 1})
    assert compile_filter({"n": 1}) != compile_filter({"n": 2})
    assert compile_filter({"n": 1}) != LLMRunFilter.compile({"numGpus": {"lte": Variable("n")}})({"n": 1})


def test_each_mask_is_a_new_array(sample: Dataset) -> None:
    """Changing a mask in place affects neither a column nor a later mask."""
    table = sample.runs["llm"]
    cases: list[dict[str, Any]] = [
        {},
        {"not": {}},
        {"isStable": {"isNull": False}},
        {"numGpus": {"gte": 0}},
        {"gpuModel": {"notIn": []}},
    ]
    for where in cases:
        mask = LLMRunFilter.read(where).mask(table)
        before = mask.tolist()
        np.logical_not(mask, out=mask)
        assert LLMRunFilter.read(where).mask(table).tolist() == before


@pytest.mark.parametrize(
    ("where", "variables", "error", "message"),
    [
        ({"gpuModel": {"eq": Variable("x")}}, {"x": "Z9"}, BadUserInput, "gpuModel 'Z9' is not in this dataset"),
        ({"numGpus": {"lt": None}}, {}, BadUserInput, "numGpus: {lt: null} is not allowed"),
        ({"numGpus": Variable("x")}, {"x": {"lt": None}}, BadUserInput, "numGpus: {lt: null} is not allowed"),
        ({"numGpus": {"in": Variable("x")}}, {"x": [1] * 1_001}, QueryTooComplex, "numGpus.in has 1001 items"),
        ({"gpuModel": {"in": Variable("x")}}, {"x": ["a"] * 1_001}, QueryTooComplex, "gpuModel.in has 1001 items"),
        ({"or": [{}] * 1_001}, {}, QueryTooComplex, "or has 1001 items"),
        # The first of several errors is reported, independent of their types.
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
def test_an_invalid_compiled_filter_is_refused_at_each_request(
    sample: Dataset, where: dict[str, Any], variables: dict[str, Any], error: type[Exception], message: str
) -> None:
    """Each request gets the first error: an unknown value, a null operand or a list that is too long."""
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
def test_a_literal_and_a_variable_have_the_same_answer(any_graph: Graph, where: str, kind: str, value: object) -> None:
    """Data, errors and warnings are the same for a literal and for a variable in its place."""
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
    of_literal, of_variable = (
        (answer.data, [error.message for error in answer.errors or []], answer.extensions) for answer in answers
    )
    assert of_variable == of_literal


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
