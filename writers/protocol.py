"""The protocol of writers: they turn what steps give into one representation of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from execution.running import Env, Result
    from execution.steps import Step

Written_co = TypeVar("Written_co", covariant=True)


class Writer(Protocol[Written_co]):
    """Writes one representation: JSON text, or Arrow arrays. It walks steps and their results side by side."""

    def value(self, step: Step, result: Result, count: int, env: Env) -> Written_co:
        """Return what a step writes into its parents.

        Args:
            step: The step.
            result: What it gave; a `Level` has one result per child of the step's selection, a `Block` in it the rows,
                whose fields the writer runs itself, as most of them are cached.
            count: How many parents there are.
            env: The request.
        """
        ...
