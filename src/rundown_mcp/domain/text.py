"""Text from outside as a type: `Untrusted` goes in, only the redaction gate turns it into `SafeText`."""

from __future__ import annotations

import json
import marshal
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from gc import get_referents
from math import isfinite
from sys import getsizeof
from typing import NoReturn, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"


_MOST_WRAPPED = 3
_VALUE_BYTES = 90
"""What a value within another takes on average besides its text: its object, its place, its key's."""
_NOTHING = frozenset({"", "null", "[]", "{}"})
_LONGEST_NOTHING = max(map(len, _NOTHING))
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_JSON_BEGINS = re.compile(r'\s*[\[{"]')


class Kind(StrEnum):
    """What a value is, which decides what a policy lets out.

    `ID`, `WORD` (enumerated words) and `NAME` (tools, agents) are structure; `IDENTITY` is a person's name or
    address that a structured field states; `TEXT` is free text; `PAYLOAD` is a tool's input or output, any JSON;
    `SECRET` is a value that a payload of the run holds under a name such as `password`.
    """

    ID = "id"
    WORD = "word"
    NAME = "name"
    IDENTITY = "identity"
    TEXT = "text"
    PAYLOAD = "payload"
    SECRET = "secret"  # noqa: S105 - a word for what others hold


def as_text(value: JsonValue) -> str:
    """A text as it is; any other payload as compact JSON with its characters unescaped.

    NaN and infinities, which JSON cannot hold, read null.
    """
    if isinstance(value, str):
        return value
    if type(value) is int or (type(value) is float and isfinite(value)):
        return repr(value)  # what the encoder writes, at a quarter of its cost
    try:
        return _COMPACT.encode(value)
    except ValueError:
        return _COMPACT.encode(_finite(value))


def _finite(value: JsonValue) -> JsonValue:
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _finite(item) for name, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value


