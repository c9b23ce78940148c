"""Context of one request: the dataset, its readers, the limits and the warnings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from defaults import DEFAULT_PAGE, MAX_ANSWER_MIB, MAX_COST, MAX_FITS, MAX_PAGE, MAX_RAW_FILES, MAX_REPRESENTATIONS
from errors import QueryTooComplex
from resolvers.answer_warnings import AnswerWarnings
from tables.later import Later

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from resolvers.views.fitter import LogisticFitter
    from tables.dataset import Dataset
    from tables.order import OrderCache
    from timelines.reader import RawReader

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one request.

    Args:
        default_page: Rows of a page without `first` and `last`.
        max_page: Maximum rows of a page.
        max_raw_files: Maximum number of raw files to open.
        max_representations: Maximum number of distinct entities that a gateway may refer to.
        max_fits: Maximum number of logistic fits to compute; cached fits do not count.
        max_cost: Maximum estimated cost; it also bounds the cells of the answer (`CELLS_PER_UNIT`).
        max_answer_bytes: Maximum length of `data`, as JSON.
    """

    default_page: int = DEFAULT_PAGE
    max_page: int = MAX_PAGE
    max_raw_files: int = MAX_RAW_FILES
    max_representations: int = MAX_REPRESENTATIONS
    max_fits: int = MAX_FITS
    max_cost: int = MAX_COST
    max_answer_bytes: int = MAX_ANSWER_MIB * 2**20


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """The context of one request.

    Args:
        dataset: The snapshot of the data, the same for the whole request.
        orders: Cached orders of its tables.
        raw: Reads its raw files.
        fitter: Computes logistic fits.
        limits: Limits of the request.
        warnings: Notes for the client about a request that succeeds.
    """

    dataset: Dataset
    orders: OrderCache
    raw: RawReader
    fitter: LogisticFitter
    limits: Limits = field(default_factory=Limits)
    warnings: AnswerWarnings = field(default_factory=AnswerWarnings)
    _raw_files: set[str] = field(default_factory=set)
    _fits: set[Hashable] = field(default_factory=set)
    _memo: dict[Hashable, Any] = field(default_factory=dict)

    @property
    def repeatable(self) -> bool:
        """Whether the answer depends on the snapshot alone: none of its raw files can be replaced."""
        return not self._raw_files or self.raw.immutable(self._raw_files)

    def extensions(self) -> dict[str, Any]:
        """Return the `extensions` of the answer, empty without warnings."""
        return {"warnings": self.warnings.entries()} if self.warnings.added else {}

    def memoize(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return the value of a key, never None; it is computed once per request."""
        value: Value | None = self._memo.get(key)
        if value is None:
            value = self._memo[key] = compute()
        return value

    def outcome(self, key: Hashable, read: Callable[[], object]) -> object:
        """Return the result of `read`, or the exception that it raised; a `Later` of these if `read` returns a `Later`.

        A field that fails may be executed again, row by row: that execution gets the same outcome without reading.
        """
        if key not in self._memo:
            try:
                found = read()
            except Exception as error:  # noqa: BLE001 - the caller reports it at its row
                found = error
            if isinstance(found, Later):
                return Later(lambda: self._awaited(key, found))
            self._memo[key] = found
        return self._memo[key]

    async def _awaited(self, key: Hashable, found: Later[object]) -> object:
        if key not in self._memo:
            try:
                self._memo[key] = await found
            except Exception as error:  # noqa: BLE001 - as above
                self._memo[key] = error
        return self._memo[key]

    def open_raw_files(self, paths: Iterable[str]) -> None:
        """Count raw files against the limit, each path once per request.

        Raises:
            QueryTooComplex: The request exceeds the limit and is refused as a whole.
        """
        self._raw_files.update(paths)
        count, limit = len(self._raw_files), self.limits.max_raw_files
        if count > limit:
            raise QueryTooComplex(
                f"This request asks for {count} raw files; one request may open at most {limit} "
                "(MLENERGY_MAX_RAW_FILES). Request fewer runs at a time.",
                limit="max_raw_files",
                requested=count,
                allowed=limit,
            )

    def count_fits(self, curves: Iterable[Hashable]) -> None:
        """Count logistic fits against the limit, each curve once per request.

        Raises:
            QueryTooComplex: The request exceeds the limit and is refused as a whole.
        """
        self._fits.update(curves)
        count, limit = len(self._fits), self.limits.max_fits
        if count > limit:
            raise QueryTooComplex(
                f"This request asks for {count} new logistic fits; one request may make at most {limit} "
                "(MLENERGY_MAX_FITS). Request fewer at a time with a filter; cached fits do not count.",
                limit="max_fits",
                requested=count,
                allowed=limit,
            )
