"""Reads damaged files of a Hub cache: `python -m tests.tables.read_damaged_blobs COUNT SEED`."""

from __future__ import annotations

import random
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from errors import HubError, RawDataUnavailable
from sample import write_sample
from tables.hub import HubSettings
from tables.hub_dataset import open_hub_dataset
from tables.run_tables import TABLE_FILES
from tests.damaged_bytes import DAMAGES, begin, damaged, end
from tests.loopback_dataset import COMMIT, REPO
from tests.loopback_hub import LoopbackHub

if TYPE_CHECKING:
    from tables.dataset import Dataset

_STATES = ("up", "down", "damaging")


@dataclass(frozen=True)
class _Cached:
    """A file in the cache: its path in the dataset, its blob, its content, and another file's content."""

    path: str
    blob: Path
    content: bytes
    other: bytes


def main(count: int, seed: int) -> None:
    """Read `count` damaged files; each is downloaded again if the Hub is up, and is an error otherwise.

    Raises:
        AssertionError: Content was returned that is not the dataset's.
    """
    generator = random.Random(seed)  # noqa: S311 - chooses places, guards no secrets
    cases: Counter[str] = Counter()
    with TemporaryDirectory() as folder:
        source, cache = Path(folder) / "dataset", Path(folder) / "cache"
        write_sample(source, runs=8, seed=1)
        with LoopbackHub(source, commit=COMMIT) as hub:
            settings = HubSettings(repo=REPO, cache_dir=cache, timeout_seconds=10, endpoint=hub.url)
            right = open_hub_dataset(settings)
            files = _cached_files(right, cache)
            for case in range(count):
                file, state = generator.choice(files), _STATES[case % len(_STATES)]
                kind = DAMAGES[case % len(DAMAGES)]
                begin(case, f"{kind}, Hub {state}", file.path)
                file.blob.write_bytes(damaged(file.content, kind, other=file.other, generator=generator))
                hub.heal()
                if state == "down":
                    hub.fail("unavailable")
                if state == "damaging":
                    hub.fail("damaged", method="GET", on="resolve")
                if file.path.startswith("runs/"):
                    _open(settings, right, file, state=state)
                else:
                    _read(right, file, state=state, folder=folder)
                file.blob.write_bytes(file.content)
                cases[kind] += 1
                cases[state] += 1
    end(cases)


def _cached_files(dataset: Dataset, cache: Path) -> list[_Cached]:
    """Download some raw files to the cache; return them and the tables."""
    paths = [*TABLE_FILES.values(), *dataset.raw_paths()[:6]]
    for path in paths[2:]:
        dataset.raw.read(path)
    [snapshot] = cache.glob(f"*/snapshots/{COMMIT}")
    contents = [(snapshot / path).read_bytes() for path in paths]
    return [
        _Cached(path, (snapshot / path).resolve(), content, contents[at ^ 1])
        for at, (path, content) in enumerate(zip(paths, contents, strict=True))
    ]


def _open(settings: HubSettings, right: Dataset, file: _Cached, *, state: str) -> None:
    try:
        found = open_hub_dataset(settings)
    except HubError as error:
        # The message names the file and both digests.
        if state == "up" or error.file != file.path or f"expected {file.blob.name}" not in str(error):
            raise
        return
    if state != "up" or any(
        not found.runs[kind].columns[name].equals(column)
        for kind, table in right.runs.items()
        for name, column in table.columns.items()
    ):
        raise AssertionError(file.path)
    _check_replaced(file)


def _read(right: Dataset, file: _Cached, *, state: str, folder: str) -> None:
    try:
        content = bytes(right.raw.read(file.path))
    except RawDataUnavailable as error:
        if state == "up" or folder in str(error) or "damaged" not in str(error):
            raise
        return
    if state != "up" or content != file.content:
        raise AssertionError(file.path)
    _check_replaced(file)


def _check_replaced(file: _Cached) -> None:
    if file.blob.read_bytes() != file.content:
        raise AssertionError(file.path)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
