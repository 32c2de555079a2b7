"""Telephone numbers as people write them: countries, local and international spellings."""

from __future__ import annotations

import random
from typing import Final

from benchmarks.corpus.item import Half, grown

SPELLINGS: Final = {
    Half.TUNING: {
        "us": (
            "({n2:1}02) {n2:1}34-{dig:4}",
            "+1 {n2:1}15-{n2:1}67-{dig:4}",
            "{n2:1}12-{n2:1}45-{dig:4}",
            "+1{n2:1}03{n2:1}58{dig:4}",
        ),
        "de": ("+49 30 {n2:1}{dig:7}", "0171 {n2:1}{dig:6}", "+49 (0) 89 {n2:1}{dig:6}", "0049 151 {nz:1}{dig:7}"),
        "fr": ("06 {nz:1}{dig:1} {dig:2} {dig:2} {dig:2}", "+33 1 4{dig:1} {dig:2} {dig:2} {dig:2}"),
        "gb": ("+44 7846 {nz:1}{dig:5}", "020 7{dig:3} {dig:4}", "07812 {nz:1}{dig:5}"),
        "es": ("+34 6{dig:2} {dig:2} {dig:2} {dig:2}", "6{dig:2} {dig:3} {dig:3}"),
        "br": ("+55 11 9{n2:1}{dig:3}-{dig:4}", "(21) 9{n2:1}{dig:3}-{dig:4}"),
        "in": ("+91 98{dig:3} {dig:5}", "+91-9{dig:9}"),
        "jp": ("090-{nz:1}{dig:3}-{dig:4}", "+81 90 {nz:1}{dig:3} {dig:4}"),
        "au": ("0412 {nz:1}{dig:2} {dig:3}", "+61 2 9{dig:3} {dig:4}"),
    },
    Half.HELD_OUT: {
        "it": ("+39 347 {nz:1}{dig:2} {dig:4}", "06 {nz:1}{dig:3} {dig:4}"),
        "nl": ("+31 6 4{dig:3} {dig:4}", "06-2{dig:7}"),
        "pl": ("+48 60{dig:1} {dig:3} {dig:3}", "+48 22 {n2:1}{dig:2} {dig:2} {dig:2}"),
        "se": ("070-{nz:1}{dig:2} {dig:2} {dig:2}", "+46 8 {nz:1}{dig:2} {dig:3} {dig:2}"),
        "ch": ("+41 79 {nz:1}{dig:2} {dig:2} {dig:2}", "044 {nz:1}{dig:2} {dig:2} {dig:2}"),
        "mx": ("+52 55 {n2:1}{dig:3} {dig:4}",),
        "cn": ("+86 138 {nz:1}{dig:3} {dig:4}", "139{nz:1}{dig:7}"),
        "kr": ("010-{n2:1}{dig:3}-{dig:4}", "+82 10-{n2:1}{dig:3}-{dig:4}"),
        "tr": ("+90 532 {nz:1}{dig:2} {dig:2} {dig:2}",),
        "za": ("+27 82 {nz:1}{dig:2} {dig:4}", "082 {nz:1}{dig:2} {dig:4}"),
        "ie": ("+353 87 {nz:1}{dig:2} {dig:4}",),
        "ca": ("+1 416.{n2:1}45.{dig:4}", "416.{n2:1}78.{dig:4}", "1-604-{n2:1}31-{dig:4}"),
        "us extension": ("({n2:1}02) {n2:1}34-{dig:4} ext. {dig:3}", "tel:+1-{n2:1}15-{n2:1}67-{dig:4}"),
        "at": ("+43 664 {nz:1}{dig:6}", "+43/1/{nz:1}{dig:6}"),
        "pt": ("+351 91{dig:1} {dig:3} {dig:3}",),
        "ae": ("+971 50 {nz:1}{dig:2} {dig:4}",),
    },
}
SENTENCES: Final = {
    Half.TUNING: (
        "You can reach me at {} after six.",
        "phone: {}",
        "Ruf mich bitte unter {} an.",
        "caller {} hung up after 12 s",
        "Mon numéro est le {}, merci.",
        "sms to {} was not delivered",
    ),
    Half.HELD_OUT: (
        "Call {} please, nobody answers the door.",
        "Tel. {}",
        "Mi teléfono: {}.",
        "WhatsApp {} works best",
        "Meu celular é {}, pode ligar",
        "電話番号は {} です",
        "the driver's mobile ({}) is off",
        "{}\nKind regards",
    ),
}


def phone(half: Half, rng: random.Random) -> tuple[str, str]:
    """A country's name and a number in one of its spellings."""
    country = rng.choice(list(SPELLINGS[half]))
    return country, grown(rng.choice(SPELLINGS[half][country]), rng)
