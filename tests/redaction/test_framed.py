"""Secrets whose frame tells: cookies, one-time codes, passphrases, names a line above their values."""

from __future__ import annotations

import pytest
from tests.redaction.masks import masked

FOUND = (
    ("Cookie: theme=dark; session=abcdef12345", "Cookie: [secret:cookie]"),
    ("Set-Cookie: sid=s%3Aabc.def; Path=/; HttpOnly\nnext", "Set-Cookie: [secret:cookie]\nnext"),
    ("curl -H 'Cookie: a=b; c=d' https://a.example", "curl -H 'Cookie: [secret:cookie]' https://a.example"),
    ("PIN 4821", "PIN [secret:code]"),
    ("your code is 493021.", "your code is [secret:code]."),
    ("verification code: 493 021", "verification code: [secret:code]"),
    ("cvv 123", "cvv [secret:code]"),
    ("Your Northwind code is 493021", "Your Northwind code is [secret:code]"),
    ("the door code: 4930#", "the door code: [secret:code]#"),
    ("lockbox code is 4930", "lockbox code is [secret:code]"),
    ("backup code 49302188", "backup code [secret:code]"),
    ("Ihr Bestätigungscode lautet 493021", "Ihr Bestätigungscode lautet [secret:code]"),
    ("Votre code de vérification : 493021", "Votre code de vérification : [secret:code]"),
    ("Tu código de verificación es 493021", "Tu código de verificación es [secret:code]"),
    ("il codice di accesso è 493021", "il codice di accesso è [secret:code]"),
    ("Enter code 493021 on the keypad", "Enter code [secret:code] on the keypad"),
    ("enter the 6 digit code 493021 now", "enter the 6 digit code [secret:code] now"),
    ("Use 493021 to verify your account", "Use [secret:code] to verify your account"),
    ("The keypad code for unit 4 is 493021", "The keypad code for unit 4 is [secret:code]"),
    ("인증번호 [493021]", "인증번호 [[secret:code]]"),
    (
        'form-data; name="password"\r\n\r\nhunter2\r\n--x',
        'form-data; name="password"\r\n\r\n[secret:value]\r\n--x',
    ),
    ("您的验证码是493021，", "您的验证码是[secret:code]，"),
    ("493021 is your one-time passcode", "[secret:code] is your one-time passcode"),
    ("G-493021 is your Google verification code", "[secret:code] is your Google verification code"),
    ("the code they texted me is 493021", "the code they texted me is [secret:code]"),
    ("passphrase correct horse battery staple", "passphrase [secret:value]"),
    ("passphrase: correct horse battery staple", "passphrase: [secret:value]"),
    ("the passphrase is correct-horse-battery", "the passphrase is [secret:value]"),
    ("- name: SMTP_PASSWORD\n  value: hunter2", "- name: SMTP_PASSWORD\n  value: [secret:value]"),
    ('variable "db_password" {\n  default = "hunter2"\n}', 'variable "db_password" {\n  default = "[secret:value]"\n}'),
    ("your login password is now hunter22 , so", "your login password is now [secret:value] , so"),
    ("Hasło do panelu: hunter22", "Hasło do panelu: [secret:value]"),
)
HARMLESS = (
    "the cookie: none",
    "status code 4041, error code is 5003",
    "40412 is the error code",
    "4930 is your order",
    "the code was sent to 3 people and is short",
    "promo code 2026",
    "the error code that was sent is 50001",
    "status code that was sent to the client was 5020",
    "验证码错误 429",
    "use 4930 to order",
    'form-data; name="city"\r\n\r\nBerlin2000\r\n--x',
    "the security code 2026-11-20 run",
    "your code of conduct",
    "pin 12:30 on the board",
    "passphrase must have at least eight characters",
    "the passphrase was reset twice by support",
    "passphrase required for this action here",
    "- name: REPLICAS\n  value: 3",
    "name: Anna\nvalue: none",
    'variable "region" { default = "eu-central-1" }',
)


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_a_framed_secret_is_masked_whole(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize("text", HARMLESS)
def test_a_frame_without_a_secret_is_left_alone(text: str) -> None:
    assert masked(text) == text
