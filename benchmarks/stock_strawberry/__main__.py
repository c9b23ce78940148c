"""Serve the stock schema: `python -m benchmarks.stock_strawberry --source DIR --port N`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations of `serve`
from typing import TYPE_CHECKING, Annotated

import typer
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from strawberry.asgi import GraphQL

from benchmarks.stock_strawberry.rows import models_of, read_runs
from benchmarks.stock_strawberry.schema import build_schema
from benchmarks.stock_strawberry.stack import run_on_roomy_stack

if TYPE_CHECKING:
    from starlette.requests import Request


def serve(source: Annotated[Path, typer.Option()], port: Annotated[int, typer.Option()]) -> None:
    """Serve the dataset directory SOURCE on 127.0.0.1:PORT in one process."""
    runs = read_runs(source)
    # The concrete view types are Strawberry's defaults: no context, no root value of our own.
    view: GraphQL[None, None] = GraphQL(build_schema(runs, models_of(runs)))
    app = Starlette(routes=[Route("/readyz", _ready), Route("/graphql", view)])
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", log_level="warning", access_log=False
    )
    run_on_roomy_stack(uvicorn.Server(config).run)


def _ready(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("ready")


if __name__ == "__main__":
    typer.run(serve)
