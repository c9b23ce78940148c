"""The cost of an operation: complete over the schema, an upper bound of the objects, and the same for all spellings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_list_type, is_object_type
from graphql.type import get_nullable_type
from hypothesis import given, reject
from hypothesis import strategies as st

from defaults import MAX_COST
from errors import QueryTooComplex
from execution.cost import CostLimit, Level
from execution.field_metadata import COST
from execution.strawberry_internals import core_schema
from resolvers.context import Limits
from schema.build import build_schema
from schema.costs import COSTS
from schema.sizes import Sizes
from tests.execution.drawn_queries import Known, queries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from execution.cost import CostNode
    from tests.graph import Graph

SCHEMA = core_schema(build_schema())
# Fields with arguments that select one object per parent, without further work.
LOOKUPS = {"model", "gpu", "task", "llmRun", "diffusionRun"}
# Levels of typical sizes: the data of raw files is unknown before they are read.
TYPICAL = [cost for key, cost in COSTS.items() if key.startswith("Run.")]


def cost(graph: Graph, query: str, limit: int = 10**12, **variables: object) -> int:
    """Return the estimated cost of a query."""
    operation = graph.documents.document(query).operation(None)
    coerced = operation.coerce(variables)
    assert not isinstance(coerced, list), coerced
    plan = operation.plan(coerced)
    assert plan is not None
    return CostLimit(Sizes(graph.dataset, Limits()), limit).check(plan.costs, coerced)


def test_every_field_that_multiplies_objects_or_computes_has_a_cost() -> None:
    """A list, or a field with arguments, without a cost would be counted as one object per parent."""
    missing = [
        f"{kind.name}.{name}"
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
        for name, field in kind.fields.items()
        if (is_list_type(get_nullable_type(field.type)) or (field.args and name not in LOOKUPS))
        and COST not in field.extensions
    ]
    assert missing == []


def test_every_declared_cost_belongs_to_a_field() -> None:
    """A misspelled key would leave its field without a cost."""
    used = {
        id(cost)
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for name in kind.fields
        for key, cost in COSTS.items()
        if key.partition(".")[2] == name
    }
    assert [key for key, cost in COSTS.items() if id(cost) not in used] == []


def test_views_that_return_one_object_per_parent_have_a_cost_too() -> None:
    """Fields of connections compute over all selected runs, even if they return a single object."""
    for kind in SCHEMA.type_map.values():
        if is_object_type(kind) and kind.name.endswith("RunConnection"):
            fields = {name for name, field in kind.fields.items() if not is_leaf_type(get_named_type(field.type))}
            assert {name for name in fields if COST not in kind.fields[name].extensions} == {"pageInfo"}


@pytest.mark.parametrize(
    ("query", "least"),
    [
        ("{ models { nodes { llmRuns(first: 2000) { nodes { id } } } } }", 1),
        ("{ gpus { llmRuns(first: 2000) { nodes { gpu { llmRuns(first: 2000) { totalCount } } } } } }", 5),
        ("{ gpus { models { gpus { models { nickname } } } } }", 2),
    ],
)
def test_each_row_counts_once_unless_parents_repeat(graph: Graph, query: str, least: int) -> None:
    """The runs of all models are all runs, but the GPUs of all models repeat each GPU."""
    runs = graph.dataset.runs["llm"].num_rows
    flat = cost(graph, "{ llmRuns(first: 2000) { nodes { id } } }")
    assert least * flat <= cost(graph, query)
    if least == 1:
        assert cost(graph, query) < flat + 20 * runs


def test_a_raw_file_counts_for_each_object_that_reads_it(graph: Graph) -> None:
    """The best run of a GPU is one file and one timeline, but hundreds of runs below which the answer repeats it."""
    query = "{ llmRuns(first: %d) { nodes { gpu { bestRun(by: NUM_GPUS) { timeline { value } } } } } }"
    files = 32  # that a request may open
    assert cost(graph, query % (7 * files)) > 6 * cost(graph, query % files)


@pytest.mark.parametrize(
    "runs",
    [
        "nodes",
        "best(by: SEED, per: [TASK, MODEL_ID, MAX_NUM_SEQS]) { run",
        "paretoFrontier(minimize: [AVG_POWER_WATTS, SEED]) { runs",
        "ratios(of: [SEED]) { runs { run",
    ],
)
def test_runs_that_do_not_repeat_read_as_many_files_as_a_request_may_open(graph: Graph, runs: str) -> None:
    """A filter may leave a few runs, which the estimate does not know: their timelines are accepted."""
    query = f"{{ llmRuns(first: 2000) {{ {runs} {{ timeline {{ relativeTimeS value }} }} {'}' * (runs.count('{') + 2)}"
    assert cost(graph, query) < MAX_COST / 4


@pytest.mark.parametrize("cursors", ["edges { cursor }", "pageInfo { startCursor }"])
def test_cursors_count_the_values_of_their_order(graph: Graph, cursors: str) -> None:
    """A cursor has the row's value in each column of the order: with 32 of them it takes 17 µs instead of 2."""
    query = (
        "query($order: [LLMRunOrder!]) { llmRuns(first: 200) { nodes { model { llmRuns(orderBy: $order) { %s } } } } }"
    )
    few, many = ([{"field": "TASK"}] * count for count in (1, 32))
    assert cost(graph, query % cursors, order=many) > 2 * cost(graph, query % cursors, order=few)


