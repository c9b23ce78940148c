"""Open vocabularies: an unknown value is refused, with the nearest known values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import BadUserInput
from tables.vocabulary import Vocabulary

TASKS = Vocabulary(
    "task",
    ("gpqa", "image-chat", "lm-arena-chat", "sourcegraph-fim", "text-to-image", "text-to-video", "video-chat"),
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("GPQA", "gpqa"),
        ("gqpa", "gpqa"),
        ("lm-arena", "lm-arena-chat"),
        ("source graph fim", "sourcegraph-fim"),
        ("text to video", "text-to-video"),
        ("imagechat", "image-chat"),
    ],
)
def test_the_nearest_value_comes_first(typed: str, expected: str) -> None:
    """Another case, swapped letters, a part of the name or other separators lead to the intended value."""
    assert TASKS.nearest(typed)[0] == expected


def test_a_refusal_names_the_column_the_value_and_the_nearest() -> None:
    """The message names them for a person, the extensions for a program."""
    with pytest.raises(BadUserInput, match=r"^task 'gqpa' is not in this dataset; nearest: 'gpqa'") as caught:
        TASKS.check(["image-chat", "gqpa"])
    extensions = caught.value.extensions
    assert (extensions["column"], extensions["value"]) == ("task", "gqpa")
    assert extensions["nearest"] == TASKS.nearest("gqpa")


@given(values=st.lists(st.text(max_size=5)), typed=st.text(max_size=5))
def test_every_value_is_accepted_or_refused(values: list[str], typed: str) -> None:
    """Empty texts, texts without letters and an empty vocabulary cause no other error."""
    vocabulary = Vocabulary("task", values)
    if typed in values:
        vocabulary.check([typed])
        return
    with pytest.raises(BadUserInput):
        vocabulary.check([typed])
