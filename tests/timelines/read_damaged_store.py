"""Reads damaged files of a timeline store: `python -m tests.timelines.read_damaged_store COUNT SEED`."""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from errors import RawDataUnavailable
from sample import open_sample
from tests.damaged_bytes import DAMAGES, begin, damaged, end
from tests.timelines.timeline_samples import FakeRawFiles, same
from timelines.loader import Loader
from timelines.store import TimelineStore, stored_name, without_tokens

if TYPE_CHECKING:
    from timelines.loader import Damaged

_EVERY = 40  # of the sample's raw files: about twenty, of each form


def main(count: int, seed: int) -> None:
    """Read `count` damaged files, half of them where the raw file can be read instead.

    Raises:
        AssertionError: The numbers of one differ from the raw file's, or its damage was not reported once.
    """
    generator = random.Random(seed)  # noqa: S311 - chooses places, guards no secrets
    dataset = open_sample()
    plain = Loader(dataset.raw)
    right = {path: plain.load(path) for path in dataset.raw_paths()[::_EVERY]}
    cases: Counter[str] = Counter()
    with TemporaryDirectory() as folder:
        store = TimelineStore(folder)
        files = {path: Path(folder) / stored_name(path) for path in right}
        for decoded in right.values():
            store.put(decoded, version="1")
        whole = {path: file.read_bytes() for path, file in files.items()}
        reports: list[Damaged] = []
        beside = Loader(dataset.raw, store=store, on_damaged=reports.append)
        alone = Loader(FakeRawFiles({}), store=store, on_damaged=reports.append)
        for case in range(count):
            kind = DAMAGES[case % len(DAMAGES)]
            path, other = generator.sample(list(right), 2)
            begin(case, kind, path)
            reports.clear()
            files[path].write_bytes(damaged(whole[path], kind, other=whole[other], generator=generator))
            if store.version(path) is not None:
                raise AssertionError(path)
            if generator.random() < 1 / 2:
                if not same(beside.load(path), right[path]):
                    raise AssertionError(path)
                cases["right"] += 1
            else:
                _check_refused(alone, path)
                cases["refused"] += 1
            if [(report.path, report.origin) for report in reports] != [(path, "store")]:
                raise AssertionError(reports)
            store.put(right[path], version="1")
            found, decoded = beside.load(path), right[path]
            if not same(found, without_tokens(decoded)):
                raise AssertionError(path)
            cases[kind] += 1
    end(cases)


def _check_refused(loader: Loader, path: str) -> None:
    try:
        loader.load(path)
    except RawDataUnavailable as error:
        if "its copy in the timeline store is damaged" not in str(error) or "is not in the dataset" not in str(error):
            raise
    else:
        raise AssertionError(path)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
