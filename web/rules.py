"""The validation rules that a document can break: those about what it does not hold find nothing, and are left out.

A rule costs a call for every node of a document, and most documents hold no fragment and no directive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import FieldNode, OperationDefinitionNode, OperationType, specified_rules
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import ASTValidationRule, DocumentNode, SelectionSetNode

ALL_RULES: tuple[type[ASTValidationRule], ...] = (
    *specified_rules,
    MaybeNullValidationRule,
    OneOfInputValidationRule,
)

# What a rule is about, by its name. One that is not named here, such as a new graphql-core may bring, is always asked.
_ABOUT: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "ExecutableDefinitionsRule",
            "UniqueOperationNamesRule",
            "LoneAnonymousOperationRule",
            "SingleFieldSubscriptionsRule",
        ),
        "several definitions",
    ),
    **dict.fromkeys(
        (
            "FragmentsOnCompositeTypesRule",
            "UniqueFragmentNamesRule",
            "KnownFragmentNamesRule",
            "NoUnusedFragmentsRule",
            "PossibleFragmentSpreadsRule",
            "NoFragmentCyclesRule",
        ),
        "fragments",
    ),
    **dict.fromkeys(
        (
            "KnownDirectivesRule",
            "UniqueDirectivesPerLocationRule",
            "DeferStreamDirectiveOnRootField",
            "DeferStreamDirectiveOnValidOperationsRule",
            "DeferStreamDirectiveLabel",
            "StreamDirectiveOnListField",
        ),
        "directives",
    ),
    **dict.fromkeys(
        (
            "VariablesAreInputTypesRule",
            "UniqueVariableNamesRule",
            "NoUndefinedVariablesRule",
            "NoUnusedVariablesRule",
            "VariablesInAllowedPositionRule",
        ),
        "variables",
    ),
    **dict.fromkeys(
        (
            "KnownArgumentNamesRule",
            "UniqueArgumentNamesRule",
            "ValuesOfCorrectTypeRule",
            "UniqueInputFieldNamesRule",
            "OneOfInputValidationRule",
        ),
        "arguments",
    ),
    "KnownTypeNamesRule": "type names",
    "MaybeNullValidationRule": "nulls",
    "MaxIntrospectionDepthRule": "introspection",
    "OverlappingFieldsCanBeMergedRule": "fields of one name",
}


def rules_for(text: str, tree: DocumentNode) -> list[type[ASTValidationRule]]:
    """Return the rules that this document can break, in graphql-core's order."""
    held = _held(text, tree)
    return [rule for rule in ALL_RULES if _ABOUT.get(rule.__name__, "all") in held]


def _held(text: str, tree: DocumentNode) -> set[str]:
    """Return what the document holds; more than that at most, where a mark of it stands in a text or a comment."""
    held = {"all"}
    only = tree.definitions[0] if len(tree.definitions) == 1 else None
    if not isinstance(only, OperationDefinitionNode) or only.operation is not OperationType.QUERY:
        held.add("several definitions")
    if not isinstance(only, OperationDefinitionNode) or "..." in text:
        held.update(("fragments", "type names", "fields of one name"))
    elif _repeats_a_name(only.selection_set):
        held.add("fields of one name")
    if "@" in text:
        held.add("directives")
    if "$" in text:
        held.update(("variables", "type names"))
    if "(" in text:
        held.add("arguments")
    if "null" in text:
        held.add("nulls")
    if "__" in text:
        held.add("introspection")
    return held


def _repeats_a_name(selection: SelectionSetNode) -> bool:
    """Say whether two fields of one selection, of fields alone, have one name in the answer."""
    names: set[str] = set()
    for field in selection.selections:
        if not isinstance(field, FieldNode):
            return True
        name = (field.alias or field.name).value
        if name in names or (field.selection_set is not None and _repeats_a_name(field.selection_set)):
            return True
        names.add(name)
    return False
