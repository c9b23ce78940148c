"""The timeline store: what `ingest` made of the raw files, one small Parquet file each, read instead of them.

Each file is sealed with a digest (`sealed_parquet.py`), which is checked before the file is parsed.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.fs
import pyarrow.parquet as pq

from errors import DatasetError, RawDataUnavailable
from timelines.packed import FORMAT, Packed, packed, unpacked
from timelines.results import DecodedResults
from timelines.sealed_parquet import BrokenSeal, check_seal, seal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from timelines.packed import Array, Decoded

_ABOUT = "store.json"
_FACTS = "facts"
_VERSION = b"version"
_DIGITS = range(7)  # of decimal places: the benchmark's clocks give microseconds
_EXACT = 2**53
NOT_KEPT = "the timeline store keeps no inter-token latencies; serve the raw files to have them"

SCHEMA = pa.schema(
    [
        pa.field("series", pa.string(), nullable=False),
        pa.field("digits", pa.int8()),
        pa.field("whole", pa.list_(pa.int64())),
        pa.field("real", pa.list_(pa.float64())),
        pa.field("same_as", pa.string()),
        pa.field("text", pa.string()),
    ]
)
"""One row per series: `whole` / 10^`digits`, or `real`, or the same as another row; the facts are a row of text."""


class StoreAbout(msgspec.Struct, frozen=True):
    """What a store holds: `store.json` in it.

    Args:
        dataset: The dataset's name.
        revision: The revision that it was made of.
        format: Of its files.
    """

    dataset: str
    revision: str
    format: int = FORMAT


class TimelineStore:
    """A store at an address.

    Args:
        address: A local path, or an address of any file system that Arrow knows (`s3://bucket/store`).

    Raises:
        DatasetError: Arrow knows no such file system.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        try:
            if "://" in address:
                self._files, self._root = pa.fs.FileSystem.from_uri(address)
            else:
                self._files, self._root = pa.fs.LocalFileSystem(), address
        except (pa.ArrowInvalid, OSError) as error:
            raise DatasetError(
                f"timeline store {address!r} cannot be reached: {error}; allowed: a local path, or an address such as "
                "s3://bucket/store"
            ) from None

    def about(self) -> StoreAbout | None:
        """Return what the store holds; None where there is none yet.

        Raises:
            DatasetError: What is there is no store of this version.
        """
        try:
            with self._files.open_input_file(f"{self._root}/{_ABOUT}") as file:
                about = msgspec.json.decode(file.read(), type=StoreAbout)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise DatasetError(f"timeline store {self.address!r}: {_ABOUT} cannot be read: {error}") from None
        if about.format != FORMAT:
            raise DatasetError(
                f"timeline store {self.address!r} has format {about.format}; allowed: {FORMAT}; delete it, or choose "
                "another address, and make it again with: python server.py ingest"
            )
        return about

    def begin(self, about: StoreAbout) -> None:
        """Make the store, or go on with it.

        Raises:
            DatasetError: It cannot be written, or holds another dataset or revision.
        """
        there = self.about()
        if there == about:
            return
        if there is not None:
            raise DatasetError(
                f"timeline store {self.address!r} holds {there.dataset} at {there.revision}, not {about.dataset} at "
                f"{about.revision}; name another place"
            )
        try:
            self._write(_ABOUT, msgspec.json.encode(about))
        except OSError as error:
            raise DatasetError(f"timeline store {self.address!r} cannot be written: {error}") from None

    def get(self, path: str) -> Decoded | None:
        """Return the stored form of a raw file; None where there is none.

        Raises:
            RawDataUnavailable: There is one, and it is damaged, of another file, or cannot be read.
        """
        try:
            content = self._read(path)
            if content is None:
                return None
            table = pq.read_table(pa.BufferReader(content)).combine_chunks()
            facts = table.column("text")[0].as_py().encode()
            return unpacked(Packed(facts=facts, arrays=dict(_arrays(table.slice(1)))))
        except BrokenSeal as broken:
            reason = f"is damaged: {broken}"
        except OSError as error:
            # Arrow's own text names places on this machine.
            reason = f"cannot be read: {os.strerror(error.errno) if error.errno else 'the file system failed'}"
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):  # sealed so: by another version
            reason = "is not a decoded file"
        raise RawDataUnavailable(f"{path}: its copy in the timeline store {reason}", path=path)

    def version(self, path: str) -> str | None:
        """Return the version of the raw file that a stored one was made of; None where there is no sound one.

        Reads all of the stored file, so that `ingest` replaces what was damaged since.
        """
        try:
            content = self._read(path)
            if content is None:
                return None
            found: bytes = pq.read_metadata(pa.BufferReader(content)).metadata[_VERSION]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found.decode()

    def _read(self, path: str) -> bytes | None:
        """Return the content of a stored file, its digest checked; None where there is none.

        Raises:
            BrokenSeal: It is damaged, or that of another raw file.
            OSError: It cannot be read.
        """
        try:
            with self._files.open_input_file(f"{self._root}/{stored_name(path)}") as file:
                content: bytes = file.read()
        except FileNotFoundError:
            return None
        check_seal(content, path)
        return content

    def put(self, decoded: Decoded, *, version: str) -> int:
        """Keep a decoded file, made of that version of the raw one; return its bytes in the store.

        Raises:
            OSError: It cannot be written.
        """
        if isinstance(decoded, DecodedResults):
            decoded = without_tokens(decoded)
        parts = packed(decoded)
        sink = pa.BufferOutputStream()
        with pq.ParquetWriter(
            sink,
            SCHEMA,
            compression="zstd",
            compression_level=9,
            use_dictionary=["series", "same_as"],
            column_encoding={
                "whole.list.element": "DELTA_BINARY_PACKED",
                "real.list.element": "BYTE_STREAM_SPLIT",
            },
            data_page_size=8 * 2**20,
            store_schema=False,
            write_statistics=False,
        ) as writer:
            rows = [{"series": _FACTS, "text": parts.facts.decode()}, *_rows(parts)]
            writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))
            writer.add_key_value_metadata({_VERSION: version.encode()})
        content = seal(sink.getvalue().to_pybytes(), decoded.path)
        self._write(stored_name(decoded.path), content)
        return len(content)

    def _write(self, name: str, content: bytes) -> None:
        place = f"{self._root}/{name}"
        part = f"{place}.part"
        self._files.create_dir(place.rpartition("/")[0], recursive=True)
        try:
            with self._files.open_output_stream(part) as file:
                file.write(content)
            # Not flushed to the disk: the next `ingest` finds what a power cut damaged, and writes it again.
            self._files.move(part, place)
        except OSError:
            with suppress(OSError):
                self._files.delete_file(part)
            raise


