"""Cache of answers and their compressed forms, from their second request on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from caches import SeenBefore, exact_copy, size_of

if TYPE_CHECKING:
    from caches import ByteCache
    from web.answers import Reply
    from web.compression import Compressor
    from web.negotiation import Encoding, Negotiated

# Everything that an answer depends on: revision, document, operation name, variables as sorted JSON.
Key = tuple[str, str, str | None, bytes]

# The bytes of a request: body, and the headers that decide how it is read and encoded.
RequestBytes = tuple[str | bytes | None, ...]

_MAX_REQUESTS = 8  # per answer: equal requests that differ in their bytes
# Measured: the key's tuple and the `CachedAnswer` with its dict and list.
_BYTES_OF_AN_ANSWER = 400
# Measured: headers of a response, also as sent to four origins, the tuple of a request, and places in hash tables.
_BYTES_OF_A_RESPONSE = 4_000


@dataclass(slots=True)
class CachedAnswer:
    """A cached answer.

    Args:
        key: The key of the answer.
        body: The answer as JSON.
        operation: The name of the operation, for the log.
        forms: Compressed bodies, each created when first accepted.
        requests: The request bytes that also find the answer.
    """

    key: Key
    body: bytes
    operation: str | None
    forms: dict[Encoding, bytes] = field(default_factory=dict)
    requests: list[RequestBytes] = field(default_factory=list)


class AnswerCache:
    """Answers by key.

    An answer is cached at its second request, so that answers without repetition evict no others. A request with the
    same bytes as an earlier one is found by these bytes, without being parsed. The cache must not be shared.

    Attributes:
        get: Returns the cached answer with a key, or None.
    """

    def __init__(self, cache: ByteCache[Key, CachedAnswer]) -> None:
        self._answers = cache
        self.get = cache.get
        self._answers.on_evict = self._remove_requests
        self._requested_before = SeenBefore()
        self._responses: dict[RequestBytes, tuple[Key, Reply]] = {}

    def put(self, key: Key, body: bytes, operation: str | None) -> None:
        """Cache an answer from its second request on, unless it is too large."""
        if len(body) > self._answers.largest or not self._requested_before(key) or key in self._answers:
            return  # concurrent requests may have computed the same answer
        revision, text, operation_name, variables = key
        key = (revision, text, operation_name, exact_copy(variables))
        size = _BYTES_OF_AN_ANSWER + size_of(text, operation_name, variables, body, operation)
        self._answers.put(key, CachedAnswer(key, exact_copy(body), operation), size)

    async def form(
        self, answer: CachedAnswer, accepted: Negotiated, compressor: Compressor
    ) -> tuple[bytes, Encoding | None]:
        """Return the body to send and its encoding; None if it is not compressed."""
        if accepted.encoding in answer.forms:
            return answer.forms[accepted.encoding], accepted.encoding
        encoding = compressor.encoding(answer.body, accepted)
        if encoding is None:
            return answer.body, None
        form = exact_copy(await compressor.encoded(answer.body, encoding))
        # Meanwhile, another request may have cached the form, or the answer may have been evicted.
        if encoding in answer.forms:
            return answer.forms[encoding], encoding
        if self._answers.peek(answer.key) is answer and self._answers.grow(answer.key, size_of(form)):
            answer.forms[encoding] = form
        return form, encoding

    def response(self, request: RequestBytes) -> tuple[Reply, str | None] | None:
        """Return the response to a request with the same bytes as an earlier one, and the name of its operation."""
        found = self._responses.get(request)
        if found is None:
            return None
        key, response = found
        answer = self._answers.get(key)
        return None if answer is None else (response, answer.operation)

    def remember(self, request: RequestBytes, key: Key, response: Reply) -> None:
        """Cache the response to a request, if its answer is cached and the response uses the cached body."""
        answer = self._answers.peek(key)
        if answer is None or len(answer.requests) == _MAX_REQUESTS or request in self._responses:
            return
        if all(body is not response.body for body in (answer.body, *answer.forms.values())):
            return
        if self._answers.grow(key, _BYTES_OF_A_RESPONSE + size_of(*request)):
            answer.requests.append(request)
            self._responses[request] = (answer.key, response)

    def _remove_requests(self, _key: Key, answer: CachedAnswer) -> None:
        for request in answer.requests:
            del self._responses[request]
