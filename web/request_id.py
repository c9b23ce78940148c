"""Request id, sent in `X-Request-ID` and logged as `request_id`."""

from __future__ import annotations

import re
from contextvars import ContextVar
from random import getrandbits
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER = b"x-request-id"
# Ids that a proxy may have assigned: UUIDs, hexadecimal trace ids. None of them can forge a log line.
_ACCEPTED = re.compile(rb"[A-Za-z0-9-]{8,64}")

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def identify(headers: Mapping[bytes, bytes]) -> bytes:
    """Return the id assigned by a proxy, or a new one, and set it for the log."""
    given = headers.get(HEADER)
    value = given if given is not None and _ACCEPTED.fullmatch(given) else b"%032x" % getrandbits(128)
    request_id.set(value.decode())
    return value
