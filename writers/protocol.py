"""The writer protocol: a writer converts the results of steps into one representation of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from execution.running import Env, Result
    from execution.steps import Step

Written_co = TypeVar("Written_co", covariant=True)


class Writer(Protocol[Written_co]):
    """Writes one representation, such as JSON text or Arrow arrays: walks steps and their results side by side."""

    def value(self, step: Step, result: Result, count: int, env: Env) -> Written_co:
        """Return the representation of a step for its parents.

        Args:
            step: The step.
            result: Its result. A `Level` has one result per child of the step's selection; the result of a `Block` is
                its rows, whose fields the writer runs itself, since most of them are cached.
            count: Number of parents.
            env: State of the root field.
        """
        ...
