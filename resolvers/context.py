"""Context of one request: a snapshot of the data, the limits, the warnings, and how to write the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from defaults import DEFAULT_PAGE, MAX_FITS, MAX_PAGE, MAX_RAW_FILES, MAX_REPRESENTATIONS
from errors import QueryTooComplex
from resolvers.answer_warnings import AnswerWarnings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable, Iterable

    from resolvers.views.fitter import LogisticFitter
    from tables.dataset import Dataset
    from tables.order import OrderCache
    from timelines.reader import RawReader

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one request may ask for.

    Args:
        default_page: Rows of a page that says neither `first` nor `last`.
        max_page: Rows of a page at most.
        max_raw_files: Raw files that one request may open.
        max_representations: Distinct entities that a gateway may refer to in one request.
        max_fits: Logistic fits that one request may have made, those that are remembered aside.
    """

    default_page: int = DEFAULT_PAGE
    max_page: int = MAX_PAGE
    max_raw_files: int = MAX_RAW_FILES
    max_representations: int = MAX_REPRESENTATIONS
    max_fits: int = MAX_FITS


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """The context of one request.

    Args:
        dataset: The snapshot that the whole request sees.
        orders: Orders of its tables.
        raw: Reads the raw files behind it.
        fitter: Makes logistic fits.
        limits: What the request may ask for.
        writer: Writes answers; caches texts of the same snapshot.
        warnings: What the client should know of its request although it is answered.
    """

    dataset: Dataset
    orders: OrderCache
    raw: RawReader
    fitter: LogisticFitter
    limits: Limits = field(default_factory=Limits)
    writer: Any = None
    warnings: AnswerWarnings = field(default_factory=AnswerWarnings)
    _raw_files: set[str] = field(default_factory=set)
    _fits: set[Hashable] = field(default_factory=set)
    _found: dict[Hashable, Any] = field(default_factory=dict)

    @property
    def repeatable(self) -> bool:
        """Whether the answer depends on the snapshot alone: raw files in a directory can be replaced."""
        return not self._raw_files

    def extensions(self) -> dict[str, Any]:
        """Return what the answer has in `extensions`; empty where it has none."""
        return {"warnings": self.warnings.entries()} if self.warnings.added else {}

    def once(self, what: Hashable, find: Callable[[], Found]) -> Found:
        """Return what `find` finds, never None, which the request's other fields need too; it is found once."""
        found: Found | None = self._found.get(what)
        if found is None:
            found = self._found[what] = find()
        return found

    async def outcome(self, what: Hashable, read: Callable[[], Awaitable[object]]) -> object:
        """Return what `read` returned, or the exception that it raised, the first time in this request.

        A field that fails may be executed again, row by row: the second execution finds the same, and reads nothing.
        """
        if what not in self._found:
            try:
                self._found[what] = await read()
            except Exception as error:  # noqa: BLE001 - the caller's row has it
                self._found[what] = error
        return self._found[what]

    def open_raw_files(self, paths: Iterable[str]) -> None:
        """Count raw files against the request's cap, each once however often it is asked for.

        Raises:
            QueryTooComplex: The request asks for more than it may; it is refused whole.
        """
        self._raw_files.update(paths)
        asked, cap = len(self._raw_files), self.limits.max_raw_files
        if asked > cap:
            raise QueryTooComplex(
                f"This request asks for {asked} raw files; one request may open at most {cap} "
                f"(MLENERGY_MAX_RAW_FILES). Ask for fewer runs at a time.",
                limit="max_raw_files",
                asked=asked,
                allowed=cap,
            )

    def count_fits(self, curves: Iterable[Hashable]) -> None:
        """Count fits that are to be made against the request's cap, each curve once.

        Raises:
            QueryTooComplex: The request asks for more than it may; it is refused whole.
        """
        self._fits.update(curves)
        asked, cap = len(self._fits), self.limits.max_fits
        if asked > cap:
            raise QueryTooComplex(
                f"This request asks for {asked} new logistic fits; one request may make at most {cap} "
                "(MLENERGY_MAX_FITS). Ask in parts, by a filter: what was fitted before does not count.",
                limit="max_fits",
                asked=asked,
                allowed=cap,
            )
