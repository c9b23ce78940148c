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

# What Python's own writer makes of figures that are no numbers, and JSON does not know; or a string, to be passed over.
_STRING_OR_WORD = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|-?Infinity|NaN', re.DOTALL)
_WORD = re.compile(rb"Infinity|NaN")
_QUOTE = b'"'


def top_level(raw: FileBytes, *, path: str) -> TopLevel:
    """Check that a raw file is one JSON object, to its end, and return the values of its keys as text.

    NaN and the infinities count as null: the benchmark writes them where a figure does not exist, and whoever needs
    the figure says that it is missing. They are looked for only where the file is no JSON as it stands.

    Args:
        raw: The whole file.
        path: The file's path relative to the dataset's root, for errors.

    Raises:
        RawDataUnavailable: The file is no JSON object: cut, damaged, nested too deeply.
    """
    try:
        return _TOP_LEVEL.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        if not _WORD.search(raw):
            raise unreadable(path, error) from error
    try:
        return _TOP_LEVEL.decode(_with_nulls(raw))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise unreadable(path, error) from error


def _with_nulls(raw: FileBytes) -> bytes:
    """Write null for what is no number; texts stay as they are."""
    pieces: list[bytes | memoryview] = []
    whole, done = memoryview(raw), 0
    # One by one, so that other threads run in between: a large file has some ten thousand strings.
    for found in _STRING_OR_WORD.finditer(raw):
        if not found[0].startswith(_QUOTE):
            pieces += [whole[done : found.start()], b"null"]
            done = found.end()
    return b"".join([*pieces, whole[done:]])


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
