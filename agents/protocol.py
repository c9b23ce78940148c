"""The MCP server: tools and resources as handlers of the official SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from mcp import MCPError
from mcp.server.lowlevel import Server
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextContent,
    TextResourceContents,
    ToolAnnotations,
)
from mcp.types import Tool as ToolDefinition

from agents.arguments import read_arguments
from errors import ClientError, shown
from web.masking import masked_entry
from web.request_log import OPERATION_NAME

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

    from agents.cookbook import Cookbook
    from agents.tools import Tools

_NAME = "mlenergy-graph"
_SCHEMA_URI = "mlenergy://schema.graphql"
_RECIPE_URI = "mlenergy://cookbook/"
_GRAPHQL = "application/graphql"
_JSON = "application/json"
INSTRUCTIONS = """\
The ML.ENERGY Benchmark: measured energy, time and power of LLM and diffusion inference on GPUs, as a GraphQL graph.
1. describe_dataset lists tasks, GPU models and the exact spelling of architectures and precisions.
2. best_run and compare_gpus answer the most common questions; search_cookbook finds a query for any other; \
describe_schema explains fields; run_query runs a query.
3. Cite: give `source.revision` and `source.citation`, and `source.link` as evidence. If `source.synthetic` is true, \
the numbers are made up: say so.
Mistakes to avoid:
- A leaderboard figure is one run under a latency limit (best_run), never a mean over runs.
- maxNumSeqs (batch size) is a configured maximum; avgBatchSize is the batch size that was achieved.
- Models can have FP8 weights without ` FP8` in the name: filter weightPrecision, not names.
- Energy per token is that of the steady state of LLM runs. Timelines of LLM runs cover the steady state unless window \
is FULL; those of diffusion runs always cover the whole run.
- Runs that reached no steady state are excluded unless stability is ANY.
- Read `warnings`: they list values that match nothing."""


def build_server(tools: Tools, cookbook: Cookbook, sdl: str, *, revision: str) -> Server[dict[str, Any]]:
    """Return the MCP server.

    Args:
        tools: The tools.
        cookbook: The recipes, each of which is a resource.
        sdl: The schema, which is a resource.
        revision: Revision of the data, the version of what this server tells.
    """
    handlers = _Handlers(tools, cookbook, sdl)
    return Server(
        _NAME,
        version=revision,
        title="ML.ENERGY graph",
        instructions=INSTRUCTIONS,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_resource_templates,
        on_read_resource=handlers.read_resource,
    )


class _Handlers:
    """Handlers of requests; their parameters and results are types of the SDK."""

    def __init__(self, tools: Tools, cookbook: Cookbook, sdl: str) -> None:
        self._tools = tools
        self._sdl = sdl
        self._definitions = [
            ToolDefinition(
                name=name,
                title=tool.title,
                description=tool.description,
                input_schema=tool.arguments.model_json_schema(),
                annotations=ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
            )
            for name, tool in tools.by_name.items()
        ]
        schema = Resource(uri=_SCHEMA_URI, name="schema", description="The whole schema.", mime_type=_GRAPHQL)
        recipes = [
            Resource(uri=f"{_RECIPE_URI}{each.number}", name=f"recipe-{each.number}", title=each.title, mime_type=_JSON)
            for each in cookbook.recipes.values()
        ]
        self._resources = [schema, *recipes]
        self._recipes = {f"{_RECIPE_URI}{number}": recipe for number, recipe in cookbook.recipes.items()}

    async def list_tools(
        self, _context: ServerRequestContext[dict[str, Any]], _params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return ListToolsResult(tools=self._definitions)

    async def call_tool(
        self, context: ServerRequestContext[dict[str, Any]], params: CallToolRequestParams
    ) -> CallToolResult:
        tool = self._tools.by_name.get(params.name)
        if tool is None:
            allowed = ", ".join(self._tools.by_name)
            raise MCPError(INVALID_PARAMS, f"Tool {shown(params.name)} is unknown; allowed: {allowed}.")
        if context.request is not None:
            context.request.scope[OPERATION_NAME] = params.name
        try:
            result = await tool.call(read_arguments(tool.arguments, params.arguments))
        except ClientError as error:
            return _tool_result({"errors": [error.entry]}, failed=True)
        except Exception as error:  # noqa: BLE001 - any exception is masked
            return _tool_result({"errors": [masked_entry(error)]}, failed=True)
        return _tool_result(result.content, failed=result.failed)

    async def list_resources(
        self, _context: ServerRequestContext[dict[str, Any]], _params: PaginatedRequestParams | None
    ) -> ListResourcesResult:
        return ListResourcesResult(resources=self._resources)

    async def list_resource_templates(
        self, _context: ServerRequestContext[dict[str, Any]], _params: PaginatedRequestParams | None
    ) -> ListResourceTemplatesResult:
        template = ResourceTemplate(
            uri_template=f"{_RECIPE_URI}{{number}}", name="recipe", description="A recipe.", mime_type=_JSON
        )
        return ListResourceTemplatesResult(resource_templates=[template])

    async def read_resource(
        self, _context: ServerRequestContext[dict[str, Any]], params: ReadResourceRequestParams
    ) -> ReadResourceResult:
        uri = str(params.uri)
        if uri == _SCHEMA_URI:
            return _resource(uri, self._sdl, _GRAPHQL)
        recipe = self._recipes.get(uri)
        if recipe is None:
            allowed = f"{_SCHEMA_URI}, {_RECIPE_URI}1 to {_RECIPE_URI}{len(self._recipes)}"
            raise MCPError(INVALID_PARAMS, f"Resource {shown(uri)} is unknown; allowed: {allowed}.")
        return _resource(uri, orjson.dumps(self._tools.recipe(recipe)).decode(), _JSON)


def _tool_result(content: dict[str, Any], *, failed: bool) -> CallToolResult:
    """Return a result as an object, and as text for clients that show only text."""
    text = orjson.dumps(content).decode()
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=content, is_error=failed)


def _resource(uri: str, text: str, media_type: str) -> ReadResourceResult:
    return ReadResourceResult(contents=[TextResourceContents(uri=uri, text=text, mime_type=media_type)])
