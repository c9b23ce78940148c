"""`extensions.warnings`: values in a request that occur in no run, or only in runs of another kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from resolvers.answer_warnings import MAX_WARNINGS

if TYPE_CHECKING:
    from tests.graph import Graph


def _warned(graph: Graph, query: str, **variables: object) -> list[dict[str, Any]]:
    result = graph.answer(query, **variables)
    assert result.errors is None, result.errors
    found: list[dict[str, Any]] = (result.extensions or {}).get("warnings", [])
    return found


def _figures(warning: dict[str, Any]) -> tuple[str, str, object, str | None]:
    return warning["code"], warning["argument"], warning["value"], warning.get("occursIn")


@pytest.mark.parametrize(
    ("field", "where", "argument", "value", "runs"),
    [
        ("llmRuns", '{task: {eq: "text-to-image"}}', "task.eq", "text-to-image", "diffusionRuns"),
        ("llmRuns", '{task: {in: ["gpqa", "text-to-video"]}}', "task.in", "text-to-video", "diffusionRuns"),
        ("diffusionRuns", '{task: {eq: "gpqa"}}', "task.eq", "gpqa", "llmRuns"),
        ("diffusionRuns", '{and: [{or: [{domain: {eq: "llm"}}]}]}', "domain.eq", "llm", "llmRuns"),
        ("llmRuns", '{not: {task: {neq: "text-to-image"}}}', "task.neq", "text-to-image", "diffusionRuns"),
        ("llmRuns", '{task: {startsWith: "text-to"}}', "task.startsWith", "text-to", "diffusionRuns"),
        ("llmRuns", '{nickname: {contains: "ember image"}}', "nickname.contains", "ember image", "diffusionRuns"),
        ("llmRuns", "{totalParamsBillions: {in: [0.6]}}", "totalParamsBillions.in", 0.6, "diffusionRuns"),
        ("llmRuns", "{not: {totalParamsBillions: {notIn: [0.6]}}}", "totalParamsBillions.notIn", 0.6, "diffusionRuns"),
        ("diffusionRuns", "{totalParamsBillions: {gt: 200}}", "totalParamsBillions.gt", 200.0, "llmRuns"),
    ],
)
def test_a_value_of_the_other_kind_of_run_is_reported(
    any_graph: Graph, field: str, where: str, argument: str, value: object, runs: str
) -> None:
    """Texts, parts of texts and numbers, anywhere in a filter; the warning names the field of the other runs."""
    (warning,) = _warned(any_graph, f"{{ {field}(where: {where}) {{ totalCount }} }}")
    assert _figures(warning) == ("VALUE_OF_OTHER_RUNS", argument, value, runs)
    assert warning["message"] == f"{argument}: {value!r} matches none of these runs; it occurs in {runs}."


def test_a_precision_of_the_other_kind_of_run_in_the_published_figures(real_graph: Graph) -> None:
    """No diffusion run has weights in fp8."""
    (warning,) = _warned(real_graph, '{ diffusionRuns(where: {weightPrecision: {eq: "fp8"}}) { totalCount } }')
    assert _figures(warning) == ("VALUE_OF_OTHER_RUNS", "weightPrecision.eq", "fp8", "llmRuns")


@pytest.mark.parametrize(
    "where",
    [
        '{task: {neq: "text-to-image"}}',
        '{task: {notIn: ["text-to-image"]}}',
        '{not: {task: {eq: "text-to-image"}}}',
        '{task: {eq: "gpqa"}, nickname: {contains: "8"}}',
        "{numGpus: {eq: 77}}",
        '{id: {eq: "nothing"}}',
        "{avgPowerWatts: {lt: -1}}",
        "{avgPowerWatts: {gt: 3000}, numGpus: {eq: 1}}",
    ],
)
def test_a_valid_filter_has_no_warning(any_graph: Graph, where: str) -> None:
    """Excluded unknown values, known values, and numbers that no run has: the answer has no extensions."""
    result = any_graph.answer(f"{{ llmRuns(where: {where}) {{ totalCount }} }}")
    assert result.errors is None
    assert result.extensions == {}


@pytest.mark.parametrize(
    ("where", "argument", "value", "nearest"),
    [
        ('{task: {in: ["gpqa", "gqpa"]}}', "task.in", "gqpa", "gpqa"),
        ('{task: {notIn: ["gqpa"]}}', "task.notIn", "gqpa", "gpqa"),
        ('{or: [{gpuModel: {eq: "B20"}}, {gpuModel: {eq: "H100"}}]}', "gpuModel.eq", "B20", "B200"),
        ('{not: {or: [{and: [{task: {neq: "gqpa"}}]}]}}', "task.neq", "gqpa", "gpqa"),
        ('{modelId: {eq: "aurora-example/Aurora-30"}}', "modelId.eq", "aurora-example/Aurora-30",
         "aurora-example/Aurora-30B"),
        ('{nickname: {neq: "aurora 30B"}}', "nickname.neq", "aurora 30B", "Aurora 30B"),
        ('{baseNickname: {in: ["Aurora 30 B"]}}', "baseNickname.in", "Aurora 30 B", "Aurora 30B"),
    ],
)  # fmt: skip
def test_an_unknown_value_among_others_matches_nothing_and_is_reported(
    any_graph: Graph, where: str, argument: str, value: str, nearest: str
) -> None:
    """In a list, in an `or`, in a column without a vocabulary; the warning suggests similar values."""
    (warning,) = _warned(any_graph, f"{{ llmRuns(where: {where}) {{ totalCount }} }}")
    assert _figures(warning) == ("UNKNOWN_VALUE", argument, value, None)
    assert warning["suggestions"][0] == nearest
    assert warning["message"].startswith(
        f"{argument}: {value!r} is not in this dataset and matches nothing; nearest: {nearest!r}"
    )


def test_an_unknown_value_has_no_effect_on_the_selection(any_graph: Graph) -> None:
    """The other values of the list or the `or` apply."""
    answer = any_graph.answer(
        """{ with: llmRuns(where: {task: {in: ["gpqa", "gqpa"]}}) { totalCount }
             without: llmRuns(where: {task: {in: ["gpqa"]}}) { totalCount }
             or: llmRuns(where: {or: [{task: {eq: "gqpa"}}, {task: {eq: "gpqa"}}]}) { totalCount }
             notIn: llmRuns(where: {not: {task: {notIn: ["gpqa", "gqpa"]}}}) { totalCount }
             none: llmRuns(where: {task: {in: ["gqpa"]}}) { totalCount } }"""
    )
    assert answer.data is not None
    count = answer.data["without"]
    assert answer.data == {"with": count, "without": count, "or": count, "notIn": count, "none": {"totalCount": 0}}


def test_filters_of_models_and_lookups_suggest_similar_values(any_graph: Graph) -> None:
    """An unknown model, GPU or task is null; an id of the other kind of run is reported."""
    ids = any_graph.ask("{ llmRuns(first: 1) { nodes { id } } diffusionRuns(first: 1) { nodes { id } } }")
    warnings = _warned(
        any_graph,
        """query ($llm: ID!, $diffusion: ID!) {
             models(where: {nickname: {eq: "Aurora30B"}, org: {in: ["aurora"]}}) { totalCount }
             model(modelId: "aurora-example/aurora-30b") { modelId } gpu(model: "h100") { model }
             task(name: "gpq") { name } llmRun(id: $diffusion) { id } diffusionRun(id: $llm) { id }
             none: llmRun(id: "nothing") { id } }""",
        llm=ids["llmRuns"]["nodes"][0]["id"],
        diffusion=ids["diffusionRuns"]["nodes"][0]["id"],
    )
    assert [(each["argument"], (each["suggestions"] or [each.get("occursIn")])[0]) for each in warnings] == [
        ("nickname.eq", "Aurora 30B"),
        ("org.in", "aurora-example"),
        ("modelId", "aurora-example/Aurora-30B"),
        ("model", "H100"),
        ("name", "gpqa"),
        ("id", "diffusionRuns"),
        ("id", "llmRuns"),
    ]


@pytest.mark.parametrize(
    "view",
    [
        """pairs(match: [TASK], differ: BASE_NICKNAME, baseline: "Aurora 30B", candidate: "Aurora 8",
                 pick: {by: AVG_POWER_WATTS}, compare: [AVG_POWER_WATTS]) { count }""",
        """compareGroups(by: BASE_NICKNAME, baseline: "Aurora 30B", candidate: "Aurora 8", of: [AVG_POWER_WATTS])
             { __typename }""",
    ],
)
def test_an_unknown_side_suggests_similar_values(any_graph: Graph, view: str) -> None:
    """An unknown nickname is a warning; an unknown GPU or task would be an error."""
    (warning,) = _warned(any_graph, f"{{ llmRuns {{ {view} }} }}")
    assert _figures(warning) == ("UNKNOWN_VALUE", "candidate", "Aurora 8", None)
    assert warning["suggestions"][0] == "Aurora 8B"


@pytest.mark.parametrize(
    "query",
    [
        "{ models(first: 3) { nodes { llmRuns(where: WHERE) { totalCount } } } }",
        "{ gpus { bestRun(by: AVG_POWER_WATTS, where: WHERE) { id } } }",
        "{ models(first: 3) { nodes { runsByGpu(where: WHERE) { runCount } } } }",
        '{ models(first: 3) { nodes { speedup(baseline: "H100", candidate: "B200", where: WHERE) { pairCount } } } }',
        "{ llmRuns { groups(by: [TASK]) { runs(where: WHERE) { totalCount } } } }",
        "{ a: llmRuns(where: WHERE) { totalCount } b: llmRuns(where: WHERE) { totalCount } }",
    ],
)
def test_a_filter_at_any_depth_warns_once(any_graph: Graph, query: str) -> None:
    """Independent of the number of rows and fields with the filter."""
    where = '{gpuModel: {in: ["H100", "B20"]}}'
    warnings = _warned(any_graph, query.replace("WHERE", where))
    assert [(each["argument"], each["value"]) for each in warnings] == [("gpuModel.in", "B20")]


def test_an_error_in_one_root_field_leaves_the_others(any_graph: Graph) -> None:
    """Each root field with an invalid argument, or one below it, is null, and its error has its path."""
    answer = any_graph.answer(
        """{ good: llmRuns(first: 1) { nodes { task } } unknown: llmRuns(where: {gpuModel: {eq: "B20"}}) { totalCount }
             page: diffusionRuns(first: -1) { totalCount } models(offset: -1) { totalCount }
             below: models(first: 1) { nodes { llmRuns(where: {task: {eq: "gqpa"}}) { totalCount } } }
             gpus { llmRuns(where: {task: {eq: "gqpa"}}) { totalCount } }
             tasks { llmRuns(first: -1) { totalCount } } }"""
    )
    data = answer.data or {}
    refused = ("unknown", "page", "models", "below", "gpus", "tasks")
    assert data.pop("good")["nodes"]
    assert data == dict.fromkeys(refused)
    assert [(error.path or [])[0] for error in answer.errors or []] == list(refused)


def test_warnings_are_bounded_and_the_last_one_counts_the_rest(any_graph: Graph) -> None:
    """A list of a thousand unknown names does not cause a thousand searches."""
    names = [f"name {number}" for number in range(100)]
    warnings = _warned(
        any_graph, "query ($names: [String!]) { llmRuns(where: {nickname: {in: $names}}) { totalCount } }", names=names
    )
    assert len(warnings) == MAX_WARNINGS + 1
    assert warnings[-1] == {"message": "80 more warnings are omitted.", "code": "LEFT_OUT", "count": 80}


KNOWN = (
    '{ models(first: 2) { nodes { modelId llmRuns(where: {task: {in: ["gpqa", "gqpa"]}}) { totalCount } } } }',
    '{ llmRuns(where: {nickname: {eq: "no"}}) { totalCount nodes { id } } model(modelId: "no") { modelId } }',
    """query ($n: Int) { models(first: 2) { nodes { modelId a: llmRuns(first: $n) { totalCount }
         b: llmRuns(where: {task: {notIn: ["gqpa"]}}) { totalCount } } } }""",
    """{ a: llmRuns(where: {task: {in: ["gqpa"]}}) { totalCount }
         b: llmRuns(where: {task: {in: ["gqpa"]}}) { nodes { id model { modelId } } } }""",
    '{ gpus { model bestRun(by: AVG_POWER_WATTS, where: {task: {eq: "text-to-image"}}) { id } } }',
    """{ models(first: 2) { nodes { runsByGpu { gpu { model }
         llmRuns(where: {task: {in: ["gqpa"]}}) { totalCount } } } } }""",
)


@pytest.mark.parametrize("query", KNOWN)
def test_repeated_answers_to_a_document_have_the_same_warnings(graph: Graph, query: str) -> None:
    """Cached parts of an answer include their warnings."""
    first, *others = [graph.answer(query, **({"n": 1} if "$n" in query else {})) for _ in range(10)]
    assert first.errors is None
    assert len((first.extensions or {})["warnings"]) >= 1
    assert [(each.data, each.errors, each.extensions) for each in others] == [
        (first.data, first.errors, first.extensions)
    ] * 9
