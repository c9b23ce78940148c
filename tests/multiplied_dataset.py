"""A dataset directory with several copies of every model, from the sample or from another directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sample import DEFAULT_RUNS, write_sample
from tables.run_kinds import RUN_KINDS, RunKind
from tests.tables.table_edits import replace_column

if TYPE_CHECKING:
    from pathlib import Path

COPIES = 10


def multiplied_sample(root: Path, *, copies: int = COPIES) -> Path:
    """Write the sample with copies of every model, whose runs share the raw files.

    Args:
        root: The directory to write to; it must not exist.
        copies: Number of copies of a model, itself included.

    Returns:
        The directory.
    """
    write_sample(root, runs=DEFAULT_RUNS, seed=0)
    for number in range(1, copies):
        (root / _suffix(number)).symlink_to(root, target_is_directory=True)
    return multiplied(root, root, copies=copies)


def multiplied(source: Path, root: Path, *, copies: int = COPIES) -> Path:
    """Write the tables of a directory with copies of every model under other ids and nicknames.

    The first copy has the ids of the source, so that queries by id find their model and runs.

    Args:
        source: The directory with the tables.
        root: The directory to write to; it may be the source.
        copies: Number of copies of a model, itself included.

    Returns:
        The directory that was written.
    """
    for kind in RUN_KINDS.values():
        table, target = pq.read_table(source / kind.table_file), root / kind.table_file
        copied = [table, *(_copy(table, kind, number) for number in range(1, copies))]
        target.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.concat_tables(copied), target)
    return root


def _copy(table: pa.Table, kind: RunKind, number: int) -> pa.Table:
    for name, separator in (("model_id", "-"), ("nickname", " ")):
        table = replace_column(table, name, pc.binary_join_element_wise(table[name], _suffix(number), separator))
    for name in kind.raw_file_columns:
        # Paths are unique; these lead through a symbolic link to the same file.
        table = replace_column(table, name, pc.binary_join_element_wise(_suffix(number), table[name], "/"))
    return table


def _suffix(number: int) -> str:
    return f"copy-{number}"
