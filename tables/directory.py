"""A dataset that lies in a directory: its tables, a digest of them as its revision, and its raw files."""

from __future__ import annotations

import hashlib
import os
import stat
from typing import TYPE_CHECKING

from errors import DatasetError, RawDataUnavailable
from tables.dataset import Provenance, build_dataset
from tables.file_bytes import read_file
from tables.invented import has_invented_models
from tables.parquet_parts import part_files
from tables.raw_files import refuse_over
from tables.run_tables import TABLE_FILES, read_run_tables

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tables.dataset import Dataset
    from tables.file_bytes import FileBytes, Room


class DirectoryRawFiles:
    """Raw files below a root; nothing outside it is ever opened, whatever a path in the tables says.

    Args:
        root: The dataset's root.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def version(self, path: str) -> str:
        """Return the file's size and when it was written last.

        Raises:
            RawDataUnavailable: The path leads out of the root, or there is no such file.
        """
        status = self._status(self._inside(path), path)
        return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ino}"

    def read(self, path: str, *, max_bytes: int | None = None, room: Room | None = None) -> FileBytes:
        """Return the whole file.

        Raises:
            RawDataUnavailable: The path leads out of the root, or the file cannot be read, or is too large.
        """
        file = self._inside(path)
        refuse_over(max_bytes, self._status(file, path).st_size, path)
        try:
            return read_file(file, room)
        except OSError as error:
            raise _unreadable(path, error) from error

    def _status(self, file: Path, path: str) -> os.stat_result:
        try:
            status = file.stat()
        except (OSError, ValueError) as error:  # the latter: a NUL, where resolving lets it through
            raise _unreadable(path, error) from error
        if stat.S_ISFIFO(status.st_mode):  # to open it would be to wait for a writer
            raise RawDataUnavailable(f"raw file {path!r} cannot be read: it is a pipe.", path=path)
        return status

    def _inside(self, path: str) -> Path:
        try:
            file = (self._root / path).resolve()
        except (OSError, ValueError, RuntimeError) as error:  # a NUL, a loop of links
            raise RawDataUnavailable(f"raw file {path!r} is not a path inside the dataset.", path=path) from error
        if "\\" in path or not file.is_relative_to(self._root):
            raise RawDataUnavailable(f"raw file {path!r} is not a path inside the dataset.", path=path)
        return file


def _unreadable(path: str, error: Exception) -> RawDataUnavailable:
    reason = getattr(error, "strerror", None) or type(error).__name__
    return RawDataUnavailable(f"raw file {path!r} cannot be read: {reason}.", path=path)


def open_directory(root: Path) -> Dataset:
    """Load a directory in the dataset's layout.

    Raises:
        DatasetError: There is no such directory, or what it holds is not sound.
    """
    if not root.is_dir():
        raise DatasetError(
            f"source {str(root)!r} is no directory; "
            "allowed: auto, sample, hub[:ORG/NAME][@REVISION], or a dataset's directory"
        )
    # A link that leads nowhere is not a missing table: the tables of an unfetched annex or cache are such links.
    files = {kind: root / name for kind, name in TABLE_FILES.items() if os.path.lexists(root / name)}
    tables = read_run_tables(files)
    provenance = Provenance(
        name=root.resolve().name,
        source="directory",
        revision=_digest(files.values()),
        synthetic=has_invented_models(tables.columns),
    )
    return build_dataset(tables.columns, provenance=provenance, raw=DirectoryRawFiles(root), notes=tables.notes)


def _digest(tables: Iterable[Path]) -> str:
    """Return 40 hex digits of a digest of the tables: of the files' bytes, and of the parts' names, which are cells."""
    digest = hashlib.sha256()
    for table in tables:
        for part in part_files(table):
            if part != table:
                digest.update(part.relative_to(table).as_posix().encode(errors="surrogateescape") + b"\0")
            with part.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:40]
