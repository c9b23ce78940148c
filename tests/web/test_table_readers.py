"""The libraries of notebooks read the same numbers from every format as from JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from benchmarks.workloads import WORKLOADS
from tests.server_process import running_server
from tests.web.table_readers import READERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FIELDS = " ".join(next(workload for workload in WORKLOADS if workload.name == "all").fields)
QUERY = f"""{{
  llmRuns(first: 2000, stability: ANY, orderBy: [{{field: ENERGY_PER_TOKEN_JOULES}}]) {{ nodes {{ {_FIELDS} }} }}
}}"""


@pytest.fixture(scope="module", params=["sample", "real"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server over the sample, and one over the published figures."""
    source = "sample" if request.param == "sample" else str(request.getfixturevalue("real_figures"))
    with running_server("--source", source) as url:
        yield f"{url}/graphql"


@pytest.fixture(scope="module")
def rows(address: str) -> list[dict[str, Any]]:
    """The rows of the JSON answer."""
    answer = httpx.post(address, json={"query": QUERY}, timeout=30).json()
    nodes: list[dict[str, Any]] = answer["data"]["llmRuns"]["nodes"]
    assert len(nodes) > 200
    return nodes


@pytest.mark.parametrize(("name", "library"), READERS)
def test_every_library_reads_the_numbers_of_the_json_answer(
    address: str, rows: list[dict[str, Any]], tmp_path: Path, name: str, library: str
) -> None:
    """Rows, order and values are equal; floats to the bit, since `==` on floats other than 0 compares bits."""
    path = tmp_path / f"table.{name}"
    path.write_bytes(httpx.post(f"{address}?format={name}", json={"query": QUERY}, timeout=30).content)
    columns = READERS[name, library](path)
    for field in rows[0]:
        expected = [row[field] for row in rows]
        found = columns[field]
        if name == "csv":  # most libraries read an empty text as null, although it is quoted and a null is not
            expected, found = ([value if value != "" else None for value in each] for each in (expected, found))
        assert [_plain(value) for value in found] == [_plain(value) for value in expected], field


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell
    """Return a cell as text formats represent it: numbers as floats, and the text of a number as a number."""
    if isinstance(value, str):
        return float(value) if value.replace(".", "", 1).isdigit() else value
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
