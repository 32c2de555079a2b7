"""People whom a run's fields name, and how texts name them otherwise; and texts in which a name is only a word."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.corpus.item import Half, Item, Planted, Reading, grown, whole
from benchmarks.corpus.names import FOREIGN_WORDS, PEOPLE, SHORT, WORD_NAMES
from rundown_mcp.domain.text import JsonValue


def _unaccented(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name)
    return "".join(mark for mark in plain if not unicodedata.combining(mark))


def _first(name: str) -> str:
    return name.partition(" ")[0]


def _last(name: str) -> str:
    return name.rpartition(" ")[2]


def _reversed(name: str) -> str:
    return f"{_last(name)}, {' '.join(name.split()[:-1])}" if " " in name else name


def _handle(name: str, glue: str) -> str:
    return _unaccented(name).replace("'", "").lower().replace(" ", glue)


MENTIONS: Final[dict[Half, dict[str, Callable[[str], str]]]] = {
    Half.TUNING: {
        "as given": str,
        "lower": str.lower,
        "upper": str.upper,
        "possessive": lambda name: f"{name}'s",
        "last, first": _reversed,
        "first name": _first,
        "last name": _last,
    },
    Half.HELD_OUT: {
        "as given": str,
        "unaccented": _unaccented,
        "decomposed": lambda name: unicodedata.normalize("NFD", name),
        "unaccented lower": lambda name: _unaccented(name).lower(),
        "last first": lambda name: _reversed(name).replace(",", ""),
        "upper last name": lambda name: _last(name).upper(),
        "curly possessive": lambda name: f"{_first(name)}’s",
        "two spaces": lambda name: name.replace(" ", "  "),
        "over a line end": lambda name: name.replace(" ", "\n"),
        "handle with dot": lambda name: _handle(name, "."),
        "handle with underscore": lambda name: _handle(name, "_"),
        "at handle": lambda name: "@" + _handle(name, ""),
        "mail address": lambda name: _handle(name, ".") + "@example.com",
        "initial and last name": lambda name: f"{name[0]}. {_last(name)}",
    },
}
SENTENCES: Final = {
    Half.TUNING: (
        "I spoke with {} about the refund.",
        "{} wrote again.",
        "Ticket for {}: parcel lost",
        "Guten Tag {}, vielen Dank.",
        "assigned_to={} queue=billing",
    ),
    Half.HELD_OUT: (
        "Dear {},\nwe are sorry.",
        "callback -> {};",
        "Bonjour {} !",
        "「{}」様からの問い合わせ",
        'tool said: "customer {} not found"',
        "cc: {} / ops",
        "({})",
    ),
}

_NUMBERS: Final[dict[Half, tuple[tuple[str, str, str], ...]]] = {
    Half.TUNING: (
        ("4930", "{nz:1}{dig:3} {dig:4}", "030 {0}"),
        ("4930", "{nz:1}{dig:3} {dig:4}", "+49 30 {0}"),
        ("1415", "{n2:1}{dig:2} {dig:4}", "415{1}"),
        ("336", "{nz:1}{dig:1} {dig:2} {dig:2} {dig:2}", "06 {0}"),
    ),
    Half.HELD_OUT: (
        ("4930", "{nz:1}{dig:3} {dig:4}", "0049 30/{1}"),
        ("4475", "{nz:1}{dig:1} {dig:3} {dig:3}", "075{1}"),
        ("346", "{nz:1}{dig:1} {dig:3} {dig:3}", "6{2}"),
        ("3934", "{nz:1}{dig:3} {dig:4}", "34{1}"),
        ("5511", "9{nz:1}{dig:3} {dig:4}", "(11) {0}"),
    ),
}


def planted_mention(mention: str) -> tuple[Planted, ...]:
    """All of a mention, and each of its words of four letters or more; of Han and Hangul, all alone."""
    words = [word.removesuffix("'s").removesuffix("’s") for word in re.split(r"[\s,._@]+", mention)]
    parts = [whole(word, Reading.FOLDED) for word in words if len(word) >= 4 and word not in {"example", "com"}]
    stripped = mention.removesuffix("'s").removesuffix("’s")
    return (whole(stripped, Reading.FOLDED), *parts)


def named(half: Half, rng: random.Random) -> Item:
    """A person's name in one of the ways that texts write it."""
    locale = rng.choice(list(PEOPLE[half]))
    name = rng.choice(PEOPLE[half][locale].split("|"))
    form = rng.choice(list(MENTIONS[half]))
    mention = MENTIONS[half][form](name)
    if len(mention.strip("@")) < 3:
        form, mention = "as given", name
    return _item(half, rng, f"{locale} {form}", mention, (name,), planted_mention(mention))


def short_named(half: Half, rng: random.Random) -> Item:
    """A name of two or three letters a word, in full."""
    name = rng.choice(SHORT[half])
    return _item(half, rng, "short name", name, (name,), (whole(name, Reading.FOLDED),))


def contacted(half: Half, rng: random.Random) -> Item:
    """A number or address that a field states, written otherwise in a text."""
    if rng.random() < 0.4:
        known = grown("{lc:7}.{lc:6}@example.com", rng)
        mention = known.upper() if half is Half.TUNING else known.replace("@", " [at] ")
        name = known.partition("@")[0]
        return _item(half, rng, "mail otherwise", mention, (known,), (whole(name, Reading.FOLDED),))
    country, pattern, spelt = rng.choice(_NUMBERS[half])
    national = grown(pattern, rng)
    known = f"+{country}{national.replace(' ', '')}"
    mention = spelt.format(national, national.replace(" ", ""), national.replace(" ", "-"))
    return _item(half, rng, f"number as {spelt}", mention, (known,), (Planted(national, 7, Reading.DIGITS),))


def _item(
    half: Half, rng: random.Random, form: str, mention: str, people: tuple[str, ...], planted: tuple[Planted, ...]
) -> Item:
    share = rng.random()
    text = rng.choice(SENTENCES[half]).format(mention)
    value: JsonValue = text
    if share < 0.15:
        value = {"summary": text, "retry": False}
    elif share < 0.2:
        value = {"by_customer": {mention: 3}, "total": 3}
    return Item(group="known identity", form=form, half=half, value=value, planted=planted, people=people)


def word(half: Half, rng: random.Random) -> Item:
    """A text with a word that is some person's name, in lower case: no name here."""
    name = rng.choice(list(WORD_NAMES[half]))
    common, texts = WORD_NAMES[half][name]
    text = rng.choice(texts)
    foreign = name in FOREIGN_WORDS
    group = "foreign word that is a name" if foreign else "word that is a name"
    return Item(group=group, form=common, half=half, value=text, kept=(text,), people=(name,))


def word_named(half: Half, rng: random.Random) -> Item:
    """The same person, named."""
    name = rng.choice(list(WORD_NAMES[half]))
    mention = rng.choice((name, _reversed(name)))
    return _item(half, rng, "name of common words", mention, (name,), (whole(mention, Reading.FOLDED),))


def every(half: Half, rng: random.Random, count: int) -> Iterator[Item]:
    """`count` identities, most of them names, and a quarter as many words that are names."""
    makers = (named, named, named, named, contacted, contacted, short_named, word_named)
    for number in range(count):
        yield makers[number % len(makers)](half, rng)
    for _ in range(count // 4):
        yield word(half, rng)
