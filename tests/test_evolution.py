"""Rules for changes of the schema, on small schemas: one for each kind of change."""

from __future__ import annotations

import pytest

from schema.changes import changes, read_sdl
from schema.evolution import Version, refusals

OLD = """
    schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable"]) { query: Query }
    directive @live(every: Int, always: Boolean) repeatable on QUERY | FIELD
    interface Node { id: ID! }
    type Query {
      run(id: ID!): Run
      runs(where: Filter, order: Order = ASC, first: Int = 10, last: Int): [Run!]
      oldRuns(where: OldFilter, size: Int): [OldRun] @deprecated(reason: "Use runs.")
      any: Any
      _entities: [_Entity]!
    }
    type Run implements Node @key(fields: "id") { id: ID! power: Float! note: String @shareable }
    type OldRun { id: ID! power: Float! }
    type Lost { id: ID! }
    input Filter { task: String gpu: String @deprecated(reason: "Use task.") seed: Int = 1 }
    input OldFilter { task: String }
    enum Order { ASC DESC RANDOM @deprecated(reason: "It has no meaning.") }
    union Any = Run | OldRun
    union _Entity = Run
"""
UNMARKED = "is not @deprecated in the base"
UNANNOUNCED = "the changelog of the base does not name"
UNRECORDED = "CHANGELOG.md does not name"

# Change as (old text, new text), coordinate, and whether GraphQL can mark the element as deprecated.
BREAKING = {
    "field removed": (" power: Float! note", " note", "Run.power", True),
    "argument removed": (", last: Int", "", "Query.runs(last:)", True),
    "input field removed": ("{ task: String gpu", "{ gpu", "Filter.task", True),
    "enum value removed": ("{ ASC DESC", "{ ASC", "Order.DESC", True),
    "type of a field changed": (" power: Float! note", " power: Int! note", "Run.power", True),
    "field becomes nullable": (" power: Float! note", " power: Float note", "Run.power", True),
    "list becomes a value": ("): [Run!]", "): Run!", "Query.runs", True),
    "type of an argument changed": ("last: Int", "last: Float", "Query.runs(last:)", True),
    "argument becomes required": ("last: Int", "last: Int!", "Query.runs(last:)", True),
    "type of an input field changed": ("{ task: String gpu", "{ task: Int gpu", "Filter.task", True),
    "required argument added": ("(id: ID!)", "(id: ID!, task: String!)", "Query.run(task:)", False),
    "required input field added": ("{ task: String gpu", "{ new: Int! task: String gpu", "Filter.new", False),
    "kind of a type changed": ("enum Order { ASC DESC RANDOM", "scalar Order #", "Order", False),
    "interface no longer implemented": ("Run implements Node", "Run", "Run", False),
    "member of a union removed": ("union Any = Run | OldRun", "union Any = OldRun", "Any", False),
    "entity without its key": (' @key(fields: "id") { id', " { id", "Run", False),
    "entity with another key": ('@key(fields: "id")', '@key(fields: "id power")', "Run", False),
    "field no longer shareable": (" @shareable }", " }", "Run.note", True),
    "input of one field": ("input Filter {", "input Filter @oneOf {", "Filter", False),
    "directive removed": ("directive @live(", "directive @lively(", "@live", False),
    "argument of a directive removed": ("every: Int, ", "", "@live(every:)", False),
    "directive no longer repeatable": (" repeatable", "", "@live", False),
    "location of a directive removed": ("QUERY | FIELD", "QUERY", "@live", False),
}
DEFAULTS = {
    "default of an argument changed": ("first: Int = 10", "first: Int = 20", "Query.runs(first:)"),
    "default of an argument removed": ("order: Order = ASC", "order: Order", "Query.runs(order:)"),
    "default of an input field changed": ("seed: Int = 1", "seed: Int = 2", "Filter.seed"),
}
HARMLESS = {
    "field added": (" note: String", " memo: String note: String"),
    "type added": ("enum Order", "type New { id: ID! } enum Order"),
    "optional argument added": ("last: Int", "last: Int, after: String"),
    "optional input field added": ("{ task: String gpu", "{ task: String new: Int gpu"),
    "required argument with a default added": ("(id: ID!)", "(id: ID!, page: Int! = 1)"),
    "enum value added": ("{ ASC DESC", "{ ASC DESC NONE"),
    "field becomes non-null": ("note: String", "note: String!"),
    "argument becomes optional": ("(id: ID!)", "(id: ID)"),
    "member of a union added": ("union Any = Run", "union Any = Lost | Run"),
    "key added": ('@key(fields: "id")', '@key(fields: "id") @key(fields: "power")'),
    "element deprecated": ("note: String", 'note: String @deprecated(reason: "Use power.")'),
    "deprecation withdrawn": (' @deprecated(reason: "Use runs.")', ""),
    "description changed": ("type Run ", '"One run." type Run '),
}
DEPRECATED = {
    "field removed": (
        'oldRuns(where: OldFilter, size: Int): [OldRun] @deprecated(reason: "Use runs.")',
        "",
        "Query.oldRuns",
    ),
    "argument of a deprecated field removed": (", size: Int", "", "Query.oldRuns(size:)"),
    "argument added to a deprecated field": ("size: Int", "size: Int, page: Int!", "Query.oldRuns(page:)"),
    "type of a deprecated field changed": ("[OldRun]", "[Run]", "Query.oldRuns"),
    "input field removed": (' gpu: String @deprecated(reason: "Use task.")', "", "Filter.gpu"),
    "enum value removed": (' RANDOM @deprecated(reason: "It has no meaning.")', "", "Order.RANDOM"),
    "field of a type behind deprecated elements removed": (
        "input OldFilter { task",
        "input OldFilter { job",
        "OldFilter.task",
    ),
    "unreachable type removed": ("type Lost { id: ID! }", "", "Lost"),
}


