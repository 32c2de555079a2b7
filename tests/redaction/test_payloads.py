"""Payloads: secret names, headers, JSON inside texts, keys and numbers; the value that came in stays as it was."""

from __future__ import annotations

import copy
import json

import pytest
from tests.redaction.masks import key, payload

from rundown_mcp.domain.text import JsonValue
from rundown_mcp.redaction.policy import Policy


@pytest.mark.parametrize("name", ["userPassword", "user-password", "USER_PASSWORD", "x-api-key", "access_token"])
@pytest.mark.parametrize("value", ["hunter2", 4821, ["a", "b"], {"deep": {"er": "x"}}, 1.5])
def test_what_a_secret_name_holds_is_masked_whole(name: str, value: object) -> None:
    assert payload({name: value, "ok": 1}) == f'{{"{name}":"[secret:field]","ok":1}}'  # type: ignore[dict-item]


@pytest.mark.parametrize("value", [None, True, False, "", [], {}])
def test_what_tells_nothing_is_not_masked(value: object) -> None:
    assert payload({"password": value}) == json.dumps({"password": value}, separators=(",", ":"))  # type: ignore[dict-item]


def test_pairs_of_name_and_value_are_read_as_what_they_say() -> None:
    assert payload([{"name": "Authorization", "value": "abc"}, {"key": "page", "value": "2"}]) == (
        '[{"name":"Authorization","value":"[secret:field]"},{"key":"page","value":"2"}]'
    )
    assert payload(["Authorization", "abc"]) == '["Authorization","[secret:field]"]'
    assert payload(["x", "--password", "abc", "y"]) == '["x","--password","[secret:field]","y"]'


def test_json_inside_texts_is_masked_by_its_structure_and_stays_json() -> None:
    value = json.dumps({"a": json.dumps({"b": json.dumps({"password": "x y z", "n": 1})})})
    shown = json.loads(payload({"body": value}))
    inner = json.loads(json.loads(json.loads(shown["body"])["a"])["b"])
    assert inner == {"password": "[secret:field]", "n": 1}


def test_json_inside_a_text_keeps_its_spelling_where_nothing_is_masked() -> None:
    text = '{ "a": 1.0, "b": [ 1, 2 ] }'
    assert json.loads(payload({"body": text}))["body"] == text


def test_a_key_that_stands_twice_hides_nothing() -> None:
    shown = payload({"body": '{"password": "hunter2first", "password": "null", "a": "b"}'})
    assert "hunter2first" not in shown


def test_keys_are_masked_and_never_swallow_each_other() -> None:
    first, second = key("github-token", 1), key("github-token", 2)
    shown = json.loads(payload({first: 1, second: 2, "a@example.org": 3}))
    assert sorted(shown.values()) == [1, 2, 3]
    assert "[email]" in shown


def test_the_key_tells_what_a_number_is() -> None:
    assert payload({"phone": 4915123456789, "zip": 94107, "amount": 94107}) == (
        '{"phone":"[phone]","zip":"[postcode]","amount":94107}'
    )


def test_no_find_reaches_from_one_text_into_the_next() -> None:
    assert payload(["password:", "open sesame", "4111 1111", "1111 1111"]) == (
        '["password:","open sesame","4111 1111","1111 1111"]'
    )


def test_known_people_are_masked_in_values_and_keys() -> None:
    assert (
        payload({"note": "Anna said", "anna": 1}, Policy.BALANCED, "Anna Berg")
        == '{"note":"[person] said","[person]":1}'
    )


def test_the_value_that_came_in_stays_as_it_was() -> None:
    value: JsonValue = {"password": "x", "list": [{"token": "y"}, "a@example.org"], "body": '{"secret": "z"}'}
    before = copy.deepcopy(value)
    payload(value)
    assert value == before


def test_a_reference_at_the_end_of_a_payload_is_no_value() -> None:
    assert payload("export API_KEY=${API_KEY:?not set}") == "export API_KEY=${API_KEY:?not set}"


@pytest.mark.parametrize(
    "value",
    [
        {"slot": "pin", "value": "7397"},
        {"field_name": "password", "field_value": "hunter2"},
        {"ParameterKey": "DBPassword", "ParameterValue": "hunter2"},
        {"type": "password", "value": "hunter2"},
        {"selector": "input[name=password]", "text": "hunter2"},
        {"op": "replace", "path": "/password", "value": "hunter2"},
        {"fields": [{"name": "id"}, {"name": "password"}], "rows": [[1, "hunter2"]]},
        ["curl", "-u", "anna:hunter2"],
    ],
)
def test_a_member_that_another_calls_a_secret_is_masked(value: JsonValue) -> None:
    shown = payload(value)
    assert shown.count("[secret:field]") == 1
    assert "hunter2" not in shown
    assert "7397" not in shown


@pytest.mark.parametrize(
    "value",
    [
        {"id": "password", "text": "Password"},
        {"type": "token", "text": "Your session has ended"},
        {"path": "/password", "value": "required"},
        {"path": "/auth/token", "data": 503},
        {"type": "token", "content": "world.", "index": 3},
        {"type": "authorization", "from": "start", "data": 12.5},
        {"name": "reset_password", "input": {"user": "77", "channel": "sms"}},
        {"first_token_us": 1200, "lowpass": "1 kHz"},
        {"type": "text", "value": "hunter2"},
        ["docker", "-u", "anna"],
        {"date": {"year": 1987, "month": 12, "day": 4}},
        {"dob": {"year": 1987, "month": 12}},
    ],
)
def test_a_word_beside_what_may_name_a_secret_stays(value: JsonValue) -> None:
    assert payload(value) == json.dumps(value, separators=(",", ":"))


def test_every_list_of_headings_hides_its_columns() -> None:
    shown = payload({"fields": ["pin", "id"], "columns": ["id", "token"], "rows": [["4821", "hunter2"]]})
    assert "4821" not in shown
    assert "hunter2" not in shown


def test_what_is_no_number_of_a_date_is_searched_by_itself() -> None:
    shown = payload({"made": {"year": {"cookies": ["zephyr"]}, "month": 12, "day": 4}})
    assert shown == '{"made":{"year":{"cookies":"[secret:field]"},"month":12,"day":4}}'


def test_a_birth_date_in_parts_is_read_as_one() -> None:
    assert payload({"dob": {"day": 4, "month": 12, "year": 1987}, "n": 1}) == '{"dob":"[birthdate]","n":1}'
    assert payload({"dob": {"day": 4, "month": 12, "year": 1987}}, Policy.OFF) == (
        '{"dob":{"day":4,"month":12,"year":1987}}'
    )
