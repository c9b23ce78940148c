"""Requests/s where each request has the fields in an order that nobody asked for yet, beside ROAPI.

The document is new, so that it is parsed and validated; the rows have never been written like that. That is the first
request of every dashboard that somebody builds. Every column has been read before. Left out: the first request after a
start, which imports and encodes columns; the nested workload, which ROAPI cannot answer; aliases, which ROAPI ignores.
"""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

from benchmarks import roapi
from benchmarks.answers import Asked
from benchmarks.bodies import Listed
from benchmarks.comparisons import Comparison, Measure, Missing, Run, compare

if TYPE_CHECKING:
    from benchmarks.roapi import Roapi
    from benchmarks.servers import Server
    from benchmarks.workloads import Workload

TARGET = 1.3
# A prime larger than any number of fields, so that its multiples meet every order once before they meet one again; and
# large, so that neighbours differ from the first field on.
_STEP = 2**127 - 1


def measure_first_request(
    workload: Workload, *, ours: Server, peer: Roapi | None, run: Run
) -> tuple[Comparison | Missing, ...]:
    """Measure one workload, or nothing where ROAPI cannot answer it.

    Args:
        workload: What is asked, but for the order of the fields.
        ours: Our server.
        peer: ROAPI; None where it cannot be had.
        run: How.

    Raises:
        VoidError: The answers differ, or a round had errors.
    """
    measure = Measure("first request", "first request: ", workload)
    if not roapi.answers(workload):
        return ()
    if peer is None:
        return (Missing(measure, roapi.NAME, TARGET),)

    def ours_in_order(number: int) -> bytes:
        return workload.bodies(fields=in_order(workload.fields, number)).body(number)

    def theirs_in_order(number: int) -> bytes:
        return peer.bodies(workload, in_order(workload.fields, number)).body(number)

    asked = [Asked(ours, Listed(ours_in_order)), peer.asked(Listed(theirs_in_order))]
    return compare(measure, asked, targets={roapi.NAME: TARGET}, run=run)


def in_order(fields: tuple[str, ...], number: int) -> tuple[str, ...]:
    """Return the fields in an order that no other number below the number of orders has.

    The number's digits in the factorial number system say which of the fields that are left comes next (Lehmer code).
    """
    rest = number * _STEP % factorial(len(fields))
    left, ordered = list(fields), []
    while left:
        rest, place = divmod(rest, len(left))
        ordered.append(left.pop(place))
    return tuple(ordered)
