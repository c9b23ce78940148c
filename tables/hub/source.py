"""The tables of one commit, and the raw files behind them at the same commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from tables.hub.blobs import read_file_of
from tables.hub.repository import COMMIT, Repository
from tables.hub.trouble import Trouble
from tables.raw_files import refuse_over, unavailable
from tables.run_tables import TABLE_FILES

if TYPE_CHECKING:
    from pathlib import Path

    from tables.file_bytes import FileBytes, Room
    from tables.hub.settings import HubSettings
    from tables.raw_files import RawFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSnapshot:
    """The dataset at one commit.

    Args:
        repo: The dataset repository, `owner/name`.
        revision: The commit, 40 hex digits; tables and raw files are all of this one.
        tables: Where the Parquet files lie; without those that the dataset, or the cache that serves, does not have.
        raw: The raw files, downloaded as they are read.
        stale_because: None if the Hub said that this is the commit (or a commit was asked for); else one line that
            says why the last commit known serves instead.
    """

    repo: str
    revision: str
    tables: dict[str, Path]
    raw: RawFiles
    stale_because: str | None


@dataclass(frozen=True, slots=True)
class HubRawFiles:
    """The raw files at one commit; a file that was read before is in the cache, and the Hub is not asked again."""

    repository: Repository
    commit: str

    def version(self, path: str) -> str:  # noqa: ARG002 - a commit fixes the content of all its files
        """Return the commit."""
        return self.commit

    def read(self, path: str, *, max_bytes: int | None = None, room: Room | None = None) -> FileBytes:
        """Return the whole file; blocks on the network for up to the time-out of the settings.

        Raises:
            RawDataUnavailable: The file cannot be had or is too large; the text names no path of this machine.
        """
        try:
            if max_bytes is not None:
                refuse_over(max_bytes, self.repository.size(path, self.commit), path)
            return read_file_of(self.repository, path, self.commit, room=room)
        except Trouble as trouble:
            reason = trouble.reason
        repo = self.repository.request(self.commit).settings.repo
        raise unavailable(path, f"of dataset {repo} at {self.commit}: {reason}")


def open_hub(settings: HubSettings) -> HubSnapshot:
    """Find out the commit and have its tables in the cache; one of the two may be missing on the Hub.

    What says nothing about the dataset, a Hub that is down, slow, overloaded or cut off, or a full disk, is answered
    with the last commit of that revision of which both tables, or one, were in the cache before, and said in
    `stale_because`. A dataset or revision that is gated, forbidden or missing is an error whatever is in the cache.

    Raises:
        HubError: The tables cannot be had; one line that names the dataset, the revision and the file, and says what
            to do about it.
    """
    stale_because: str | None = None
    try:
        repository = Repository(settings)
        # Before the Hub is asked: half of what this call downloads is no dataset that was served before.
        last = _last_known(repository, settings.ref)
        try:
            commit = repository.resolve()
            tables = _downloaded(repository, commit)
        except Trouble as trouble:
            if trouble.kind not in {"away", "disk"} or last is None:
                raise
            commit, tables = last
            for name in tables:
                read_file_of(repository, TABLE_FILES[name], commit, replace=False)
            stale_because = f"{trouble.reason}; the cached revision {commit} of {settings.ref} serves"
            if len(tables) < len(TABLE_FILES):
                stale_because += f", of which only {', '.join(TABLE_FILES[name] for name in tables)} is in the cache"
        else:
            _remember(settings.ref, commit, next(iter(tables.values())))
    except Trouble as trouble:
        raise trouble.hub_error() from None
    return HubSnapshot(
        repo=settings.repo,
        revision=commit,
        tables=tables,
        raw=HubRawFiles(repository, commit),
        stale_because=stale_because,
    )


def _downloaded(repository: Repository, commit: str) -> dict[str, Path]:
    """Return where the tables of the commit lie that the Hub has.

    Raises:
        Trouble: It has neither, or one cannot be had.
    """
    tables: dict[str, Path] = {}
    missing: Trouble | None = None
    for name, file in TABLE_FILES.items():
        try:
            tables[name] = repository.download(file, commit)
            read_file_of(repository, file, commit)  # replaces a damaged copy; the parser checks what it parses again
        except Trouble as trouble:
            if trouble.kind != "missing":
                raise
            missing = missing or trouble
    if missing is not None and not tables:
        raise missing
    return tables


def _last_known(repository: Repository, ref: str) -> tuple[str, dict[str, Path]] | None:
    """Return the commit that the cache has for the revision, with those of its tables that are there, if any is."""
    cached = {name: repository.cached(file, ref) for name, file in TABLE_FILES.items()}
    tables = {name: path for name, path in cached.items() if path is not None}
    # <cache>/datasets--owner--name/snapshots/<commit>/runs/llm.parquet
    return (next(iter(tables.values())).parents[1].name, tables) if tables else None


def _remember(ref: str, commit: str, table: Path) -> None:
    """Note in the cache, where huggingface_hub itself notes it, which commit the revision stands for.

    Only now that all tables are there: the library would do it first, and a download that then fails would leave a
    cache that knows the new commit and has the tables of the old one.
    """
    if COMMIT.fullmatch(ref):
        return
    path = table.parents[3] / "refs" / ref
    try:
        if path.is_file() and path.read_text() == commit:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{uuid4().hex}.tmp")
        fresh.write_text(commit)
        fresh.replace(path)
    except OSError:
        return  # a cache that may not be written serves all the same
