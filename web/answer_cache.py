"""Cache of whole answers with their compressed forms, from the second time that they are requested."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from caches import SeenBefore, exact_copy, size_of
from web.encodings import LEAST_COMPRESSED, encoded

if TYPE_CHECKING:
    from caches import ByteCache
    from web.answers import ReadyResponse
    from web.encodings import Encoding, Negotiated

# What an answer depends on: the revision, the document, the operation's name, the variables as sorted JSON.
Key = tuple[str, str, str | None, bytes]

# A request byte for byte: the body, and the headers that decide how it is read and in what form answered.
Sent = tuple[bytes | None, ...]

_MOST_WORDINGS = 8  # of one key: clients that write the same request each in their own way
# Measured: the key's tuple and the `CachedAnswer` with its dict and list.
_BYTES_OF_AN_ANSWER = 400
# Measured: a response's headers, the tuple of a request and the places of both in hash tables.
_BYTES_OF_A_RESPONSE = 2_000


@dataclass(slots=True)
class CachedAnswer:
    """An answer.

    Args:
        key: The key that it is cached under.
        body: Its JSON.
        operation: The operation's name, for the log.
        forms: Its compressed forms, each made when it is first accepted.
        wordings: The requests, byte for byte, that it is also found by.
    """

    key: Key
    body: bytes
    operation: str | None
    forms: dict[Encoding, bytes] = field(default_factory=dict)
    wordings: list[Sent] = field(default_factory=list)


class AnswerCache:
    """Answers by their keys; the least recently used are evicted first.

    An answer is cached when it is requested the second time: one that is requested once would evict others for nothing.
    A request that comes again in the same bytes is found by these, so that nothing of it is parsed.

    Args:
        cache: Bounds the answers; nothing else uses it.
    """

    def __init__(self, cache: ByteCache[Key, CachedAnswer]) -> None:
        self._answers = cache
        self._answers.on_evict = self._forget_wordings
        self._requested_before = SeenBefore()
        self._responses: dict[Sent, tuple[Key, ReadyResponse]] = {}

    def get(self, key: Key) -> CachedAnswer | None:
        """Return the cached answer, or None."""
        return self._answers.get(key)

    def put(self, key: Key, body: bytes, operation: str | None) -> None:
        """Cache an answer that was requested before, unless it is too large."""
        if key in self._answers or len(body) > self._answers.largest:
            return  # several requests for the same answer may have been under way at once
        if not self._requested_before(key):
            return
        revision, text, operation_name, variables = key
        key = (revision, text, operation_name, exact_copy(variables))
        size = _BYTES_OF_AN_ANSWER + size_of(text, operation_name, variables, body, operation)
        self._answers.put(key, CachedAnswer(key, exact_copy(body), operation), size)

    def form(self, answer: CachedAnswer, accepted: Negotiated) -> tuple[bytes, Encoding | None]:
        """Return the body to send and its encoding: None where the body is short or no encoding is accepted."""
        encoding = accepted.encoding
        if encoding is None or (accepted.identity and len(answer.body) < LEAST_COMPRESSED):
            return answer.body, None
        form = answer.forms.get(encoding)
        if form is None:
            form = exact_copy(encoded(answer.body, encoding, reused=True))
            if self._answers.grow(answer.key, size_of(form)):
                answer.forms[encoding] = form
        return form, encoding

    def response(self, sent: Sent) -> tuple[ReadyResponse, str | None] | None:
        """Return the response to a request that came before in the same bytes, and the operation's name."""
        found = self._responses.get(sent)
        if found is None:
            return None
        key, response = found
        answer = self._answers.get(key)
        return None if answer is None else (response, answer.operation)

    def remember(self, sent: Sent, key: Key, response: ReadyResponse) -> None:
        """Cache the response to a request, if its answer is cached and shares its body with the response."""
        answer = self._answers.peek(key)
        if answer is None or len(answer.wordings) == _MOST_WORDINGS or sent in self._responses:
            return
        if all(body is not response.body for body in (answer.body, *answer.forms.values())):
            return
        if self._answers.grow(key, _BYTES_OF_A_RESPONSE + size_of(*sent)):
            answer.wordings.append(sent)
            self._responses[sent] = (answer.key, response)

    def _forget_wordings(self, _key: Key, answer: CachedAnswer) -> None:
        for sent in answer.wordings:
            del self._responses[sent]
