"""Requests/s where the document repeats and its variables never do, beside stock Strawberry, ROAPI and PostGraphile.

Left out: answers asked before (`repeated.py`), documents that nobody has asked yet (`first_request.py`), anything but
the three workloads. ROAPI answers flat queries alone, so that it has no part in the nested one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.answers import Asked
from benchmarks.comparisons import Comparison, Measure, Missing, Run, compare

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from benchmarks.servers import Server
    from benchmarks.workloads import Workload


def measure_throughput(
    workload: Workload, *, ours: Server, others: Sequence[Asked], without: Collection[str], run: Run
) -> tuple[Comparison | Missing, ...]:
    """Measure one workload.

    Args:
        workload: What is asked.
        ours: Our server.
        others: The others, with the workload in their words.
        without: Servers that were wanted and cannot be had, by name.
        run: How.

    Raises:
        VoidError: The answers differ, or a round had errors.
    """
    measure = Measure("throughput", "", workload)
    compared = compare(measure, [Asked(ours, workload.bodies()), *others], targets=workload.targets, run=run)
    missing = [Missing(measure, name, target) for name, target in workload.targets.items() if name in without]
    return *compared, *missing
