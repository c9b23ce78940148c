"""Checks of an opened snapshot, and of an opening that fails."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from errors import HubError
from tables.hub import open_hub
from tests.loopback_dataset import CANARY

if TYPE_CHECKING:
    from tables.hub import HubSettings, HubSnapshot


def marks(snapshot: HubSnapshot) -> dict[str, str]:
    """Return the mark in each table."""
    return {name: str(pq.read_table(path)["mark"][0]) for name, path in snapshot.tables.items()}


def opening_error(settings: HubSettings) -> str:
    """Return the message that opening the Hub fails with: one line, in time, without the token."""
    began = time.monotonic()
    with pytest.raises(HubError) as caught:
        open_hub(settings)
    message = str(caught.value)
    # The request for the revision and the one for a file have a timeout each.
    assert time.monotonic() - began < 2 * settings.timeout_seconds + 0.5
    assert "\n" not in message
    assert settings.repo in message
    assert CANARY not in message + repr(caught.value)
    return message
