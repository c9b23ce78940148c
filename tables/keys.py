"""The order of a column of texts, its repeats, and the row of each key, without an object per text."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_WORD_BYTES = 8
_STEPS = 20
# A dict of so many keys takes about a megabyte.
_FEW = 8_192
_MIXER = np.uint64(0x9E3779B97F4A7C15)  # odd, its bits well mixed: 2⁶⁴ over the golden ratio


def sorted_rows(texts: pa.Array[Any]) -> NDArray[np.int64]:
    """Return the rows of a string array without nulls in the code point order of their texts.

    Arrow compares texts one by one; the first eight bytes of each, read as one number, sort seven times faster. Where
    these do not tell texts apart, Arrow sorts the rest: all of them together, as they stay among themselves.
    """
    prefixes = _words(texts, 0)
    rows = np.argsort(prefixes)
    tied = _tied(prefixes.take(rows))
    if len(tied):
        among = rows.take(tied)
        rows[tied] = among.take(pc.sort_indices(texts.take(among)).to_numpy())
    return rows


def repeated_rows(texts: pa.Array[Any]) -> NDArray[np.int64]:
    """Return the rows of a string array without nulls whose text stands in another row, too, ascending.

    A number is made of each text's bytes; only texts of equal numbers are compared.
    """
    lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False)
    numbers = lengths.astype(np.uint64)
    for word in range(-(-int(lengths.max(initial=0)) // _WORD_BYTES)):
        numbers = (numbers ^ _words(texts, word)) * _MIXER
        numbers ^= numbers >> np.uint64(29)
    rows = np.argsort(numbers)
    alike = np.sort(rows.take(_tied(numbers.take(rows))))
    codes = texts.take(alike).dictionary_encode().indices.to_numpy()
    return alike.compress(np.bincount(codes).take(codes) > 1)


def _tied(in_order: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the places of sorted numbers that are not the only ones of their value."""
    same = in_order[1:] == in_order[:-1]
    return np.flatnonzero(np.append(same, np.False_) | np.append(np.False_, same))


def _words(texts: pa.Array[Any], word: int) -> NDArray[np.uint64]:
    """Return so-manieth eight bytes of each text as a number that orders as they do, as if zeros followed the text."""
    _, bounds, data = texts.buffers()
    characters = np.frombuffer(data or b"", np.uint8)
    if len(characters) < _WORD_BYTES:
        characters = np.append(characters, np.zeros(_WORD_BYTES, np.uint8))
    anywhere = np.ndarray(len(characters) - _WORD_BYTES + 1, ">u8", characters, strides=(1,))
    offsets = np.frombuffer(bounds, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    starts = offsets[:-1] + word * _WORD_BYTES
    inside = np.minimum(starts, len(anywhere) - 1)
    found = anywhere[inside].astype(np.uint64) << ((starts - inside).clip(0, 7) * 8).astype(np.uint64)
    beyond = ((_WORD_BYTES - (offsets[1:] - starts).clip(1, _WORD_BYTES)) * 8).astype(np.uint64)
    return np.where(starts < offsets[1:], found >> beyond << beyond, np.uint64(0))


class RowsOfKeys:
    """The row of each key: in a dict where there are few; else by halving, as a dict of a million texts takes 150 MB.

    Args:
        keys: The keys, a string array without nulls or repeats.
        rows: Their rows in the order of the keys.
    """

    def __init__(self, keys: pa.Array[Any], rows: NDArray[np.int64]) -> None:
        self._keys = keys
        self._rows = rows
        self._few: dict[str, int] | None = None
        if len(keys) <= _FEW:
            self._few = {key: row for row, key in enumerate(keys.to_pylist())}

    def get(self, key: str) -> int | None:
        """Return the row of a key, or None where no row has it."""
        if self._few is not None:
            return self._few.get(key)
        place = bisect_left(self._rows, key, key=self._key)
        if place == len(self._rows) or self._key(self._rows[place]) != key:
            return None
        return int(self._rows[place])

    def find(self, keys: Sequence[str]) -> NDArray[np.int64]:
        """Return the row of each key, -1 where no row has it."""
        if len(keys) * _STEPS < len(self._rows):  # halving costs some steps per key, an index one per row
            found = [self.get(key) for key in keys]
            return np.array([-1 if row is None else row for row in found], np.int64)
        rows = pc.index_in(pa.array(keys, pa.string()), value_set=self._keys)
        places: NDArray[np.int64] = rows.fill_null(-1).to_numpy().astype(np.int64)
        return places

    def __getitem__(self, key: str) -> int:
        """Return the row of a key that is there.

        Raises:
            KeyError: No row has it.
        """
        row = self.get(key)
        if row is None:
            raise KeyError(key)
        return row

    def _key(self, row: np.int64) -> str:
        key: str = self._keys[int(row)].as_py()
        return key
