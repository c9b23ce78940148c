"""The version of the project: one number wherever it stands, with a section of the changelog."""

from __future__ import annotations

import json
import re
from datetime import date

import httpx

from tests.server_process import ROOT
from web.release import project_version

CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
RELEASE = re.compile(r"\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d\d-\d\d)")


def headings(level: int) -> list[str]:
    """Return the headings of the changelog of one level."""
    return re.findall(rf"^{'#' * level} (.*)$", CHANGELOG, re.MULTILINE)


def test_the_version_is_the_last_one_of_the_changelog() -> None:
    """It has a dated section of its own, below the unreleased one."""
    unreleased, released, *_ = headings(2)

    assert unreleased == "[Unreleased]"
    assert released.startswith(f"[{project_version(ROOT)}] - ")


def test_releases_are_in_descending_order() -> None:
    """Each section names a semantic version and an ISO date, and is newer than the one below in both."""
    matches = [RELEASE.fullmatch(heading) for heading in headings(2)[1:]]
    releases = [(tuple(map(int, each.groups()[:3])), date.fromisoformat(each[4])) for each in matches if each]

    assert all(matches)
    assert releases == sorted(releases, reverse=True)
    assert len({version for version, _ in releases}) == len(releases)


def test_the_changelog_has_the_kinds_of_keep_a_changelog() -> None:
    """`compare-schema` reads Changed, Deprecated and Removed."""
    assert set(headings(3)) <= KINDS


def test_the_pages_have_the_version_of_the_project() -> None:
    """In the package file and in its lock."""
    package, lock = (json.loads((ROOT / "ui" / f"{name}.json").read_text()) for name in ("package", "package-lock"))

    assert package["version"] == lock["version"] == lock["packages"][""]["version"] == project_version(ROOT)


def test_a_running_server_states_its_version(live_server: str) -> None:
    """At `/livez`, where a rollout is watched."""
    assert httpx.get(f"{live_server}/livez").json()["version"] == project_version(ROOT)
