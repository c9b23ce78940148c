"""Templates: the cached text of a constant root field, with holes for the steps that run for each request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from execution.running import Env, run
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

    @property
    def nbytes(self) -> int:
        """The memory that it takes, with the batches that its steps run over."""
        batches = sum(_BYTES_OF_A_HOLE + bytes_of_arrays(hole.batch) for hole in self.holes)
        return size_of(self.texts) + 8 * len(self.order) + batches

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
