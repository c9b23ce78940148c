"""No query that people send exceeds the limit of cost, on a dataset ten times as large as the published one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from execution.strawberry_internals import core_schema
from schema.build import build_schema
from tables.directory import open_directory
from tests.legitimate_queries import Cost, costs, legitimate_requests, table, whole_datasets
from tests.multiplied_dataset import COPIES, multiplied, multiplied_sample
from tests.server_process import running_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graphql import GraphQLSchema

    from tables.dataset import Dataset


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The schema."""
    return core_schema(build_schema())


@pytest.fixture(scope="module")
def large_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a server over ten times the sample."""
    with running_server("--source", str(multiplied_sample(tmp_path_factory.mktemp("large") / "sample"))) as address:
        yield address


@pytest.fixture(scope="module")
def large_real_server(real_figures: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a server over ten times the published figures."""
    with running_server("--source", str(multiplied(real_figures, tmp_path_factory.mktemp("large")))) as address:
        yield address


def test_legitimate_queries_are_accepted(large_server: str, schema: GraphQLSchema) -> None:
    """Of the documentation, the browser pages, the benchmarks and the contract, on ten times the sample."""
    assert refused(costs(large_server, legitimate_requests(schema))) == []


def test_legitimate_queries_are_accepted_on_the_published_figures(
    large_real_server: str, schema: GraphQLSchema
) -> None:
    """On ten times the published figures."""
    assert refused(costs(large_real_server, legitimate_requests(schema))) == []


def test_the_whole_published_dataset_is_accepted(real_figures: Path, schema: GraphQLSchema) -> None:
    """Every run with every column, nested under the models: 60,000 cells."""
    with running_server("--source", str(real_figures)) as address:
        assert refused(costs(address, whole_datasets(schema))) == []


def test_all_queries_of_the_documentation_are_legitimate(schema: GraphQLSchema) -> None:
    """The cookbook's recipes, which GraphiQL shows too, the pages' own, and one for each field of the contract."""
    names = [request.name for request in legitimate_requests(schema)]
    recipes = [int(found[1]) for name in names if (found := re.match(r"cookbook: (\d+)\. ", name))]
    assert recipes == [*range(1, 33)]
    own = ["pages: ServedDataset", "pages: Shell", "pages: Task", "README: A first query", "notebooks: pandas"]
    assert {*own} <= set(names)
    assert sum(name.startswith("contract: ") for name in names) >= 400


def test_a_copy_of_a_dataset_is_as_many_times_as_large(tmp_path: Path, sample: Dataset) -> None:
    """It has copies of every model with all its runs, whose raw files are those of the model's runs."""
    large = open_directory(multiplied_sample(tmp_path / "large"))
    assert large.models.num_rows == COPIES * sample.models.num_rows
    for kind, runs in sample.runs.items():
        assert large.runs[kind].num_rows == COPIES * runs.num_rows
        paths = large.runs[kind].columns["results_path"].to_pylist()
        assert large.raw.read(paths[-1]) == sample.raw.read(paths[runs.num_rows - 1])


def test_the_table_shows_the_queries_nearest_to_the_limit() -> None:
    """With their share of the limit, the most expensive first."""
    assert table([Cost("a", 4_321.0, ()), Cost("b", 5.0, ())], limit=10_000).splitlines()[2:] == [
        "| a | 4,321 | 43% |",
        "| b | 5 | 0% |",
    ]


def refused(found: list[Cost]) -> list[Cost]:
    """Return the requests that were refused."""
    return [each for each in found if each.errors]
