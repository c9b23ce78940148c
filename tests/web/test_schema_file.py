"""`GET /schema.graphql` over HTTP: both forms of the SDL, caching, compression, CORS and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    IntrospectionQuery,
    build_client_schema,
    build_schema,
    get_introspection_query,
    lexicographic_sort_schema,
    print_schema,
    specified_directives,
    validate_schema,
)

from tests.server_process import running_server
from tests.web.http_requests import refusal
from web.client_sdl import client_sdl

if TYPE_CHECKING:
    from typing import Literal

PATH = "/schema.graphql"
FEDERATION_FIELDS = {"_service", "_entities"}
FEDERATION_TYPES = {"_Any", "_Entity", "_FieldSet", "_Service", "link__Import", "link__Purpose"}
SPECIFIED_DIRECTIVES = {each.name for each in specified_directives}


def introspected(client: httpx.Client) -> dict[str, Any]:
    """Return the server's introspection, without the names of the federation specification."""
    query = get_introspection_query(input_value_deprecation=True)
    answer = client.post("/graphql", json={"query": query}).json()["data"]
    schema = answer["__schema"]
    schema["types"] = [each for each in schema["types"] if each["name"] not in FEDERATION_TYPES]
    schema["directives"] = [each for each in schema["directives"] if each["name"] in SPECIFIED_DIRECTIVES]
    for each in schema["types"]:
        each["fields"] = [field for field in each["fields"] or () if field["name"] not in FEDERATION_FIELDS]
    return {"__schema": schema}


def printed(schema: GraphQLSchema) -> str:
    """Return a schema as text that does not depend on the order of definitions."""
    return print_schema(lexicographic_sort_schema(schema))


def gateway_sdl(client: httpx.Client) -> str:
    """Return the SDL that a gateway reads."""
    text: str = client.post("/graphql", json={"query": "{ _service { sdl } }"}).json()["data"]["_service"]["sdl"]
    return text


