"""Templates: the cached text of a constant root field, with slots for the steps that run for each request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from execution.running import Env, run
from execution.steps import Block, TypeName
from tables.columns import bytes_of_arrays
from writers.json_writer import SLOT_MARK, joined
from writers.texts import size_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from execution.running import Result, Slot
    from execution.steps import Step
    from writers.json_writer import JsonWriter
    from writers.texts import Texts

_SLOT_BYTES = 1_000
# A step holds a reference to its part of the document, even after the document was evicted.
_STEP_BYTES = 2_000


@dataclass(slots=True, eq=False)
class Template:
    """The text of a root field.

    Args:
        texts: The text before, between and after the slots; `len(order) + 1` pieces.
        order: The slot number of each gap in the text; the n-th gap of a slot takes the n-th row of its step.
        slots: The steps to run.
        cells: Number of cells in the texts.
        length: Length of the texts.
    """

    texts: Texts
    order: Sequence[int]
    slots: Sequence[Slot]
    cells: int
    length: int

    def nbytes(self, step: Step) -> int:
        """Return the memory of the template in bytes, including the batches of its slots and the tree of its step."""
        batches = sum(_SLOT_BYTES + bytes_of_arrays(slot.batch) for slot in self.slots)
        return size_of(self.texts) + 8 * len(self.order) + batches + _STEP_BYTES * len(_descendants(step, {}))

    def run(self, env: Env) -> list[Result]:
        """Run the steps of the slots; count the cells and the bytes of the whole template.

        Raises:
            Exception: Any error of a resolver.
        """
        ceilings = env.ceilings
        ceilings.cells_left -= self.cells
        if ceilings.cells_left < 0:
            raise ceilings.too_many_cells()
        ceilings.add_bytes(self.length)
        return [run(slot.step, slot.batch, slot.count, env) for slot in self.slots]

    def write(self, results: Sequence[Result], writer: JsonWriter, env: Env) -> Texts:
        """Return the pieces of the whole text, with the results of `run` in the gaps."""
        if len(self.slots) == 1:
            [slot], [result] = self.slots, results
            return writer.fill(self.texts, slot.step, result, env)
        rows = [
            iter(joined(writer.value(slot.step, result, slot.count, env), slot.count))
            for slot, result in zip(self.slots, results, strict=True)
        ]
        pieces = [b""] * (2 * len(self.order) + 1)
        pieces[::2] = self.texts
        pieces[1::2] = [next(rows[number]) for number in self.order]
        return pieces


def make_template(step: Step, writer: JsonWriter, env: Env) -> Template:
    """Run and write a fixed root field, with slots in place of its dynamic steps.

    Raises:
        Exception: Any error of a resolver.
    """
    slots: list[Slot] = []
    # Its own counters: the request that makes the template runs it too.
    making = Env(env.context, env.variables, env.variable_values, env.ceilings.unused(), slots)
    text = writer.value(step, run(step, None, 1, making), 1, making)
    split = joined(text, 1)[0].split(SLOT_MARK)
    texts = split[::2]
    order = [int(number) for number in split[1::2]]
    return Template(texts, order, slots, making.ceilings.cells, sum(map(len, texts)))


def _descendants(step: Step | Block, found: dict[int, object]) -> dict[int, object]:
    """Collect a step or block and its descendants, each once."""
    if id(step) not in found:
        found[id(step)] = step
        levels = [step.fields] if isinstance(step, Block) else [step.selection, *step.selections.values()]
        for level in levels:
            for _, child in level:
                if not isinstance(child, TypeName):
                    _descendants(child, found)
    return found
