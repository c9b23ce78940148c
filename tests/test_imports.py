"""The import table of the architecture: which folder may know what."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

EVERYTHING = ("",)

# Folders whose modules can be read one after the other: not even their types lead in a circle.
_ENGINE = ("execution.", "writers.")
# The only modules that may import deep or private modules of a library; what of the library is public.
_ADAPTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "graphql": ("execution.graphql_core", ()),
    "strawberry": ("execution.strawberry_internals", ("federation",)),
}

# Folder or module: (first-party modules, third-party packages) that it may import, itself and the standard library
# aside. A name stands for itself and all below it. `errors` and `caches` are open to the folders.
TABLE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "errors": ((), ()),
    "caches": ((), ("cachetools",)),
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
    # `timelines` because its enums and results are types on the wire.
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
            "zstandard",
            "uvicorn",
            "strawberry",
            "graphql",
            "orjson",
            "structlog",
        ),
    ),
    "loading": (("errors", "settings", "tables"), ("structlog", "typer")),
    "application": (
        ("caches", "resolvers", "schema", "settings", "tables", "timelines", "web"),
        ("platformdirs", "starlette", "structlog"),
    ),
    "commands": (
        ("application", "errors", "loading", "schema", "settings", "tables", "timelines", "web"),
        ("rich", "starlette", "structlog", "typer"),
    ),
    "server": (("application", "commands", "loading", "settings", "tables", "web"), ("starlette",)),
}


@dataclass(frozen=True)
class Import:
    """One name that a module imports.

    Args:
        module: The dotted name of the importing module.
        name: The dotted module or attribute that is imported.
        place: File and line.
        for_types: Whether it stands under `if TYPE_CHECKING`, and so never happens at run time.
    """

    module: str
    name: str
    place: str
    for_types: bool


def modules(root: Path) -> dict[str, Path]:
    """Return the files of the rooms of the table by dotted module name."""
    rooms = (path for room in TABLE for path in (root / f"{room}.py", *(root / room).rglob("*.py")))
    return {_module_name(path.relative_to(root)): path for path in rooms if path.is_file()}


def _module_name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def imports(root: Path) -> list[Import]:
    """Return every import, at whatever depth it stands: in functions, relative, for types only."""
    return [found for module, path in modules(root).items() for found in _imports_of(module, path, root)]


def _imports_of(module: str, path: Path, root: Path) -> list[Import]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {inner for node in ast.walk(tree) if _is_type_checking(node) for inner in ast.walk(node)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(node, module, is_package=path.name == "__init__.py")
            names = [f"{source}.{alias.name}" for alias in node.names]
        else:
            continue
        place = f"{path.relative_to(root)}:{node.lineno}"
        found += [Import(module, name, place, node in for_types) for name in names]
    return found


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def _absolute(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    up = node.level - is_package
    package = module.split(".")[: -up or None]
    return ".".join([*package, *(node.module or "").split(".")]).rstrip(".")


def violations(root: Path) -> list[str]:
    """Return one line per import that the table does not allow."""
    own = {path.stem if path.is_file() else path.name for path in root.iterdir()}
    return [
        f"{found.place}: {found.module} may not import {found.name}"
        for found in imports(root)
        if not _allowed(found, first_party=found.name.split(".")[0] in own)
    ]


def _allowed(found: Import, *, first_party: bool) -> bool:
    room, top = found.module.split(".")[0], found.name.split(".")[0]
    if not first_party and (top == "__future__" or top in sys.stdlib_module_names):
        return True
    allowed = (room, *TABLE[room][0]) if first_party else TABLE[room][1]
    return any(not name or f"{found.name}.".startswith(f"{name}.") for name in allowed)


def import_cycle(root: Path, *, for_types: bool = False) -> list[str]:
    """Return the modules of one cycle of imports, those inside functions included; empty if there is none.

    Args:
        root: The checkout.
        for_types: Whether imports for types count too, in the folders that the engine is made of.
    """
    known = modules(root)
    graph: dict[str, set[str]] = {module: set() for module in known}
    for found in imports(root):
        target = found.name if found.name in known else found.name.rpartition(".")[0]
        counts = not found.for_types or (for_types and found.module.startswith(_ENGINE))
        if target in known and target != found.module and counts:
            graph[found.module].add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return cycle
    return []


def environment_reads(root: Path) -> list[str]:
    """Return the places that read the process environment while they are imported."""
    return [
        f"{path.relative_to(root)}:{node.lineno}"
        for path in modules(root).values()
        for node in _at_import(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) in {"environ", "environb", "getenv"}
    ]


def _at_import(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Lambda):
        inside: list[ast.AST] = list(node.args.defaults)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        inside = [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
    else:
        inside = list(ast.iter_child_nodes(node))
    return [node, *(found for child in inside for found in _at_import(child))]


def test_imports_run_downwards() -> None:
    """Every import of every folder stands in the table."""
    assert violations(ROOT) == []


def test_every_folder_of_python_has_its_row() -> None:
    """A new folder or module at the top level is not out of the table's sight."""
    top = {path.relative_to(ROOT).parts[0] for path in ROOT.glob("[a-z]*/*.py")} | {
        path.stem for path in ROOT.glob("*.py")
    }
    assert top - {"tests", "benchmarks"} == set(TABLE)


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    """Run-time imports have an order, without hiding any inside a function."""
    assert import_cycle(ROOT) == []


