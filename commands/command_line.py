"""Command line: the commands under one program with `--version` and `-h`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands import compare_schema, export_schema, fetch, ingest, sample, serve
from web.release import project_version

_ROOT = Path(__file__).parent.parent

command_line = typer.Typer(
    help="The ML.ENERGY graph: a GraphQL server over the ML.ENERGY Benchmark.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
command_line.command()(serve.serve)
command_line.command()(fetch.fetch)
command_line.command()(ingest.ingest)
command_line.command()(sample.sample)
command_line.command("export-schema")(export_schema.export_schema)
command_line.command("compare-schema")(compare_schema.compare_schema)


def _print_version(requested: bool) -> None:  # noqa: FBT001 - typer passes the option's value
    if requested:
        typer.echo(f"mlenergy-graph {project_version(_ROOT)}")
        raise typer.Exit


@command_line.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Declare the options before the command."""
