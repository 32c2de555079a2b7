"""Personal data that patterns can find: mail and network addresses, phones, cards, accounts, ids, dates, postcodes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.corpus import numbers, phones
from benchmarks.corpus.item import Half, Item, Planted, Reading, grown, whole
from rundown_mcp.domain.text import JsonValue

SENTENCES: Final = {
    Half.TUNING: (
        "Please write to {} about it.",
        "contact={} status=open",
        "Bitte an {} senden, danke!",
        "The record says {}, which is wrong.",
        "from {} at 09:14",
    ),
    Half.HELD_OUT: (
        "{}",
        "mon adresse: {}.",
        "<{}>",
        "value '{}' was rejected by the form",
        "確認しました:{} です",
        "- {}\n- none",
        "(see {})",
    ),
}
EMAILS: Final = {
    Half.TUNING: (
        "{lc:7}.{lc:6}@example.com",
        "{lc:9}{dig:2}@gmail.com",
        "{lc:6}+{lc:4}@mail.example.org",
        "{lc:5}_{lc:6}@shop.example.de",
    ),
    Half.HELD_OUT: (
        "{UC:1}{lc:6}.{UC:1}{lc:7}@EXAMPLE.CO.UK",
        "{lc:1}.{lc:8}@xn--bcher-kva.example",
        "{lc:4}'{lc:5}@example.ie",
        "{lc:6}@münchen.example",
        "{lc:3}-{lc:5}.{dig:4}@a.b.c.example.museum",
        "mailto:{lc:8}@example.fr",
        "{dig:8}@qq.com",
    ),
}
IPS: Final = {
    Half.TUNING: (
        "{ip4}",
        "{ip4}:{dig:4}",
        "2001:db8:{hex:4}:{hex:4}:{hex:4}:{hex:4}:{hex:4}:{hex:4}",
        "2a02:{nz:1}{hex:3}::{nz:1}{hex:3}",
    ),
    Half.HELD_OUT: (
        "{ip4}/24",
        "::ffff:{ip4}",
        "[2001:db8::{nz:1}{hex:3}]:443",
        "fe80::{nz:1}{hex:3}:{nz:1}{hex:3}:{nz:1}{hex:3}:{nz:1}{hex:3}%eth0",
        "2A03:2880:{HEX:4}::{nz:1}{HEX:3}:{nz:1}{HEX:2}",
    ),
}
IDS: Final[dict[Half, dict[str, tuple[str, Callable[[random.Random], str]]]]] = {
    Half.TUNING: {
        "us ssn": (
            "My SSN is {}.",
            lambda rng: f"{rng.randint(100, 665)}-{rng.randint(10, 99)}-{rng.randint(1000, 9999)}",
        ),
        "gb nino": ("National Insurance number: {}", lambda rng: grown("AB {dig:2} {dig:2} {dig:2} C", rng)),
        "de steuer-id": ("Steuer-ID {} liegt bei.", numbers.steuer_id),
        "es dni": ("Mi DNI es {}", numbers.dni),
        "br cpf": ("CPF: {}", numbers.cpf),
        "passport": (
            "passport number {} expires soon",
            lambda rng: grown("C{dig:2}{cons:1}{dig:2}{cons:1}{dig:2}", rng),
        ),
    },
    Half.HELD_OUT: {
        "us ssn plain": (
            "social security number {}",
            lambda rng: f"{rng.randint(100, 665)}{rng.randint(10, 99)}{rng.randint(1000, 9999)}",
        ),
        "fr nir": ("Mon numéro de sécurité sociale : {}", numbers.nir),
        "nl bsn": ("BSN {}", numbers.bsn),
        "pl pesel": ("PESEL: {}", numbers.pesel),
        "in aadhaar": ("Aadhaar no. {}", numbers.aadhaar),
        "in pan": ("PAN card {}", lambda rng: grown("{UC:3}P{UC:1}{dig:4}{UC:1}", rng)),
        "driving licence": ("driver's license # {}", lambda rng: grown("D{dig:7}", rng)),
        "it codice fiscale": ("codice fiscale {}", numbers.codice_fiscale),
        "de personalausweis": (
            "Personalausweisnummer: {}",
            lambda rng: grown("L{dig:2}{cons:1}{dig:2}{cons:1}{dig:2}", rng),
        ),
    },
}
BIRTHDATES: Final = {
    Half.TUNING: ("date of birth: {d}.{m}.{y}", "DOB {m}/{d}/{y}", "born on {y}-{m}-{d}", "geboren am {d}.{m}.{y}"),
    Half.HELD_OUT: (
        "née le {d}/{m}/{y}",
        "fecha de nacimiento {d}-{m}-{y}",
        "birthday: {d} March {y}",
        "nascido em {d}/{m}/{y}",
        "生年月日:{y}年{m}月{d}日",
        "birth date is March {d}, {y}",
    ),
}
POSTCODES: Final = {
    Half.TUNING: (
        ("my zip code is {}", "{nz:1}{dig:4}"),
        ("postcode {}", "SW{nz:1}A {nz:1}AA"),
        ("PLZ {}", "{nz:1}{dig:4}"),
    ),
    Half.HELD_OUT: (
        ("code postal : {}", "7{dig:4}"),
        ("postal code: {}", "K{nz:1}A {nz:1}B{nz:1}"),
        ("CEP {}", "0{dig:4}-{dig:3}"),
        ("郵便番号 {}", "{nz:1}{dig:2}-{dig:4}"),
        ("ZIP+4: {}", "{nz:1}{dig:4}-{dig:4}"),
        ("postcode: {}", "{nz:1}{dig:3} AB"),
    ),
}


def _in(half: Half, rng: random.Random, value: str) -> JsonValue:
    """A value in a sentence, or in a payload under a key that says nothing."""
    if rng.random() < 0.25:
        return {"ok": True, "items": [{"note": rng.choice(SENTENCES[half]).format(value)}, {"field_7": value}]}
    return rng.choice(SENTENCES[half]).format(value)


def email(half: Half, rng: random.Random) -> Item:
    """An address; what stands before its @ leaks too, from six characters on."""
    form = rng.choice(EMAILS[half])
    value = grown(form, rng)
    address = value.removeprefix("mailto:")
    name = address.partition("@")[0]
    planted = [whole(address, Reading.FOLDED)] + ([whole(name, Reading.FOLDED)] if len(name) >= 6 else [])
    return Item(group="email", form=form, half=half, value=_in(half, rng, value), planted=tuple(planted))


def ip(half: Half, rng: random.Random) -> Item:
    """An address of either version, with a port or a length at times."""
    form = rng.choice(IPS[half])
    four = ".".join(str(rng.randint(11, 250)) for _ in range(4))
    value = grown(form.replace("{ip4}", four), rng)
    bare = four if "{ip4}" in form else value.removesuffix(":443").removesuffix("%eth0").strip("[]")
    return Item(group="ip", form=form, half=half, value=_in(half, rng, value), planted=(whole(bare, Reading.FOLDED),))


def phone(half: Half, rng: random.Random) -> Item:
    """A number in a sentence, or in a payload under `phone`; seven digits of it leak it."""
    country, value = phones.phone(half, rng)
    text = rng.choice(phones.SENTENCES[half]).format(value)
    wrapped: JsonValue = {"phone": value, "ok": False} if rng.random() < 0.15 else text
    planted = Planted(value.partition(" ext")[0], 7, Reading.DIGITS)
    return Item(group="phone", form=f"{country}: {value}", half=half, value=wrapped, planted=(planted,))


def card(half: Half, rng: random.Random) -> Item:
    """A card's number, grouped or not; seven digits of it leak it (the first six name only the bank)."""
    offset = 0 if half is Half.TUNING else 1
    brand, prefixes, lengths = rng.choice(numbers.CARD_BRANDS[offset::2])
    digits = numbers.card(prefixes, lengths, rng)
    separator = rng.choice(("", " ", "-") if half is Half.TUNING else ("", " ", "-", ".", "\u00a0"))
    if len(digits) in {14, 15}:
        groups = [digits[:4], digits[4:10], digits[10:]]
    else:
        groups = [digits[start : start + 4] for start in range(0, len(digits), 4)]
    value = separator.join(groups)
    planted = Planted(digits, 7, Reading.DIGITS)
    return Item(
        group="card", form=f"{brand} by {separator!r}", half=half, value=_in(half, rng, value), planted=(planted,)
    )


