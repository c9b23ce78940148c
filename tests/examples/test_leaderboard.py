from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sample import write_sample
from tests.examples.published_payloads import diffusion_order, first_difference, llm_order, payloads, stable_rows
from tests.npm_packages import attempt, install, run
from tests.server_process import ROOT, running_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.toolkit_directory import Written

FOLDER = ROOT / "examples" / "leaderboard"
# The day on which the published figures were built; it is in no column.
PUBLISHED = "2026-02-16"
# Of each table, columns that get random values of these, so that runs are equal in the first keys of the order.
ALIKE: dict[str, dict[str, list[Any]]] = {
    "llm": {
        "gpu_model": ["H100"],
        "num_gpus": [1],
        "max_num_seqs": [8],
        "num_request_repeats": [None, 2, 1],
        "seed": [None, 2, 0, 1],
    },
    "diffusion": {
        "gpu_model": ["H100"],
        "num_gpus": [4],
        "batch_size": [1],
        "height": [512],
        "inference_steps": [28],
        "ulysses_degree": [4, 2],
        "ring_degree": [1, 2],
        "use_torch_compile": [None, True, False],
    },
}
# Type of the payload of each file, by the start of its path.
_TYPES = {"index": "IndexData", "tasks/": "AnyTaskData", "models/": "AnyModelDetail"}


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder of the example, installed and built as its README says."""
    install(FOLDER)
    run("npm", "run", "build", folder=FOLDER)
    return FOLDER


def output_of(script: str) -> str:
    """Return what a script prints; it may use `dataLoader`."""
    module = f'import {{ dataLoader }} from "{FOLDER}/build/dataLoader.js";\n{script}'
    return run("node", "--input-type=module", "--eval", module, folder=FOLDER).strip()


def exported(endpoint: str, folder: Path, *last_updated: str) -> dict[str, Any]:
    """Return all payloads that the example writes, by path."""
    run("npm", "run", "export", "--", endpoint, str(folder), *last_updated, folder=FOLDER)
    return {path.relative_to(folder).as_posix(): json.loads(path.read_text("utf-8")) for path in folder.rglob("*.json")}


def type_of(file: str) -> str:
    """Return the name of the type of a file's payload."""
    return next(name for start, name in _TYPES.items() if file.startswith(start))


def date_of(endpoint: str) -> str:
    """Return the date on which a server loaded its data."""
    answer = httpx.post(endpoint, json={"query": "{ dataset { loadedAt } }"}).json()
    loaded_at: str = answer["data"]["dataset"]["loadedAt"]
    return loaded_at[:10]


def check_payloads(actual: dict[str, Any], expected: dict[str, Any]) -> None:
    """Compare all files, and report the first difference of each by path."""
    assert sorted(actual) == sorted(expected)
    differences = {file: first_difference(actual[file], payload) for file, payload in expected.items()}
    assert {file: difference for file, difference in differences.items() if difference} == {}


@pytest.fixture(scope="module")
def written_server(written: Written) -> Iterator[str]:
    """The endpoint of a server over a directory with raw files."""
    with running_server("--source", str(written.root)) as address:
        yield f"{address}/graphql"


def test_every_field_of_the_published_payloads(real_figures: Path, built: Path, tmp_path: Path) -> None:
    """Index, 7 tasks and 62 model details of the published figures: all fields, values and orders.

    The published part of the dataset has no raw files, so the distributions of output lengths are empty here; the test
    on a directory with raw files compares them.
    """
    with running_server("--source", str(real_figures)) as address:
        endpoint = f"{address}/graphql"
        actual = exported(endpoint, tmp_path, PUBLISHED)
        expected = payloads(real_figures, with_lengths=False, last_updated=PUBLISHED)
    assert built.is_dir()
    assert len([file for file in actual if file.startswith("models/")]) == 62
    check_payloads(actual, expected)


@pytest.mark.parametrize(("table", "key"), [("llm", llm_order), ("diffusion", diffusion_order)])
def test_the_order_is_that_of_the_published_files(
    real_figures: Path, table: str, key: Callable[[dict[str, Any]], tuple[Any, ...]]
) -> None:
    """The published figures are in the order of the published files, so the reference's order must not change it."""
    rows = stable_rows(real_figures / "runs" / f"{table}.parquet")
    for task in {row["task"] for row in rows}:
        published = [row for row in rows if row["task"] == task]
        assert sorted(published, key=key) == published


