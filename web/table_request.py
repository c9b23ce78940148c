"""Tables that a request asks for: `?format=` and `?explode=`, or a media type in `Accept`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from errors import RequestRefused, shown
from web.negotiation import GRAPHQL_RESPONSE, JSON, accepted_weights, negotiated_type
from writers.table_formats import TABLE_FORMATS

if TYPE_CHECKING:
    from writers.table_formats import TableFormat

_JSON_NAME = "json"
_MAX_PARAMETERS = 100


@dataclass(frozen=True, slots=True)
class TableRequest:
    """A requested table.

    Args:
        form: Its format.
        explode: Name of a list, of which each item becomes a row of a CSV file; None for none.
    """

    form: TableFormat
    explode: str | None = None

    @property
    def key(self) -> str:
        """The text that distinguishes tables with the same rows, for entity tags."""
        return f"{self.form.name} {self.explode or ''}"


def requested_table(accept: str, query_string: bytes) -> tuple[str, TableRequest | None]:
    """Return the media type of a response, or of an error in its place, and the requested table; None for JSON.

    The parameter `format` precedes `Accept`.

    Raises:
        RequestRefused: `Accept` allows no media type of ours, or a parameter has a value that is not allowed.
    """
    name, explode = _parameters(query_string)
    form = _accepted(accept) if name is None else TABLE_FORMATS.get(name)
    if name not in {None, _JSON_NAME} and form is None:
        allowed = ", ".join((*TABLE_FORMATS, _JSON_NAME))
        raise RequestRefused(400, f"format is {shown(name)}; allowed: {allowed}.")
    if explode is not None and (form is None or not form.is_flat):
        used = "json" if form is None else form.name
        raise RequestRefused(400, f"explode is {shown(explode)} with the format {used}; allowed only with csv.")
    if form is not None:
        return JSON, TableRequest(form, explode)
    return negotiated_type(accept) if name is None else JSON, None


def _parameters(query_string: bytes) -> tuple[str | None, str | None]:
    # Not for each request: most have neither, and a document can be long.
    if b"format=" not in query_string and b"explode=" not in query_string:
        return None, None
    try:
        given = parse_qs(query_string.decode("latin-1"), keep_blank_values=True, max_num_fields=_MAX_PARAMETERS)
    except ValueError:
        return None, None  # refused with the other parameters
    name, explode = (given.get(parameter, [None])[-1] for parameter in ("format", "explode"))
    return name, explode


def _accepted(accept: str) -> TableFormat | None:
    """Return the format of the greatest weight, if JSON has no greater one; ranges such as `*/*` stand for JSON."""
    if not any(form.media_type in accept for form in TABLE_FORMATS.values()):
        return None
    given = accepted_weights(accept)
    form = max(TABLE_FORMATS.values(), key=lambda each: given.get(each.media_type, 0.0))
    json = max(given.get(name, 0.0) for name in (JSON, GRAPHQL_RESPONSE))
    weight = given.get(form.media_type, 0.0)
    return form if weight > 0 and weight >= json else None
