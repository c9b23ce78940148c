"""Values of a raw file that the strict decoders refuse, read as the toolkit does: with Python's `json` and `float`."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec

JSONText = msgspec.Raw | bytes

NULL = msgspec.Raw(b"null")
UNREADABLE = "unreadable"
MAX_MAGNITUDE = 1e12  # far over any unix second, watt or degree, and no sum or product of these overflows
# The second is raised for a string that is not UTF-8.
DECODE_ERRORS = (msgspec.DecodeError, UnicodeDecodeError)

_FLOAT = msgspec.json.Decoder(float)


def loads(text: JSONText) -> Any:  # noqa: ANN401 - any JSON
    """Decode a part of a file.

    Integers become floats: `int` refuses more than 4300 digits, and every figure of a raw file is below 2^53.

    Returns:
        The value; `UNREADABLE`, a text, if the part has an invalid escape (the strict decoders do not check strings
        that they skip) or is nested too deeply.
    """
    try:
        return json.loads(str(text, "utf-8", "replace"), parse_int=float, strict=False)
    except (ValueError, RecursionError):
        return UNREADABLE


def number(value: object) -> float:
    """Convert a JSON value, text and booleans included, with `float`; NaN unless the result is a finite number."""
    if not isinstance(value, (int, float, str)):
        return math.nan
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return math.nan
    return found if math.isfinite(found) else math.nan


def whole_number(value: object) -> int | None:
    """Convert a JSON value, text and booleans included, with `int`; None if that fails."""
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
        The number or None, and the number of skipped values, 0 or 1.
    """
    try:
        return _FLOAT.decode(text), 0
    except DECODE_ERRORS:
        pass
    value = loads(text)
    found = number(value)
    if not math.isnan(found):
        return found, 0
    return None, 0 if value is None or isinstance(value, float) else 1
