"""Writes results of steps as JSON: one text per row, or any number of pieces for a single row."""

from __future__ import annotations

from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa

from execution.running import Level, Mixed, Pending, PerParent, Slot, run_selection
from execution.steps import Block, Step, TypeName
from tables.row_set import TableColumn
from writers.cells import array_texts, value_texts
from writers.lists import Lists
from writers.protocol import Writer
from writers.texts import RowTexts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from caches import ByteCache
    from execution.running import Env, Result
    from execution.steps import Selection
    from tables.row_set import RowSet
    from writers.texts import Texts

# Output of a field: the same text in all rows, or a list with one text per row. For a single row, the list may hold any
# number of pieces of its text: they are joined once, with the answer.
Part: TypeAlias = "bytes | Texts"

SLOT_MARK = b"\0"  # surrounds the number of a slot; JSON escapes it inside strings


class JsonWriter(Writer[Part]):
    """Writes JSON.

    Args:
        cache: Caches texts of table rows, and templates, of one snapshot of the data.
    """

    def __init__(self, cache: ByteCache[Any, Any]) -> None:
        self.cache = cache
        self._rows = RowTexts(cache)

    def value(self, step: Step, result: Result, count: int, env: Env) -> Part:  # noqa: PLR0911 - one case per result
        """Return the JSON of a step for its parents (see `writers/protocol.py`)."""
        match result:
            case TableColumn():
                return self._rows.cells(result, b"", env.ceilings)
            case Level():
                return self._level(step, result, count, env)
            case Slot():
                return [b"%b%d%b" % (SLOT_MARK, result.number, SLOT_MARK)] * count
            case Pending():
                return self.value(step, result.result, count, env)
            case pa.Array():
                return array_texts(result, env.ceilings)
            case np.ndarray():
                env.ceilings.bytes_left -= count  # at least; the next check follows with the object around
                return _number_texts(result)
            case list():
                return value_texts(result, env.ceilings)
            case PerParent():
                return [
                    b"null" if each is None else joined(self.value(step, each, 1, env), 1)[0] for each in result.rows
                ]
            case Mixed():
                return self._mixed(step.selections, result, env)
            case _:
                raise TypeError(f"{type(result).__name__}: not a result of a step")

    def fill(self, texts: Texts, step: Step, result: Result, env: Env) -> Texts:
        """Return the pieces of a text with the JSON of a step, for one parent in each gap, between some texts."""
        count = len(texts) - 1
        if isinstance(result, Level) and count > 1:
            found = (step, result, b"") if _is_list(result) else None
            if found is None and result.offsets is None and result.present is None:
                found = _only_list(step.selection, result.fields)
            if found is not None:
                return self._lists(*found, count, env).between(texts)
        pieces = [b""] * (2 * count + 1)
        pieces[::2] = texts
        pieces[1::2] = joined(self.value(step, result, count, env), count)
        return pieces

    def _level(self, step: Step, level: Level, count: int, env: Env) -> Part:
        """Write the objects of a level."""
        selection, present = step.selection, level.present
        if level.offsets is None:
            if present is None:
                return self._objects(selection, level.fields, count, env)
            items = len(level.items)
            env.ceilings.add_bytes(len(b"null") * (count - items))
            objects = iter(joined(self._objects(selection, level.fields, items, env), items))
            return [next(objects) if there else b"null" for there in present.tolist()]
        if count == 1 and present is None:
            items = len(level.items)
            return _list_pieces(self._fields(selection, level.fields, items, env), items)
        texts = self._lists(step, level, b"", count, env).texts()
        if present is None:
            return texts
        return [text if there else b"null" for text, there in zip(texts, present.tolist(), strict=True)]

    def _lists(self, step: Step, level: Level, before: bytes, count: int, env: Env) -> Lists:
        """Write the objects of one list per parent.

        Args:
            step: The step.
            level: Its result.
            before: Text in front of each list if it is the only field of an object, which then ends behind it.
            count: Number of parents.
            env: State of the root field.
        """
        assert level.offsets is not None  # noqa: S101 - for the type checker: a list
        items = len(level.items)
        parts = self._fields(step.selection, level.fields, items, env)
        if len(parts) == 2 and parts[0] == b"{":  # noqa: PLR2004 - a cached block alone: the brace goes into the separator
            objects, (opened, separator, closed) = joined(parts[1], items), (b"[{", b"},{", b"}]")
        else:
            objects, (opened, separator, closed) = _by_row([*parts, b"}"], items), (b"[", b",", b"]")
        after = b"}" if before else b""
        empty = before + b"[]" + after
        env.ceilings.add_bytes(count * len(empty))
        return Lists(objects, level.offsets, before + opened, separator, closed + after, empty)

    def _objects(self, selection: Selection, results: Sequence[Result], count: int, env: Env) -> Part:
        if count > 1 and (found := _only_list(selection, results)):
            # Its join includes the object around it. Nested queries take 8% less time.
            return self._lists(*found, count, env).texts()
        parts = self._fields(selection, results, count, env)
        parts.append(b"}")
        return parts if count == 1 else _by_row(parts, count)

    def _fields(
        self, selection: Selection, results: Sequence[Result], count: int, env: Env, around: int = len(b"}")
    ) -> list[Any]:
        """Return the texts of the fields of a level, each behind its separator and key; only bytes for one object.

        Args:
            selection: The fields.
            results: Their results.
            count: Number of objects.
            env: State of the root field.
            around: Length of the text that the caller adds to each object; commas between objects are not counted.
        """
        # `@skip` may have excluded every field.
        parts: list[Any] = [] if selection else [b"{"]
        width = around
        for (lead, child), result in zip(selection, results, strict=True):
            part: Part
            if isinstance(child, Block):
                width += len(lead)
                parts.append(lead)
                rows: Any = result
                texts = self._rows.block(child, rows, partial(self._rows_of_block, child, env), env.ceilings)
                if texts is None:
                    parts += self._fields_of_block(child, rows, env, env)
                    continue
                part = texts
            elif isinstance(child, TypeName):
                part = lead + child.key + child.text
                width += len(part)
            elif child.field.of_row and isinstance(result, TableColumn) and child.node.alias is None:
                # Not of aliases, which clients choose.
                part = self._rows.cells(result, lead + child.key, env.ceilings)
            else:
                text = lead + child.key
                width += len(text)
                parts.append(text)
                part = self.value(child, result, count, env)
            if count == 1 and isinstance(part, list):
                parts += part
            else:
                parts.append(part)
        ceilings = env.ceilings
        ceilings.bytes_left -= count * width
        if ceilings.bytes_left < 0:
            raise ceilings.too_long()
        return parts

    def _rows_of_block(self, block: Block, env: Env, rows: RowSet) -> Texts:
        """Return the texts of rows that are not a part of the answer."""
        return _by_row(self._fields_of_block(block, rows, env, env.uncounted()), len(rows))

    def _fields_of_block(self, block: Block, rows: RowSet, env: Env, counted: Env) -> list[Any]:
        results = run_selection(block.fields, rows, env.uncounted())  # their cells were counted with the block
        return self._fields(block.fields, results, len(rows), counted, 0)

    def _mixed(self, selections: Mapping[str, Selection], mixed: Mixed, env: Env) -> Texts:
        length = 1 if mixed.length is None else mixed.length
        texts = [b"null"] * length
        env.ceilings.add_bytes(length)  # of the separators
        for positions, type_name, level in mixed.parts:
            count = len(level.items)
            objects = joined(self._objects(selections[type_name], level.fields, count, env), count)
            for position, text in zip(positions.tolist(), objects, strict=True):
                texts[position] = text
        return texts if mixed.length is None else [b"[" + b",".join(texts) + b"]"]


