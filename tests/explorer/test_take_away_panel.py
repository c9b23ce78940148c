"""The panel "Take it away": keyboard, copying, programs, citation, and servers with a root field."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.browser import DIST, PHONE
from tests.explorer.taken_away import Pages, answer_of, lists_in, opened_panel, rows_on_screen, show
from tests.server_process import running_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser import Visit, Visits

_AXE = DIST.parent / "node_modules" / "axe-core" / "axe.min.js"
_SERIOUS = """async () => (await axe.run('dialog')).violations
  .filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => id + nodes[0].html)"""
_SECONDS = 120


def copied(visit: Visit, name: str) -> str:
    """Press a button that copies; return the text in the clipboard."""
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=visit.base)
    visit.page.evaluate("navigator.clipboard.writeText('')")
    visit.page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()
    visit.page.get_by_role("status").filter(has_text="Copied: ").wait_for()
    text: str = visit.page.evaluate("navigator.clipboard.readText()")
    return text


def test_the_panel_is_a_dialog(open_view: Visits, explorer: str) -> None:
    """With a name; Escape closes it, and the focus returns to the button."""
    visit = open_view(explorer)
    button = visit.page.get_by_role("button", name="Take it away")
    button.focus()
    visit.page.keyboard.press("Enter")
    dialog = visit.page.get_by_role("dialog", name="Take it away")
    dialog.wait_for()
    assert dialog.evaluate("dialog => dialog.matches(':modal') && dialog.contains(document.activeElement)")
    visit.page.locator(".take-away-verdict").wait_for()
    visit.page.evaluate(_AXE.read_text(encoding="utf-8"))
    assert visit.page.evaluate(_SERIOUS) == []

    visit.page.keyboard.press("Escape")

    dialog.wait_for(state="detached")
    assert button.evaluate("button => button === document.activeElement")
    assert visit.complaints == []


def test_the_panel_fills_a_phone(open_view: Visits, explorer: str) -> None:
    """Without horizontal scrolling, and with targets of at least 44 px."""
    visit = open_view(explorer, size=PHONE)
    opened_panel(visit)
    dialog = visit.page.get_by_role("dialog")
    box = dialog.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, *PHONE)
    assert dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    heights = dialog.locator("button, a, summary").evaluate_all("all => all.map((each) => each.offsetHeight)")
    assert len(heights) > 8
    assert min(heights) >= 44


def test_a_copied_link_states_everything(open_view: Visits, explorer: str) -> None:
    """Every default and the revision; it opens the same state."""
    visit = open_view(explorer)
    headline = visit.headline
    ids = [row.ids for row in rows_on_screen(visit.page)]
    opened_panel(visit)
    link = copied(visit, "Copy link")

    given = parse_qs(urlsplit(link).query)
    assert {"task", "deadline", "latency", "energy", "stability", "frontier", "revision"} <= given.keys()
    visit.open(link.removeprefix(explorer))
    assert visit.headline == headline
    assert [row.ids for row in rows_on_screen(visit.page)] == ids


def test_without_a_clipboard_the_text_is_selected(open_view: Visits, explorer: str) -> None:
    """As on pages without HTTPS: the status line says why."""
    visit = open_view(explorer)
    visit.page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    visit.open("/?task=gpqa")
    opened_panel(visit)
    visit.page.get_by_role("button", name="Copy BibTeX").click()
    visit.page.get_by_role("status").filter(has_text="Not copied: browsers allow this on HTTPS pages").wait_for()
    selected = visit.page.evaluate("document.activeElement.value.slice(0, document.activeElement.selectionEnd)")
    assert "@misc{mlenergy-graph-gpqa-" in selected


def test_the_citation_names_revision_digest_and_address(open_view: Visits, explorer: str) -> None:
    """After the entry of the benchmark; on the sample it says that the numbers are made up."""
    visit = open_view(explorer)
    panel = opened_panel(visit)
    response = httpx.post(f"{explorer}/graphql", json={"query": "{ dataset { revision citation } }"})
    dataset = response.json()["data"]["dataset"]
    digest = next(iter(answer_of(explorer, panel).values()))["digest"]
    text = copied(visit, "Copy BibTeX")

    assert text.startswith(dataset["citation"].strip())
    entries = re.findall(r"^@misc\{([\w.:-]+),\n((?:  \w+ = \{.*\},?\n)+)\}$", text, re.MULTILINE)
    assert len(entries) == 2
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},?$", entries[1][1], re.MULTILINE))
    assert fields["note"].startswith("Sample data: every number here is made up, none is a measurement.")
    assert dataset["revision"] in fields["note"].replace("\\_", "_")
    assert digest in fields["note"]
    assert fields["url"] == copied(visit, "Copy link")
    assert text.count("{") == text.count("}")


@pytest.fixture(scope="module")
def show_view(browser: Browser) -> Iterator[Pages]:
    """Shows a state of a view of a server."""
    pages = Pages(browser)
    yield pages
    pages.close()


@pytest.mark.parametrize("language", ["curl", "Python", "TypeScript", "pandas", "Polars"])
def test_a_copied_program_runs_as_it_is(show_view: Pages, explorer: str, tmp_path: Path, language: str) -> None:
    """It prints the best run of the screen."""
    visit = show_view(explorer, "/?task=gpqa")
    first, *_ = rows_on_screen(visit.page)
    opened_panel(visit)
    program = tmp_path / {"curl": "program.sh", "TypeScript": "program.mjs"}.get(language, "program.py")
    text = copied(visit, language)
    # Node 20 runs no TypeScript; tests/web/test_copy_as.py compiles the types that are removed here.
    program.write_text(text.replace(" as { data?: unknown; errors?: unknown[] }", ""), encoding="utf-8")
    command = {"curl": "sh", "TypeScript": shutil.which("node") or "node"}.get(language, sys.executable)

    done = subprocess.run(  # noqa: S603 - the copied program
        [command, program.name], cwd=tmp_path, capture_output=True, text=True, timeout=_SECONDS, check=False
    )

    assert done.returncode == 0, done.stderr
    assert first.ids[0] in done.stdout or first.ids[0][:6] in done.stdout


def test_with_a_root_field_the_query_is_nested(open_view: Visits) -> None:
    """It runs as it is shown, in files too."""
    with running_server("--source", "sample", "--root-field", "benchmark") as base:
        visit = open_view(base)
        show(visit, "/?task=gpqa&deadline=none")
        ids = [row.ids[0] for row in rows_on_screen(visit.page)]
        panel = opened_panel(visit)
        assert panel.agrees, panel.verdict
        data: dict[str, Any] = answer_of(base, panel)
        assert [row["id"] for row in lists_in(data["benchmark"])[0]] == ids
        href = visit.page.get_by_role("link", name="CSV").get_attribute("href") or ""
        lines = httpx.get(href).text.splitlines()
        assert len(lines) == 1 + len(ids)
        assert "\n  benchmark {\n" in panel.query
