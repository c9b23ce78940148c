"""`@listSize` and `@cost` in the SDL of a server: their values, and what composers do with them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, get_nullable_type, is_leaf_type, is_list_type
from graphql import build_schema as schema_of_text
from strawberry.federation.schema_directives import FederationDirective

from resolvers.context import Limits
from sample import open_sample
from schema.build import build_schema, build_served_schema
from schema.costs import COSTS
from tests.cookbook import PAGES, examples
from tests.federation.static_estimate import DECLARED, directive_of, estimated_cost, objects_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tables.dataset import Dataset
    from tests.graph import Graph

PARTNER = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])
type Query { papers: [Paper!]! }
type Paper { title: String! model: Model! }
type Model @key(fields: "modelId", resolvable: false) { modelId: ID! }
"""
# Lists of objects whose length only a raw file or another graph decides.
UNSIZED = {
    ("Query", "_entities"),
    ("Query", "nodes"),
    ("DiffusionRun", "iterations"),
    ("MLEnergyLatencyStatistics", "percentiles"),
    ("MLEnergyServerMetrics", "steadyStateStatistics"),
}
PAGE = {"slicingArguments": ["first", "last"], "sizedFields": ["nodes", "edges"], "requireOneSlicingArgument": False}
QUERIES = [example.query for page in PAGES for example in examples(page.read_text(encoding="utf-8"))]
Sizes = dict[tuple[str, str], dict[str, Any]]


def directives(sdl: str, name: str) -> Sizes:
    """Return the arguments of a directive by type and field."""
    schema = schema_of_text(sdl, assume_valid_sdl=True)
    return {
        (kind.name, field_name): found
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
        for field_name, field in kind.fields.items()
        if (found := directive_of(field, name)) is not None
    }


@pytest.fixture(scope="module")
def served(sample: Dataset) -> str:
    """The SDL of a server over the sample."""
    return build_served_schema(sample, Limits()).as_str()


@pytest.fixture(scope="module")
def sizes(served: str) -> Sizes:
    """The `@listSize` of each field."""
    return directives(served, "listSize")


@pytest.fixture(scope="module")
def costs(served: str) -> Sizes:
    """The `@cost` of each field."""
    return directives(served, "cost")


@pytest.fixture(scope="module")
def schema(served: str) -> GraphQLSchema:
    """The schema of the SDL."""
    return schema_of_text(DECLARED + served)


def test_a_running_server_returns_the_sizes_of_its_dataset(served_sdl: str, sample: Dataset) -> None:
    """A gateway reads `_service { sdl }`, which is the schema over the dataset that the server has loaded."""
    assert served_sdl == build_served_schema(sample, Limits()).as_str()


@pytest.mark.parametrize(
    ("field", "query"),
    [
        (("Query", "gpus"), "{ gpus { model } }"),
        (("Query", "tasks"), "{ tasks { name } }"),
        (("Model", "gpus"), "{ models(first: 2000) { nodes { gpus { model } } } }"),
        (("Model", "tasks"), "{ models(first: 2000) { nodes { tasks { name } } } }"),
        (("MLEnergyTask", "models"), "{ tasks { models { modelId } } }"),
        (("GPU", "modelRuns"), "{ gpus { modelRuns(stability: ANY) { runCount } } }"),
        (("Model", "runsByTask"), "{ models(first: 2000) { nodes { runsByTask(stability: ANY) { runCount } } } }"),
        (("MLEnergyDataset", "columns"), "{ dataset { columns { name } } }"),
    ],
)
def test_a_list_has_the_greatest_length_of_its_relation(
    sizes: Sizes, graph: Graph, field: tuple[str, str], query: str
) -> None:
    """The size of a list is the length of the longest one in the dataset."""
    assert sizes[field] == {"assumedSize": max(lengths(graph.ask(query), field[1]))}


def lengths(value: Any, name: str) -> list[int]:  # noqa: ANN401 - any JSON
    """Return the lengths of all lists of this name in an answer."""
    if isinstance(value, list):
        return [length for each in value for length in lengths(each, name)]
    if not isinstance(value, dict):
        return []
    own = [len(value[name])] if isinstance(value.get(name), list) else []
    return own + [length for each in value.values() for length in lengths(each, name)]


