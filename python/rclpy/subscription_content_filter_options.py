"""Filters of subscriptions by what is in the messages."""

from typing import List, NamedTuple


class ContentFilterOptions(NamedTuple):
    """An expression of DDS's SQL subset, 'data > %0', and its parameters as they would stand in it."""

    filter_expression: str
    expression_parameters: List[str]
