"""Text from outside as a type: `Untrusted` goes in, only the redaction gate turns it into `SafeText`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"


class Kind(StrEnum):
    """What a value is, which decides what a policy lets out.

    `ID`, `WORD` (enumerated words) and `NAME` (tools, agents) are structure; `IDENTITY` is a person's name or
    address that a structured field states; `TEXT` is free text; `PAYLOAD` is a tool's input or output, any JSON.
    """

    ID = "id"
    WORD = "word"
    NAME = "name"
    IDENTITY = "identity"
    TEXT = "text"
    PAYLOAD = "payload"


def as_text(value: JsonValue) -> str:
    """A text as it is; any other payload as compact JSON with its characters unescaped."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


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
    def is_text(self) -> bool:
        """Whether the value is a string; anything else is a number, a list, an object, true, false or null."""
        return isinstance(self._value, str)

    def canonical(self) -> str:
        """A form for comparison and hashing inside the process: equal values give equal forms. Never for printing."""
        if isinstance(self._value, str) and not self._value.startswith("\0"):
            return self._value
        return "\0" + json.dumps(self._value, sort_keys=True, separators=(",", ":"))

    def equals(self, text: str) -> bool:
        """Whether the value, as text, is `text` in any case and with outer white space left out."""
        return self.folded() == text.strip().casefold()

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
        if isinstance(self._value, Mapping) and key in self._value:
            return Untrusted(self._value[key], self.kind, redacted=self.redacted, truncated=self.truncated)
        return None

    def members(self) -> Mapping[str, str]:
        """The canonical forms of an object's members by their keys; nothing for any other value. Never for printing."""
        if not isinstance(self._value, Mapping):
            return {}
        return {key: Untrusted(member, self.kind).canonical() for key, member in self._value.items()}

    def number(self) -> float | None:
        """The value where it is a number that a float can hold (true and false are none), else None."""
        if isinstance(self._value, bool) or not isinstance(self._value, int | float):
            return None
        try:
            return float(self._value)
        except OverflowError:
            return None

    def flag(self) -> bool | None:
        """The value where it is true or false, else None."""
        return self._value if isinstance(self._value, bool) else None


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
