"""A document that is known by its shape has the answer that it would have had, to the byte."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLSchema, parse, validate
from hypothesis import assume, event, given, note
from hypothesis import strategies as st

from errors import QueryTooComplex
from execution.field_metadata import CacheScope
from execution.strawberry_internals import core_schema
from schema.build import build_schema
from tests.execution.drawn_queries import Known, queries
from tests.execution.test_same_answer import LIMITS, MemoizedRawFiles, outcome, reject_if_too_long
from tests.graph import Graph
from tests.web.asking_http import post, refusal
from web.documents import Documents
from web.literals import split
from web.parameterize import parameterize
from web.parsing import MAX_CHARACTERS

if TYPE_CHECKING:
    import httpx

    from tables.dataset import Dataset

SCHEMA = build_schema()
GRAPHQL = core_schema(SCHEMA)
RUNS = "{ llmRuns(%s) { totalCount nodes { id task numGpus energyPerTokenJoules } } }"


@pytest.fixture(scope="module")
def still(sample: Dataset) -> Dataset:
    """The sample, its raw files made once."""
    return replace(sample, raw=MemoizedRawFiles(sample.raw))


def primed(dataset: Dataset, *texts: str, **variables: Any) -> Graph:  # noqa: ANN401 - any variables
    """Return a graph to which documents were sent."""
    graph = Graph(SCHEMA, dataset, limits=LIMITS)
    for text in texts:
        graph.answer(text, **variables)
    return graph


def is_known_by_shape(*texts: str) -> bool:
    """Say whether the last of some documents has variables for its literals, after the others were sent."""
    documents = Documents(GRAPHQL)
    *_, last = map(documents.document, texts)
    return bool(last.literals)


ARGUMENTS = [
    ("first: 1", "first: 2", "first: 3"),
    ("first: 1", "first: 2", "first: -1"),
    ("first: 1", "first: 2", "first: 2147483648"),
    ("first: 1", "first: 2", "first: -0"),
    ("where: {energyPerTokenJoules: {gt: 1}}", "where: {energyPerTokenJoules: {gt: 0}}", None),
    ("where: {energyPerTokenJoules: {gt: 0.5}}", "where: {energyPerTokenJoules: {gt: 0.1}}", None),
    (
        "where: {energyPerTokenJoules: {gt: 0.5}}",
        "where: {energyPerTokenJoules: {gt: 0.1}}",
        "where: {energyPerTokenJoules: {gt: 1e400}}",
    ),
    (
        "where: {energyPerTokenJoules: {gt: 1}}",
        "where: {energyPerTokenJoules: {gt: 2}}",
        f"where: {{energyPerTokenJoules: {{gt: 1{'0' * 400}}}}}",
    ),
    (
        "where: {energyPerTokenJoules: {lt: 1}}",
        "where: {energyPerTokenJoules: {lt: 2}}",
        "where: {energyPerTokenJoules: {lt: -0}}",
    ),
    ('where: {task: {eq: "gpqa"}}', 'where: {task: {eq: "lm-arena-chat"}}', 'where: {task: {eq: "gqpa"}}'),
    ('where: {task: {eq: "gpqa"}}', 'where: {task: {eq: "lm-arena-chat"}}', 'where: {task: {eq: "\\u0067pqa"}}'),
    ('where: {task: {eq: "gpqa"}}', 'where: {task: {eq: "lm-arena-chat"}}', 'where: {task: {eq: "\\ud83d\\ude00"}}'),
    ('where: {task: {eq: "gpqa"}}', 'where: {task: {eq: "lm-arena-chat"}}', 'where: {task: {eq: "\\ud83d"}}'),
    ('where: {task: {eq: "gpqa"}}', 'where: {task: {eq: "lm-arena-chat"}}', 'where: {task: {eq: ""}}'),
    ('where: {task: {eq: "gpqa"}}', 'where: {task: {eq: "lm-arena-chat"}}', 'where: {task: {eq: "a\tb"}}'),
    ('where: {task: {in: ["gpqa", "a"]}}', 'where: {task: {in: ["a", "b"]}}', 'where: {task: {in: ["c", "gpqa"]}}'),
    ('where: {task: {in: "gpqa"}}', 'where: {task: {in: "a"}}', 'where: {task: {in: "lm-arena-chat"}}'),
    ("where: {or: {numGpus: {eq: 1}}}", "where: {or: {numGpus: {eq: 2}}}", "where: {or: {numGpus: {eq: 8}}}"),
    ('after: "x"', 'after: "y"', 'after: "ß"'),
    ("first: 1, offset: 2", "first: 2, offset: 1", "first: 2, offset: 7"),
]


@pytest.mark.parametrize(("first", "second", "third"), ARGUMENTS)
def test_literals_at_the_edge_have_one_answer(still: Dataset, first: str, second: str, third: str | None) -> None:
    """Data, errors, their places: whether the shape was known, or the document was read in full."""
    texts = [RUNS % each for each in (first, second, third or first.replace("1", "7"))]
    expected = Graph(SCHEMA, still, limits=LIMITS).answer(texts[2])
    found = primed(still, *texts[:2]).answer(texts[2])
    assert outcome(found) == outcome(expected)
    assert found.extensions == expected.extensions


@pytest.mark.parametrize(
    ("known", "other"),
    [
        ('{ llmRun(id: "1") { id } }', "{ llmRun(id: 1) { id } }"),
        ("{ llmRuns(where: {energyPerTokenJoules: {gt: 1.5}}) { totalCount } }", None),
        ("{ llmRuns(first: 1) { totalCount } }", "{ llmRuns(first: 020) { totalCount } }"),
        ("{ llmRuns(first: 1) { totalCount } }", '{ llmRuns(first: "1") { totalCount } }'),
        ("{ llmRuns(first: 1) { totalCount } }", "{ llmRuns(first: 1.0) { totalCount } }"),
        ("{ llmRuns(first: 1) { totalCount } }", "{ llmRuns(first: null) { totalCount } }"),
    ],
)
def test_a_literal_of_another_kind_is_another_shape(known: str, other: str | None) -> None:
    """A text in place of a number, or a number that is none."""
    one, two = split(known), split(other or known.replace("1.5", "1"))
    assert one is not None
    assert two is None or two.shape != one.shape


def test_a_shape_is_known_from_its_second_document_on() -> None:
    """Once is no shape: a document that is sent alone leaves none behind. Sent again, a text is known itself."""
    one, two, three, four = (RUNS % f"first: {number}" for number in range(1, 5))
    assert not is_known_by_shape(one)
    assert not is_known_by_shape(one, two)
    assert is_known_by_shape(one, two, three)
    assert is_known_by_shape(one, two, three, four)
    assert not is_known_by_shape(one, two, one)
    assert not is_known_by_shape(one, two, three, three)


@pytest.mark.parametrize(
    "pattern",
    [
        "{ a: llmRuns(first: N) { totalCount } a: llmRuns(first: N) { totalCount } }",
        "{ llmRuns(first: N) { totalCount } ... on Query { llmRuns(first: N) { totalCount } } }",
        "{ llmRuns(first: N) { totalCount } ...f } fragment f on Query { llmRuns(first: N) { totalCount } }",
        "query a { llmRuns(first: N) { totalCount } } query b { llmRuns(first: N) { totalCount } }",
        '{ _entities(representations: [{__typename: "Model", modelId: "N"}]) { __typename } }',
        "query ($n: Int = N) { llmRuns(first: $n) { totalCount } }",
        "{ gpus { model } } # N",
    ],
)
def test_what_other_literals_could_change_is_not_parameterized(pattern: str) -> None:
    """Fields that may be merged, several operations, values of custom scalars, defaults of variables."""
    text = pattern.replace("N", "1")
    assert parameterize(GRAPHQL, text, parse(text)) is None


def test_a_literal_that_is_no_variable_must_be_the_same() -> None:
    """A default beside literals that vary: with the default of the first document its shape is known."""
    text = "query ($n: Int = %s) { llmRuns(first: $n, offset: %s) { totalCount } }"
    assert is_known_by_shape(text % (1, 2), text % (1, 3), text % (1, 4))
    assert not is_known_by_shape(text % (1, 2), text % (1, 3), text % (2, 4))


def test_parameterized_documents_are_valid() -> None:
    """By all of graphql-core's rules, as far as a name can be a variable's."""
    text = """query ($g: Int) {
      llmRuns(first: 3, where: {or: [{task: {in: "a"}}, {numGpus: {eq: $g}, energyPerTokenJoules: {gt: 1}}]}) {
        nodes { model { inner: llmRuns(first: 1) { totalCount } } }
      }
      ... on Query { one: model(modelId: "x") { nickname } } ...f
    } fragment f on Query { gpu(model: "H100") { model } }"""
    made = parameterize(GRAPHQL, text, parse(text))
    assert made is not None
    assert [str(slot.kind) for slot in made.slots.variables] == ["Int", "[String!]", "Float", "Int", "ID", "ID"]
    assert validate(GRAPHQL, replace(parse(text), definitions=made.definitions)) == []


def test_a_client_cannot_set_an_internal_variable(still: Dataset) -> None:
    """A variable of that name is the client's own, and unknown."""
    texts = [RUNS % f"first: {number}" for number in (1, 2, 3)]
    graph = primed(still, *texts[:2])
    assert len(graph.ask(texts[2], **{"0": 1})["llmRuns"]["nodes"]) == 3


