from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from graphql import GraphQLSchema, GraphQLSyntaxError, parse, validate
from hypothesis import event, given
from hypothesis import strategies as st

from execution.strawberry_internals import core_schema
from schema.build import build_schema
from tests.execution.drawn_queries import Known, queries
from web.validation import RULES, Validator

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLError

SCHEMA = core_schema(build_schema())
# One for all tests: it knows the frames of their valid documents.
VALIDATOR = Validator(SCHEMA)
KNOWN = Known(
    keys={"llmRun": ["a"], "diffusionRun": ["a"], "model": ["a"], "gpu": ["a"], "task": ["a"]},
    cursors={"llmRuns": ["a"], "diffusionRuns": ["a"], "models": ["a"]},
)
# Faults to insert into valid documents.
FAULTS = (
    *("nope", "nodes", "{ nope }", "{ nodes { nope } }", "{}", "(nope: 1)", "(first: 1)", "(first: $nope)", "@nope"),
    *("@skip", "@skip(if: $nope)", "@include(if: true) @include(if: true)", "...nope", "... on Nope { id }", "..."),
    *("... on GPU { model }", "$nope: Int", "$nope: Nope", "(where: {task: {eq: 1}})", "__schema { types { name } }"),
    *("fragment f on Query { gpus { model } }", "query { gpus { model } }", "mutation { a }", "subscription { a b }"),
    *("a: nickname a: modelId", '(search: "a", search: "b")', "(where: {nope: 1})", "(where: {id: null, id: null})"),
)
_TOKEN = re.compile(r'"[^"]*"|\.\.\.|[$@]?\w+|[^\s\w]')


def by_graphql_core(tree: DocumentNode) -> list[str]:
    """Return the errors of graphql-core, with all rules."""
    return shown(validate(SCHEMA, tree, RULES, max_errors=10))


def shown(errors: list[GraphQLError]) -> list[str]:
    """Return errors as a client sees them."""
    return [f"{error.message} {[place.formatted for place in error.locations or []]}" for error in errors]


@given(data=st.data())
def test_errors_are_those_of_all_rules(data: st.DataObject) -> None:
    """For any fault anywhere in a document: the same errors, in the same order, with the same locations."""
    text, _variables = data.draw(queries(SCHEMA, KNOWN))
    tokens = _TOKEN.findall(text)
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(tokens) - 1))
        tokens[place : place + data.draw(st.integers(0, 2))] = [data.draw(st.sampled_from((*FAULTS, "")))]
    text = " ".join(tokens)
    try:
        tree = parse(text)
    except GraphQLSyntaxError:
        event("no document")
        return
    expected = by_graphql_core(tree)
    assert shown(VALIDATOR.errors(text, tree, max_errors=10)) == expected
    event("with errors" if expected else "without errors")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    "place",
    [
        "FAULT { gpus { model } }",
        "{ FAULT gpus { model } }",
        "{ gpus FAULT { model } }",
        "{ gpus { FAULT model } }",
        "{ gpus { model FAULT } }",
        "{ models(FAULT) { nodes { nickname } } }",
        "query a(FAULT) { gpus { model } }",
    ],
)
def test_a_fault_is_found_at_every_kind_of_place(fault: str, place: str) -> None:
    """Each kind of fault at each kind of place, in an otherwise valid document."""
    text = place.replace("FAULT", fault)
    try:
        tree = parse(text)
    except GraphQLSyntaxError:
        return
    assert shown(VALIDATOR.errors(text, tree, max_errors=10)) == by_graphql_core(tree)


