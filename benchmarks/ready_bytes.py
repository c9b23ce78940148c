"""Answers that lie ready, from a bare Starlette app: `python -m benchmarks.ready_bytes --answers DIR --port N`.

One process, uvicorn with uvloop and httptools, as all the Python servers here. It reads the request's body, because no
server can know the question without, and looks the answer up by it. Left out: everything else.
"""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations of `serve`
from typing import Annotated

import typer
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request  # noqa: TC002 - so do type checkers of `answer`
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

_ASKED, _ANSWER = ".asked", ".answer"


def keep_answer(directory: Path, name: str, *, asked: bytes, answer: bytes) -> None:
    """Lay an answer ready for the server that is started on the directory."""
    (directory / name).with_suffix(_ASKED).write_bytes(asked)
    (directory / name).with_suffix(_ANSWER).write_bytes(answer)


def serve(answers: Annotated[Path, typer.Option()], port: Annotated[int, typer.Option()]) -> None:
    """Serve the answers of a directory on 127.0.0.1:PORT in one process."""
    ready = {file.read_bytes(): file.with_suffix(_ANSWER).read_bytes() for file in answers.glob(f"*{_ASKED}")}

    async def answer(request: Request) -> Response:
        content = ready.get(await request.body())
        if content is None:
            return PlainTextResponse("no such question", status_code=404)
        return Response(content, media_type="application/json")

    app = Starlette(routes=[Route("/readyz", _ready), Route("/graphql", answer, methods=["POST"])])
    uvicorn.run(
        app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", log_level="warning", access_log=False
    )


async def _ready(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("ready")


if __name__ == "__main__":
    typer.run(serve)
