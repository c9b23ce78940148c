"""Open vocabularies: a value that the dataset does not have is refused with the nearest that it has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import BadUserInput
from tables.vocabulary import Vocabulary, nearest

TASKS = ("gpqa", "image-chat", "lm-arena-chat", "sourcegraph-fim", "text-to-image", "text-to-video", "video-chat")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("GPQA", "gpqa"),
        ("gqpa", "gpqa"),
        ("lm-arena", "lm-arena-chat"),
        ("source graph fim", "sourcegraph-fim"),
        ("text to video", "text-to-video"),
        ("imagechat", "image-chat"),
    ],
)
def test_the_nearest_value_comes_first(typed: str, meant: str) -> None:
    """Another case, swapped letters, a part, other separators: what was meant leads the list."""
    assert nearest(typed, TASKS)[0] == meant


def test_a_refusal_names_the_column_the_value_and_the_nearest() -> None:
    """One reads what was wrong and what to write in its place; a program finds the same in the extensions."""
    with pytest.raises(BadUserInput, match=r"^task 'gqpa' is not in this dataset; nearest: 'gpqa'") as caught:
        Vocabulary("task", TASKS).check(["image-chat", "gqpa"])
    extensions = caught.value.extensions
    assert (extensions["column"], extensions["value"]) == ("task", "gqpa")
    assert extensions["nearest"] == nearest("gqpa", TASKS)


@given(values=st.lists(st.text(max_size=5)), typed=st.text(max_size=5))
def test_whatever_is_typed_is_known_or_refused(values: list[str], typed: str) -> None:
    """Empty texts, texts of signs alone, no vocabulary at all: never another error."""
    vocabulary = Vocabulary("task", values)
    if typed in values:
        vocabulary.check([typed])
        return
    with pytest.raises(BadUserInput):
        vocabulary.check([typed])
