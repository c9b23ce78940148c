"""A dataset in a directory: its tables, a digest of them as the revision, and its raw files."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from errors import DatasetError
from tables import git_lfs
from tables.blob_digest import DamagedBlob, read_blob
from tables.dataset import Provenance, build_dataset
from tables.hub_cache import cached_snapshot
from tables.ids import run_ids
from tables.parquet_parts import part_files
from tables.raw_files import is_absolute, refuse_over, unavailable
from tables.run_kinds import RUN_KINDS
from tables.run_tables import read_run_tables

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

    from errors import RawDataUnavailable
    from tables.dataset import Dataset
    from tables.file_bytes import FileBytes, ReadBuffer
    from tables.run_kinds import RunKind

ALLOWED_SOURCES = "auto, sample, hub[:ORG/NAME][@REVISION], or a dataset's directory"
# Larger than the buffer of `hashlib.file_digest`: after each one, the thread waits for Python's lock.
_DIGEST_BUFFER = 2**20
_OUTSIDE = "is not a path inside the dataset"


def open_directory(root: Path, *, allow_links_to: Path | None = None) -> Dataset:
    """Load a directory in the dataset's layout.

    For a snapshot directory in the Hub client's cache, name and revision are the repository and commit in its path.

    Args:
        root: The directory.
        allow_links_to: Directory outside `root` that links to raw files may lead to.

    Raises:
        DatasetError: The directory does not exist or its tables are invalid.
    """
    if not root.is_dir():
        raise DatasetError(f"source {str(root)!r} is not a directory; allowed: {ALLOWED_SOURCES}")
    if allow_links_to is not None and not allow_links_to.is_dir():
        raise DatasetError(f"allow-links-to {str(allow_links_to)!r} is not a directory")
    # A broken link is not a missing table: tables of git-annex or of a cache are such links until they are downloaded.
    paths = {name: root / kind.table_file for name, kind in RUN_KINDS.items()}
    files = {name: path for name, path in paths.items() if os.path.lexists(path)}
    snapshot = cached_snapshot(root.resolve())
    with ThreadPoolExecutor(1) as pool:
        # In a thread, because it takes as long as reading the columns.
        revision = pool.submit(lambda: snapshot.commit if snapshot else _digest(files.values()))
        tables = read_run_tables(files, dataset=f"dataset directory {root}")
    columns = {name: _relative_paths(cells, RUN_KINDS[name], root) for name, cells in tables.columns.items()}
    provenance = Provenance(
        name=snapshot.repo if snapshot else root.resolve().name,
        source="directory",
        revision=revision.result(),
        synthetic=tables.synthetic,
        url=f"https://huggingface.co/datasets/{snapshot.repo}" if snapshot else None,
    )
    raw = DirectoryRawFiles(root, allow_links_to=allow_links_to)
    return build_dataset(columns, provenance=provenance, raw=raw, notes=tables.notes)


def _relative_paths(columns: dict[str, pa.Array[Any]], kind: RunKind, root: Path) -> dict[str, pa.Array[Any]]:
    """Make absolute paths of raw files below the root relative to it, and so the ids; the toolkit's are absolute."""
    roots = "|".join(re.escape(f"{path}/") for path in {root.absolute(), root.resolve()})
    relative = {
        name: pc.replace_substring_regex(columns[name], pattern=f"^({roots})", replacement="")
        for name in kind.raw_file_columns
        if pc.any(pc.starts_with(columns[name], "/")).as_py()
    }
    columns = columns | relative
    return columns | {"id": run_ids(kind, columns)} if relative else columns


def _digest(tables: Iterable[Path]) -> str:
    """Return 40 hex digits of a digest of the files' bytes and of the parts' names, which contain partition values."""
    digest = hashlib.sha256()
    for table in tables:
        for part in part_files(table):
            if part != table:
                digest.update(part.relative_to(table).as_posix().encode(errors="surrogateescape") + b"\0")
            digest.update(_digest_of_file(part))
    return digest.hexdigest()[:40]


def _digest_of_file(file: Path) -> bytes:
    digest = hashlib.sha256()
    buffer = memoryview(bytearray(_DIGEST_BUFFER))
    with file.open("rb", buffering=0) as opened:
        while count := opened.readinto(buffer):
            digest.update(buffer[:count])
    return digest.digest()


class DirectoryRawFiles:
    """Raw files below a root; files outside it are never opened, whatever path the tables contain.

    Links to files outside are followed in two cases: from a snapshot in the Hub client's cache to the blobs of that
    dataset, and to the directory that the operator allows.

    Args:
        root: The dataset's root.
        allow_links_to: Directory outside `root` that links may lead to.
    """

    def __init__(self, root: Path, *, allow_links_to: Path | None = None) -> None:
        self._root = root.resolve()
        self._snapshot = cached_snapshot(self._root)
        self._allowed = None if allow_links_to is None else allow_links_to.resolve()

    @property
    def immutable(self) -> bool:
        """Whether the root is a snapshot in the Hub client's cache, without links to other places."""
        return self._snapshot is not None and self._allowed is None

    def version(self, path: str) -> str:
        """Return the file's size, modification time and inode.

        Raises:
            RawDataUnavailable: The path leads outside the root, or the file does not exist.
        """
        status = self._status(self._inside(path), path)
        return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ino}"

    def read(self, path: str, *, max_bytes: int | None = None, buffer: ReadBuffer | None = None) -> FileBytes:
        """Return the whole file.

        Raises:
            RawDataUnavailable: The path leads outside the root, or the file cannot be read, is too large, damaged or a
                Git LFS pointer.
        """
        file = self._inside(path)
        refuse_over(max_bytes, self._status(file, path).st_size, path)
        try:
            content = read_blob(file, buffer, link=self._root / path)
        except OSError as error:
            raise _unreadable(path, error) from error
        except DamagedBlob as damage:
            raise unavailable(path, f"is damaged: {damage}") from damage
        if git_lfs.is_pointer(content):
            raise unavailable(path, f"is {git_lfs.POINTER}")
        return content

    def _status(self, file: Path, path: str) -> os.stat_result:
        try:
            status = file.stat()
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path, if `resolve` accepted it
            raise _unreadable(path, error) from error
        if stat.S_ISFIFO(status.st_mode):  # opening it would block until there is a writer
            raise unavailable(path, "cannot be read: it is a pipe")
        return status

    def _inside(self, path: str) -> Path:
        unresolved = self._root / path
        try:
            file = unresolved.resolve()
        except (OSError, ValueError, RuntimeError) as error:  # a NUL in the path, a loop of links
            raise unavailable(path, _OUTSIDE) from error
        if "\\" in path or is_absolute(path):
            raise unavailable(path, _OUTSIDE)
        if not file.is_relative_to(self._root):
            if ".." in PurePosixPath(path).parts:
                raise unavailable(path, _OUTSIDE)
            if not self._is_allowed_link(unresolved, file):
                raise unavailable(path, "leads out of the dataset by a link; --allow-links-to allows it")
        return file

    def _is_allowed_link(self, link: Path, target: Path) -> bool:
        if self._allowed is not None and target.is_relative_to(self._allowed):
            return True
        return self._snapshot is not None and link.is_symlink() and self._snapshot.has_blob(target)


def _unreadable(path: str, error: Exception) -> RawDataUnavailable:
    reason = getattr(error, "strerror", None) or type(error).__name__
    return unavailable(path, f"cannot be read: {reason}")
