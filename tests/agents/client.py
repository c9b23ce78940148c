"""The client of the official SDK, over HTTP, one connection per call."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from mcp import Client, MCPError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mcp.types import CallToolResult


def connected(address: str, use: Callable[[Client], Awaitable[Any]], *, mode: str = "auto") -> Any:  # noqa: ANN401 - what `use` returns
    """Connect to a server, and return what `use` returns.

    Args:
        address: Base URL of the server.
        use: Called with the client.
        mode: The protocol: `legacy` for versions with a handshake, `auto` for the newest that both sides know.

    Raises:
        MCPError: The server answered with an error of the protocol.
    """

    async def used() -> Any:  # noqa: ANN401 - likewise
        async with Client(f"{address}/mcp", mode=mode) as client:
            try:
                return await use(client)
            except MCPError as error:  # raised here, it would leave the client's task groups as a group of exceptions
                failure = error
        raise failure

    return asyncio.run(used())


def call(address: str, tool: str, **arguments: Any) -> CallToolResult:  # noqa: ANN401 - any JSON
    """Call a tool."""
    result: CallToolResult = connected(address, lambda client: client.call_tool(tool, arguments))
    return result


def called(address: str, tool: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Call a tool that must succeed; return its structured result."""
    result = call(address, tool, **arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return dict(result.structured_content)


def refused(address: str, tool: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Call a tool that must fail; return its first error."""
    result = call(address, tool, **arguments)
    assert result.is_error, result.content
    assert result.structured_content is not None
    error: dict[str, Any] = result.structured_content["errors"][0]
    return error
