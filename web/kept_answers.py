"""Whole answers, kept from the second time that they are asked for, with their compressed forms; bounded in bytes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from web.encodings import LEAST_COMPRESSED, encoded

if TYPE_CHECKING:
    from web.answers import ReadyResponse
    from web.encodings import Encoding, Negotiated

# What tells answers apart: the revision, the document, the operation's name, the variables as sorted JSON.
Key = tuple[str, str, str | None, bytes]

# What a client sent, byte for byte: the body, and the headers that decide how it is read and in what form answered.
Sent = tuple[bytes | None, ...]

_REMEMBERED = 8_192  # keys that were asked for once
_MOST_WORDINGS = 8  # of one question: clients that write it each in their own way
_BYTES_OF_A_RESPONSE = 2_000


@dataclass(slots=True)
class KeptAnswer:
    """An answer.

    Args:
        body: Its JSON.
        operation: The operation's name, for the log.
        forms: Its compressed forms, as they were asked for.
        wordings: The requests that it is found by as they are.
    """

    body: bytes
    operation: str | None
    forms: dict[Encoding, bytes] = field(default_factory=dict)
    wordings: list[Sent] = field(default_factory=list)

    @property
    def size(self) -> int:
        """What it takes, in bytes, roughly."""
        forms = sum(map(len, self.forms.values()))
        return len(self.body) + forms + sum(map(_size_of_sent, self.wordings))


class KeptAnswers:
    """The answers that are asked for again and again; the least recently used go first.

    An answer that is asked for once would push out others for nothing: it is kept when it is asked for again. And when
    it is asked for once more in the very same bytes, it is found by these: nothing of the request is read again.

    Args:
        max_bytes: What all of them may take; one that is more than an eighth of it is not kept.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[Key, KeptAnswer] = OrderedDict()
        self._asked: OrderedDict[int, None] = OrderedDict()
        self._responses: dict[Sent, tuple[Key, ReadyResponse]] = {}

    def get(self, key: Key) -> KeptAnswer | None:
        """Return the answer, if it is kept."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def put(self, key: Key, body: bytes, operation: str | None) -> None:
        """Keep an answer, if it was asked for before and is not too large."""
        if key in self._kept or len(body) > self._max_bytes // 8:
            return  # of several that were being made at once, one is enough
        mark = hash(key)
        if mark not in self._asked:
            self._asked[mark] = None
            if len(self._asked) > _REMEMBERED:
                self._asked.popitem(last=False)
            return
        del self._asked[mark]
        self._kept[key] = KeptAnswer(body, operation)
        self._grow(len(body) + _size(key))

    def form(self, kept: KeptAnswer, accepted: Negotiated) -> tuple[bytes, Encoding | None]:
        """Return an answer and its encoding: compressed once, or as it is where it is short or nothing is accepted."""
        encoding = accepted.encoding
        if encoding is None or (accepted.identity and len(kept.body) < LEAST_COMPRESSED):
            return kept.body, None
        if encoding not in kept.forms:
            kept.forms[encoding] = encoded(kept.body, encoding, reused=True)
            self._grow(len(kept.forms[encoding]))
        return kept.forms[encoding], encoding

    def response(self, sent: Sent) -> tuple[ReadyResponse, str | None] | None:
        """Return the response to a request that was sent before in the same bytes, and the operation's name."""
        found = self._responses.get(sent)
        if found is None:
            return None
        key, response = found
        self._kept.move_to_end(key)
        return response, self._kept[key].operation

    def remember(self, sent: Sent, key: Key, response: ReadyResponse) -> None:
        """Keep the response to a request whose answer is kept."""
        kept = self._kept.get(key)
        if kept is None or len(kept.wordings) == _MOST_WORDINGS or sent in self._responses:
            return
        kept.wordings.append(sent)
        self._responses[sent] = (key, response)
        self._grow(_size_of_sent(sent))

    def _grow(self, size: int) -> None:
        self._bytes += size
        while self._bytes > self._max_bytes and self._kept:
            key, dropped = self._kept.popitem(last=False)
            self._bytes -= dropped.size + _size(key)
            for sent in dropped.wordings:
                del self._responses[sent]


def _size(key: Key) -> int:
    _, text, _, variables = key
    return len(text) + len(variables)


def _size_of_sent(sent: Sent) -> int:
    return _BYTES_OF_A_RESPONSE + sum(len(part) for part in sent if part is not None)