@pytest.mark.parametrize(
    ("field", "query"),
    [
        (("Query", "models"), "{ models { totalCount } }"),
        (("Query", "llmRuns"), "{ llmRuns(stability: ANY) { totalCount } }"),
        (("Query", "diffusionRuns"), "{ diffusionRuns { totalCount } }"),
        (("Model", "llmRuns"), "{ models(first: 2000) { nodes { llmRuns(stability: ANY) { totalCount } } } }"),
        (("GPU", "diffusionRuns"), "{ gpus { diffusionRuns { totalCount } } }"),
        (("MLEnergyGPUModelRuns", "llmRuns"), "{ gpus { modelRuns(stability: ANY) { llmRuns { totalCount } } } }"),
    ],
)
@pytest.mark.parametrize("default_page", [30, 100])
def test_a_connection_has_the_size_of_its_default_page(
    sample: Dataset, graph: Graph, field: tuple[str, str], query: str, default_page: int
) -> None:
    """Without `first` and `last`, `nodes` have the default page size, or the greatest `totalCount` if it is less."""
    counts = [int(count) for count in re.findall(r"'totalCount': (\d+)", str(graph.ask(query)))]
    found = directives(build_served_schema(sample, Limits(default_page=default_page)).as_str(), "listSize")
    assert found[field] == {"assumedSize": min(default_page, max(counts)), **PAGE}


@pytest.mark.parametrize(("kind", "runs"), [("LLMRun", "llmRuns(stability: ANY)"), ("DiffusionRun", "diffusionRuns")])
def test_lists_of_groups_have_the_size_for_the_key_with_most_values(
    schema: GraphQLSchema, sizes: Sizes, graph: Graph, kind: str, runs: str
) -> None:
    """No grouping by one key has more groups, one has as many, and groups times runs are never less than all runs."""
    keys = schema.type_map[f"{kind}Key"].values  # type: ignore[attr-defined] # an enum
    count, most = {}, {}
    for key in keys:
        selection = graph.ask(f"{{ runs: {runs} {{ totalCount groups(by: [{key}]) {{ count }} }} }}")["runs"]
        counts = [group["count"] for group in selection["groups"]]
        count[key], most[key] = len(counts), max(counts)
    size = sizes[f"{kind}Connection", "groups"]["assumedSize"]
    in_group = sizes[f"{kind.removesuffix('Run')}ParetoFrontier", "runs"]["assumedSize"]
    assert size == max(count.values())
    assert in_group == max(most[key] for key in keys if count[key] == size)
    assert size * in_group >= selection["totalCount"]
    assert sizes[f"{kind}Connection", "paretoFrontier"] == {"assumedSize": size}
    assert sizes[f"{kind}Connection", "bestRuns"]["assumedSize"] == size


@pytest.mark.parametrize(
    ("field", "argument", "lists"),
    [
        (("LLMRunConnection", "histogram"), "bins", ["edges", "counts"]),
        (("LLMRunConnection", "outputLengthDistribution"), "bins", ["edges", "counts"]),
        (("LLMRun", "timeline"), "maxPoints", ["relativeTimeS", "value"]),
    ],
)
def test_an_argument_is_the_length_of_lists_of_numbers(
    sizes: Sizes, field: tuple[str, str], argument: str, lists: list[str]
) -> None:
    """Composers allow no assumed size beside a slicing argument with a default value."""
    assert sizes[field] == {"slicingArguments": [argument], "sizedFields": lists, "requireOneSlicingArgument": False}


def test_every_list_of_objects_has_a_size(schema: GraphQLSchema, sizes: Sizes) -> None:
    """A new list needs a size, or a reason in `UNSIZED`; rows of a page have that of their connection."""
    lists = {
        (kind.name, name)
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
        for name, field in kind.fields.items()
        if is_list_type(get_nullable_type(field.type)) and not is_leaf_type(get_named_type(field.type))
    }
    connections = ("LLMRunConnection", "DiffusionRunConnection", "MLEnergyModelConnection")
    pages = {(connection, name) for connection in connections for name in ("nodes", "edges")}
    assert lists - sizes.keys() - pages == UNSIZED


def test_the_estimate_is_not_below_the_answers_of_the_documentation(schema: GraphQLSchema, graph: Graph) -> None:
    """No documented query returns more objects than a gateway estimates from the sizes."""
    costs = {query: (estimated_cost(schema, query), objects_of(graph.ask(query)) - 1) for query in QUERIES}
    assert len(costs) > 30
    assert {query: cost for query, cost in costs.items() if cost[0] < cost[1]} == {}


