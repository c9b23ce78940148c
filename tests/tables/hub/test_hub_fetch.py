"""Download of the dataset into a directory: byte for byte, resumed, and without incomplete files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from errors import HubError
from tables.hub import HubSettings, download_dataset
from tests.loopback_dataset import CANARY, COMMIT, NEXT_COMMIT, RESULTS, write_dataset
from tests.loopback_hub import LoopbackHub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.loopback_hub import Fault

LARGE = "llm/large/results.json"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LoopbackHub]:
    """A Hub that serves a small dataset, with one file of several chunks and its list in pages."""
    directory = write_dataset(tmp_path / "dataset")
    (directory / LARGE).parent.mkdir()
    (directory / LARGE).write_bytes(bytes(range(256)) * 6000)
    with LoopbackHub(directory, commit=COMMIT, page_size=3) as hub:
        yield hub


def contents(directory: Path) -> dict[str, bytes]:
    """Return every file below a directory."""
    files = (path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


def take_requests(hub: LoopbackHub) -> list[str]:
    """Return the requested files, and forget all requests."""
    files = [path.partition(f"/resolve/{hub.main}/")[2] for path in hub.paths("GET") if "/resolve/" in path]
    hub.requests.clear()
    return files


def download_error(settings: HubSettings, directory: Path) -> str:
    """Return the message that a download fails with: one line without the token."""
    with pytest.raises(HubError) as caught:
        download_dataset(settings, directory, raw=True)
    line = str(caught.value)
    assert "\n" not in line
    assert CANARY not in line
    return line


def test_directory_equals_the_dataset(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """The whole dataset arrives byte for byte, empty files too, and no other file is left."""
    assert download_dataset(settings, tmp_path / "here", raw=True) == COMMIT
    assert contents(tmp_path / "here") == contents(hub.commits[COMMIT])


def test_raw_files_can_be_excluded(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """Without the raw files, tables, configurations, README and LICENSE arrive."""
    download_dataset(settings, tmp_path / "here", raw=False)

    whole = contents(hub.commits[COMMIT])
    assert contents(tmp_path / "here") == {file: whole[file] for file in whole if not file.startswith("llm/")}


def test_progress_reaches_the_size_of_each_file(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """Progress does not decrease, states the size from the start, and reaches it for every file."""
    steps: dict[str, list[tuple[int, int]]] = {}

    def on_progress(file: str, done: int, total: int) -> None:
        steps.setdefault(file, []).append((done, total))

    download_dataset(settings, tmp_path / "here", raw=True, on_progress=on_progress)

    sizes = {file: len(body) for file, body in contents(hub.commits[COMMIT]).items()}
    assert {file: calls[-1] for file, calls in steps.items()} == {file: (size, size) for file, size in sizes.items()}
    assert all(calls == sorted(calls) for calls in steps.values())
    assert len(steps[LARGE]) > 3


def test_present_files_are_not_requested(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """A second download requests the missing file, the short one, and the one of equal size but other content."""
    here = tmp_path / "here"
    download_dataset(settings, here, raw=True)
    take_requests(hub)
    download_dataset(settings, here, raw=True)
    assert take_requests(hub) == []

    (here / "README.md").unlink()
    (here / RESULTS).write_bytes((here / RESULTS).read_bytes()[:-1])
    table = here / "runs" / "llm.parquet"
    table.write_bytes(bytes(table.stat().st_size))
    download_dataset(settings, here, raw=True)

    assert set(take_requests(hub)) == {"README.md", RESULTS.replace("+", "%2B"), "runs/llm.parquet"}
    assert contents(here) == contents(hub.commits[COMMIT])


def test_new_commit_replaces_what_changed(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """A file of equal size but other content is replaced; unchanged files are not requested."""
    download_dataset(settings, tmp_path / "here", raw=False)
    hub.publish(write_dataset(tmp_path / "next", mark="FIRST"), commit=NEXT_COMMIT)

    assert download_dataset(settings, tmp_path / "here", raw=False) == NEXT_COMMIT
    assert (tmp_path / "here" / "README.md").read_text() == "# FIRST\n"
    assert "LICENSE" not in take_requests(hub)


def test_lost_connection_is_resumed(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """The same run requests only the bytes after those received."""
    hub.fail("cut", on=LARGE, times=1)

    download_dataset(settings, tmp_path / "here", raw=True)

    assert contents(tmp_path / "here") == contents(hub.commits[COMMIT])
    first, second = (received.range for received in hub.requests if LARGE in received.path)
    assert first is None
    assert int((second or "").removeprefix("bytes=").removesuffix("-")) > 256 * 1024


def test_failed_download_is_resumed_by_the_next_run(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """A run that fails leaves no incomplete file under its name, and the next run requests the rest."""
    hub.fail("cut", on=LARGE, times=1)
    hub.fail("unavailable", on=LARGE)

    assert f"file {LARGE}: dataset" in download_error(settings, tmp_path / "here")
    assert not (tmp_path / "here" / LARGE).exists()

    hub.heal()
    hub.requests.clear()
    download_dataset(settings, tmp_path / "here", raw=True)
    assert [received.range is not None for received in hub.requests if LARGE in received.path] == [True]
    assert contents(tmp_path / "here") == contents(hub.commits[COMMIT])


def test_short_retry_after_is_awaited(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """A short HTTP 429 does not end a download of thousands of files."""
    hub.fail("busy", on="README", times=1)

    download_dataset(settings, tmp_path / "here", raw=False)

    assert (tmp_path / "here" / "README.md").exists()


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("throttled", "with Retry-After: 3600 s"),
        ("gated", "request access with that account at https://"),
        ("damaged", "the received file does not have the expected digest; retry"),
        ("hang", "timed out after"),
        ("drip", "timed out after"),
        ("no-hub", "is not that of a Hugging Face Hub"),
    ],
)
def test_unavailable_file_is_an_error(
    hub: LoopbackHub, settings: HubSettings, tmp_path: Path, fault: Fault, message: str
) -> None:
    """The message names the file and the reason, and the file does not exist."""
    hub.fail(fault, on="runs/llm.parquet")

    line = download_error(settings, tmp_path / "here")

    assert "file runs/llm.parquet" in line
    assert message in line
    assert not (tmp_path / "here" / "runs" / "llm.parquet").exists()


def test_directory_that_cannot_be_written_is_an_error(settings: HubSettings, tmp_path: Path) -> None:
    """The message names the target directory, not the cache."""
    (tmp_path / "file").write_text("not a directory")

    line = download_error(settings, tmp_path / "file")

    assert "the download cannot be written" in line
    assert f"another directory than {tmp_path / 'file'}" in line


def test_link_out_of_the_directory_is_not_followed(settings: HubSettings, tmp_path: Path) -> None:
    """A symbolic link in the directory does not make a download write outside it."""
    (tmp_path / "here").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "here" / "runs").symlink_to(tmp_path / "elsewhere")

    assert "leads out of the directory" in download_error(settings, tmp_path / "here")
    assert list((tmp_path / "elsewhere").iterdir()) == []
