"""A dataset that lies in a directory: its tables, a digest of them as its revision, and its raw files."""

from __future__ import annotations

import hashlib
import stat
from typing import TYPE_CHECKING

from errors import DatasetError, RawDataUnavailable
from tables.dataset import RUN_KINDS, Provenance, build_dataset
from tables.file_bytes import read_file
from tables.invented import has_invented_models
from tables.raw_files import refuse_over
from tables.validation import read_run_table

if TYPE_CHECKING:
    import os
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
    files = {kind: root / "runs" / f"{kind}.parquet" for kind in RUN_KINDS}
    columns = {kind: read_run_table(file, kind) for kind, file in files.items()}
    digest = hashlib.sha256()
    for kind in RUN_KINDS:
        with files[kind].open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    provenance = Provenance(
        name=root.resolve().name,
        source="directory",
        revision=digest.hexdigest()[:40],
        synthetic=has_invented_models(columns),
    )
    return build_dataset(columns, provenance=provenance, raw=DirectoryRawFiles(root))
