"""One question to one server, and whether two servers answer it alike."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.bodies import Bodies
    from benchmarks.servers import Server

_HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}
_TIMEOUT_SECONDS = 60.0
_SHOWN_CHARACTERS = 300


class VoidError(Exception):
    """What was measured, or was about to be, compares nothing: a server erred or the answers differ."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said.

    Args:
        data: The answer's `data`, or the list that ROAPI answers with, decoded.
        content: The body.
    """

    data: object
    content: bytes

    @property
    def size(self) -> int:
        """The body's length in bytes."""
        return len(self.content)


def ask(server: Server, body: bytes) -> Answer:
    """Send one request.

    Raises:
        VoidError: There is no answer, or it is not a 200 without errors.
    """
    try:
        response = httpx.post(server.url, content=body, headers=_HEADERS, timeout=_TIMEOUT_SECONDS)
    except httpx.HTTPError as error:
        raise VoidError(f"{server.name} did not answer: {error!r}") from error
    shown = f"{server.name} answered {response.status_code}: {response.text[:_SHOWN_CHARACTERS]}"
    if response.status_code != httpx.codes.OK:
        raise VoidError(shown)
    match json.loads(response.content):
        case {"errors": _}:
            raise VoidError(shown)
        case {"data": dict(data)}:
            return Answer(data, response.content)
        case list(rows):
            return Answer(rows, response.content)
        case _:
            raise VoidError(shown)


def first_difference(left: object, right: object, path: str = "data") -> str | None:
    """Return the first place where two decoded JSON values differ, with both values, or None where they are equal."""
    if isinstance(left, dict) and isinstance(right, dict):
        # JSON objects are unordered, GraphQL's answers are not: keys come as they were selected.
        if list(left) != list(right):
            return f"{path}: keys {list(left)} and {list(right)}"
        places = (first_difference(left[key], right[key], f"{path}.{key}") for key in left)
    elif isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return f"{path}: {len(left)} and {len(right)} items"
        pairs = enumerate(zip(left, right, strict=True))
        places = (first_difference(*pair, f"{path}[{index}]") for index, pair in pairs)
    else:
        return None if left == right and _kind(left) == _kind(right) else f"{path}: {left!r} and {right!r}"
    return next((place for place in places if place is not None), None)


def _kind(value: object) -> str:
    # Python holds True equal to 1; JSON does not. 14 and 14.0 are one number in JSON.
    return "number" if type(value) in (int, float) else type(value).__name__


@dataclass(frozen=True, slots=True)
class Asked:
    """A server and what it is asked.

    Args:
        server: The server.
        bodies: The same questions as to the others, in its own words.
        difference: Returns the first place where our data and its differ, or None where they say the same.
    """

    server: Server
    bodies: Bodies
    difference: Callable[[object, object], str | None] = first_difference


def ask_alike(asked: Sequence[Asked], number: int) -> tuple[Answer, ...]:
    """Ask all servers the same and make sure that they say the same as the first, which is ours.

    Raises:
        VoidError: A server erred, or two answers differ; names the first place.
    """
    answers = tuple(ask(each.server, each.bodies.body(number)) for each in asked)
    for each, answer in zip(asked[1:], answers[1:], strict=True):
        place = each.difference(answers[0].data, answer.data)
        if place is not None:
            raise VoidError(f"{asked[0].server.name} and {each.server.name} differ at {place}")
    return answers
