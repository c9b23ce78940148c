"""Data directories as users have them, each served by a real process and compared with the toolkit."""

from __future__ import annotations

import math
import os
import shutil
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest
from huggingface_hub import snapshot_download
from mlenergy.data.records import DiffusionRuns, LLMRuns

from tables.hub.client import configure
from tables.run_kinds import RUN_KINDS
from tests.loopback_hub import LoopbackHub
from tests.server_process import run_server, running_server
from tests.web.observed_server import observed_server

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd  # type: ignore[import-untyped]  # no type information installed

    from tests.toolkit_directory import Written

COMMIT = "0123456789abcdef" * 2 + "01234567"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 123\n"
TOTALS = """{
  dataset { name source revision url llmRunCount stableLlmRunCount diffusionRunCount modelCount }
  llmRuns(stability: ANY, first: 1) { totalCount statistics(of: ENERGY_PER_TOKEN_JOULES) { count sum } }
  diffusionRuns(first: 1) { totalCount statistics(of: ENERGY_PER_GENERATION_JOULES) { count sum } }
  models { totalCount } gpus { model } tasks { name runCount(stability: ANY) }
}"""
TIMELINES = """{
  llmRuns(stability: ANY, first: 2) { nodes { resultsPath timeline(maxPoints: null) { relativeTimeS value } } }
  diffusionRuns(first: 2) { nodes { resultsPath timeline(maxPoints: null) { relativeTimeS value } } }
}"""


def data_of(address: str, query: str) -> dict[str, Any]:
    """Return the data of an answer without errors."""
    answer: dict[str, Any] = httpx.post(f"{address}/graphql", json={"query": query}, timeout=60).json()
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


def assert_totals(answer: dict[str, Any], llm: LLMRuns, diffusion: DiffusionRuns) -> None:
    """Compare counts, sums, models, GPUs and tasks with those of the toolkit's runs."""
    runs = [*llm, *diffusion]
    energies = {
        "llmRuns": [run.energy_per_token_joules for run in llm],
        "diffusionRuns": [run.energy_per_generation_joules for run in diffusion],
    }
    for field, joules in energies.items():
        there = [joule for joule in joules if joule is not None and math.isfinite(joule)]
        assert answer[field]["totalCount"] == len(joules)
        assert answer[field]["statistics"]["count"] == len(there)
        assert (answer[field]["statistics"]["sum"] or 0) == pytest.approx(sum(there), rel=1e-12)
    counts = {name: answer["dataset"][name] for name in ("llmRunCount", "stableLlmRunCount", "diffusionRunCount")}
    stable = sum(run.is_stable for run in llm)
    assert counts == {"llmRunCount": len(llm), "stableLlmRunCount": stable, "diffusionRunCount": len(diffusion)}
    models = {run.model_id for run in runs}
    assert answer["models"]["totalCount"] == answer["dataset"]["modelCount"] == len(models)
    assert {gpu["model"] for gpu in answer["gpus"]} == {run.gpu_model for run in runs}
    tasks = {task: sum(run.task == task for run in runs) for task in {run.task for run in runs}}
    assert {task["name"]: task["runCount"] for task in answer["tasks"]} == tasks


def assert_timelines(answer: dict[str, Any], written: Written) -> int:
    """Compare timelines with the toolkit's; return their number."""
    found = 0
    for field, runs in (("llmRuns", dict(written.runs("llm"))), ("diffusionRuns", dict(written.runs("diffusion")))):
        for node in answer[field]["nodes"]:
            expected = runs[node["resultsPath"]].timelines(metric="power.device_instant")
            np.testing.assert_allclose(node["timeline"]["relativeTimeS"], expected["relative_time_s"], atol=1e-6)
            np.testing.assert_allclose(node["timeline"]["value"], expected["value"], atol=1e-6)
            found += 1
    return found


@pytest.mark.parametrize("kind", ["llm", "diffusion"])
@pytest.mark.parametrize("other", ["missing", "empty"])
def test_a_directory_with_one_kind_of_run_equals_the_toolkit(
    written: Written, tmp_path: Path, kind: str, other: str
) -> None:
    """The other table is missing, or is an empty `to_dataframe()`."""
    (tmp_path / "own" / "runs").mkdir(parents=True)
    shutil.copy(written.root / "runs" / f"{kind}.parquet", tmp_path / "own" / "runs")
    (tmp_path / "own" / kind).symlink_to(written.root / kind)
    if other == "empty":
        name, nothing = ("diffusion", DiffusionRuns([])) if kind == "llm" else ("llm", LLMRuns([]))
        nothing.to_dataframe().to_parquet(tmp_path / "own" / "runs" / f"{name}.parquet")
    arguments = ("--source", str(tmp_path / "own"), "--allow-links-to", str(written.root))
    with observed_server(tmp_path, *arguments) as server:
        assert_totals(
            data_of(server.address, TOTALS),
            written.llm if kind == "llm" else LLMRuns([]),
            DiffusionRuns([]) if kind == "llm" else written.diffusion,
        )
        assert assert_timelines(data_of(server.address, TIMELINES), written) == 2
        notes = [line["note"] for line in server.lines() if line["event"] == "run_tables"]
    [note] = [note for note in notes if "missing columns" not in note]  # of columns that the toolkit does not write
    assert note.endswith(f"the dataset has no {'diffusion' if kind == 'llm' else 'llm'} runs")


