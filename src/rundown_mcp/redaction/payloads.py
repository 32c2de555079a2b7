"""Mask a payload by its structure: what secret names hold, JSON inside texts, every text and number in its context."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from rundown_mcp.domain.text import JsonValue, as_text
from rundown_mcp.redaction.limits import DEEPEST, LONGEST, NotCheckedError
from rundown_mcp.redaction.masking import APART, Search, find, placeholder
from rundown_mcp.redaction.placeholders import Tagger, secret
from rundown_mcp.redaction.spans import Found, applied
from rundown_mcp.redaction.words import is_secret_name

_NESTED: Final = 3
"""How deep JSON inside texts is read as JSON; what lies deeper is masked as text."""

_LONGEST_NAME: Final = 64
_MOST_INDENT: Final = 64
_NAMES: Final = frozenset("name key header field parameter param variable var property k label".split())
_VALUES: Final = frozenset("value val v content data default text".split())
_HEADERS: Final = frozenset(
    "authorization proxy-authorization cookie set-cookie x-api-key api-key x-auth-token x-access-token "
    "x-amz-security-token "
    "x-csrf-token apikey".split()
)


class _Key(NamedTuple):
    """What a key's name tells, worked out once for all objects that have it; its text has a number of its own."""

    text: int
    label: str
    """How it stands before the texts that it holds, for those who look for telling words."""
    hides: bool
    """Whether what it holds is a secret."""
    names: bool
    """Whether what it holds may name a secret."""
    valued: bool
    """Whether it holds the secret that another key's text names."""


class _Object(NamedTuple):
    """An object's plan; its texts are numbered from `first` to before `last`, those of its keys are not among them."""

    original: Mapping[str, JsonValue]
    first: int
    last: int
    keys: list[_Key]
    items: list[_Plan]


class _List(NamedTuple):
    original: Sequence[JsonValue]
    first: int
    last: int
    items: list[_Plan]


class _Nested(NamedTuple):
    """A text that holds JSON, and what it holds."""

    original: str
    inner: _Plan


_Plan: TypeAlias = "int | _Nested | _Object | _List"
"""What becomes of a value; a number is that of a text."""


class _Gathering:
    """Walks a payload once and collects its texts, so that they are searched together and not one by one."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.places: list[tuple[int, int]] = []
        self.originals: list[JsonValue] = []
        self.hidden: set[int] = set()
        self.secrets: list[str] = []
        """What secret names hide, to be looked for elsewhere."""
        self.keys: dict[str, _Key] = {}
        self._size = 0

    def text(self, text: str, original: JsonValue, label: str = "") -> int:
        if APART in text:
            text = text.replace(APART, "\x01")
        start = self._size + len(label)
        end = start + len(text)
        self.pieces += label, text, APART
        self._size = end + 1
        if end > LONGEST:
            raise NotCheckedError("too long")
        self.places.append((start, end))
        self.originals.append(original)
        return len(self.originals) - 1

    def kept(self, value: JsonValue) -> int:
        """A value in which there is nothing to find."""
        self.places.append((self._size, self._size))
        self.originals.append(value)
        return len(self.originals) - 1

    def secret(self, item: JsonValue) -> int:
        """What a secret's name hides, whatever it is."""
        for value in item if isinstance(item, list | tuple) else (item,):
            if isinstance(value, str | int | float):
                self.secrets.append(as_text(value))
        index = self.kept(secret("field"))
        self.hidden.add(index)
        return index

    def key(self, name: str) -> _Key:
        key = self.keys.get(name)
        if key is None:
            label = f"{name.replace(APART, ' ')}: " if 0 < len(name) <= _LONGEST_NAME else ""
            plain = name.casefold()
            key = _Key(self.text(name, name), label, is_secret_name(name), plain in _NAMES, plain in _VALUES)
            self.keys[name] = key
        return key

    def plan(self, value: JsonValue, label: str, nested: int, depth: int) -> _Plan:
        if isinstance(value, str):
            inner = parsed(value) if value and nested < _NESTED else None
            if inner is None:
                return self.text(value, value, label) if value else self.kept(value)
            return _Nested(value, self.plan(inner, label, nested + 1, depth + 1))
        if value is None or isinstance(value, bool):
            return self.kept(value)
        if isinstance(value, (int, float)):
            return self.text(as_text(value), value, label)
        if depth > DEEPEST:
            raise NotCheckedError("too deep")
        if isinstance(value, Mapping):
            return self._object(value, nested, depth)
        return self._list(value, label, nested, depth)

    def _object(self, value: Mapping[str, JsonValue], nested: int, depth: int) -> _Object:
        keys = [self.key(name) for name in value]
        naming = [item for key, item in zip(keys, value.values(), strict=True) if key.names]
        named = any(isinstance(item, str) and is_secret_name(item) for item in naming)
        first = len(self.originals)
        items: list[_Plan] = []
        for key, item in zip(keys, value.values(), strict=True):
            hidden = (key.hides or (named and key.valued)) and _holds(item)
            items.append(self.secret(item) if hidden else self.plan(item, key.label, nested, depth + 1))
        return _Object(value, first, len(self.originals), keys, items)

    def _list(self, value: Sequence[JsonValue], label: str, nested: int, depth: int) -> _List:
        first = len(self.originals)
        items: list[_Plan] = []
        before: JsonValue = None
        for item in value:
            if isinstance(before, str) and isinstance(item, str) and _introduces(before, len(value)) and _holds(item):
                items.append(self.secret(item))
            else:
                items.append(self.plan(item, label, nested, depth + 1))
            before = item
        return _List(value, first, len(self.originals), items)


