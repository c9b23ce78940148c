"""A bare Starlette app that returns prepared answers: `python -m benchmarks.ready_bytes --answers DIR --port N`.

It reads the request's body and looks the answer up by it, and does nothing else.
"""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations of `serve`
from typing import Annotated

import typer
from starlette.requests import Request  # noqa: TC002 - so do type checkers of `answer`
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks.asgi_server import asgi_server

_BODY, _ANSWER = ".body", ".answer"


def add_answer(directory: Path, name: str, *, body: bytes, answer: bytes) -> None:
    """Write a request body and its answer to the directory of a server."""
    (directory / name).with_suffix(_BODY).write_bytes(body)
    (directory / name).with_suffix(_ANSWER).write_bytes(answer)


def serve(answers: Annotated[Path, typer.Option()], port: Annotated[int, typer.Option()]) -> None:
    """Serve the answers of a directory on 127.0.0.1:PORT in one process."""
    prepared = {file.read_bytes(): file.with_suffix(_ANSWER).read_bytes() for file in answers.glob(f"*{_BODY}")}

    async def answer(request: Request) -> Response:
        content = prepared.get(await request.body())
        if content is None:
            return PlainTextResponse("no answer to this body", status_code=404)
        return Response(content, media_type="application/json")

    asgi_server(Route("/graphql", answer, methods=["POST"]), port=port).run()


if __name__ == "__main__":
    typer.run(serve)
