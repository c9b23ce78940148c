"""Command `export-schema`: write the schema as SDL, or check the committed file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.options import takes_settings
from errors import GraphError
from settings import Settings

_SDL = Path(__file__).parent.parent / "schema" / "schema.graphql"


@takes_settings("root_field")
def export_schema(
    settings: Settings,
    path: Annotated[Path, typer.Argument(help="The file to write; - for standard output.")] = _SDL,
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 if the file differs.")] = False,
) -> None:
    """Write the schema as SDL."""
    from schema.build import build_schema  # noqa: PLC0415 - takes half a second, which a server spends loading its data

    sdl = build_schema(root_field=settings.root_field).as_str() + "\n"
    if str(path) == "-":
        typer.echo(sdl, nl=False)
    elif not check:
        try:
            path.write_text(sdl, encoding="utf-8")
        except OSError as error:
            raise GraphError(f"{path} cannot be written: {error.strerror}") from error
    elif not path.is_file() or path.read_text(encoding="utf-8") != sdl:
        typer.echo(f"{path} differs from the schema; run: python server.py export-schema", err=True)
        raise typer.Exit(1)
