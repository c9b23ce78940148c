"""The measurements as a table for people and as JSON for comparisons later."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median
from typing import TYPE_CHECKING, Any

from rich.table import Table

from benchmarks.footprint import READY_TARGET_SECONDS, RESIDENT_TARGET_MEGABYTES
from benchmarks.raw_files import KEPT_TARGET_MS, MEMORY_TARGET, TABLE_TARGET_MS
from benchmarks.raw_files import RATIO_TARGET as RAW_TARGET
from benchmarks.raw_files import as_json as raw_files_as_json
from benchmarks.scaling import as_json as scaling_as_json
from benchmarks.scaling import show_scaling
from benchmarks.servers import CHECKOUT
from benchmarks.views import MILLION_TARGET_SECONDS, RATIO_TARGET

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from benchmarks.footprint import Footprint
    from benchmarks.load import Shape
    from benchmarks.raw_files import RawTimes
    from benchmarks.scaling import Point
    from benchmarks.source import Source
    from benchmarks.throughput import Throughput
    from benchmarks.views import Views

RESULTS = CHECKOUT / "benchmarks" / "results"
_TIMES = "×"  # noqa: RUF001 - the multiplication sign is meant
_LIBRARIES = ("strawberry-graphql", "graphql-core", "starlette", "uvicorn", "pyarrow", "orjson")


@dataclass(frozen=True, slots=True)
class Report:
    """All measurements of one run.

    Args:
        source: The dataset.
        throughput: One entry per workload.
        footprint: Start and memory.
        loaded_megabytes: Our server's resident memory after all throughput rounds, in MB.
        shape: The load.
        views: The views.
        raw_files: The raw files.
        scaling: From a thousand runs to a million.
    """

    source: Source
    throughput: tuple[Throughput, ...]
    footprint: Footprint
    loaded_megabytes: float
    shape: Shape
    views: Views
    raw_files: RawTimes
    scaling: tuple[Point, ...] = ()


def show(report: Report, console: Console) -> None:
    """Print the tables."""
    if report.source.generated:
        console.print(
            "No real figures at hand: a generated sample was measured; the targets are set for the real ones."
        )
    console.print(_throughput_table(report))
    console.print(_footprint_table(report))
    show_views(report.source, report.views, console)
    show_raw_files(report.raw_files, console)
    show_scaling(report.scaling, console)


def show_views(source: Source, views: Views, console: Console) -> None:
    """Print the tables of the views."""
    table = Table(title=f"Views in process on {source.title}", caption="median of rounds in turns; the same figures")
    for name in ("view", "ours", "numpy by hand", "ratio", "its rounds", "target", ""):
        table.add_column(name, justify="left" if name in {"view", ""} else "right")
    for view in views.beside_numpy:
        table.add_row(
            view.name,
            f"{view.ours_us:,.0f} µs",
            f"{view.by_hand_us:,.0f} µs",
            f"{view.ratio:.2f}{_TIMES}",
            f"{min(view.ratios):.2f} to {max(view.ratios):.2f}",
            f"< {RATIO_TARGET:.0f}{_TIMES}",
            _verdict(ok=view.ratio < RATIO_TARGET, missed="above"),
        )
    for million in views.million:
        target = million.objectives == 2  # noqa: PLR2004 - the one that a target was set for
        table.add_row(
            f"frontier, {million.objectives} objectives, {million.runs:,} runs",
            f"{million.seconds:.2f} s",
            *("", "", ""),
            f"< {MILLION_TARGET_SECONDS:.0f} s" if target else "",
            _verdict(ok=million.seconds < MILLION_TARGET_SECONDS, missed="above") if target else "",
        )
    console.print(table)


def show_raw_files(times: RawTimes, console: Console) -> None:
    """Print the table of the raw files."""
    table = Table(
        title=f"A raw file of {times.megabytes:.0f} MB", caption="the same timeline; medians of rounds in turns"
    )
    for name in ("measure", "value", "target", ""):
        table.add_column(name, justify="right" if name in {"value", "target"} else "left")
    ratios = [theirs / ours for theirs, ours in zip(times.toolkit_ms, times.ours_ms, strict=True)]
    table.add_row("first timeline, ours", f"{median(times.ours_ms):.1f} ms", "", "")
    table.add_row("first timeline, the toolkit", f"{median(times.toolkit_ms):.0f} ms", "", "")
    table.add_row(
        "the toolkit's time over ours",
        f"{times.ratio:.1f}{_TIMES} ({min(ratios):.1f} to {max(ratios):.1f})",
        f"≥ {RAW_TARGET:.0f}{_TIMES}",
        _verdict(ok=times.ratio >= RAW_TARGET, missed="below"),
    )
    for name, taken in (("the disk cache", times.cached_ms), ("the timeline store", times.stored_ms)):
        table.add_row(
            f"from {name}",
            f"{median(taken):.1f} ms",
            f"< {KEPT_TARGET_MS:.0f} ms",
            _verdict(ok=median(taken) < KEPT_TARGET_MS, missed="above"),
        )
    table.add_row(
        "peak of memory over the file's size, decoded whole",
        f"{times.memory:.2f}{_TIMES}",
        f"< {MEMORY_TARGET}{_TIMES}",
        _verdict(ok=times.memory < MEMORY_TARGET, missed="above"),
    )
    storm = times.storm
    files, large = storm.files
    table.add_row(
        f"{storm.requests} cold timelines at once, of {files} files, {large} of them large",
        f"{storm.seconds:.1f} s",
        "",
        "",
    )
    table.add_row("reads of raw files", f"{storm.reads}", f"{files}", _verdict(ok=storm.reads == files, missed="other"))
    table.add_row("errors", f"{storm.errors or 0}", "0", _verdict(ok=not storm.errors, missed="some"))
    table.add_row(
        f"table queries meanwhile, p99 of {len(storm.table_ms)}",
        f"{storm.table_p99:.1f} ms",
        f"< {TABLE_TARGET_MS:.0f} ms",
        _verdict(ok=storm.table_p99 < TABLE_TARGET_MS, missed="above"),
    )
    console.print(table)


def _throughput_table(report: Report) -> Table:
    shape = report.shape
    load = f"{shape.connections} connections, {shape.rounds} rounds of {shape.seconds} s in turns"
    table = Table(title=f"Requests/s on {report.source.title}", caption=f"{load}; documents repeat, variables never")
    table.add_column("workload")
    table.add_column(f"runs {_TIMES} fields")
    for name in ("ours", "stock", "ratio", "its rounds", "target"):
        table.add_column(name, justify="right")
    table.add_column("")
    for entry in report.throughput:
        table.add_row(
            entry.workload.title,
            f"{entry.rows} {_TIMES} {len(entry.workload.fields)}",
            f"{entry.ours_per_second:,.1f}",
            f"{entry.stock_per_second:,.1f}",
            f"{entry.ratio:.1f}{_TIMES}",
            f"{min(entry.ratios):.1f} to {max(entry.ratios):.1f}",
            f"≥ {entry.workload.target:.0f}{_TIMES}",
            _verdict(ok=entry.ratio >= entry.workload.target, missed="below"),
        )
    return table


def _footprint_table(report: Report) -> Table:
    footprint = report.footprint
    table = Table(title=f"Our server on {report.source.title}")
    table.add_column("measure")
    table.add_column("value", justify="right")
    table.add_column("target", justify="right")
    table.add_column("")
    table.add_row(
        "from process start to ready",
        f"{footprint.ready:.2f} s",
        f"< {READY_TARGET_SECONDS:.0f} s",
        _verdict(ok=footprint.ready < READY_TARGET_SECONDS, missed="above"),
    )
    table.add_row("resident when ready", f"{footprint.ready_megabytes:.0f} MB", "", "")
    table.add_row(
        f"resident after one answer with all {footprint.runs} runs ({footprint.answer_bytes / 1e6:.1f} MB)",
        f"{footprint.resident_megabytes:.0f} MB",
        f"< {RESIDENT_TARGET_MEGABYTES:.0f} MB",
        _verdict(ok=footprint.resident_megabytes < RESIDENT_TARGET_MEGABYTES, missed="above"),
    )
    table.add_row("resident after the throughput rounds", f"{report.loaded_megabytes:.0f} MB", "", "")
    return table


def _verdict(*, ok: bool, missed: str) -> str:
    return "[green]ok[/green]" if ok else f"[red]{missed}[/red]"


def write_json(report: Report) -> Path:
    """Write the measurements, with the machine and the library versions, and return the file."""
    now = datetime.now(UTC)
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{now:%Y%m%dT%H%M%SZ}.json"
    file.write_text(json.dumps(_as_json(report, now), indent=2, ensure_ascii=False) + "\n")
    return file


def _as_json(report: Report, now: datetime) -> dict[str, Any]:
    footprint = report.footprint
    return {
        "time": now.isoformat(timespec="seconds"),
        "source": report.source.title,
        "generated": report.source.generated,
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
        "libraries": {name: version(name) for name in _LIBRARIES},
        "load": asdict(report.shape),
        "views": {**asdict(report.views), "ratio_target": RATIO_TARGET, "million_target": MILLION_TARGET_SECONDS},
        "raw_files": raw_files_as_json(report.raw_files),
        "scaling": scaling_as_json(report.scaling),
        "throughput": [_throughput_as_json(entry) for entry in report.throughput],
        "ready": {
            "seconds": footprint.ready_seconds,
            "median_seconds": footprint.ready,
            "target_seconds": READY_TARGET_SECONDS,
            "ok": footprint.ready < READY_TARGET_SECONDS,
        },
        "resident": {
            "ready_megabytes": footprint.ready_megabytes,
            "whole_dataset_megabytes": footprint.resident_megabytes,
            "whole_dataset_runs": footprint.runs,
            "whole_dataset_answer_bytes": footprint.answer_bytes,
            "after_load_megabytes": report.loaded_megabytes,
            "target_megabytes": RESIDENT_TARGET_MEGABYTES,
            "ok": footprint.resident_megabytes < RESIDENT_TARGET_MEGABYTES,
        },
    }


def _throughput_as_json(entry: Throughput) -> dict[str, Any]:
    return {
        "workload": entry.workload.name,
        "title": entry.workload.title,
        "rows": entry.rows,
        "fields": len(entry.workload.fields),
        "answer_bytes": entry.answer_bytes,
        "ours_per_second": entry.ours_per_second,
        "stock_per_second": entry.stock_per_second,
        "ratio": entry.ratio,
        "ratios": entry.ratios,
        "target": entry.workload.target,
        "ok": entry.ratio >= entry.workload.target,
        "rounds": {
            "ours": [asdict(load) for load in entry.ours],
            "stock": [asdict(load) for load in entry.stock],
        },
    }
