"""Reads damaged cache entries: `python -m tests.timelines.read_damaged_cache COUNT SEED`."""

from __future__ import annotations

import random
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from sample import open_sample
from tests.damaged_bytes import DAMAGES, begin, damaged, end
from tests.timelines.timeline_samples import same
from timelines.disk_cache import DiskCache
from timelines.loader import Loader
from timelines.results import DecodedResults

if TYPE_CHECKING:
    from tests.damaged_bytes import Damage
    from timelines.loader import Damaged
    from timelines.packed import Decoded
    from timelines.results import Outcome

    Kind = Damage | Literal["cut in use", "cut while read"]

_EVERY = 40  # of the sample's raw files: about twenty, of each form


def main(count: int, seed: int) -> None:
    """Read `count` damaged entries.

    Raises:
        AssertionError: The numbers of one differ from the raw file's, or its damage was not reported once.
    """
    generator = random.Random(seed)  # noqa: S311 - chooses places, guards no secrets
    dataset = open_sample()
    plain = Loader(dataset.raw)
    right = {path: plain.load(path) for path in dataset.raw_paths()[::_EVERY]}
    cases: Counter[str] = Counter()
    with TemporaryDirectory() as folder:
        reports: list[Damaged] = []
        loader = Loader(
            dataset.raw, disk=DiskCache(Path(folder), max_bytes=2**30), on_damaged=reports.append, revision="r"
        )
        entries: dict[str, Path] = {}
        for path in right:
            before = set(Path(folder).iterdir())
            loader.load(path)
            [entries[path]] = set(Path(folder).iterdir()) - before
        whole = {path: entry.read_bytes() for path, entry in entries.items()}
        kinds: tuple[Kind, ...] = (*DAMAGES, "cut in use", "cut while read")
        for case in range(count):
            kind = kinds[case % len(kinds)]
            path, other = generator.sample(list(right), 2)
            begin(case, kind, path)
            reports.clear()
            match kind:
                case "cut in use":
                    held = loader.load(path)
                    entries[path].write_bytes(b"")
                    _check(held, right[path])
                case "cut while read":
                    _cut_while_read(loader, path, entries[path], right[path])
                case _:
                    content = damaged(whole[path], kind, other=whole[other], generator=generator)
                    entries[path].write_bytes(content)
            _check(loader.load(path), right[path])
            _check(loader.load(path), right[path])
            if [report.path for report in reports] != [path]:
                raise AssertionError(reports)
            cases[kind] += 1
    end(cases)


def _cut_while_read(loader: Loader, path: str, entry: Path, right: Decoded) -> None:
    """Truncate the entry as soon as its timeline is decoded."""
    timelines: list[Outcome] = []

    def on_timeline(timeline: Outcome) -> None:
        if not timelines:
            entry.write_bytes(entry.read_bytes()[:-1])
        timelines.append(timeline)

    _check(loader.load(path, on_timeline=on_timeline), right)
    if isinstance(right, DecodedResults):
        for timeline in timelines:
            _check(replace(right, timeline=timeline), right)
    else:
        entry.write_bytes(b"")  # such a file has no timeline


def _check(found: Decoded, right: Decoded) -> None:
    if not same(found, right):
        raise AssertionError(found.path)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
