"""Writes results as JSON: one text per row, or any number of pieces where there is a single row."""

from __future__ import annotations

from itertools import pairwise, repeat
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import orjson
import pyarrow as pa

from execution.running import Hole, Level, Mixed, Separate, Waiting, run_selection
from execution.steps import Block, Step, TypeName
from tables.row_set import RowSet, TableColumn
from writers.cells import cell_texts
from writers.texts import RowTexts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caches import ByteCache
    from execution.running import Env, Result
    from execution.steps import Selection
    from writers.texts import Texts

# What a field writes: the same text in all rows, or a list with one text per row. Where there is a single row, a list
# may hold any number of pieces of its text: they are joined once, with the answer.
Part: TypeAlias = "bytes | Texts"

HOLE = b"\0"  # surrounds the number of a hole; JSON escapes it inside of strings


class JsonWriter:
    """Writes JSON.

    Args:
        cache: Holds texts of table rows and templates, of one snapshot of the data.
    """

    def __init__(self, cache: ByteCache[Any, Any]) -> None:
        self.cache = cache
        self._rows = RowTexts(cache)

    def value(self, step: Step, result: Result, count: int, env: Env) -> Part:  # noqa: PLR0911 - one case per result
        """Return what a step writes into its parents (see `writers/protocol.py`)."""
        match result:
            case TableColumn():
                return self._rows.cells(result, b"")
            case Level():
                return self._level(step, result, count, env)
            case Hole():
                return [b"%b%d%b" % (HOLE, result.number, HOLE)] * count
            case Waiting():
                return self.value(step, result.result, count, env)
            case pa.Array():
                return cell_texts(result)
            case np.ndarray():
                return [b"%d" % number for number in result.tolist()]
            case list():
                return [orjson.dumps(value) for value in result]
            case Separate():
                return [
                    b"null" if each is None else joined(self.value(step, each, 1, env), 1)[0] for each in result.rows
                ]
            case Mixed():
                return self._mixed(step.selections, result, env)
            case _:
                raise TypeError(f"{type(result).__name__} is not a result")

    def _level(
        self, step: Step, level: Level, count: int, env: Env, *, before: bytes = b"", after: bytes = b""
    ) -> Part:
        """Write the objects of a level.

        Args:
            step: Their step.
            level: The level.
            count: How many parents there are.
            env: The request.
            before: What stands before each list; where each parent has one object, nothing.
            after: What stands behind it.
        """
        selection, items = step.selection, len(level.items)
        if level.offsets is None:
            if level.present is None:
                return self._objects(selection, level.fields, items, env)
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
        lists = [before + b"[]" + after] * count
        for parent, (start, stop) in enumerate(pairwise(level.offsets.tolist())):
            if stop > start:
                rows = texts[start:stop]
                # Put to the outer rows before the join: to the list, they would copy all of it again.
                rows[0] = opened + rows[0]
                rows[-1] += closed
                lists[parent] = separator.join(rows)
        if level.present is not None:
            lists = [text if there else b"null" for text, there in zip(lists, level.present.tolist(), strict=True)]
        return lists

    def _objects(self, selection: Selection, results: Sequence[Result], count: int, env: Env) -> Part:
        if count > 1 and len(selection) == 1 and isinstance(results[0], Level) and results[0].offsets is not None:
            # The only field is a list: its object goes around it as it is joined. Copying the lists once less takes 8%
            # off models → GPUs → runs.
            [(lead, child)] = selection
            if isinstance(child, Step) and results[0].present is None:
                return self._level(child, results[0], count, env, before=lead + child.key, after=b"}")
        parts = [*self._fields(selection, results, count, env), b"}"]
        return _pieces(parts) if count == 1 else _by_row(parts, count)

    def _fields(self, selection: Selection, results: Sequence[Result], count: int, env: Env) -> Iterator[Part]:
        """Yield what the fields of a level write, with what stands in front of each."""
        if not selection:  # @skip left nothing
            yield b"{"
        for (lead, child), result in zip(selection, results, strict=True):
            if isinstance(child, Block):
                yield lead
                yield from self._block(child, result, env)
            elif isinstance(child, TypeName):
                yield lead + child.key + child.text
            elif child.field.of_row and isinstance(result, TableColumn) and child.node.alias is None:
                yield self._rows.cells(result, lead + child.key)  # clients choose aliases: they are not cached
            else:
                yield lead + child.key
                yield self.value(child, result, count, env)

    def _block(self, block: Block, rows: Any, env: Env) -> Sequence[Part]:  # noqa: ANN401 - a row set, as a block's result
        def write(wanted: RowSet) -> list[Part]:
            return [*self._fields(block.fields, run_selection(block.fields, wanted, env), len(wanted), env)]

        texts = self._rows.block(block, rows, lambda whole: _by_row(write(whole), len(whole)))
        return write(rows) if texts is None else [texts]

    def _mixed(self, selections: Mapping[str, Selection], mixed: Mixed, env: Env) -> Texts:
        texts = [b"null"] * mixed.length
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
    """Return one text per row, each joined from what its fields write."""
    if count == 1:
        return [b"".join(_pieces(parts))]
    columns = [repeat(part, count) if isinstance(part, bytes) else part for part in parts]
    return list(map(b"".join, zip(*columns, strict=True)))


def _list_pieces(parts: Sequence[Part], count: int) -> Texts:
    """Return the pieces of a single list of objects, one object after another: no join for each of them."""
    if count == 0:
        return [b"[]"]
    if count == 1:
        return [b"[", *_pieces(parts), b"}]"]
    # The brace in front of an object goes into the separator behind the one before it.
    first, *others = parts
    assert isinstance(first, bytes)  # noqa: S101 - for the type checker: what stands in front of the first field
    width = len(parts)
    pieces = [b"}," + first] * (count * width + 1)
    for position, part in enumerate(others, 1):
        pieces[position:-1:width] = [part] * count if isinstance(part, bytes) else part
    pieces[0], pieces[-1] = b"[" + first, b"}]"
    return pieces
