"""The measurements of raw files as a table."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from rich.table import Table

from benchmarks.raw_files import KEPT_TARGET_MS, MEMORY_TARGET, RATIO_TARGET, TABLE_TARGET_MS
from benchmarks.verdict import TIMES, verdict

if TYPE_CHECKING:
    from rich.console import Console

    from benchmarks.raw_files import RawTimes


def show_raw_files(times: RawTimes, console: Console) -> None:
    """Print the table of the raw files."""
    table = Table(
        title=f"A raw file of {times.megabytes:.0f} MB", caption="the same timeline; medians of rounds in turns"
    )
    for name in ("measure", "value", "target", ""):
        table.add_column(name, justify="right" if name in {"value", "target"} else "left")
    ratios = [theirs / ours for theirs, ours in zip(times.toolkit_ms, times.ours_ms, strict=True)]
    table.add_row("first timeline, ours", f"{median(times.ours_ms):.1f} ms", "", "")
    table.add_row("the same, of the process's first large file", f"{times.process_first_ms:.1f} ms", "", "")
    table.add_row("first timeline, the toolkit", f"{median(times.toolkit_ms):.0f} ms", "", "")
    table.add_row(
        "the toolkit's time over ours",
        f"{times.ratio:.1f}{TIMES} ({min(ratios):.1f} to {max(ratios):.1f})",
        f"≥ {RATIO_TARGET:.0f}{TIMES}",
        verdict(ok=times.ratio >= RATIO_TARGET, missed="below"),
    )
    for name, taken in (("the disk cache", times.cached_ms), ("the timeline store", times.stored_ms)):
        table.add_row(
            f"from {name}",
            f"{median(taken):.1f} ms",
            f"< {KEPT_TARGET_MS:.0f} ms",
            verdict(ok=median(taken) < KEPT_TARGET_MS, missed="above"),
        )
    table.add_row(
        "peak of memory over the file's size, decoded whole",
        f"{times.memory:.2f}{TIMES}",
        f"< {MEMORY_TARGET}{TIMES}",
        verdict(ok=times.memory < MEMORY_TARGET, missed="above"),
    )
    storm = times.storm
    files, large = storm.files
    table.add_row(
        f"{storm.requests} cold timelines at once, of {files} files, {large} of them large",
        f"{storm.seconds:.1f} s",
        "",
        "",
    )
    table.add_row("reads of raw files", f"{storm.reads}", f"{files}", verdict(ok=storm.reads == files, missed="other"))
    table.add_row("errors", f"{storm.errors or 0}", "0", verdict(ok=not storm.errors, missed="some"))
    table.add_row(
        f"table queries meanwhile, p99 of {len(storm.table_ms)}",
        f"{storm.table_p99:.1f} ms",
        f"< {TABLE_TARGET_MS:.0f} ms",
        verdict(ok=storm.table_p99 < TABLE_TARGET_MS, missed="above"),
    )
    console.print(table)