def test_a_document_of_a_known_shape_must_not_be_longer_than_others() -> None:
    """The limit is on the text, whatever of it is a literal."""
    text = 'where: {task: {eq: "%s"}}'
    documents = Documents(GRAPHQL)
    for value in ("a", "b", "c"):
        documents.document(RUNS % (text % value))
    with pytest.raises(QueryTooComplex, match="characters"):
        documents.document(RUNS % (text % ("a" * MAX_CHARACTERS)))


_LITERAL = re.compile(r'(?<![\w"])-?\d+\b|"(?:[^"\\]|\\.)*"')


@pytest.fixture(scope="module")
def known(graph: Graph) -> Known:
    """What of the sample a query may name."""
    answer = graph.ask("""{
      llmRuns(first: 6) { edges { cursor node { id } } } diffusionRuns(first: 6) { edges { cursor node { id } } }
      models(first: 6) { edges { cursor node { modelId } } } gpus { model } tasks { name }
    }""")
    lists = ("llmRuns", "diffusionRuns", "models")
    return Known(
        keys={
            "llmRun": ["none", *(edge["node"]["id"] for edge in answer["llmRuns"]["edges"])],
            "diffusionRun": ["none", *(edge["node"]["id"] for edge in answer["diffusionRuns"]["edges"])],
            "model": ["none", *(edge["node"]["modelId"] for edge in answer["models"]["edges"])],
            "gpu": ["none", *(gpu["model"] for gpu in answer["gpus"])],
            "task": ["none", *(task["name"] for task in answer["tasks"])],
        },
        cursors={name: [edge["cursor"] for edge in answer[name]["edges"]] for name in lists},
    )


