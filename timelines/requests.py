"""The requests of a raw `results.json` → their output lengths and inter-token latencies, as the toolkit reads them."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec
import numpy as np

from timelines.lenient import loads, number, whole_number
from timelines.results_text import in_short, value_in_short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from timelines.results_text import TopLevel

Scalar = TypeVar("Scalar", bound=np.generic)

MIN_LENGTH, MAX_LENGTH = -(2**31), 2**31 - 1  # of the graph's Int, and of the column


class _Request(msgspec.Struct, gc=False):
    """One request; prompt and answer are skipped."""

    success: bool = False
    output_len: int | float | None = None
    itl: list[float] = []


_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_REQUEST = msgspec.json.Decoder(_Request)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RequestFigures:
    """The figures of a run's successful requests, in the file's order.

    Args:
        output_lengths: Tokens per request, int32; or why there are none.
        inter_token_latencies: Seconds per token, float64, smoothed; or why there are none.
        skipped_lengths: How many requests have no readable length.
        skipped_latencies: How many latencies, or whole lists of them, cannot be read.
    """

    output_lengths: npt.NDArray[np.int32] | str
    inter_token_latencies: npt.NDArray[np.float64] | str
    skipped_lengths: int = 0
    skipped_latencies: int = 0


class _Read(NamedTuple):
    """One request that succeeded.

    Args:
        output_len: Tokens; None where they cannot be read.
        itl: Seconds, NaN for what cannot be read; empty where the list itself cannot be read.
        skipped_latencies: How many of its latencies cannot be read, the whole list counting once.
        problem: What cannot be read, for errors; empty where all can.
    """

    output_len: int | None
    itl: Sequence[float]
    skipped_latencies: int
    problem: str


def request_figures(file: TopLevel) -> RequestFigures:
    """Decode the requests of a file whose top level is read.

    Requests are decoded one by one, so that other threads run in between, and what is built for one is gone before
    the next. A request, a length or a latency that cannot be read is skipped and counted; the others stand.
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
    skipped_lengths = skipped_latencies = 0
    problem = ""
    for request in _successful(requests):
        problem = problem or request.problem
        skipped_latencies += request.skipped_latencies
        latencies.frombytes(smoothed(request.itl).tobytes())
        if request.output_len is None:
            skipped_lengths += 1
        else:
            lengths.append(request.output_len)
    tokens = np.frombuffer(latencies, np.float64)
    return RequestFigures(
        output_lengths=_read_only(np.array(lengths, np.int32)) if lengths or not skipped_lengths else problem,
        inter_token_latencies=_read_only(tokens)
        if tokens.size
        else "no request has an inter-token latency" + (skipped_latencies > 0) * f" that can be read: {problem}",
        skipped_lengths=skipped_lengths,
        skipped_latencies=skipped_latencies,
    )


def _successful(requests: list[msgspec.Raw]) -> Iterator[_Read]:
    """Give the requests that succeeded, and those of which that cannot be said."""
    for place, text in enumerate(requests):
        try:
            request = _REQUEST.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            read = _leniently_read(text, in_short(error, within=f"results[{place}]"))
            if read is not None:
                yield read
            continue
        if request.success:
            length = _length(request.output_len)
            yield _Read(
                length, request.itl, 0, "" if length is not None else _length_problem(place, request.output_len)
            )


def _leniently_read(text: msgspec.Raw, problem: str) -> _Read | None:
    """Read a request as the toolkit does: success is what Python takes for true, and numbers may be text.

    Returns:
        The request; None where it did not succeed.
    """
    try:
        request = loads(text)
    except (ValueError, RecursionError):
        request = None
    if not isinstance(request, dict):
        return _Read(None, [], 1, problem)
    if not request.get("success"):
        return None
    stated = request.get("itl", [])
    length = _length(request.get("output_len"))
    if not isinstance(stated, list):
        return _Read(length, [], 1, problem)
    latencies = [number(each) for each in stated]
    return _Read(length, latencies, sum(map(math.isnan, latencies)), problem)


def _length(stated: object) -> int | None:
    length = whole_number(stated)
    return length if length is not None and MIN_LENGTH <= length <= MAX_LENGTH else None


def _length_problem(place: int, stated: object) -> str:
    return (
        f"results[{place}].output_len is {value_in_short(stated)} in a request that succeeded; "
        f"allowed: {MIN_LENGTH} to {MAX_LENGTH}"
    )


def smoothed(latencies: Sequence[float]) -> npt.NDArray[np.float64]:
    """Spread the latency of tokens that arrived together evenly over them, in the toolkit's way.

    `_smooth_chunked_itl` and `inter_token_latencies` of `mlenergy.data.records.runs` (0.4.0) define it: zeros after a
    latency are tokens of the same chunk; what is not positive and finite counts for nothing, nor do zeros after it.

    Args:
        latencies: Seconds since the token before, of one request; NaN for what is not a finite number.

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
