"""Queries as tables over HTTP: formats, negotiation, metadata, flattening, caching, limits and errors."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from execution.strawberry_internals import core_schema
from schema.build import build_schema
from tests.legitimate_queries import legitimate_requests
from tests.web.table_answers import ARROW, get, table

if TYPE_CHECKING:
    import httpx

    from tests.legitimate_queries import Legitimate

LEGITIMATE = list(legitimate_requests(core_schema(build_schema())))
REFUSALS = ("a table is the one list", "several types", "lists of different lengths")
RUNS = "{ llmRuns(first: 3) { nodes { id energyPerTokenJoules model { modelId totalParamsBillions } } } }"


def rows_of(data: Any) -> list[Any]:  # noqa: ANN401 - JSON
    """Return the list of a JSON answer with one: the objects, or an object per position of parallel lists."""
    while not isinstance(data, list):
        if data is None:
            return []
        lists = {name: value for name, value in data.items() if isinstance(value, list)}
        if lists and all(not value or not isinstance(value[0], dict) for value in lists.values()):
            return [dict(zip(lists, cells, strict=True)) for cells in zip(*lists.values(), strict=True)]
        [data] = lists.values() if lists else [each for each in data.values() if each is None or isinstance(each, dict)]
    return list(data)


@pytest.mark.parametrize("legitimate", LEGITIMATE, ids=lambda each: each.name)
def test_a_query_means_the_same_as_a_table(client: httpx.Client, legitimate: Legitimate) -> None:
    """Each documented query that selects one list has the rows of its JSON answer, in order, as Arrow and NDJSON."""
    body = {"query": legitimate.query, "variables": legitimate.variables}
    answer = client.post("/graphql", json=body).json()
    arrow = client.post("/graphql?format=arrow", json=body)
    lines = client.post("/graphql?format=ndjson", json=body)
    assert arrow.status_code == lines.status_code
    if arrow.status_code != 200:
        refusal = arrow.json()["errors"][0]["message"]
        assert "errors" in answer or any(reason in refusal for reason in REFUSALS), refusal
        return
    expected = rows_of(answer["data"])
    assert table(arrow).to_pylist() == expected
    assert [json.loads(line) for line in lines.text.splitlines()] == expected


def test_most_documented_queries_have_a_table(client: httpx.Client) -> None:
    """The test above compares rows in most cases."""
    queries = LEGITIMATE
    bodies = [{"query": each.query, "variables": each.variables} for each in queries]
    statuses = [client.post("/graphql?format=arrow", json=body).status_code for body in bodies]
    assert statuses.count(200) > len(queries) / 2


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html,application/xhtml+xml,*/*;q=0.8"])
def test_format_precedes_accept(client: httpx.Client, accept: str) -> None:
    """`?format=` decides, by GET and by POST, in a browser too."""
    by_get = client.get("/graphql", params={"query": RUNS, "format": "csv"}, headers={"Accept": accept})
    by_post = client.post("/graphql?format=csv", json={"query": RUNS}, headers={"Accept": accept})
    assert by_get.text == by_post.text
    assert by_get.text.splitlines()[0] == '"id","energyPerTokenJoules","model.modelId","model.totalParamsBillions"'
    assert by_get.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert by_get.headers["content-disposition"] == 'attachment; filename="llmRuns.csv"'
    json_answer = client.get("/graphql", params={"query": RUNS, "format": "json"}, headers={"Accept": "text/csv"})
    assert len(json_answer.json()["data"]["llmRuns"]["nodes"]) == 3


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/csv", "text/csv"),
        ("text/csv, */*;q=0.1", "text/csv"),
        ("application/json;q=0.5, application/x-ndjson", "application/x-ndjson"),
        ("application/json, text/csv;q=0.5", "application/json"),
        ("application/vnd.apache.parquet;q=0.8, application/vnd.apache.arrow.stream", ARROW),
        ("text/csv;q=0, */*", "application/json"),
    ],
)
def test_accept_selects_the_format(client: httpx.Client, accept: str, content_type: str) -> None:
    """The media type of the greatest weight is used; a range stands for JSON."""
    response = client.get("/graphql", params={"query": RUNS}, headers={"Accept": accept})
    assert response.headers["content-type"].split(";")[0] == content_type
    assert "Accept" in response.headers["vary"]


def test_metadata_states_units_and_provenance(client: httpx.Client) -> None:
    """Fields have units; the schema has dataset, revision, query, variables, digest and citation."""
    fields = "energyPerTokenJoules model { totalParamsBillions }"
    query = f"query Rows($n: Int) {{ llmRuns(first: $n) {{ digest nodes {{ {fields} }} }} }}"
    variables = '{"n":2}'
    response = get(client, query, variables=variables, format="arrow")
    schema = table(response).schema
    assert schema.field("energyPerTokenJoules").metadata == {b"unit": b"J/token"}
    assert schema.field("model").type["totalParamsBillions"].metadata == {b"unit": "10⁹ parameters".encode()}
    connection = get(client, query, variables=variables).json()["data"]["llmRuns"]
    dataset = get(client, "{ dataset { name revision citation } }").json()["data"]["dataset"]
    assert {name.decode(): value.decode() for name, value in schema.metadata.items()} == {
        "dataset": dataset["name"],
        "revision": dataset["revision"],
        "citation": dataset["citation"],
        "query": query,
        "variables": variables,
        "digest": connection["digest"],
    }
    assert response.headers["content-disposition"] == 'attachment; filename="Rows.arrow"'
    parquet = get(client, query, variables=variables, format="parquet")
    written = pq.read_schema(io.BytesIO(parquet.content))
    assert written.metadata == schema.metadata
    assert written.field("energyPerTokenJoules").metadata[b"unit"] == b"J/token"


def test_headers_state_revision_and_total_count(client: httpx.Client) -> None:
    """The total count is that of the selection, not of the page; of a view, it is the number of its rows."""
    total = get(client, "{ llmRuns { totalCount } }").json()["data"]["llmRuns"]["totalCount"]
    response = get(client, RUNS, format="csv")
    assert response.headers["x-total-count"] == str(total)
    assert response.headers["x-dataset-revision"] == get(client, RUNS).headers["x-dataset-revision"]
    groups = get(client, "{ llmRuns { groups(by: [GPU_MODEL]) { count } } }", format="csv")
    assert groups.headers["x-total-count"] == str(len(groups.text.splitlines()) - 1)


def test_a_page_without_size_has_100_rows(client: httpx.Client) -> None:
    """The query means what it means as JSON; `first` may exceed the greatest page."""
    assert table(get(client, "{ llmRuns { nodes { id } } }", format="arrow")).num_rows == 100
    assert "errors" in get(client, "{ llmRuns(first: 2001) { nodes { id } } }").json()
    assert table(get(client, "{ llmRuns(first: 1000000) { nodes { id } } }", format="arrow")).num_rows > 200


def test_nulls_have_the_type_of_their_column(client: httpx.Client) -> None:
    """The schema depends on the query alone: of no rows, of rows with nulls only, of an unknown run."""
    fields = "id seed isStable energyPerTokenJoules model { nickname gpus { model } } timeline { value }"
    empty = table(get(client, f"{{ llmRuns(first: 0) {{ nodes {{ {fields} }} }} }}", format="arrow"))
    some = table(get(client, f"{{ llmRuns(first: 2) {{ nodes {{ {fields} }} }} }}", format="arrow"))
    assert empty.num_rows == 0
    assert empty.schema.remove_metadata() == some.schema.remove_metadata()
    unknown = table(get(client, '{ llmRun(id: "none") { timeline { relativeTimeS value } } }', format="arrow"))
    assert unknown.schema.types == [pa.float64(), pa.float64()]
    assert unknown.num_rows == 0


def test_tables_are_cached_like_json(client: httpx.Client) -> None:
    """A GET has an entity tag of its own per format and `explode`; a match is 304 without a body."""
    tags = set()
    for form in ("json", "arrow", "parquet", "csv", "ndjson"):
        response = get(client, RUNS, format=form)
        assert response.headers["cache-control"] == "public, max-age=60"
        tag = response.headers["etag"]
        again = client.get("/graphql", params={"query": RUNS, "format": form}, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        any_tag = client.get("/graphql", params={"query": RUNS, "format": form}, headers={"If-None-Match": "*"})
        assert any_tag.status_code == 304
        tags.add(tag)
    assert len(tags) == 5
    assert "etag" not in client.post("/graphql?format=csv", json={"query": RUNS}).headers


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_texts_and_arrow_are_compressed(client: httpx.Client, encoding: str) -> None:
    """The client's encoding is used for all formats but Parquet, which is compressed in itself."""
    query = "{ llmRuns { nodes { id task modelId energyPerTokenJoules } } }"
    for form in ("arrow", "csv", "ndjson", "parquet"):
        plain = client.get("/graphql", params={"query": query, "format": form}, headers={"Accept-Encoding": "identity"})
        packed = client.get("/graphql", params={"query": query, "format": form}, headers={"Accept-Encoding": encoding})
        assert packed.content == plain.content
        assert packed.headers.get("content-encoding") == (None if form == "parquet" else encoding)


