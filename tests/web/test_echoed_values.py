"""Responses to long values are short, whichever part of the request contains the value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx
import pytest

from tests.server_process import running_server
from tests.web.http_requests import GRAPHQL_RESPONSE, JSON, post

if TYPE_CHECKING:
    from collections.abc import Iterator


LONG = "aB9_" * 15_000  # 60 kB, and a name of GraphQL
SPACED = "a long text, " * 4_600
MEGABYTE = "x" * 1_000_000
ALIASES = 60
SHORT = 3_000  # bytes that one error may take, in total


@pytest.fixture(scope="module")
def wide_server() -> Iterator[str]:
    """A server that accepts bodies of 4 MiB, so that a value of one megabyte reaches the resolvers."""
    with running_server("--source", "sample", "--max-body-kib", "4096") as address:
        yield address


@pytest.fixture(scope="module")
def wide_client(wide_server: str) -> Iterator[httpx.Client]:
    """A client of that server."""
    with httpx.Client(base_url=wide_server, timeout=60) as client:
        del client.headers["accept"]
        yield client


DOCUMENTS = {
    "a literal that the dataset lacks": '{llmRuns(where:{gpuModel:{eq:"%s"}}){totalCount}}',
    "a literal in a list": '{llmRuns(where:{gpuModel:{in:["%s"]}}){totalCount}}',
    "a literal of an open column": '{llmRuns(where:{modelId:{eq:"%s"}}){totalCount emptyBecause{condition}}}',
    "a literal in an or": '{llmRuns(where:{or:[{task:{eq:"%s"}}]}){totalCount emptyBecause{condition}}}',
    "a literal of another type": '{llmRuns(first:"%s"){totalCount}}',
    "a literal of an enum": '{llmRuns(stability:"%s"){totalCount}}',
    "a key": '{model(modelId:"%s"){modelId}gpu(model:"%s"){model}task(name:"%s"){name}llmRun(id:"%s"){id}}',
    "a cursor": '{llmRuns(after:"%s"){totalCount}}',
    "a search": '{models(search:"%s"){totalCount}}',
    "a side of a speedup": '{models(first:1){nodes{speedup(baseline:"%s",candidate:"H100"){pairCount}}}}',
    "two sides": '{llmRuns{pairs(match:[TASK],differ:NUM_GPUS,baseline:"%s",candidate:"%s",pick:{by:AVG_POWER_WATTS},'
    "compare:[AVG_POWER_WATTS]){count}}}",
    "a description": '"""%s""" query {llmRuns{nope}}',
    "a text that does not end": '{llmRuns(after:"%s){totalCount}}',
}
NAMES = {
    "a field": "{%s}",
    "a nested field": "{llmRuns{nodes{%s}}}",
    "an argument": "{llmRuns(%s:1){totalCount}}",
    "an input's field": "{llmRuns(where:{%s:1}){totalCount}}",
    "an enum value": "{llmRuns(stability:%s){totalCount}}",
    "an alias": "{%s:llmRuns{totalCount}}",
    "an alias below a list": "{llmRuns{nodes{%s:id}}}",
    "aliases that are at odds": "{%s:llmRuns{totalCount}%s:diffusionRuns{totalCount}}",
    "a type": "{...on %s{x}}",
    "a fragment": "{...%s}",
    "a fragment that is not used": "{dataset{name}}fragment %s on Query{dataset{name}}",
    "a directive": "{dataset@%s{name}}",
    "a variable": "{llmRuns(first:$%s){totalCount}}",
    "a variable's type": "query($a:%s){llmRuns(first:$a){totalCount}}",
    "a variable that is not used": "query($%s:Int){dataset{name}}",
    "a mutation": "mutation %s{x}",
    "an operation that is there twice": "query %s{dataset{name}} query %s{dataset{name}}",
    "no keyword": "%s{dataset{name}}",
    "a number": "{llmRuns(first:1%s){totalCount}}",
}


def _short(response: httpx.Response, *, errors: int = 1) -> dict[str, Any]:
    """Return the body of a response, which must be short and repeat no long part of the request."""
    assert len(response.content) < SHORT * errors, (len(response.content), response.content[:500])
    body: dict[str, Any] = response.json()
    entries = [*body.get("errors", ()), *body.get("extensions", {}).get("warnings", ())]
    assert entries, body
    for each in entries:
        assert len(each["message"]) <= 1_000
        assert "aB9_" * 30 not in json.dumps(each)
        assert "x" * 120 not in json.dumps(each)
    return body


@pytest.mark.parametrize("text", [LONG, SPACED], ids=["a word", "words"])
@pytest.mark.parametrize("what", DOCUMENTS)
def test_a_long_literal_has_a_short_answer(wide_client: httpx.Client, what: str, text: str) -> None:
    """In a filter, a key, a cursor, or in place of another type."""
    document = DOCUMENTS[what]
    filled = document.replace("%s", text[: 60_000 // document.count("%s")])
    _short(post(wide_client, {"query": filled}), errors=4)


@pytest.mark.parametrize("what", NAMES)
def test_a_long_name_has_a_short_answer(wide_client: httpx.Client, what: str) -> None:
    """Names that the schema lacks, repeated names, and too complex names."""
    document = NAMES[what]
    filled = document.replace("%s", LONG[: 60_000 // document.count("%s")])
    _short(post(wide_client, {"query": filled}), errors=2)


def test_a_number_of_many_digits_has_a_short_answer(wide_client: httpx.Client) -> None:
    """Python rejects numbers of more than 4,300 digits."""
    for digits in (1_000, 60_000):
        _short(post(wide_client, {"query": "{llmRuns(first:%s){totalCount}}" % ("9" * digits)}))
        _short(post(wide_client, {"query": "{llmRuns(where:{avgPowerWatts:{lt:%s}}){first}}" % ("9" * digits)}))


VARIABLES = {
    "a filter": ("LLMRunFilter", "llmRuns(where:$v){totalCount}", {"gpuModel": {"eq": MEGABYTE}}),
    "a list": ("LLMRunFilter", "llmRuns(where:$v){totalCount}", {"gpuModel": {"notIn": [MEGABYTE]}}),
    "an open column": (
        "LLMRunFilter",
        "llmRuns(where:$v){totalCount emptyBecause{condition}}",
        {"nickname": {"eq": MEGABYTE}},
    ),
    "a wrong type": ("LLMRunFilter", "llmRuns(where:$v){totalCount}", {"numGpus": {"eq": MEGABYTE}}),
    "an unknown member": ("LLMRunFilter", "llmRuns(where:$v){totalCount}", {MEGABYTE: {"eq": 1}}),
    "an enum": ("MLEnergyStability!", "llmRuns(stability:$v){totalCount}", MEGABYTE),
    "a number": ("Int", "llmRuns(first:$v){totalCount}", MEGABYTE),
    "a cursor": ("String", "llmRuns(before:$v){totalCount}", MEGABYTE),
    "a search": ("String", "models(search:$v){totalCount}", MEGABYTE),
    "a key": ("ID!", "model(modelId:$v){modelId}", MEGABYTE),
    "an id": ("ID!", "node(id:$v){__typename}", f"Model:{MEGABYTE}"),
    "ids": ("[ID!]!", "nodes(ids:$v){__typename}", [MEGABYTE]),
    "a reference": (
        "[_Any!]!",
        "_entities(representations:$v){__typename}",
        [{"__typename": "GPU", "model": {MEGABYTE: MEGABYTE}}],
    ),
    "a reference's type": ("[_Any!]!", "_entities(representations:$v){__typename}", [{"__typename": MEGABYTE}]),
}


@pytest.mark.parametrize("what", VARIABLES)
def test_a_megabyte_in_sixty_fields_has_a_short_answer(wide_client: httpx.Client, what: str) -> None:
    """One variable, used sixty times: each error shows 100 characters, and the value is compared with nothing."""
    kind, field, value = VARIABLES[what]
    fields = " ".join(f"a{number}: {field}" for number in range(ALIASES))
    response = post(wide_client, {"query": f"query ($v: {kind}) {{ {fields} }}", "variables": {"v": value}})
    _short(response, errors=ALIASES // 2)


def test_all_parts_of_a_request_are_truncated_in_errors(wide_client: httpx.Client) -> None:
    """Operation name, revision, hash, hash version, content type and `Accept`."""
    query = "query a {dataset{name}}"
    for body in (
        {"query": query, "operationName": MEGABYTE},
        {"query": query, "extensions": {"revision": MEGABYTE}},
        {"query": query, "extensions": {"persistedQuery": {"version": MEGABYTE, "sha256Hash": "1"}}},
        {"query": query, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": MEGABYTE}}},
        {"query": f"query {LONG} {{dataset{{name}}}}", "operationName": "b"},
    ):
        _short(post(wide_client, body))
    word = LONG[:40_000]
    for headers in (
        {"accept": word},
        {"content-type": word},
        {"content-type": f"{JSON};charset={word}"},
        {"content-encoding": word},
    ):
        sent = {"accept": GRAPHQL_RESPONSE, "content-type": JSON, **headers}
        _short(wide_client.post("/graphql", content=b"{}", headers=sent))
    _short(wide_client.get(f"/graphql?{urlencode({'query': query, 'revision': word})}"))
