"""Mask a payload by its structure: what secret names hold, JSON inside texts, every text and number in its context."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from rundown_mcp.domain.text import JsonValue, as_text
from rundown_mcp.redaction.identities import Identities
from rundown_mcp.redaction.limits import DEEPEST, LONGEST, NotCheckedError
from rundown_mcp.redaction.masking import APART, find, placeholder
from rundown_mcp.redaction.placeholders import Tagger, secret
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.spans import Found, applied
from rundown_mcp.redaction.words import is_secret_name

_NESTED: Final = 3
"""How deep JSON inside texts is read as JSON; what lies deeper is masked as text."""

_LONGEST_NAME: Final = 64
_NAMES: Final = frozenset("name key header field parameter param variable var property k label".split())
_VALUES: Final = frozenset("value val v content data default text".split())
_HEADERS: Final = frozenset(
    "authorization proxy-authorization cookie set-cookie x-api-key api-key x-auth-token x-access-token "
    "x-amz-security-token "
    "x-csrf-token apikey".split()
)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A text to mask: its place among all of the payload's texts, and what it was."""

    index: int
    original: JsonValue


@dataclass(frozen=True, slots=True)
class _Nested:
    """A text that holds JSON: what it holds, and the text."""

    inner: _Plan
    original: str


_Plan: TypeAlias = "_Leaf | _Nested | _Object | list[_Plan] | str | bool | None"


@dataclass(frozen=True, slots=True)
class _Object:
    members: list[tuple[_Leaf, _Plan]]


class _Gathering:
    """Walks a payload once and collects its texts, so that they are searched together and not one by one."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.places: list[tuple[int, int]] = []
        self._keys: dict[str, _Leaf] = {}
        self._size = 0

    def leaf(self, text: str, original: JsonValue, name: str = "") -> _Leaf:
        if APART in text:
            text = text.replace(APART, "\x01")
        context = f"{name.replace(APART, ' ')}: " if 0 < len(name) <= _LONGEST_NAME else ""
        start = self._size + len(context)
        end = start + len(text)
        self.pieces.append(f"{context}{text}{APART}")
        self._size = end + 1
        if self._size > LONGEST:
            raise NotCheckedError("too long")
        self.places.append((start, end))
        return _Leaf(len(self.places) - 1, original)

    def key(self, text: str) -> _Leaf:
        """A key's text, once for all the objects that have it."""
        leaf = self._keys.get(text)
        if leaf is None:
            leaf = self._keys[text] = self.leaf(text, text)
        return leaf

    def plan(self, value: JsonValue, name: str, nested: int, depth: int) -> _Plan:
        if depth > DEEPEST:
            raise NotCheckedError("too deep")
        if isinstance(value, str):
            inner = parsed(value) if nested < _NESTED else None
            if inner is None:
                return self.leaf(value, value, name) if value else ""
            return _Nested(self.plan(inner, name, nested + 1, depth + 1), value)
        if isinstance(value, Mapping):
            return self._object(value, nested, depth)
        if isinstance(value, Sequence):
            return self._list(value, name, nested, depth)
        if value is None or isinstance(value, bool):
            return value
        return self.leaf(as_text(value), value, name)

    def _object(self, value: Mapping[str, JsonValue], nested: int, depth: int) -> _Object:
        named = not _NAMES.isdisjoint(map(str.casefold, value)) and any(
            isinstance(item, str) and key.casefold() in _NAMES and is_secret_name(item) for key, item in value.items()
        )
        members: list[tuple[_Leaf, _Plan]] = []
        for key, item in value.items():
            hidden = is_secret_name(key) or (named and key.casefold() in _VALUES)
            plan = secret("field") if hidden and _holds(item) else self.plan(item, key, nested, depth + 1)
            members.append((self.key(key), plan))
        return _Object(members)

    def _list(self, value: Sequence[JsonValue], name: str, nested: int, depth: int) -> list[_Plan]:
        result: list[_Plan] = []
        before: JsonValue = None
        for item in value:
            if isinstance(before, str) and isinstance(item, str) and _introduces(before, len(value)) and _holds(item):
                result.append(secret("field"))
            else:
                result.append(self.plan(item, name, nested, depth + 1))
            before = item
        return result


