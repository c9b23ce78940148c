"""A process that finds the Hub through its environment variables, and variables that are not valid."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tables.hub import token_found
from tests.loopback_dataset import CANARY, COMMIT, NEXT_COMMIT, REPO, RESULTS, write_dataset
from tests.server_process import ROOT, run_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.loopback_hub import Fault, LoopbackHub

PASSWORD = "secretSECRETsecret"  # noqa: S105 - no output may contain it

# Opens the Hub of the environment and reads a raw file; a file size limit stands in for a full disk.
PROGRAM = """
import resource, sys
from errors import GraphError
from tables.hub import HubSettings, open_hub, token_found
limit = int(sys.argv[1])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    snapshot = open_hub(HubSettings(repo=sys.argv[3], timeout_seconds=3))
    print(token_found(), snapshot.revision, snapshot.stale_because)
    print(len(snapshot.raw.read(sys.argv[2])))
except GraphError as error:
    print(error, file=sys.stderr)
    raise SystemExit(2) from None
"""


def run_program(hub: LoopbackHub, home: Path, *, limit: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program with the Hub in its environment; its output and files must not contain the token."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(home),
        "HF_TOKEN": CANARY,
        **variables,
    }
    command = [sys.executable, "-c", PROGRAM, str(limit), RESULTS, REPO]
    done = subprocess.run(  # noqa: S603 - our own program
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert CANARY not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not [path for path in home.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    return done


def test_environment_names_the_hub_and_the_token(hub: LoopbackHub, tmp_path: Path) -> None:
    """HF_ENDPOINT, HF_HOME and HF_TOKEN apply; there is no other output and no other request."""
    done = run_program(hub, tmp_path / "home")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == f"True {COMMIT} None"
    assert {received.authorized for received in hub.requests} == {True}
    assert all(re.search(r"/revision/main$|/resolve/a{40}/", path) for path in hub.paths())
    assert (tmp_path / "home" / "hub").is_dir()


@pytest.mark.parametrize(
    ("fault", "message"), [("gated", "gated"), ("unavailable", "HTTP 503"), ("cut", "closed the connection")]
)
def test_failure_prints_one_line(hub: LoopbackHub, tmp_path: Path, fault: Fault, message: str) -> None:
    """The library's own warnings and progress bars are off."""
    hub.fail(fault, on="resolve")

    done = run_program(hub, tmp_path / "home")

    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_full_disk_is_an_error_or_leaves_the_cached_commit_served(hub: LoopbackHub, tmp_path: Path) -> None:
    """With an empty cache the error names the disk; with an older commit in the cache, that is served."""
    full = run_program(hub, tmp_path / "home", limit=100)
    assert full.returncode == 2
    assert len(full.stderr.splitlines()) == 1
    assert "the download cannot be written: File too large" in full.stderr

    run_program(hub, tmp_path / "home")
    hub.publish(write_dataset(tmp_path / "next", mark="next"), commit=NEXT_COMMIT)
    stale = run_program(hub, tmp_path / "home", limit=100)
    assert stale.stdout.splitlines()[0].startswith(f"True {COMMIT} the download cannot be written")


def test_offline_mode_serves_the_cached_commit(hub: LoopbackHub, tmp_path: Path) -> None:
    """HF_HUB_OFFLINE applies: there is no request, and the reason names the variable."""
    run_program(hub, tmp_path / "home")
    hub.requests.clear()

    offline = run_program(hub, tmp_path / "home", HF_HUB_OFFLINE="1")

    assert "is not contacted, because HF_HUB_OFFLINE is set; the cached revision" in offline.stdout
    assert hub.requests == []


def test_debug_output_of_the_library_does_not_contain_the_token(hub: LoopbackHub, tmp_path: Path) -> None:
    """HF_DEBUG logs each request."""
    assert hub.url in run_program(hub, tmp_path / "home", HF_DEBUG="1").stderr


def test_token_is_found_where_huggingface_hub_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """`auto` selects the Hub exactly when the library would send a token."""
    monkeypatch.setenv("HF_TOKEN", CANARY)
    assert token_found()


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"ALL_PROXY": f"socks5://user:{PASSWORD}@127.0.0.1:1"}, "name a SOCKS proxy, .*; pip install socksio"),
        ({"HTTPS_PROXY": f"ftp://user:{PASSWORD}@127.0.0.1:1"}, "the address of a proxy is not a URL"),
        ({"http_proxy": f"http://user:{PASSWORD}@127.0.0.1:port"}, "the address of a proxy is not a URL"),
        ({"HTTP_PROXY": "http://[::1"}, "the address of a proxy is not a URL"),
        ({"SSL_CERT_FILE": "/nowhere/ca.pem"}, "certificates .* No such file .*; check SSL_CERT_FILE"),
        ({"SSL_CERT_FILE": __file__}, "certificates .*; check SSL_CERT_FILE"),
        ({"SSLKEYLOGFILE": "/nowhere/keys"}, "key log.* No such file .* and SSLKEYLOGFILE"),
        ({"HF_ENDPOINT": "nonsense"}, "the address of the Hub is not a URL; set HF_ENDPOINT"),
        ({"HF_ENDPOINT": f"https://user:{PASSWORD}@127.0.0.1:port"}, "cannot read one of its variables: HF_ENDPOINT"),
        ({"HF_HUB_DOWNLOAD_TIMEOUT": "soon"}, "cannot read one of its variables: .*HF_HUB_DOWNLOAD_TIMEOUT"),
        ({"HF_HUB_OFFLINE": "1"}, "is not contacted, because HF_HUB_OFFLINE is set; unset HF_HUB_OFFLINE"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
@pytest.mark.parametrize("command", ["serve", "fetch"])
def test_invalid_variable_is_an_error(tmp_path: Path, command: str, variables: dict[str, str], reason: str) -> None:
    """One line and exit code 2; it names the variable, shows no password, and does not advise to retry."""
    own = ("--port", "0") if command == "serve" else (str(tmp_path / "directory"),)
    environment = {"HF_HOME": str(tmp_path / "home"), "HF_TOKEN": "hf_any", "HF_ENDPOINT": "http://127.0.0.1:9"}
    done = run_server(command, "--source", "hub", *own, environment=environment | {"NO_PROXY": ""} | variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("error: ")
    assert re.search(reason, done.stderr), done.stderr
    assert PASSWORD not in done.stderr
    assert "retry" not in done.stderr