def test_every_field_with_raw_files(written: Written, written_server: str, built: Path, tmp_path: Path) -> None:
    """All payloads of a directory with raw files, with the toolkit's output lengths in numpy's bins."""
    actual = exported(written_server, tmp_path)
    expected = payloads(written.root, with_lengths=True, last_updated=date_of(written_server))
    assert built.is_dir()
    key = "output_length_distribution"
    distributions = [payload[key] for payload in expected.values() if key in payload]
    assert len(distributions) > 5
    assert all(len(distribution["bins"]) == 51 and sum(distribution["counts"]) for distribution in distributions)
    check_payloads(actual, expected)


def test_runs_that_differ_in_late_keys_only(built: Path, tmp_path: Path) -> None:
    """Repeats, seed (diffusion: degrees, compilation) and path decide; a missing value counts as the default."""
    root = tmp_path / "dataset"
    write_sample(root, runs=150, seed=5)
    for table, columns in ALIKE.items():
        make_alike(root / "runs" / f"{table}.parquet", columns)
    with running_server("--source", str(root)) as address:
        actual = exported(f"{address}/graphql", tmp_path / "data", PUBLISHED)
    assert built.is_dir()
    check_payloads(actual, payloads(root, with_lengths=True, last_updated=PUBLISHED))


def make_alike(file: Path, columns: dict[str, list[Any]]) -> None:
    """Replace columns of a table by random values, and reverse its rows."""
    draw = random.Random(18)  # noqa: S311 - the same data in every run
    runs = pq.read_table(file)
    runs = runs.take(list(range(len(runs)))[::-1])
    for name, values in columns.items():
        column = pa.array(draw.choices(values, k=len(runs)), runs.schema.field(name).type)
        runs = runs.set_column(runs.schema.get_field_index(name), name, column)
    pq.write_table(runs, file)


def test_the_payloads_have_the_types_of_the_pages(live_server: str, built: Path, tmp_path: Path) -> None:
    """`tsc` accepts every payload of the sample as its type, and refuses one of them as another type."""
    actual = exported(f"{live_server}/graphql", tmp_path / "data")
    assert set(actual) > {"index.json", "tasks/gpqa.json", "tasks/text-to-image.json", "tasks/text-to-video.json"}
    checked = "\n".join(
        f"({json.dumps(payload)}) satisfies payloads.{type_of(file)};" for file, payload in actual.items()
    )
    wrong = f"({json.dumps(actual['tasks/gpqa.json'])}) satisfies payloads.IndexData;"
    for name, text in (("checked", checked), ("wrong", wrong)):
        source = f'import type * as payloads from "{built}/src/payloads.js";\n{text}\n'
        (tmp_path / f"{name}.ts").write_text(source, "utf-8")
    compiler = [str(built / "node_modules" / ".bin" / "tsc"), "--noEmit", "--strict", "--skipLibCheck"]
    flags = ["--target", "ES2022", "--module", "ESNext", "--moduleResolution", "bundler", "--types", ""]

    run(*compiler, *flags, "checked.ts", folder=tmp_path)
    assert attempt(*compiler, *flags, "wrong.ts", folder=tmp_path).returncode != 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ('loadTaskData("chess")', "task 'chess' is not in this dataset"),
        ('loadModelDetail("models/nobody__none__gpqa.json")', "The graph has no stable run of 'nobody/none' in 'gpqa'"),
        (
            'loadModelDetail("nobody/none")',
            "'nobody/none' is no path of a model: allowed is models/{org}__{model}__{task}.json",
        ),
    ],
)
def test_missing_payloads_are_errors(live_server: str, built: Path, call: str, message: str) -> None:
    """As for a missing file of the static site, the promise is rejected; the message names the input."""
    script = f'await dataLoader("{live_server}/graphql").{call}.catch((error) => console.log(error.message));'
    assert built.is_dir()
    assert message in output_of(script)


def test_an_address_that_is_not_the_graph_is_named(live_server: str, built: Path) -> None:
    """The message has the address and the status."""
    script = f'await dataLoader("{live_server}/nowhere").loadIndexData().catch((error) => console.log(error.message));'
    assert built.is_dir()
    assert f"{live_server}/nowhere answered with status 404" in output_of(script)
