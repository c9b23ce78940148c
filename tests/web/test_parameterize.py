"""A document that is found by its shape has the answer that it would have had, to the byte."""

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
from tests.web.http_requests import post, refusal
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
    """The sample, whose raw files are created once."""
    return replace(sample, raw=MemoizedRawFiles(sample.raw))


def primed(dataset: Dataset, *texts: str, **variables: Any) -> Graph:  # noqa: ANN401 - any variables
    """Return a graph that has executed these documents."""
    graph = Graph(SCHEMA, dataset, limits=LIMITS)
    for text in texts:
        graph.answer(text, **variables)
    return graph


def is_known_by_shape(*texts: str) -> bool:
    """Return whether the last document has variables for its literals, after the others were executed."""
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
def test_literals_at_the_limits_have_one_answer(still: Dataset, first: str, second: str, third: str | None) -> None:
    """Data, errors and locations are equal, with and without a cached shape."""
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
    """Text in place of a number, or an invalid number."""
    one, two = split(known), split(other or known.replace("1.5", "1"))
    assert one is not None
    assert two is None or two.shape != one.shape


def test_a_shape_is_cached_at_its_second_document() -> None:
    """A single document caches no shape; a repeated text is cached itself."""
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
def test_documents_that_literals_could_invalidate_are_not_parameterized(pattern: str) -> None:
    """Merged fields, several operations, custom scalars, defaults of variables."""
    text = pattern.replace("N", "1")
    assert parameterize(GRAPHQL, text, parse(text)) is None


def test_a_fixed_literal_must_be_equal() -> None:
    """A default of a variable beside literals that vary."""
    text = "query ($n: Int = %s) { llmRuns(first: $n, offset: %s) { totalCount } }"
    assert is_known_by_shape(text % (1, 2), text % (1, 3), text % (1, 4))
    assert not is_known_by_shape(text % (1, 2), text % (1, 3), text % (2, 4))


def test_parameterized_documents_are_valid() -> None:
    """By all rules of graphql-core except for the names of variables."""
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


def test_the_length_limit_holds_for_known_shapes() -> None:
    """The limit applies to the text, literals included."""
    text = 'where: {task: {eq: "%s"}}'
    documents = Documents(GRAPHQL)
    for value in ("a", "b", "c"):
        documents.document(RUNS % (text % value))
    with pytest.raises(QueryTooComplex, match="characters"):
        documents.document(RUNS % (text % ("a" * MAX_CHARACTERS)))


_LITERAL = re.compile(r'(?<![\w"])-?\d+\b|"(?:[^"\\]|\\.)*"')


@pytest.fixture(scope="module")
def known(graph: Graph) -> Known:
    """Values of the sample that a query may name."""
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
    """Draw other literals for a document: close numbers, meaningful texts, and some that do not fit."""
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
    """For any literals of a cached shape, data and errors are those of the document itself."""
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


def test_an_error_over_http_names_the_literal(client: httpx.Client) -> None:
    """As in a document of a new shape."""
    text = "{ models { totalCount } llmRuns(first: %s) { totalCount } }"
    for number in (11, 12, 13):
        assert "errors" not in post(client, {"query": text % number}).json()
    found, expected = (post(client, {"query": query}) for query in (text % -14, f"{text % -14} # another shape"))
    assert found.json()["errors"][0]["locations"] == [{"line": 1, "column": 25}]
    assert (found.status_code, found.json()) == (expected.status_code, expected.json())


def test_a_literal_that_does_not_fit_is_named_over_http(client: httpx.Client) -> None:
    """Not a variable that the client does not know."""
    text = "{ models { totalCount } llmRuns(offset: %s) { totalCount } }"
    for number in (11, 12, 13):
        post(client, {"query": text % number})
    status, code, message = refusal(post(client, {"query": text % 2**31}))
    assert (status, code) == (400, "GRAPHQL_VALIDATION_FAILED")
    assert message == "Int cannot represent non 32-bit signed integer value: 2147483648"


@pytest.mark.parametrize(("field", "scope"), [("first: %s", CacheScope.REVISION), ("offset: %s", CacheScope.RELEASE)])
def test_a_document_of_a_known_shape_has_its_own_cache_scope(field: str, scope: CacheScope) -> None:
    """A page size that is a literal counts as one, although it is a variable internally."""
    documents = Documents(GRAPHQL)
    *_, found = (documents.document(RUNS % (field % number)) for number in (1, 2, 3))
    assert found.exact is not None
    assert found.operation(None).cache_scope == found.exact().operation(None).cache_scope == scope
