"""The timeline store: a small Parquet file per raw file, written by `ingest` and read in place of it."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec
import pyarrow as pa
import pyarrow.fs

from errors import DatasetError, RawDataUnavailable
from timelines.packed import FORMAT, packed, unpacked
from timelines.results import DecodedResults
from timelines.sealed_parquet import BrokenSeal
from timelines.stored_file import read_stored, stored_version, write_stored

if TYPE_CHECKING:
    from timelines.packed import Decoded

_ABOUT = "store.json"
_UNFINISHED = "unfinished"
# A part of every results file in a store: a store with another text would no longer be recognized by `lacks_tokens`.
NOT_STORED = "the timeline store keeps no inter-token latencies; serve the raw files to have them"


class StoreAbout(msgspec.Struct, frozen=True):
    """The content of `store.json`.

    Args:
        dataset: The name of the dataset in the store.
        revision: The dataset's revision.
        format: The format of the store's files.
        edition: Random text that identifies the content of the store's files; empty before `ingest` has finished.
    """

    dataset: str
    revision: str
    format: int = FORMAT
    edition: str = ""


class TimelineStore:
    """A timeline store.

    Args:
        address: A local path, or an address of any file system that Arrow knows (`s3://bucket/store`).
        edition: The edition that is read; empty for a store that `ingest` is writing or has not finished.

    Raises:
        DatasetError: Arrow does not know the file system.
    """

    def __init__(self, address: str, *, edition: str = "") -> None:
        self.address = address
        self.edition = edition
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
        """Return the description of the store; None if there is no store yet.

        Raises:
            DatasetError: The description is unreadable or of another format.
        """
        try:
            content = self._read(_ABOUT)
            about = None if content is None else msgspec.json.decode(content, type=StoreAbout)
        except (OSError, msgspec.DecodeError) as error:
            raise DatasetError(f"timeline store {self.address!r}: {_ABOUT} cannot be read: {error}") from None
        if about is not None and about.format != FORMAT:
            raise DatasetError(
                f"timeline store {self.address!r} has format {about.format}; allowed: {FORMAT}; delete it, or choose "
                "another address, and make it again with: python server.py ingest"
            )
        return about

    def begin(self, about: StoreAbout) -> None:
        """Create the store, or check that it is of the same dataset and revision.

        Raises:
            DatasetError: It cannot be written, or is of another dataset or revision.
        """
        existing = self.about()
        if existing is not None and (existing.dataset, existing.revision) == (about.dataset, about.revision):
            return
        if existing is not None:
            raise DatasetError(
                f"timeline store {self.address!r} holds {existing.dataset} at {existing.revision}, not {about.dataset} "
                f"at {about.revision}; choose another address"
            )
        self._write_about(about)

    def mark_unfinished(self) -> None:
        """Leave a mark that files are being written, until `finish`.

        The mark is a file of its own, since several processes write it at the same time.
        """
        with self._files.open_output_stream(f"{self._root}/{_UNFINISHED}"):
            pass

    def finish(self) -> None:
        """Give the store a new edition, if files were written since the last one.

        Raises:
            DatasetError: It cannot be written.
        """
        about = self.about()
        if about is not None and (not about.edition or self.is_unfinished()):
            self._write_about(msgspec.structs.replace(about, edition=uuid4().hex))
            with suppress(OSError):  # FileNotFoundError: the store is new, and no file could be read
                self._files.delete_file(f"{self._root}/{_UNFINISHED}")

    def is_unfinished(self) -> bool:
        """Return whether files were written since the last edition."""
        return self._read(_UNFINISHED) is not None

    def get(self, path: str) -> Decoded | None:
        """Return the decoded raw file at `path`; None if the store does not have it.

        Raises:
            RawDataUnavailable: The store's copy is damaged, of another raw file, or unreadable.
        """
        try:
            content = self._read(stored_name(path))
            return None if content is None else unpacked(read_stored(content, path))
        except BrokenSeal as broken:
            reason = f"is damaged: {broken}"
        except OSError as error:
            # Arrow's message names paths on this machine.
            reason = f"cannot be read: {os.strerror(error.errno) if error.errno else 'the file system failed'}"
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):  # written by another version
            reason = "is not a decoded file"
        raise RawDataUnavailable(f"{path}: its copy in the timeline store {reason}", path=path)

    def version(self, path: str) -> str | None:
        """Return the version of the raw file that the store's copy was made from; None without an undamaged copy.

        Checks the whole copy, so that `ingest` replaces a damaged one.
        """
        try:
            content = self._read(stored_name(path))
            return None if content is None else stored_version(content, path)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, decoded: Decoded, *, version: str) -> int:
        """Write a decoded file, made from that version of the raw file; return its size in the store in bytes."""
        content = write_stored(packed(without_tokens(decoded)), decoded.path, version=version)
        self._write(stored_name(decoded.path), content)
        return len(content)

    def _write_about(self, about: StoreAbout) -> None:
        try:
            self._write(_ABOUT, msgspec.json.encode(about))
        except OSError as error:
            raise DatasetError(f"timeline store {self.address!r} cannot be written: {error}") from None

    def _read(self, name: str) -> bytes | None:
        try:
            with self._files.open_input_file(f"{self._root}/{name}") as file:
                content: bytes = file.read()
                return content
        except FileNotFoundError:
            return None

    def _write(self, name: str, content: bytes) -> None:
        place = f"{self._root}/{name}"
        part = f"{place}.part"
        self._files.create_dir(place.rpartition("/")[0], recursive=True)
        try:
            with self._files.open_output_stream(part) as file:
                file.write(content)
            # Not flushed to the disk: the next `ingest` detects the damage of a power cut, and writes the file again.
            self._files.move(part, place)
        except OSError:
            with suppress(OSError):
                self._files.delete_file(part)
            raise


def open_store(address: str, *, dataset: str, revision: str) -> TimelineStore:
    """Return the store of a dataset that is served.

    Raises:
        DatasetError: There is no store at the address, or it is of another dataset or revision.
    """
    store = TimelineStore(address)
    about = store.about()
    if about is None:
        raise DatasetError(f"timeline store {address!r} does not exist; make it with: python server.py ingest")
    if about.revision != revision:
        raise DatasetError(
            f"timeline store {address!r} holds {about.dataset} at {about.revision}, but {dataset} at {revision} is "
            "served; ingest that"
        )
    return store if store.is_unfinished() else TimelineStore(address, edition=about.edition)


def stored_name(path: str) -> str:
    """Return the name of a raw file in the store: its own, so that people find it."""
    return f"{path.removesuffix('.json')}.parquet"


def lacks_tokens(decoded: DecodedResults) -> bool:
    """Return whether the inter-token latencies are unavailable because a store does not have them."""
    return isinstance(decoded.inter_token_latencies, str) and decoded.inter_token_latencies == NOT_STORED


def without_tokens(decoded: Decoded) -> Decoded:
    """Return a decoded file as a store has it: a results file without its inter-token latencies."""
    if isinstance(decoded, DecodedResults) and not isinstance(decoded.inter_token_latencies, str):
        return replace(decoded, inter_token_latencies=NOT_STORED)
    return decoded
