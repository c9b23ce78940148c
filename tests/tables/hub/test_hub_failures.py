"""Failures of the Hub, the network and the disk: one line within the timeout, or the cached commit."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from errors import HubError, RawDataUnavailable
from tables.hub import HubSettings, open_hub
from tests.loopback_dataset import CANARY, COMMIT, NEXT_COMMIT, RESULTS, write_dataset
from tests.tables.hub.openings import marks, opening_error

if TYPE_CHECKING:
    from tests.loopback_hub import Fault, LoopbackHub

REFUSALS: list[tuple[Fault, str, str]] = [
    ("gated", "resolve", "request access with that account at https://huggingface.co/datasets/ml-energy/benchmark-v3"),
    ("gated", "api", "HTTP 403"),
    ("unauthorized", "", "the Hub does not accept the token (HTTP 401); set HF_TOKEN to a valid token"),
    ("no-repo", "", "there is no such dataset, or it is private or gated (HTTP 404); check the name"),
    ("no-revision", "", "there is no such revision (HTTP 404); use a branch, a tag or a commit"),
    ("no-entry", "runs/", f"file runs/llm.parquet: dataset ml-energy/benchmark-v3 at {NEXT_COMMIT[:4]}"),
]

UNAVAILABLE: list[tuple[Fault, str]] = [
    ("unavailable", "answered HTTP 503"),
    ("throttled", "answered HTTP 429 with Retry-After: 3600 s"),
    ("hang", "timed out after 1 s"),
    ("drip", "timed out after 1 s"),
    ("cut", "closed the connection before the response was complete"),
    ("no-hub", "is not that of a Hugging Face Hub"),
]


@pytest.mark.parametrize(("fault", "part_of_path", "message"), REFUSALS)
def test_refusal_is_an_error_although_an_older_commit_is_cached(
    hub: LoopbackHub, settings: HubSettings, tmp_path: Path, fault: Fault, part_of_path: str, message: str
) -> None:
    """The message states the remedy."""
    open_hub(settings)
    hub.publish(write_dataset(tmp_path / "next", mark="next"), commit=NEXT_COMMIT)
    hub.fail(fault, on=part_of_path)

    assert message in opening_error(settings)


def test_gated_dataset_without_a_token_names_the_page_and_the_variable(
    hub: LoopbackHub, settings: HubSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a token the advice is to request access and then to set HF_TOKEN."""
    monkeypatch.setattr("tables.hub.repository.get_token", lambda: None)
    monkeypatch.setattr("huggingface_hub.utils._headers.get_token", lambda: None)
    hub.fail("gated", on="resolve")

    message = opening_error(replace(settings, token=None))

    assert "request access at https://huggingface.co/datasets/ml-energy/benchmark-v3, then set HF_TOKEN" in message
    assert not any(received.authorized for received in hub.requests)


@pytest.mark.parametrize(("fault", "message"), UNAVAILABLE)
def test_unavailable_hub_is_an_error_within_the_timeout(
    hub: LoopbackHub, settings: HubSettings, fault: Fault, message: str
) -> None:
    """With an empty cache, the error states the reason."""
    hub.fail(fault)

    assert message in opening_error(settings)


@pytest.mark.parametrize(("fault", "message"), UNAVAILABLE)
def test_unavailable_hub_leaves_the_cached_commit_served(
    hub: LoopbackHub, settings: HubSettings, tmp_path: Path, fault: Fault, message: str
) -> None:
    """A new commit whose second table cannot be downloaded does not replace the last complete one."""
    open_hub(settings)
    hub.publish(write_dataset(tmp_path / "next", mark="next"), commit=NEXT_COMMIT)
    hub.fail(fault, on="diffusion")

    snapshot = open_hub(settings)

    assert (snapshot.revision, marks(snapshot)["diffusion"]) == (COMMIT, "diffusion first")
    assert snapshot.stale_because is not None
    assert message in snapshot.stale_because
    assert f"the cached revision {COMMIT} of main is served" in snapshot.stale_because
    assert "\n" not in snapshot.stale_because

    hub.heal()
    assert open_hub(settings).revision == NEXT_COMMIT


def test_hub_that_is_down_leaves_the_cached_commit_served(hub: LoopbackHub, settings: HubSettings) -> None:
    """A refused connection leads to the cache at once."""
    open_hub(settings)
    hub.close()

    snapshot = open_hub(settings)

    assert snapshot.revision == COMMIT
    assert "cannot be reached" in (snapshot.stale_because or "")


