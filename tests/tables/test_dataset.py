"""Figures of a dataset as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from tests.drawn_datasets import datasets

if TYPE_CHECKING:
    from tables.dataset import Dataset


@given(dataset=datasets())
@pytest.mark.parametrize("most", [0, 1, 4, 100])
def test_raw_files_are_counted_up_to_a_limit(dataset: Dataset, most: int) -> None:
    """A file counts once, however many runs and columns name it."""
    assert dataset.count_raw_files(most) == min(len(dataset.raw_paths()), most)


@given(dataset=datasets())
def test_a_model_has_the_columns_of_its_first_run(dataset: Dataset) -> None:
    """LLM runs come before diffusion runs, and runs of a kind are in the order of the file."""
    first: dict[str, str] = {}
    for runs in dataset.runs.values():
        names = zip(runs.columns["model_id"].to_pylist(), runs.columns["nickname"].to_pylist(), strict=True)
        for model_id, nickname in names:
            first.setdefault(model_id, nickname)
    models = dataset.models.columns
    found = zip(models["model_id"].to_pylist(), models["nickname"].to_pylist(), strict=True)
    assert list(found) == sorted(first.items())
