"""What every generator makes: an item, its half, and random characters by a small pattern language."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

from rundown_mcp.domain.text import JsonValue

T = TypeVar("T")


class Half(StrEnum):
    """Whoever tunes the rules may look at the misses of `TUNING`; `HELD_OUT` holds other forms and is only counted."""

    TUNING = "tuning"
    HELD_OUT = "held-out"


class Reading(StrEnum):
    """How a planted value is looked for: as it is, in any case and accents, by its digits, or without separators."""

    EXACT = "exact"
    FOLDED = "folded"
    DIGITS = "digits"
    COMPACT = "compact"


@dataclass(frozen=True, slots=True)
class Planted:
    """A value that must not survive; it leaks where any `window` consecutive characters of it can be read."""

    value: str
    window: int
    reading: Reading = Reading.EXACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One text or payload.

    `group` is the class that is counted, `form` what kind of shape it is. An item with nothing planted is clean: no
    placeholder may stand in what the gate makes of it, and every text in `kept` must still be there.
    """

    group: str
    form: str
    half: Half
    value: JsonValue
    planted: tuple[Planted, ...] = ()
    kept: tuple[str, ...] = ()
    people: tuple[str, ...] = field(default=())


def secret(value: str) -> Planted:
    """A secret leaks by half of it."""
    return Planted(value, min(len(value), max(6, (len(value) + 1) // 2)))


def whole(value: str, reading: Reading = Reading.EXACT) -> Planted:
    """A value that leaks only where all of it can be read."""
    return Planted(value, len(value), reading)


def seeded(seed: int, name: str) -> random.Random:
    """The same numbers for the same seed and name, on every machine."""
    return random.Random(f"{seed}/{name}")  # noqa: S311 - a corpus must be the same every time


_ALPHABETS: Final = {
    "an": string.ascii_letters + string.digits,
    "al": string.ascii_letters,
    "url": string.ascii_letters + string.digits + "-_",
    "b64": string.ascii_letters + string.digits + "+/",
    "hex": "0123456789abcdef",
    "HEX": "0123456789ABCDEF",
    "dig": string.digits,
    "low": string.ascii_lowercase + string.digits,
    "up": string.ascii_uppercase + string.digits,
    "b32": string.ascii_uppercase + "234567",
    "b32lc": string.ascii_lowercase + "234567",
    "crock": "0123456789abcdefghjkmnpqrstvwxyz",
    "b58": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    "vin": "0123456789ABCDEFGHJKLMNPRSTUVWXYZ",
    "lc": string.ascii_lowercase,
    "cons": "BCDFGLMNPRSTVZ",
    "UC": string.ascii_uppercase,
    "pw": string.ascii_letters + string.digits + "!#%*+-.?@^_~",
    "nz": "123456789",
    "n2": "23456789",
}
_HOLE: Final = re.compile(r"\{(?P<set>[A-Za-z0-9]+?):(?P<count>\d+)\}")


def grown(pattern: str, rng: random.Random) -> str:
    """A text by a pattern: `{hex:8}` is eight hexadecimal digits, `|` is nothing and keeps prefixes in two pieces."""
    return _HOLE.sub(
        lambda hole: "".join(rng.choices(_ALPHABETS[hole["set"]], k=int(hole["count"]))), pattern.replace("|", "")
    )


def halves(values: Sequence[T]) -> tuple[tuple[Half, Sequence[T]], ...]:
    """Every second of a list of shapes for each half, so that both hold easy and hard ones."""
    return (Half.TUNING, values[::2]), (Half.HELD_OUT, values[1::2])
