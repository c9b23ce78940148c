"""The Hub as a source: the commit is pinned, a fault is one line in time, the cache stands in where it may."""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from errors import HubError, RawDataUnavailable
from tables.hub import HubSettings, HubSnapshot, open_hub, token_found
from tests.loopback_hub import RESULTS, Fault, LoopbackHub, write_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
CANARY = "hf_canaryCanaryCanary"
COMMIT = "a" * 40
NEXT_COMMIT = "b" * 40
SECONDS = 1.0


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LoopbackHub]:
    """A Hub that serves a small dataset."""
    with LoopbackHub(write_dataset(tmp_path / "dataset"), commit=COMMIT) as hub:
        yield hub


@pytest.fixture
def settings(hub: LoopbackHub, tmp_path: Path) -> HubSettings:
    """Settings for that Hub, with a token, an empty cache and little patience."""
    return HubSettings(token=CANARY, cache_dir=tmp_path / "cache", timeout_seconds=SECONDS, endpoint=hub.url)


def marks(snapshot: HubSnapshot) -> dict[str, str]:
    """Return what the two tables say they are."""
    return {name: str(pq.read_table(path)["mark"][0]) for name, path in snapshot.tables.items()}


def refusal(settings: HubSettings) -> str:
    """Return the one line that opening the Hub fails with, in time and without the token."""
    began = time.monotonic()
    with pytest.raises(HubError) as caught:
        open_hub(settings)
    line = str(caught.value)
    # A question about the revision and a file may each take its time.
    assert time.monotonic() - began < 2 * settings.timeout_seconds + 0.5
    assert "\n" not in line
    assert settings.repo in line
    assert CANARY not in line + repr(caught.value)
    return line


def test_revision_is_resolved_once_and_everything_read_at_its_commit(hub: LoopbackHub, settings: HubSettings) -> None:
    """The name of the branch is asked for in one request; tables and raw files name the commit."""
    snapshot = open_hub(settings)
    hub.publish(hub.commits[COMMIT].parent, commit=NEXT_COMMIT)
    raw = snapshot.raw.read(RESULTS)

    assert (snapshot.repo, snapshot.revision, snapshot.stale_because) == (settings.repo, COMMIT, None)
    assert marks(snapshot) == {"llm": "llm first", "diffusion": "diffusion first"}
    assert raw == (hub.commits[COMMIT] / RESULTS).read_bytes()
    assert [path for path in hub.paths() if "main" in path] == [f"/api/datasets/{settings.repo}/revision/main"]
    assert all(COMMIT in path for path in hub.paths()[1:])
    assert all(seen.authorized for seen in hub.requests)


def test_second_opening_downloads_nothing(hub: LoopbackHub, settings: HubSettings) -> None:
    """With the commit in the cache, the only question is which commit the branch stands for."""
    open_hub(settings)
    hub.requests.clear()

    assert open_hub(settings).revision == COMMIT
    assert hub.paths() == [f"/api/datasets/{settings.repo}/revision/main"]


def test_cached_commit_is_opened_without_a_request(hub: LoopbackHub, settings: HubSettings) -> None:
    """A commit that was asked for by its digits cannot change, so that nobody is asked, and nothing is stale."""
    open_hub(settings)
    hub.requests.clear()

    assert open_hub(replace(settings, revision=COMMIT)).stale_because is None
    assert hub.requests == []


def test_raw_file_is_downloaded_once(hub: LoopbackHub, settings: HubSettings) -> None:
    """A raw file that was read before comes from the cache, also when the Hub is gone."""
    raw = open_hub(settings).raw
    first = raw.read(RESULTS)
    hub.close()

    assert raw.read(RESULTS) == first


