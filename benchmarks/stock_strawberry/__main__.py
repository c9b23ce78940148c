"""Serve the stock schema: `python -m benchmarks.stock_strawberry --source DIR --port N`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations of `serve`
from typing import Annotated

import typer
from starlette.routing import Route
from strawberry.asgi import GraphQL

from benchmarks.asgi_server import asgi_server
from benchmarks.stock_strawberry.rows import models_of, read_runs
from benchmarks.stock_strawberry.schema import build_schema
from benchmarks.stock_strawberry.stack import run_on_roomy_stack


def serve(source: Annotated[Path, typer.Option()], port: Annotated[int, typer.Option()]) -> None:
    """Serve the dataset directory SOURCE on 127.0.0.1:PORT in one process."""
    runs = read_runs(source)
    view: GraphQL[None, None] = GraphQL(build_schema(runs, models_of(runs)))
    run_on_roomy_stack(asgi_server(Route("/graphql", view), port=port).run)


if __name__ == "__main__":
    typer.run(serve)
