"""A dataset that lies in a directory: its tables, a digest of them as its revision, and its raw files."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from errors import DatasetError
from tables import git_lfs
from tables.blob_digest import DamagedBlob, read_blob
from tables.dataset import Provenance, build_dataset
from tables.hub_cache import cached_snapshot
from tables.invented import has_invented_models
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
    from tables.file_bytes import FileBytes, Room
    from tables.run_kinds import RunKind

_OUTSIDE = "is not a path inside the dataset"


class DirectoryRawFiles:
    """Raw files below a root; nothing outside it is opened, whatever a path in the tables says.

    Links that end outside are followed in two cases: in a snapshot of the Hub client's cache, into the blobs of that
    dataset, and into the directory that the operator allows.

    Args:
        root: The dataset's root.
        allow_links_to: A directory that links below the root may lead to.
    """

    def __init__(self, root: Path, *, allow_links_to: Path | None = None) -> None:
        self._root = root.resolve()
        self._snapshot = cached_snapshot(self._root)
        self._allowed = None if allow_links_to is None else allow_links_to.resolve()

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
            RawDataUnavailable: The path leads out of the root, or the file cannot be read, is too large, or is a Git
                LFS pointer.
        """
        file = self._inside(path)
        refuse_over(max_bytes, self._status(file, path).st_size, path)
        try:
            content = read_blob(file, room, link=self._root / path)
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
        except (OSError, ValueError) as error:  # the latter: a NUL, where resolving lets it through
            raise _unreadable(path, error) from error
        if stat.S_ISFIFO(status.st_mode):  # to open it would be to wait for a writer
            raise unavailable(path, "cannot be read: it is a pipe")
        return status

    def _inside(self, path: str) -> Path:
        place = self._root / path
        try:
            file = place.resolve()
        except (OSError, ValueError, RuntimeError) as error:  # a NUL, a loop of links
            raise unavailable(path, _OUTSIDE) from error
        if "\\" in path or is_absolute(path):
            raise unavailable(path, _OUTSIDE)
        if not file.is_relative_to(self._root):
            if ".." in PurePosixPath(path).parts:
                raise unavailable(path, _OUTSIDE)
            if not self._may_lead_to(place, file):
                raise unavailable(path, "leads out of the dataset by a link; --allow-links-to allows it")
        return file

    def _may_lead_to(self, place: Path, file: Path) -> bool:
        """Return whether a place below the root may be a link to this file outside of it."""
        if self._allowed is not None and file.is_relative_to(self._allowed):
            return True
        return self._snapshot is not None and place.is_symlink() and self._snapshot.has_blob(file)


def _unreadable(path: str, error: Exception) -> RawDataUnavailable:
    reason = getattr(error, "strerror", None) or type(error).__name__
    return unavailable(path, f"cannot be read: {reason}")


def open_directory(root: Path, *, allow_links_to: Path | None = None) -> Dataset:
    """Load a directory in the dataset's layout.

    A snapshot directory of the Hub client's cache is the dataset and the commit that its path names.

    Args:
        root: The directory.
        allow_links_to: A directory outside of it that links to raw files may lead to.

    Raises:
        DatasetError: There is no such directory, or what it holds is not sound.
    """
    if not root.is_dir():
        raise DatasetError(
            f"source {str(root)!r} is no directory; "
            "allowed: auto, sample, hub[:ORG/NAME][@REVISION], or a dataset's directory"
        )
    if allow_links_to is not None and not allow_links_to.is_dir():
        raise DatasetError(f"allow-links-to {str(allow_links_to)!r} is no directory")
    # A link that leads nowhere is not a missing table: the tables of an unfetched annex or cache are such links.
    places = {name: root / kind.table_file for name, kind in RUN_KINDS.items()}
    files = {name: place for name, place in places.items() if os.path.lexists(place)}
    tables = read_run_tables(files, dataset=f"dataset directory {root}")
    columns = {name: _relative_paths(cells, RUN_KINDS[name], root) for name, cells in tables.columns.items()}
    snapshot = cached_snapshot(root.resolve())
    provenance = Provenance(
        name=snapshot.repo if snapshot else root.resolve().name,
        source="directory",
        revision=snapshot.commit if snapshot else _digest(files.values()),
        synthetic=has_invented_models(columns),
        url=f"https://huggingface.co/datasets/{snapshot.repo}" if snapshot else None,
    )
    raw = DirectoryRawFiles(root, allow_links_to=allow_links_to)
    return build_dataset(columns, provenance=provenance, raw=raw, notes=tables.notes)


def _relative_paths(columns: dict[str, pa.Array[Any]], kind: RunKind, root: Path) -> dict[str, pa.Array[Any]]:
    """Make absolute paths of raw files below the root relative to it: the toolkit's own records have such paths."""
    roots = "|".join(re.escape(f"{place}/") for place in {root.absolute(), root.resolve()})
    relative = {
        name: pc.replace_substring_regex(columns[name], pattern=f"^({roots})", replacement="")
        for name in kind.raw_file_columns
        if pc.any(pc.starts_with(columns[name], "/")).as_py()
    }
    return columns | relative


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
