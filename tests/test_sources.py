from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mlenergy.data.records import DiffusionRuns, LLMRuns

from defaults import HUB_REPOSITORY
from errors import DatasetError
from resolvers.context import Limits
from sample import open_sample
from sample.configurations import DIFFUSION_MODELS, LLMS
from schema.build import build_schema
from tables.directory import open_directory
from tables.hub import HubSettings
from tables.hub_dataset import open_hub_dataset
from tables.run_kinds import RUN_KINDS
from tables.run_tables import RunTables
from tables.source import Source, open_source, parse_source
from tests.graph import Graph
from tests.loopback_hub import LoopbackHub
from tests.server_process import run_server

if TYPE_CHECKING:
    from subprocess import CompletedProcess

    from tables.dataset import Dataset


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CompletedProcess[str]]:
    """A directory that `server.py sample` wrote, and the result of the command."""
    directory = tmp_path_factory.mktemp("sample") / "dataset"
    return directory, run_server("sample", str(directory))


@pytest.fixture(scope="module")
def directory(command: tuple[Path, CompletedProcess[str]]) -> Path:
    """That directory."""
    return command[0]


@pytest.fixture(scope="module")
def written(directory: Path) -> Dataset:
    """That directory, opened."""
    return open_directory(directory)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("auto", Source(kind="auto")),
        ("sample", Source(kind="sample")),
        ("hub", Source(kind="hub", repo=HUB_REPOSITORY)),
        ("hub@main", Source(kind="hub", repo=HUB_REPOSITORY, revision="main")),
        ("hub:org/name", Source(kind="hub", repo="org/name")),
        ("hub:org/name@v1.0", Source(kind="hub", repo="org/name", revision="v1.0")),
        ("hub:org/name@refs/pr/3", Source(kind="hub", repo="org/name", revision="refs/pr/3")),
        ("hub:org/name@" + "0f" * 20, Source(kind="hub", repo="org/name", revision="0f" * 20)),
        ("hubert", Source(kind="directory", directory=Path("hubert"))),
        ("./hub", Source(kind="directory", directory=Path("hub"))),
        ("data/v3", Source(kind="directory", directory=Path("data/v3"))),
        ("~/v3", Source(kind="directory", directory=Path("~/v3").expanduser())),
    ],
)
def test_sources_are_parsed(text: str, source: Source) -> None:
    """`auto`, `sample`, `hub[:ORG/NAME][@REVISION]`; anything else is a directory."""
    assert parse_source(text) == source


@pytest.mark.parametrize(
    "text",
    ["", " ", "hub:", "hub:name", "hub:org/", "hub:org/name@", "hub@", "hub:a/b/c", "hub:org/na me", "hub:o/n@a b"],
)
def test_an_invalid_source_is_an_error(text: str) -> None:
    """The message has the source and the allowed forms."""
    with pytest.raises(DatasetError, match=re.escape(f"source {text!r} is") + ".*allowed: auto, sample, hub"):
        parse_source(text)


def test_an_existing_directory_may_be_named_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An existing directory takes precedence over the Hub."""
    (tmp_path / "hub").mkdir()
    monkeypatch.chdir(tmp_path)
    assert parse_source("hub") == Source(kind="directory", directory=Path("hub"))


def test_sample_reports_its_directory(command: tuple[Path, CompletedProcess[str]]) -> None:
    """One line, and no progress bar without a terminal."""
    directory, done = command
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"a sample dataset is in {directory}: made-up numbers\n"


def test_the_toolkit_loads_the_written_sample(directory: Path, sample: Dataset) -> None:
    """`mlenergy-data` reads the directory as it reads the benchmark's."""
    assert len(LLMRuns.from_directory(directory, stable_only=False)) == sample.runs["llm"].num_rows
    assert len(DiffusionRuns.from_directory(directory)) == sample.runs["diffusion"].num_rows


@pytest.mark.parametrize("kind", RUN_KINDS)
def test_the_written_sample_is_the_bundled_one(written: Dataset, sample: Dataset, kind: str) -> None:
    """Every column of every run is equal, including ids, so that links are valid for both."""
    ours, theirs = sample.runs[kind], written.runs[kind]
    assert list(theirs.columns) == list(ours.columns)
    for name in ours.columns:
        assert theirs.values(name).array.tolist() == ours.values(name).array.tolist(), name


def test_the_raw_files_of_the_written_sample_are_the_bundled_ones(written: Dataset, sample: Dataset) -> None:
    """The bytes of each run are equal, and so are timelines."""
    for kind in RUN_KINDS:
        for path in sample.runs[kind].values("results_path").array.tolist():
            assert written.raw.read(path) == sample.raw.read(path)


