"""Validation by graphql-core's rules, once for all documents that differ only in plain fields and literals.

The first document of a frame takes as long as with graphql-core alone, 1.6 to 4 ms; others take 0.1 ms. A request for
other columns of a known page is 1.4 times as fast as with `validate` over the nodes that can be invalid.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from graphql import OverlappingFieldsCanBeMergedRule, parse, specified_rules, validate

from caches import Caches
from execution.strawberry_internals import MaybeNullValidationRule, OneOfInputValidationRule
from web.frames import Frames
from web.literals import Slots, split
from web.parameterize import parameterize

if TYPE_CHECKING:
    from graphql import ASTValidationRule, DocumentNode, GraphQLError, GraphQLSchema, ValidationContext

    from caches import ByteCache

# Work of comparing fields with the same response name. graphql-core allows 500,000, which take 1 to 2 s.
_MAX_COMPARISON_WORK = 30_000


class BoundedOverlapRule(OverlappingFieldsCanBeMergedRule):
    """graphql-core's rule that fields of one response name can be merged, with less work before it aborts."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = _MAX_COMPARISON_WORK


RULES: tuple[type[ASTValidationRule], ...] = (
    *(BoundedOverlapRule if rule is OverlappingFieldsCanBeMergedRule else rule for rule in specified_rules),
    MaybeNullValidationRule,
    OneOfInputValidationRule,
)

_MAX_SLOTS = 16  # per shape
_BYTES_OF_A_DIGEST = 120
_BYTES_OF_A_SLOT = 400  # measured, for a list, whose reader is a closure; the type belongs to the schema


class Validator:
    """Validates documents against a schema.

    Args:
        schema: The schema.
        cache: Cache of valid frames; one with the default size if None.
    """

    def __init__(self, schema: GraphQLSchema, cache: ByteCache[bytes, Slots | bool] | None = None) -> None:
        self._schema = schema
        self._frames = Frames(schema)
        # By digests, for which clients cannot find collisions. True means, for a frame, that it is valid; for a shape,
        # that one valid frame had it.
        self._known: ByteCache[bytes, Slots | bool] = Caches().frames if cache is None else cache

    def errors(self, text: str, tree: DocumentNode, *, max_errors: int) -> list[GraphQLError]:
        """Return the errors of graphql-core's `validate`; one more than `max_errors` reports that it was aborted."""
        frame = self._frames.frame(text, tree)
        if frame is not None and self._is_known(frame):
            return []
        errors = validate(self._schema, tree, RULES, max_errors)
        if frame is not None and not errors:
            self._remember(frame)
        return errors

    def _is_known(self, frame: str) -> bool:
        if _digest(frame, b"frame") in self._known:
            return True
        parts = split(frame)
        slots = self._known.get(_digest(parts.shape, b"shape")) if parts else None
        return bool(parts and isinstance(slots, Slots) and slots.values(parts.literals) is not None)

    def _remember(self, frame: str) -> None:
        """Cache a valid frame and, from the second frame of its shape on, the shape: valid if the literals fit."""
        self._known.put(_digest(frame, b"frame"), True, _BYTES_OF_A_DIGEST)
        parts = split(frame)
        if parts is not None:
            shape = _digest(parts.shape, b"shape")
            made = parameterize(self._schema, frame, parse(frame)) if shape in self._known else None
            is_small = made is not None and not made.slots.fixed and len(made.slots.variables) <= _MAX_SLOTS
            slots = made.slots if made and is_small else True
            size = _BYTES_OF_A_DIGEST + (_BYTES_OF_A_SLOT * len(slots.variables) if isinstance(slots, Slots) else 0)
            self._known.put(shape, slots, size)


def _digest(text: str, use: bytes) -> bytes:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16, person=use).digest()
