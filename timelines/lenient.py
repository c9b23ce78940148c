"""Parts of a raw file that the strict decoders refuse, read as the toolkit reads them: Python's `json` and `float`."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec

JSONText = msgspec.Raw | bytes

_FLOAT = msgspec.json.Decoder(float)


def loads(text: JSONText) -> Any:  # noqa: ANN401 - any JSON
    """Decode one part of a file.

    Integers become floats: `int` refuses more than 4300 digits, and every figure of a raw file is below 2^53.

    Raises:
        ValueError: An escape in a string is invalid; the strict decoders do not look into strings that they skip.
        RecursionError: The part is nested too deeply.
    """
    return json.loads(str(text, "utf-8", "replace"), parse_int=float, strict=False)


def number(value: object) -> float:
    """Return what `float` makes of a decoded JSON value, numbers written as text and booleans included.

    Returns:
        The number; NaN for anything that is not a finite number.
    """
    if not isinstance(value, (int, float, str)):
        return math.nan
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return math.nan
    return found if math.isfinite(found) else math.nan


def whole_number(value: object) -> int | None:
    """Return what `int` makes of a decoded JSON value; None for anything that is not an integer or a finite number."""
    if not isinstance(value, (int, float, str)):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None


def optional_number(text: JSONText) -> tuple[float | None, int]:
    """Read a figure that a file may leave out.

    The benchmark writes null or NaN for a figure that it could not compute, so neither counts as skipped.

    Returns:
        The number, None if there is none; and how many values were skipped, 0 or 1.
    """
    try:
        return _FLOAT.decode(text), 0
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        value = loads(text)
    except (ValueError, RecursionError):
        return None, 1
    found = number(value)
    if not math.isnan(found):
        return found, 0
    return None, 0 if value is None or isinstance(value, float) else 1
