"""The bytes of a raw `results.json` → its top level, with values as text: one pass that builds no values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from errors import RawDataUnavailable
from timelines.lenient import DECODE_ERRORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tables.file_bytes import FileBytes

    TopLevel = Mapping[str, msgspec.Raw]

MAX_SHOWN = 100  # characters of a value in an error

_TOP_LEVEL = msgspec.json.Decoder(dict[str, msgspec.Raw])

# Matches up to the end of the next string, or the next NaN or infinity, which Python's `json` writes and reads and JSON
# does not have. Characters that begin neither are consumed at once: 10 times faster than trying at each of them. A
# string without an end extends to the end of the file, or every quote in it would begin another.
_STRING_OR_WORD = re.compile(
    rb'[^"NI-]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|(?<![\w.+-])(NaN|-?Infinity)(?![\w.+-])|[NI-]|\Z)', re.DOTALL
)
_WORDS = (re.compile(rb"NaN"), re.compile(rb"Infinity"))
_OUT_OF_RANGE = b"1e999"
# Group 1 matches escaped backslashes and surrogate pairs, which stay; the other branch a lone surrogate: JSON's grammar
# allows it and Python reads it, but it encodes no character. Starting with a literal makes the search 10 times faster.
_SURROGATES = re.compile(
    rb"\\(?:(\\(?:\\\\)*+|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_REPLACEMENT = rb"\ufffd"


def top_level(raw: FileBytes, *, path: str) -> TopLevel:
    """Check that a raw file is one JSON object, to its end, and return the text of each member's value.

    Python's `json`, which writes these files and with which the toolkit reads them, accepts more than JSON: NaN, the
    infinities and lone surrogates. If the file is not strict JSON, NaN and the infinities are replaced by a number out
    of range, so that the decoder of the figure refuses it, and lone surrogates by U+FFFD.

    Args:
        raw: The whole file.
        path: The file's path relative to the dataset's root, for errors.

    Raises:
        RawDataUnavailable: The file is not a JSON object: truncated, damaged, nested too deeply.
    """
    try:
        return _TOP_LEVEL.decode(raw)
    except (*DECODE_ERRORS, RecursionError) as error:
        if not any(each.search(raw) for each in (*_WORDS, _SURROGATE)):
            raise _unreadable(path, error) from error
    strict = _without_lone_surrogates(_without_words(raw))
    try:
        return _TOP_LEVEL.decode(strict)
    except (*DECODE_ERRORS, RecursionError) as error:
        raise _unreadable(path, error) from error


def _without_words(raw: FileBytes) -> FileBytes:
    """Replace NaN and the infinities outside of strings by a number out of range."""
    if not any(word.search(raw) for word in _WORDS):
        return raw
    pieces: list[bytes | memoryview] = []
    whole, done = memoryview(raw), 0
    # One match at a time, so that other threads run in between: a large file has some ten thousand strings.
    for found in _STRING_OR_WORD.finditer(raw):
        if found[1] is not None:
            pieces += [whole[done : found.start(1)], _OUT_OF_RANGE]
            done = found.end()
    return b"".join([*pieces, whole[done:]])


def _without_lone_surrogates(raw: FileBytes) -> FileBytes:
    if not _SURROGATE.search(raw):
        return raw
    return _SURROGATES.sub(lambda found: _REPLACEMENT if found[1] is None else found[0], raw)


def _unreadable(path: str, error: Exception) -> RawDataUnavailable:
    return RawDataUnavailable(f"{path}: {in_short(error)}", path=path)


def in_short(error: Exception, *, within: str = "$") -> str:
    """Return the message of a decoding error, with the place in the file.

    Args:
        error: The error; msgspec names a place as a path from `$`, the value that it decoded.
        within: The place of that value, as a path from the top level.
    """
    if isinstance(error, RecursionError):
        return "is nested too deeply to be a raw file of the benchmark"
    message = str(error).replace("`", "")
    return message.replace("$", within) if "$" in message or within == "$" else f"{message} - at {within}"


def value_in_short(value: object) -> str:
    """Return a value for an error message, at most 100 characters."""
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."
