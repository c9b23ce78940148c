"""Resident memory of every cache, filled five times over in a separate process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from caches import SHARES
from tests.saturate_cache import FILLS
from tests.server_process import ROOT

pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="resident memory is read from /proc")

# Few MiB for entries that are small or slow to make: five times as much is added.
MIB = dict.fromkeys(FILLS, 8) | {
    "small_answers": 4,
    "small_documents": 2,
    "small_frames": 4,
    "small_persisted_queries": 4,
    "small_orders": 4,
    "small_timelines": 4,
    "fits": 4,
}


@pytest.mark.parametrize("fill", FILLS)
def test_resident_memory_grows_by_no_more_than_1_3_of_the_setting(fill: str) -> None:
    """For small and large entries, with the sizes that the server counts."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "tests.saturate_cache", fill, str(MIB[fill])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    bound = MIB[fill] * 2**20
    assert found["evictions"] > 4 * found["entries"] > 0
    assert found["size"] <= bound
    assert found["grown"] <= 1.3 * bound


def test_every_cache_is_saturated() -> None:
    """A new cache needs a fill function."""
    filled = {fill.removeprefix("small_").removeprefix("large_") for fill in FILLS}
    assert filled == set(SHARES)