def open_store(address: str, *, dataset: str, revision: str) -> TimelineStore:
    """Return the store of a dataset that is served.

    Raises:
        DatasetError: There is none at the address, or one of another dataset or revision.
    """
    store = TimelineStore(address)
    about = store.about()
    if about is None:
        raise DatasetError(f"timeline store {address!r}: there is none; make it with: python server.py ingest")
    if about.revision != revision:
        raise DatasetError(
            f"timeline store {address!r} holds {about.dataset} at {about.revision}, but {dataset} at {revision} is "
            "served; ingest that"
        )
    return store


def stored_name(path: str) -> str:
    """Return where the store keeps a raw file: under its own name, so that people find it."""
    return f"{path.removesuffix('.json')}.parquet"


def lacks_tokens(decoded: DecodedResults) -> bool:
    """Say whether the inter-token latencies of a run are not at hand because a store does not keep them."""
    return isinstance(decoded.inter_token_latencies, str) and decoded.inter_token_latencies == NOT_KEPT


def without_tokens(decoded: DecodedResults) -> DecodedResults:
    """Return a results file as a store keeps it."""
    if isinstance(decoded.inter_token_latencies, str):
        return decoded
    return replace(decoded, inter_token_latencies=NOT_KEPT)


def _rows(parts: Packed) -> Iterator[dict[str, Any]]:
    """Give the rows of the table: a GPU's times and its values are a row each; equal times are written once."""
    seen: dict[bytes, str] = {}
    for name, array in parts.arrays.items():
        pieces = {f"{name}/time": array[:, 0], f"{name}/value": array[:, 1]} if array.ndim > 1 else {name: array}
        for series, values in pieces.items():
            key = np.ascontiguousarray(values).tobytes()
            if key in seen and series.endswith("/time"):
                yield {"series": series, "same_as": seen[key]}
                continue
            seen.setdefault(key, series)
            digits, whole = _as_whole(values)
            yield (
                {"series": series, "real": values}
                if digits is None
                else {"series": series, "digits": digits, "whole": whole}
            )


def _as_whole(values: Array) -> tuple[int | None, Array]:
    """Return decimals as whole numbers and how many decimal places they have; none where that is not exact."""
    if values.dtype.kind == "i":
        return 0, values.astype(np.int64)
    if not np.isfinite(values).all() or (values.size and np.abs(values).max() > _EXACT / 10.0 ** _DIGITS[-1]):
        return None, values
    for digits in _DIGITS:
        whole = np.rint(values * 10.0**digits).astype(np.int64)
        # To the bit: a negative zero, too, is not what a whole number gives.
        if (whole / 10.0**digits).tobytes() == np.ascontiguousarray(values).tobytes():
            return digits, whole
    return None, values


def _arrays(table: pa.Table) -> Iterator[tuple[str, Array]]:
    found: dict[str, Array] = {}
    columns = {name: table.column(name) for name in SCHEMA.names}
    for row in range(table.num_rows):
        series, same_as = columns["series"][row].as_py(), columns["same_as"][row].as_py()
        digits = columns["digits"][row].as_py()
        if same_as is not None:
            found[series] = found[same_as]
        elif digits is None:
            found[series] = columns["real"][row].values.to_numpy(zero_copy_only=False)
        else:
            whole = columns["whole"][row].values.to_numpy(zero_copy_only=False)
            found[series] = whole.astype(np.int32) if series == "output_lengths" else whole / 10.0**digits
    for series, values in found.items():
        name, _, piece = series.rpartition("/")
        if piece == "time":
            yield name, np.column_stack([values, found[f"{name}/value"]])
        elif piece != "value":
            yield series, values
