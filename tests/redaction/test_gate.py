"""The gate: what each policy lets out of each kind of value, with the vendor's flags, and never an exception."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.redaction.opening import TAGGER, any_json, any_text, gate, shown

from rundown_mcp.domain.text import JsonValue, Kind, SafeText, Untrusted
from rundown_mcp.redaction.placeholders import CLOSE, FORMS, OPEN, REDACTED, TRUNCATED
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.sanitize import sanitize
from rundown_mcp.redaction.words import is_secret_name

STRUCTURE = {Kind.ID, Kind.WORD, Kind.NAME}
BLUE = "Blue-7"


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("policy", Policy)
def test_a_policy_lets_out_what_it_promises(policy: Policy, kind: Kind) -> None:
    text = shown(BLUE, kind, policy)
    if policy is Policy.STRICT and kind not in STRUCTURE:
        assert text == "[withheld:policy] text, 6 chars"
    elif kind is Kind.IDENTITY and policy is Policy.BALANCED:
        assert text == sanitize(TAGGER.tag("person", BLUE))
    else:
        assert text == BLUE


@pytest.mark.parametrize("truncated", [True, False, None])
@pytest.mark.parametrize("redacted", [True, False, None])
@pytest.mark.parametrize("value", [BLUE, "", None, {"a": 1}])
@pytest.mark.parametrize("kind", [Kind.NAME, Kind.PAYLOAD])
@pytest.mark.parametrize("policy", Policy)
def test_the_vendors_flags_are_spelt_out_and_an_absent_one_is_not(
    policy: Policy,
    kind: Kind,
    value: JsonValue,
    redacted: bool | None,  # noqa: FBT001 - a parameter
    truncated: bool | None,  # noqa: FBT001 - a parameter
) -> None:
    opened = gate(policy)
    text = str(opened.safe(Untrusted(value, kind, redacted=redacted, truncated=truncated)))
    bare = str(opened.safe(Untrusted(value, kind)))
    if redacted:
        assert text == (f"{REDACTED} {TRUNCATED}" if truncated else REDACTED)
    elif truncated:
        assert text == (f"{bare} {TRUNCATED}" if bare else TRUNCATED)
    else:
        assert text == bare


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("kind", Kind)
def test_null_is_shown_as_nothing_and_its_flags_alone(policy: Policy, kind: Kind) -> None:
    opened = gate(policy)
    assert not opened.safe(Untrusted(None, kind))
    assert str(opened.safe(Untrusted(None, kind, truncated=True))) == "[truncated:provider]"
    assert str(opened.safe(Untrusted(None, kind, redacted=True))) == "[redacted:provider]"


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("a b", "text, 3 chars"),
        ({"a": 1, "b": "é"}, "object, 2 keys, 15 chars"),
        ([1, 2, 3], "list, 3 items, 7 chars"),
        (5, "value"),
        (False, "value"),
    ],
)
def test_strict_tells_the_sort_and_size_of_what_it_withholds(value: JsonValue, size: str) -> None:
    assert shown(value, Kind.PAYLOAD, Policy.STRICT) == f"[withheld:policy] {size}"


@pytest.mark.parametrize(
    ("kind", "value", "leaves"),
    [
        (Kind.ID, "duckie:run_9f-2.a/b#c@d+e", True),
        (Kind.ID, "two words", False),
        (Kind.ID, "x" * 129, False),
        (Kind.ID, "a\nb", False),
        (Kind.WORD, "waiting for approval", True),
        (Kind.WORD, "handed_over", True),
        (Kind.WORD, 7, True),
        (Kind.WORD, "She said that her card was charged twice yesterday", False),
        (Kind.WORD, "été", False),
        (Kind.NAME, "Returns Desk – été, the 2nd!", True),
    ],
)
def test_strict_lets_structure_out_only_where_it_looks_like_structure(
    kind: Kind,
    value: JsonValue,
    leaves: bool,  # noqa: FBT001 - a parameter
) -> None:
    assert ("[withheld:policy]" not in shown(value, kind, Policy.STRICT)) == leaves


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("policy", Policy)
def test_a_secret_leaves_under_no_policy_in_no_kind(policy: Policy, kind: Kind) -> None:
    secret = "dk" + "_live_" + "a1B2" * 6
    for value in (secret, f"key {secret}!", {"k": [secret]}, {secret: 1}):
        assert secret not in shown(value, kind, policy)
        assert "a1B2a1B2" not in shown(value, kind, policy)


@pytest.mark.parametrize("kind", Kind)
def test_an_address_leaves_under_off_alone(kind: Kind) -> None:
    assert "jo.doe@example.com" in shown("jo.doe@example.com", kind, Policy.OFF)
    for policy in (Policy.BALANCED, Policy.STRICT):
        assert "jo.doe" not in shown("jo.doe@example.com", kind, policy)


def test_known_people_are_masked_in_values_keys_and_names_unless_off() -> None:
    value: JsonValue = {"note": "ask maria", "Maria Lopez": ["Lopez, Maria"]}
    tag = sanitize(TAGGER.tag("person", "Maria Lopez"))
    assert json.loads(shown(value, Kind.PAYLOAD, people=("Maria Lopez",))) == {"note": f"ask {tag}", tag: [tag]}
    assert shown("Desk of Maria", Kind.NAME, Policy.STRICT, ("Maria Lopez",)) == f"Desk of {tag}"
    assert json.loads(shown(value, Kind.PAYLOAD, Policy.OFF, ("Maria Lopez",))) == value


@pytest.mark.parametrize("kind", [Kind.WORD, Kind.ID])
def test_people_are_not_looked_for_in_words_and_ids(kind: Kind) -> None:
    assert shown("customer", kind, people=("Test Customer",)) == "customer"
    assert "[email#" in shown("maria@example.com", kind)


def test_a_gate_that_is_told_of_nobody_knows_nobody() -> None:
    assert str(gate().knowing([]).safe(Untrusted("Maria", Kind.TEXT))) == "Maria"
    assert str(gate(people=("Maria",)).knowing([]).safe(Untrusted("Maria", Kind.TEXT))) == "Maria"


def test_a_blank_identity_shows_nothing() -> None:
    assert shown("  ", Kind.IDENTITY) == ""


@pytest.mark.parametrize(
    "key", ["password", "API-Key", "userPassword", "x_access_token", "Set-Cookie", "AUTHORIZATION"]
)
@pytest.mark.parametrize("item", ["hunter2", 12345, ["a"], {"b": 1}])
def test_what_stands_under_a_secrets_name_is_masked_whole(key: str, item: JsonValue) -> None:
    for policy in (Policy.BALANCED, Policy.OFF):
        assert json.loads(shown({key: item, "n": 1}, Kind.PAYLOAD, policy)) == {key: "[secret:field]", "n": 1}


@pytest.mark.parametrize("item", [None, "", 0, False, [], {}])
def test_nothing_under_a_secrets_name_is_shown_as_nothing(item: JsonValue) -> None:
    assert json.loads(shown({"password": item}, Kind.PAYLOAD)) == {"password": item}


@pytest.mark.parametrize("key", ["token_count", "max_tokens", "passwords_changed", "keyboard", "author"])
def test_a_key_that_merely_resembles_one_is_no_secrets_name(key: str) -> None:
    assert json.loads(shown({key: "seven"}, Kind.PAYLOAD)) == {key: "seven"}


def test_keys_that_masking_makes_alike_stay_apart() -> None:
    value: JsonValue = {"a@b.co": 1, "A@B.CO": 2, "x": 3, "A@b.co": 4}
    tag = sanitize(TAGGER.tag("email", "a@b.co"))
    members = json.loads(shown(value, Kind.PAYLOAD))
    assert members == {tag: 1, f"{tag} (2)": 2, "x": 3, f"{tag} (3)": 4}


@settings(max_examples=120, deadline=None, derandomize=True)
@given(any_json, st.sampled_from([Policy.BALANCED, Policy.OFF]), st.lists(any_text, max_size=2))
@example({"](": ["<b", "[email#aaaaaa]", "\u202e", "\ue000", "⟦data", "\\<b", '"<b']}, Policy.OFF, [])
@example({"a": "Bearer abcdefghij1234567", "b": "password: hunter2!"}, Policy.BALANCED, ["b: ", "email", "secret"])
def test_a_payload_is_json_still_and_of_the_same_shape(value: JsonValue, policy: Policy, people: list[str]) -> None:
    if isinstance(value, str | None):
        value = [value]
    text = shown(value, Kind.PAYLOAD, policy, tuple(people))
    assert shape(json.loads(text)) == shape(value)
    assert len(text.splitlines()) == 1
    assert text.encode()


def shape(value: Any) -> object:  # noqa: ANN401 - any JSON
    """What masking keeps of a value: all but its texts, numbers and keys, and what a secret's key hides."""
    if isinstance(value, dict):
        return ["" if is_secret_name(key) and item not in ([], {}) else shape(item) for key, item in value.items()]
    return [shape(item) for item in value] if isinstance(value, list) else ""


