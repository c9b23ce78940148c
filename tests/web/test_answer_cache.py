from __future__ import annotations

import os

from starlette.responses import Response

from caches import ByteCache
from web.answer_cache import AnswerCache, Key
from web.answers import ReadyResponse
from web.negotiation import Negotiated


def room(max_bytes: int) -> AnswerCache:
    """Return a cache of answers."""
    return AnswerCache(ByteCache(max_bytes))


def response(answers: AnswerCache, number: int) -> ReadyResponse:
    """Return a response with a cached answer's body."""
    cached = answers.get(key(number))
    assert cached is not None
    return ReadyResponse(Response(cached.body))


def key(number: int) -> Key:
    """Return one of many questions."""
    return ("r", f"query {number}", None, b"")


def test_an_answer_is_kept_when_it_is_asked_for_again() -> None:
    """What is asked for once takes no room."""
    answers = room(100_000)
    answers.put(key(1), b"x", None)
    assert answers.get(key(1)) is None
    answers.put(key(1), b"x", None)
    kept = answers.get(key(1))
    assert kept is not None
    assert kept.body == b"x"


def test_answers_and_their_forms_stay_within_their_room() -> None:
    """However many are asked for, in whichever encodings; those used last stay."""
    answers = room(100_000)
    body = bytes(range(256)) * 40
    for number in range(50):
        for _ in range(2):
            answers.put(key(number), body, None)
        kept = answers.get(key(number))
        assert kept is not None
        answers.form(kept, Negotiated("zstd", identity=True))
        answers.form(kept, Negotiated("gzip", identity=True))
    found = [kept for number in range(50) if (kept := answers.get(key(number)))]
    held = sum(len(each.body) + sum(map(len, each.forms.values())) for each in found)
    assert 20_000 < held <= 100_000
    assert answers.get(key(49)) is not None


def test_an_answer_that_was_made_several_times_at_once_takes_its_room_once() -> None:
    """Requests that wait for the same fit all bring its answer; the others' room stays theirs."""
    answers = room(100_000)
    for _ in range(100):
        answers.put(key(1), b"x" * 10_000, None)
    for number in range(2, 6):
        for _ in range(2):
            answers.put(key(number), b"x" * 10_000, None)
    assert all(answers.get(key(number)) for number in range(1, 6))


def test_an_answer_that_would_push_out_all_others_is_not_kept() -> None:
    """An eighth of the room is the most."""
    answers = room(80_000)
    for _ in range(3):
        answers.put(key(1), b"x" * 10_001, None)
    assert answers.get(key(1)) is None


def test_a_short_answer_is_not_compressed() -> None:
    """It would gain nothing."""
    answers = room(100_000)
    for _ in range(2):
        answers.put(key(1), b"x" * 999, None)
    kept = answers.get(key(1))
    assert kept is not None
    assert answers.form(kept, Negotiated("zstd", identity=True)) == (kept.body, None)


def test_a_request_in_the_same_bytes_finds_the_response() -> None:
    """As long as its answer is cached; a few wordings of one request, and no more."""
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
    answers.remember((b"sent",), key(1), ReadyResponse(Response(b"y" * 1_000)))
    assert answers.response((b"sent",)) is None


def test_forms_that_do_not_fit_are_sent_and_not_cached() -> None:
    """One answer with its compressed forms takes half of the room at most."""
    answers = room(100_000)
    body = os.urandom(11_000)
    for _ in range(2):
        answers.put(key(1), body, None)
    cached = answers.get(key(1))
    assert cached is not None
    answers.remember((b"x" * 20_000,), key(1), response(answers, 1))
    sent = [answers.form(cached, Negotiated(encoding, identity=True)) for encoding in ("gzip", "br", "br")]
    assert [encoding for _, encoding in sent] == ["gzip", "br", "br"]
    assert list(cached.forms) == ["gzip"]
    assert answers.get(key(1)) is cached


def test_a_question_that_is_asked_in_the_same_bytes_stays() -> None:
    """It is used, however it is found."""
    answers = room(100_000)
    for _ in range(2):
        answers.put(key(1), b"x" * 10_000, None)
    answers.remember((b"sent",), key(1), response(answers, 1))
    for number in range(2, 30):
        assert answers.response((b"sent",)) is not None
        for _ in range(2):
            answers.put(key(number), b"x" * 10_000, None)
    assert answers.get(key(1)) is not None