@pytest.mark.parametrize("field", ["emptyBecause { argument }", "best(by: SEED) { slack { margin } }"])
def test_conditions_count_in_fields_that_explain_them(graph: Graph, field: str) -> None:
    """Each alias looks at each condition: 95 aliases over 300 conditions took a third of a second."""
    query = f"query($where: LLMRunFilter) {{ llmRuns(where: $where) {{ a: {field} b: {field} }} }}"
    plain = "query($where: LLMRunFilter) { llmRuns(where: $where) { totalCount } }"
    where = {"and": [{"numGpus": {"gt": 0}}] * 100}
    assert cost(graph, query, where=where) - cost(graph, plain, where=where) > 100 * 2 * 10


def test_spellings_of_a_query_have_the_same_cost(graph: Graph) -> None:
    """Literals, variables, defaults of variables, fragments, directives, `last`, and merged fields change nothing."""
    expected = cost(graph, "{ llmRuns(first: 50) { nodes { id task gpu { model } } } }")
    spellings: list[tuple[str, dict[str, Any]]] = [
        ("query($n: Int) { llmRuns(first: $n) { nodes { id task gpu { model } } } }", {"n": 50}),
        ("query($n: Int = 50) { llmRuns(first: $n) { nodes { id task gpu { model } } } }", {}),
        ("{ llmRuns(last: 50) { nodes { id task gpu { model } } } }", {}),
        ("{ llmRuns(first: 50) { nodes { ...F } } } fragment F on LLMRun { id task gpu { model } }", {}),
        ("{ llmRuns(first: 50) { nodes { id ... on LLMRun { task } gpu { model } } } }", {}),
        ("{ llmRuns(first: 50) { nodes { id } nodes { task gpu { model } } } }", {}),
        (
            "query($no: Boolean!) { llmRuns(first: 50) { nodes { id task gpu { model } seed @include(if: $no) } } }",
            {"no": False},
        ),
    ]
    for query, variables in spellings:
        assert cost(graph, query, **variables) == expected, query


