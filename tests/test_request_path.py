"""Number of our files that a request passes through, which is what a reader has to follow."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from application import application
from settings import Settings
from tests.server_process import ROOT

if TYPE_CHECKING:
    from types import FrameType

    from starlette.applications import Starlette
    from starlette.types import Message, Scope

    from tables.dataset import Dataset

QUERY = "{ models { nodes { runsByGpu { llmRuns { nodes { id } } } } } }"
MOST_FILES = 28


async def request(app: Starlette, number: int) -> bytes:
    """Send the query over ASGI with an undeclared variable, so that no answer is cached."""
    body = json.dumps({"query": QUERY, "variables": {"number": number}}).encode()
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/graphql", "raw_path": b"/graphql", "root_path": "", "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    await app(scope, receive, send)
    return b"".join(message.get("body", b"") for message in sent)


def test_a_known_document_passes_through_few_files(sample: Dataset, tmp_path: Path) -> None:
    """From the entry of the application to the bytes of the answer, middleware included."""
    app = application(Settings(source="sample", raw_cache=tmp_path), sample)
    called: set[str] = set()

    def note(frame: FrameType, event: str, _argument: Any) -> None:  # noqa: ANN401 - the interpreter's
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(ROOT) and ".venv" not in path.parts:
            called.add(path.relative_to(ROOT).as_posix())

    async def known() -> bytes:
        for number in range(4):
            await request(app, number)
        sys.setprofile(note)
        try:
            return await request(app, 4)
        finally:
            sys.setprofile(None)

    answer = asyncio.run(known())
    called.discard(Path(__file__).relative_to(ROOT).as_posix())
    assert json.loads(answer)["data"]["models"]["nodes"]
    assert {"web/graphql_endpoint.py", "writers/json_answer.py", "execution/operation.py"} <= called
    assert len(called) <= MOST_FILES, sorted(called)
