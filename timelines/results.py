"""The bytes of a raw `results.json` → all that any field needs of it; the timeline first, since it costs least."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from errors import RawDataUnavailable
from timelines.decode import timeline_of
from timelines.iterations import iterations_of
from timelines.latencies import latencies_of
from timelines.requests import request_figures
from timelines.results_text import top_level

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

    from tables.file_bytes import FileBytes
    from timelines.decode import DecodedTimeline
    from timelines.iterations import Iterations
    from timelines.latencies import RequestLatencies

    Outcome = DecodedTimeline | str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecodedResults:
    """One raw file; immutable. What the file lacks, or holds in another form, is a text that says so.

    Args:
        path: The file, relative to the dataset's root.
        timeline: Power and temperature.
        output_lengths: Tokens per successful request, int32, in the file's order.
        inter_token_latencies: Seconds per token of those requests, float64, smoothed.
        latencies: The statistics that the file states.
        iterations: The measured batches; None where the file has none.
        skipped_lengths: How many requests have no readable output length.
        skipped_latencies: How many inter-token latencies, or whole requests' lists of them, cannot be read.
    """

    path: str
    timeline: DecodedTimeline | str
    output_lengths: npt.NDArray[np.int32] | str
    inter_token_latencies: npt.NDArray[np.float64] | str
    latencies: RequestLatencies
    iterations: Iterations | str | None
    skipped_lengths: int
    skipped_latencies: int

    @property
    def nbytes(self) -> int:
        """The memory that the arrays take."""
        return sum(
            0 if isinstance(part, str) else part.nbytes
            for part in (self.timeline, self.output_lengths, self.inter_token_latencies)
        )

    def read_timeline(self) -> DecodedTimeline:
        """Return the timeline.

        Raises:
            RawDataUnavailable: The file has no sound one.
        """
        if isinstance(self.timeline, str):
            raise self._unavailable(self.timeline)
        return self.timeline

    def read_output_lengths(self) -> npt.NDArray[np.int32]:
        """Return the output lengths.

        Raises:
            RawDataUnavailable: The file has no sound ones.
        """
        if isinstance(self.output_lengths, str):
            raise self._unavailable(self.output_lengths)
        return self.output_lengths

    def read_inter_token_latencies(self) -> npt.NDArray[np.float64]:
        """Return the smoothed inter-token latencies.

        Raises:
            RawDataUnavailable: The file has no sound ones.
        """
        if isinstance(self.inter_token_latencies, str):
            raise self._unavailable(self.inter_token_latencies)
        return self.inter_token_latencies

    def read_iterations(self) -> Iterations | None:
        """Return the measured batches.

        Raises:
            RawDataUnavailable: None of the file's can be read.
        """
        if isinstance(self.iterations, str):
            raise self._unavailable(self.iterations)
        return self.iterations

    def _unavailable(self, problem: str) -> RawDataUnavailable:
        return RawDataUnavailable(f"{self.path}: {problem}", path=self.path)


def decode_results(
    raw: FileBytes, *, path: str, on_timeline: Callable[[Outcome], None] | None = None
) -> DecodedResults:
    """Decode a whole `results.json`.

    Args:
        raw: The whole file.
        path: The file's path relative to the dataset's root, for errors.
        on_timeline: Is told the timeline, or why there is none, before the requests are decoded.

    Raises:
        RawDataUnavailable: The file is no JSON object.
    """
    file = top_level(raw, path=path)
    timeline: Outcome
    try:
        timeline = timeline_of(file, path=path)
    except RawDataUnavailable as error:
        timeline = str(error).removeprefix(f"{path}: ")
    if on_timeline is not None:
        on_timeline(timeline)
    requests = request_figures(file)
    return DecodedResults(
        path=path,
        timeline=timeline,
        output_lengths=requests.output_lengths,
        inter_token_latencies=requests.inter_token_latencies,
        latencies=latencies_of(file),
        iterations=iterations_of(file),
        skipped_lengths=requests.skipped_lengths,
        skipped_latencies=requests.skipped_latencies,
    )
