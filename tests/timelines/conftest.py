"""Decoded files for the tests of the disk cache and the timeline store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sample import open_sample
from tests.timelines.timeline_samples import START, results_file
from timelines.loader import Loader
from timelines.results import decode_results

if TYPE_CHECKING:
    from timelines.packed import Decoded


@pytest.fixture(scope="module")
def files() -> list[tuple[str, Decoded]]:
    """Decoded raw files of every kind: of the sample, and some with an unreadable part."""
    dataset = open_sample()
    loader = Loader(dataset.raw)
    found: list[tuple[str, Decoded]] = [(path, loader.load(path)) for path in dataset.raw_paths()[::40]]
    unsound = {
        "no-timeline": {"results": [{"success": True, "output_len": 1, "itl": [0.5]}]},
        "no-results": {"timeline": {}},
        "nothing": {},
        "negative-zero": results_file({"3": [[START, -0.0], [START + 1 / 3, 1e-300]], "11": []}),
    }
    found += [(path, decode_results(json.dumps(file).encode(), path=path)) for path, file in unsound.items()]
    return found
