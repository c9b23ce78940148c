"""The tools: name, description, arguments, and the function that answers a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents import arguments, queries
from agents.schema_text import describe_schema
from errors import BadUserInput, shown
from tables.run_kinds import RUN_KINDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from graphql import GraphQLSchema

    from agents.cookbook import Cookbook, Recipe
    from agents.graph import Answer, Graph
    from agents.provenance import CitedSource

_COLUMNS = {"model_id": "modelId", "gpu_model": "gpuModel", "weight_precision": "weightPrecision", "task": "task"}
_ROOT_FIELDS = {kind: each.root_field for each in RUN_KINDS.values() for kind in each.task_kinds}


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a tool.

    Args:
        content: An object of JSON.
        failed: Whether the call failed.
    """

    content: dict[str, Any]
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool.

    Args:
        title: Short name for people.
        description: What it answers, for the assistant that chooses among tools.
        arguments: Model of its arguments.
        call: Answers a call.
    """

    title: str
    description: str
    arguments: type[arguments.Arguments]
    call: Callable[[Any], Awaitable[Result]]


class Tools:
    """The tools over one graph.

    Args:
        graph: Answers queries.
        schema: The schema that `describe_schema` describes.
        cookbook: The recipes that `search_cookbook` searches.
        source: Cited by every answer.
    """

    def __init__(self, graph: Graph, schema: GraphQLSchema, cookbook: Cookbook, source: CitedSource) -> None:
        self._graph = graph
        self._schema = schema
        self._cookbook = cookbook
        self._source = source
        self.by_name: dict[str, Tool] = {
            "describe_dataset": Tool(
                "Describe the dataset",
                "What the data covers: revision, tasks, GPU models, and the values of architecture and weight "
                "precision. Call it first: filters need these exact spellings.",
                arguments.NoArguments,
                self._describe_dataset,
            ),
            "find_models": Tool(
                "Find models",
                "Models by name, architecture or precision, with their ids and with the tasks and GPU models that they "
                "were measured on.",
                arguments.FindModelsArguments,
                self._find_models,
            ),
            "best_run": Tool(
                "Best measured configuration",
                "The best run of a task within a latency limit: one measured configuration (GPU model, number of GPUs, "
                "batch size), as in a cell of the leaderboard, not an average. Also per model or per GPU model.",
                arguments.BestRunArguments,
                self._best_run,
            ),
            "compare_gpus": Tool(
                "Compare two GPU models",
                "For each model of a task, its best run on each of two GPU models within the same latency limit, and "
                "the relative change: (candidate - baseline) / baseline.",
                arguments.CompareGPUsArguments,
                self._compare_gpus,
            ),
            "search_cookbook": Tool(
                "Search the cookbook",
                "Tested GraphQL queries for a question, with explanations. Adapt one and run it with `run_query`. The "
                "model names in them are those of the built-in sample; `find_models` has those of this dataset.",
                arguments.SearchCookbookArguments,
                self._search_cookbook,
            ),
            "describe_schema": Tool(
                "Describe the schema",
                "Types, fields and arguments of the graph as SDL, with the unit of every field.",
                arguments.DescribeSchemaArguments,
                self._describe_schema,
            ),
            "run_query": Tool(
                "Run a GraphQL query",
                "Run any query. `warnings` lists filter values that match nothing. Lists of runs have 100 rows unless "
                "`first` says otherwise; with `first: 0`, a query requests only views such as `statistics`, `groups` "
                "and `bestRuns`.",
                arguments.RunQueryArguments,
                self._run_query,
            ),
        }

    async def _describe_dataset(self, _given: arguments.NoArguments) -> Result:
        return await self._own(queries.OVERVIEW, {})

    async def _find_models(self, given: arguments.FindModelsArguments) -> Result:
        where = _where({"architecture": given.architecture, "weightPrecision": given.weight_precision})
        return await self._own(
            queries.FIND_MODELS, {"search": given.search, "where": where or None, "first": given.first}
        )

    async def _best_run(self, given: arguments.BestRunArguments) -> Result:
        field = await self._root_field(given.task)
        by = given.by or queries.ENERGY[field]
        direction = "ASC" if given.goal == "MINIMIZE" else "DESC"
        per = {"ALL": None, "MODEL": ["MODEL_ID"], "GPU": ["GPU_MODEL"]}[given.per]
        where = _selection(given, field)
        if given.gpu_model is not None:
            where["gpuModel"] = {"eq": given.gpu_model}
        variables = {
            "where": where,
            "by": by,
            "goal": given.goal,
            "per": per,
            "order": [{"field": by, "direction": direction}],
            "first": given.first,
        }
        return await self._own(queries.BEST[field], variables)

    async def _compare_gpus(self, given: arguments.CompareGPUsArguments) -> Result:
        field = await self._root_field(given.task)
        variables = {
            "where": _selection(given, field),
            "match": queries.SAME_WORK[field],
            "baseline": given.baseline,
            "candidate": given.candidate,
            "by": given.by or queries.ENERGY[field],
            "goal": given.goal,
        }
        return await self._own(queries.COMPARE[field], variables)

    async def _search_cookbook(self, given: arguments.SearchCookbookArguments) -> Result:
        recipes = self._cookbook.search(given.question, given.limit)
        return Result({"recipes": [self.recipe(recipe) for recipe in recipes]})

    async def _describe_schema(self, given: arguments.DescribeSchemaArguments) -> Result:
        return Result({"sdl": describe_schema(self._schema, given.name)})

    async def _run_query(self, given: arguments.RunQueryArguments) -> Result:
        answer = await self._graph.answer(
            given.query, given.variables, operation_name=given.operation_name, revision=given.revision
        )
        return self._result(answer, given.query, given.variables, given.operation_name)

    def recipe(self, recipe: Recipe) -> dict[str, Any]:
        """Return a recipe of the cookbook, with its query for this server."""
        return {
            "number": recipe.number,
            "title": recipe.title,
            "explanation": recipe.explanation,
            "query": self._graph.document(recipe.query),
        }

    async def _own(self, query: str, variables: dict[str, Any]) -> Result:
        """Answer a query of ours; the result has the query, so that an assistant can adapt it."""
        document = self._graph.document(query)
        result = self._result(await self._graph.answer(document, variables), document, variables)
        return Result({**result.content, "query": document, "variables": variables}, failed=result.failed)

    async def _root_field(self, task: str) -> str:
        """Return the root field of a task's runs.

        Raises:
            BadUserInput: There is no such task.
        """
        answer = await self._graph.answer(self._graph.document(queries.KIND_OF_TASK), {"task": task})
        fields = self._graph.fields(answer.data)
        found = fields.get("task")
        if found is None:
            known = ", ".join(each["name"] for each in fields.get("tasks") or ())
            raise BadUserInput(f"task: {shown(task)} is not a task of this dataset; allowed: {known}.", argument="task")
        return _ROOT_FIELDS[found["kind"]]

    def _result(self, answer: Answer, query: str, variables: object, operation_name: str | None = None) -> Result:
        if answer.failed:
            return Result({"errors": answer.errors}, failed=True)
        content: dict[str, Any] = {"data": answer.data}
        if answer.errors:
            content["errors"] = answer.errors
        if answer.warnings:
            content["warnings"] = answer.warnings
        return Result({**content, "source": self._source.entry(query, variables, operation_name)})


def _where(values: dict[str, str | None]) -> dict[str, Any]:
    return {column: {"eq": value} for column, value in values.items() if value is not None}


def _selection(given: arguments.BestRunArguments | arguments.CompareGPUsArguments, field: str) -> dict[str, Any]:
    """Return the filter of the runs that both tools compare.

    Raises:
        BadUserInput: A latency limit is one of the other kind of runs.
    """
    where = _where({"task": given.task, "modelId": given.model_id, "weightPrecision": given.weight_precision})
    limits = {
        "llmRuns": ("max_median_itl_ms", "medianItlMs", given.max_median_itl_ms),
        "diffusionRuns": ("max_batch_latency_s", "batchLatencyS", given.max_batch_latency_s),
    }
    for runs, (argument, column, limit) in limits.items():
        if limit is None:
            continue
        if runs != field:
            allowed = limits[field][0]
            raise BadUserInput(
                f"{argument}: {limit} does not apply to the task {given.task!r}; allowed: {allowed}.", argument=argument
            )
        where[column] = {"lte": limit}
    return where