def test_plain_fields_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document of a cached frame is not visited by any rule, whatever its leaves, their order and aliases."""
    validator = Validator(SCHEMA)
    known = "{ gpus { model } models(first: 3) { totalCount nodes { nickname } } }"
    other = "{ gpus { m: model } models(first: 3) { nodes { org nickname modelId } totalCount } }"
    assert validator.errors(known, parse(known), max_errors=10) == []
    monkeypatch.setattr("web.validation.validate", None)
    assert validator.errors(other, parse(other), max_errors=10) == []


@pytest.mark.parametrize(
    "fault",
    [
        "{ gpus { model } models(first: 3) { nodes { nickname nope } } }",
        "{ gpus { model } models(first: 3) { nodes { nickname(a: 1) } } }",
        "{ gpus { model } models(first: 3) { nodes { nickname: org nickname } } }",
        "{ gpus { model } models(first: 3) { nodes { nickname @nope } } }",
        "{ gpus { model } models(first: 3) { nodes { nickname { x } } } }",
        "{ gpus { model } models(first: 3) { nodes { nickname runsByGpu } } }",
        "{ gpus { model } models(first: 3) { nodes nickname } }",
        "{ gpus { model } models(first: 3.5) { nodes { nickname } } }",
        "{ gpus { model } models(first: $n) { nodes { nickname } } }",
        "{ gpus { model } models(first: 3, search: 1) { nodes { nickname } } }",
        "query ($n: Int) { gpus { model } models(first: 3) { nodes { nickname } } }",
        "subscription { gpus { model } models(first: 3) { nodes { nickname } } }",
        "{ gpus { model } models(first: 3) { nodes { ...f } } } fragment f on Nope { nickname }",
    ],
)
def test_a_fault_beside_a_known_frame_is_found(fault: str) -> None:
    """A document that differs from a cached one in more than plain fields is validated in full."""
    validator = Validator(SCHEMA)
    known = "{ gpus { model } models(first: 3) { nodes { nickname } } }"
    assert validator.errors(known, parse(known), max_errors=10) == []
    expected = by_graphql_core(parse(fault))
    assert expected
    assert shown(validator.errors(fault, parse(fault), max_errors=10)) == expected


def test_literals_of_a_frame_do_not_count_from_its_third_document_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Literals that do not fit are found by full validation."""
    validator = Validator(SCHEMA)
    texts = [f'{{ models(first: {n}, search: "{n}") {{ nodes {{ a{n}: nickname }} }} }}' for n in range(4)]
    for text in texts[:2]:
        assert validator.errors(text, parse(text), max_errors=10) == []
    fault = texts[2].replace("first: 2,", "first: 2147483648,")
    assert shown(validator.errors(fault, parse(fault), max_errors=10)) == by_graphql_core(parse(fault)) != []
    monkeypatch.setattr("web.validation.validate", None)
    for text in texts:
        assert validator.errors(text, parse(text), max_errors=10) == []


def test_fields_that_would_merge_must_have_the_same_literals() -> None:
    """Even if documents of the shape were valid."""
    validator = Validator(SCHEMA)
    text = "{ models(first: %s) { totalCount } models(first: %s) { totalCount } }"
    for n in range(4):
        assert validator.errors(text % (n, n), parse(text % (n, n)), max_errors=10) == []
    fault = text % (1, 2)
    assert shown(validator.errors(fault, parse(fault), max_errors=10)) == by_graphql_core(parse(fault)) != []


def test_names_do_not_run_together_in_a_frame() -> None:
    """Two fields, and one field whose name is both names joined, have different frames."""
    validator = Validator(SCHEMA)
    known = "{ gpus { __typename model @skip(if: false) } }"
    fault = known.replace("__typename model", "__typenamemodel")
    assert validator.errors(known, parse(known), max_errors=10) == []
    assert shown(validator.errors(fault, parse(fault), max_errors=10)) == by_graphql_core(parse(fault))


def test_a_truncated_list_of_errors_says_so() -> None:
    """The list ends as in graphql-core."""
    text = "{ " + " ".join(f"nope{number}" for number in range(12)) + " }"
    errors = shown(VALIDATOR.errors(text, parse(text), max_errors=10))
    assert errors == by_graphql_core(parse(text))
    assert errors[-1].startswith("Too many validation errors")


def test_the_schema_is_graphql_cores() -> None:
    """The tests above use the schema that is served."""
    assert isinstance(SCHEMA, GraphQLSchema)
