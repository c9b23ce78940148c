"""A new nullable column is one line in the catalogue: CONTRIBUTING's recipe, followed on a copy of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from tables.run_kinds import RUN_KINDS
from tests.project_copy import copy_project, insert, run_python
from tests.server_process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

# Lines of the catalogue by kind of run, with a column of each type.
LINES = {
    "llm": """\
    measured("prefill_energy_joules", "J", "Energy of all GPUs during prefill."),
    text("engine", "Inference engine, such as `vllm`.", nullable=True, vocabulary=True),
    count("max_model_len", "tokens", "Maximum length of a sequence.", nullable=True),
""",
    "diffusion": """\
    boolean("uses_cache", "Whether intermediate results were cached.", nullable=True),
    measured("decode_latency_s", "s", "Average latency of decoding."),
""",
}
# Tests of everything that reads the catalogue. The whole suite passes too, but takes minutes.
TESTS = (
    "tests/test_schema.py",
    "tests/tables/test_ids.py",
    "tests/tables/test_validation.py",
    "tests/tables/test_directory.py",
    "tests/resolvers/test_filters.py",
    "tests/test_data_files_end_to_end.py",
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with more columns in the catalogue and the schema exported."""
    copy = copy_project(tmp_path_factory.mktemp("project") / "copy")
    for kind, lines in LINES.items():
        insert(copy / "tables" / "catalogue.py", f'    text("domain", "Always `{kind}`."', lines)
    exported = run_python(copy, "server.py", "export-schema")
    assert exported.returncode == 0, exported.stderr
    return copy


def test_the_tests_pass_with_new_nullable_columns(project: Path) -> None:
    """Nothing but the catalogue names the columns: the sample, files without them, filters and the SDL accept them."""
    tested = run_python(project, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *TESTS)
    assert tested.returncode == 0, tested.stdout[-3000:] + tested.stderr[-1000:]


def test_ids_do_not_change_with_a_new_column(project: Path, tmp_path: Path) -> None:
    """A dataset that was written before has the same ids, also of runs that only their configuration identifies."""
    dataset = tmp_path / "dataset"
    written = run_python(ROOT, "server.py", "sample", str(dataset), "--runs", "40")
    assert written.returncode == 0, written.stderr
    for kind in RUN_KINDS.values():
        table = pq.read_table(dataset / kind.table_file)
        pq.write_table(table.drop_columns(["results_path"]), dataset / kind.table_file)
    program = (
        "import pathlib, sys; from tables.directory import open_directory\n"
        "runs = open_directory(pathlib.Path(sys.argv[1])).runs.values()\n"
        "print([table.columns['id'].to_pylist() for table in runs])"
    )
    before, after = (run_python(place, "-c", program, str(dataset)) for place in (ROOT, project))
    assert before.stdout == after.stdout != "", before.stderr + after.stderr


def test_new_columns_are_in_the_graph(project: Path) -> None:
    """Each column is a field, a filter and a value of the enums of its kind."""
    sdl = (project / "schema" / "schema.graphql").read_text(encoding="utf-8")
    assert "prefillEnergyJoules: Float" in sdl
    assert "engine: MLEnergyStringFilter" in sdl
    assert sdl.count("  DECODE_LATENCY_S\n") == len({"DiffusionRunField", "DiffusionRunMetric", "MLEnergyRunMetric"})
