"""The bytes of a raw `results.json` → every part of it that a field needs; the timeline first, since it costs least."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from timelines.decode import decode_timeline
from timelines.latencies import decode_latencies
from timelines.measurements import decode_iterations
from timelines.requests import decode_requests
from timelines.results_text import top_level

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

    from tables.file_bytes import FileBytes
    from timelines.arrays import Floats
    from timelines.decode import DecodedTimeline
    from timelines.latencies import RequestLatencies
    from timelines.measurements import Iterations

    Outcome = DecodedTimeline | str
    OnTimeline = Callable[[Outcome], None] | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecodedResults:
    """A decoded `results.json`; immutable. A text in place of a part says why it is unavailable (`available`).

    Args:
        path: The file's path relative to the dataset's root.
        timeline: Power and temperature.
        output_lengths: Tokens per successful request, int32, in the file's order.
        inter_token_latencies: Seconds per token of those requests, float64, smoothed.
        latencies: The latency statistics that the file states.
        iterations: The measured batches; None if the file has none.
        skipped_lengths: Number of requests without a readable output length.
        skipped_latencies: Number of unreadable inter-token latencies, each unreadable list of a request counting once.
    """

    path: str
    timeline: DecodedTimeline | str
    output_lengths: npt.NDArray[np.int32] | str
    inter_token_latencies: Floats | str
    latencies: RequestLatencies
    iterations: Iterations | str | None
    skipped_lengths: int
    skipped_latencies: int

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays in memory."""
        parts = (self.timeline, self.output_lengths, self.inter_token_latencies)
        return sum(part.nbytes for part in parts if not isinstance(part, str))


def decode_results(raw: FileBytes, *, path: str, on_timeline: OnTimeline = None) -> DecodedResults:
    """Decode a whole `results.json` at `path`.

    Calls `on_timeline` with the timeline, or why it is unavailable, before the requests are decoded.

    Raises:
        RawDataUnavailable: The file is not a JSON object.
    """
    file = top_level(raw, path=path)
    iterations = decode_iterations(file)
    timeline = decode_timeline(file, iterations, path=path)
    if on_timeline is not None:
        on_timeline(timeline)
    return DecodedResults(
        path=path, timeline=timeline, latencies=decode_latencies(file), iterations=iterations, **decode_requests(file)
    )
