"""The command line apart from its settings: version, help and exit codes."""

from __future__ import annotations

import tomllib

import pytest

from commands.command_line import command_line
from tests.server_process import ROOT, run_server

COMMANDS = [each.name or each.callback.__name__ for each in command_line.registered_commands if each.callback]


def test_version_is_the_projects() -> None:
    """`--version` prints the name and the version in pyproject.toml, which is the only place that states them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    done = run_server("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{project['name']} {project['version']}\n", "")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_short_help_option_is_the_long_one(command: str) -> None:
    """`-h` and `--help` print the same on every command."""
    short, long = (run_server(*filter(None, [command]), option) for option in ("-h", "--help"))
    assert (short.returncode, short.stdout) == (0, long.stdout)
    assert short.stdout.startswith(f"Usage: server.py {command}".rstrip())
    assert "-h, --help" in short.stdout


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_missing_timeline_store_ends_serve_in_one_line(workers: str) -> None:
    """Workers that cannot start are not restarted."""
    done = run_server("serve", "--source", "sample", "--port", "0", "--workers", workers, "--timeline-store", "absent")
    assert done.returncode == 2
    assert "error: timeline store 'absent'" in done.stderr
    assert "Traceback" not in done.stderr