def test_a_null_or_omitted_argument_costs_as_much_as_its_default(graph: Graph) -> None:
    """The default page is a setting, and the number of bins has a default of its own."""
    page = "query($n: Int) { llmRuns(first: $n) { nodes { id } } }"
    default = Limits().default_page
    assert cost(graph, page) == cost(graph, page, n=None) == cost(graph, page, n=default)
    bins = "query($n: Int) { llmRuns { histogram(of: SEED, bins: $n) { edges } } }"
    assert cost(graph, bins, n=None) == cost(graph, bins, n=50)
    points = "query($n: Int) { llmRuns(first: 5) { nodes { timeline(maxPoints: $n) { value } } } }"
    assert cost(graph, points, n=None) > cost(graph, points) == cost(graph, points, n=1_000)


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("{ llmRuns { histogram(of: SEED, bins: 10) { edges } } }", "bins: 900"),
        ("{ llmRuns { statistics(of: SEED) { percentiles(p: [1]) } } }", "p: [1, 2, 3, 4, 5, 6, 7, 8, 9]"),
        ("{ llmRuns { groups(by: [TASK]) { count } } }", "by: [TASK, MODEL_ID, SEED]"),
        ("{ llmRuns { ratios(of: [SEED]) { runs { ratios { value } } } } }", "of: [SEED, AVG_POWER_WATTS]"),
        ("{ llmRuns { facets(of: [TASK]) { values { count } } } }", "of: [TASK, GPU_MODEL]"),
        (
            "{ llmRuns { paretoFrontier(minimize: [SEED]) { nullCount } } }",
            "minimize: [SEED, AVG_POWER_WATTS, AVG_OUTPUT_LEN]",
        ),
        ("{ llmRuns(where: {numGpus: {gt: 1}}) { totalCount } }", "where: {numGpus: {gt: 1, lt: 3, neq: 2}}"),
        ("{ llmRuns(orderBy: [{field: TASK}]) { totalCount } }", "orderBy: [{field: TASK}, {field: SEED}]"),
        (
            "{ llmRuns { bestRuns(by: SEED, orderBy: [{field: TASK}]) { totalCount } } }",
            "orderBy: [{field: TASK}, {field: SEED}]",
        ),
        (
            "{ llmRuns(orderBy: [{field: TASK}]) { edges { cursor } } }",
            "orderBy: [{field: TASK}, {field: SEED}]",
        ),
        ('{ models(search: "a") { totalCount } }', 'search: "a very long search text with many words"'),
        (
            "{ llmRuns { logisticFits(of: AVG_POWER_WATTS, per: [TASK]) { values(at: [1]) } } }",
            "per: [TASK, MODEL_ID]",
        ),
    ],
)
def test_longer_arguments_cost_more(graph: Graph, less: str, more: str) -> None:
    """Bins, percentiles, keys, columns, objectives, conditions, orders and searches count."""
    name = more.partition(":")[0]
    start = less.index(f"{name}:")
    end = next(place for place in range(start, len(less)) if less[place] == ")" or less[place : place + 2] == ", ")
    assert cost(graph, less[:start] + more + less[end:]) > cost(graph, less)


def test_longer_aliases_and_introspection_cost_more(graph: Graph) -> None:
    """The text of the answer and the fields of introspection count."""
    long = "a" * 250
    assert cost(graph, f"{{ llmRuns {{ nodes {{ {long}: id }} }} }}") > cost(graph, "{ llmRuns { nodes { a: id } } }")
    once = cost(graph, "{ __schema { types { name fields { name args { name } } } } }")
    twice = cost(
        graph, "{ a: __schema { types { ...T } } b: __schema { types { ...T } } } "
        "fragment T on __Type { name fields { name args { name } } }"
    )  # fmt: skip
    assert once > 10_000
    assert twice > 1.9 * once


def test_a_refusal_names_cost_limit_and_path(graph: Graph) -> None:
    """The path leads to the most expensive field by response names, also below a namespace."""
    query = "{ a: llmRuns { totalCount } b: llmRuns(first: 2000) { rows: nodes { id task seed numGpus } } }"
    known = cost(graph, query)
    assert cost(graph, query, limit=known) == known
    with pytest.raises(QueryTooComplex) as refused:
        cost(graph, query, limit=known - 1)
    assert refused.value.extensions == {
        "code": "QUERY_TOO_COMPLEX",
        "cost": known,
        "limit": known - 1,
        "path": ["b", "rows"],
    }
    assert f"costs {known} units; allowed: {known - 1} (MLENERGY_MAX_COST)" in str(refused.value)


@given(data=st.data())
def test_the_estimate_is_an_upper_bound_of_the_objects(data: st.DataObject, graph: Graph, known: Known) -> None:
    """At each path the estimated number of objects is at least the number in the answer."""
    query, variables = data.draw(queries(SCHEMA, known))
    try:
        operation = graph.documents.document(query).operation(None)
    except QueryTooComplex:  # the text is too long
        reject()
    answer = graph.answer(query, **variables)
    coerced = operation.coerce(variables)
    if answer.data is None or isinstance(coerced, list):
        return
    plan = operation.plan(coerced)
    assert plan is not None
    for node in plan.costs.nodes:
        check_counts(node, Level(), [answer.data], coerced, Sizes(graph.dataset, Limits()))


def check_counts(node: CostNode, above: Level, parents: list[Any], variables: Mapping[str, Any], sizes: Sizes) -> None:
    """Compare the objects of a field with its estimated level, and those below it."""
    _, level = node.level(above, variables, sizes)
    found = [parent[node.name] for parent in parents if parent.get(node.name) is not None]
    objects = [item for value in found for item in (value if isinstance(value, list) else [value])]
    objects = [item for item in objects if isinstance(item, dict)]
    assert level.count >= len(objects), node.name
    for child in () if any(node.cost is typical for typical in TYPICAL) else node.children:
        check_counts(child, level, objects, variables, sizes)
