"""The import table: the modules and packages that each folder may import."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.import_scanner import Checkout, Import

ROOT = Path(__file__).resolve().parent.parent

EVERYTHING = ("",)

# Folders in which type-only imports must not form a cycle either.
_ENGINE = ("execution.", "writers.")
# Library: the only module that may import its deep or private modules, and its public submodules.
_ADAPTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "graphql": ("execution.graphql_core", ()),
    "strawberry": ("execution.strawberry_internals", ("federation",)),
}

# Folder or module: (first-party modules, third-party packages) that it may import besides itself and the standard
# library. A name includes everything below it.
TABLE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "errors": ((), ()),
    "caches": (("defaults",), ()),
    "defaults": ((), ()),
    "settings": (("defaults", "errors"), EVERYTHING),
    "tables": (
        ("caches", "defaults", "errors"),
        ("pyarrow", "numpy", "huggingface_hub", "httpx2", "orjson", "rapidfuzz"),
    ),
    "sample": (("errors", "tables"), ("pyarrow", "numpy", "orjson")),
    "timelines": (
        ("caches", "defaults", "errors", "tables"),
        ("cachetools", "msgspec", "tsdownsample", "numpy", "pyarrow", "distributed"),
    ),
    "execution": (
        ("errors", "tables"),
        ("pyarrow", "numpy", "graphql", "strawberry.federation", "strawberry.schema", "strawberry.types"),
    ),
    "writers": (("caches", "errors", "execution", "tables"), ("pyarrow", "numpy", "graphql", "orjson")),
    "resolvers": (
        ("caches", "defaults", "errors", "tables", "timelines"),
        ("numpy", "pyarrow", "orjson", "rapidfuzz", "mlenergy"),
    ),
    # `timelines`, because its enums and results are GraphQL types.
    "schema": (
        ("caches", "errors", "resolvers", "execution", "tables", "timelines"),
        ("strawberry", "graphql", "numpy", "pyarrow"),
    ),
    "web": (
        ("caches", "errors", "execution", "tables", "writers"),
        (
            "starlette",
            "starlette_compress",
            "brotli",
            "isal",
            "zstandard",
            "uvicorn",
            "strawberry",
            "graphql",
            "orjson",
            "structlog",
        ),
    ),
    # Imported only with --mcp, except agents.provenance.
    "agents": (
        ("errors", "execution", "tables", "web"),
        ("graphql", "mcp", "orjson", "pydantic", "rapidfuzz", "starlette", "strawberry"),
    ),
    "documentation": ((), ()),
    "loading": (("errors", "sample", "settings", "tables"), ("structlog", "typer")),
    "application": (
        ("agents", "caches", "errors", "resolvers", "schema", "settings", "tables", "timelines", "web"),
        ("platformdirs", "starlette", "structlog"),
    ),
    "commands": (
        ("application", "errors", "loading", "sample", "schema", "settings", "tables", "timelines", "web"),
        ("rich", "starlette", "structlog", "typer"),
    ),
    "server": (("application", "commands", "loading", "settings", "tables", "web"), ("starlette",)),
}


def violations(root: Path) -> list[str]:
    """Return one line per import that the table does not allow."""
    first_party = {path.stem if path.is_file() else path.name for path in root.iterdir()}
    return [
        f"{found.place}: {found.module} may not import {found.name}"
        for found in Checkout(root, TABLE).imports()
        if not _allowed(found, first_party=found.name.split(".")[0] in first_party)
    ]


def _allowed(found: Import, *, first_party: bool) -> bool:
    folder, top = found.module.split(".")[0], found.name.split(".")[0]
    if not first_party and (top == "__future__" or top in sys.stdlib_module_names):
        return True
    allowed = (folder, *TABLE[folder][0]) if first_party else TABLE[folder][1]
    return any(not name or f"{found.name}.".startswith(f"{name}.") for name in allowed)


def test_every_import_is_in_the_table() -> None:
    """No module imports a module or package that the table does not allow for its folder."""
    assert violations(ROOT) == []


def test_every_top_level_folder_and_module_has_a_row() -> None:
    """A new folder or top-level module must be added to the table."""
    top = {path.relative_to(ROOT).parts[0] for path in ROOT.glob("[a-z]*/*.py")} | {
        path.stem for path in ROOT.glob("*.py")
    }
    assert top - {"tests", "benchmarks"} == set(TABLE)


def test_modules_have_no_import_cycle() -> None:
    """Run-time imports form no cycle, function-level imports included."""
    assert Checkout(ROOT, TABLE).import_cycle() == []


def test_the_engine_has_no_cycle_of_type_only_imports() -> None:
    """The modules of the engine can be read in an order in which each needs only earlier ones."""
    assert Checkout(ROOT, TABLE).import_cycle(types_in=_ENGINE) == []


def test_deep_modules_of_a_library_are_imported_only_in_its_adapter() -> None:
    """A new version of a library can break only its adapter module."""
    found = [
        f"{each.place}: {each.name}"
        for each in Checkout(ROOT, TABLE).imports()
        for library, (adapter, public) in _ADAPTERS.items()
        if each.name.startswith(f"{library}.") and each.module != adapter and _is_deep(each.name.split(".")[1:], public)
    ]
    assert found == []


def _is_deep(names: list[str], public: tuple[str, ...]) -> bool:
    """Return whether an imported name is in a submodule that is not public."""
    return len(names) > 1 and names[0] not in public


def test_no_module_reads_the_environment_at_import() -> None:
    """Settings are read when the server starts, so importing a module has the same effect everywhere."""
    assert Checkout(ROOT, TABLE).environment_reads() == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("tables/load.py", "import graphql"),
        ("tables/load.py", "from starlette.responses import Response"),
        ("tables/deep/load.py", "from ...schema import query"),
        ("tables/__init__.py", "from ..web import app"),
        ("timelines/window.py", "def later():\n    from resolvers import runs"),
        ("execution/columns.py", "if TYPE_CHECKING:\n    from schema.runs import LLMRun"),
        ("execution/columns.py", "import strawberry"),
        ("resolvers/runs.py", "from execution.executor import Executor"),
        ("web/app.py", "import resolvers.runs"),
        ("web/app.py", "from server import create_app"),
        ("errors.py", "import httpx"),
    ],
)
def test_a_disallowed_import_is_found(tmp_path: Path, file: str, line: str) -> None:
    """Plain, relative, function-level and type-only imports are all checked against the table."""
    for folder in TABLE:
        (tmp_path / folder).mkdir()
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(line)

    assert [found.split(": ")[0].rpartition(":")[0] for found in violations(tmp_path)] == [file]


def test_an_allowed_import_is_not_reported(tmp_path: Path) -> None:
    """A module may import the standard library, its own folder and the entries of its row."""
    (tmp_path / "tables").mkdir()
    (tmp_path / "resolvers").mkdir()
    (tmp_path / "resolvers/runs.py").write_text(
        "import json\nimport numpy as np\nfrom . import order\nfrom tables.batch import ListColumn"
    )
    (tmp_path / "resolvers/order.py").write_text("from __future__ import annotations")

    assert violations(tmp_path) == []


def test_an_import_cycle_is_found(tmp_path: Path) -> None:
    """A cycle through a function-level import is found; a cycle through a type-only import is ignored."""
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/first.py").write_text("from tables.second import b")
    second = tmp_path / "tables/second.py"

    second.write_text("def late():\n    from . import first")
    assert set(Checkout(tmp_path, TABLE).import_cycle()) == {"tables.first", "tables.second"}

    second.write_text("if TYPE_CHECKING:\n    from tables.first import a")
    assert Checkout(tmp_path, TABLE).import_cycle() == []


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("import os\nTOKEN = os.environ.get('HF_TOKEN')", True),
        ("from os import getenv\nclass Settings:\n    port = getenv('PORT')", True),
        ("import os\ndef serve(port=os.environ['PORT']):\n    pass", True),
        ("import os\ndef serve():\n    return os.environ['PORT']", False),
    ],
)
def test_an_environment_read_at_import_is_found(tmp_path: Path, source: str, reads: bool) -> None:  # noqa: FBT001 - pytest fills it in by name
    """Module bodies, class bodies and argument defaults are executed at import; function bodies are not."""
    (tmp_path / "settings.py").write_text(source)

    assert bool(Checkout(tmp_path, TABLE).environment_reads()) is reads
