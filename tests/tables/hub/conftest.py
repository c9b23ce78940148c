"""A Hub that serves a small dataset, and settings for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tables.hub import HubSettings
from tests.loopback_dataset import CANARY, COMMIT, REPO, write_dataset
from tests.loopback_hub import LoopbackHub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LoopbackHub]:
    """A Hub that serves a small dataset."""
    with LoopbackHub(write_dataset(tmp_path / "dataset"), commit=COMMIT) as hub:
        yield hub


@pytest.fixture
def settings(hub: LoopbackHub, tmp_path: Path) -> HubSettings:
    """Settings for that Hub, with a token, an empty cache and a timeout of one second."""
    return HubSettings(repo=REPO, token=CANARY, cache_dir=tmp_path / "cache", timeout_seconds=1, endpoint=hub.url)
