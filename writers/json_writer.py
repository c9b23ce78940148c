"""Writes results of steps as JSON: one text per row, or any number of pieces for a single row."""

from __future__ import annotations

from itertools import pairwise, repeat
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa

from execution.running import Level, Mixed, Pending, PerParent, Slot, run_selection
from execution.steps import Block, Step, TypeName
from tables.row_set import RowSet, TableColumn
from writers.cells import array_texts, value_texts
from writers.protocol import Writer
from writers.texts import RowTexts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caches import ByteCache
    from execution.running import Env, Result
    from execution.steps import Selection
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
                return self._cells(result, b"", env)
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
                return [b"%d" % number for number in result.tolist()]
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

    def _level(
        self, step: Step, level: Level, count: int, env: Env, *, before: bytes = b"", after: bytes = b""
    ) -> Part:
        """Write the objects of a level.

        Args:
            step: The step.
            level: Its result.
            count: Number of parents.
            env: State of the root field.
            before: Text in front of each list; empty for a level without lists.
            after: Text behind each list; empty for a level without lists.
        """
        selection, items = step.selection, len(level.items)
        if level.offsets is None:
            if level.present is None:
                return self._objects(selection, level.fields, items, env)
            env.ceilings.add_bytes(len(b"null") * (count - items))
            objects = iter(joined(self._objects(selection, level.fields, items, env), items))
            return [next(objects) if there else b"null" for there in level.present.tolist()]
        parts = [*self._fields(selection, level.fields, items, env)]
        if count == 1 and level.present is None:
            return _list_pieces(parts, items)
        if len(parts) == 2 and parts[0] == b"{":  # noqa: PLR2004 - a cached block alone: the brace goes into the separator
            texts, (opened, separator, closed) = joined(parts[1], items), (b"[{", b"},{", b"}]")
        else:
            texts, (opened, separator, closed) = _by_row([*parts, b"}"], items), (b"[", b",", b"]")
        opened, closed = before + opened, closed + after
        env.ceilings.add_bytes(count * len(before + b"[]" + after))
        lists = [before + b"[]" + after] * count
        for parent, (start, stop) in enumerate(pairwise(level.offsets.tolist())):
            if stop > start:
                rows = texts[start:stop]
                # Added to the first and last row before the join: added to the list, they would copy it once more.
                rows[0] = opened + rows[0]
                rows[-1] += closed
                lists[parent] = separator.join(rows)
        if level.present is not None:
            lists = [text if there else b"null" for text, there in zip(lists, level.present.tolist(), strict=True)]
        return lists

    def _objects(self, selection: Selection, results: Sequence[Result], count: int, env: Env) -> Part:
        if count > 1 and len(selection) == 1 and isinstance(results[0], Level) and results[0].offsets is not None:
            # The only field is a list: its join includes the object around it. Nested queries take 8% less time.
            [(lead, child)] = selection
            if isinstance(child, Step) and results[0].present is None:
                return self._level(child, results[0], count, env, before=lead + child.key, after=b"}")
        parts = [*self._fields(selection, results, count, env), b"}"]
        return _pieces(parts) if count == 1 else _by_row(parts, count)

    def _fields(
        self, selection: Selection, results: Sequence[Result], count: int, env: Env, *, around: int = len(b"}")
    ) -> Iterator[Part]:
        """Yield the texts of the fields of a level, each behind its separator and key.

        Args:
            selection: The fields.
            results: Their results.
            count: Number of objects.
            env: State of the root field.
            around: Length of the text that the caller adds to each object; commas between objects are not counted.
        """
        if not selection:  # @skip excluded every field
            yield b"{"
        width = around
        for (lead, child), result in zip(selection, results, strict=True):
            if isinstance(child, Block):
                width += len(lead)
                yield lead
                yield from self._block(child, result, env)
            elif isinstance(child, TypeName):
                text = lead + child.key + child.text
                width += len(text)
                yield text
            elif child.field.of_row and isinstance(result, TableColumn) and child.node.alias is None:
                yield self._cells(result, lead + child.key, env)  # aliases are not cached: clients choose them
            else:
                text = lead + child.key
                width += len(text)
                yield text
                yield self.value(child, result, count, env)
        ceilings = env.ceilings
        ceilings.bytes_left -= count * width
        if ceilings.bytes_left < 0:
            raise ceilings.too_long()

    def _cells(self, column: TableColumn, prefix: bytes, env: Env) -> Texts:
        texts, longest = self._rows.cells(column, prefix)
        ceilings, bound = env.ceilings, len(texts) * longest
        if bound <= ceilings.unmeasured_left:  # `add_texts`, without a call
            ceilings.unmeasured_left -= bound
        else:
            ceilings.add_texts(texts, longest)
        return texts

    def _block(self, block: Block, rows: Any, env: Env) -> Sequence[Part]:  # noqa: ANN401 - a row set, as a block's result
        def write(wanted: RowSet, counted: Env) -> list[Part]:
            results = run_selection(block.fields, wanted, env.uncounted())  # their cells were counted with the block
            return [*self._fields(block.fields, results, len(wanted), counted, around=0)]

        # The whole table is not a part of the answer.
        column = self._rows.block(block, rows, lambda whole: _by_row(write(whole, env.uncounted()), len(whole)))
        if column is None:
            return write(rows, env)
        texts, longest = column
        ceilings, bound = env.ceilings, len(texts) * longest
        if bound <= ceilings.unmeasured_left:  # `add_texts`, without a call
            ceilings.unmeasured_left -= bound
        else:
            ceilings.add_texts(texts, longest)
        return [texts]

    def _mixed(self, selections: Mapping[str, Selection], mixed: Mixed, env: Env) -> Texts:
        texts = [b"null"] * mixed.length
        env.ceilings.add_bytes(mixed.length)  # of the separators
        for positions, type_name, level in mixed.parts:
            count = len(level.items)
            objects = joined(self._objects(selections[type_name], level.fields, count, env), count)
            for position, text in zip(positions.tolist(), objects, strict=True):
                texts[position] = text
        return [b"[" + b",".join(texts) + b"]"]


def joined(part: Part, count: int) -> Texts:
    """Return exactly one text per row."""
    if isinstance(part, bytes):
        return [part] * count
    return [b"".join(part)] if count == 1 and len(part) != 1 else part


def _pieces(parts: Sequence[Part]) -> Texts:
    """Return the pieces of a single row."""
    pieces: Texts = []
    for part in parts:
        if isinstance(part, bytes):
            pieces.append(part)
        else:
            pieces += part
    return pieces


def _by_row(parts: Sequence[Part], count: int) -> Texts:
    """Return one text per row, joined from its fields."""
    if count == 1:
        return [b"".join(_pieces(parts))]
    columns = [repeat(part, count) if isinstance(part, bytes) else part for part in parts]
    return list(map(b"".join, zip(*columns, strict=True)))


def _list_pieces(parts: Sequence[Part], count: int) -> Texts:
    """Return the pieces of a single list of objects, without a join per object."""
    if count == 0:
        return [b"[]"]
    if count == 1:
        return [b"[", *_pieces(parts), b"}]"]
    # The opening brace of an object is part of the separator behind the previous object.
    first, *others = parts
    assert isinstance(first, bytes)  # noqa: S101 - for the type checker: the opening brace and the first key
    width = len(parts)
    pieces = [b"}," + first] * (count * width + 1)
    for position, part in enumerate(others, 1):
        pieces[position:-1:width] = [part] * count if isinstance(part, bytes) else part
    pieces[0], pieces[-1] = b"[" + first, b"}]"
    return pieces
