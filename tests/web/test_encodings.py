"""`Accept-Encoding`: the encoding of every kind of response, from a real server."""

from __future__ import annotations

import gzip
import json
from itertools import product
from typing import TYPE_CHECKING, Any

import brotli
import httpx
import pytest
import zstandard

from tests.web.http_requests import raw
from web.compression import MIN_THREADED
from web.negotiation import Negotiated, negotiated_encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DECODED: dict[str, Callable[[bytes], bytes]] = {
    "": lambda body: body,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
    "br": brotli.decompress,
    "gzip": gzip.decompress,
}
CASES: list[tuple[str, str]] = [
    ("gzip;q=1, zstd;q=0.1", "gzip"),
    ("gzip;q=0.1, zstd;q=1", "zstd"),
    ("gzip, deflate, br, zstd", "br"),  # browsers
    ("gzip, deflate, zstd", "gzip"),  # clients on Node 20 that cannot decode zstd
    ("zstd", "zstd"),
    ("zstd, gzip;q=0.999", "zstd"),
    ("br;q=0.2, gzip;q=0.3", "gzip"),
    ("GZIP", "gzip"),
    ("x-gzip", "gzip"),
    ("deflate", ""),
    ("", ""),
    ("*", "br"),
    ("*;q=0.5", "br"),
    ("*;q=0", ""),
    ("br;q=0, *", "gzip"),
    ("br;q=0, gzip;q=0, *;q=0.1", "zstd"),
    ("gzip;q=0.1, *;q=0.5", "br"),
    ("identity", ""),
    ("identity, gzip;q=0.5", ""),
    ("identity;q=0.5, gzip;q=1", "gzip"),
    ("identity;q=0.5, *;q=0.1", ""),
    ("identity;q=0, zstd;q=0.1", "zstd"),
    ("identity;q=0", ""),
    ("br;q=0", ""),
    ("br;q=0.000", ""),
    ("br;q=", ""),
    ("br;q=x", ""),
    ("br;q=nan", ""),
    ("br;q=inf, gzip;q=0.1", "gzip"),
    ("br;q=-1", ""),
    ("br;q=2, gzip", "gzip"),
    ("br; Q=0.5 , gzip ; q=0.4", "br"),
    (",,;q=1, gzip", "gzip"),
]


@pytest.mark.parametrize(("header", "encoding"), CASES)
def test_the_weights_choose_the_encoding(header: str, encoding: str) -> None:
    """Greatest weight first; at equal weight Brotli, gzip, zstd; a malformed weight means not accepted."""
    assert (negotiated_encoding(header.encode("latin-1")).encoding or "") == encoding


@pytest.mark.parametrize("weights", list(product(("", ";q=0", ";q=0.4", ";q=0.6"), repeat=4)))
def test_no_encoding_is_used_that_the_client_ranks_lower(weights: tuple[str, ...]) -> None:
    """By definition, for every combination of weights."""
    ranked = dict(zip(("zstd", "br", "gzip", "identity"), (float(weight[3:] or 1) for weight in weights), strict=True))
    header = ", ".join(map("".join, zip(ranked, weights, strict=True)))
    chosen = negotiated_encoding(header.encode())

    assert chosen.identity is (ranked["identity"] > 0)
    if chosen == Negotiated(None, identity=False):
        assert not any(ranked.values())
    else:
        assert ranked[chosen.encoding or "identity"] == max(ranked.values()) > 0


