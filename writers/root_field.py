"""A root field of a request, executed as columns and written as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from execution.running import Env, run
from writers.templates import make_template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from execution.running import Result
    from execution.steps import Step
    from writers.json_writer import JsonWriter
    from writers.templates import Template
    from writers.texts import Texts


class RootField:
    """A root field of one request, executed as columns.

    Attributes:
        failure: The error that prevents its completion as columns.
    """

    __slots__ = ("_cached", "_results", "_step", "_template", "_writer", "env", "failure")

    def __init__(self, step: Step, env: Env, writer: JsonWriter, *, cached: bool) -> None:
        self.env = env
        self.failure: Exception | None = None
        self._step = step
        self._writer = writer
        self._cached = cached
        self._template: Template | None = None
        self._results: Sequence[Result] = ()

    def start(self) -> None:
        """Run the steps until one awaits something."""
        step, env = self._step, self.env
        try:
            if step.fixed and self._cached:
                self._template = _template(step, env, self._writer)
                self._results = self._template.run(env)
            else:
                self._results = (run(step, None, 1, env),)
        except Exception as error:  # noqa: BLE001 - any error of a field concerns that field alone
            self._fail(error)

    async def settle(self) -> None:
        """Wait for the pending columns."""
        try:
            await self.env.settle()
        except Exception as error:  # noqa: BLE001 - as above
            self._fail(error)

    def write(self) -> Texts:
        """Return the pieces of the value; empty if the field failed."""
        if self.failure is None:
            try:
                if self._template is not None:
                    return self._template.write(self._results, self._writer, self.env)
                value = self._writer.value(self._step, self._results[0], 1, self.env)
            except Exception as error:  # noqa: BLE001 - as above
                self._fail(error)
            else:
                return [value] if isinstance(value, bytes) else value
        return []

    def _fail(self, error: Exception) -> None:
        self.env.abandon()
        self.failure = error


def _template(step: Step, env: Env, writer: JsonWriter) -> Template:
    """Return the template of a fixed step, cached unless a resolver warned: a cached text repeats no warnings."""
    warned = env.context.warnings.added
    template: Template | None = writer.cache.get(step)
    if template is None:
        template = make_template(step, writer, env)
        if env.context.warnings.added == warned:
            writer.cache.put(step, template, template.nbytes(step))
    return template
