"""Damaged raw files and raw files with odd values."""

from __future__ import annotations

from tests.timelines.damaged_files import damaged_files
from tests.timelines.fuzz_raw_files import SLOW_SECONDS, Found, check_damaged
from tests.timelines.fuzz_raw_values import check_odd_values


def test_a_damaged_file_is_refused_or_decoded_correctly() -> None:
    """No crash, no hang, and every number equals a naive reader's; all outcomes occur."""
    found = Found()
    for kind, raw in damaged_files(3_000, seed=20_261_124):
        check_damaged(kind, raw, found)
    assert found.slowest_seconds < SLOW_SECONDS
    assert min(found.outcomes[outcome] for outcome in ("refused", "decoded", "series", "tokens", "iterations")) > 100


def test_odd_values_do_not_affect_other_numbers() -> None:
    """With one to three odd values anywhere in a file, the numbers that do not depend on them are unchanged."""
    assert max(map(check_odd_values, range(3_000))) < SLOW_SECONDS