def test_raw_file_over_the_cap_is_not_downloaded(hub: LoopbackHub, settings: HubSettings) -> None:
    """The Hub is asked for the size, and then for nothing; a copy in the cache is measured without it."""
    raw = open_hub(settings).raw
    hub.requests.clear()
    with pytest.raises(RawDataUnavailable, match=f"^{re.escape(RESULTS)}: has [0-9]+ bytes; allowed: 3$"):
        raw.read(RESULTS, max_bytes=3)
    assert [path for path in hub.paths("GET") if path.endswith("results.json")] == []

    whole = raw.read(RESULTS, max_bytes=2**20)
    hub.close()
    assert raw.read(RESULTS, max_bytes=len(whole)) == whole
    with pytest.raises(RawDataUnavailable, match=f"has {len(whole)} bytes; allowed: {len(whole) - 1}$"):
        raw.read(RESULTS, max_bytes=len(whole) - 1)


def test_raw_files_survive_pickling(hub: LoopbackHub, settings: HubSettings) -> None:
    """A worker process reads the same files at the same commit."""
    raw = open_hub(settings).raw
    copy = pickle.loads(pickle.dumps(raw))  # noqa: S301 - our own bytes
    assert copy.version(RESULTS) == raw.version(RESULTS)
    assert copy.read(RESULTS) == raw.read(RESULTS)
    assert hub.requests


def test_new_commit_is_opened_beside_the_old(hub: LoopbackHub, settings: HubSettings, tmp_path: Path) -> None:
    """A snapshot keeps its files when the branch moves on."""
    old = open_hub(settings)
    hub.publish(write_dataset(tmp_path / "next", mark="next"), commit=NEXT_COMMIT)
    new = open_hub(settings)

    assert (new.revision, marks(new)["llm"]) == (NEXT_COMMIT, "llm next")
    assert marks(old)["llm"] == "llm first"


REFUSALS: list[tuple[Fault, str, str]] = [
    ("gated", "resolve", "request access with that account at https://huggingface.co/datasets/ml-energy/benchmark-v3"),
    ("gated", "api", "HTTP 403"),
    ("unauthorized", "", "the Hub does not accept the token (HTTP 401); set HF_TOKEN to a valid one"),
    ("no-repo", "", "there is no such dataset, or it is private or gated (HTTP 404); check the name"),
    ("no-revision", "", "there is no such revision (HTTP 404); give a branch, a tag or a commit"),
    ("no-entry", "runs/", "file runs/llm.parquet: dataset ml-energy/benchmark-v3 at aaaa"),
]


@pytest.mark.parametrize(("fault", "part_of_path", "said"), REFUSALS)
def test_refusal_is_one_line_that_the_cache_does_not_cover(
    hub: LoopbackHub, settings: HubSettings, tmp_path: Path, fault: Fault, part_of_path: str, said: str
) -> None:
    """What the Hub refuses or lacks is said with what to do, although an older commit is in the cache."""
    open_hub(settings)
    hub.publish(write_dataset(tmp_path / "next", mark="next"), commit=NEXT_COMMIT)
    hub.fail(fault, on=part_of_path)

    assert said.replace("aaaa", "bbbb") in refusal(settings)


