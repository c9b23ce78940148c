"""Eager start of a coroutine: it runs outside of a task until it first suspends, and in a task from then on.

Python 3.12 has this for tasks (`asyncio.Task(eager_start=True)`). Most requests never suspend; a task for each takes
20 µs, of its own and for the event loop. `ShortPath` starts the coroutine, `GraphQLEndpoint` resumes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import coroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator

    from web.answers import Reply
    from web.graphql_request import HTTPRequest


@dataclass(frozen=True, slots=True)
class Started:
    """A request whose response is not complete.

    Args:
        request: The request.
        coroutine: Returns the response; suspended.
    """

    request: HTTPRequest
    coroutine: Coroutine[Any, Any, Reply]


@coroutine
def resumed(suspended: Coroutine[Any, Any, Reply]) -> Generator[Any, Any, Reply]:
    """Await a suspended coroutine; `await` itself refuses one that was started elsewhere."""
    return (yield from suspended.__await__())
