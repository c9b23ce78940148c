"""Adapter for graphql-core: every import of its deep or private modules, for the whole server."""

from graphql.execution.collect_fields import FieldDetailsList, FragmentDetails, collect_fields
from graphql.execution.executor import CollectedErrors
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from graphql.pyutils import Path, is_awaitable
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal
from graphql.validation.validate import ValidationAbortedError

__all__ = [
    "CollectedErrors",
    "FieldDetailsList",
    "FragmentDetails",
    "Path",
    "ValidationAbortedError",
    "VariableValues",
    "coerce_default_value",
    "coerce_input_literal",
    "collect_fields",
    "get_argument_values",
    "get_variable_signature",
    "get_variable_values",
    "is_awaitable",
]
