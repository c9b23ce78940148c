"""Static analysis of the imports and environment reads of a checkout."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


@dataclass(frozen=True)
class Import:
    """One imported name.

    Args:
        module: Dotted name of the importing module.
        name: Dotted name of the imported module or attribute.
        place: File and line.
        for_types: Whether it is under `if TYPE_CHECKING`, so that it is not executed.
    """

    module: str
    name: str
    place: str
    for_types: bool


@dataclass(frozen=True)
class Checkout:
    """The Python files of some top-level folders and modules of a directory."""

    root: Path
    folders: Collection[str]

    def modules(self) -> dict[str, Path]:
        """Return the files by dotted module name."""
        paths = (
            path
            for folder in self.folders
            for path in (self.root / f"{folder}.py", *(self.root / folder).rglob("*.py"))
        )
        return {_module_name(path.relative_to(self.root)): path for path in paths if path.is_file()}

    def imports(self) -> list[Import]:
        """Return every import, including relative, type-only and function-level imports."""
        return [found for module, path in self.modules().items() for found in self._imports_of(module, path)]

    def import_cycle(self, *, types_in: tuple[str, ...] = ()) -> list[str]:
        """Return the modules of one import cycle, function-level imports included; empty without a cycle.

        Args:
            types_in: Prefixes of the modules whose type-only imports count too.
        """
        known = self.modules()
        graph: dict[str, set[str]] = {module: set() for module in known}
        for found in self.imports():
            target = found.name if found.name in known else found.name.rpartition(".")[0]
            counts = not found.for_types or found.module.startswith(types_in)
            if target in known and target != found.module and counts:
                graph[found.module].add(target)
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            cycle: list[str] = error.args[1]
            return cycle
        return []

    def environment_reads(self) -> list[str]:
        """Return the places that read the process environment at import."""
        return [
            f"{path.relative_to(self.root)}:{node.lineno}"
            for path in self.modules().values()
            for node in _executed_at_import(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute | ast.Name)
            and (node.attr if isinstance(node, ast.Attribute) else node.id) in {"environ", "environb", "getenv"}
        ]

    def _imports_of(self, module: str, path: Path) -> list[Import]:
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
            place = f"{path.relative_to(self.root)}:{node.lineno}"
            found += [Import(module, name, place, node in for_types) for name in names]
        return found


def _module_name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def _absolute(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    up = node.level - is_package
    package = module.split(".")[: -up or None]
    return ".".join([*package, *(node.module or "").split(".")]).rstrip(".")


def _executed_at_import(node: ast.AST) -> list[ast.AST]:
    """Return the nodes below a node, without function bodies; decorators and defaults are executed at import."""
    if isinstance(node, ast.Lambda):
        inside: list[ast.AST] = list(node.args.defaults)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        inside = [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
    else:
        inside = list(ast.iter_child_nodes(node))
    return [node, *(found for child in inside for found in _executed_at_import(child))]
