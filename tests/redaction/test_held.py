"""What a payload holds under a secret's name is known as a secret for the whole run; words and numbers are not."""

from __future__ import annotations

import json

import pytest

from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.redaction.held import held_secrets
from rundown_mcp.redaction.limits import LONGEST
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate, secrets_in

PASSWORD = "Tr0ub" + "4dor&3"


@pytest.mark.parametrize(
    "payload",
    [
        {"password": PASSWORD},
        {"a": [{"b": {"DB_PASS": PASSWORD}}]},
        {"passwords": ["summer", PASSWORD]},
        json.dumps({"config": {"api_key": PASSWORD}}),
        {"body": json.dumps([{"userPassword": PASSWORD}])},
        [{"id": 1}, {"id": 2}, {"id": 3, "secret": PASSWORD}],
    ],
)
def test_it_is_found_however_deep_it_lies(payload: JsonValue) -> None:
    assert held_secrets([{"ok": True}, payload]) == [PASSWORD]


@pytest.mark.parametrize(
    "payload",
    [
        {"password": "correct horse"},
        {"pin": "4821"},
        {"token_count": "81920123"},
        {"password": None, "secret": True, "token": 4821},
        {"signature": "Kind regards, the team"},
        {"auth": "service-account"},
        {"text": PASSWORD},
        PASSWORD,
        "{not json: " + PASSWORD,
    ],
)
def test_words_numbers_and_what_nothing_names_are_none(payload: JsonValue) -> None:
    assert held_secrets([payload]) == []


def test_a_large_number_is_one() -> None:
    assert held_secrets([{"otp": 738291}]) == ["738291"]


def test_of_thousands_the_first_few_are_looked_for() -> None:
    assert len(held_secrets([{"password": f"{PASSWORD}{number}"} for number in range(5000)])) == 64


@pytest.mark.parametrize("policy", [Policy.BALANCED, Policy.OFF])
def test_it_is_masked_in_every_other_value_whatever_was_searched_before(policy: Policy) -> None:
    gate = Gate(policy, Tagger(b"key"))
    said = Untrusted(f"sum {PASSWORD} was refused", Kind.TEXT)
    gate.look_through([said])
    assert PASSWORD in str(gate.safe(said))
    knowing = gate.knowing(secrets_in([Untrusted({"password": PASSWORD}, Kind.PAYLOAD), said]))
    shown = str(knowing.safe(said))
    assert PASSWORD not in shown
    assert shown.startswith("sum [secret")
    assert PASSWORD not in str(knowing.safe(Untrusted({"note": f"<{PASSWORD}>"}, Kind.PAYLOAD)))


def test_an_id_that_a_payload_calls_a_token_stays_an_id() -> None:
    told = secrets_in([Untrusted({"session_token": "conv81f3a9"}, Kind.PAYLOAD)])
    gate = Gate(Policy.BALANCED, Tagger(b"key")).knowing(told)
    assert str(gate.safe(Untrusted("conv81f3a9", Kind.ID))) == "conv81f3a9"
    assert "conv81f3a9" not in str(gate.safe(Untrusted("in conv81f3a9", Kind.TEXT)))


def test_texts_are_read_as_json_within_the_limit_of_one_value() -> None:
    hidden = json.dumps({"password": PASSWORD})
    assert held_secrets([" " * LONGEST + hidden]) == []
    assert held_secrets([json.dumps([0] * (LONGEST // 3)), hidden]) == []
    assert held_secrets([{"a": "x" * LONGEST}, hidden]) == [PASSWORD], "what is no JSON takes none of the room"
