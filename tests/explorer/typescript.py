"""Evaluates functions of the Explorer's TypeScript modules in Node."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.browser import DIST, lacking
from tests.npm_packages import run

if TYPE_CHECKING:
    from pathlib import Path

UI = DIST.parent


def evaluate(folder: Path, modules: dict[str, str], body: str, given: object) -> Any:  # noqa: ANN401 - JSON
    """Return the value of a function body in JavaScript, in which `given` is the value that is passed.

    Args:
        folder: A temporary directory.
        modules: Paths of modules below `ui/src/explorer`, by the name under which the body uses them.
        body: The body.
        given: A value that is passed as JSON.
    """
    if not (UI / "node_modules" / ".bin" / "rolldown").is_file():
        lacking("the packages of the pages are not installed (`make ui`, which needs Node 20.19 or later)")
    source = UI / "src" / "explorer"
    imports = [f"import * as {name} from {json.dumps(str(source / path))};" for name, path in modules.items()]
    entry = folder / "entry.js"
    read = "const given = JSON.parse((await import('node:fs')).readFileSync(0, 'utf8'));"
    write = f"const result = await (async () => {{ {body} }})();\nconsole.log(JSON.stringify(result));"
    entry.write_text("\n".join((*imports, read, write)), encoding="utf-8")
    bundle = folder / "bundle.mjs"
    run("npx", "rolldown", str(entry), "--file", str(bundle), "--format", "esm", "--platform", "node", folder=UI)
    return json.loads(run("node", str(bundle), folder=folder, stdin=json.dumps(given)))