def test_ingest_reads_a_directory_with_one_kind_of_run(written: Written, tmp_path: Path) -> None:
    """The store is then served without the raw files."""
    (tmp_path / "own" / "runs").mkdir(parents=True)
    shutil.copy(written.root / "runs" / "diffusion.parquet", tmp_path / "own" / "runs")
    shutil.copytree(written.root / "diffusion", tmp_path / "own" / "diffusion")
    source = ("--source", str(tmp_path / "own"))
    done = run_server("ingest", *source, "--out", str(tmp_path / "store"), "--processes", "1")
    assert done.returncode == 0, done.stderr
    assert f"{len(written.diffusion)} files stored" in done.stdout
    shutil.rmtree(tmp_path / "own" / "diffusion")
    with running_server(*source, "--timeline-store", str(tmp_path / "store")) as address:
        assert assert_timelines(data_of(address, TIMELINES), written) == 2


def test_a_snapshot_of_the_hub_cache_equals_the_toolkit(written: Written, tmp_path: Path) -> None:
    """The directory of `snapshot_download`: raw files are links into the blobs; the path has name and commit."""
    configure()
    with LoopbackHub(written.root, repo="org/own-runs", commit=COMMIT) as hub:
        snapshot = snapshot_download(
            "org/own-runs", repo_type="dataset", cache_dir=tmp_path / "cache", endpoint=hub.url, token=False
        )
    llm = LLMRuns.from_directory(snapshot, stable_only=False)
    path = next(iter(llm)).__dict__["_results_path"]
    assert os.path.islink(path)  # noqa: PTH114 - the toolkit's paths are texts
    with running_server("--source", snapshot) as address:
        answer = data_of(address, TOTALS)
        assert_totals(answer, llm, DiffusionRuns.from_directory(snapshot))
        assert answer["dataset"] == answer["dataset"] | {
            "name": "org/own-runs",
            "source": "directory",
            "revision": COMMIT,
            "url": "https://huggingface.co/datasets/org/own-runs",
        }
        assert assert_timelines(data_of(address, TIMELINES), written) == 4


def test_an_export_of_the_toolkit_equals_the_toolkit(written: Written, tmp_path: Path) -> None:
    """Filtered frames, with pandas' index as a column and without paths; logged once, also with several workers."""
    llm = written.llm.where(lambda run: run.num_gpus > 1)
    diffusion = written.diffusion.where(lambda run: run.num_gpus > 1)
    (tmp_path / "export" / "runs").mkdir(parents=True)
    expected = []
    for name, runs in (("llm", written.llm), ("diffusion", written.diffusion)):
        frame: pd.DataFrame = runs.to_dataframe()
        frame[frame["num_gpus"] > 1].to_parquet(tmp_path / "export" / "runs" / f"{name}.parquet")
        missing = [column.name for column in RUN_KINDS[name].columns if column.name not in frame.columns]
        assert "results_path" in missing
        expected += [
            f"runs/{name}.parquet: ignored columns that are not in the catalogue: __index_level_0__",
            f"runs/{name}.parquet: missing columns, filled with null: {', '.join(missing)}",
        ]
    with observed_server(tmp_path, "--source", str(tmp_path / "export"), "--workers", "2") as server:
        assert_totals(data_of(server.address, TOTALS), llm, diffusion)
        answer = data_of(server.address, TIMELINES)
        assert [node["timeline"] for field in answer.values() for node in field["nodes"]] == [None] * 4
        notes = [line["note"] for line in server.lines() if line["event"] == "run_tables"]
    assert notes == expected


