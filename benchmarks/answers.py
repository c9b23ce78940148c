"""Requests to a server under measurement, and the comparison of answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.bodies import Bodies
    from benchmarks.servers import Server

_HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}
_TIMEOUT_SECONDS = 60.0
_SHOWN_CHARACTERS = 300


class VoidError(Exception):
    """A measurement that compares nothing: a server returned an error, or the answers differ."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer without errors.

    Args:
        data: The decoded `data`, or ROAPI's list of rows.
        content: The response body, decoded.
        sent_bytes: Length of the response body as it was sent.
    """

    data: object
    content: bytes
    sent_bytes: int


def request(server: Server, body: bytes, *, encoding: str = "identity") -> Answer:
    """Send one request that accepts this content encoding.

    Raises:
        VoidError: No response, or a response other than a 200 without errors.
    """
    try:
        headers = _HEADERS | {"Accept-Encoding": encoding}
        response = httpx.post(server.url, content=body, headers=headers, timeout=_TIMEOUT_SECONDS)
    except httpx.HTTPError as error:
        raise VoidError(f"{server.name} did not answer: {error!r}") from error
    if (found := response.headers.get("Content-Encoding", "identity")) != encoding:
        raise VoidError(f"{server.name} encoded its answer by {found}, not {encoding}")
    match json.loads(response.content) if response.status_code == httpx.codes.OK else None:
        case {"data": dict(data), **others} if "errors" not in others:
            return Answer(data, response.content, response.num_bytes_downloaded)
        case list(rows):
            return Answer(rows, response.content, response.num_bytes_downloaded)
        case _:
            raise VoidError(f"{server.name} answered {response.status_code}: {response.text[:_SHOWN_CHARACTERS]}")


def first_difference(left: object, right: object, path: str = "data") -> str | None:
    """Return the first place where two decoded JSON values differ, with both values; None if they are equal."""
    if isinstance(left, dict) and isinstance(right, dict):
        # JSON objects are unordered, but GraphQL's answers have the order of the selection.
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
    # Python treats True as equal to 1; JSON does not. 14 and 14.0 are the same number in JSON.
    return "number" if type(value) in (int, float) else type(value).__name__


@dataclass(frozen=True, slots=True)
class Contender:
    """A server and its request bodies.

    Args:
        server: The server.
        bodies: The same requests as to the other servers, in this server's schema.
        difference: Returns the first difference between our data and this server's; None if they are equivalent.
    """

    server: Server
    bodies: Bodies
    difference: Callable[[object, object], str | None] = first_difference


def equal_answers(contenders: Sequence[Contender], number: int, *, encoding: str = "identity") -> tuple[Answer, ...]:
    """Send the same request to all servers, and check their answers against the first, which is ours.

    Raises:
        VoidError: A server returned an error, or two answers differ.
    """
    answers = tuple(request(each.server, each.bodies.body(number), encoding=encoding) for each in contenders)
    for each, answer in zip(contenders[1:], answers[1:], strict=True):
        place = each.difference(answers[0].data, answer.data)
        if place is not None:
            raise VoidError(f"{contenders[0].server.name} and {each.server.name} differ at {place}")
    return answers