def masked(value: JsonValue, *, policy: Policy, tagger: Tagger, people: Identities) -> JsonValue:
    """The same value with placeholders, in private brackets, for what the policy masks; the value is not touched.

    Keys are masked too. A number that is masked becomes a text. A text that holds JSON stays JSON.

    Raises:
        NotCheckedError: it is too large or too deep to be checked.
    """
    gathering = _Gathering()
    plan = gathering.plan(value, "", 0, 0)
    finds = find("".join(gathering.pieces), policy=policy, people=people)
    return _rebuilt(plan, _Outcome(gathering.places, finds, tagger).texts())


class _Outcome:
    """Cuts the finds of all texts to each text's own range."""

    def __init__(self, places: list[tuple[int, int]], finds: list[Found], tagger: Tagger) -> None:
        self._places = places
        self._finds = finds
        self._tagger = tagger

    def texts(self) -> dict[int, list[tuple[int, int, str]]]:
        """What to replace in each text that something was found in, by the text's place."""
        result: dict[int, list[tuple[int, int, str]]] = {}
        place = 0
        for hit in self._finds:
            while self._places[place][1] <= hit.start and place < len(self._places) - 1:
                place += 1
            for index in range(place, len(self._places)):
                start, end = self._places[index]
                if start >= hit.end:
                    break
                low, high = max(start, hit.start), min(end, hit.end)
                if low < high:
                    result.setdefault(index, []).append((low - start, high - start, placeholder(hit, self._tagger)))
        return result


def _rebuilt(plan: _Plan, changes: dict[int, list[tuple[int, int, str]]]) -> JsonValue:
    if isinstance(plan, _Leaf):
        found = changes.get(plan.index)
        return plan.original if found is None else applied(as_text(plan.original), found)
    if isinstance(plan, _Nested):
        inner = _rebuilt(plan.inner, changes)
        return plan.original if _unchanged(plan.inner, changes) else as_text(inner)
    if isinstance(plan, _Object):
        return _named_apart((str(_rebuilt(key, changes)), _rebuilt(item, changes)) for key, item in plan.members)
    if isinstance(plan, list):
        return [_rebuilt(item, changes) for item in plan]
    return plan


def _named_apart(members: Iterable[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    """The members of an object, where keys that differed before they were masked still do: `k`, `k (2)`, …."""
    apart: dict[str, JsonValue] = {}
    seen: Counter[str] = Counter()
    for key, item in members:
        name = key
        while name in apart:
            seen[key] += 1
            name = f"{key} ({seen[key] + 1})"
        apart[name] = item
    return apart


def _unchanged(plan: _Plan, changes: dict[int, list[tuple[int, int, str]]]) -> bool:
    """Whether nothing below was masked, so that a text keeps its own spelling of its JSON."""
    if isinstance(plan, _Leaf):
        return plan.index not in changes
    if isinstance(plan, _Nested):
        return _unchanged(plan.inner, changes)
    if isinstance(plan, _Object):
        return all(_unchanged(key, changes) and _unchanged(item, changes) for key, item in plan.members)
    if isinstance(plan, list):
        return all(_unchanged(item, changes) for item in plan)
    return not isinstance(plan, str) or not plan


def parsed(text: str) -> JsonValue:
    """The object or list that a text holds as JSON, or None; a key that stands twice makes it plain text."""
    start = text[:64].lstrip()[:1]
    if start not in {"{", "["}:
        return None
    try:
        value = json.loads(text, object_pairs_hook=_distinct, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _distinct(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    result = dict(pairs)
    if len(result) < len(pairs):
        raise ValueError("a key stands twice")
    return result


def _refuse(word: str) -> JsonValue:
    raise ValueError(word)


def _holds(item: JsonValue) -> bool:
    """Whether there is anything to hide: null, true, false, zero and empty values tell nothing."""
    return item is not None and not isinstance(item, bool) and item not in ("", 0, [], {})


def _introduces(name: str, size: int) -> bool:
    """Whether a text in a list names the secret that follows it: a pair, a flag, a header's name."""
    if name.startswith("-"):
        return is_secret_name(name.lstrip("-"))
    return name.casefold() in _HEADERS or (size == 2 and " " not in name and is_secret_name(name))
