"""Downloads of the rows and of the chart on screen."""

from __future__ import annotations

import base64
import csv
import io
import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.explorer.taken_away import answer_of, lists_in, opened_panel, rows_on_screen, runs_of, show

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser import Visit, Visits

SVG = "{http://www.w3.org/2000/svg}"
SAMPLE_NOTICE = "Sample data: every number here is made up, none is a measurement."
# Share of pixels that differ from the first one, and the number of colours.
_LOOK = """async (base64) => {
  const image = new Image();
  image.src = `data:image/png;base64,${base64}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
  return { drawn: pixels.filter((pixel) => pixel !== pixels[0]).length / pixels.length, colors: new Set(pixels).size };
}"""


def downloaded(page: Page, name: str, *, role: Any = "link") -> tuple[str, bytes]:  # noqa: ANN401 - a literal of Playwright
    """Click a download; return the name and the content of the file."""
    with page.expect_download() as caught:
        page.get_by_role(role, name=name, exact=True).click()
    return caught.value.suggested_filename, Path(caught.value.path()).read_bytes()


def rows_of_files(visit: Visit) -> dict[str, list[dict[str, Any]]]:
    """Download the rows in each format; return the rows as the format has them."""
    names, files = zip(*(downloaded(visit.page, name) for name in ("CSV", "Parquet", "Arrow")), strict=True)
    stems = {Path(name).stem for name in names}
    assert len(stems) == 1
    assert [Path(name).suffix for name in names] == [".csv", ".parquet", ".arrow"]
    return {
        "csv": list(csv.DictReader(io.StringIO(files[0].decode()))),
        "parquet": pq.read_table(io.BytesIO(files[1])).to_pylist(),
        "arrow": pa.ipc.open_stream(files[2]).read_all().to_pylist(),
    }


@pytest.mark.parametrize(
    "address",
    [
        "/?task=gpqa&deadline=none&latency=p90&gpu_model=B200",
        "/?task=text-to-video&deadline=none",
        "/runs?task=gpqa&sort=-energy_per_token_joules&gpu_model=H100",
    ],
)
def test_files_have_the_rows_on_screen(open_view: Visits, explorer: str, address: str) -> None:
    """In their order, and with all digits."""
    visit = open_view(explorer)
    show(visit, address)
    ids = [row.ids[0] for row in rows_on_screen(visit.page)]
    panel = opened_panel(visit)
    nodes = next(rows for rows in lists_in(answer_of(explorer, panel)) if "id" in rows[0])

    files = rows_of_files(visit)

    assert ids
    assert [row["id"] for row in files["csv"]] == [row["id"] for row in nodes] == ids
    assert files["parquet"] == files["arrow"] == nodes
    for row, node in zip(files["csv"], nodes, strict=True):
        assert row.keys() == node.keys()
        for field, value in node.items():
            same = float(row[field]) == value if isinstance(value, float) else row[field].lower() == str(value).lower()
            assert same or (value is None and row[field] == ""), (field, value, row)


def test_the_pages_of_a_table_are_one_file(open_view: Visits, published: str) -> None:
    """The query is that of the page on screen; the files have all pages, which the panel says."""
    visit = open_view(published)
    show(visit, "/runs?task=gpqa&page=2")
    shown = [row.ids[0] for row in rows_on_screen(visit.page)]
    opened_panel(visit)
    _, content = downloaded(visit.page, "CSV")

    ids = [row["id"] for row in csv.DictReader(io.StringIO(content.decode()))]
    total = sum(run["task"] == "gpqa" and run["isStable"] for run in runs_of(published))
    assert len(set(ids)) == len(ids) == total
    assert ids[100 : 100 + len(shown)] == shown
    visit.page.get_by_text(f"The files have the rows of all pages: {total}.").wait_for()


CHARTS = {
    "/": "/?task=gpqa&frontier=model",
    "/gpus": "/gpus?task=gpqa",
    "/sweep": "/sweep?task=gpqa",
    "diffusion": "/?task=text-to-image",
}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("view", CHARTS)
def test_the_chart_is_a_file_of_its_own(open_view: Visits, explorer: str, view: str, *, dark: bool) -> None:
    """Well-formed, in the light theme, with title, source, revision and the notice of made-up numbers."""
    visit = open_view(explorer, dark=dark)
    show(visit, CHARTS[view])
    headline = visit.headline
    opened_panel(visit)
    name, svg = downloaded(visit.page, "SVG", role="button")
    png_name, png = downloaded(visit.page, "PNG", role="button")

    root = ET.fromstring(svg)  # noqa: S314 - our own page
    text = svg.decode()
    texts = " ".join("".join(element.itertext()) for element in root.iter(f"{SVG}text"))
    revision = httpx.get(f"{explorer}/graphql", params={"query": "{ gpus { model } }"}).headers["x-dataset-revision"]
    assert root.tag == f"{SVG}svg"
    assert root.findtext(f"{SVG}title") == headline
    for expected in (headline, f"revision {revision[:12]}", SAMPLE_NOTICE):
        assert expected in texts
    assert f"revision={revision}" in texts.replace(" ", "")
    assert not [wrong for wrong in ("var(", "light-dark", "<style", "class=", "<a ", "foreignObject") if wrong in text]
    assert root.find(f"{SVG}rect").get("fill") == "rgb(255, 255, 255)"  # type: ignore[union-attr]
    assert "font-family" in root.attrib
    assert Path(name).stem == Path(png_name).stem

    width, height = struct.unpack(">II", png[16:24])
    assert (width, height) == (2 * int(root.attrib["width"]), 2 * int(root.attrib["height"]))
    look = visit.page.evaluate(_LOOK, base64.b64encode(png).decode())
    assert look["drawn"] > 0.01
    assert look["colors"] > 20
    assert visit.complaints == []


def test_a_link_to_the_editor_holds_the_query(open_view: Visits, explorer: str) -> None:
    """With its variables, both as the panel shows them."""
    visit = open_view(explorer)
    panel = opened_panel(visit)
    href = visit.page.get_by_role("link", name="Open in GraphiQL").get_attribute("href") or ""
    given = parse_qs(urlsplit(href).query)
    assert urlsplit(href).path == "./graphql"
    assert given["query"][0].strip() == panel.query.strip()
    assert json.loads(given["variables"][0]) == panel.variables
