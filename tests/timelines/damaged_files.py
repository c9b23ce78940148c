"""Raw files with damage of many kinds, drawn with a seed."""

from __future__ import annotations

import json
import math
import random
from typing import TYPE_CHECKING, Any

from sample import open_sample
from tests.timelines.timeline_samples import START

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Mutation = Callable[[random.Random, bytearray], None]

_TOKENS = (b"NaN", b"-Infinity", b"null", b"true", b'"x"', b"[]", b"{}", b"1e999", b"-0.0", b"1e-320", b"9" * 30)
_MARKS = b'{}[]",:\\\x00\xff\n 0123456789.eE+-'


def damaged_files(count: int, *, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield damaged files, each with its kind, `results` or `prometheus`; the same files for the same seed."""
    generator = random.Random(seed)  # noqa: S311 - to damage files, not to guard secrets
    whole = [(kind, raw) for kind, raw in _whole_files()]
    for _ in range(count):
        kind, raw = generator.choice(whole)
        text = bytearray(raw)
        for _ in range(generator.choice((1, 1, 1, 2, 3, 8))):
            generator.choice(_MUTATIONS)(generator, text)
        yield kind, bytes(text)


def _whole_files() -> Iterator[tuple[str, bytes]]:
    dataset = open_sample()
    for path in dataset.raw_paths()[::97]:
        document = json.loads(bytes(dataset.raw.read(path)))
        kind = "prometheus" if path.endswith("prometheus.json") else "results"
        yield kind, json.dumps(_shortened(document), indent=2).encode()
        yield kind, json.dumps(_shortened(document)).encode()
    odd = {
        "timeline": {"power": {}, "temperature": {"7": [[START, 40]], "0": []}},
        "results": [],
        "p99_itl_ms": math.nan,
    }
    yield "results", json.dumps(odd, indent=2).encode()


def _shortened(value: Any, most: int = 4) -> Any:  # noqa: ANN401 - any JSON
    """Shorten long lists, so that the damage hits structure more often than numbers."""
    if isinstance(value, dict):
        return {key: _shortened(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_shortened(part) for part in value[:most]]
    return value[:400] if isinstance(value, str) and "vllm" not in value else value


def _flip(generator: random.Random, text: bytearray) -> None:
    if text:
        text[generator.randrange(len(text))] = generator.choice(_MARKS)


def _any_byte(generator: random.Random, text: bytearray) -> None:
    if text:
        text[generator.randrange(len(text))] = generator.randrange(256)


def _cut(generator: random.Random, text: bytearray) -> None:
    del text[generator.randrange(len(text) + 1) :]


def _drop(generator: random.Random, text: bytearray) -> None:
    start = generator.randrange(len(text) + 1)
    del text[start : start + generator.choice((1, 2, 10, 100))]


def _repeat(generator: random.Random, text: bytearray) -> None:
    start = generator.randrange(len(text) + 1)
    text[start:start] = text[start : start + generator.choice((1, 5, 50, 500))]


def _insert(generator: random.Random, text: bytearray) -> None:
    start = generator.randrange(len(text) + 1)
    text[start:start] = generator.choice(_TOKENS)


def _replace_number(generator: random.Random, text: bytearray) -> None:
    """Replace a number by another value, which a typed reader must detect."""
    places = [place for place in range(len(text) - 1) if text[place] in b" [" and chr(text[place + 1]).isdigit()]
    if not places:
        return
    start = generator.choice(places) + 1
    stop = start
    while stop < len(text) and chr(text[stop]) in "0123456789.eE+-":
        stop += 1
    text[start:stop] = generator.choice(_TOKENS)


def _deepen(generator: random.Random, text: bytearray) -> None:
    start = generator.randrange(len(text) + 1)
    text[start:start] = b"[" * generator.choice((10, 2000))


_MUTATIONS: tuple[Mutation, ...] = (
    _flip, _flip, _any_byte, _cut, _drop, _repeat, _insert, _replace_number, _replace_number, _deepen,
)  # fmt: skip
