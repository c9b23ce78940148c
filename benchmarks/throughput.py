"""Requests/s where the document repeats and its variables never do, beside stock Strawberry and ROAPI.

Left out: answers asked before (`repeated.py`), documents that nobody has asked yet (`first_request.py`), anything but
the three workloads. ROAPI answers flat queries alone, so that it has no part in the nested one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import roapi
from benchmarks.answers import Asked
from benchmarks.comparisons import Comparison, Measure, Missing, Run, compare

if TYPE_CHECKING:
    from benchmarks.roapi import Roapi
    from benchmarks.servers import Server
    from benchmarks.workloads import Workload


def measure_throughput(
    workload: Workload, *, ours: Server, stock: Server, peer: Roapi | None, run: Run
) -> tuple[Comparison | Missing, ...]:
    """Measure one workload.

    Args:
        workload: What is asked.
        ours: Our server.
        stock: The stock one.
        peer: ROAPI; None where it cannot be had.
        run: How.

    Raises:
        VoidError: The answers differ, or a round had errors.
    """
    measure = Measure("throughput", "", workload)
    asked = [Asked(ours, workload.bodies()), Asked(stock, workload.bodies())]
    if peer is not None and roapi.answers(workload):
        asked.append(peer.asked(peer.bodies(workload, workload.fields)))
    compared = compare(measure, asked, targets=workload.targets, run=run)
    if peer is None and roapi.answers(workload):
        return *compared, Missing(measure, roapi.NAME, workload.targets[roapi.NAME])
    return compared
