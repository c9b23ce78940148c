"""A repository or a cache that has one of the two run tables, and variables that stop the Hub's client."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from huggingface_hub import hf_hub_download

from errors import HubError
from tables.hub import HubSettings, open_hub
from tables.hub.client import prepare
from tables.run_kinds import RUN_KINDS
from tests.loopback_hub import LoopbackHub, write_dataset
from tests.server_process import run_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


COMMIT = "a" * 40
PASSWORD = "secretSECRETsecret"  # noqa: S105 - looked for in what is said
OTHER: dict[str, str] = {"llm": "diffusion", "diffusion": "llm"}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LoopbackHub]:
    """A Hub that serves a small dataset."""
    with LoopbackHub(write_dataset(tmp_path / "dataset"), commit=COMMIT) as hub:
        yield hub


@pytest.fixture
def settings(hub: LoopbackHub, tmp_path: Path) -> HubSettings:
    """Settings for that Hub, with an empty cache."""
    return HubSettings(token="hf_any", cache_dir=tmp_path / "cache", timeout_seconds=5, endpoint=hub.url)  # noqa: S106


@pytest.mark.parametrize("kind", RUN_KINDS)
def test_a_repository_may_lack_a_table(hub: LoopbackHub, settings: HubSettings, kind: str) -> None:
    """It opens with the other one, from the cache too when the Hub is away, which is then said."""
    (hub.commits[COMMIT] / "runs" / f"{kind}.parquet").unlink()
    snapshot = open_hub(settings)
    assert (list(snapshot.tables), snapshot.stale_because) == ([OTHER[kind]], None)
    hub.close()
    cached = open_hub(settings)
    assert cached.tables == snapshot.tables
    assert f"of main serves, of which only runs/{OTHER[kind]}.parquet is in the cache" in (cached.stale_because or "")


def test_a_repository_without_any_table_is_refused(hub: LoopbackHub, settings: HubSettings) -> None:
    """Whatever the cache has of another commit."""
    for kind in RUN_KINDS:
        (hub.commits[COMMIT] / "runs" / f"{kind}.parquet").unlink()
    with pytest.raises(HubError, match=r"file runs/llm\.parquet: .* there is no such file \(HTTP 404\)"):
        open_hub(settings)


@pytest.mark.parametrize("kind", RUN_KINDS)
@pytest.mark.parametrize("revision", [None, COMMIT])
def test_a_cache_with_one_table_serves_while_the_hub_is_away(
    hub: LoopbackHub, settings: HubSettings, kind: str, revision: str | None
) -> None:
    """The toolkit's `from_hf` downloads one table alone; it serves, and `stale_because` says what is missing."""
    prepare()
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
    assert f"only runs/{kind}.parquet is in the cache" in (snapshot.stale_because or "")


@pytest.mark.parametrize("revision", [None, COMMIT])
def test_half_a_download_is_not_what_the_cache_had(
    hub: LoopbackHub, settings: HubSettings, revision: str | None
) -> None:
    """A first start whose second table cannot be had is an error, not half of the dataset."""
    hub.fail("unavailable", on="runs/diffusion.parquet")
    with pytest.raises(HubError, match="HTTP 503"):
        open_hub(replace(settings, revision=revision))
    hub.heal()
    assert list(open_hub(replace(settings, revision=revision)).tables) == list(RUN_KINDS)


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"ALL_PROXY": f"socks5://user:{PASSWORD}@127.0.0.1:1"}, "name a SOCKS proxy, .*; pip install socksio"),
        ({"HTTPS_PROXY": f"ftp://user:{PASSWORD}@127.0.0.1:1"}, "the address of a proxy is not a web address"),
        ({"http_proxy": f"http://user:{PASSWORD}@127.0.0.1:port"}, "the address of a proxy is not a web address"),
        ({"HTTP_PROXY": "http://[::1"}, "the address of a proxy is not a web address"),
        ({"SSL_CERT_FILE": "/nowhere/ca.pem"}, "certificates .* No such file .*; check SSL_CERT_FILE"),
        ({"SSL_CERT_FILE": __file__}, "certificates .*; check SSL_CERT_FILE"),
        ({"SSLKEYLOGFILE": "/nowhere/keys"}, "key log .* No such file .* and SSLKEYLOGFILE"),
        ({"HF_ENDPOINT": "nonsense"}, "the address of the Hub is not a web address; set HF_ENDPOINT"),
        ({"HF_ENDPOINT": f"https://user:{PASSWORD}@127.0.0.1:port"}, "cannot read one of its variables: HF_ENDPOINT"),
        ({"HF_HUB_DOWNLOAD_TIMEOUT": "soon"}, "cannot read one of its variables: .*HF_HUB_DOWNLOAD_TIMEOUT"),
        ({"HF_HUB_OFFLINE": "1"}, "is not asked, because HF_HUB_OFFLINE is set; unset HF_HUB_OFFLINE"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
@pytest.mark.parametrize("command", ["serve", "fetch"])
def test_a_variable_that_stops_the_client_is_one_line(
    tmp_path: Path, command: str, variables: dict[str, str], reason: str
) -> None:
    """With code 2, the variable's name and no value that may hold a password; waiting helps with none of them."""
    own = ("--port", "0") if command == "serve" else (str(tmp_path / "directory"),)
    environment = {"HF_HOME": str(tmp_path / "home"), "HF_TOKEN": "hf_any", "HF_ENDPOINT": "http://127.0.0.1:9"}
    done = run_server(command, "--source", "hub", *own, environment=environment | {"NO_PROXY": ""} | variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("error: ")
    assert re.search(reason, done.stderr), done.stderr
    assert PASSWORD not in done.stderr
    assert "try again" not in done.stderr
