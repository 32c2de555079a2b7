"""What a run, or a part of it, is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from rundown_mcp.domain.text import Untrusted


def parts_of(*wholes: object) -> Iterator[object]:
    """These and all that they are made of, in no order: objects of ours, and values from outside as wholes."""
    waiting: list[Any] = [*wholes]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Untrusted):
            yield part
        elif isinstance(part, tuple):
            waiting += part
        elif (fields_of := _fields_of(part.__class__)) is not None:
            yield part
            waiting += fields_of(part)


def values_in(*wholes: object) -> Iterator[Untrusted]:
    """The values from outside that these are made of, in no order."""
    return (part for part in parts_of(*wholes) if isinstance(part, Untrusted))


@cache
def _fields_of(kind: type) -> Callable[[object], Iterable[object]] | None:
    """What gives the fields of an object of ours; None for anything else. A run may have many steps."""
    if not is_dataclass(kind):
        return None
    names = [field.name for field in fields(kind)]
    return attrgetter(*names) if len(names) > 1 else lambda whole: (getattr(whole, names[0]),)