def test_gated_dataset_without_a_token_says_where_to_get_one(
    hub: LoopbackHub, settings: HubSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a token the advice is to request access and then to set HF_TOKEN."""
    monkeypatch.setattr("tables.hub.repository.get_token", lambda: None)
    monkeypatch.setattr("huggingface_hub.utils._headers.get_token", lambda: None)
    hub.fail("gated", on="resolve")

    line = refusal(replace(settings, token=None))

    assert "request access at https://huggingface.co/datasets/ml-energy/benchmark-v3, then set HF_TOKEN" in line
    assert not any(seen.authorized for seen in hub.requests)


AWAY: list[tuple[Fault, str]] = [
    ("unavailable", "answered HTTP 503"),
    ("throttled", "answered HTTP 429 and asks to be left alone for 3600 s"),
    ("hang", "did not deliver within 1 s"),
    ("drip", "did not deliver within 1 s"),
    ("cut", "broke off in the middle of its answer"),
    ("no-hub", "does not answer as a Hub does"),
]


@pytest.mark.parametrize(("fault", "said"), AWAY)
def test_hub_that_is_away_is_one_line_in_time(hub: LoopbackHub, settings: HubSettings, fault: Fault, said: str) -> None:
    """With nothing in the cache, a Hub that does not deliver is an error within the deadline, with its reason."""
    hub.fail(fault)

    assert said in refusal(settings)


@pytest.mark.parametrize(("fault", "said"), AWAY)
def test_hub_that_is_away_leaves_the_cached_commit_serving(
    hub: LoopbackHub, settings: HubSettings, tmp_path: Path, fault: Fault, said: str
) -> None:
    """A new commit whose second table cannot be had does not replace the last one that is whole; one line says why."""
    open_hub(settings)
    hub.publish(write_dataset(tmp_path / "next", mark="next"), commit=NEXT_COMMIT)
    hub.fail(fault, on="diffusion")

    snapshot = open_hub(settings)

    assert (snapshot.revision, marks(snapshot)["diffusion"]) == (COMMIT, "diffusion first")
    assert snapshot.stale_because is not None
    assert said in snapshot.stale_because
    assert f"the cached revision {COMMIT} of main serves" in snapshot.stale_because
    assert "\n" not in snapshot.stale_because

    hub.heal()
    assert open_hub(settings).revision == NEXT_COMMIT


def test_hub_that_is_down_leaves_the_cached_commit_serving(hub: LoopbackHub, settings: HubSettings) -> None:
    """A refused connection is covered by the cache, at once."""
    open_hub(settings)
    hub.close()

    snapshot = open_hub(settings)

    assert snapshot.revision == COMMIT
    assert "cannot be reached" in (snapshot.stale_because or "")


def test_cache_of_another_revision_does_not_serve(hub: LoopbackHub, settings: HubSettings) -> None:
    """What is in the cache for main says nothing about another branch, or another commit."""
    open_hub(settings)
    hub.close()

    assert "at v1.0: the Hub" in refusal(replace(settings, revision="v1.0"))
    assert "cannot be reached" in refusal(replace(settings, revision=NEXT_COMMIT))


def test_cut_file_is_never_served(hub: LoopbackHub, settings: HubSettings) -> None:
    """A table that was cut is in no place where a table is looked for, and is downloaded whole afterwards."""
    hub.fail("cut", on="llm.parquet", method="GET")
    refusal(settings)
    cache = settings.cache_dir or Path()
    assert [path.name for path in cache.rglob("*.parquet")] == []
    assert [path for path in cache.rglob("blobs/*") if path.stat().st_size] == []
    hub.heal()

    source = hub.commits[COMMIT] / "runs" / "llm.parquet"
    assert open_hub(settings).tables["llm"].read_bytes() == source.read_bytes()


@pytest.mark.parametrize("fault", ["hang", "drip", "throttled", "cut"])
def test_nothing_goes_on_after_the_deadline(hub: LoopbackHub, settings: HubSettings, fault: Fault) -> None:
    """The thread of a call that was given up ends by itself, and leaves the Hub alone."""
    hub.fail(fault, on="resolve")
    refusal(settings)

    for thread in threading.enumerate():
        if thread.name == "hub":
            thread.join(2 * SECONDS)
            assert not thread.is_alive()


def test_download_of_another_process_is_not_waited_for_beyond_the_deadline(
    hub: LoopbackHub, settings: HubSettings
) -> None:
    """A lock that another worker holds in the cache ends the call in time; the client's own wait has no end."""
    digest = hashlib.sha256((hub.commits[COMMIT] / "runs" / "llm.parquet").read_bytes()).hexdigest()
    locks = (settings.cache_dir or Path()) / ".locks" / "datasets--ml-energy--benchmark-v3"
    locks.mkdir(parents=True)

    with FileLock(locks / f"{digest}.lock"):
        assert "did not deliver within 1 s" in refusal(settings)

    assert open_hub(settings).revision == COMMIT


def test_file_that_is_cut_once_is_resumed_in_time(hub: LoopbackHub, settings: HubSettings) -> None:
    """With time left, a cut is no error: the client asks again."""
    hub.fail("cut", on="llm.parquet", method="GET", times=1)

    snapshot = open_hub(replace(settings, timeout_seconds=10))

    assert marks(snapshot)["llm"] == "llm first"


def test_storage_elsewhere_never_sees_the_token(hub: LoopbackHub, settings: HubSettings) -> None:
    """A large file that the Hub redirects to another host is asked for without the token."""
    with LoopbackHub(hub.commits[COMMIT], commit=COMMIT) as storage:
        hub.storage = storage.url
        snapshot = open_hub(settings)

        assert marks(snapshot)["llm"] == "llm first"
        assert all(seen.authorized for seen in hub.requests)
        assert [seen.authorized for seen in storage.requests] == [False, False]


@pytest.mark.parametrize(
    ("fault", "said"), [*AWAY, ("gated", "gated"), ("no-entry", "there is no such file (HTTP 404)")]
)
def test_raw_file_that_cannot_be_had_says_why(
    hub: LoopbackHub, settings: HubSettings, tmp_path: Path, fault: Fault, said: str
) -> None:
    """A raw file fails alone and in time, with its path and the reason, and names no path of the server."""
    raw = open_hub(settings).raw
    hub.fail(fault, on="results.json")

    began = time.monotonic()
    with pytest.raises(RawDataUnavailable) as caught:
        raw.read(RESULTS)

    assert time.monotonic() - began < settings.timeout_seconds + 0.5
    line = str(caught.value)
    assert said in line
    assert RESULTS in line
    assert "\n" not in line
    assert str(tmp_path) not in line
    assert CANARY not in line + repr(raw)


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "/etc/passwd", "a\\..\\b", "a\0b", "a/../b", "./a", "a//b", "a/", "", "."]
)
def test_path_out_of_the_dataset_is_refused_unasked(hub: LoopbackHub, settings: HubSettings, path: str) -> None:
    """A path that names nothing below the root is refused without asking the Hub for it."""
    raw = open_hub(settings).raw
    hub.requests.clear()

    with pytest.raises(RawDataUnavailable, match="not a path inside the dataset"):
        raw.read(path)
    assert hub.requests == []


