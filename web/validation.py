"""Validate documents by graphql-core's rules, once for all documents that differ only in plain fields and literals.

The first document of a frame takes as long as with graphql-core alone: 1.6 to 4 ms. Others take 0.1 ms. This makes a
request for other columns of a known page 1.4 times as fast as with `validate` over the nodes that can be wrong.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from graphql import parse, specified_rules, validate

from execution.strawberry_internals import MaybeNullValidationRule, OneOfInputValidationRule
from web.frames import Frames
from web.literals import Slots, split
from web.parameterize import parameterize

if TYPE_CHECKING:
    from graphql import ASTValidationRule, DocumentNode, GraphQLError, GraphQLSchema

RULES: tuple[type[ASTValidationRule], ...] = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)

_MAX_DIGESTS = 8_192
_MAX_SLOTS = 16  # of a shape; all together then take 10 MiB at most


class Validator:
    """Validates documents against a schema, and remembers the valid frames.

    Args:
        schema: The schema.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._frames = Frames(schema)
        # By digests, which nobody can make collide; the oldest first. None stands for a valid frame under its own
        # digest, and for one that was met once under that of its shape.
        self._known: dict[bytes, Slots | None] = {}

    def errors(self, text: str, tree: DocumentNode, *, max_errors: int) -> list[GraphQLError]:
        """Return the errors that graphql-core's `validate` returns.

        Args:
            text: The document.
            tree: The document, parsed.
            max_errors: With more errors than these, one that says so ends the list.
        """
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
        return bool(parts and slots and slots.values(parts.literals) is not None)

    def _remember(self, frame: str) -> None:
        """Remember a valid frame, and from the second time on its shape: valid with any literals that fit."""
        self._put(_digest(frame, b"frame"), None)
        parts = split(frame)
        if parts is not None:
            shape = _digest(parts.shape, b"shape")
            made = parameterize(self._schema, frame, parse(frame)) if shape in self._known else None
            is_small = made is not None and not made.slots.fixed and len(made.slots.variables) <= _MAX_SLOTS
            self._put(shape, made.slots if made and is_small else None)

    def _put(self, digest: bytes, slots: Slots | None) -> None:
        self._known[digest] = slots
        if len(self._known) > _MAX_DIGESTS:
            del self._known[next(iter(self._known))]


def _digest(text: str, use: bytes) -> bytes:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16, person=use).digest()
