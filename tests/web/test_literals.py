"""The split of a text into shape and literals agrees with graphql-core's lexer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from graphql import (
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLString,
    GraphQLSyntaxError,
    Lexer,
    Source,
    TokenKind,
    Undefined,
    parse_const_value,
)
from hypothesis import event, example, given
from hypothesis import strategies as st

from execution.graphql_core import coerce_input_literal
from execution.strawberry_internals import core_schema
from schema.build import build_schema
from web.literals import Slot, literal_spans, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql import GraphQLInputType

TOKENS = (
    *("a", "p90", "_1", "{", "}", "(", ":", "$", "@", "...", ",", "\n", "\r", "\t", "0", "-0", "-12", "1.5", "1e9"),
    *("-1.5E-3", "1e400", "123456789012345678901", '""', '"x"', '"1"', '"a # b"', '"\\u00e9"', '"\\\\"', '"\\""'),
    *('"""b"""', '"""\n1 "x" """', '"""\\""" 1"""', "# 1 x\n", '# "\n', '# """\r'),
)
ODD = ("01", "-", ".", "e", "E", "+", '"', '"""', "\\", '\\"', '\\"""', "#", "\ud800", "\u2028", "ß", "\0", "1a")
TEXTS = st.lists(st.sampled_from((*TOKENS, *TOKENS, *(f" {token}" for token in TOKENS * 4), *ODD)), max_size=20).map(
    "".join
)
LITERALS = {TokenKind.INT, TokenKind.FLOAT, TokenKind.STRING}


def tokens(text: str) -> Sequence[tuple[TokenKind, int, int]]:
    """Return kind, start and end of each token except comments."""
    lexer, found = Lexer(Source(text)), []
    while (token := lexer.advance()).kind is not TokenKind.EOF:
        found.append((token.kind, token.start, token.end))
    return found


@given(TEXTS)
def test_literals_are_those_of_the_lexer(text: str) -> None:
    """In any text: neither digits in names nor quotation marks in comments are literals."""
    try:
        expected = [(start, end) for kind, start, end in tokens(text) if kind in LITERALS]
    except GraphQLSyntaxError:
        event("no tokens")
        return
    found = [(start, end) for start, end in literal_spans(text) if not text.startswith(("#", '"""'), start)]
    assert found == expected
    event("with literals" if found else "without literals")


@given(TEXTS, st.data())
def test_texts_of_one_shape_have_the_same_tokens(text: str, data: st.DataObject) -> None:
    """Other literals of the same kinds change no other token."""
    parts = split(text)
    if parts is None:
        return
    others = {"\0": ("0", "-7", "12345678901234567890"), "\1": ("0.5", "-1e5"), "\2": ('""', '"a\\"#"', '"b"')}
    swapped = ""
    for character in parts.shape:
        swapped += data.draw(st.sampled_from(others[character])) if character in others else character
    again = split(swapped)
    if again is None or again.shape != parts.shape:
        return  # an empty text before another one opens a block string: no document of this shape
    try:
        expected = [kind for kind, _, _ in tokens(text)]
    except GraphQLSyntaxError:
        return
    assert [kind for kind, _, _ in tokens(swapped)] == expected


@pytest.mark.parametrize(
    ("text", "shape", "literals"),
    [
        ("{ a(x: 1) }", "{ a(x: \0) }", ["1"]),
        ("{ a(x: -1.5e3, y: -0) }", "{ a(x: \1, y: \0) }", ["-1.5e3", "-0"]),
        ('{ a(x: "", y: "\\"") }', "{ a(x: \2, y: \2) }", ['""', '"\\""']),
        ('{ p90(x: """1 \\""" "2" """) }', '{ p90(x: """1 \\""" "2" """) }', ['"""1 \\""" "2" """']),
        ('{ a # "1" 2\n(x: 3) }', '{ a # "1" 2\n(x: \0) }', ['# "1" 2', "3"]),
        ("{ a(x: 020) }", None, []),
        ("{ a(x: 1a) }", None, []),
        ("{ a p90 }", None, []),
        ('{ a(x: "\0", y: 1) }', None, []),
    ],
)
def test_a_text_is_split(text: str, shape: str | None, literals: list[str]) -> None:
    """Into a placeholder per literal; comments and block strings stay."""
    parts = split(text)
    assert (parts.shape, parts.literals) == (shape, literals) if parts else shape is None


@pytest.mark.parametrize(
    ("literal", "kind", "value"),
    [
        ("2147483647", GraphQLInt, 2**31 - 1),
        ("2147483648", GraphQLInt, Undefined),
        ("1.0", GraphQLInt, Undefined),
        ("7", GraphQLID, "7"),
        ("7", GraphQLFloat, 7.0),
        ("9" * 5_000, GraphQLInt, Undefined),
        ('"7"', GraphQLInt, Undefined),
        ('"\\u00e9\\n"', GraphQLID, "é\n"),
        ('"\\x"', GraphQLID, Undefined),
        ('"\ud800"', GraphQLID, Undefined),
        ("7", GraphQLList(GraphQLInt), [7]),
    ],
)
def test_a_literal_has_the_value_for_its_type(literal: str, kind: GraphQLInputType, value: object) -> None:
    """Undefined if it does not fit the type at its position."""
    assert Slot(0, kind).value(literal) == value


def test_a_negative_zero_stays_negative() -> None:
    """An Int literal for a Float, too: graphql-core reads the text."""
    assert str(Slot(0, GraphQLFloat).value("-0")) == "-0.0"


FINITE_FLOAT = cast("GraphQLInputType", core_schema(build_schema()).type_map["Float"])
KINDS: list[GraphQLInputType] = [
    *(GraphQLInt, GraphQLFloat, FINITE_FLOAT, GraphQLString, GraphQLID),
    *(GraphQLList(GraphQLID), GraphQLList(GraphQLNonNull(GraphQLString)), GraphQLList(GraphQLList(FINITE_FLOAT))),
]
DIGITS = st.integers(-(10**25), 10**25) | st.integers(-(2**31) - 9, 9 - 2**31) | st.integers(2**31 - 9, 2**31 + 9)
NUMBERS = (
    DIGITS.map(str)
    | st.floats(allow_nan=False, allow_infinity=False).map(repr)
    | st.sampled_from(("-0", "0", "-0.0", "1e400", "-1E+5", "1.5e-400", "9" * 400, "9" * 5_000))
)
STRINGS = st.text(max_size=9) | st.text(st.sampled_from('\\"u0{}nd8\ud800\t ß'), max_size=12)


@given(NUMBERS | STRINGS.map('"{}"'.format), st.sampled_from(KINDS))
@example('"\\u00e9"', GraphQLString)
def test_a_value_is_that_of_graphql_core(literal: str, kind: GraphQLInputType) -> None:
    """In type and digits, for any number or string at any type; also if it does not fit."""
    if literal.startswith('"""') or literal_spans(literal) != [(0, len(literal))]:
        return  # more than one literal, an unfinished one, or a block string, which stays in the shape
    try:
        expected = coerce_input_literal(parse_const_value(literal), kind)
    except GraphQLError:
        expected = Undefined
    assert repr(Slot(0, kind).value(literal)) == repr(expected)
    event(f"{'misfit' if expected is Undefined else 'value'} of {kind}")
