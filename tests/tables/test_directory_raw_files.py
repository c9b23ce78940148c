"""Raw files in a directory: no path or link leads outside it, except where that is allowed."""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from errors import DatasetError, RawDataUnavailable
from tables.directory import DirectoryRawFiles, open_directory

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with a raw file, a pipe and links to files inside and outside; and files outside."""
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "root-beside").mkdir()
    (tmp_path / "root-beside" / "secret.txt").write_text("secret")
    root = tmp_path / "root"
    (root / "llm").mkdir(parents=True)
    (root / "llm" / "results.json").write_bytes(b'{"run": 1}')
    (root / "llm" / "again.json").symlink_to("results.json")
    (root / "llm" / "out.json").symlink_to(tmp_path / "secret.txt")
    (root / "llm" / "loop.json").symlink_to("loop.json")
    (root / "away").symlink_to(tmp_path)
    os.mkfifo(root / "llm" / "pipe.json")
    return root


@pytest.mark.parametrize(
    "path", ["llm/results.json", "llm/../llm/results.json", "llm/again.json", "./llm//results.json"]
)
def test_a_file_inside_the_root_is_read(root: Path, path: str) -> None:
    """Dots and links are allowed if the file is inside the root."""
    assert DirectoryRawFiles(root).read(path) == b'{"run": 1}'


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "../secret.txt",
        "../root-beside/secret.txt",
        "llm\\..\\..\\secret.txt",
        "llm\\results.json",
        "llm/results.json\0.txt",
        "\0",
        "llm/out.json",
        "llm/loop.json",
        "away/secret.txt",
        "away/root/../secret.txt",
        "llm",
        "",
        ".",
        "llm/nothing.json",
        "llm/pipe.json",
        "llm/results.json/below",
        "llm/" + "x" * 300,
    ],
)
def test_any_other_path_is_refused(root: Path, path: str) -> None:
    """Paths that lead outside, directories, pipes and missing files; the error names the path."""
    with pytest.raises(RawDataUnavailable) as caught:
        DirectoryRawFiles(root).read(path)
    assert repr(path) in str(caught.value)
    assert caught.value.extensions == {"code": "RAW_DATA_UNAVAILABLE", "path": path}
    assert str(root.parent) not in str(caught.value)


def test_an_absolute_path_is_refused_and_omitted(root: Path) -> None:
    """Responses do not reveal paths of the machine, inside the root or not."""
    for path in (str(root / "llm" / "results.json"), "/etc/passwd", "C:\\runs\\results.json"):
        with pytest.raises(RawDataUnavailable, match=r"^raw file with an absolute path is not a path") as caught:
            DirectoryRawFiles(root).read(path)
        assert caught.value.extensions == {"code": "RAW_DATA_UNAVAILABLE"}


def test_a_git_lfs_pointer_is_an_error(root: Path) -> None:
    """The error names the command to run; a file that only contains the text of a pointer is read."""
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 123\n"
    (root / "llm" / "results.json").write_bytes(pointer)
    with pytest.raises(
        RawDataUnavailable, match=r"^raw file 'llm/results.json' is a Git LFS pointer .* `git lfs pull`"
    ):
        DirectoryRawFiles(root).read("llm/results.json")
    (root / "llm" / "results.json").write_bytes(b" " + pointer)
    assert DirectoryRawFiles(root).read("llm/results.json") == b" " + pointer


def test_a_root_that_is_a_link_is_followed(root: Path, tmp_path: Path) -> None:
    """The root may be a link; files in its target are inside."""
    (tmp_path / "link").symlink_to(root)
    assert DirectoryRawFiles(tmp_path / "link").read("llm/results.json") == b'{"run": 1}'


def test_links_to_the_allowed_directory_are_followed(root: Path, tmp_path: Path) -> None:
    """Only by a link below the root, not by dots or an absolute path, and only to that directory."""
    (root / "llm" / "beside.json").symlink_to(tmp_path / "root-beside" / "secret.txt")
    with pytest.raises(RawDataUnavailable, match="leads out of the dataset by a link; --allow-links-to allows it"):
        DirectoryRawFiles(root).read("llm/beside.json")
    raw = DirectoryRawFiles(root, allow_links_to=tmp_path / "root-beside")
    assert raw.read("llm/beside.json") == b"secret"
    assert raw.read("away/root-beside/secret.txt") == b"secret"
    for path in ("llm/out.json", "../root-beside/secret.txt", str(tmp_path / "root-beside" / "secret.txt")):
        with pytest.raises(RawDataUnavailable):
            raw.read(path)
    with pytest.raises(DatasetError, match=r"allow-links-to '.*nowhere' is not a directory"):
        open_directory(root, allow_links_to=tmp_path / "nowhere")


def test_links_into_the_blobs_of_a_cached_snapshot_are_followed(tmp_path: Path) -> None:
    """Only in that layout: from a snapshot in the client's cache to a file in `blobs` named by its digest."""
    folder = tmp_path / "datasets--org--name"
    root = folder / "snapshots" / ("a" * 40)
    (root / "llm").mkdir(parents=True)
    (folder / "blobs").mkdir()
    digest = hashlib.sha256(b"results").hexdigest()
    (folder / "blobs" / digest).write_bytes(b"results")
    (folder / "blobs" / "notes").write_bytes(b"notes")
    (folder / "blobs" / ("c" * 64)).symlink_to(tmp_path / "secret.txt")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (root / "llm" / "results.json").symlink_to(f"../../../blobs/{digest}")
    (root / "llm" / "notes.json").symlink_to("../../../blobs/notes")
    (root / "llm" / "secret.json").symlink_to("../../../blobs/" + "c" * 64)
    (root / "llm" / "out.json").symlink_to(tmp_path / "secret.txt")
    (root / "blobs").symlink_to(folder / "blobs")
    (tmp_path / "link").symlink_to(root)
    for each in (root, tmp_path / "link"):
        raw = DirectoryRawFiles(each)
        assert raw.immutable
        assert raw.read("llm/results.json") == b"results"
        for path in (
            "llm/notes.json",
            "llm/secret.json",
            "llm/out.json",
            f"blobs/{digest}",
            f"../../blobs/{digest}",
        ):
            with pytest.raises(RawDataUnavailable):
                raw.read(path)
    for other in ("models--org--name", "datasets--name"):
        (tmp_path / other).mkdir()
        shutil.copytree(folder / "snapshots", tmp_path / other / "snapshots", symlinks=True)
        shutil.copytree(folder / "blobs", tmp_path / other / "blobs", symlinks=True)
        with pytest.raises(RawDataUnavailable, match="leads out of the dataset by a link"):
            DirectoryRawFiles(tmp_path / other / "snapshots" / ("a" * 40)).read("llm/results.json")


def test_only_the_files_of_a_snapshot_are_immutable(tmp_path: Path) -> None:
    """Its path names the commit. Files of a plain directory, and links out of the cache, can be replaced."""
    snapshot = tmp_path / "datasets--org--name" / "snapshots" / ("a" * 40)
    snapshot.mkdir(parents=True)
    assert DirectoryRawFiles(snapshot).immutable
    assert not DirectoryRawFiles(snapshot, allow_links_to=tmp_path).immutable
    assert not DirectoryRawFiles(tmp_path).immutable
    assert not DirectoryRawFiles(snapshot.parent).immutable
