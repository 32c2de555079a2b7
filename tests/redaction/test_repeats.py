"""A secret that was found once is masked wherever its value stands in the same text or payload."""

from __future__ import annotations

import pytest
from tests.redaction.masks import key, masked, payload

from rundown_mcp.domain.text import JsonValue
from rundown_mcp.redaction.policy import Policy

WORD = "hunt" + "er2"
LONG = "oxpf4a93fj" + "ovt0v1z6lltc"
HEX = "9f3a1c7e" * 4


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"password: {WORD}\nI typed {WORD}, twice", "password: [secret:value]\nI typed [secret:value], twice"),
        (f"I typed {WORD}\npassword: {WORD}", "I typed [secret:value]\npassword: [secret:value]"),
        (f"x token = '{LONG}' | '{LONG}'", "x token = '[secret:value]' | '[secret:value]'"),
        (f"token = '{HEX}' | '{HEX}'", "token = '[secret:value]' | '[secret:value]'"),
        (f"password=a{WORD}%21 then a{WORD}!", "password=[secret:value] then [secret:value]"),
        (f"password: a{WORD}! then a{WORD}%21", "password: [secret:value] then [secret:value]"),
        (f"secret: {LONG}; /x?y={LONG}&z=1", "secret: [secret:value]; /x?y=[secret:value]&z=1"),
        ("the otp is 483920\nso 483920.", "the otp is [secret:code]\nso [secret:code]."),
        (f"Authorization: Bearer {LONG}\nsent {LONG}", "Authorization: Bearer [secret:token]\nsent [secret:token]"),
    ],
)
@pytest.mark.parametrize("policy", [Policy.BALANCED, Policy.OFF])
def test_a_secret_is_masked_where_nothing_tells_of_it(text: str, shown: str, policy: Policy) -> None:
    assert masked(text, policy=policy) == shown
    assert masked(shown, policy=policy) == shown


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("password: order\nthe order was late", "the order was late"),
        ("PIN: 1234\nroom 1234", "room 1234"),
        ("token: base64\nencode it as base64", "encode it as base64"),
        (f"password: {WORD}\n{WORD}00 is a band", f"{WORD}00 is a band"),
        ("password: Summer\nSummer came", "Summer came"),
        ("your token can access (GET /v1/workspaces) and GET /v1/workspaces/x", "and GET /v1/workspaces/x"),
    ],
)
def test_a_common_word_is_no_secret_a_second_time(text: str, kept: str) -> None:
    assert kept in masked(text)


@pytest.mark.parametrize(
    "value",
    [
        {"password": WORD, "note": f"typed {WORD}"},
        {"note": f"typed {WORD}", "inner": [{"password": WORD}]},
        {"note": f"typed {WORD}", "text": f"password: {WORD}"},
        {f"typed {WORD}": 1, "header": ["Authorization", f"Bearer {WORD}"]},
        {"api_keys": [WORD], "raw": '{"note": "typed ' + WORD + '"}'},
        {"text": '{"password": "' + WORD + '"}', "note": [f"{WORD}?"]},
    ],
)
def test_a_secret_of_a_payload_is_masked_in_all_its_texts_and_keys(value: JsonValue) -> None:
    assert WORD not in payload(value, Policy.OFF)
    assert "[secret:" in payload(value, Policy.OFF)


def test_a_number_that_a_name_hides_is_masked_elsewhere() -> None:
    assert payload({"otp": 483920, "said": "I got 483920"}, Policy.OFF) == (
        '{"otp":"[secret:field]","said":"I got [secret:value]"}'
    )


def test_what_stands_as_a_placeholder_already_stays() -> None:
    text = f"password: {WORD}, [secret:github-token], {WORD}"
    assert masked(text) == "password: [secret:value], [secret:github-token], [secret:value]"


def test_every_one_of_many_secrets_of_a_page_is_masked_again() -> None:
    words = [f"{WORD}{number}" for number in range(100, 400)]
    text = "".join(f"password: {word}\n" for word in words) + " ".join(words)
    assert WORD not in masked(text)


def test_a_long_key_is_masked_to_its_end() -> None:
    body = "".join(f"aB{number}=?" for number in range(900))
    assert masked(f"service_key: {body} end") == "service_key: [secret:value] end"
    assert masked(f"password={body} end") == "password=[secret:value] end"
    assert masked(f"Authorization: Token {body} end") == "Authorization: Token [secret:value] end"


def test_a_key_of_a_vendor_is_masked_inside_another_word_once_it_is_known() -> None:
    token = key("github-token")
    assert token not in masked(f"{token} and x{token}")
