"""Plan what becomes of each part of a payload, and gather its texts, so that they are searched together."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from rundown_mcp.domain.text import JsonValue, as_text
from rundown_mcp.redaction.limits import DEEPEST, LONGEST, NotCheckedError
from rundown_mcp.redaction.masking import APART
from rundown_mcp.redaction.pairs import (
    columns_beside,
    date_of,
    holds,
    holds_rows,
    introduces,
    may_be_named,
    may_name,
    named_beside,
    secret_columns,
)
from rundown_mcp.redaction.placeholders import secret, without_brackets
from rundown_mcp.redaction.words import is_secret_name

_NESTED: Final = 3
"""How deep JSON inside texts is read as JSON; what lies deeper is masked as text."""

_LONGEST_NAME: Final = 64
_MOST_INDENT: Final = 64
_BRACKET: Final = re.compile(r"\\u[eE]00[01]")
"""How JSON may write the private characters that are our placeholders' brackets."""


class Key(NamedTuple):
    """What a key's name tells, worked out once for all objects that have it; its text has a number of its own."""

    text: int
    label: str
    """How it stands before the texts that it holds, for those who look for telling words."""
    hides: bool
    """Whether what it holds is a secret."""


class Object(NamedTuple):
    """An object's plan; its texts are numbered from `first` to before `last`, those of its keys are not among them."""

    original: Mapping[str, JsonValue]
    first: int
    last: int
    keys: list[Key]
    items: list[Plan]


class List(NamedTuple):
    """A list's plan, likewise."""

    original: Sequence[JsonValue]
    first: int
    last: int
    items: list[Plan]


class Nested(NamedTuple):
    """A text that holds JSON, and what it holds."""

    original: str
    inner: Plan


Plan: TypeAlias = "int | Nested | Object | List"
"""What becomes of a value; a number is that of a text."""


class Gathering:
    """Walks a payload once and collects its texts, so that they are searched together and not one by one."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.places: list[tuple[int, int]] = []
        self.originals: list[JsonValue] = []
        self.readings: dict[int, str] = {}
        """What was read for those that are neither texts nor numbers."""
        self.hidden: set[int] = set()
        self.secrets: list[str] = []
        """What secret names hide, to be looked for elsewhere."""
        self.keys: dict[str, Key] = {}
        self._naming: set[str] = set()
        self._named: set[str] = set()
        """Those keys whose text may name a secret, and those that may hold it beside them."""
        self._size = 0

    def _text(self, text: str, original: JsonValue, label: str = "") -> int:
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

    def _dated(self, value: Mapping[str, JsonValue], date: str, label: str) -> int:
        """An object that gives a date, read as a text."""
        index = self._text(date, value, label)
        self.readings[index] = date
        return index

    def _kept(self, value: JsonValue) -> int:
        """A value in which there is nothing to find."""
        self.places.append((self._size, self._size))
        self.originals.append(value)
        return len(self.originals) - 1

    def _secret(self, item: JsonValue) -> int:
        """What a secret's name hides, whatever it is."""
        for value in item if isinstance(item, list | tuple) else (item,):
            if isinstance(value, str | int | float):
                self.secrets.append(as_text(value))
        index = self._kept(secret("field"))
        self.hidden.add(index)
        return index

    def _key(self, name: str) -> Key:
        key = self.keys.get(name)
        if key is None:
            label = f"{name.replace(APART, ' ')}: " if 0 < len(name) <= _LONGEST_NAME else ""
            key = self.keys[name] = Key(self._text(name, name), label, is_secret_name(name))
            if may_name(name):
                self._naming.add(name)
            if may_be_named(name):
                self._named.add(name)
        return key

    def plan(self, value: JsonValue, label: str = "", nested: int = 0, depth: int = 0) -> Plan:
        """Gather the texts of a value that a key labels, and that lies so deep in JSON in texts and in all.

        Raises:
            NotCheckedError: it is too large or too deep to be checked.
        """
        if isinstance(value, str):
            inner = parsed(value) if value and nested < _NESTED else None
            if inner is None:
                return self._text(value, value, label) if value else self._kept(value)
            return Nested(value, self.plan(inner, label, nested + 1, depth + 1))
        if value is None or isinstance(value, bool):
            return self._kept(value)
        if isinstance(value, (int, float)):
            return self._text(as_text(value), value, label)
        if depth > DEEPEST:
            raise NotCheckedError("too deep")
        if isinstance(value, Mapping):
            date = date_of(value) if label else ""
            return self._dated(value, date, label) if date else self._object(value, nested, depth)
        return self._list(value, label, nested, depth)

    def _object(self, value: Mapping[str, JsonValue], nested: int, depth: int) -> Object:
        keys = [self._key(name) for name in value]
        paired = not (self._naming.isdisjoint(value) or self._named.isdisjoint(value))
        named = named_beside(value) if paired else ()
        columns = columns_beside(value)
        first = len(self.originals)
        items: list[Plan] = []
        for name, key, item in zip(value, keys, value.values(), strict=True):
            if (key.hides or name in named) and holds(item):
                items.append(self._secret(item))
            elif columns and holds_rows(name) and isinstance(item, list):
                items.append(self._rows(item, columns, key.label, nested, depth + 1))
            else:
                items.append(self.plan(item, key.label, nested, depth + 1))
        return Object(value, first, len(self.originals), keys, items)

    def _list(self, value: Sequence[JsonValue], label: str, nested: int, depth: int) -> List:
        first = len(self.originals)
        items: list[Plan] = []
        before: JsonValue = None
        columns = secret_columns(value[0]) if len(value) > 1 and isinstance(value[1], list) else ()
        for item in value:
            if columns and items and isinstance(item, list):
                items.append(self._row(item, columns, label, nested, depth + 1))
            elif isinstance(before, str) and isinstance(item, str) and introduces(before, item, len(value)) and item:
                items.append(self._secret(item))
            else:
                items.append(self.plan(item, label, nested, depth + 1))
            before = item
        return List(value, first, len(self.originals), items)

    def _rows(self, value: Sequence[JsonValue], columns: Collection[int], label: str, nested: int, depth: int) -> List:
        """The rows of a table whose headings stand elsewhere."""
        first = len(self.originals)
        items = [
            self._row(item, columns, label, nested, depth + 1)
            if isinstance(item, list)
            else self.plan(item, label, nested, depth + 1)
            for item in value
        ]
        return List(value, first, len(self.originals), items)

    def _row(self, value: Sequence[JsonValue], columns: Collection[int], label: str, nested: int, depth: int) -> List:
        """A row of a table, of which some columns hold secrets."""
        first = len(self.originals)
        items = [
            self._secret(item) if index in columns and holds(item) else self.plan(item, label, nested, depth + 1)
            for index, item in enumerate(value)
        ]
        return List(value, first, len(self.originals), items)


def parsed(text: str) -> JsonValue:
    """The object or list that a text holds as JSON, or None; a key that stands twice makes it plain text."""
    if not (text[0] in "{[" or (text[0].isspace() and text[:_MOST_INDENT].lstrip()[:1] in {"{", "["})):
        return None
    try:
        value: JsonValue = _JSON.decode(text)
    except (ValueError, RecursionError):
        return None
    if _BRACKET.search(text):
        value = without_brackets(value)
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