def replaced(old: str, new: str) -> str:
    """Return the old schema with a change."""
    assert OLD.count(old) == 1, old
    return OLD.replace(old, new)


def changelog(unreleased: str = "", released: str = "") -> str:
    """Return a changelog with texts in the unreleased section and in that of version 1.0.0."""
    return f"# Changelog\n\n## [Unreleased]\n\n{unreleased}\n\n## [1.0.0] - 2026-12-01\n\n{released}\n"


def compared(sdl: str, *, unreleased: str = "", base: str = "") -> list[str]:
    """Compare a schema with the old one, whose changelog has the text `base` in its unreleased section."""
    return refusals(Version(OLD, changelog(base)), Version(sdl, changelog(unreleased)))


@pytest.mark.parametrize(("old", "new", "coordinate", "can_be_marked"), BREAKING.values(), ids=BREAKING)
def test_a_breaking_change_needs_a_deprecation_and_an_entry(
    old: str, new: str, coordinate: str, *, can_be_marked: bool
) -> None:
    """Two errors name the coordinate; an entry in the changelog alone resolves one of them."""
    sdl = replaced(old, new)
    missing = UNMARKED if can_be_marked else UNANNOUNCED

    both = [each for each in compared(sdl) if f"`{coordinate}`" in each or f": {coordinate} is" in each]
    assert len(both) == 2
    assert missing in both[0]
    assert UNRECORDED in both[1]
    with_entry = compared(sdl, unreleased=f"### Removed\n\n- `{coordinate}`: no longer measured.")
    assert [each for each in with_entry if each in both] == both[:1]


@pytest.mark.parametrize("name", [name for name, change in BREAKING.items() if change[3]])
def test_the_changelog_does_not_replace_a_mark(name: str) -> None:
    """Clients see @deprecated in their tools, so what can be marked must be."""
    old, new, coordinate, _ = BREAKING[name]
    listed = f"- `{coordinate}`"

    (error,) = compared(replaced(old, new), base=f"### Deprecated\n\n{listed}", unreleased=f"### Changed\n\n{listed}")
    assert UNMARKED in error


