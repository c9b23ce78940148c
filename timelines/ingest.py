"""A dataset's raw files → a timeline store, with Dask: local processes or an existing cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from distributed import Client, LocalCluster, as_completed

from errors import DatasetError, RawDataUnavailable
from timelines.loader import Loader
from timelines.store import TimelineStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tables.raw_files import RawFiles
    from timelines.store import StoreAbout

_CONNECT_SECONDS = 15
_FILES_IN_A_TASK = 8  # so that a task takes longer than its scheduling


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """The outcome of a raw file.

    Args:
        outcome: `unchanged` if the store has it; `skipped` if it is missing, unreadable or damaged.
        raw_bytes: Its size; 0 if it was not read.
        stored_bytes: Its size in the store; 0 if it was not written.
        reason: The reason if it was skipped.
    """

    path: str
    outcome: Literal["stored", "unchanged", "skipped"]
    raw_bytes: int = 0
    stored_bytes: int = 0
    reason: str = ""


def ingest(
    raw: RawFiles,
    paths: Sequence[str],
    address: str,
    *,
    about: StoreAbout,
    scheduler: str | None = None,
    workers: int | None = None,
    max_file_bytes: int | None = None,
    on_file: Callable[[Ingested], None] | None = None,
) -> None:
    """Write each raw file's timeline, lengths, statistics and server metrics to a store; skip unchanged files.

    An interrupted run can be repeated: each file of the store is complete, and states the version of its raw file.

    Args:
        raw: The raw files; picklable.
        paths: The files to write.
        address: The store's address.
        about: The store's description.
        scheduler: Address of a Dask scheduler whose workers can import this project, and reach the raw files and the
            store; None for local processes.
        workers: Number of local processes; None for one per core.
        max_file_bytes: Maximum size of a raw file; None for no limit.
        on_file: Receives the outcome of each file, in any order.

    Raises:
        DatasetError: The store cannot be written or is of another dataset, or there is no scheduler at the address.
    """
    store = TimelineStore(address)
    store.begin(about)
    with _client(scheduler, workers) as client:
        shared = client.scatter(raw, broadcast=True, hash=False)
        tasks = {
            client.submit(_ingest_files, shared, batch, address, max_file_bytes, pure=False): batch
            for batch in (list(paths[at : at + _FILES_IN_A_TASK]) for at in range(0, len(paths), _FILES_IN_A_TASK))
        }
        for done in as_completed(tasks):
            batch = tasks.pop(done)
            failure = done.exception()
            found = (
                [Ingested(path=path, outcome="skipped", reason=f"its worker failed: {failure}") for path in batch]
                if failure is not None
                else done.result()
            )
            done.release()
            for each in found:
                if on_file is not None:
                    on_file(each)
    store.finish()


def _client(scheduler: str | None, workers: int | None) -> Client:
    if scheduler is None:
        cluster = LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs="ERROR"
        )
        return Client(cluster)
    try:
        return Client(scheduler, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"scheduler {scheduler!r} cannot be reached: {error}; allowed: the address of a Dask scheduler, such as "
            "tcp://10.0.0.1:8786"
        ) from None


def _ingest_files(raw: RawFiles, paths: Sequence[str], address: str, max_file_bytes: int | None) -> list[Ingested]:
    store = TimelineStore(address)
    return [_ingest_file(raw, path, store, max_file_bytes) for path in paths]


def _ingest_file(raw: RawFiles, path: str, store: TimelineStore, max_file_bytes: int | None) -> Ingested:
    sizes: list[int] = []
    loader = Loader(raw, max_file_bytes=max_file_bytes, on_loaded=lambda loaded: sizes.append(loaded.raw_bytes or 0))
    try:
        version = raw.version(path)
        if store.version(path) == version:
            return Ingested(path=path, outcome="unchanged")
        decoded = loader.load(path)
        store.mark_unfinished()
        stored = store.put(decoded, version=version)
    except (RawDataUnavailable, OSError) as error:
        return Ingested(path=path, outcome="skipped", reason=str(error))
    return Ingested(path=path, outcome="stored", raw_bytes=sizes[0], stored_bytes=stored)
