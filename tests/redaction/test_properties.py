"""What holds for any text and payload: masking twice changes nothing, JSON stays JSON, no secret is halved."""

from __future__ import annotations

import copy
import json

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.redaction.masks import TAGGER, gate, key

from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.redaction.identities import known
from rundown_mcp.redaction.masking import Search, mask_text
from rundown_mcp.redaction.payloads import masked
from rundown_mcp.redaction.policy import Policy

PEOPLE = known(["Anna Berg", "+49 171 1234567", "José Müller"])
SECRETS = [
    key("github-token"),
    key("stripe-key"),
    key("slack-token"),
    "hunter2secret",
    "4111 1111 1111 1111",
    "a.b@example.org",
]
WORDS = [
    *SECRETS,
    "password",
    "is",
    ":",
    "=",
    '"',
    "token",
    "anna",
    "Berg",
    "+49 171 1234567",
    "zip",
    "94107",
    "born",
    "12.03.1984",
    "Bearer",
    "--password",
    "{",
    "}",
    "\\n",
    "%70",
    "<secret>",
    "пароль",
    "密码",
    "ü",
    "key",
    "id",
    "run_9f3a1c7e",
    "/",
    "&",
    "?",
]
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", "", ", ", "\n"])), max_size=12).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def mask(text: str) -> str:
    return mask_text(text, policy=Policy.BALANCED, tagger=TAGGER, people=PEOPLE)


@given(TEXTS | st.text(max_size=200))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@given(JSON)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_payload_stays_json_of_the_same_shape_and_is_not_touched(value: JsonValue) -> None:
    before = copy.deepcopy(value)
    shown = masked(value, Search(Policy.BALANCED, PEOPLE), TAGGER)
    assert value == before
    assert type(shown) is type(value) or isinstance(shown, str)
    if isinstance(value, dict | list):
        assert isinstance(shown, dict | list)
        assert len(shown) == len(value)
        assert json.loads(gate().safe(Untrusted(value, Kind.PAYLOAD)).text) is not None


@given(st.sampled_from(SECRETS[:3]), st.integers(0, 200), st.integers(1, 60))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_no_part_of_a_secret_is_on_any_page_of_a_value(secret: str, offset: int, size: int) -> None:
    text = gate().safe(Untrusted(f"{'word ' * 12}{secret} {'more ' * 12}", Kind.TEXT)).text
    page = text[offset : offset + size]
    assert not any(secret[index : index + 9] in page for index in range(len(secret) - 8))


@given(st.binary(max_size=300).map(lambda raw: raw.decode("latin-1")) | st.text(st.characters(), max_size=100))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_characters_at_all_can_be_masked(text: str) -> None:
    assert "[withheld:unchecked]" not in gate().safe(Untrusted(text, Kind.TEXT)).text
