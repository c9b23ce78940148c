"""Lists of objects: one text per list, or the pieces of one text."""

from __future__ import annotations

from itertools import zip_longest

import numpy as np
import orjson
import pytest

from writers.lists import Lists


def lists(lengths: list[int]) -> Lists:
    """Return lists of these lengths, whose objects are numbered."""
    objects = [b'"n":%d' % number for number in range(sum(lengths))]
    offsets = np.cumsum([0, *lengths])
    return Lists(objects, offsets, b'{"nodes":[{', b"},{", b"}]}", b'{"nodes":[]}')


@pytest.mark.parametrize("lengths", [[1], [0], [3, 1], [0, 2], [2, 0], [0, 0, 4, 0, 0, 1, 0], [0, 0, 0]])
def test_pieces_between_texts_equal_the_texts_of_the_lists(lengths: list[int]) -> None:
    """Lists without objects, at the start, in the middle and at the end."""
    gaps = [b"<%d>" % number for number in range(len(lengths) + 1)]
    texts = lists(lengths).texts()
    assert [len(orjson.loads(text)["nodes"]) for text in texts] == lengths
    expected = b"".join(part for pair in zip_longest(gaps, texts, fillvalue=b"") for part in pair)
    assert b"".join(lists(lengths).between(gaps)) == expected
