"""What is found in a text: secrets by their forms, addresses, and people that are known; and what is left alone."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.redaction.opening import TAGGER, shown

from rundown_mcp.redaction.identities import kind_of
from rundown_mcp.redaction.placeholders import FORMS, Tagger, cut_note, secret
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.sanitize import sanitize

LONG = "a1B2c3D4e5F6g7H8i9J0"
HEAD, BODY = "eyJ" + "hbGciOiJI", "eyJ" + "zdWIiOiIx"

SECRETS = [
    ("duckie-key", "dk" + "_live_" + LONG),
    ("duckie-key", "dk" + "_mcp_access_" + LONG),
    ("happyrobot-key", "sk" + "_live_" + LONG),
    ("happyrobot-key", "hr" + "_test_" + LONG),
    ("conduit-key", "capi" + "_" + LONG),
    ("aws-key", "AKIA" + "ABCDEFGH12345678"),
    ("github-token", "ghp" + "_" + LONG),
    ("github-token", "github" + "_pat_" + LONG),
    ("gitlab-token", "glpat" + "-" + LONG),
    ("slack-token", "xoxb" + "-" + LONG),
    ("stripe-key", "rk" + "_live_" + LONG),
    ("google-key", "AIza" + "S" * 35),
    ("model-key", "sk" + "-" + LONG),
    ("jwt", f"{HEAD}.{BODY}.{LONG}"),
    ("jwt", f"{HEAD}.{BODY}"),
    ("jwt", f"my-{HEAD}.{BODY}.x-y_z"),
    ("private-key", "-----BEGIN RSA " + f"PRIVATE KEY-----\n{LONG}\n{LONG}==\n-----END RSA PRIVATE KEY-----"),
]


@pytest.mark.parametrize(("kind", "text"), SECRETS)
@pytest.mark.parametrize("around", ["{}", "see {}, please", '"{}"', "a={}&b=1", "({})", "x\n{}\ny"])
@pytest.mark.parametrize("policy", [Policy.BALANCED, Policy.OFF])
def test_a_secret_is_masked_by_its_form(policy: Policy, around: str, kind: str, text: str) -> None:
    masked = shown(around.format(text), policy=policy)
    assert masked == sanitize(around.format(secret(kind)))
    assert FORMS.search(masked)


def test_a_private_key_that_was_cut_off_is_masked_as_far_as_it_goes() -> None:
    assert shown("see -----BEGIN " + f"PRIVATE KEY-----\n{LONG}\n{LONG[:7]} … more") == "see [secret:private-key]… more"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"Authorization: Bearer {LONG}", "Authorization: Bearer [secret:token]"),
        ("basic dXNlcjpwYXNzd29yZA==", "basic [secret:token]"),
        ("token abcdefghijklmnopqrstuv", "token [secret:token]"),
        ("https://jo:pa:ss@h.example/x", "https://jo:[secret:password]@h.example/x"),
        ("postgres://jo:p@ss@h.example/x", "postgres://jo:[secret:password]@h.example/x"),
        (f"redis://:{'p' * 500}@h", "redis://:[secret:password]@h"),
        ("password: hunter2!", "password: [secret:value]"),
        ("DB_PASSWORD=hunter2 x", "DB_PASSWORD=[secret:value] x"),
        ("MY_API_KEY='abcd1234'", "MY_API_KEY='[secret:value]'"),
        ('{"password":"correct horse battery","n":1}', '{"password":"[secret:field]","n":1}'),
        (r"{\"api_key\": \"abcd1234\"}", r"{\"api_key\": \"[secret:value]\"}"),
        (f"secret={'s' * 600} end", "secret=[secret:value] end"),
        ("?X-Amz-Signature=abcdef0123&x=1", "?X-Amz-Signature=[secret:signature]&x=1"),
        (f"password=dk_{'live'}_{LONG}", "password=[secret:duckie-key]"),
        (f"password=dk_{'live'}_{LONG}!more", "password=[secret:duckie-key]"),
    ],
)
def test_a_secret_is_masked_by_what_stands_before_it(text: str, masked: str) -> None:
    assert shown(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "followed basic troubleshooting steps",
        "Bearer authentication failed",
        "the token verification step",
        "password: null",
        '{"password":"","user":"maria"}',
        '{"secret":true}',
        "passwords: none were changed",
        "http://example.com:8080/x",
        "sk-short",
        "task-management-is-a-long-word",
        "eyJhbGciOiJI.nothing",
        "risk-free and ask-me-anything-you-like",
        "an @ alone, @handle, a@b, 5@6.",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "'{}'",
        "<{}",
        "_{}_",
        "*{}*",
        "email={}",
        "?to={}&x",
        "mailto:{}",
        "{}.",
        "({}),",
        "{{{}}}",
        "a/{}",
        "é {} é",
    ],
)
def test_an_address_has_one_tag_whatever_touches_it(around: str) -> None:
    tag = sanitize(TAGGER.tag("email", "jo.o'doe+x@mail.example.com"))
    for written in ("jo.o'doe+x@mail.example.com", "Jo.O'Doe+X@MAIL.example.COM"):
        assert shown(around.format(written)) == sanitize(around.format("\0")).replace(r"\u0000", tag)


@pytest.mark.parametrize("address", ["jörg@müller.example", "a@b.co", "x" * 64 + "@b.co", "a_b-c@d-e.f.g.example"])
def test_an_address_is_masked_whole(address: str) -> None:
    assert re.fullmatch(r"\[email#[a-z2-7]{6}\]", shown(address))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(min_size=1), st.text(min_size=1), st.sampled_from(["email", "person", "phone"]))
def test_tags_are_the_same_for_a_value_in_any_case_or_spacing_and_differ_by_value(
    one: str, other: str, kind: str
) -> None:
    assert TAGGER.tag(kind, one) == TAGGER.tag(kind, f" {one}\n")
    assert TAGGER.tag(kind, one.upper()) == TAGGER.tag(kind, one.upper().swapcase().upper())
    same = "".join(one.split()).casefold() == "".join(other.split()).casefold()
    assert (TAGGER.tag(kind, one) == TAGGER.tag(kind, other)) == same
    assert TAGGER.tag(kind, one) != Tagger(b"other").tag(kind, one)
    assert TAGGER.tag(kind, one) != TAGGER.tag("id", one)


@pytest.mark.parametrize(
    ("known", "text", "masked"),
    [
        ("Maria Lopez", "MARIA  lopez called", "{} called"),
        ("Maria Lopez", "Lopez, Maria called", "{} called"),
        ("Maria Lopez", "Maria's file maria_lopez.pdf", "{}'s file {}.pdf"),
        ("Maria Lopez", "Marias and Lopezes", "{} and Lopezes"),
        ("Lopez, Maria", "maria lopez", "{}"),
        ("Straße", "STRASSE", "{}"),
        ("Ian Smith", "İan ıan", "{} {}"),
        ("O'Brien", "o’brien", "{}"),
        ("Grace Hopper", "a grace period, Grace and HOPPER", "a grace period, {} and {}"),
        ("Jo Li", "jo li, not jo or li", "{}, not jo or li"),
        ("Al", "al", "al"),
        ("---", "--- a", "--- a"),
        ("x" * 201, "x" * 201, "{}"),
        ("Secret", "password=hunter22 secret", "password=[secret:value] {}"),
        ("+1 555 010 0199", "call +1 (555) 010-0199 or 1.555.010.0199 now", "call {} or {} now"),
        ("jo@example.com", "JO@example.com", "{}"),
    ],
)
def test_a_known_identity_is_masked_wherever_it_stands_as_words(known: str, text: str, masked: str) -> None:
    tag = sanitize(TAGGER.tag(kind_of(known), known))
    assert shown(text, people=(known,)) == masked.replace("{}", tag)


def test_a_name_that_two_share_is_tagged_by_itself() -> None:
    tags = [sanitize(TAGGER.tag("person", name)) for name in ("Lopez", "Ana Lopez", "Maria Lopez Garcia")]
    text = shown("Lopez or Ana Lopez or Maria", people=("Maria", "Ana Lopez", "Maria Lopez Garcia"))
    assert text == f"{tags[0]} or {tags[1]} or {tags[2]}"


@pytest.mark.parametrize(
    ("value", "kind"),
    [("a@b", "email"), ("+1 555 010", "phone"), ("123456", "phone"), ("12345", "person"), ("Room 1", "person")],
)
def test_the_sort_of_an_identity_is_told_by_its_look(value: str, kind: str) -> None:
    assert kind_of(value) == kind


def test_a_cut_says_how_much_there_was() -> None:
    assert cut_note(120, 4500) == "[cut: 120/4500 chars]"


def test_what_is_told_only_once_its_neighbour_is_masked_is_found_in_a_long_line_too() -> None:
    line = f"{b'+1 415 555 2671'.hex()} 0049 170 1234567 was called back"
    for text in (line, f"{line} {'and then nothing happened ' * 12}"):
        assert shown(text).startswith(f"{shown(b'+1 415 555 2671'.hex())} {shown('0049 170 1234567')} was called")
        assert "1234567" not in shown(text)
