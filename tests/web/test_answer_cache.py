from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from caches import ByteCache
from web.answer_cache import AnswerCache, CachedAnswer, Key
from web.answers import Reply, answer
from web.compression import Compressor
from web.negotiation import Negotiated

if TYPE_CHECKING:
    from web.negotiation import Encoding


def room(max_bytes: int) -> AnswerCache:
    """Return a cache of answers."""
    return AnswerCache(ByteCache(max_bytes))


def response(answers: AnswerCache, number: int) -> Reply:
    """Return a response with the body of a cached answer."""
    cached = answers.get(key(number))
    assert cached is not None
    return answer(cached.body)


def form(answers: AnswerCache, cached: CachedAnswer, encoding: Encoding) -> tuple[bytes, Encoding | None]:
    """Return the body for a client that accepts this encoding."""
    return asyncio.run(answers.form(cached, Negotiated(encoding, identity=True), Compressor()))


def key(number: int) -> Key:
    """Return the key of one of many requests."""
    return ("r", f"query {number}", None, b"")


def test_an_answer_is_cached_at_its_second_request() -> None:
    """An answer that is requested once takes no memory."""
    answers = room(100_000)
    answers.put(key(1), b"x", None)
    assert answers.get(key(1)) is None
    answers.put(key(1), b"x", None)
    cached = answers.get(key(1))
    assert cached is not None
    assert cached.body == b"x"


def test_answers_and_their_compressed_forms_stay_within_the_bound() -> None:
    """The most recently used answers stay."""
    answers = room(100_000)
    body = bytes(range(256)) * 40
    for number in range(50):
        for _ in range(2):
            answers.put(key(number), body, None)
        cached = answers.get(key(number))
        assert cached is not None
        form(answers, cached, "zstd")
        form(answers, cached, "gzip")
    found = [cached for number in range(50) if (cached := answers.get(key(number)))]
    held = sum(len(each.body) + sum(map(len, each.forms.values())) for each in found)
    assert 20_000 < held <= 100_000
    assert answers.get(key(49)) is not None


def test_an_answer_of_concurrent_requests_is_counted_once() -> None:
    """Requests that wait for the same fit all store its answer; other answers stay cached."""
    answers = room(100_000)
    for _ in range(100):
        answers.put(key(1), b"x" * 10_000, None)
    for number in range(2, 6):
        for _ in range(2):
            answers.put(key(number), b"x" * 10_000, None)
    assert all(answers.get(key(number)) for number in range(1, 6))


def test_an_answer_over_an_eighth_of_the_cache_is_not_cached() -> None:
    """It would evict too many others."""
    answers = room(80_000)
    for _ in range(3):
        answers.put(key(1), b"x" * 10_001, None)
    assert answers.get(key(1)) is None


def test_a_short_answer_is_not_compressed() -> None:
    """Compression would not save a packet."""
    answers = room(100_000)
    for _ in range(2):
        answers.put(key(1), b"x" * 999, None)
    cached = answers.get(key(1))
    assert cached is not None
    assert form(answers, cached, "zstd") == (cached.body, None)


def test_equal_request_bytes_find_the_response() -> None:
    """As long as the answer is cached, and for a limited number of spellings."""
    answers = room(200_000)
    for _ in range(2):
        answers.put(key(1), b"x" * 10_000, "name")
    ready = response(answers, 1)
    requests = [(b"wording %d" % number, None) for number in range(20)]
    for sent in requests:
        answers.remember(sent, key(1), ready)
    assert [found for sent in requests if (found := answers.response(sent))] == [(ready, "name")] * 8
    for number in range(2, 22):
        for _ in range(2):
            answers.put(key(number), b"x" * 10_000, None)
    assert not any(map(answers.response, requests))
    answers.remember((b"late",), key(1), ready)
    assert answers.response((b"late",)) is None


def test_a_response_with_a_body_of_its_own_is_not_cached() -> None:
    """Its body would not count against the bound."""
    answers = room(100_000)
    for _ in range(2):
        answers.put(key(1), b"x" * 1_000, None)
    answers.remember((b"sent",), key(1), answer(b"y" * 1_000))
    assert answers.response((b"sent",)) is None


def test_forms_that_do_not_fit_are_sent_and_not_cached() -> None:
    """An answer and its compressed forms take at most half of the cache."""
    answers = room(100_000)
    body = os.urandom(11_000)
    for _ in range(2):
        answers.put(key(1), body, None)
    cached = answers.get(key(1))
    assert cached is not None
    answers.remember((b"x" * 20_000,), key(1), response(answers, 1))
    sent = [form(answers, cached, encoding) for encoding in ("gzip", "br", "br")]
    assert [encoding for _, encoding in sent] == ["gzip", "br", "br"]
    assert list(cached.forms) == ["gzip"]
    assert answers.get(key(1)) is cached


def test_a_hit_by_request_bytes_counts_as_a_use() -> None:
    """The answer becomes the most recently used."""
    answers = room(100_000)
    for _ in range(2):
        answers.put(key(1), b"x" * 10_000, None)
    answers.remember((b"sent",), key(1), response(answers, 1))
    for number in range(2, 30):
        assert answers.response((b"sent",)) is not None
        for _ in range(2):
            answers.put(key(number), b"x" * 10_000, None)
    assert answers.get(key(1)) is not None