@pytest.mark.parametrize("revision", ["../main", "a..b", "/main", "main/", "a b", "-f", "a\nb"])
def test_name_that_no_revision_has_is_refused_unasked(hub: LoopbackHub, settings: HubSettings, revision: str) -> None:
    """A revision becomes a path in the cache, so that what git allows in no name is refused."""
    assert "this is not the name of a revision" in refusal(replace(settings, revision=revision))
    assert hub.requests == []


@pytest.mark.parametrize("repo", ["a b/c", "a/b/c", "../b", "a/b\nc"])
def test_name_that_no_dataset_has_is_refused_unasked(hub: LoopbackHub, settings: HubSettings, repo: str) -> None:
    """A repository becomes a path in the cache too; the client knows its names."""
    with pytest.raises(HubError, match="this is not the name of a dataset; a name is owner/name") as caught:
        open_hub(replace(settings, repo=repo))
    assert "\n" not in str(caught.value)
    assert hub.requests == []


@pytest.mark.parametrize("token", [f"{CANARY}\u2026", f"{CANARY} {CANARY}", f"Bearer\n{CANARY}"])
def test_token_that_is_none_is_refused_unseen(hub: LoopbackHub, settings: HubSettings, token: str) -> None:
    """A token with a blank, a line break or a curly quote cannot be sent, and is not shown."""
    assert "the token holds characters that no token has" in refusal(replace(settings, token=token))
    assert hub.requests == []


def test_settings_do_not_show_the_token(settings: HubSettings) -> None:
    """Settings may be logged."""
    assert CANARY not in repr(settings)