def test_the_graph_answers_the_same_over_both(written: Dataset, sample: Dataset) -> None:
    """Models, ids, figures and timelines are equal; `dataset` says which of the two it is."""
    query = """{ dataset { source synthetic } models { nodes { modelId runsByGpu { gpu { model } runCount
      llmRuns(first: 1) { nodes { id energyPerTokenJoules timeline { value } } }
      diffusionRuns(first: 1) { nodes { id energyPerGenerationJoules timeline { value } } } } } } }"""
    limits = Limits(max_raw_files=1000)
    of_written, of_sample = (Graph(build_schema(), dataset, limits=limits).ask(query) for dataset in (written, sample))
    assert of_written.pop("dataset") == {"source": "directory", "synthetic": True}
    assert of_sample.pop("dataset") == {"source": "sample", "synthetic": True}
    assert of_written == of_sample


def test_runs_and_seed_determine_the_sample(tmp_path: Path) -> None:
    """`--runs` is the number of runs; `--seed` changes the numbers."""
    tables = []
    for seed in ("1", "2"):
        assert run_server("sample", str(tmp_path / seed), "--runs", "12", "--seed", seed).returncode == 0
        tables.append([pq.read_table(tmp_path / seed / "runs" / f"{kind}.parquet") for kind in RUN_KINDS])
    assert [sum(table.num_rows for table in pair) for pair in tables] == [12, 12]
    assert tables[0] != tables[1]


def test_every_organisation_of_the_sample_is_named_as_invented() -> None:
    """The sample is recognized by these names, so every model must have one."""
    for model in (*LLMS, *DIFFUSION_MODELS):
        ids = {"model_id": pa.array([model.model_id(0)])}
        tables = RunTables({"llm": ids, "diffusion": {"model_id": pa.array(["org/real"])}}, notes=())
        assert tables.synthetic, model.model_id(0)


def test_a_copied_sample_never_passes_as_measured(written: Dataset, directory: Path, tmp_path: Path) -> None:
    """Neither its tables alone, nor rewritten by pandas, nor on a Hub."""
    assert written.provenance.synthetic
    (tmp_path / "bare" / "runs").mkdir(parents=True)
    for kind in RUN_KINDS:
        frame = pq.read_table(directory / "runs" / f"{kind}.parquet").to_pandas()
        frame.to_parquet(tmp_path / "bare" / "runs" / f"{kind}.parquet", index=False)
    assert open_directory(tmp_path / "bare").provenance.synthetic
    with LoopbackHub(tmp_path / "bare") as hub:
        settings = HubSettings(repo=HUB_REPOSITORY, endpoint=hub.url, cache_dir=tmp_path / "cache", timeout_seconds=30)
        assert open_hub_dataset(settings).provenance.synthetic


def test_measurements_do_not_pass_as_made_up(real: Dataset) -> None:
    """The published figures are not recognized as the sample."""
    assert not real.provenance.synthetic


def test_a_hub_dataset_has_the_provenance_of_its_repository(directory: Path, tmp_path: Path) -> None:
    """Name, commit and URL; raw files come from the same commit."""
    with LoopbackHub(directory, repo="org/name") as hub:
        settings = HubSettings(repo="org/name", endpoint=hub.url, cache_dir=tmp_path / "cache", timeout_seconds=30)
        dataset = open_hub_dataset(settings)
        provenance = dataset.provenance
        assert (provenance.name, provenance.source, provenance.revision) == ("org/name", "hub", "a" * 40)
        assert provenance.url == "https://huggingface.co/datasets/org/name"
        assert provenance.stale_because is None
        path = dataset.runs["llm"].values("results_path").array[0]
        assert dataset.raw.read(path) == (directory / path).read_bytes()


def test_an_invalid_table_of_the_hub_is_an_error(directory: Path, tmp_path: Path) -> None:
    """Data from the Hub is validated like a directory."""
    shutil.copytree(directory / "runs", tmp_path / "bad" / "runs")
    file = tmp_path / "bad" / "runs" / "llm.parquet"
    pq.write_table(pq.read_table(file).drop_columns(["is_stable"]), file)
    with LoopbackHub(tmp_path / "bad") as hub:
        settings = HubSettings(repo=HUB_REPOSITORY, endpoint=hub.url, cache_dir=tmp_path / "cache", timeout_seconds=30)
        with pytest.raises(DatasetError, match=r"llm\.parquet, column is_stable: the column is missing"):
            open_hub_dataset(settings)


def test_a_directory_is_served_without_the_generator_of_the_sample(directory: Path) -> None:
    """A server over measured data does not import `sample`; only a server over the sample does."""
    program = (
        "import sys; from loading import load; from settings import Settings\n"
        "load(Settings(source=sys.argv[1]))\n"
        "assert not [name for name in sys.modules if name.partition('.')[0] == 'sample']\n"
        "load(Settings(source='sample'))\n"
        "assert 'sample' in sys.modules\n"
    )
    command = [sys.executable, "-c", program, str(directory)]
    subprocess.run(command, cwd=Path(__file__).parent.parent, check=True)  # noqa: S603 - the program is above


def test_the_named_source_is_opened(directory: Path, real_figures: Path) -> None:
    """The sample, or the directory with the given path."""
    assert open_source(Source(kind="sample"), sample=open_sample).provenance.source == "sample"
    for root in (directory, real_figures):
        provenance = open_source(Source(kind="directory", directory=root), sample=open_sample).provenance
        assert (provenance.source, provenance.name) == ("directory", root.name)