@settings(max_examples=120, deadline=None, derandomize=True)
@given(any_text)
def test_harmless_text_passes_twice_as_once(text: str) -> None:
    once = shown(text, policy=Policy.OFF)
    if not FORMS.search(once):
        assert shown(once, policy=Policy.OFF) == once


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("policy", Policy)
def test_a_value_too_deep_to_check_is_withheld(policy: Policy, kind: Kind) -> None:
    deep: JsonValue = "canary"
    for _ in range(100_000):
        deep = [deep]
    text = shown(deep, kind, policy)
    assert "canary" not in text
    assert text == "[withheld:unchecked]"
    assert str(gate(policy).safe(Untrusted(deep, kind, truncated=True))) == "[withheld:unchecked] [truncated:provider]"


def test_a_number_too_long_to_write_is_withheld() -> None:
    assert shown({"n": 10**5000}, Kind.PAYLOAD) == "[withheld:unchecked]"


def test_our_private_characters_in_a_text_are_escaped() -> None:
    assert shown(f"{OPEN}email#aaaaaa{CLOSE}") == r"\ue000email#aaaaaa\ue001"
    assert json.loads(shown({"a": OPEN}, Kind.PAYLOAD)) == {"a": r"\ue000"}


@pytest.mark.parametrize("written", [r"\ue000", r"\uE000", OPEN])
@pytest.mark.parametrize("depth", [1, 2])
def test_json_inside_a_text_cannot_bring_in_the_brackets_of_a_placeholder(depth: int, written: str) -> None:
    text = f'{{"a": "{written}email#aaaaaa{written[:-1]}{chr(ord(written[-1]) + 1)}", "password": "x y z"}}'
    for _ in range(depth - 1):
        text = json.dumps({"b": text})
    assert "[email#aaaaaa]" not in shown(text)
    assert "[secret:field]" in shown(text)


def test_safe_text_is_its_text() -> None:
    text = gate().safe(Untrusted("a", Kind.TEXT))
    assert (text, len(text), bool(text), f"{text}") == (SafeText("a"), 1, True, "a")