@pytest.mark.parametrize(
    ("query", "parameters", "message"),
    [
        ("{ models { nodes { modelId } } gpus { model } }", {}, "selects 2 root fields (models, gpus)"),
        ("{ llmRuns { nodes { id } edges { cursor } } }", {}, "several lists (llmRuns.nodes, llmRuns.edges)"),
        ("{ dataset { name } }", {}, "no list below dataset"),
        ("{ __typename }", {}, "__typename has no list of objects"),
        ("{ __schema { types { name } } }", {}, "__schema has no list of objects"),
        ("{ llmRuns { nodes { id @skip(if: true) } } }", {}, "No field below nodes is selected"),
        ("{ models { nodes { modelId gpus { model } } } }", {"format": "csv"}, "gpus is a list, which CSV"),
        ("{ llmRuns { nodes { id } } }", {"format": "csv", "explode": "gpus"}, "explode is 'gpus'; allowed: nothing"),
        ("{ llmRuns { nodes { id } } }", {"format": "arrow", "explode": "x"}, "allowed only with csv"),
        ("{ llmRuns { nodes { id } } }", {"format": "xlsx"}, "format is 'xlsx'; allowed: arrow, parquet, csv, ndjson"),
        ("{ llmRuns(first: 1000001) { nodes { id } } }", {}, "first: 1000001 is out of range; allowed: 0 to 1000000"),
        ("{ llmRuns { nodes { nothing } } }", {}, "Cannot query field 'nothing'"),
        ("{ llmRuns {", {}, "Syntax Error"),
        ("query($n: Int!) { llmRuns(first: $n) { nodes { id } } }", {"variables": '{"n":"x"}'}, "Int cannot represent"),
        ('{ llmRuns(after: "x") { nodes { id } } }', {}, "after"),
    ],
)
@pytest.mark.parametrize("form", ["arrow", "csv"])
def test_an_error_is_json_with_a_code_and_a_4xx_status(
    client: httpx.Client, form: str, query: str, parameters: dict[str, str], message: str
) -> None:
    """A library fails instead of reading the error as a table."""
    response = get(client, query, **{"format": form, **parameters})
    assert 400 <= response.status_code < 500
    assert response.headers["content-type"].startswith("application/json")
    error = response.json()["errors"][0]
    assert message in error["message"]
    assert error["extensions"]["code"]


