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
from web.rules import ALL_RULES, rules_for
from web.validation import errors_in

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLError

SCHEMA = core_schema(build_schema())
KNOWN = Known(
    keys={"llmRun": ["a"], "diffusionRun": ["a"], "model": ["a"], "gpu": ["a"], "task": ["a"]},
    cursors={"llmRuns": ["a"], "diffusionRuns": ["a"], "models": ["a"]},
)
# What is put into valid documents to break them: each has been a document's fault somewhere.
FAULTS = (
    *("nope", "nodes", "{ nope }", "{ nodes { nope } }", "{}", "(nope: 1)", "(first: 1)", "(first: $nope)", "@nope"),
    *("@skip", "@skip(if: $nope)", "@include(if: true) @include(if: true)", "...nope", "... on Nope { id }", "..."),
    *("... on GPU { model }", "$nope: Int", "$nope: Nope", "(where: {task: {eq: 1}})", "__schema { types { name } }"),
    *("fragment f on Query { gpus { model } }", "query { gpus { model } }", "mutation { a }", "subscription { a b }"),
    *("a: nickname a: modelId", '(search: "a", search: "b")', "(where: {nope: 1})", "(where: {id: null, id: null})"),
)
_TOKEN = re.compile(r'"[^"]*"|\.\.\.|[$@]?\w+|[^\s\w]')


def by_graphql_core(tree: DocumentNode) -> list[str]:
    """Return what graphql-core finds, by all rules."""
    return told(validate(SCHEMA, tree, ALL_RULES, max_errors=10))


def told(errors: list[GraphQLError]) -> list[str]:
    """Return what a client is told of errors."""
    return [f"{error.message} {[place.formatted for place in error.locations or []]}" for error in errors]


@given(data=st.data())
def test_errors_are_those_of_all_rules(data: st.DataObject) -> None:
    """Whatever is broken in a document, wherever: the same errors, in the same order, at the same places."""
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
    assert told(errors_in(SCHEMA, text, tree, max_errors=10)) == expected
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
def test_a_fault_is_found_wherever_it_stands(fault: str, place: str) -> None:
    """Each kind of fault at each kind of place, in a document that is fine but for it."""
    text = place.replace("FAULT", fault)
    try:
        tree = parse(text)
    except GraphQLSyntaxError:
        return
    assert told(errors_in(SCHEMA, text, tree, max_errors=10)) == by_graphql_core(tree)


def test_a_plain_document_is_asked_few_rules() -> None:
    """Neither fragments, directives, variables nor arguments: what is about these is not asked."""
    text = "{ gpus { model } }"
    assert len(rules_for(text, parse(text))) < len(ALL_RULES) / 4


def test_more_errors_than_are_told_end_with_one_that_says_so() -> None:
    """The list is cut, as graphql-core cuts it."""
    text = "{ " + " ".join(f"nope{number}" for number in range(12)) + " }"
    errors = told(errors_in(SCHEMA, text, parse(text), max_errors=10))
    assert errors == by_graphql_core(parse(text))
    assert errors[-1].startswith("Too many validation errors")


def test_the_schema_is_graphql_cores() -> None:
    """The tests above compare by the schema that is served."""
    assert isinstance(SCHEMA, GraphQLSchema)