def test_cache_that_cannot_be_written_is_one_line(settings: HubSettings, tmp_path: Path) -> None:
    """Where the download cannot be kept, the line names the disk's reason and the directory."""
    (tmp_path / "file").write_text("not a directory")

    line = refusal(replace(settings, cache_dir=tmp_path / "file" / "cache"))

    assert "the download cannot be kept on this disk: Not a directory" in line
    assert str(tmp_path / "file" / "cache") in line


# What a program does that knows the Hub from its environment alone; `limit` stands in for a disk that is full.
PROGRAM = """
import resource, sys
from errors import GraphError
from tables.hub import HubSettings, open_hub, token_found
limit = int(sys.argv[1])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    snapshot = open_hub(HubSettings(timeout_seconds=3))
    print(token_found(), snapshot.revision, snapshot.stale_because)
    print(len(snapshot.raw.read(sys.argv[2])))
except GraphError as error:
    print(error, file=sys.stderr)
    raise SystemExit(2) from None
"""


def run_program(hub: LoopbackHub, home: Path, *, limit: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program with the Hub in its environment; the token must not be in what it says or keeps."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(home),
        "HF_TOKEN": CANARY,
        **variables,
    }
    command = [sys.executable, "-c", PROGRAM, str(limit), RESULTS]
    done = subprocess.run(  # noqa: S603 - our own program
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert CANARY not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not [path for path in home.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    return done


def test_environment_names_the_hub_and_the_token(hub: LoopbackHub, tmp_path: Path) -> None:
    """HF_ENDPOINT, HF_HOME and HF_TOKEN are honoured, nothing but the answer is said, and nothing else is asked."""
    done = run_program(hub, tmp_path / "home")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == f"True {COMMIT} None"
    assert {seen.authorized for seen in hub.requests} == {True}
    assert all(re.search(r"/revision/main$|/resolve/a{40}/", path) for path in hub.paths())
    assert (tmp_path / "home" / "hub").is_dir()


@pytest.mark.parametrize(("fault", "said"), [("gated", "gated"), ("unavailable", "HTTP 503"), ("cut", "broke off")])
def test_program_ends_with_one_line_and_code_2(hub: LoopbackHub, tmp_path: Path, fault: Fault, said: str) -> None:
    """A program that reports the error as it is prints one line: the library's own warnings and bars are silent."""
    hub.fail(fault, on="resolve")

    done = run_program(hub, tmp_path / "home")

    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_full_disk_is_one_line_or_the_cached_commit(hub: LoopbackHub, tmp_path: Path) -> None:
    """A download that does not fit is an error that names the disk; with an older commit in the cache, that serves."""
    full = run_program(hub, tmp_path / "home", limit=100)
    assert full.returncode == 2
    assert len(full.stderr.splitlines()) == 1
    assert "the download cannot be kept on this disk: File too large" in full.stderr

    run_program(hub, tmp_path / "home")
    hub.publish(write_dataset(tmp_path / "next", mark="next"), commit=NEXT_COMMIT)
    stale = run_program(hub, tmp_path / "home", limit=100)
    assert stale.stdout.splitlines()[0].startswith(f"True {COMMIT} the download cannot be kept")


def test_offline_mode_serves_the_cached_commit(hub: LoopbackHub, tmp_path: Path) -> None:
    """HF_HUB_OFFLINE is honoured: nobody is asked, and the line says whose wish that is."""
    run_program(hub, tmp_path / "home")
    hub.requests.clear()

    offline = run_program(hub, tmp_path / "home", HF_HUB_OFFLINE="1")

    assert "is not asked, because HF_HUB_OFFLINE is set; the cached revision" in offline.stdout
    assert hub.requests == []


def test_debugging_the_client_does_not_show_the_token(hub: LoopbackHub, tmp_path: Path) -> None:
    """With every message of the library switched on, the token is in none."""
    assert hub.url in run_program(hub, tmp_path / "home", HF_DEBUG="1").stderr


def test_token_is_found_where_huggingface_hub_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """`auto` asks for the Hub exactly when its client would send a token."""
    monkeypatch.setenv("HF_TOKEN", CANARY)
    assert token_found()
