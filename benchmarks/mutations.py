"""Random changes of a query, most of which raise its cost: more fields, aliases, levels, larger arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.drawn_query import Selected
    from benchmarks.query_drawer import Drawer

_MAX_ALIAS = 240
_MAX_COPIES = 20
_MAX_CHANGES = 3
_GROWING = frozenset({"first", "bins", "maxPoints", "runnersUp", "limit"})


class Mutations:
    """Changes queries.

    Args:
        drawer: Draws new parts; its source of randomness chooses the changes.
    """

    def __init__(self, drawer: Drawer) -> None:
        self._drawer = drawer
        self._random = drawer.random
        self._changes: tuple[Callable[[list[Selected]], None], ...] = (
            self._draw_arguments,
            self._draw_arguments,
            self._grow_numbers,
            self._grow_numbers,
            self._copy_field,
            self._copy_field,
            self._add_fields,
            self._add_levels,
            self._add_levels,
            self._lengthen_aliases,
            self._remove_field,
        )

    def __call__(self, roots: list[Selected]) -> list[Selected]:
        """Return a changed copy of a query."""
        changed = [root.copy() for root in roots]
        for _ in range(self._random.randint(1, _MAX_CHANGES)):
            self._random.choice(self._changes)(changed)
        return changed

    def _drawn(self, field: Selected, *, optional: float) -> dict[str, Any]:
        target = field.target
        return self._drawer.arguments.draw(target.name, target.definition, optional=optional)

    def _any(self, roots: list[Selected]) -> Selected:
        return self._random.choice([each for root in roots for each in root.walk()])

    def _draw_arguments(self, roots: list[Selected]) -> None:
        """Draw the arguments of a field again."""
        field = self._any(roots)
        field.arguments = self._drawn(field, optional=0.6)

    def _grow_numbers(self, roots: list[Selected]) -> None:
        """Make all pages and resolutions larger, up to what a single row may have."""
        factor = self._random.choice((1.5, 3, 10))
        for field in (each for root in roots for each in root.walk()):
            for name in _GROWING & field.arguments.keys():
                field.arguments[name] = min(round(field.arguments[name] * factor), self._drawer.arguments.most(name))

    def _copy_field(self, roots: list[Selected]) -> None:
        """Select a field several times, with other arguments if it has any."""
        level = self._level(roots)
        field = self._random.choice(level)
        for number in range(self._drawer.arguments.number(_MAX_COPIES)):
            copied = field.copy()
            copied.alias = f"c{number}{field.alias}"[:_MAX_ALIAS]
            if self._random.random() < 0.5:  # noqa: PLR2004 - equal arguments may share work
                copied.arguments = self._drawn(field, optional=0.4)
            level.append(copied)

    def _add_fields(self, roots: list[Selected]) -> None:
        """Select more fields below a field."""
        field = self._any(roots)
        field.fields += self._drawer.selection(field.target, depth=2)

    def _add_levels(self, roots: list[Selected]) -> None:
        """Put relations between a field and its parent that lead back to the parent's type."""
        level = self._level(roots)
        kind = level[0].target.parent
        inside = [each for each in level if each.target.parent is kind]
        ways = self._drawer.walk.path(kind, start=kind)
        if ways:
            outer = self._drawer.nested(ways)
            outer[0].in_fragment = inside[0].in_fragment
            for each in inside:
                each.in_fragment = outer[-1].target.is_abstract
            outer[-1].fields = inside
            level[:] = [outer[0], *(each for each in level if each not in inside)]

    def _lengthen_aliases(self, roots: list[Selected]) -> None:
        """Give the fields of a level longer names in the response."""
        length = self._random.choice((20, 100, _MAX_ALIAS))
        for number, field in enumerate(self._level(roots)):
            field.alias = f"l{number}{'x' * length}"[:_MAX_ALIAS]

    def _remove_field(self, roots: list[Selected]) -> None:
        """Remove one of several fields, to make room for others."""
        level = self._level(roots)
        if len(level) > 1:
            level.pop(self._random.randrange(len(level)))

    def _level(self, roots: list[Selected]) -> list[Selected]:
        """Return the fields of the root, or those below a field."""
        levels = [roots, *(field.fields for root in roots for field in root.walk() if field.fields)]
        return self._random.choice(levels)
