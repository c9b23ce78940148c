"""Templates: the cached text of a constant root field, with holes for the steps that run for each request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from execution.running import Env, run
from execution.steps import Block, TypeName
from tables.columns import bytes_of_arrays
from writers.json_writer import HOLE, joined
from writers.texts import size_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from execution.running import Hole, Result
    from execution.steps import Step
    from writers.json_writer import JsonWriter
    from writers.texts import Texts

_BYTES_OF_A_HOLE = 1_000
# A step keeps its part of the document alive, also when the document is not cached any more.
_BYTES_OF_A_STEP = 2_000


@dataclass(slots=True, eq=False)
class Template:
    """The text of a root field.

    Args:
        texts: The text before, between and after the holes: one more than holes.
        order: For each hole in the text, its number; the n-th with a number is the n-th row of that hole.
        holes: The steps to run.
    """

    texts: Texts
    order: Sequence[int]
    holes: Sequence[Hole]

    def nbytes(self, step: Step) -> int:
        """Return the memory that it takes, with the batches that its steps run over and the step that it is of."""
        batches = sum(_BYTES_OF_A_HOLE + bytes_of_arrays(hole.batch) for hole in self.holes)
        return size_of(self.texts) + 8 * len(self.order) + batches + _BYTES_OF_A_STEP * len(_below(step, {}))

    def run(self, env: Env) -> list[Result]:
        """Run the steps of the holes."""
        return [run(hole.step, hole.batch, hole.count, env) for hole in self.holes]

    def write(self, results: Sequence[Result], writer: JsonWriter, env: Env) -> Texts:
        """Return the whole text in pieces."""
        filled = [
            joined(writer.value(hole.step, result, hole.count, env), hole.count)
            for hole, result in zip(self.holes, results, strict=True)
        ]
        pieces = [b""] * (2 * len(self.order) + 1)
        pieces[::2] = self.texts
        if len(filled) == 1:
            pieces[1::2] = filled[0]
        else:
            rows = [iter(texts) for texts in filled]
            pieces[1::2] = [next(rows[number]) for number in self.order]
        return pieces


def make_template(step: Step, writer: JsonWriter, env: Env) -> Template:
    """Run and write a fixed root field, its dynamic steps left out.

    Raises:
        Exception: Whatever a resolver raises.
    """
    holes: list[Hole] = []
    env.holes = holes
    try:
        text = writer.value(step, run(step, None, 1, env), 1, env)
    finally:
        env.holes = None
    split = joined(text, 1)[0].split(HOLE)
    return Template(split[::2], [int(number) for number in split[1::2]], holes)


def _below(step: Step | Block, found: dict[int, object]) -> dict[int, object]:
    """Collect a step, or a block, and all below it, each once."""
    if id(step) not in found:
        found[id(step)] = step
        levels = [step.fields] if isinstance(step, Block) else [step.selection, *step.selections.values()]
        for level in levels:
            for _, child in level:
                if not isinstance(child, TypeName):
                    _below(child, found)
    return found
