"""Figures of the report: a measured value and its target, as a row of a table and as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

TIMES = "×"
_VERDICTS = {True: "[green]ok[/green]", False: "[red]missed[/red]", None: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row of the report.

    Args:
        name: The measure.
        value: In `unit`; None if it could not be measured.
        unit: Unit of the value and the target.
        digits: Digits after the decimal point in the table.
        target: Bound of the value; None without a target.
        at_least: Whether the target is a lower bound; else an upper bound.
        details: More columns of the table, by heading.
        data: More members of the JSON, such as the rounds behind a median.
    """

    name: str
    value: float | None
    unit: str = ""
    digits: int = 0
    target: float | None = None
    at_least: bool = False
    details: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool | None:
        """Whether the target is reached; None without a target."""
        if self.target is None:
            return None
        if self.value is None:
            return False
        return self.value >= self.target if self.at_least else self.value <= self.target

    def cells(self) -> tuple[str, str, str]:
        """Return the last cells of the row: value, target and verdict."""
        unit = self.unit if self.unit == TIMES else f" {self.unit}".rstrip()
        value = "" if self.value is None else f"{self.value:,.{self.digits}f}{unit}"
        target = "" if self.target is None else f"{'≥' if self.at_least else '≤'} {self.target:,g}{unit}"
        return value, target, "[red]not available[/red]" if self.value is None else _VERDICTS[self.ok]

    def as_json(self) -> dict[str, Any]:
        """Return the figure for the JSON report."""
        figure = {"name": self.name, "value": self.value, "unit": self.unit, "target": self.target, "ok": self.ok}
        return {**figure, **self.details, **self.data}


def ratio(
    name: str,
    numerators: Sequence[float],
    denominators: Sequence[float],
    *,
    target: float | None,
    at_least: bool = False,
    details: Mapping[str, str] | None = None,
    data: Mapping[str, Any] | None = None,
) -> Figure:
    """Return the median of the ratios of rounds measured in turns, and their range.

    The ratio is taken round by round, because the speed of the machine changes over time.
    """
    ratios = [numerator / denominator for numerator, denominator in zip(numerators, denominators, strict=True)]
    digits = 1 if target is not None and target > 2 else 2  # noqa: PLR2004 - a ratio near 1 needs its second digit
    return Figure(
        name=name,
        value=median(ratios),
        unit=TIMES,
        digits=digits,
        target=target,
        at_least=at_least,
        details={**(details or {}), "range of rounds": f"{min(ratios):.{digits}f} to {max(ratios):.{digits}f}"},
        data={"ratios": ratios, **(data or {})},
    )


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the report.

    Args:
        key: Name in the JSON report.
        title: Heading of the table.
        caption: Text below the table: the method in a few words.
        figures: Rows of the table.
        notes: Lines below the table.
    """

    key: str
    title: str
    caption: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()

    def show(self, console: Console) -> None:
        """Print the table and the notes."""
        table = Table(title=self.title, caption=self.caption)
        headings = list(dict.fromkeys(heading for figure in self.figures for heading in figure.details))
        table.add_column("measure")
        for heading in (*headings, "value", "target"):
            table.add_column(heading, justify="right")
        table.add_column("")
        for figure in self.figures:
            table.add_row(figure.name, *(figure.details.get(heading, "") for heading in headings), *figure.cells())
        console.print(table)
        for note in self.notes:
            console.print(note, markup=False, highlight=False, soft_wrap=True)

    def markdown(self) -> str:
        """Return the table and the notes for docs/performance.md."""
        headings = list(dict.fromkeys(heading for figure in self.figures for heading in figure.details))
        rows = [["measure", *headings, "value", "target"], ["---"] * (len(headings) + 3)]
        for figure in self.figures:
            value, target, _ = figure.cells()
            value = f"**{value or 'not available'}**" if figure.ok is False else value
            rows.append([figure.name, *(figure.details.get(heading, "") for heading in headings), value, target])
        table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        return "\n\n".join([f"## {self.title}", table, self.caption, *self.notes]) + "\n"

    def as_json(self) -> dict[str, Any]:
        """Return the section for the JSON report."""
        return {"figures": [figure.as_json() for figure in self.figures], "notes": self.notes}
