"""The id of a request, which its answer names in `X-Request-ID` and its log lines in `request_id`."""

from __future__ import annotations

import re
from contextvars import ContextVar
from random import getrandbits
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER = b"x-request-id"
# What a proxy in front may have given: UUIDs, hexadecimal trace ids. Nothing that could forge a log line.
_GIVEN = re.compile(rb"[A-Za-z0-9-]{8,64}")

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def identify(headers: Mapping[bytes, bytes]) -> bytes:
    """Return the id that a proxy has given, or a new one; the log knows it from now on."""
    given = headers.get(HEADER)
    value = given if given is not None and _GIVEN.fullmatch(given) else b"%032x" % getrandbits(128)
    request_id.set(value.decode())
    return value