def other_literals(draw: st.DrawFn, text: str, known: Known) -> str:
    """Draw other literals for a document: numbers nearby, texts that mean something, and some that do not fit."""
    texts = [json.dumps(key) for keys in known.keys.values() for key in keys]
    texts += ['"gpqa"', '""', '"\\u0041"', '"Model"', '"\\x"']

    def other(found: re.Match[str]) -> str:
        if draw(st.integers(0, 2)) == 0:
            return found[0]
        if found[0].startswith('"'):
            return draw(st.sampled_from(texts))
        return draw(st.sampled_from(["0", "1", "2", "3", "4", "-1", "2147483648", "-0"]))

    return _LITERAL.sub(other, text)


@given(data=st.data())
def test_drawn_queries_with_other_literals_have_one_answer(still: Dataset, known: Known, data: st.DataObject) -> None:
    """Whatever the literals of a known shape are changed to: data and errors are those of the document itself."""
    assert isinstance(GRAPHQL, GraphQLSchema)
    query, variables = data.draw(queries(GRAPHQL, known))
    parts = split(query)
    assume(parts is not None and not validate(GRAPHQL, parse(query)))
    reject_if_too_long(GRAPHQL, query)
    last = data.draw(st.composite(other_literals)(query, known))
    note(query)
    note(last)
    graph = primed(still)
    assert parts is not None
    graph.documents._put_shape(query, parts.shape)  # noqa: SLF001 - as its second document does
    expected = Graph(SCHEMA, still, limits=LIMITS).answer(last, **variables)
    found = graph.answer(last, **variables)
    assert outcome(found) == outcome(expected)
    assert found.extensions == expected.extensions
    event("with errors" if expected.errors else "without errors")
    event("parameterized" if parameterize(GRAPHQL, query, parse(query)) else "as it is")


def test_an_error_over_http_names_the_literal_where_it_stands(client: httpx.Client) -> None:
    """As in a document whose shape nobody has sent."""
    text = "{ models { totalCount } llmRuns(first: %s) { totalCount } }"
    for number in (11, 12, 13):
        assert "errors" not in post(client, {"query": text % number}).json()
    found, expected = (post(client, {"query": query}) for query in (text % -14, f"{text % -14} # another shape"))
    assert found.json()["errors"][0]["locations"] == [{"line": 1, "column": 25}]
    assert (found.status_code, found.json()) == (expected.status_code, expected.json())


def test_a_literal_that_does_not_fit_is_named_over_http(client: httpx.Client) -> None:
    """No variable that the client does not know of."""
    text = "{ models { totalCount } llmRuns(offset: %s) { totalCount } }"
    for number in (11, 12, 13):
        post(client, {"query": text % number})
    status, code, message = refusal(post(client, {"query": text % 2**31}))
    assert (status, code) == (400, "GRAPHQL_VALIDATION_FAILED")
    assert message == "Int cannot represent non 32-bit signed integer value: 2147483648"


@pytest.mark.parametrize(("field", "scope"), [("first: %s", CacheScope.REVISION), ("offset: %s", CacheScope.RELEASE)])
def test_a_document_of_a_known_shape_has_its_own_cache_scope(field: str, scope: CacheScope) -> None:
    """A page size that is a literal is one, although a variable stands for it."""
    documents = Documents(GRAPHQL)
    *_, found = (documents.document(RUNS % (field % number)) for number in (1, 2, 3))
    assert found.exact is not None
    assert found.operation(None).cache_scope == found.exact().operation(None).cache_scope == scope
