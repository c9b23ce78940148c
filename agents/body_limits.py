"""Limits of a JSON body, checked before the SDK parses it: its parsers and validators recurse and copy."""

from __future__ import annotations

from typing import Any

import orjson

from errors import RequestRefused

# A filter nests a few levels, variables at most 20 (`web/variable_limits.py`), and the envelope of a call 4.
MAX_DEPTH = 64
# Variables have at most 20,000 values.
MAX_VALUES = 25_000


def check_body(body: bytes) -> None:
    """Check that a body is JSON, its nesting, and the number of its values.

    Raises:
        RequestRefused: It is not JSON, or exceeds a limit.
    """
    try:
        level: list[Any] = [orjson.loads(body)]
    except orjson.JSONDecodeError as error:
        raise RequestRefused(400, f"The body is not valid JSON: {error.msg} (position {error.pos}).") from None
    count = depth = 0
    while level:
        count += len(level)
        if count > MAX_VALUES:
            raise RequestRefused(400, f"The body has more than {MAX_VALUES} values.")
        if depth > MAX_DEPTH:
            raise RequestRefused(400, f"The body is nested more than {MAX_DEPTH} levels deep.")
        following: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                following += value.values()
            elif isinstance(value, list):
                following += value
        level = following
        depth += 1
