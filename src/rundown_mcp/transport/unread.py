"""What of a vendor's object no field of ours carries, so that it can be shown all the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeAlias, get_args, get_origin

from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.transport.wire import WireModel

_Object: TypeAlias = dict[str, Any]

_NOTHING: Final[Mapping[str, Any]] = {}
_DEEPEST: Final = 3
"""Levels of objects in which what is empty or known is looked for; a hostile body may hold hundreds."""


def unread(model: WireModel, *fields: str, known: Collection[str] = ()) -> Untrusted | None:
    """The keys that a model and the objects within it do not name, and these `fields` of it (`version.slug`).

    Lists of objects are left to whoever reads their items. What is empty is left out, and what only repeats a text in
    `known`, such as the run's own id. None where nothing is left.
    """
    found = _unnamed(model)
    if not fields and not found:
        return None
    found = {**found}
    for path in fields:
        *parents, name = path.split(".")
        holder: object = model
        place = found
        for parent in parents:
            holder = getattr(holder, parent, None)
            place = place.setdefault(parent, {})
        value = getattr(holder, name, None)
        place[name] = value.isoformat() if isinstance(value, datetime) else value
    left = _without(found, known)
    return Untrusted(left, Kind.PAYLOAD) if left else None


def _unnamed(model: WireModel) -> Mapping[str, Any]:
    """New objects are made only where there is something to hold: runs have hundreds of thousands of steps."""
    inner = [
        (name, dict(unnamed))
        for name in _objects_in(type(model))
        if (child := getattr(model, name)) is not None and (unnamed := _unnamed(child))
    ]
    extra = model.model_extra or _NOTHING
    return {**extra, **dict(inner)} if inner else extra


@cache
def _objects_in(model: type[WireModel]) -> tuple[str, ...]:
    """The fields of a model that hold one object of another; looked up once, for a run may have many steps."""
    return tuple(
        name
        for name, field in model.model_fields.items()
        if get_origin(field.annotation) is not list
        and any(isinstance(kind, type) and issubclass(kind, WireModel) for kind in get_args(field.annotation))
    )


def _without(found: _Object, known: Collection[str], depth: int = 1) -> _Object:
    left = {
        name: _without(value, known, depth + 1) if isinstance(value, dict) and depth < _DEEPEST else value
        for name, value in found.items()
        if not (isinstance(value, str) and value in known)
    }
    return {name: value for name, value in left.items() if value is not None and value not in ("", [], {})}
