"""Tables, in texts and payloads: a column's heading tells that its cells are secrets."""

from __future__ import annotations

import pytest
from tests.redaction.masks import masked, payload

from rundown_mcp.domain.text import JsonValue

TEXTS = (
    "username,password\ndana,{}\n",
    'name,"password",role\n"K, D","{}",admin',
    "id;name;api_key\n1;x;{}",
    "id\tname\tpassword\r\n1\tx\t{}\r\n",
    "| user | password |\n|---|:---|\n| dana | {} |",
    " id | login | password_hash \n----+-------+------\n  1 | dana | {}\n(1 row)",
    "+----+----------+\n| id | password |\n+----+----------+\n|  1 | {} |\n+----+----------+",
)
HARMLESS = (
    "username,password\nrequired,required\n",
    "| method | token |\n|---|---|\n| supported | partial |",
    "password, token, secret\nall of these 42times are words",
    "token\nab12cd34",
)


@pytest.mark.parametrize("text", TEXTS)
def test_the_cells_below_a_secrets_heading_are_masked(text: str) -> None:
    assert masked(text.format("hunter22!")) == text.format("[secret:value]")


@pytest.mark.parametrize("text", HARMLESS)
def test_words_below_a_secrets_heading_stay(text: str) -> None:
    assert masked(text) == text


def test_every_row_is_masked_and_what_follows_the_table_is_not() -> None:
    rows = "".join(f"dana,hunter{row}x,ok\n" for row in range(100))
    shown = masked(f"user,password,state\n{rows}\nuser,s3cret!pass,state")
    assert shown == "user,password,state\n" + "dana,[secret:value],ok\n" * 100 + "\nuser,s3cret!pass,state"


@pytest.mark.parametrize("line", ['bo,s3cret!pass,"a\nb"', "bo", "bo,x,y,z"])
def test_a_line_with_other_cells_does_not_end_a_table(line: str) -> None:
    shown = masked(f"user,password,note\n{line}\ndana,hunter22!,ok")
    assert "s3cret" not in shown
    assert shown.endswith("dana,[secret:value],ok")


def test_a_payloads_key_does_not_hide_the_first_heading() -> None:
    shown = payload({"out": "password,user\nhunter22!,dana"})
    assert shown == r'{"out":"password,user\n[secret:value],dana"}'


ROWS: tuple[JsonValue, ...] = (
    [["user", "pin"], ["dana", "4821"], ["bo", 4822]],
    {"columns": ["user", "pin"], "rows": [["dana", "4821"], ["bo", 4822]]},
    {"headers": ["user", "pin"], "data": [["dana", "4821"], ["bo", 4822], "4 rows"]},
)


@pytest.mark.parametrize("value", ROWS)
def test_in_payloads_a_heading_hides_its_column(value: JsonValue) -> None:
    shown = payload(value)
    assert shown.count("[secret:field]") == 2
    assert "482" not in shown
    assert shown.count('"user","pin"') == shown.count('"dana"') == shown.count('"bo"') == 1


@pytest.mark.parametrize("value", [[["user", "id"], ["dana", "x"]], {"columns": [1, 2], "rows": [[1, 2]]}])
def test_in_payloads_tables_without_secrets_stay(value: JsonValue) -> None:
    assert "secret" not in payload(value)


def test_what_a_secret_was_changed_from_and_to_is_masked() -> None:
    shown = payload({"field": "password", "old": "tundra261", "new": "zephyr451"})
    assert shown == '{"field":"password","old":"[secret:field]","new":"[secret:field]"}'
