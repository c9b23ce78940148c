"""relay-compiler accepts refetching of every entity and pages of every connection, and the server answers both."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from graphql import (
    GraphQLSchema,
    OperationDefinitionNode,
    build_client_schema,
    get_introspection_query,
    parse,
    print_schema,
)

from tests.clients.relay_fragments import connections, entities, page_fragments, refetch_fragments
from tests.npm_packages import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# The id of an object of each type.
IDS = """{
  LLMRun: llmRuns(first: 1) { nodes { id } } DiffusionRun: diffusionRuns(first: 1) { nodes { id } }
  Model: models(first: 1) { nodes { id } } GPU: gpus { id } MLEnergyTask: tasks { id } MLEnergyDataset: dataset { id }
}"""
Documents = dict[str, str]


@pytest.fixture(scope="module")
def ask(live_server: str) -> Callable[..., dict[str, Any]]:
    """A function that sends a query to the server and returns its data."""

    def data(query: str, **variables: Any) -> dict[str, Any]:  # noqa: ANN401 - any variables
        body = {"query": query, "variables": variables}
        answer = httpx.post(f"{live_server}/graphql", json=body, timeout=60).json()
        assert "errors" not in answer, answer["errors"]
        found: dict[str, Any] = answer["data"]
        return found

    return data


@pytest.fixture(scope="module")
def schema(ask: Callable[..., Any]) -> GraphQLSchema:
    """The schema that the server describes to clients."""
    return build_client_schema(ask(get_introspection_query()))


@pytest.fixture(scope="module")
def compiled(packages: Path, schema: GraphQLSchema, tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """The queries that relay-compiler generates for all fragments, by name."""
    refetchable, others = page_fragments(schema)
    return compile_fragments(
        packages,
        print_schema(schema),
        [*refetch_fragments(schema).values(), *refetchable.values(), *others],
        tmp_path_factory.mktemp("relay"),
    )


def compile_fragments(packages: Path, sdl: str, fragments: list[str], folder: Path) -> Documents:
    """Compile fragments with relay-compiler, and return the generated queries by name."""
    (folder / "src").mkdir()
    (folder / "schema.graphql").write_text(sdl, encoding="utf-8")
    source = "\n".join(f"graphql`{each}`;" for each in fragments)
    (folder / "src" / "app.js").write_text(source, encoding="utf-8")
    config = {
        "src": "./src",
        "schema": "./schema.graphql",
        "language": "javascript",
        "persistConfig": {"file": "./documents.json"},
    }
    (folder / "relay.config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "documents.json").write_text("{}", encoding="utf-8")
    run("node", str(packages / "relay-compiler" / "cli.js"), "relay.config.json", folder=folder)
    texts: list[str] = list(json.loads((folder / "documents.json").read_text(encoding="utf-8")).values())
    return {name_of(text): text for text in texts}


def name_of(text: str) -> str:
    """Return the name of a document's operation."""
    [operation] = [each for each in parse(text).definitions if isinstance(each, OperationDefinitionNode)]
    assert operation.name is not None
    return operation.name.value


def first_id(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return the first id in an answer."""
    while "id" not in value:
        value = value[0] if isinstance(value, list) else value["nodes"]
    found: str = value["id"]
    return found


def test_every_entity_is_refetched(
    compiled: Documents, schema: GraphQLSchema, ask: Callable[..., dict[str, Any]]
) -> None:
    """The generated query of each fragment finds the object by its id, with its type and its fields."""
    ids = {name: first_id(each) for name, each in ask(IDS).items()}
    assert {kind.name for kind in entities(schema)} == set(ids)
    for query in refetch_fragments(schema):
        name = query.removeprefix("app").removesuffix("RefetchQuery")
        node = ask(compiled[query], id=ids[name])["node"]
        assert (node["__typename"], node["id"]) == (name, ids[name])
        assert len(node) > 4


def test_every_connection_is_paged(
    compiled: Documents, schema: GraphQLSchema, ask: Callable[..., dict[str, Any]]
) -> None:
    """The generated query of each connection below the root or an entity returns its pages one after the other."""
    ids = {name: first_id(each) for name, each in ask(IDS).items()}
    refetchable, others = page_fragments(schema)
    assert len(refetchable) + len(others) == len(connections(schema)) > 15
    paged = 0
    for query, fragment in refetchable.items():
        root = fragment.split(" on ")[1].split()[0]
        variables = {} if root == "Query" else {"id": ids[root]}
        first = page_of(ask(compiled[query], count=1, **variables))
        if first["pageInfo"]["hasNextPage"]:
            paged += 1
            second = page_of(ask(compiled[query], count=1, cursor=first["pageInfo"]["endCursor"], **variables))
            assert second["edges"] != first["edges"]
    assert paged > 5


def page_of(value: dict[str, Any]) -> dict[str, Any]:
    """Return the connection in an answer."""
    while "edges" not in value:
        [value] = [each for each in value.values() if isinstance(each, dict)]
    return value


def test_types_without_node_are_refused(packages: Path, schema: GraphQLSchema, tmp_path: Path) -> None:
    """Without the interface, relay-compiler refuses the same fragment."""
    sdl = print_schema(schema).replace("type Model implements Node {", "type Model {")
    fragment = refetch_fragments(schema)["appModelRefetchQuery"]
    with pytest.raises(AssertionError, match="Invalid use of @refetchable on fragment"):
        compile_fragments(packages, sdl, [fragment], tmp_path)
