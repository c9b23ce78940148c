"""Opening the Hub: one commit for tables and raw files, each file downloaded once, the cache as a fallback."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import hf_hub_download

from errors import HubError, RawDataUnavailable
from tables.hub import HubSettings, open_hub
from tables.hub.client import configure
from tables.run_kinds import RUN_KINDS
from tests.loopback_dataset import COMMIT, NEXT_COMMIT, RESULTS, write_dataset
from tests.loopback_hub import LoopbackHub
from tests.tables.hub.openings import marks, opening_error

OTHER: dict[str, str] = {"llm": "diffusion", "diffusion": "llm"}


def test_revision_is_resolved_once_and_everything_read_at_its_commit(hub: LoopbackHub, settings: HubSettings) -> None:
    """One request resolves the branch; the requests for tables and raw files name the commit."""
    snapshot = open_hub(settings)
    hub.publish(hub.commits[COMMIT].parent, commit=NEXT_COMMIT)
    raw = snapshot.raw.read(RESULTS)

    assert (snapshot.repo, snapshot.revision, snapshot.stale_because) == (settings.repo, COMMIT, None)
    assert marks(snapshot) == {"llm": "llm first", "diffusion": "diffusion first"}
    assert raw == (hub.commits[COMMIT] / RESULTS).read_bytes()
    assert [path for path in hub.paths() if "main" in path] == [f"/api/datasets/{settings.repo}/revision/main"]
    assert all(COMMIT in path for path in hub.paths()[1:])
    assert all(received.authorized for received in hub.requests)


def test_second_opening_downloads_nothing(hub: LoopbackHub, settings: HubSettings) -> None:
    """With the commit in the cache, the only request resolves the branch."""
    open_hub(settings)
    hub.requests.clear()

    assert open_hub(settings).revision == COMMIT
    assert hub.paths() == [f"/api/datasets/{settings.repo}/revision/main"]


def test_cached_commit_is_opened_without_a_request(hub: LoopbackHub, settings: HubSettings) -> None:
    """A revision that is a commit does not change, so there is no request, and nothing is stale."""
    open_hub(settings)
    hub.requests.clear()

    assert open_hub(replace(settings, revision=COMMIT)).stale_because is None
    assert hub.requests == []


def test_raw_file_is_downloaded_once(hub: LoopbackHub, settings: HubSettings) -> None:
    """A raw file that was read before comes from the cache, also when the Hub is down."""
    raw = open_hub(settings).raw
    first = raw.read(RESULTS)
    hub.close()

    assert raw.read(RESULTS) == first


def test_raw_file_over_the_size_limit_is_not_downloaded(hub: LoopbackHub, settings: HubSettings) -> None:
    """The size comes from the Hub without a download, and from a cached copy without a request."""
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
    """An open snapshot keeps its files when the branch moves."""
    old = open_hub(settings)
    hub.publish(write_dataset(tmp_path / "next", mark="next"), commit=NEXT_COMMIT)
    new = open_hub(settings)

    assert (new.revision, marks(new)["llm"]) == (NEXT_COMMIT, "llm next")
    assert marks(old)["llm"] == "llm first"


def test_cache_of_another_revision_is_not_served(hub: LoopbackHub, settings: HubSettings) -> None:
    """Cached tables of main are not those of another branch or commit."""
    open_hub(settings)
    hub.close()

    assert "at v1.0: the Hub" in opening_error(replace(settings, revision="v1.0"))
    assert "cannot be reached" in opening_error(replace(settings, revision=NEXT_COMMIT))


def test_incomplete_download_is_never_served(hub: LoopbackHub, settings: HubSettings) -> None:
    """After a lost connection the cache has no part of the table; the next opening downloads the whole table."""
    hub.fail("cut", on="llm.parquet", method="GET")
    opening_error(settings)
    cache = settings.cache_dir or Path()
    assert [path.name for path in cache.rglob("*.parquet")] == []
    assert [path for path in cache.rglob("blobs/*") if path.stat().st_size] == []
    hub.heal()

    source = hub.commits[COMMIT] / "runs" / "llm.parquet"
    assert open_hub(settings).tables["llm"].read_bytes() == source.read_bytes()


def test_storage_on_another_host_does_not_receive_the_token(hub: LoopbackHub, settings: HubSettings) -> None:
    """A large file that the Hub redirects to another host is requested without the token."""
    with LoopbackHub(hub.commits[COMMIT], commit=COMMIT) as storage:
        hub.storage = storage.url
        snapshot = open_hub(settings)

        assert marks(snapshot)["llm"] == "llm first"
        assert all(received.authorized for received in hub.requests)
        assert [received.authorized for received in storage.requests] == [False, False]


@pytest.mark.parametrize("kind", RUN_KINDS)
def test_a_repository_may_lack_a_table(hub: LoopbackHub, settings: HubSettings, kind: str) -> None:
    """It opens with the other one; from the cache too while the Hub is down, as `stale_because` states."""
    (hub.commits[COMMIT] / "runs" / f"{kind}.parquet").unlink()
    snapshot = open_hub(settings)
    assert (list(snapshot.tables), snapshot.stale_because) == ([OTHER[kind]], None)
    hub.close()
    cached = open_hub(settings)
    assert cached.tables == snapshot.tables
    assert f"of main is served, with runs/{OTHER[kind]}.parquet only" in (cached.stale_because or "")


def test_a_repository_without_any_table_is_refused(hub: LoopbackHub, settings: HubSettings) -> None:
    """The error names the first table."""
    for kind in RUN_KINDS:
        (hub.commits[COMMIT] / "runs" / f"{kind}.parquet").unlink()
    with pytest.raises(HubError, match=r"file runs/llm\.parquet: .* there is no such file \(HTTP 404\)"):
        open_hub(settings)


@pytest.mark.parametrize("kind", RUN_KINDS)
@pytest.mark.parametrize("revision", [None, COMMIT])
def test_a_cache_with_one_table_is_served_while_the_hub_is_down(
    hub: LoopbackHub, settings: HubSettings, kind: str, revision: str | None
) -> None:
    """The toolkit's `from_hf` downloads one table only; it is served, and `stale_because` names it."""
    configure()
    hf_hub_download(
        settings.repo,
        f"runs/{kind}.parquet",
        repo_type="dataset",
        cache_dir=settings.cache_dir,
        endpoint=hub.url,
        revision=revision,
    )
    hub.close()
    snapshot = open_hub(replace(settings, revision=revision))
    assert (list(snapshot.tables), snapshot.revision) == ([kind], COMMIT)
    assert f"is served, with runs/{kind}.parquet only" in (snapshot.stale_because or "")


@pytest.mark.parametrize("revision", [None, COMMIT])
def test_a_failed_first_download_is_an_error(hub: LoopbackHub, settings: HubSettings, revision: str | None) -> None:
    """If the second table cannot be downloaded, the first alone is not served as a cached commit."""
    hub.fail("unavailable", on="runs/diffusion.parquet")
    with pytest.raises(HubError, match="HTTP 503"):
        open_hub(replace(settings, revision=revision))
    hub.heal()
    assert list(open_hub(replace(settings, revision=revision)).tables) == list(RUN_KINDS)