def test_the_engine_has_no_circle_of_types_either() -> None:
    """Its modules have an order in which each needs only those before it."""
    assert import_cycle(ROOT, for_types=True) == []


def test_deep_modules_of_libraries_are_imported_in_their_adapter_alone() -> None:
    """What a new version of a library can break stands in one place."""
    found = [
        f"{each.place}: {each.name}"
        for each in imports(ROOT)
        for library, (adapter, public) in _ADAPTERS.items()
        if each.name.startswith(f"{library}.") and each.module != adapter and _is_deep(each.name.split(".")[1:], public)
    ]
    assert found == []


def _is_deep(names: list[str], public: tuple[str, ...]) -> bool:
    """Say whether an imported name lies in a module below the package; a name of the package itself does not."""
    return len(names) > 1 and names[0] not in public


def test_nothing_reads_the_environment_at_import() -> None:
    """Settings are read when the server starts, so that importing a module does the same everywhere."""
    assert environment_reads(ROOT) == []


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
def test_an_import_that_runs_upwards_is_seen(tmp_path: Path, file: str, line: str) -> None:
    """The table is held for plain, relative, hidden and type-only imports alike."""
    for room in TABLE:
        (tmp_path / room).mkdir()
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(line)

    assert [found.split(": ")[0].rpartition(":")[0] for found in violations(tmp_path)] == [file]


def test_imports_that_the_table_allows_pass(tmp_path: Path) -> None:
    """The standard library, one's own folder, and what lies below are free."""
    (tmp_path / "tables").mkdir()
    (tmp_path / "resolvers").mkdir()
    (tmp_path / "resolvers/runs.py").write_text(
        "import json\nimport numpy as np\nfrom . import order\nfrom tables.batch import ListColumn"
    )
    (tmp_path / "resolvers/order.py").write_text("from __future__ import annotations")

    assert violations(tmp_path) == []


def test_a_circle_is_seen(tmp_path: Path) -> None:
    """A cycle counts even when one of its imports hides in a function, and does not when it is for types only."""
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/first.py").write_text("from tables.second import b")
    second = tmp_path / "tables/second.py"

    second.write_text("def late():\n    from . import first")
    assert set(import_cycle(tmp_path)) == {"tables.first", "tables.second"}

    second.write_text("if TYPE_CHECKING:\n    from tables.first import a")
    assert import_cycle(tmp_path) == []


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("import os\nTOKEN = os.environ.get('HF_TOKEN')", True),
        ("from os import getenv\nclass Settings:\n    port = getenv('PORT')", True),
        ("import os\ndef serve(port=os.environ['PORT']):\n    pass", True),
        ("import os\ndef serve():\n    return os.environ['PORT']", False),
    ],
)
def test_reading_the_environment_at_import_is_seen(tmp_path: Path, source: str, reads: bool) -> None:  # noqa: FBT001 - pytest fills it in by name
    """Module and class bodies and defaults run at import; function bodies do not."""
    (tmp_path / "settings.py").write_text(source)

    assert bool(environment_reads(tmp_path)) is reads