def test_the_file_is_the_introspected_schema(client: httpx.Client) -> None:
    """Types, descriptions, defaults and deprecations; it is valid by itself, without undefined directives."""
    response = client.get(PATH)
    schema = build_schema(response.text)  # an undefined directive or type is an error
    expected: IntrospectionQuery = introspected(client)  # type: ignore[assignment]

    assert (response.status_code, response.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert validate_schema(schema) == []
    assert printed(schema) == printed(build_client_schema(expected))


def test_the_file_has_nothing_of_federation(client: httpx.Client) -> None:
    """Its types and root fields are those of the graph."""
    schema = build_schema(client.get(PATH).text)

    assert schema.query_type
    assert schema.query_type.fields.keys() >= {"dataset", "models", "llmRuns"}
    assert schema.query_type.fields.keys().isdisjoint(FEDERATION_FIELDS)
    assert schema.type_map.keys().isdisjoint(FEDERATION_TYPES)


@pytest.mark.parametrize("query", ["?federation", "?federation=", "?federation=true"])
def test_gateways_get_the_form_with_federation(client: httpx.Client, query: str) -> None:
    """It is the text that `_service { sdl }` returns."""
    assert client.get(PATH + query).text == gateway_sdl(client)


def test_false_is_the_default(client: httpx.Client) -> None:
    """Another parameter is ignored, as elsewhere."""
    assert client.get(f"{PATH}?federation=false&x=1").text == client.get(PATH).text


def test_an_unknown_form_is_refused(client: httpx.Client) -> None:
    """The message names the parameter, its value and what is allowed."""
    assert refusal(client.get(f"{PATH}?federation=v1")) == (
        400,
        "BAD_REQUEST",
        "Parameter federation is 'v1'; allowed: true, false, or no value.",
    )


def test_a_cache_revalidates_the_file(client: httpx.Client) -> None:
    """304 for its entity tag, in a list too, and for `*`; the two forms have different tags."""
    response, gateway = client.get(PATH), client.get(f"{PATH}?federation")
    tag = response.headers["etag"]

    assert response.headers["cache-control"] == "public, max-age=60"
    assert tag != gateway.headers["etag"]
    for listed in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = client.get(PATH, headers={"If-None-Match": listed})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert "Accept-Encoding" in again.headers.get_list("vary", split_commas=True)
    assert client.get(PATH, headers={"If-None-Match": gateway.headers["etag"]}).status_code == 200


@pytest.mark.parametrize("encoding", ["br", "gzip", "zstd"])
def test_the_file_is_compressed(client: httpx.Client, encoding: Literal["br", "gzip", "zstd"]) -> None:
    """To less than a fifth, by the negotiated encoding; httpx decodes it to the same text."""
    plain = client.get(PATH, headers={"Accept-Encoding": "identity"})
    response = client.get(PATH, headers={"Accept-Encoding": f"{encoding}, *;q=0"})

    assert response.text == plain.text
    assert response.headers["content-encoding"] == encoding
    assert int(response.headers["content-length"]) < len(plain.content) / 5
    assert response.headers.get_list("vary", split_commas=True).count("Accept-Encoding") == 1


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_head_has_the_headers_of_get(client: httpx.Client, encoding: str) -> None:
    """All but those of the single response."""
    own = {"date", "x-request-id"}
    got, head = (client.request(method, PATH, headers={"Accept-Encoding": encoding}) for method in ("GET", "HEAD"))

    assert head.status_code == 200
    assert head.content == b""
    assert {name: head.headers[name] for name in head.headers.keys() - own} == {
        name: got.headers[name] for name in got.headers.keys() - own
    }


def test_pages_of_other_origins_may_read_the_file(client: httpx.Client) -> None:
    """Such as a schema explorer."""
    response = client.get(PATH, headers={"Origin": "https://example.org"})

    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(client: httpx.Client, method: str) -> None:
    """405 with the allowed methods."""
    response = client.request(method, PATH)

    assert refusal(response)[:2] == (405, "BAD_REQUEST")
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_the_file_is_the_schema_as_served() -> None:
    """With the fields of the root below the field that the operator chose, and with the operator's freshness."""
    with running_server("--source", "sample", "--root-field", "mlEnergy", "--fresh-seconds", "5") as address:
        response = httpx.get(address + PATH)
    schema = build_schema(response.text)

    assert schema.query_type
    assert list(schema.query_type.fields) == ["mlEnergy"]
    assert isinstance(nested := schema.type_map["MLEnergyQuery"], GraphQLObjectType)
    assert "llmRuns" in nested.fields
    assert response.headers["cache-control"] == "public, max-age=5"


def test_only_undefined_directives_are_removed() -> None:
    """What the SDL defines or GraphQL specifies stays: deprecations, `@oneOf`, directives for queries."""
    sdl = """
        schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"]) { query: Query }
        directive @live(every: Int = 5) on QUERY
        interface Node @key(fields: "id") { id: ID! }
        type Run implements Node @key(fields: "id") @tag(name: "public") {
          id: ID!
          old(a: Int @deprecated(reason: "Use b."), b: Int): Int @deprecated(reason: "Use new.")
        }
        input Key @oneOf { id: ID name: String @tag(name: "public") }
        enum Order { ASC @deprecated(reason: "It is the default.") DESC }
        type Query {
          run(key: Key!, order: Order): Run
          _service: _Service!
          _entities(representations: [_Any!]!): [_Entity]!
        }
        scalar _Any
        scalar link__Import
        union _Entity = Run
        type _Service { sdl: String! }
    """
    expected = """
        directive @live(every: Int = 5) on QUERY
        interface Node { id: ID! }
        type Run implements Node {
          id: ID!
          old(a: Int @deprecated(reason: "Use b."), b: Int): Int @deprecated(reason: "Use new.")
        }
        input Key @oneOf { id: ID name: String }
        enum Order { ASC @deprecated(reason: "It is the default.") DESC }
        type Query { run(key: Key!, order: Order): Run }
    """
    assert client_sdl(sdl) == print_schema(build_schema(expected)) + "\n"
