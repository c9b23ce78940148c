"""Requests of the benchmarks over HTTP, and mercurius, the server in Node that they are compared with."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from benchmarks.answers import Contender, VoidError, equal_answers
from benchmarks.bodies import Same
from benchmarks.load import Lengths, Load
from benchmarks.mercurius import HOME, mercurius_server
from benchmarks.mercurius_comparison import CASES, bodies
from benchmarks.servers import Program, Server, ServerError, running
from benchmarks.thresholds import selecting
from benchmarks.workloads import SMALL_WORKLOADS, WORKLOADS, on_dataset

if TYPE_CHECKING:
    from pathlib import Path

    from tables.dataset import Dataset

COLUMN = "energy_per_token_joules"


def test_thresholds_select_5_to_100_percent_of_the_rows(sample: Dataset) -> None:
    """Evenly, among the rows with the given values."""
    table = sample.runs["llm"]
    pairs = zip(table.columns["task"].to_pylist(), table.columns[COLUMN].to_pylist(), strict=True)
    rows = [value for task, value in pairs if task == "gpqa"]
    thresholds = selecting(table, COLUMN, {"task": "gpqa"})
    shares = sorted(sum(value > float(thresholds.text(number)) for value in rows) / len(rows) for number in range(500))
    assert 0.05 <= shares[0] < 0.1
    assert 0.95 < shares[-1] <= 1
    assert 0.5 < shares[250] < 0.55


def test_thresholds_do_not_repeat(sample: Dataset) -> None:
    """In no two requests of two rounds, so that no answer is cached."""
    thresholds = selecting(sample.runs["llm"], COLUMN, {})
    numbers = [*range(10_000), *range(10_000_000, 10_010_000)]
    assert len({thresholds.text(number) for number in numbers}) == len(numbers)


def test_a_round_with_shorter_answers_than_expected_is_void() -> None:
    """Also where the answers differ in length: an error is much shorter than a page."""
    expected = Lengths((1_000, 30_000, 60_000))
    assert "bytes" not in load(requests=100, size=31_000).problems(expected, connections=8)
    assert "bytes" in load(requests=100, size=500).problems(expected, connections=8)
    assert "bytes" in load(requests=100, size=999).problems(Lengths((1_000, 1_000)), connections=8)


def load(*, requests: int, size: int) -> Load:
    """Return the counts of a round without errors."""
    return Load(1_000_000, requests, requests * size, 1, 1, *[0] * 6)


def test_mercurius_gives_the_same_answers(sample: Dataset, live_server: str, tmp_path: Path) -> None:
    """To each request of the comparison; otherwise the benchmark would compare different work."""
    try:
        program = mercurius_server(sample, tmp_path, compressing=True)
    except ServerError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI runs mercurius, but {error}")
        pytest.skip(str(error))
    workloads = {each.name: each for each in on_dataset((*WORKLOADS, *SMALL_WORKLOADS), sample)}
    ours = Server(Program("ours", lambda _port: []), 0, urlsplit(live_server).port or 0, 0)
    with running(program, logs=tmp_path) as theirs:
        for case in CASES:
            requests = bodies(case, workloads[case.workload], sample)
            for number in (1, 2):  # its compiler runs at the second request
                equal_answers([Contender(each, requests) for each in (ours, theirs)], number, encoding=case.encoding)
        different = [
            Contender(ours, Same(b'{"query": "{ a: __typename }"}')),
            Contender(theirs, workloads["typename"].bodies()),
        ]
        with pytest.raises(VoidError, match="differ"):
            equal_answers(different, 1)


def test_the_lock_of_mercurius_does_not_name_a_registry() -> None:
    """Packages are locked by version and hash, so any registry can serve them."""
    lock = json.loads((HOME / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if "integrity" not in package] == []
