"""Neutral values laid flat, so that a test can write down what it expects of every field."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.text import Untrusted


def flat(value: object, path: str = "") -> dict[str, Any]:
    """Each field that is set, by its path; text from outside as (kind, comparable form)."""
    if isinstance(value, Untrusted):
        return {path.removeprefix("."): (value.kind.value, value.canonical().removeprefix("\0"))}
    if isinstance(value, Ref):
        return {path.removeprefix("."): str(value)}
    if is_dataclass(value):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
        return {key: item for name, part in parts.items() for key, item in flat(part, f"{path}.{name}").items()}
    if isinstance(value, tuple | list):
        return {key: item for n, part in enumerate(value) for key, item in flat(part, f"{path}[{n}]").items()}
    if isinstance(value, Mapping):
        return {key: item for name, part in value.items() for key, item in flat(part, f"{path}.{name}").items()}
    return {} if value is None else {path.removeprefix("."): value}
