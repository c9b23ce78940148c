"""Where the raw files of a dataset are read from: one protocol, implemented by each source."""

from __future__ import annotations

from typing import Protocol


class RawFiles(Protocol):
    """The raw files behind the tables, by their path relative to the dataset's root."""

    def read(self, path: str) -> bytes:
        """Return the whole file; may block on disk or network, so call it off the event loop.

        Raises:
            RawDataUnavailable: The file should be there and cannot be had; the text says why.
        """
