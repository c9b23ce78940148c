"""The tables and raw files of a dataset at one commit, from the Hub or from its cache."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from tables.hub.repository import Repository
from tables.hub.request_errors import HubRequestError
from tables.hub_cache import COMMIT
from tables.raw_files import refuse_over, unavailable
from tables.run_tables import TABLE_FILES

if TYPE_CHECKING:
    from pathlib import Path

    from tables.file_bytes import FileBytes, ReadBuffer
    from tables.hub.settings import HubSettings
    from tables.raw_files import RawFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSnapshot:
    """A dataset at one commit.

    Args:
        repo: The dataset repository, `owner/name`.
        revision: The commit of all tables and raw files, 40 hex digits.
        tables: Paths of the Parquet files; without a table that the dataset, or the cache if it is served, lacks.
        raw: The raw files, each downloaded when it is read.
        stale_because: Reason for serving a cached commit that the Hub did not confirm, in one line; else None.
    """

    repo: str
    revision: str
    tables: dict[str, Path]
    raw: RawFiles
    stale_because: str | None


@dataclass(frozen=True, slots=True)
class HubRawFiles:
    """The raw files at one commit; a file that was read before comes from the cache, without a request."""

    repository: Repository
    commit: str

    @property
    def immutable(self) -> bool:
        """True: a commit determines the content of all its files."""
        return True

    def version(self, path: str) -> str:  # noqa: ARG002 - a commit determines the content of all its files
        """Return the commit."""
        return self.commit

    def read(self, path: str, *, max_bytes: int | None = None, buffer: ReadBuffer | None = None) -> FileBytes:
        """Return the whole file; blocks on the network for up to the timeout of the settings.

        Raises:
            RawDataUnavailable: The file is unavailable or too large; the message contains no local path.
        """
        try:
            if max_bytes is not None:
                refuse_over(max_bytes, self.repository.size(path, self.commit), path)
            return self.repository.read(path, self.commit, buffer)
        except HubRequestError as error:
            dataset = f"of dataset {error.request.settings.repo} at {self.commit}"
            raise unavailable(path, f"{dataset}: {error.reason}") from None


def open_hub(settings: HubSettings) -> HubSnapshot:
    """Resolve the revision and download its tables, unless they are cached; the dataset may lack one of the two.

    If the Hub is unavailable or the disk is full, the last commit of the revision with at least one cached table is
    served, and `stale_because` states the reason. A gated, forbidden or missing dataset or revision is always an error.

    Raises:
        HubError: The tables are unavailable.
    """
    stale_because: str | None = None
    repository = Repository(settings)
    # Read before the download, which can end with one table of a commit that was never complete.
    cached = _last_cached(repository, settings.ref)
    try:
        commit = repository.resolve()
        tables = _download(repository, commit)
    except HubRequestError as error:
        if error.kind not in {"unavailable", "disk"} or cached is None:
            raise
        commit, tables = cached
        for name in tables:
            repository.read(TABLE_FILES[name], commit)
        stale_because = f"{error.reason}; the cached revision {commit} of {settings.ref} is served"
        if len(tables) < len(TABLE_FILES):
            stale_because += f", with {', '.join(TABLE_FILES[name] for name in tables)} only"
    else:
        _write_ref(settings.ref, commit, next(iter(tables.values())))
    return HubSnapshot(
        repo=settings.repo,
        revision=commit,
        tables=tables,
        raw=HubRawFiles(repository, commit),
        stale_because=stale_because,
    )


def _download(repository: Repository, commit: str) -> dict[str, Path]:
    """Return the paths of the commit's tables, at least one, after replacing damaged copies in the cache."""
    tables: dict[str, Path] = {}
    missing: list[HubRequestError] = []
    for name, file in TABLE_FILES.items():
        try:
            tables[name] = repository.download(file, commit)
            repository.read(file, commit)
        except HubRequestError as error:
            if error.kind != "missing":
                raise
            missing.append(error)
    if not tables:
        raise missing[0]
    return tables


def _last_cached(repository: Repository, ref: str) -> tuple[str, dict[str, Path]] | None:
    """Return the commit that the cache has for the revision, with its cached tables, if there are any."""
    paths = {name: repository.cached(file, ref) for name, file in TABLE_FILES.items()}
    tables = {name: path for name, path in paths.items() if path is not None}
    # <cache>/datasets--owner--name/snapshots/<commit>/runs/llm.parquet
    return (next(iter(tables.values())).parents[1].name, tables) if tables else None


def _write_ref(ref: str, commit: str, table: Path) -> None:
    """Write the commit of the revision to the cache, where huggingface_hub looks it up.

    Written after the tables are complete. The library writes it before the download, whose failure would leave a cache
    that points to a commit without tables.
    """
    path = table.parents[3] / "refs" / ref
    with suppress(OSError):  # a read-only cache can be served too
        if COMMIT.fullmatch(ref) or (path.is_file() and path.read_text() == commit):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{uuid4().hex}.tmp")
        temporary.write_text(commit)
        temporary.replace(path)
