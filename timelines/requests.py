"""The requests of a raw `results.json` → output lengths and inter-token latencies, as the toolkit reads them."""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import msgspec
import numpy as np

from timelines.arrays import Floats, read_only
from timelines.lenient import DECODE_ERRORS, loads, number, whole_number
from timelines.results_text import in_short, value_in_short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from timelines.results_text import TopLevel

MIN_LENGTH, MAX_LENGTH = -(2**31), 2**31 - 1  # of the graph's Int, and of the column


class _Request(msgspec.Struct, gc=False):
    """A request; prompt and answer are skipped."""

    success: bool = False
    output_len: int | float | None = None
    itl: list[float] = []


_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_REQUEST = msgspec.json.Decoder(_Request)


class RequestFigures(TypedDict):
    """The fields of `DecodedResults` that are read from the requests."""

    output_lengths: npt.NDArray[np.int32] | str
    inter_token_latencies: Floats | str
    skipped_lengths: int
    skipped_latencies: int


class _SuccessfulRequest(NamedTuple):
    """A request that succeeded."""

    output_len: int | None  # None if unreadable
    itl: Sequence[float]  # seconds, NaN for an unreadable latency; empty if the list itself is unreadable
    skipped_latencies: int  # an unreadable list counts once
    problem: str  # the first unreadable figure, for errors; empty without one


def decode_requests(file: TopLevel) -> RequestFigures:
    """Decode the requests one by one; an unreadable request, length or latency is skipped and counted.

    One by one, so that other threads run in between and the objects of a request are freed before the next.
    """
    requests: list[msgspec.Raw] = []
    no_requests = "" if "results" in file else "results is missing"
    try:
        requests = _LIST.decode(file.get("results", b"[]"))
    except msgspec.DecodeError as error:
        no_requests = in_short(error, within="results")
    lengths: list[int] = []
    # Grows in place: joining an array per request would need as much memory again while the file is still held.
    latencies = array("d")
    skipped_lengths = skipped_latencies = 0
    problem = no_requests
    for request in _successful(requests):
        problem = problem or request.problem
        skipped_latencies += request.skipped_latencies
        latencies.frombytes(smoothed(request.itl).tobytes())
        if request.output_len is None:
            skipped_lengths += 1
        else:
            lengths.append(request.output_len)
    tokens = np.frombuffer(latencies, np.float64)
    # A problem without any length means that every successful request was skipped.
    no_tokens = "no request has an inter-token latency" + (skipped_latencies > 0) * f" that is readable: {problem}"
    return RequestFigures(
        output_lengths=problem if problem and not lengths else read_only(np.array(lengths, np.int32)),
        inter_token_latencies=read_only(tokens) if tokens.size else no_requests or no_tokens,
        skipped_lengths=skipped_lengths,
        skipped_latencies=skipped_latencies,
    )


def _successful(requests: list[msgspec.Raw]) -> Iterator[_SuccessfulRequest]:
    """Yield the requests that succeeded, and those that are unreadable."""
    for index, text in enumerate(requests):
        try:
            request = _REQUEST.decode(text)
        except DECODE_ERRORS as error:
            read = _lenient_request(text, in_short(error, within=f"results[{index}]"))
            if read is not None:
                yield read
            continue
        if request.success:
            length = _length(request.output_len)
            problem = "" if length is not None else _length_problem(index, request.output_len)
            yield _SuccessfulRequest(length, request.itl, 0, problem)


def _lenient_request(text: msgspec.Raw, problem: str) -> _SuccessfulRequest | None:
    """Read a request as the toolkit does: `success` is Python's truth value, and numbers may be text.

    Returns:
        The request; None if it did not succeed.
    """
    request = loads(text)
    if not isinstance(request, dict):
        return _SuccessfulRequest(None, [], 1, problem)
    if not request.get("success"):
        return None
    length = _length(request.get("output_len"))
    itl = request.get("itl", [])
    if not isinstance(itl, list):
        return _SuccessfulRequest(length, [], 1, problem)
    latencies = [number(each) for each in itl]
    return _SuccessfulRequest(length, latencies, sum(map(math.isnan, latencies)), problem)


def _length(value: object) -> int | None:
    length = whole_number(value)
    return length if length is not None and MIN_LENGTH <= length <= MAX_LENGTH else None


def _length_problem(index: int, value: object) -> str:
    return (
        f"results[{index}].output_len is {value_in_short(value)} in a request that succeeded; "
        f"allowed: {MIN_LENGTH} to {MAX_LENGTH}"
    )


def smoothed(latencies: Sequence[float]) -> Floats:
    """Distribute the latency of tokens that arrived together evenly over them, as the toolkit does.

    `_smooth_chunked_itl` and `inter_token_latencies` of `mlenergy.data.records.runs` (0.4.0) define it: zeros after a
    latency are tokens of the same chunk; a latency that is not positive and finite is dropped, with the zeros after it.

    Args:
        latencies: Seconds since the token before, of one request; NaN in place of anything that is not finite.

    Returns:
        Seconds per token, positive.
    """
    values = np.array(latencies, np.float64)
    starts = np.flatnonzero(values != 0.0)  # NaN starts a chunk, too
    sizes = np.diff(starts, append=values.size)
    firsts = values[starts]
    positive = firsts > 0.0
    return np.repeat(firsts[positive] / sizes[positive], sizes[positive])