@pytest.mark.parametrize("name", [name for name, change in BREAKING.items() if not change[3]])
def test_what_cannot_be_marked_is_announced_in_the_changelog(name: str) -> None:
    """Under Deprecated in the base, and under Changed with the change."""
    old, new, _, _ = BREAKING[name]
    sdl = replaced(old, new)
    listed = "\n".join(f"- `{change.coordinate}`" for change in changes(read_sdl(OLD), read_sdl(sdl)))

    assert compared(sdl, base=f"### Deprecated\n\n{listed}", unreleased=f"### Changed\n\n{listed}") == []
    assert len(compared(sdl, base=f"### Deprecated\n\n{listed}")) == listed.count("- ")
    assert any(UNANNOUNCED in each for each in compared(sdl, base=f"### Added\n\n{listed}"))


@pytest.mark.parametrize(("old", "new", "coordinate"), DEPRECATED.values(), ids=DEPRECATED)
def test_a_deprecated_element_needs_only_an_entry(old: str, new: str, coordinate: str) -> None:
    """Its own mark, that of its field, or marks on all that leads to its type."""
    sdl = replaced(old, new)

    (error,) = compared(sdl)
    assert UNRECORDED in error
    assert f"`{coordinate}`" in error
    assert compared(sdl, unreleased=f"### Removed\n\n- `{coordinate}` of old runs.") == []


@pytest.mark.parametrize(("old", "new", "coordinate"), DEFAULTS.values(), ids=DEFAULTS)
def test_a_changed_default_needs_only_an_entry(old: str, new: str, coordinate: str) -> None:
    """The query stays valid, but has another answer."""
    sdl = replaced(old, new)

    (error,) = compared(sdl)
    assert UNRECORDED in error
    assert compared(sdl, unreleased=f"### Changed\n\n- `{coordinate}` is higher.") == []


@pytest.mark.parametrize(("old", "new"), HARMLESS.values(), ids=HARMLESS)
def test_a_compatible_change_needs_nothing(old: str, new: str) -> None:
    """Clients must expect additions."""
    assert compared(replaced(old, new)) == []


def test_a_type_is_removed_with_the_deprecated_field_that_leads_to_it() -> None:
    """Both are named; the members of the type need no entries."""
    sdl = replaced(*DEPRECATED["field removed"][:2]).replace("input OldFilter { task: String }", "")

    assert compared(sdl, unreleased="### Removed\n\n- `Query.oldRuns` and `OldFilter`") == []
    (error,) = compared(sdl, unreleased="### Removed\n\n- `Query.oldRuns`")
    assert error.startswith("OldFilter was removed: CHANGELOG.md does not name `OldFilter`")


@pytest.mark.parametrize(
    ("text", "is_enough"),
    [
        ("## [Unreleased]\n\n### Removed\n\n- `Query.oldRuns`\n", True),
        ("## Unreleased\n### Changed\n- `Query.oldRuns` (use `runs`)\n", True),
        ("## [Unreleased]\n\n## [1.1.0] - 2027-01-01\n\n### Removed\n\n- `Query.oldRuns`\n", True),
        ("## 1.1.0 - 2027-01-01\n\n### Removed\n\n- `Query.oldRuns`\n", True),
        ("## [1.0.0] - 2026-12-01\n\n### Removed\n\n- `Query.oldRuns`\n", False),
        ("## [Unreleased]\n\n### Added\n\n- `Query.oldRuns`\n", False),
        ("## [Unreleased]\n\n### Removed\n\n- Query.oldRuns\n", False),
        ("## [Unreleased]\n\n### Removed\n\n- `Query.oldRuns(size:)`\n", False),
        ("## [Unreleased]\n\n- `Query.oldRuns`\n", False),
        ("", False),
    ],
)
def test_where_an_entry_counts(text: str, *, is_enough: bool) -> None:
    """Under Removed or Changed of the unreleased version or a release since the base, as code, with its coordinate."""
    sdl = replaced(*DEPRECATED["field removed"][:2])

    assert (refusals(Version(OLD, changelog()), Version(sdl, text)) == []) is is_enough
