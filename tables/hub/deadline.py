"""Calls of huggingface_hub that end on time.

By itself the library waits as long as the server likes: it sleeps through any `Retry-After`, its time-outs start anew
with each byte, its file locks and the resolution of names have none. Here a call runs in a thread of its own, which is
left behind when its time is over; and the HTTP client that the library is given (`client.py`) ends that thread soon
after, because past a deadline it asks nothing and reads nothing any more.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")


class HubAway(Exception):  # noqa: N818 - a state that may pass, not a mistake; users read HubError
    """The Hub did not deliver: it is down, too slow, overloaded or was cut off.

    Args:
        what: What it did, as the end of a sentence that begins with the Hub.
        retry_after: How long it asks to be left alone, in seconds, if it says so.
    """

    def __init__(self, what: str, *, retry_after: float | None = None) -> None:
        super().__init__(what)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment, `at` on the monotonic clock, and the seconds it was set ahead."""

    seconds: float
    at: float

    def remaining(self) -> float:
        """Return the seconds left, more than none.

        Raises:
            HubAway: There are none left.
        """
        remaining = self.at - time.monotonic()
        if remaining <= 0:
            raise late(self.seconds)
        return remaining


_DEADLINE: ContextVar[Deadline | None] = ContextVar("hub_deadline", default=None)


def within(seconds: float, call: Callable[[], T]) -> T:
    """Return what `call` returns, or raise what it raises, after `seconds` at the latest.

    Raises:
        HubAway: The Hub did not deliver in time.
    """
    outcome: Future[T] = Future()

    def work() -> None:
        with deadline(seconds):
            try:
                outcome.set_result(call())
            except BaseException as error:  # noqa: BLE001 - nothing is lost: the waiting thread raises it
                outcome.set_exception(error)

    threading.Thread(target=work, name="hub", daemon=True).start()
    try:
        return outcome.result(seconds)
    except TimeoutError:
        if outcome.done():  # the call's own
            raise
        raise late(seconds) from None


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let the HTTP requests of this block end within `seconds`, with HubAway if they must."""
    before = _DEADLINE.set(Deadline(seconds, time.monotonic() + seconds))
    try:
        yield
    finally:
        _DEADLINE.reset(before)


def current() -> Deadline | None:
    """Return the deadline that the calling code is under, if it is under one."""
    return _DEADLINE.get()


def late(seconds: float) -> HubAway:
    """Return the error for a Hub that did not deliver within `seconds`."""
    return HubAway(f"did not deliver within {seconds:g} s")


def cut() -> HubAway:
    """Return the error for an answer that ended before it was complete."""
    return HubAway("broke off in the middle of its answer")