def test_a_failing_field_fails_the_table(client: httpx.Client) -> None:
    """A table has no place for an error beside its data, so it is never partial."""
    query = "{ llmRuns(first: 2) { nodes { id timeline(maxPoints: -1) { value } } } }"
    response = get(client, query, format="ndjson")
    assert response.status_code == 400
    assert "maxPoints" in response.json()["errors"][0]["message"]


def test_the_cost_is_limited_and_reported(client: httpx.Client) -> None:
    """A request above the limit is refused; the report is a header."""
    below = "llmRuns { nodes { model { "
    expensive = f"{{ models {{ nodes {{ {3 * below} modelId {3 * '} } } '} }} }} }}"
    refused = get(client, expensive, format="csv")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    cost = get(client, RUNS, cost="validate").json()["extensions"]["cost"]
    assert get(client, RUNS, format="csv", cost="report").headers["graphql-cost"] == str(cost)
    assert get(client, RUNS, format="csv", cost="validate").json() == {"data": None, "extensions": {"cost": cost}}


def test_a_revision_and_a_persisted_document_work(client: httpx.Client) -> None:
    """Tables can be pinned and requested by hash, as JSON."""
    revision = get(client, RUNS).headers["x-dataset-revision"]
    pinned = get(client, RUNS, format="csv", revision=revision)
    assert "immutable" in pinned.headers["cache-control"]
    assert get(client, RUNS, format="csv", revision="0" * 40).status_code == 412
    missing = client.get(
        "/graphql",
        params={"format": "csv", "extensions": json.dumps({"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}})},
    )
    assert missing.status_code == 400
    assert missing.json()["errors"][0]["message"] == "PersistedQueryNotFound"


def test_warnings_are_a_header(client: httpx.Client) -> None:
    """A value that occurs nowhere is reported, as in `extensions.warnings`."""
    query = '{ llmRuns(where: {modelId: {in: ["nobody/none"]}}) { nodes { id } } }'
    warning = get(client, query).json()["extensions"]["warnings"][0]["message"]
    response = get(client, query, format="arrow")
    assert response.headers["x-warnings"] == warning
    assert json.loads(table(response).schema.metadata[b"warnings"])[0]["message"] == warning