class Untrusted:
    """A value that a provider sent: it can be matched and compared, never printed.

    `redacted` and `truncated` are the vendor's own flags for this value; None says that the vendor sent no flag,
    which is not the same as False.
    """

    __slots__ = ("_value", "kind", "redacted", "truncated")

    def __init__(
        self, value: JsonValue, kind: Kind, *, redacted: bool | None = None, truncated: bool | None = None
    ) -> None:
        self._value = value
        self.kind = kind
        self.redacted = redacted
        self.truncated = truncated

    def __repr__(self) -> str:
        return f"<untrusted {self.kind.value}>"

    def __str__(self) -> NoReturn:
        raise TypeError("text from outside has no str(); pass it through the redaction gate")

    def __format__(self, format_spec: str) -> NoReturn:
        raise TypeError("text from outside cannot be formatted; pass it through the redaction gate")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Untrusted) and self.canonical() == other.canonical()

    def __hash__(self) -> int:
        return hash(self.canonical())

    def __bool__(self) -> bool:
        """Whether there is something to show: a value, or a flag that says what became of it."""
        return self._value not in (None, "", [], {}) or bool(self.redacted or self.truncated)

    @property
    def size(self) -> int:
        """Length in characters of the value as text (`as_text`)."""
        return len(self._value) if isinstance(self._value, str) else len(as_text(self._value))

    @property
    def memory_bytes(self) -> int:
        """About how much memory the value takes; a JSON object may take thirty times its text.

        Objects are counted and weighed together, without a look at each: that took twenty times as long. As Python
        keeps a text, every character of it takes what the widest does, and four bytes each beside a single emoji.
        """
        if not isinstance(self._value, dict | list | tuple):
            return getsizeof(self._value)
        written = marshal.dumps(self._value).decode(errors="ignore")
        total, level = getsizeof(written), [self._value]
        while level:
            total += _VALUE_BYTES * len(level)
            level = get_referents(*level)
        return total

    @property
    def is_text(self) -> bool:
        """Whether the value is a string; anything else is a number, a list, an object, true, false or null."""
        return isinstance(self._value, str)

    def canonical(self) -> str:
        """A form for comparison and hashing inside the process: equal values give equal forms. Never for printing."""
        if isinstance(self._value, str) and not self._value.startswith("\0"):
            return self._value
        return "\0" + json.dumps(self._value, sort_keys=True, separators=(",", ":"))

    @property
    def says_nothing(self) -> bool:
        """Whether the value is null or empty, or a text that says so: blanks, `null`, `[]`."""
        if isinstance(self._value, str):
            text = self._value.strip()
            return len(text) <= _LONGEST_NOTHING and text.casefold() in _NOTHING
        return self._value is None or (not self._value and not isinstance(self._value, int | float))

    def equals(self, text: str) -> bool:
        """Whether the value, as text, is `text` in any case and with outer white space left out."""
        text = text.strip().casefold()
        # What holds other values is no word, and folding makes no text shorter: most need not be written out to tell.
        if text.isalnum() and (
            isinstance(self._value, dict | list)
            or (isinstance(self._value, str) and len(self._value.strip()) > len(text))
        ):
            return False
        return self.folded() == text

    def folded(self) -> str:
        """The value as text, stripped and case-folded, for comparison only."""
        return as_text(self._value).strip().casefold()

    def contains(self, text: str) -> bool:
        """Whether the value, as text, holds `text` in any case."""
        return text.casefold() in as_text(self._value).casefold()

    def matches(self, pattern: re.Pattern[str]) -> bool:
        """Whether `pattern` is found anywhere in the value as text."""
        return pattern.search(as_text(self._value)) is not None

    def child(self, key: str) -> Untrusted | None:
        """The member `key` of an object, or None where the value is no object or has no such key."""
        return self._beside(self._value[key]) if isinstance(self._value, Mapping) and key in self._value else None

    def member_names(self) -> tuple[str, ...]:
        """An object's keys in their order; nothing for any other value."""
        return tuple(self._value) if isinstance(self._value, Mapping) else ()

    def members(self) -> Iterator[tuple[str, Untrusted]]:
        """An object's keys and values in their order; nothing for any other value."""
        if isinstance(self._value, Mapping):
            for name, value in self._value.items():
                yield name, self._beside(value)

    def elements(self) -> tuple[Untrusted, ...]:
        """The items of a list; nothing for any other value."""
        if not isinstance(self._value, list | tuple):
            return ()
        return tuple(map(self._beside, self._value))

    def leaves(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """The values that hold no others, in their canonical form, with the keys and places that lead to them.

        Those are texts, numbers, flags, nulls, empty lists and empty objects. Never for printing.
        """
        waiting: list[tuple[tuple[str, ...], JsonValue]] = [((), self._value)]
        while waiting:
            path, value = waiting.pop()
            if isinstance(value, Mapping) and value:
                waiting += [((*path, key), member) for key, member in value.items()]
            elif isinstance(value, list | tuple) and value:
                waiting += [((*path, str(place)), item) for place, item in enumerate(value)]
            else:
                yield path, Untrusted(value, self.kind).canonical()

    def unpacked(self) -> Untrusted:
        """JSON that came inside a text, also inside a text in that; what is no text, or no whole JSON, as it is."""
        value = self._value
        for _ in range(_MOST_WRAPPED):
            if not isinstance(value, str) or not _JSON_BEGINS.match(value):
                break
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                break
        return self if value is self._value else self._beside(value)

    def words(self, pattern: re.Pattern[str], most: int) -> frozenset[str]:
        """What `pattern` finds in the first `most` characters of the value as text, case-folded. Never for printing."""
        return frozenset(pattern.findall(as_text(self._value)[:most].casefold()))

    def head(self, most: int) -> Untrusted:
        """The first `most` characters of the value as text."""
        return self._beside(as_text(self._value)[:most])

    def without(self, pattern: re.Pattern[str]) -> Untrusted:
        """The value as text, with what `pattern` finds left out."""
        return Untrusted(pattern.sub(" ", as_text(self._value)), self.kind)

    def sentences(self, sentence: re.Pattern[str], telling: re.Pattern[str], most: int) -> Untrusted | None:
        """Those sentences of the first `most` characters of the value as text in which `telling` is found."""
        told = [part.strip() for part in sentence.findall(as_text(self._value)[:most]) if telling.search(part)]
        return self._beside("; ".join(told)) if told else None

    def number(self) -> float | None:
        """The value where it is a finite number that a float can hold (true and false are none), else None."""
        if isinstance(self._value, bool) or not isinstance(self._value, int | float):
            return None
        try:
            number = float(self._value)
        except OverflowError:
            return None
        return number if isfinite(number) else None

    def flag(self) -> bool | None:
        """The value where it is true or false, else None."""
        return self._value if isinstance(self._value, bool) else None

    def _beside(self, value: JsonValue) -> Untrusted:
        """A part of the value, under the same flags."""
        return Untrusted(value, self.kind, redacted=self.redacted, truncated=self.truncated)


def reveal(value: Untrusted) -> JsonValue:
    """The bare value. Only the redaction gate may call this; a lint rule bans it elsewhere."""
    return value._value  # noqa: SLF001 - the one door, beside the wall that it opens


@dataclass(frozen=True, slots=True)
class SafeText:
    """Text that passed the gate: masked by the policy, sanitised, on one line, fit to stand inside a fence."""

    text: str

    def __str__(self) -> str:
        return self.text

    def __len__(self) -> int:
        return len(self.text)

    def __bool__(self) -> bool:
        return bool(self.text)
