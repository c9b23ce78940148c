"""Batch of log entries: collected for 10 ms, then processed together."""

from __future__ import annotations

import asyncio
from collections import deque
from threading import RLock, get_ident
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Entry = TypeVar("Entry")

_SECONDS = 0.01
# A loop that is busy for longer runs no timer; this bounds the memory until then.
_MAX_ENTRIES = 256


class LogBatch(Generic[Entry]):
    """Entries that are processed together; outside an event loop, each entry is processed at once. Thread-safe.

    An entry that is processed by itself, between two requests, takes four times as long as one of dozens.

    Args:
        process: Processes entries, in order.
    """

    def __init__(self, process: Callable[[Sequence[Entry]], None]) -> None:
        self._process = process
        self._entries: deque[Entry] = deque()
        self._processing = RLock()  # reentrant: a finalizer may log while a batch is processed
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._scheduled = False
        self._closed = False

    def add(self, entry: Entry) -> None:
        """Add an entry."""
        self._entries.append(entry)
        if self._scheduled and len(self._entries) < _MAX_ENTRIES and self._loop is not None and self._loop.is_running():
            return  # the most frequent case
        if len(self._entries) >= _MAX_ENTRIES or self._closed or not self._in_loop():
            self.flush()
        elif not self._scheduled and self._loop is not None:
            self._scheduled = True
            self._loop.call_later(_SECONDS, self.flush)

    def flush(self) -> None:
        """Process all entries."""
        self._scheduled = False  # before the entries are taken: one that is added meanwhile starts a new timer
        with self._processing:
            entries = [self._entries.popleft() for _ in range(len(self._entries))]
            if entries:
                self._process(entries)

    def close(self) -> None:
        """Process all entries, and from now on each entry at once: a loop that stops runs no timer."""
        self._closed = True
        self.flush()

    def _in_loop(self) -> bool:
        # `get_running_loop` is a system call; the check of a known loop is not.
        if self._loop is None or self._thread != get_ident() or not self._loop.is_running():
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                return False
            self._loop, self._thread, self._scheduled = loop, get_ident(), False
        return True
