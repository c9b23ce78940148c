"""Downloading the dataset of the Hub into a directory: byte for byte, continued, and never half-written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from errors import HubError
from tables.hub import HubSettings, download_dataset
from tests.loopback_hub import RESULTS, Fault, LoopbackHub, write_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CANARY = "hf_canaryCanaryCanary"
COMMIT = "a" * 40
NEXT_COMMIT = "b" * 40
LARGE = "llm/large/results.json"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LoopbackHub]:
    """A Hub that serves a small dataset, one file of which takes several pieces, and lists it in pages."""
    directory = write_dataset(tmp_path / "dataset")
    (directory / LARGE).parent.mkdir()
    (directory / LARGE).write_bytes(bytes(range(256)) * 6000)
    with LoopbackHub(directory, commit=COMMIT, page_size=3) as hub:
        yield hub


@pytest.fixture
def settings(hub: LoopbackHub, tmp_path: Path) -> HubSettings:
    """Settings for that Hub, with a token and little patience."""
    return HubSettings(token=CANARY, cache_dir=tmp_path / "cache", timeout_seconds=1, endpoint=hub.url)


def contents(directory: Path) -> dict[str, bytes]:
    """Return every file below a directory."""
    files = (path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


def asked_for(hub: LoopbackHub) -> list[str]:
    """Return the files that were asked for, and forget all requests."""
    files = [path.partition(f"/resolve/{hub.main}/")[2] for path in hub.paths("GET") if "/resolve/" in path]
    hub.requests.clear()
    return files


def refusal(settings: HubSettings, directory: Path) -> str:
    """Return the one line that a download fails with."""
    with pytest.raises(HubError) as caught:
        download_dataset(settings, directory, raw=True)
    line = str(caught.value)
    assert "\n" not in line
    assert CANARY not in line
    return line


def test_directory_equals_the_dataset(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """The whole dataset arrives byte for byte, empty files too, and nothing is left beside it."""
    assert download_dataset(settings, tmp_path / "here", raw=True) == COMMIT
    assert contents(tmp_path / "here") == contents(hub.commits[COMMIT])


def test_raw_files_can_be_left_out(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """Without the raw files, tables, configurations, README and LICENSE arrive."""
    download_dataset(settings, tmp_path / "here", raw=False)

    whole = contents(hub.commits[COMMIT])
    assert contents(tmp_path / "here") == {file: whole[file] for file in whole if not file.startswith("llm/")}


def test_progress_reaches_the_size_of_each_file(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """Progress never goes back, says the size from the start, and ends there for every file."""
    told: dict[str, list[tuple[int, int]]] = {}

    def on_progress(file: str, done: int, total: int) -> None:
        told.setdefault(file, []).append((done, total))

    download_dataset(settings, tmp_path / "here", raw=True, on_progress=on_progress)

    sizes = {file: len(body) for file, body in contents(hub.commits[COMMIT]).items()}
    assert {file: steps[-1] for file, steps in told.items()} == {file: (size, size) for file, size in sizes.items()}
    assert all(steps == sorted(steps) for steps in told.values())
    assert len(told[LARGE]) > 3


def test_files_that_are_there_are_not_asked_for(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """A second download asks for the missing file, the short one and the one of the same size that differs."""
    here = tmp_path / "here"
    download_dataset(settings, here, raw=True)
    asked_for(hub)
    download_dataset(settings, here, raw=True)
    assert asked_for(hub) == []

    (here / "README.md").unlink()
    (here / RESULTS).write_bytes((here / RESULTS).read_bytes()[:-1])
    table = here / "runs" / "llm.parquet"
    table.write_bytes(bytes(table.stat().st_size))
    download_dataset(settings, here, raw=True)

    assert set(asked_for(hub)) == {"README.md", RESULTS.replace("+", "%2B"), "runs/llm.parquet"}
    assert contents(here) == contents(hub.commits[COMMIT])


def test_new_commit_replaces_what_changed(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """A directory is never a mixture of two commits, although sizes may be equal."""
    download_dataset(settings, tmp_path / "here", raw=False)
    hub.publish(write_dataset(tmp_path / "next", mark="FIRST"), commit=NEXT_COMMIT)

    assert download_dataset(settings, tmp_path / "here", raw=False) == NEXT_COMMIT
    assert (tmp_path / "here" / "README.md").read_text() == "# FIRST\n"
    assert "LICENSE" not in asked_for(hub)


def test_cut_file_is_continued(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """What arrived before a cut is kept, and only the rest is asked for, in the same run."""
    hub.fail("cut", on=LARGE, times=1)

    download_dataset(settings, tmp_path / "here", raw=True)

    assert contents(tmp_path / "here") == contents(hub.commits[COMMIT])
    first, second = (seen.range for seen in hub.requests if LARGE in seen.path)
    assert first is None
    assert int((second or "").removeprefix("bytes=").removesuffix("-")) > 256 * 1024


def test_broken_off_download_is_continued_later(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """A run that gives up leaves no half-written file under its name, and the next one goes on from there."""
    hub.fail("cut", on=LARGE, times=1)
    hub.fail("unavailable", on=LARGE)

    assert f"file {LARGE}: dataset" in refusal(settings, tmp_path / "here")
    assert not (tmp_path / "here" / LARGE).exists()

    hub.heal()
    hub.requests.clear()
    download_dataset(settings, tmp_path / "here", raw=True)
    assert [seen.range is not None for seen in hub.requests if LARGE in seen.path] == [True]
    assert contents(tmp_path / "here") == contents(hub.commits[COMMIT])


def test_short_wait_that_the_hub_asks_for_is_waited(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """A Hub that is busy for a moment does not end a download of thousands of files."""
    hub.fail("busy", on="README", times=1)

    download_dataset(settings, tmp_path / "here", raw=False)

    assert (tmp_path / "here" / "README.md").exists()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("throttled", "asks to be left alone for 3600 s"),
        ("gated", "request access with that account at https://"),
        ("damaged", "it arrived damaged; try again"),
        ("hang", "did not deliver within"),
        ("drip", "did not deliver within"),
        ("no-hub", "does not answer as a Hub does"),
    ],
)
def test_file_that_cannot_be_had_is_one_line(
    hub: LoopbackHub, settings: HubSettings, tmp_path: Path, fault: Fault, said: str
) -> None:
    """A file that cannot be had ends the download with its name and the reason, and is not there."""
    hub.fail(fault, on="runs/llm.parquet")

    line = refusal(settings, tmp_path / "here")

    assert "file runs/llm.parquet" in line
    assert said in line
    assert not (tmp_path / "here" / "runs" / "llm.parquet").exists()


def test_directory_that_cannot_be_written_is_one_line(settings: HubSettings, tmp_path: Path) -> None:
    """The line names the directory that was meant, not the cache."""
    (tmp_path / "file").write_text("not a directory")

    line = refusal(settings, tmp_path / "file")

    assert "cannot be kept on this disk" in line
    assert f"elsewhere than {tmp_path / 'file'}" in line


def test_link_out_of_the_directory_is_not_followed(settings: HubSettings, tmp_path: Path) -> None:
    """A symbolic link in the directory does not let a download write somewhere else."""
    (tmp_path / "here").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "here" / "runs").symlink_to(tmp_path / "elsewhere")

    assert "leads out of the directory" in refusal(settings, tmp_path / "here")
    assert list((tmp_path / "elsewhere").iterdir()) == []