def wire(
    address: str, encoding_lines: list[str], path: str, body: dict[str, Any] | None
) -> tuple[bytes, httpx.Headers]:
    """Send these lines of `Accept-Encoding`; return the body as transferred, and the headers."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [
        f"{'GET' if body is None else 'POST'} {path} HTTP/1.1",
        "Host: x",
        "Connection: close",
        *(f"Accept-Encoding: {line}" for line in encoding_lines),
        *([] if body is None else ["Content-Type: application/json", f"Content-Length: {len(content)}"]),
    ]
    answer = raw(address, "\r\n".join(lines).encode() + b"\r\n\r\n" + content)
    head, _, received = answer.partition(b"\r\n\r\n")
    pairs = [line.split(b": ", 1) for line in head.split(b"\r\n")[1:]]
    headers = httpx.Headers([(name, value) for name, value in pairs])
    if headers.get("transfer-encoding") == "chunked":
        received = b"".join(_chunks(received))
    return received, headers


def _chunks(received: bytes) -> Iterator[bytes]:
    while received:
        size, _, received = received.partition(b"\r\n")
        yield received[: int(size, 16)]
        received = received[int(size, 16) + 2 :]


LONG = "{ llmRuns(first: 60) { nodes { id nickname energyPerTokenJoules } } }"
# More than a megabyte, compressed in a thread.
HUGE = "{ " + " ".join(f"a{n}: llmRuns(first: 60) {{ nodes {{ id resultsPath nickname }} }}" for n in range(100)) + " }"
# More than a thousand bytes of errors.
WRONG = "{ " + " ".join(f"nothing{number}OfThisName" for number in range(20)) + " }"


def _paths(address: str) -> dict[str, tuple[str, dict[str, Any] | None]]:
    with httpx.Client(base_url=address) as client:
        page = client.get("/graphql", headers={"accept": "text/html"}).text
    built = page.partition('src="./static/')[2].partition('"')[0]
    paths: dict[str, tuple[str, dict[str, Any] | None]] = {
        "answer": ("/graphql", {"query": LONG}),
        "answer by GET": (f"/graphql?query={LONG.replace(' ', '+')}", None),
        "huge answer": ("/graphql", {"query": HUGE}),
        "errors": ("/graphql", {"query": WRONG}),
        "schema": ("/graphql", {"query": "{ _service { sdl } }"}),
    }
    return {**paths, "file": (f"/static/{built}", None)} if built else paths


@pytest.mark.parametrize(("header", "encoding"), CASES[:24])
def test_all_responses_use_the_same_negotiation(live_server: str, header: str, encoding: str) -> None:
    """New and cached answers, errors and files; `Vary` lists each header once."""
    for name, (path, body) in _paths(live_server).items():
        plain, _ = wire(live_server, [], path, body)
        for _ in range(1 if name == "file" else 4):
            received, headers = wire(live_server, [header], path, body)
            assert headers.get("content-encoding", "") == encoding, name
            assert DECODED[encoding](received) == plain, name
            vary = headers.get_list("vary", split_commas=True)
            assert "Accept-Encoding" in vary, name
            assert len(vary) == len(set(vary)), (name, vary)


def test_a_header_on_two_lines_is_one_list(live_server: str) -> None:
    """By RFC 9110; the second line does not hide the first."""
    for name, (path, body) in _paths(live_server).items():
        for lines, encoding in ((["gzip", "zstd;q=0.1"], "gzip"), (["gzip;q=0.1", "zstd"], "zstd")):
            assert wire(live_server, lines, path, body)[1].get("content-encoding") == encoding, name


@pytest.mark.parametrize(("header", "encoding"), [("gzip", ""), ("gzip, identity;q=0", "gzip")])
def test_a_short_answer_is_compressed_only_if_required(live_server: str, header: str, encoding: str) -> None:
    """If the client accepts nothing else."""
    for _ in range(4):
        received, headers = wire(live_server, [header], "/graphql", {"query": "{ __typename }"})
        assert headers.get("content-encoding", "") == encoding
        assert json.loads(DECODED[encoding](received)) == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip"])
def test_a_huge_answer_by_get_has_an_entity_tag(live_server: str, encoding: str) -> None:
    """Compressed in a thread, new or cached; `HEAD` has the same headers, and the tag is confirmed without a body."""
    headers = {"accept-encoding": encoding}
    with httpx.Client(base_url=live_server) as client:
        responses = [client.get("/graphql", params={"query": HUGE}, headers=headers) for _ in range(4)]
        head = client.head("/graphql", params={"query": HUGE}, headers=headers)
        tag = responses[0].headers["etag"]
        known = client.get("/graphql", params={"query": HUGE}, headers={**headers, "if-none-match": tag})
    assert len(responses[0].content) > MIN_THREADED
    assert len({response.content for response in responses}) == 1
    assert {response.headers["etag"] for response in (*responses, head, known)} == {tag}
    assert {response.headers["content-encoding"] for response in (*responses, head)} == {encoding}
    assert head.headers["content-length"] == responses[-1].headers["content-length"]
    assert (known.status_code, known.content, head.content) == (304, b"", b"")
