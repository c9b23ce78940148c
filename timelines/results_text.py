"""The bytes of a raw `results.json` → its top level, whose values are still text: one pass that builds nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from errors import RawDataUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tables.file_bytes import FileBytes

    TopLevel = Mapping[str, msgspec.Raw]

_TOP_LEVEL = msgspec.json.Decoder(dict[str, msgspec.Raw])

# Up to and with the next string, to be passed over, or the next number that Python's `json` writes and reads and JSON
# does not have. Characters that begin neither are taken in one go: 10 times faster than trying at each of them. A
# string without an end is taken to the end of the file, or every quote in it would begin another.
_STRING_OR_WORD = re.compile(
    rb'[^"NI-]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|(?<![\w.+-])(NaN|-?Infinity)(?![\w.+-])|[NI-]|\Z)', re.DOTALL
)
_WORDS = (re.compile(rb"NaN"), re.compile(rb"Infinity"))
_OUT_OF_RANGE = b"1e999"
MAX_SHOWN = 100  # characters of a value in an error
# Escaped backslashes or a pair of surrogates, which stay, or half a pair: JSON's grammar has it, and Python reads it,
# but it encodes no character. A pattern that begins with a literal is searched for 10 times faster.
_SURROGATES = re.compile(
    rb"\\(?:(\\(?:\\\\)*+|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_REPLACEMENT = rb"\ufffd"


def top_level(raw: FileBytes, *, path: str) -> TopLevel:
    """Check that a raw file is one JSON object, to its end, and return the values of its keys as text.

    Python's `json`, which writes these files and with which the toolkit reads them, knows more than JSON: NaN, the
    infinities and lone surrogates. Where the file is not JSON as it stands, NaN and the infinities are replaced by a
    number that is out of range, so that whoever needs the figure notices, and lone surrogates by U+FFFD.

    Args:
        raw: The whole file.
        path: The file's path relative to the dataset's root, for errors.

    Raises:
        RawDataUnavailable: The file is no JSON object: cut, damaged, nested too deeply.
    """
    try:
        return _TOP_LEVEL.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        if not any(each.search(raw) for each in (*_WORDS, _SURROGATE)):
            raise unreadable(path, error) from error
    plain = _without_lone_surrogates(_without_words(raw))
    try:
        return _TOP_LEVEL.decode(plain)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise unreadable(path, error) from error


def _without_words(raw: FileBytes) -> FileBytes:
    """Write a number out of range for NaN and the infinities; strings are left alone."""
    if not any(word.search(raw) for word in _WORDS):
        return raw
    pieces: list[bytes | memoryview] = []
    whole, done = memoryview(raw), 0
    # One by one, so that other threads run in between: a large file has some ten thousand strings.
    for found in _STRING_OR_WORD.finditer(raw):
        if found[1] is not None:
            pieces += [whole[done : found.start(1)], _OUT_OF_RANGE]
            done = found.end()
    return b"".join([*pieces, whole[done:]])


def _without_lone_surrogates(raw: FileBytes) -> FileBytes:
    """Write U+FFFD for surrogate escapes that are not one of a pair."""
    if not _SURROGATE.search(raw):
        return raw
    return _SURROGATES.sub(lambda found: _REPLACEMENT if found[1] is None else found[0], raw)


def unreadable(path: str, error: Exception) -> RawDataUnavailable:
    """Return the error of a file, or of a part of it, that is not what it should be."""
    if isinstance(error, RecursionError):
        return RawDataUnavailable(f"{path}: is nested too deeply to be a raw file of the benchmark", path=path)
    return RawDataUnavailable(f"{path}: {in_short(error)}", path=path)


def in_short(error: Exception, *, within: str = "$") -> str:
    """Return what msgspec says is wrong; it names a place as a path from `$`, which is what it was given to decode.

    Args:
        error: The error.
        within: The place of what was decoded, as a path from the top level.
    """
    said = str(error).replace("`", "")
    return said.replace("$", within) if "$" in said or within == "$" else f"{said} - at {within}"


def value_in_short(value: object) -> str:
    """Return a value of a file as errors show it: at most 100 characters."""
    said = repr(value)
    return said if len(said) <= MAX_SHOWN else f"{said[: MAX_SHOWN - 3]}..."
