"""Compare two payloads: another shape, another setting, or the same shape with the values of another case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from rundown_mcp.domain.text import Untrusted

Path: TypeAlias = tuple[int, ...]
"""Which member of an object, counted from 0 in its order, which of that one's members, and so on."""

_DEEPEST: Final = 6
_MOST_MEMBERS: Final = 2000
_SETTING: Final = re.compile(r"[a-z]{1,24}(?:[_-][a-z]{1,24}){0,3}|[A-Z]{1,24}(?:[_-][A-Z]{1,24}){0,3}", re.ASCII)
"""What a word looks like that names one of a few choices (`EUR`, `high`, `dry_run`), not a person, an id or a text."""
_NOTHING: Final = frozenset({"", '\0""', "\0[]", "\0{}", "\0null"})


class Likeness(StrEnum):
    """How far two payloads are alike.

    `VALUES`: the same shape, with values that differ from case to case anyway: ids, times, amounts, names, texts.
    `CHANGED`: a member, a type or a setting is another, or something is empty in one alone. `UNKNOWN`: one is absent,
    or the provider withheld or cut it.
    """

    EQUAL = "equal"
    VALUES = "values"
    CHANGED = "changed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Change:
    """A member that differs; a path is None where the other payload alone has it, and empty for the whole payload."""

    here: Path | None
    there: Path | None


@dataclass(frozen=True, slots=True)
class PayloadDifference:
    """`changes` are those that make it `CHANGED`; `values` are members whose values alone differ."""

    likeness: Likeness
    changes: tuple[Change, ...] = ()
    values: tuple[Change, ...] = ()


def compare_payloads(here: Untrusted | None, there: Untrusted | None) -> PayloadDifference:
    """What differs between two payloads; of deep or very large ones, what lies beyond the limits counts as values."""
    if here is None and there is None:
        return PayloadDifference(Likeness.EQUAL)
    if here is None or there is None or any(side.redacted or side.truncated for side in (here, there)):
        return PayloadDifference(Likeness.UNKNOWN)
    if here == there:
        return PayloadDifference(Likeness.EQUAL)
    found = _Differences()
    found.look(here, there, (), ())
    likeness = Likeness.CHANGED if found.changes else Likeness.VALUES
    return PayloadDifference(likeness, tuple(found.changes), tuple(found.values))


class _Differences:
    """What was found so far in two payloads, and how many members may still be looked at."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.values: list[Change] = []
        self._left = _MOST_MEMBERS

    def look(self, here: Untrusted, there: Untrusted, at: Path, other: Path) -> None:
        """Compare two values that are not equal, at their paths."""
        are_objects = _sort(here.canonical()) == _sort(there.canonical()) == "{"
        if not are_objects or len(at) >= _DEEPEST or self._left <= 0:
            (self.changes if _is_another(here, there) else self.values).append(Change(at, other))
            return
        mine, theirs = _members(here), _members(there)
        places = {key: place for place, key in enumerate(theirs)}
        self._left -= len(mine)
        for place, (key, value) in enumerate(mine.items()):
            if key not in theirs:
                self._only(value, Change((*at, place), None))
            elif value != theirs[key]:
                for one, two in _pair(here, there, key):
                    self.look(one, two, (*at, place), (*other, places[key]))
        for key, value in theirs.items():
            if key not in mine:
                self._only(value, Change(None, (*other, places[key])))

    def _only(self, value: str, change: Change) -> None:
        """A member that one payload lacks; to lack it and to hold nothing are the same."""
        (self.values if value in _NOTHING else self.changes).append(change)


def _members(value: Untrusted) -> dict[str, str]:
    """The canonical forms of an object's members by their keys."""
    members = ((key, value.child(key)) for key in value.member_names())
    return {key: member.canonical() for key, member in members if member is not None}


def _pair(here: Untrusted, there: Untrusted, key: str) -> Iterator[tuple[Untrusted, Untrusted]]:
    one, two = here.child(key), there.child(key)
    if one is not None and two is not None:
        yield one, two


def _is_another(here: Untrusted, there: Untrusted) -> bool:
    """Whether two unequal values differ by more than the case that they belong to."""
    mine, theirs = here.canonical(), there.canonical()
    sort = _sort(mine)
    if sort != _sort(theirs) or (_is_nothing(mine) != _is_nothing(theirs)):
        return True
    match sort:
        case "true" | "false":
            return True
        case "number":
            return _sign(here) != _sign(there)
        case "text":
            return all(_SETTING.fullmatch(text) for text in (mine, theirs))
        case _:
            return False


def _sort(canonical: str) -> str:
    """What sort of value a canonical form is of: `text`, `number`, `[`, `{`, `null`, `true`, `false`."""
    if not canonical.startswith("\0") or canonical.startswith('\0"'):
        return "text"
    bare = canonical[1:]
    return bare[0] if bare[0] in "[{" else bare if bare in {"null", "true", "false"} else "number"


def _is_nothing(canonical: str) -> bool:
    return canonical in _NOTHING or not canonical.strip()


def _sign(value: Untrusted) -> int:
    number = value.number() or 0.0
    return (number > 0) - (number < 0)
