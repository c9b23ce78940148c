"""Answers that differ between processes over the same revision are not stored in HTTP caches."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import httpx
import pytest
from graphql import (
    FragmentDefinitionNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    get_named_type,
    is_leaf_type,
    parse,
)

from execution.field_metadata import CacheScope
from execution.operation import Engine
from execution.strawberry_internals import core_schema
from sample import write_sample
from schema.build import build_schema
from tests.server_process import running_server
from tests.test_imports import ROOT, TABLE
from web.release import _FOLDERS, release_digest

if TYPE_CHECKING:
    from pathlib import Path

    from graphql import GraphQLSchema

NAMES = ("one", "another")


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The schema, as a schema of graphql-core."""
    return core_schema(build_schema())


def _dataset_type(schema: GraphQLSchema) -> GraphQLObjectType:
    """Return the type of `dataset`."""
    assert schema.query_type is not None
    kind = get_named_type(schema.query_type.fields["dataset"].type)
    assert isinstance(kind, GraphQLObjectType)
    return kind


def test_answers_that_differ_between_servers_have_different_tags(schema: GraphQLSchema, tmp_path: Path) -> None:
    """Two servers over one revision, with two directory names and two default pages.

    If the answers differ, the tags differ too and neither answer is immutable; immutable answers are equal.
    """
    kind = _dataset_type(schema)
    leaves = [name for name, field in kind.fields.items() if is_leaf_type(get_named_type(field.type))]
    queries = [
        *(f"{{ dataset {{ {name} }} }}" for name in leaves),
        f'{{ _entities(representations: [{{__typename: "{kind.name}", name: "one"}}]) {{ __typename }} }}',
        "{ llmRuns { nodes { id } } }",
        "{ llmRuns(first: 7) { nodes { id } } }",
        "{ gpus { model llmRuns { nodes { id } } } }",
        "{ tasks { name } }",
        "{ _service { sdl } }",
    ]
    write_sample(tmp_path / "one", runs=40, seed=3)
    shutil.copytree(tmp_path / "one", tmp_path / "another")
    answers: list[list[httpx.Response]] = []
    for name, page in zip(NAMES, ("5", "6"), strict=True):
        with (
            running_server("--source", str(tmp_path / name), "--default-page", page) as address,
            httpx.Client(base_url=address) as client,
        ):
            revision = client.get("/graphql", params={"query": "{ __typename }"}).headers["x-dataset-revision"]
            rounds = [
                [
                    client.get("/graphql", params={"query": query, **pinned})
                    for query in queries
                    for pinned in ({}, {"revision": revision})
                ]
                for _ in range(4)
            ]
        for later in rounds[1:]:  # from memory
            for response, first in zip(later, rounds[0], strict=True):
                assert response.content == first.content
                for header in ("etag", "cache-control"):
                    assert response.headers.get(header) == first.headers.get(header)
        answers.append(rounds[0])
    different = 0
    for one, other in zip(*answers, strict=True):
        assert "errors" not in one.json(), one.text
        if one.content != other.content:
            different += 1
            assert one.headers.get("etag", "none of one") != other.headers.get("etag", "none of the other"), one.url
            assert "immutable" not in one.headers["cache-control"] + other.headers["cache-control"], one.url
    assert different >= 2 * 5  # name, loadedAt, the entity, two default pages: with and without revision
    by_query = {str(response.url): response.headers["cache-control"] for response in answers[0]}
    assert sum("immutable" in value for value in by_query.values()) >= 3


@pytest.mark.parametrize(
    ("query", "scope"),
    [
        ("{ dataset { revision llmRunCount } }", CacheScope.REVISION),
        ("{ dataset { loadedAt } }", CacheScope.PROCESS),
        ("{ d: dataset { l: loadedAt } }", CacheScope.PROCESS),
        (
            "{ dataset { ...A } } fragment A on MLEnergyDataset { ...B } fragment B on MLEnergyDataset { url }",
            CacheScope.PROCESS,
        ),
        ("{ ... on Query { dataset { ... { source } } } }", CacheScope.PROCESS),
        ("query ($yes: Boolean!) { dataset { name @include(if: $yes) } }", CacheScope.PROCESS),
        ("{ dataset { toolkitVersion } }", CacheScope.RELEASE),
        ("{ dataset { columns { name } } }", CacheScope.RELEASE),
        ("{ __schema { queryType { name } } }", CacheScope.RELEASE),
        ('{ __type(name: "GPU") { name } }', CacheScope.RELEASE),
        ("{ __typename gpus { __typename } }", CacheScope.REVISION),
        ("{ llmRuns(first: 2) { totalCount } }", CacheScope.REVISION),
        ("{ llmRuns(last: 2) { totalCount } }", CacheScope.REVISION),
        ("{ llmRuns(first: null) { totalCount } }", CacheScope.RELEASE),
        ("query ($n: Int!) { llmRuns(first: $n) { totalCount } }", CacheScope.REVISION),
        ("query ($n: Int = 3) { llmRuns(first: $n) { totalCount } }", CacheScope.RELEASE),
        ("{ models(first: 1) { nodes { llmRuns { totalCount } } } }", CacheScope.RELEASE),
        ("{ llmRuns(first: 0) { logisticFits(of: MEDIAN_ITL_MS, per: [TASK]) { k } } }", CacheScope.RELEASE),
    ],
)
def test_the_scope_of_an_answer_is_the_narrowest_of_its_fields(
    schema: GraphQLSchema, query: str, scope: CacheScope
) -> None:
    """Through aliases, fragments and directives."""
    tree = parse(query.replace("on Dataset", f"on {_dataset_type(schema).name}"))
    [operation] = (node for node in tree.definitions if isinstance(node, OperationDefinitionNode))
    fragments = {node.name.value: node for node in tree.definitions if isinstance(node, FragmentDefinitionNode)}
    assert Engine(schema).compile(operation, fragments).cache_scope is scope


def test_every_folder_of_sources_belongs_to_the_release() -> None:
    """A new folder changes entity tags too; the one that builds the documentation is no part of the server."""
    assert {folder for folder in TABLE if (ROOT / folder).is_dir()} - {"documentation"} == set(_FOLDERS)


def test_a_change_of_the_sources_changes_the_release(tmp_path: Path) -> None:
    """HTTP caches must not hide a corrected number; other files do not count."""
    (tmp_path / "resolvers").mkdir()
    (tmp_path / "resolvers" / "views.py").write_text("1")
    first = release_digest(tmp_path)
    (tmp_path / "resolvers" / "notes.txt").write_text("1")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test.py").write_text("1")
    assert release_digest(tmp_path) == first
    (tmp_path / "resolvers" / "views.py").write_text("2")
    second = release_digest(tmp_path)
    (tmp_path / "resolvers" / "views.py").rename(tmp_path / "resolvers" / "view.py")
    assert len({first, second, release_digest(tmp_path)}) == 3
