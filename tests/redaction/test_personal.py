"""Personal data by pattern and check digit, and the numbers that only look like it."""

from __future__ import annotations

import pytest
from tests.redaction.masks import masked, tags

from rundown_mcp.redaction.policy import Policy

FOUND = (
    ("write to anna.berg@example.org.", "write to [email]."),
    ("<Jörg.Müller@bücher.example>", "<[email]>"),
    ("邮箱是anna@example.cn谢谢", "邮箱是[email]谢谢"),
    ('"anna berg"@example.org', "[email]"),
    ("anna (at) example (dot) org", "[email]"),
    ("anna [at] example.org", "[email]"),
    ("mailto:anna@example.org?subject=x", "mailto:[email]?subject=x"),
    ("from 192.168.13.7:8080", "from [ip]:8080"),
    (
        "client_ip=84.107.33.219, which is a number in the Netherlands too",
        "client_ip=[ip], which is a number in the Netherlands too",
    ),
    ("from [2001:db8::1]:443", "from [[ip]]:443"),
    ("node:2001:db8::1", "node:[ip]"),
    ("確認:fe80::1abc:2def%eth0 です", "確認:[ip] です"),
    ("card 4111 1111 1111 1111, exp 04/28", "card [card], exp 04/28"),
    ("5500-0000-0000-0004", "[card]"),
    ("378282246310005", "[card]"),
    ("pay DE89 3704 0044 0532 0130 00 today", "pay [iban] today"),
    ("gb82west12345698765432", "[iban]"),
    ("call +1 (415) 555-2671 now", "call [phone] now"),
    ("call 415-555-2671 now", "call [phone] now"),
    ("Tel. 030 901820", "Tel. [phone]"),
    ("my number is 39336338", "my number is [phone]"),
    ("Phone:\n60-56-85-91", "Phone:\n[phone]"),
    ("**Fax**\n  39336338", "**Fax**\n  [phone]"),
    ("Tel.:\r\n39336338", "Tel.:\r\n[phone]"),
    ("Mobile number\n> 39336338", "Mobile number\n> [phone]"),
    ("(37) 788-063-Office", "[phone]-Office"),
    ("39336338 (mobile)", "[phone] (mobile)"),
    ("393 36 338 / fax", "[phone] / fax"),
    ("+447700 208 815-Fax", "[phone]-Fax"),
    ("on +999 123 456 789 now", "on [phone] now"),
    ("on +49 1 23 45 67 89 01 2 now", "on [phone] now"),
    ("06 12 34 56 78", "[phone]"),
    ("SSN 123-45-6789", "SSN [id]"),
    ("NINO QQ123456C", "NINO QQ123456C"),
    ("NI number AB 12 34 56 C", "NI number [id]"),
    ("DNI 12345678Z", "DNI [id]"),
    ("CPF 111.444.777-35", "CPF [id]"),
    ("Steuer-ID 86095742719", "Steuer-ID [id]"),
    ("born on 12.03.1984", "born on [birthdate]"),
    ("Geburtsdatum: 1984-03-12", "Geburtsdatum: [birthdate]"),
    ("date of birth 12 March 1984", "date of birth [birthdate]"),
    ("zip 94107", "zip [postcode]"),
    ("PLZ: 10115 Berlin", "PLZ: [postcode] Berlin"),
    ("postcode SW1A 1AA", "postcode [postcode]"),
    ("billing_zip=94107", "billing_zip=[postcode]"),
    ('"shippingZip":"94107"', '"shippingZip":"[postcode]"'),
    ("〒150-0043", "〒[postcode]"),
    ("customer_dob: 12.03.1984", "customer_dob: [birthdate]"),
    ("homeTel: 4158672291", "homeTel: [phone]"),
    ("ani=14158672291", "ani=[phone]"),
    ("https://wa.me/491712345678", "https://wa.me/[phone]"),
    ("هاتف ٠٥٠١٢٣٤٥٦٧", "هاتف [phone]"),
    ("call 415–555–2671 now", "call [phone] now"),
    ("mobile 06.12.34.56.78", "mobile [phone]"),
    ("drivers_license S530-4607-8901", "drivers_license [id]"),
    ("Medicare number: 1EG4-TE5-MK73", "Medicare number: [id]"),
    ("マイナンバー 123456789018", "マイナンバー [id]"),
    ("ИНН 500100732259", "ИНН [id]"),
)
KEPT = (
    "I called:\nthen 39336338 came",
    "39336338 work items",
    "ab-39336338-mobile",
    "order A-1009 of 2026-11-20T09:00:00.000Z",
    "550e8400-e29b-41d4-a716-446655440000",
    "run_9f3a1c7e",
    "ar77c0dy0mgdpzmqz6tesry8w184002s",
    "commit 3f786850e387550fdab836ed7e6dc881de4fae12",
    "0f9c2b1d8a7e4f36",
    "$1,234.56",
    "1.234.567,00 €",
    "v1.2.3",
    "version 1.2.3.4",
    "Chrome/120.0.6099.71",
    "12:34:56",
    "20.11.2026 09:15",
    "06.12.34",
    "unzip 94107",
    "1732185600000",
    "order 4111111111111111",
    "ticket 48213",
    "978-3-16-148410-0",
    "00:1b:44:11:3a:b7",
    "std::vector",
    "52.520008, 13.404954",
    "10x20x300",
    "req_a1B2c3D4e5F6g7",
    "ch_3MmlLrLkdIwHu7ix0snN0B15",
    "2024-11-20 - 2024-12-01",
    "/srv/releases/60421654431647/x",
    "4242 days",
    "3 of 12",
    "#12345678",
    "404 Not Found",
    "DE00 0000 0000 0000 0000 00",
)


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_personal_data_is_masked_and_nothing_beside_it(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize("text", KEPT)
def test_ids_dates_prices_and_versions_stay(text: str) -> None:
    assert masked(text) == text
    assert masked(f"It was {text} then") == f"It was {text} then"


@pytest.mark.parametrize("text", [text for text, _ in FOUND])
def test_with_the_policy_off_personal_data_stays(text: str) -> None:
    assert masked(text, policy=Policy.OFF) == text


@pytest.mark.parametrize(
    "same",
    [
        ("Anna@Example.org", "anna@example.org", "anna (at) example (dot) org"),
        ("+49 171 1234567", "0171 1234567", "+491711234567"),
        ("+1 415 555 2671", "(415) 555-2671", "415.555.2671"),
        ("4111 1111 1111 1111", "4111111111111111", "4111-1111-1111-1111"),
        ("DE89 3704 0044 0532 0130 00", "de89370400440532013000"),
        ("2001:db8::1", "2001:0DB8:0:0:0:0:0:1"),
    ],
)
def test_the_same_value_has_the_same_tag_however_it_is_written(same: tuple[str, ...]) -> None:
    assert len({tuple(tags(f"see {text} there")) for text in same}) == 1


def test_different_values_have_different_tags() -> None:
    assert len(set(tags("a@example.org b@example.org c@example.org"))) == 3