def masked(value: JsonValue, search: Search, tagger: Tagger) -> JsonValue:
    """The same value with placeholders, in private brackets, for what the search finds; the value is not touched.

    Keys are masked too. A number that is masked becomes a text. A text that holds JSON stays JSON.

    Raises:
        NotCheckedError: it is too large or too deep to be checked.
    """
    gathering = _Gathering()
    plan = gathering.plan(value, "", 0, 0)
    finds = find("".join(gathering.pieces), search, gathering.secrets)
    return _Outcome(gathering, finds, tagger).rebuilt(plan)


class _Outcome:
    """Puts the finds of all texts back into the texts that they stand in; what holds none stays as it was."""

    def __init__(self, gathering: _Gathering, finds: list[Found], tagger: Tagger) -> None:
        self._originals = gathering.originals
        self._texts = dict[int, JsonValue]((index, gathering.originals[index]) for index in gathering.hidden)
        for index, changes in _changes(gathering.places, finds, tagger).items():
            self._texts[index] = applied(as_text(gathering.originals[index]), changes)
        self._changed = sorted(self._texts)
        self._all = any(key.text in self._texts for key in gathering.keys.values())
        """Whether a key changed, which any object may have."""

    def rebuilt(self, plan: _Plan) -> JsonValue:
        """The value that a plan was made for, masked."""
        if isinstance(plan, int):
            return self._texts.get(plan, self._originals[plan])
        if isinstance(plan, _Nested):
            inner = self.rebuilt(plan.inner)
            return as_text(inner) if self._changes(plan.inner) else plan.original
        if not (self._all or self._changes(plan)):
            return plan.original
        items = [self.rebuilt(item) for item in plan.items]
        if isinstance(plan, _List):
            return items
        return _named_apart(zip((str(self.rebuilt(key.text)) for key in plan.keys), items, strict=True))

    def _changes(self, plan: _Plan) -> bool:
        """Whether anything in a value was masked."""
        if isinstance(plan, int):
            return plan in self._texts
        if isinstance(plan, _Nested):
            return self._changes(plan.inner)
        if self._all and (
            (isinstance(plan, _Object) and any(key.text in self._texts for key in plan.keys))
            or any(self._changes(item) for item in plan.items)
        ):
            return True
        return bisect_left(self._changed, plan.first) < bisect_left(self._changed, plan.last)


def _changes(
    places: list[tuple[int, int]], finds: list[Found], tagger: Tagger
) -> dict[int, list[tuple[int, int, str]]]:
    """What to replace in each text that something was found in, by the text's number."""
    result: dict[int, list[tuple[int, int, str]]] = {}
    index = 0
    for hit in finds:
        index = max(index, bisect_left(places, (hit.start + 1,)) - 1)
        for place in range(index, len(places)):
            start, end = places[place]
            if start >= hit.end:
                break
            low, high = max(start, hit.start), min(end, hit.end)
            if low < high:
                result.setdefault(place, []).append((low - start, high - start, placeholder(hit, tagger)))
    return result


def _named_apart(members: Iterable[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    """The members of an object, where keys that differed before they were masked still do: `k`, `k (2)`, …."""
    apart: dict[str, JsonValue] = {}
    seen: dict[str, int] = {}
    for key, item in members:
        name = key
        while name in apart:
            seen[key] = seen.get(key, 1) + 1
            name = f"{key} ({seen[key]})"
        apart[name] = item
    return apart


def parsed(text: str) -> JsonValue:
    """The object or list that a text holds as JSON, or None; a key that stands twice makes it plain text."""
    if not (text[0] in "{[" or (text[0].isspace() and text[:_MOST_INDENT].lstrip()[:1] in {"{", "["})):
        return None
    try:
        value: JsonValue = _JSON.decode(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, (dict, list)) else None


def _distinct(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    result = dict(pairs)
    if len(result) < len(pairs):
        raise ValueError("a key stands twice")
    return result


def _refuse(word: str) -> JsonValue:
    raise ValueError(word)


_JSON: Final = json.JSONDecoder(object_pairs_hook=_distinct, parse_constant=_refuse)
"""Made once: `json.loads` makes one for every text."""


def _holds(item: JsonValue) -> bool:
    """Whether there is anything to hide: null, true, false, zero and empty values tell nothing."""
    return item is not None and not isinstance(item, bool) and item not in ("", 0, [], {})


def _introduces(name: str, size: int) -> bool:
    """Whether a text in a list names the secret that follows it: a pair, a flag, a header's name."""
    if name.startswith("-"):
        return is_secret_name(name.lstrip("-"))
    return name.casefold() in _HEADERS or (size == 2 and " " not in name and is_secret_name(name))
