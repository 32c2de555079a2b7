"""Names, numbers and accounts of many locales that Faker makes, where it is installed: data that we did not write."""

from __future__ import annotations

import random
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from benchmarks.corpus import phones
from benchmarks.corpus.identities import MENTIONS, SENTENCES, planted_mention
from benchmarks.corpus.item import Half, Item, Planted, Reading, whole
from benchmarks.corpus.numbers import iban_valid

LOCALES: Final = (
    "en_US en_GB en_IN de_DE de_CH fr_FR fr_CA es_ES es_MX pt_BR pt_PT it_IT nl_NL pl_PL sv_SE da_DK no_NO fi_FI cs_CZ "
    "hu_HU ro_RO tr_TR el_GR ru_RU uk_UA ja_JP ko_KR zh_CN vi_VN id_ID"
).split()
GROUPS: Final = ("Faker: known identity", "Faker: phone", "Faker: iban", "Faker: email", "Faker: card")


def every(seed: int, count: int) -> Iterator[Item]:
    """`count` of each class, spread over the locales and the halves' sentences; nothing where Faker is not there."""
    found = find_spec("faker")
    if found is None or found.origin is None:
        return
    makers: dict[str, Any] = {locale: import_module("faker").Faker(locale) for locale in LOCALES}
    for number, maker in enumerate(makers.values()):
        maker.seed_instance(seed * 1000 + number)
    rng = random.Random(seed)  # noqa: S311 - a corpus must be the same every time
    for number in range(count):
        locale = LOCALES[number % len(LOCALES)]
        yield from _five(locale, makers[locale], list(Half)[number // len(LOCALES) % 2], rng)


def _five(locale: str, maker: Any, half: Half, rng: random.Random) -> Iterator[Item]:  # noqa: ANN401 - may be absent
    name = str(maker.first_name() + " " + maker.last_name())
    form = rng.choice(list(MENTIONS[half]))
    mention = MENTIONS[half][form](name)
    names = (rng.choice(SENTENCES[half]).format(mention), planted_mention(mention), (name,))
    phone, iban, mail, card = maker.phone_number(), maker.iban(), maker.email(), maker.credit_card_number()
    calls = rng.choice(phones.SENTENCES[half])
    places = rng.choice(("Please see {} again", "value={}", "- {}\n- none", "mit {} bezahlt"))
    made = (
        (f"{locale} {form}", *names),
        (f"{locale} {phone}", calls.format(phone), (Planted(phone.partition("x")[0], 7, Reading.DIGITS),), ()),
        (locale, places.format(iban), (Planted(iban, 10, Reading.COMPACT),), ()),
        (locale, places.format(mail), (whole(mail, Reading.FOLDED),), ()),
        (f"{len(card)} digits", places.format(card), (Planted(card, 7, Reading.DIGITS),), ()),
    )
    for group, (shape, text, planted, people) in zip(GROUPS, made, strict=True):
        if "iban" in group and not iban_valid(iban):
            continue  # Faker gives locales without an account number of their own a British one that is too short
        yield Item(group=group, form=shape, half=half, value=text, planted=planted, people=people)
