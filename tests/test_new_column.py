"""A new nullable column is one line in the catalogue: CONTRIBUTING's recipe, followed on a copy of the project."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from tables.run_kinds import RUN_KINDS
from tests.server_process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# One line per kind of run and type of column, before the columns that the catalogue has.
LINES = {
    "LLM_COLUMNS": [
        '    measured("prefill_energy_joules", "J", "Energy of all GPUs during prefill."),',
        '    text("engine", "Inference engine, such as `vllm`.", nullable=True, vocabulary=True),',
        '    count("max_model_len", "tokens", "Maximum length of a sequence.", nullable=True),',
    ],
    "DIFFUSION_COLUMNS": [
        '    boolean("uses_cache", "Whether intermediate results were cached.", nullable=True),',
        '    measured("decode_latency_s", "s", "Average latency of decoding."),',
    ],
}
# Tests of everything that reads the catalogue; the whole suite passes, too, but takes minutes.
TESTS = (
    "tests/test_schema.py",
    "tests/tables/test_ids.py",
    "tests/tables/test_validation.py",
    "tests/tables/test_directory.py",
    "tests/resolvers/test_filters.py",
)
NOT_COPIED = shutil.ignore_patterns(".*", "node_modules", "dist", "__pycache__", "results", "docs")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with more columns in the catalogue and the schema exported."""
    copy = tmp_path_factory.mktemp("project") / "copy"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    catalogue = copy / "tables" / "catalogue.py"
    text = catalogue.read_text(encoding="utf-8")
    for columns, lines in LINES.items():
        start = f"{columns}: tuple[Column, ...] = (\n"
        assert text.count(start) == 1
        text = text.replace(start, "\n".join([start.rstrip(), *lines, ""]))
    catalogue.write_text(text, encoding="utf-8")
    exported = run(copy, "server.py", "export-schema")
    assert exported.returncode == 0, exported.stderr
    return copy


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a copy of the project."""
    return subprocess.run(  # noqa: S603 - the arguments are this file's
        [sys.executable, *arguments], cwd=project, capture_output=True, text=True, check=False
    )


def test_the_tests_pass_with_new_nullable_columns(project: Path) -> None:
    """Nothing but the catalogue names the columns: the sample, files without them, filters and the SDL accept them."""
    tested = run(project, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *TESTS)
    assert tested.returncode == 0, tested.stdout[-3000:] + tested.stderr[-1000:]


def test_ids_do_not_change_with_a_new_column(project: Path, tmp_path: Path) -> None:
    """A dataset that was written before has the same ids, also of runs that only their configuration identifies."""
    dataset = tmp_path / "dataset"
    written = run(ROOT, "server.py", "sample", str(dataset), "--runs", "40")
    assert written.returncode == 0, written.stderr
    for kind in RUN_KINDS.values():
        table = pq.read_table(dataset / kind.table_file)
        pq.write_table(table.drop_columns(["results_path"]), dataset / kind.table_file)
    program = (
        "import pathlib, sys; from tables.directory import open_directory\n"
        "runs = open_directory(pathlib.Path(sys.argv[1])).runs.values()\n"
        "print([table.columns['id'].to_pylist() for table in runs])"
    )
    before, after = (run(place, "-c", program, str(dataset)) for place in (ROOT, project))
    assert before.stdout == after.stdout != "", before.stderr + after.stderr


def test_new_columns_are_in_the_graph(project: Path) -> None:
    """Each column is a field, a filter and a value of the enums of its kind."""
    sdl = (project / "schema" / "schema.graphql").read_text(encoding="utf-8")
    assert "prefillEnergyJoules: Float" in sdl
    assert "engine: MLEnergyStringFilter" in sdl
    assert sdl.count("  DECODE_LATENCY_S\n") == len({"DiffusionRunField", "DiffusionRunMetric", "MLEnergyRunMetric"})
