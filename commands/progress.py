"""Progress bar on standard error, silent where standard error is not a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.progress import Progress


def progress_bar(unit: Literal["bytes", "files"]) -> Progress:
    """Return a progress bar that counts bytes or files."""
    from rich import progress  # noqa: PLC0415 - a server does not need it to start
    from rich.console import Console  # noqa: PLC0415 - see above

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.DownloadColumn() if unit == "bytes" else progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