@pytest.mark.parametrize(
    ("field", "declared", "rows", "columns"),
    [
        (("LLMRun", "timeline"), "Run.timeline", 1, 0),
        (("MLEnergyInterTokenLatencies", "mixture"), "InterTokenLatencies.mixture", 1, 0),
        (("LLMRunConnection", "digest"), "RunConnection.digest", 270, 0),
        (("LLMRunConnection", "best"), "RunConnection.best", 270, 0),
        (("LLMRunConnection", "pairs"), "RunConnection.pairs", 270, 1),
        (("LLMRunConnection", "commonTimelines"), "RunConnection.commonTimelines", 270, 0),
        (("GPU", "speedup"), "GPU.speedup", 1, 0),
    ],
)
def test_the_weight_is_the_work_for_one_parent(
    costs: Sizes, sizes: Sizes, sample: Dataset, field: tuple[str, str], declared: str, rows: int, columns: int
) -> None:
    """It is that of a connection with all runs or of one row, for each item of the list, without work done once.

    An object counts as 2.5 units. Required lists of columns have one column.
    """
    runs = sample.runs["llm"].num_rows
    assert rows in {1, runs}
    cost = COSTS[declared]
    units = cost.parent + cost.row * rows + cost.cell * rows * columns + cost.table * runs + cost.item
    units += cost.file * min(rows, Limits().max_raw_files)
    assert costs[field] == {"weight": math.ceil(units / 2.5 / sizes.get(field, {}).get("assumedSize", 1))}


def test_fields_that_cost_no_more_than_an_object_have_no_weight(costs: Sizes) -> None:
    """Gateways count 1 for an object and nothing for other fields."""
    assert min(cost["weight"] for cost in costs.values()) == 2
    assert not any(field in costs for field in [("Query", "llmRuns"), ("LLMRun", "nickname"), ("LLMRunGroup", "key")])


def test_replicas_return_the_same_sdl(served: str) -> None:
    """The SDL depends on the data, the limits and the release alone, so entity tags agree between processes."""
    assert build_served_schema(open_sample(), Limits()).as_str() == served


def test_introspection_lists_the_directives_in_a_fixed_order(live_server: str, sample: Dataset) -> None:
    """Another process, with other hashes, returns the same; its entity tag would be the same, too."""
    query = "{ __schema { directives { name args { name } } } }"
    answer = httpx.post(f"{live_server}/graphql", json={"query": query}).json()["data"]
    assert build_served_schema(sample, Limits()).execute_sync(query).data == answer
    assert [each["name"] for each in answer["__schema"]["directives"]][-6:] == [
        "cost",
        "listSize",
        "tag",
        "key",
        "shareable",
        "link",
    ]


def test_the_exported_sdl_has_no_figures_of_a_dataset(served: str) -> None:
    """It is the served SDL without costs and tags, and links the lowest version that has the other directives."""
    without = re.sub(r" @(?:listSize|cost|tag)\([^)]*\)", "", served)
    without = without.replace("v2.9", "v2.0").replace('"@cost", ', "").replace('"@listSize", ', "")
    without = without.replace(', "@tag"', "")
    assert without == build_schema().as_str()


def test_the_link_is_the_lowest_version_with_the_directives_in_use(served: str) -> None:
    """Composers refuse versions newer than their own."""
    minimum = {f"@{each.imported_from.name}": each.minimum_version for each in FederationDirective.__subclasses__()}
    link = re.search(r'federation/v(\d+)\.(\d+)", import: \[([^\]]*)\]', served)
    assert link is not None
    imported = re.findall(r'"(@\w+)"', link[3])
    assert imported == ["@cost", "@key", "@listSize", "@shareable", "@tag"]
    assert (int(link[1]), int(link[2])) == max(minimum[name] for name in imported)


def test_composers_carry_the_directives_to_the_gateway(
    served: str, sizes: Sizes, costs: Sizes, node: Callable[[str, Any], Any]
) -> None:
    """Composed with a partner, Apollo and Hive have all sizes and costs in the supergraph, WunderGraph beside it."""
    subgraphs = [
        {"name": name, "url": f"http://127.0.0.1:1/{name}", "sdl": sdl}
        for name, sdl in (("mlenergy", served), ("papers", PARTNER))
    ]
    composers = ("apollo", "hive", "wundergraph")
    [results] = node("compose.js", {"both": {"composers": composers, "subgraphs": subgraphs}}).values()
    assert {name: results[name]["errors"] for name in composers} == {name: [] for name in composers}
    for name in ("apollo", "hive"):
        assert directives(results[name]["supergraph"], "listSize") == sizes
        assert directives(results[name]["supergraph"], "cost") == costs
    ours = results["wundergraph"]["costs"]["mlenergy"]
    assert {(each["typeName"], each["fieldName"]): each.get("assumedSize") for each in ours["sizes"].values()} == {
        field: size.get("assumedSize") for field, size in sizes.items()
    }
    assert {(each["typeName"], each["fieldName"]): {"weight": each["weight"]} for each in ours["weights"].values()} == (
        costs
    )