def test_columns_with_names_of_the_graph_have_no_effect(written: Written, tmp_path: Path) -> None:
    """With an `id`, an `architecture`, a `parallelism` in the file, ids, pages and entities are the same."""
    query = "{ llmRuns(stability: ANY) { nodes { id parallelism baseNickname } } models { nodes { architecture } } }"
    answers = []
    for own in (False, True):
        root = tmp_path / str(own)
        (root / "runs").mkdir(parents=True)
        for name, frame in (("llm", written.llm.to_dataframe()), ("diffusion", written.diffusion.to_dataframe())):
            if own:
                frame["id"] = 7 if name == "llm" else b"\xff"
                frame["base_nickname"] = frame["parallelism"] = frame["power_utilization"] = None
                frame["architecture"] = frame["architecture"] if name == "llm" else 1
            frame.to_parquet(root / "runs" / f"{name}.parquet")
        with running_server("--source", str(root)) as address:
            answers.append(data_of(address, query))
    assert answers[0] == answers[1]
    ids = [node["id"] for node in answers[0]["llmRuns"]["nodes"]]
    assert len(set(ids)) == len(ids) > 10


def test_a_seed_of_32_bits_is_a_float(written: Written, tmp_path: Path) -> None:
    """It is beyond GraphQL's Int: in a run, a filter, an order and a group."""
    (tmp_path / "own" / "runs").mkdir(parents=True)
    frame = written.llm.to_dataframe()
    frame["seed"] = 2**32 - 1 - frame.index
    frame.to_parquet(tmp_path / "own" / "runs" / "llm.parquet")
    query = """{
      all: llmRuns(stability: ANY, orderBy: {field: SEED, direction: DESC}, first: 2) { nodes { seed }
        groups(by: [SEED], limit: 1) { count } }
      one: llmRuns(stability: ANY, where: {seed: {eq: 4294967295}}) { totalCount }
    }"""
    with running_server("--source", str(tmp_path / "own")) as address:
        answer = data_of(address, query)
    assert [node["seed"] for node in answer["all"]["nodes"]] == [2**32 - 1, 2**32 - 2]
    assert answer["one"]["totalCount"] == answer["all"]["groups"][0]["count"] == 1


@pytest.fixture
def unreadable(written: Written, tmp_path: Path) -> tuple[Path, list[str]]:
    """A copy of the dataset whose first raw files are unreadable, each for another reason, and their names."""
    root = tmp_path / "home" / "somebody" / "dataset"
    shutil.copytree(written.root, root)
    outside = tmp_path / "home" / "somebody" / "secret.json"
    outside.write_text("{}")
    frame = LLMRuns.from_directory(root, stable_only=False).to_dataframe().iloc[:12].copy()
    paths = [path for path, _ in written.runs("llm")][:12]
    files = [root / path for path in paths]
    for file in files[:9]:
        file.unlink()
    files[1].symlink_to(outside)
    files[2].mkdir()
    files[3].write_bytes(POINTER)
    files[4].symlink_to(files[4].name)
    os.mkfifo(files[5])
    files[6].symlink_to(outside.with_name("nowhere"))
    files[7].write_text("{")
    files[8].write_bytes(b"\0" * 3 * 2**20)
    paths[9], paths[10], paths[11] = str(outside), f"../{outside.name}", "llm\0results.json"
    frame["results_path"] = frame["prometheus_path"] = paths
    frame.to_parquet(root / "runs" / "llm.parquet")
    return root, paths


def test_errors_hide_local_paths(unreadable: tuple[Path, list[str]], tmp_path: Path) -> None:
    """Every reason for an unreadable raw file, in every field that reads one: no absolute path."""
    root, paths = unreadable
    query = """query ($id: ID!) { llmRun(id: $id) { nickname
      timeline { value } outputLengths { count } latencies { __typename } serverMetrics { __typename } } }"""
    with running_server("--source", str(root), "--max-raw-file-mib", "2") as address:

        def post(text: str, **variables: str) -> httpx.Response:
            return httpx.post(f"{address}/graphql", json={"query": text, "variables": variables}, timeout=60)

        nodes = post("{ llmRuns(stability: ANY) { nodes { id } } }").json()["data"]["llmRuns"]["nodes"]
        responses = [post(query, id=node["id"]) for node in nodes]  # one by one: an answer lists ten errors
    assert len(nodes) == len(paths)
    assert all("errors" in response.json() for response in responses)
    errors = [error for response in responses for error in response.json()["errors"]]
    assert {error["extensions"]["code"] for error in errors} == {"RAW_DATA_UNAVAILABLE"}
    for place in (str(tmp_path), str(root), "/home", "/tmp", str(tmp_path.resolve())):  # noqa: S108 - looked for
        assert not any(place in response.text for response in responses)
    messages = "\n".join(error["message"] for error in errors)
    for reason in (
        "No such file or directory",
        "leads out of the dataset by a link",
        "Is a directory",
        "git lfs pull",
        "is not a path inside the dataset",
        "it is a pipe",
        "bytes; allowed: 2097152",
        "with an absolute path",
    ):
        assert reason in messages