def _is_list(level: Level) -> bool:
    """Return whether each parent has a list."""
    return level.offsets is not None and level.present is None


def _only_list(selection: Selection, results: Sequence[Result]) -> tuple[Step, Level, bytes] | None:
    """Return the only field of objects, its result and the text in front of it, if each object has a list."""
    if len(selection) == 1:
        [(lead, child)], [result] = selection, results
        if isinstance(child, Step) and isinstance(result, Level) and _is_list(result):
            return child, result, lead + child.key
    return None


def _number_texts(array: NDArray[np.int64] | NDArray[np.bool_]) -> Texts:
    if array.dtype == np.bool_:
        return [b"true" if each else b"false" for each in array.tolist()]
    return [b"%d" % number for number in array.tolist()]


def joined(part: Part, count: int) -> Texts:
    """Return exactly one text per row."""
    if isinstance(part, bytes):
        return [part] * count
    return [b"".join(part)] if count == 1 and len(part) != 1 else part


def _by_row(parts: Sequence[Any], count: int) -> Texts:
    """Return one text per row, joined from its fields."""
    if count == 1:
        return [b"".join(parts)]
    columns = [repeat(part, count) if isinstance(part, bytes) else part for part in parts]
    return list(map(b"".join, zip(*columns, strict=True)))


def _list_pieces(parts: Sequence[Any], count: int) -> Texts:
    """Return the pieces of a single list of objects, without a join per object."""
    if count == 0:
        return [b"[]"]
    if count == 1:
        return [b"[", *parts, b"}]"]
    # The opening brace of an object is part of the separator behind the previous object.
    first, *others = parts
    assert isinstance(first, bytes)  # noqa: S101 - for the type checker: the opening brace and the first key
    width = len(parts)
    pieces = [b"}," + first] * (count * width + 1)
    for position, part in enumerate(others, 1):
        pieces[position:-1:width] = [part] * count if isinstance(part, bytes) else part
    pieces[0], pieces[-1] = b"[" + first, b"}]"
    return pieces
