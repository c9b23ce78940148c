from __future__ import annotations

from tests.timelines.fuzz_raw_files import SLOW_SECONDS, Found, check_damaged, damaged_files
from tests.timelines.fuzz_raw_values import check_odd_values


def test_a_damaged_file_is_refused_or_read_right() -> None:
    """No crash, no hang, and no number that a plain reader does not find in the same file; all kinds occur."""
    found = Found()
    for kind, raw in damaged_files(3_000, seed=20_261_124):
        check_damaged(kind, raw, found)
    assert found.slowest_seconds < SLOW_SECONDS
    assert min(found.outcomes[outcome] for outcome in ("refused", "decoded", "series", "tokens", "iterations")) > 100


def test_odd_values_leave_every_other_number_as_it_is() -> None:
    """One to three odd values anywhere in a whole file: nothing that does not depend on them changes or is lost."""
    assert max(map(check_odd_values, range(3_000))) < SLOW_SECONDS
