"""The request's context as a parameter of resolvers, in the place where Strawberry passes its info."""

from typing import TYPE_CHECKING, Any, TypeAlias

import strawberry

from resolvers.context import RequestContext

# Strawberry recognises the parameter by its annotation, a type checker knows what is passed.
if TYPE_CHECKING:
    Context: TypeAlias = RequestContext
else:
    Context = strawberry.Info


class ContextOfInfo(strawberry.Info[RequestContext, None]):
    """Strawberry's info class; constructing it returns the context, the only part of an info that resolvers use."""

    def __new__(cls, _raw_info: Any, _field: Any) -> Any:
        """Return the request's context."""
        return _raw_info.context
