"""The measurements as a table for people and as JSON for comparisons later."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from rich.table import Table

from benchmarks import postgraphile, roapi
from benchmarks.comparisons_table import over_http_as_json, show_over_http
from benchmarks.footprint import READY_TARGET_SECONDS, RESIDENT_TARGET_MEGABYTES
from benchmarks.raw_files import as_json as raw_files_as_json
from benchmarks.raw_files_table import show_raw_files
from benchmarks.scaling import as_json as scaling_as_json
from benchmarks.scaling import show_scaling
from benchmarks.servers import CHECKOUT
from benchmarks.stages import as_json as stages_as_json
from benchmarks.stages import show_stages
from benchmarks.verdict import TIMES, verdict
from benchmarks.views import MILLION_TARGET_SECONDS, RATIO_TARGET

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from benchmarks.footprint import Footprint
    from benchmarks.load import Shape
    from benchmarks.over_http import OverHTTP
    from benchmarks.raw_files import RawTimes
    from benchmarks.scaling import Point
    from benchmarks.source import Source
    from benchmarks.stages import Stage
    from benchmarks.views import Views

RESULTS = CHECKOUT / "benchmarks" / "results"
_LIBRARIES = ("strawberry-graphql", "graphql-core", "starlette", "uvicorn", "pyarrow", "orjson")


@dataclass(frozen=True, slots=True)
class Report:
    """All measurements of one run.

    Args:
        source: The dataset.
        shape: The load.
        over_http: Our server beside others.
        footprint: Start and memory; None where that was not asked for, as the next two.
        views: The views.
        raw_files: The raw files.
        stages: A request in process.
        scaling: From a thousand runs to a million.
    """

    source: Source
    shape: Shape
    over_http: OverHTTP
    footprint: Footprint | None = None
    views: Views | None = None
    raw_files: RawTimes | None = None
    stages: tuple[Stage, ...] = ()
    scaling: tuple[Point, ...] = ()


def show(report: Report, console: Console) -> None:
    """Print the tables of what was measured."""
    if report.source.generated:
        console.print(
            "No real figures at hand: a generated sample was measured; the targets are set for the real ones."
        )
    show_over_http(report.over_http, report.source, report.shape, console)
    if report.footprint is not None:
        console.print(_footprint_table(report.source, report.footprint, report.over_http.loaded_megabytes))
    if report.views is not None:
        show_views(report.source, report.views, console)
    if report.raw_files is not None:
        show_raw_files(report.raw_files, console)
    if report.stages:
        show_stages(report.stages, console)
    if report.scaling:
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
            f"{view.ratio:.2f}{TIMES}",
            f"{min(view.ratios):.2f} to {max(view.ratios):.2f}",
            f"< {RATIO_TARGET:.0f}{TIMES}",
            verdict(ok=view.ratio < RATIO_TARGET, missed="above"),
        )
    for million in views.million:
        target = million.objectives == 2  # noqa: PLR2004 - the one that a target was set for
        table.add_row(
            f"frontier, {million.objectives} objectives, {million.runs:,} runs",
            f"{million.seconds:.2f} s",
            *("", "", ""),
            f"< {MILLION_TARGET_SECONDS:.0f} s" if target else "",
            verdict(ok=million.seconds < MILLION_TARGET_SECONDS, missed="above") if target else "",
        )
    console.print(table)


def _footprint_table(source: Source, footprint: Footprint, loaded_megabytes: float) -> Table:
    table = Table(title=f"Our server on {source.title}")
    table.add_column("measure")
    table.add_column("value", justify="right")
    table.add_column("target", justify="right")
    table.add_column("")
    table.add_row(
        "from process start to ready",
        f"{footprint.ready:.2f} s",
        f"< {READY_TARGET_SECONDS:.0f} s",
        verdict(ok=footprint.ready < READY_TARGET_SECONDS, missed="above"),
    )
    table.add_row("resident when ready", f"{footprint.ready_megabytes:.0f} MB", "", "")
    table.add_row(
        f"resident after one answer with all {footprint.runs} runs ({footprint.answer_bytes / 1e6:.1f} MB)",
        f"{footprint.resident_megabytes:.0f} MB",
        f"< {RESIDENT_TARGET_MEGABYTES:.0f} MB",
        verdict(ok=footprint.resident_megabytes < RESIDENT_TARGET_MEGABYTES, missed="above"),
    )
    table.add_row("resident after the throughput rounds", f"{loaded_megabytes:.0f} MB", "", "")
    return table


def write_json(report: Report) -> Path:
    """Write the measurements, with the machine and the library versions, and return the file."""
    now = datetime.now(UTC)
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{now:%Y%m%dT%H%M%SZ}.json"
    file.write_text(json.dumps(_as_json(report, now), indent=2, ensure_ascii=False) + "\n")
    return file


def _as_json(report: Report, now: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {
        "time": now.isoformat(timespec="seconds"),
        "source": report.source.title,
        "generated": report.source.generated,
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
        "libraries": {name: version(name) for name in _LIBRARIES}
        | {"roapi": roapi.VERSION, "postgraphile": postgraphile.VERSION},
        "load": asdict(report.shape),
        **over_http_as_json(report.over_http),
    }
    if report.footprint is not None:
        found |= _footprint_as_json(report.footprint, report.over_http.loaded_megabytes)
    if report.views is not None:
        found["views"] = {
            **asdict(report.views),
            "ratio_target": RATIO_TARGET,
            "million_target": MILLION_TARGET_SECONDS,
        }
    if report.raw_files is not None:
        found["raw_files"] = raw_files_as_json(report.raw_files)
    if report.stages:
        found["stages"] = stages_as_json(report.stages)
    if report.scaling:
        found["scaling"] = scaling_as_json(report.scaling)
    return found


def _footprint_as_json(footprint: Footprint, loaded_megabytes: float) -> dict[str, Any]:
    return {
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
            "after_load_megabytes": loaded_megabytes,
            "target_megabytes": RESIDENT_TARGET_MEGABYTES,
            "ok": footprint.resident_megabytes < RESIDENT_TARGET_MEGABYTES,
        },
    }
