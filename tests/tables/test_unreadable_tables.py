"""Files that are not a readable run table: truncated, damaged, missing or of another format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import DatasetError
from tables.ids import run_ids
from tables.run_kinds import RUN_KINDS
from tests.drawn_datasets import arrow_table, read_run_table

if TYPE_CHECKING:
    from pathlib import Path

    from tests.drawn_datasets import Cells


@pytest.mark.parametrize("length", [0, 3, 4, 11, 200, -1, -8])
def test_a_truncated_file_is_refused(length: int, sample_cells: Cells, tmp_path: Path) -> None:
    """The error names the file, at every length."""
    whole, cut = tmp_path / "whole.parquet", tmp_path / "cut.parquet"
    pq.write_table(arrow_table("llm", sample_cells), whole)
    cut.write_bytes(whole.read_bytes()[:length])
    with pytest.raises(DatasetError, match=r"cut\.parquet: not a readable Parquet file"):
        read_run_table(cut, "llm")


def test_a_file_that_is_missing_or_not_parquet_is_refused(tmp_path: Path) -> None:
    """A saved login page, a missing file and a broken link are each an error that names the file."""
    (tmp_path / "page.parquet").write_text("<html>Please log in</html>")
    (tmp_path / "link.parquet").symlink_to("nowhere")
    for name in ("page.parquet", "nothing.parquet", "link.parquet"):
        with pytest.raises(DatasetError, match=name):
            read_run_table(tmp_path / name, "llm")


def test_a_column_name_that_is_not_utf8_is_refused(sample_cells: Cells, tmp_path: Path) -> None:
    """The Unicode error of pyarrow becomes an error about the file."""
    pq.write_table(arrow_table("llm", sample_cells), tmp_path / "llm.parquet", store_schema=False)
    whole = (tmp_path / "llm.parquet").read_bytes()
    (tmp_path / "llm.parquet").write_bytes(whole.replace(b"weight_precision", b"weight_precisio\xff"))
    with pytest.raises(DatasetError, match=r"llm\.parquet: not a readable Parquet file"):
        read_run_table(tmp_path / "llm.parquet", "llm")


@pytest.fixture(scope="session")
def valid_file(tmp_path_factory: pytest.TempPathFactory, sample: Any) -> bytes:  # noqa: ANN401 - the sample's Dataset
    """A valid Parquet file with two row groups."""
    runs = sample.runs["llm"].columns
    table = pa.table({column.name: runs[column.name] for column in RUN_KINDS["llm"].columns}).slice(0, 20)
    path = tmp_path_factory.mktemp("valid") / "llm.parquet"
    pq.write_table(table, path, row_group_size=10)
    return path.read_bytes()


@given(data=st.data())
def test_changed_bytes_are_read_or_refused(
    data: st.DataObject, valid_file: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The result of a damaged file is a table or an error that names the file."""
    damaged = bytearray(valid_file)
    places = st.integers(0, len(damaged) - 1) | st.integers(max(0, len(damaged) - 6_000), len(damaged) - 1)
    for place in data.draw(st.lists(places, min_size=1, max_size=4)):
        damaged[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "mutated.parquet"
    path.write_bytes(damaged)
    try:
        columns = read_run_table(path, "llm")
    except DatasetError as error:
        assert str(path) in str(error)  # noqa: PT017 - both outcomes are correct
        return
    assert len(run_ids(RUN_KINDS["llm"], columns)) == len(columns["domain"])
