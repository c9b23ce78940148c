"""The requests of a raw `results.json` → their output lengths and inter-token latencies, as the toolkit reads them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import msgspec
import numpy as np

from timelines.results_text import in_short

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from timelines.results_text import TopLevel

Scalar = TypeVar("Scalar", bound=np.generic)

MAX_LENGTH = 2**31 - 1  # of the graph's Int, and of the column


class _Request(msgspec.Struct, gc=False):
    """One request; prompt and answer are skipped."""

    success: bool = False
    output_len: int | float | None = None
    itl: list[float | None] = []


_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_REQUEST = msgspec.json.Decoder(_Request)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RequestFigures:
    """What the successful requests of a run say, in the file's order.

    Args:
        output_lengths: Tokens per request, int32; or why there are none.
        inter_token_latencies: Seconds per token, float64, smoothed; or why there are none.
    """

    output_lengths: npt.NDArray[np.int32] | str
    inter_token_latencies: npt.NDArray[np.float64] | str


def request_figures(file: TopLevel) -> RequestFigures:
    """Decode the requests of a file whose top level is read.

    Requests are decoded one by one, so that other threads run in between, and what is built for one is gone before
    the next.
    """
    try:
        requests = _LIST.decode(file["results"]) if "results" in file else None
    except msgspec.DecodeError as error:
        problem = in_short(error, within="results")
        return RequestFigures(output_lengths=problem, inter_token_latencies=problem)
    if requests is None:
        problem = "results is missing"
        return RequestFigures(output_lengths=problem, inter_token_latencies=problem)
    lengths: list[int] = []
    # Grows in place: joining an array per request would need as much again while the file is still held.
    latencies = array("d")
    length_problem = ""
    for place, text in enumerate(requests):
        try:
            request = _REQUEST.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            problem = in_short(error, within=f"results[{place}]")
            return RequestFigures(output_lengths=problem, inter_token_latencies=problem)
        if not request.success:
            continue
        latencies.frombytes(smoothed(request.itl).tobytes())
        if request.output_len is None or not 0 <= request.output_len <= MAX_LENGTH:
            length_problem = length_problem or (
                f"results[{place}].output_len is {request.output_len} in a request that succeeded; "
                f"allowed: 0 to {MAX_LENGTH}"
            )
        else:
            lengths.append(int(request.output_len))
    tokens = np.frombuffer(latencies, np.float64)
    return RequestFigures(
        output_lengths=length_problem or _read_only(np.array(lengths, np.int32)),
        inter_token_latencies=_read_only(tokens) if tokens.size else "no request has an inter-token latency",
    )


def smoothed(latencies: Sequence[float | None]) -> npt.NDArray[np.float64]:
    """Spread the latency of tokens that arrived together evenly over them, in the toolkit's way.

    `_smooth_chunked_itl` and `inter_token_latencies` of `mlenergy.data.records.runs` (0.4.0) define it: zeros after a
    latency are tokens of the same chunk; what is not positive and finite counts for nothing, nor do zeros after it.

    Args:
        latencies: Seconds since the token before, of one request; None for what was no number.

    Returns:
        Seconds per token, positive.
    """
    values = np.array(latencies, np.float64)
    starts = np.flatnonzero(values != 0.0)  # NaN is none
    sizes = np.diff(starts, append=values.size)
    firsts = values[starts]
    there = firsts > 0.0
    return np.repeat(firsts[there] / sizes[there], sizes[there])


def _read_only(array: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
    array.setflags(write=False)
    return array
