"""Run ids: opaque, URL-safe, and equal in every revision that contains the run."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tables.run_kinds import RunKind

_DIGEST_BYTES = 15  # 24 base-32 digits without padding; a million runs have a collision with probability 10⁻²⁴
_CHUNK = 2**12  # names that are Python objects at the same time
_DIGITS = _DIGEST_BYTES * 8 // 5
_ALPHABET = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", np.uint8)
_DIGIT_SET = frozenset(_ALPHABET.tobytes().decode())
# The two letters of each number of ten bits, as one integer: two letters at a time take two thirds of the time.
_PAIRS = np.stack((_ALPHABET.repeat(32), np.tile(_ALPHABET, 32)), axis=1).copy().view(np.uint16).reshape(-1)


def run_ids(kind: RunKind, columns: Mapping[str, pa.Array[Any]]) -> pa.Array[Any]:
    """Return one id per run: the digest of its `results_path`, which is unique and stable.

    A run without a path is identified by its configuration columns and, because these repeat (docs/adr/0003), by an
    ordinal among the runs with the same configuration. The ordinal follows the order of the measurements, so the order
    of rows in the file does not matter.
    """
    paths = columns["results_path"]
    named = pc.fill_null(pc.greater(pc.binary_length(paths), 0), fill_value=False).to_numpy(zero_copy_only=False)
    if named.all():
        return _base32(_digests(kind, paths))
    digests = np.empty((len(paths), _DIGEST_BYTES), np.uint8)
    digests[named] = _digests(kind, paths.filter(pa.array(named)))
    unnamed = np.flatnonzero(~named)
    digests[unnamed] = _digests(kind, pa.array(_configuration_names(kind, columns, unnamed.tolist()), pa.binary()))
    return _base32(digests)


def is_run_id(text: str) -> bool:
    """Return whether a text has the form of a run id."""
    return len(text) == _DIGITS and _DIGIT_SET.issuperset(text)


def _digests(kind: RunKind, names: pa.Array[Any]) -> NDArray[np.uint8]:
    """Return the digest of each name, preceded by a line with the kind; shape (n, 15).

    A copy of a hash takes two thirds of the time of a new one. A million Python objects at once would take 150 MB.
    """
    copy = hashlib.blake2b(b"%s\n" % kind.name.encode(), digest_size=_DIGEST_BYTES).copy
    digests = bytearray()
    for start in range(0, len(names), _CHUNK):
        for name in names[start : start + _CHUNK].cast(pa.binary()).to_pylist():
            hashed = copy()
            hashed.update(name)
            digests += hashed.digest()
    return np.frombuffer(digests, np.uint8).reshape(-1, _DIGEST_BYTES)


def _base32(digests: NDArray[np.uint8]) -> pa.Array[Any]:
    """Encode digests by RFC 4648, in lowercase: five bytes are four pairs of digits of five bits."""
    numbers = np.zeros((len(digests), _DIGEST_BYTES // 5), np.uint64)
    for place in range(5):
        numbers = (numbers << np.uint64(8)) | digests[:, place::5]
    letters = np.empty((*numbers.shape, 4), np.uint16)
    for place in range(4):
        letters[..., place] = _PAIRS[(numbers >> np.uint64(30 - 10 * place)) & np.uint64(1023)]
    offsets = np.arange(len(digests) + 1, dtype=np.int32) * np.int32(_DIGITS)
    return pa.StringArray.from_buffers(len(digests), pa.py_buffer(offsets), pa.py_buffer(letters))


def _configuration_names(kind: RunKind, columns: Mapping[str, pa.Array[Any]], rows: Sequence[int]) -> list[bytes]:
    chosen = pa.array(rows, pa.int64())
    keys = kind.id_columns
    rest = [column.name for column in kind.columns if column.name not in keys]
    # Whole numbers are written without a fraction, as in the file, so that ids do not depend on our types.
    whole = {column.name for column in kind.columns if column.whole}
    cells = {name: columns[name].take(chosen) for name in (*keys, *rest)}
    cells |= {name: cells[name].cast(pa.int64()) for name in whole}
    configurations = _json_rows([cells[name] for name in keys])
    measurements = _json_rows([cells[name] for name in rest])
    ordinals = [0] * len(rows)
    counters: defaultdict[bytes, count[int]] = defaultdict(count)
    for at in sorted(range(len(rows)), key=measurements.__getitem__):
        ordinals[at] = next(counters[configurations[at]])
    return [
        b"%s\n%d" % (configuration, ordinal) for configuration, ordinal in zip(configurations, ordinals, strict=True)
    ]


def _json_rows(columns: Sequence[pa.Array[Any]]) -> list[bytes]:
    return [orjson.dumps(row) for row in zip(*(column.to_pylist() for column in columns), strict=True)]
