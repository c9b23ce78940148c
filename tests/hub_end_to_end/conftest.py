"""Two revisions of a dataset, a Hub that serves the first, and the environment of a process that uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sample import write_sample
from tests.loopback_dataset import COMMIT
from tests.loopback_hub import LoopbackHub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two revisions of a small dataset."""
    root = tmp_path_factory.mktemp("datasets")
    for seed in (1, 2):
        write_sample(root / str(seed), runs=8, seed=seed)
    return root / "1", root / "2"


@pytest.fixture
def hub(datasets: tuple[Path, Path]) -> Iterator[LoopbackHub]:
    """A Hub that serves the first revision."""
    with LoopbackHub(datasets[0], commit=COMMIT) as running:
        yield running
