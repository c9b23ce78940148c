"""JSON report of a run: all figures with the machine, the library versions and the shape of the load."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from benchmarks import mercurius, postgraphile, roapi
from benchmarks.servers import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.figures import Section
    from benchmarks.load import Shape
    from benchmarks.source import Source

RESULTS = CHECKOUT / "benchmarks" / "results"
_LIBRARIES = ("strawberry-graphql", "graphql-core", "starlette", "uvicorn", "pyarrow", "orjson")


def write_json(sections: Iterable[Section], source: Source, shape: Shape) -> Path:
    """Write the report and return its path."""
    now = datetime.now(UTC)
    peers = {"roapi": roapi.VERSION, "postgraphile": postgraphile.VERSION, "mercurius": mercurius.version()}
    report = {
        "time": now.isoformat(timespec="seconds"),
        "source": source.title,
        "generated": source.generated,
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
        "libraries": {name: version(name) for name in _LIBRARIES} | peers,
        "load": asdict(shape),
        **{section.key: section.as_json() for section in sections},
    }
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{now:%Y%m%dT%H%M%SZ}.json"
    file.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    return file
