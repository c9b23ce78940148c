"""Warnings about a successful request, collected for `extensions.warnings`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from errors import clipped, shown
from tables.vocabulary import nearest_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tables.vocabulary import Vocabulary

MAX_WARNINGS = 20


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """A value that does not occur in the dataset.

    Args:
        argument: The argument with the value, such as `gpuModel.in` or `modelId`.
        value: The value.
        known: The values that occur.
    """

    argument: str
    value: str
    known: Vocabulary

    def entry(self) -> dict[str, Any]:
        """Return the entry of `extensions.warnings`."""
        near = self.known.nearest(self.value)
        return {
            "message": f"{self.argument}: {shown(self.value)} is not in this dataset and matches nothing"
            f"{nearest_text(near)}.",
            "code": "UNKNOWN_VALUE",
            "argument": self.argument,
            "value": clipped(self.value),
            "suggestions": near,
        }


@dataclass(frozen=True, slots=True)
class OtherRunsValue:
    """A value that occurs only in runs of the other kind.

    Args:
        argument: The argument with the value, such as `task.eq`.
        value: The value.
        runs: The root field of the runs with the value.
    """

    argument: str
    value: Any
    runs: str

    def entry(self) -> dict[str, Any]:
        """Return the entry of `extensions.warnings`."""
        return {
            "message": f"{self.argument}: {shown(self.value)} matches none of these runs; it occurs in {self.runs}.",
            "code": "VALUE_OF_OTHER_RUNS",
            "argument": self.argument,
            "value": clipped(self.value) if isinstance(self.value, str) else self.value,
            "suggestions": [],
            "occursIn": self.runs,
        }


@dataclass(frozen=True, slots=True)
class NameOfPrecision:
    """A precision that is searched in names, although rows without it in their name have it.

    Args:
        argument: The argument with the text, such as `nickname.contains`.
        value: The text.
        precision: The precision.
        unnamed: Number of rows with the precision that do not have the text in their name.
    """

    argument: str
    value: str
    precision: str
    unnamed: int

    def entry(self) -> dict[str, Any]:
        """Return the entry of `extensions.warnings`."""
        return {
            "message": f"{self.argument}: {shown(self.value)} selects by name, which leaves out {self.unnamed} others "
            f"with weightPrecision {self.precision!r}; to select by precision, use weightPrecision.eq.",
            "code": "NAME_OF_PRECISION",
            "argument": self.argument,
            "value": clipped(self.value),
            "suggestions": [self.precision],
            "count": self.unnamed,
        }


@dataclass(frozen=True, slots=True)
class AchievedBatchSize:
    """A comparison of the achieved batch size with a configured one.

    Args:
        argument: The argument with the value, such as `avgBatchSize.gte`.
        value: The value, which is a configured batch size.
        less: Number of runs of this configured batch size that achieved less.
    """

    argument: str
    value: float
    less: int

    def entry(self) -> dict[str, Any]:
        """Return the entry of `extensions.warnings`."""
        return {
            "message": f"{self.argument}: {self.value:g} is compared with the achieved batch size; {self.less} runs "
            f"with maxNumSeqs {self.value:g} achieved less. To select by the configured batch size, use maxNumSeqs.",
            "code": "ACHIEVED_BATCH_SIZE",
            "argument": self.argument,
            "value": self.value,
            "suggestions": [],
            "count": self.less,
        }


AnswerWarning = UnknownValue | OtherRunsValue | NameOfPrecision | AchievedBatchSize


class AnswerWarnings:
    """The distinct warnings of one request: at most 20, and one that counts the rest.

    Attributes:
        added: The number of calls that added a warning, repeats included; it changes whenever a resolver warns.
    """

    __slots__ = ("_entries", "_left_out", "added")

    def __init__(self) -> None:
        self.added = 0
        self._entries: dict[AnswerWarning, dict[str, Any]] = {}
        self._left_out: set[AnswerWarning] = set()

    def add(self, warnings: Iterable[AnswerWarning]) -> None:
        """Add warnings; similar values are searched only for the warnings that will be in the answer."""
        for warning in warnings:
            self.added += 1
            if warning in self._entries:
                continue
            if len(self._entries) < MAX_WARNINGS:
                self._entries[warning] = warning.entry()
            else:
                self._left_out.add(warning)

    def entries(self) -> list[dict[str, Any]]:
        """Return the entries of `extensions.warnings`."""
        entries = list(self._entries.values())
        if self._left_out:
            count = len(self._left_out)
            entries.append({"message": f"{count} more warnings are omitted.", "code": "LEFT_OUT", "count": count})
        return entries
