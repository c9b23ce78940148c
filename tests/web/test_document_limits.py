"""Limits of a parsed document: nesting, aliases, and size with fragments expanded, checked before validation."""

from __future__ import annotations

import gc
from time import process_time
from typing import TYPE_CHECKING

import pytest
from graphql import parse

from errors import QueryTooComplex
from execution.strawberry_internals import core_schema
from schema.build import build_schema
from web.document_limits import MAX_ALIAS, MAX_ALIASES, MAX_DEPTH, MAX_NODES, check_document
from web.documents import Documents
from web.parsing import InvalidDocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = core_schema(build_schema())


def aliases(count: int, field: str = "name", first: int = 0) -> str:
    """Return this many aliases of a field."""
    return " ".join(f"a{number}: {field}" for number in range(first, first + count))


def fragment(name: str, selections: str) -> str:
    """Return a fragment."""
    return f"fragment {name} on A {{ {selections} }}"


def nested(depth: int) -> str:
    """Return a document with this many fields in each other."""
    return "{ a " * depth + "}" * depth


@pytest.mark.parametrize(
    "text",
    [
        nested(MAX_DEPTH),
        f"{{ {'a' * MAX_ALIAS}: name }}",
        f"{{ {aliases(MAX_ALIASES)} name }}",
        f"{{ {aliases(MAX_ALIASES)} b {{ {aliases(MAX_ALIASES)} }} {aliases(MAX_ALIASES, 'other', 200)} }}",
        "{ ...F ...F } fragment F on Query { " + aliases(MAX_ALIASES) + " }",
        f"{{ a {{ ...F }} }} fragment F on A {{ {' '.join(['name'] * (MAX_NODES - 1))} }}",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A ...unknown }",
    ],
    ids=["depth", "alias", "aliases", "selections", "same", "nodes", "cycle"],
)
def test_a_document_at_the_limits_is_accepted(text: str) -> None:
    """Each limit itself is allowed; fragments that are unknown or form a cycle are left to validation."""
    check_document(parse(text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (nested(MAX_DEPTH + 1), "The document is 21 fields deep; allowed: 20."),
        (f"{{ a {{ {'a' * (MAX_ALIAS + 1)}: name }} }}", " has 257 characters; allowed: 256."),
        (
            f"{{ a {{ {aliases(MAX_ALIASES + 1)} }} }}",
            "The field 'name' has 101 aliases in one selection; allowed: 100.",
        ),
        (
            f"{{ a {{ ...F ... {{ ...G }} }} }} {fragment('F', aliases(60))} {fragment('G', aliases(41, first=60))}",
            "The field 'name' has 101 aliases in one selection; allowed: 100.",
        ),
        (
            f"{{ {' '.join(f'b{n} {{ ...F }}' for n in range(51))} }} fragment F on A {{ {'name ' * 98}}}",
            "The document has 5049 fields and argument values, with fragments expanded; allowed: 5000.",
        ),
        (
            " ".join(f"query q{n} {{ ...F }}" for n in range(50))
            + "fragment F on Query { a(of: ["
            + "1 " * 99
            + "], by: {c: 1}) }",
            "The document has 5150 fields and argument values, with fragments expanded; allowed: 5000.",
        ),
        (
            "{ ...F0 }"
            + "".join(f" fragment F{n} on Query {{ a {{ ...F{n + 1} }} b {{ ...F{n + 1} }} }}" for n in range(15))
            + "fragment F15 on Query { a }",
            "The document has 98302 fields and argument values, with fragments expanded; allowed: 5000.",
        ),
    ],
    ids=["depth", "alias", "aliases", "fragments", "spreads", "operations", "doubling"],
)
def test_a_document_beyond_a_limit_is_refused(text: str, message: str) -> None:
    """The message names the document's figure and the maximum."""
    with pytest.raises(QueryTooComplex) as caught:
        check_document(parse(text))
    assert message in str(caught.value)


def test_a_long_chain_of_fragments_is_refused() -> None:
    """Before it exhausts the stack."""
    chain = "".join(f" fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(300))
    with pytest.raises(QueryTooComplex, match="nested too deeply"):
        check_document(parse("{ ...F0 }" + chain + " fragment F300 on Query { a }"))


FILTER = 'where: {or: [{task: {eq: "a"}} {task: {eq: "b"}}]}'
# Each took 180 to 850 ms of CPU without limits on comparisons and on expanded fragments.
SLOW = {
    "repeated objects": "{" + "dataset { name } " * 490 + "}",
    "conflicting names": "{ dataset {" + "a: name a: revision " * 330 + "} }",
    "repeated arguments": "{" + "llmRuns(first: 1) { totalCount } " * 220 + "}",
    "exclusive types": "{ _entities(representations: []) {"
    + "... on LLMRun { model { modelId } } ... on DiffusionRun { model { modelId } } " * 105
    + "} }",
    "fragments in each other": "{ llmRuns { nodes { ...F0 } } }"
    + "".join(
        f" fragment F{n} on LLMRun {{ model {{ llmRuns {{ nodes {{ {' '.join(f'...F{m}' for m in range(n + 1, 36))} "
        "id } } } }"
        for n in range(36)
    ),
    "operations of one fragment": "".join(f"query q{n} {{ ...F }} " for n in range(110))
    + "fragment F on Query {"
    + " ".join(f"a{n}: llmRuns({FILTER}) {{ totalCount }}" for n in range(40))
    + "}",
    "spreads of one fragment": "{ llmRuns { nodes {"
    + " ".join(f"a{n}: model {{ ...F }}" for n in range(95))
    + "} } } fragment F on Model {"
    + aliases(99, "nickname")
    + "}",
}


@pytest.fixture
def _no_collection() -> Iterator[None]:
    """Suspend the garbage collector, which would visit the objects of all tests."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_collection")
@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_no_document_takes_long_before_it_is_executed(text: str) -> None:
    """A new document is parsed, validated and compiled, or refused, in little CPU time."""
    documents = Documents(SCHEMA)
    documents.document("{ dataset { name } }")
    before = process_time()
    with pytest.raises((QueryTooComplex, InvalidDocumentError)):
        documents.document(text)
    assert process_time() - before < 0.2