@pytest.mark.parametrize("fault", ["hang", "drip", "throttled", "cut"])
def test_threads_end_after_the_deadline(hub: LoopbackHub, settings: HubSettings, fault: Fault) -> None:
    """The thread of an abandoned call ends by itself and sends no further requests."""
    hub.fail(fault, on="resolve")
    opening_error(settings)

    for thread in threading.enumerate():
        if thread.name == "hub":
            thread.join(2 * settings.timeout_seconds)
            assert not thread.is_alive()


def test_lock_of_another_process_counts_towards_the_timeout(hub: LoopbackHub, settings: HubSettings) -> None:
    """A file lock that another worker holds in the cache is not awaited longer; the library has no limit."""
    digest = hashlib.sha256((hub.commits[COMMIT] / "runs" / "llm.parquet").read_bytes()).hexdigest()
    locks = (settings.cache_dir or Path()) / ".locks" / "datasets--ml-energy--benchmark-v3"
    locks.mkdir(parents=True)

    with FileLock(locks / f"{digest}.lock"):
        assert "timed out after 1 s" in opening_error(settings)

    assert open_hub(settings).revision == COMMIT


def test_lost_connection_is_resumed_within_the_timeout(hub: LoopbackHub, settings: HubSettings) -> None:
    """With time left, the library requests the rest."""
    hub.fail("cut", on="llm.parquet", method="GET", times=1)

    snapshot = open_hub(replace(settings, timeout_seconds=10))

    assert marks(snapshot)["llm"] == "llm first"


@pytest.mark.parametrize(
    ("fault", "message"), [*UNAVAILABLE, ("gated", "gated"), ("no-entry", "there is no such file (HTTP 404)")]
)
def test_unavailable_raw_file_is_an_error_with_its_reason(
    hub: LoopbackHub, settings: HubSettings, tmp_path: Path, fault: Fault, message: str
) -> None:
    """The error is raised in time, names the file, and contains no local path."""
    raw = open_hub(settings).raw
    hub.fail(fault, on="results.json")

    began = time.monotonic()
    with pytest.raises(RawDataUnavailable) as caught:
        raw.read(RESULTS)

    assert time.monotonic() - began < settings.timeout_seconds + 0.5
    line = str(caught.value)
    assert message in line
    assert RESULTS in line
    assert "\n" not in line
    assert str(tmp_path) not in line
    assert CANARY not in line + repr(raw)


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "/etc/passwd", "a\\..\\b", "a\0b", "a/../b", "./a", "a//b", "a/", "", "."]
)
def test_path_outside_the_dataset_is_refused_without_a_request(
    hub: LoopbackHub, settings: HubSettings, path: str
) -> None:
    """A path that does not name a file below the root is not sent to the Hub."""
    raw = open_hub(settings).raw
    hub.requests.clear()

    with pytest.raises(RawDataUnavailable, match="not a path inside the dataset"):
        raw.read(path)
    assert hub.requests == []


@pytest.mark.parametrize("revision", ["../main", "a..b", "/main", "main/", "a b", "-f", "a\nb"])
def test_invalid_revision_name_is_refused_without_a_request(
    hub: LoopbackHub, settings: HubSettings, revision: str
) -> None:
    """A revision becomes a path in the cache, so only names that git allows are accepted."""
    assert "this is not a valid revision name" in opening_error(replace(settings, revision=revision))
    assert hub.requests == []


@pytest.mark.parametrize("repo", ["a b/c", "a/b/c", "../b", "a/b\nc"])
def test_invalid_dataset_name_is_refused_without_a_request(hub: LoopbackHub, settings: HubSettings, repo: str) -> None:
    """A repository becomes a path in the cache too; the library validates it."""
    with pytest.raises(HubError, match="this is not a valid dataset name; use the form OWNER/NAME") as caught:
        open_hub(replace(settings, repo=repo))
    assert "\n" not in str(caught.value)
    assert hub.requests == []


@pytest.mark.parametrize("token", [f"{CANARY}\u2026", f"{CANARY} {CANARY}", f"Bearer\n{CANARY}"])
def test_invalid_token_is_refused_without_being_shown(hub: LoopbackHub, settings: HubSettings, token: str) -> None:
    """A token with a space, a line break or a curly quote cannot be sent."""
    assert "the token contains invalid characters" in opening_error(replace(settings, token=token))
    assert hub.requests == []


def test_settings_do_not_show_the_token(settings: HubSettings) -> None:
    """Settings may be logged."""
    assert CANARY not in repr(settings)


def test_cache_that_cannot_be_written_is_an_error(settings: HubSettings, tmp_path: Path) -> None:
    """The message states the reason of the disk and the directory."""
    (tmp_path / "file").write_text("not a directory")

    message = opening_error(replace(settings, cache_dir=tmp_path / "file" / "cache"))

    assert "the download cannot be written: Not a directory" in message
    assert str(tmp_path / "file" / "cache") in message
