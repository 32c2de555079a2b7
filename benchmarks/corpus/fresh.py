"""A second opinion: other locales, other wording, other shapes than the two halves, with data that Faker makes.

It was measured before anything was mended for it, and its misses were read then; docs/redaction.md gives both figures.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from benchmarks.corpus.identities import planted_mention
from benchmarks.corpus.item import Half, Item, Planted, Reading, grown, secret, seeded, whole
from benchmarks.corpus.numbers import iban_valid

GROUPS: Final = (
    "fresh: secret",
    "fresh: phone",
    "fresh: email",
    "fresh: ip",
    "fresh: card",
    "fresh: iban",
    "fresh: known identity",
    "fresh: masked wrongly",
)
LOCALES: Final = (
    "ar_EG bg_BG bn_BD de_AT en_AU en_IE en_NZ en_PH es_AR es_CL es_CO et_EE fa_IR fr_BE fr_CH he_IL hi_IN hr_HR hy_AM "
    "ka_GE lt_LT lv_LV ne_NP nl_BE or_IN sk_SK sl_SI ta_IN th_TH tl_PH zh_TW"
).split()
REGIONS: Final = (
    "AR AU BE BG BO CL CO CR CZ DK EC EE EG FI GH GR HK HR HU ID IL IS KE LT LU LV MA MY NG NO NZ PE PH PK RO RS SA SG "
    "SI SK TH TN TW UA UY VE VN"
).split()

_VALUES: Final = (
    "{hex:32}",
    "{an:24}",
    "{an:12}{pw:4}{an:6}",
    "{b64:40}",
    "{url:43}",
    "{lc:5}-{lc:6}-{dig:3}",
    "Winter{dig:4}!",
)
_SECRETS: Final = (
    "spring.datasource.password = {}",
    "headers={{'X-Auth-Token': '{}', 'Accept': '*/*'}}",
    "curl -sS -H 'X-Api-Key: {}' https://api.example.net/v2/me",
    "      - name: SMTP_PASSWORD\n        value: {}",
    "define('AUTH_KEY', '{}');",
    'variable "db_password" {{ default = "{}" }}',
    '<add key="ClientSecret" value="{}" />',
    "wifi: GuestNet / passphrase {}",
    "Set-Cookie: sessionid={}; Path=/; HttpOnly",
    "Cookie: theme=dark; auth_session={}",
    "https://files.example.org/d/9?expires=1764000000&sig={}",
    "https://app.example.io/reset?token={}",
    "amqp://worker:{}@mq.example.net:5671/prod",
    "your one-time login password is now {} , change it soon",
    "Ihr neues Kennwort lautet {}",
    "voici le mot de passe temporaire : {}",
    "a senha do painel é {}",
    "la clave del wifi es {}",
    "nieuw wachtwoord: {}",
    "Hasło do panelu: {}",
    '[notice] login failed user="ops" pwd="{}" ip=-',
    "os.environ['SERVICE_TOKEN'] = '{}'",
    "machine git.example.com login ci password {}",
    "--from-literal=client-secret={}",
    "Authorization: Token {}",
    'auth: {{ type: "bearer", token: "{}" }}',
    "HTTP 401 for key {} (revoked)",
    "private_token={}",
)
_PHONE_SENTENCES: Final = (
    "Ring me back at {} when it is fixed",
    "Contact number: {}",
    '{{"msisdn": "{}"}}',
    "Handy {} (nur abends)",
    "celular {} ou e-mail",
    "SMS from {}: where is my parcel?",
    "{} left a voicemail",
    "to={} status=busy",
)
_PLACES: Final = ("the value was {}", "{} / ok", '["{}"]', "über {} gebucht", "src={} dst=-", "please use {}, thanks")
_IDENTITY_SENTENCES: Final = (
    "Summary: {} asks for a new invoice",
    "agent> thanks {}, anything else?",
    "owner={};team=eu",
    "Liebe/r {}",
    "{}: I never got it!!",
    "escalated by {} at noon",
    '{{"note":"spoke to {}"}}',
)
_FORMS: Final[dict[str, Callable[[str], str]]] = {
    "as given": str,
    "upper": str.upper,
    "title of first": lambda name: name.split()[0].title(),
    "family only": lambda name: name.split()[-1],
    "swapped": lambda name: " ".join(reversed(name.split())),
    "joined": lambda name: "".join(name.split()).lower(),
    "dotted": lambda name: ".".join(name.split()).lower(),
    "escaped": lambda name: "".join(f"\\u{ord(c):04x}" if ord(c) > 127 else c for c in name),
}
_CLEAN: Final = (
    "INFO {d} worker-{n} picked job {u} after {n} ms",
    "GET /v1/orders/{n}/items?page={s}&limit=50 200 {n}ms",
    "Traceback (most recent call last):\n"
    "  File \"/app/src/handlers.py\", line {n}, in handle\nKeyError: 'customer_ref'",
    "Retry {s} of 5 in {n} s: connection reset by peer (upstream pool {s})",
    "The refund of {n},{s}0 EUR for order A-{n} was booked on {d}",
    "UPDATE carts SET total = {n}.00 WHERE id = {n} AND state = 'open'",
    "sku {k}, lot {n}, qty {s}, weight {s}.{s} kg, {n} x {n} mm",
    "trace={h32} span={h16} sampled=1",
    "deploy {h7} to eu-central-1b took {s} min; image sha256:{h64}",
    "pagination: next_cursor={c}, total={n}",
    "Die Bestellung {n} wurde am {d} an DHL übergeben (Sendung {n}{n}).",
    "guardrail 'no refunds above limit' matched on step {s}; token budget {n}",
    "node v22.{s}.{s}, npm 10.{s}.{s}, chrome 131.0.{n}.{s}",
    "temperature 0.{s}, top_p 0.9, max_tokens {n}, stop sequences none",
    "Key findings: sessions grew by {s} %, passwordless login is used by {s}0 % of users",
    "Please sign in with single sign-on; the login page says: wrong password, try again",
    "{p}",
)


def every(seed: int, count: int) -> Iterator[Item]:
    """`count` of each group; nothing where Faker is not there. All count as held out."""
    found = find_spec("faker")
    if found is None or found.origin is None:
        return
    faker = import_module("faker").Faker
    makers: list[Any] = [faker(locale) for locale in LOCALES]
    for number, maker in enumerate(makers):
        maker.seed_instance(seed * 1000 + number)
    rng = seeded(seed, "fresh")
    for number in range(count):
        maker = makers[number % len(makers)]
        for group, (form, text, planted, people) in zip(
            GROUPS, _one(maker, LOCALES[number % len(makers)], rng), strict=True
        ):
            if text:
                yield Item(group=group, form=form, half=Half.HELD_OUT, value=text, planted=planted, people=people)


_Made = tuple[str, str, tuple[Planted, ...], tuple[str, ...]]


def _one(maker: Any, locale: str, rng: random.Random) -> Iterator[_Made]:  # noqa: ANN401 - may be absent
    frame, value = rng.choice(_SECRETS), grown(rng.choice(_VALUES), rng)
    yield frame, frame.format(value), (secret(value),), ()
    region, phone = _phone(rng)
    yield f"{region} {phone}", rng.choice(_PHONE_SENTENCES).format(phone), (Planted(phone, 7, Reading.DIGITS),), ()
    mail = maker.ascii_email() if rng.random() < 0.7 else maker.email()
    yield locale, rng.choice(_PLACES).format(mail), (whole(mail.partition("@")[0] + "@", Reading.FOLDED),), ()
    address = maker.ipv6() if rng.random() < 0.4 else maker.ipv4()
    yield address, rng.choice(_PLACES).format(address), (whole(address),), ()
    card = maker.credit_card_number()
    card = card if rng.random() < 0.5 else " ".join(card[place : place + 4] for place in range(0, len(card), 4))
    yield card, rng.choice(_PLACES).format(card), (Planted(card, 7, Reading.DIGITS),), ()
    iban = "" if locale.endswith("_PH") else maker.iban()  # the Philippines have none
    yield (
        locale,
        rng.choice(_PLACES).format(iban) if iban and iban_valid(iban) else "",
        (Planted(iban, 10, Reading.COMPACT),),
        (),
    )
    name = f"{maker.first_name()} {maker.last_name()}"
    form = rng.choice(list(_FORMS))
    mention = _FORMS[form](name)
    planted: tuple[Planted, ...] = (whole(name if form == "escaped" else mention, Reading.FOLDED),)
    if form not in {"escaped", "joined"}:
        planted = planted_mention(mention)
    yield f"{locale} {form}", rng.choice(_IDENTITY_SENTENCES).format(mention), planted, (name,)
    yield _clean(maker, rng)


def _phone(rng: random.Random) -> tuple[str, str]:
    """A region and a number that its plan has, as one of three formats."""
    library: Any = import_module("phonenumbers")
    region = rng.choice(REGIONS)
    sort = rng.choice((library.PhoneNumberType.MOBILE, library.PhoneNumberType.FIXED_LINE))
    number = library.example_number_for_type(region, sort)
    national = str(number.national_number)
    number.national_number = int(national[:-4] + grown("{dig:4}", rng))
    formats = library.PhoneNumberFormat
    return region, library.format_number(number, rng.choice((formats.INTERNATIONAL, formats.E164, formats.NATIONAL)))


def _clean(maker: Any, rng: random.Random) -> _Made:  # noqa: ANN401 - may be absent
    frame = rng.choice(_CLEAN)
    holes = {
        "d": grown("2026-1{dig:1}-0{nz:1}T0{dig:1}:2{dig:1}:4{dig:1}.{dig:3}Z", rng),
        "n": grown("{nz:1}{dig:3}", rng),
        "s": grown("{nz:1}", rng),
        "u": grown("{hex:8}-{hex:4}-4{hex:3}-a{hex:3}-{hex:12}", rng),
        "k": grown("{UC:3}-{dig:4}-{UC:2}", rng),
        "c": grown("{an:16}", rng),
        "h7": grown("{hex:7}", rng),
        "h16": grown("{hex:16}", rng),
        "h32": grown("{hex:32}", rng),
        "h64": grown("{hex:64}", rng),
        "p": maker.paragraph(),
    }
    return frame, frame.format(**holes), (), ()