def iban(half: Half, rng: random.Random) -> Item:
    """An account of any country; in the held-out half with unusual grouping, in lower case or glued to a word."""
    countries = list(numbers.IBAN_FORMS)[0 if half is Half.TUNING else 1 :: 2]
    plain = numbers.iban(rng.choice(countries), rng)
    grouped = " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))
    spellings = [plain, grouped]
    if half is Half.HELD_OUT:
        spellings += [grouped.replace(" ", "-"), plain.lower(), grouped.replace(" ", "\u00a0"), f"IBAN:{plain}"]
    number = rng.randrange(len(spellings))
    planted = Planted(plain, 10, Reading.COMPACT)
    return Item(
        group="iban",
        form=f"{plain[:2]} spelling {number}",
        half=half,
        value=_in(half, rng, spellings[number]),
        planted=(planted,),
    )


def national_id(half: Half, rng: random.Random) -> Item:
    """An id that a state gave, behind the word for it."""
    form = rng.choice(list(IDS[half]))
    sentence, make = IDS[half][form]
    value = make(rng)
    planted = Planted(value, 6, Reading.COMPACT)
    return Item(group="national id", form=form, half=half, value=sentence.format(value), planted=(planted,))


def birthdate(half: Half, rng: random.Random) -> Item:
    """A birth date behind the word for it."""
    form = rng.choice(BIRTHDATES[half])
    text = form.format(d=f"{rng.randint(13, 28)}", m=f"{rng.randint(1, 12):02d}", y=rng.randint(1940, 2006))
    value = text[form.index("{") :]
    return Item(group="birth date", form=form, half=half, value=f"Note: {text}\nthanks", planted=(whole(value),))


def postcode(half: Half, rng: random.Random) -> Item:
    """A postal code behind the word for it."""
    sentence, form = rng.choice(POSTCODES[half])
    value = grown(form, rng)
    text = f"ok, {sentence.format(value)}, can you deliver?"
    return Item(group="postcode", form=sentence, half=half, value=text, planted=(whole(value),))


def every(half: Half, rng: random.Random, count: int) -> Iterator[Item]:
    """`count` of each class."""
    for make in (email, ip, phone, card, iban, national_id, birthdate, postcode):
        for _ in range(count):
            yield make(half, rng)
