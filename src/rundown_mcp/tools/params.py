"""Parameters that several tools share, described once."""

from __future__ import annotations

import json
from typing import Annotated, TypeAlias, TypeVar

from pydantic import BeforeValidator, Field, StringConstraints

from rundown_mcp.views.budget import LEAST_TOKENS

T = TypeVar("T")


def _listed(value: object) -> object:
    """One value where a list is expected means a list of it: people and models both write it so."""
    return [value] if isinstance(value, str | int | float) and not isinstance(value, bool) else value


def _written(value: object) -> object:
    """A number or a flag where text is expected: ids such as 48213 reach us as numbers from shells and models."""
    return json.dumps(value) if isinstance(value, int | float) else value


Listed: TypeAlias = Annotated[list[T], BeforeValidator(_listed), Field(max_length=100)]
Written: TypeAlias = Annotated[str, BeforeValidator(_written)]
Short: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), BeforeValidator(_written)
]
"""The constraints stand before the validator: behind it, a text would be measured before it is stripped."""

Providers: TypeAlias = Annotated[Listed[Short], Field(description="connection names; default all")]
Recent: TypeAlias = Annotated[Short, Field(description="24h 7d today yesterday or ISO; default 24h")]
Agents: TypeAlias = Annotated[Listed[Short], Field(description="agent id or name")]
Search: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True), BeforeValidator(_written)
]
Cursor: TypeAlias = Annotated[str, Field(description="from a former answer's next:, alone")]
MaxTokens: TypeAlias = Annotated[int, Field(ge=LEAST_TOKENS, description="size of the answer")]
RunText: TypeAlias = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2048, strip_whitespace=True),
    BeforeValidator(_written),
    Field(description="ref (duckie:3c90c3cc), full id or web address"),
]
