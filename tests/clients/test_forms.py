"""Entries in and out of clients' files: everything else stays."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
import tomlkit
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rundown_mcp.clients import Unusable
from rundown_mcp.clients.json_form import JsonForm
from rundown_mcp.clients.toml_form import TomlForm

_JSON = JsonForm("mcpServers")
_CODE = JsonForm("servers", comments=True)
_TOML = TomlForm()
_ENTRY = {"command": "/bin/rundown-mcp", "args": ["--sandbox"], "env": {"A": "${env:A}"}}
_INPUTS = [{"type": "promptString", "id": f"rundown-{name}", "password": True} for name in ("a-key", "b-key")]
_WITH_INPUTS = {"command": "x", "env": {"A": "${input:rundown-a-key}", "B": "${input:rundown-b-key}"}}

_NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)
_LEAVES = st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | _NAMES
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3), max_leaves=10
)
_SERVERS = st.dictionaries(_NAMES, st.dictionaries(_NAMES, _VALUES, max_size=3), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(_NAMES, _VALUES, max_size=4), st.none() | _SERVERS, st.sampled_from([None, 2, "\t"]))
@example({"//": [], "url": "https://x/"}, None, None)
def test_in_a_json_file_everything_else_is_equal_after_an_entry_came_and_the_text_once_it_went(
    others: dict[str, Any], servers: dict[str, Any] | None, indent: int | str | None
) -> None:
    before = {**others, **({} if servers is None else {"mcpServers": servers})}
    before.get("mcpServers", {}).pop("rundown", None)
    if not before.get("mcpServers", True):
        del before["mcpServers"]
    text = json.dumps(before, indent=indent, ensure_ascii=False)
    put = _JSON.put(text, "rundown", _ENTRY)
    assert json.loads(put) == {**before, "mcpServers": {**before.get("mcpServers", {}), "rundown": _ENTRY}}
    assert list(json.loads(put))[: len(before)] == list(before)
    assert _JSON.entry(put, "rundown") == _ENTRY
    assert _JSON.put(put, "rundown", _ENTRY) == put
    assert _JSON.drop(put, "rundown") == text


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(_NAMES, _VALUES, max_size=4), st.none() | _SERVERS)
def test_in_a_toml_file_everything_else_is_equal_after_an_entry_came_and_once_it_went(
    others: dict[str, Any], servers: dict[str, Any] | None
) -> None:
    before = {**others, **({} if servers is None else {"mcp_servers": servers})}
    before.get("mcp_servers", {}).pop("rundown", None)
    if not before.get("mcp_servers", True):
        del before["mcp_servers"]
    text = tomlkit.dumps(before)
    put = _TOML.put(text, "rundown", _ENTRY)
    assert tomllib.loads(put) == {**before, "mcp_servers": {**before.get("mcp_servers", {}), "rundown": _ENTRY}}
    assert _TOML.entry(put, "rundown") == _ENTRY
    assert _TOML.put(put, "rundown", _ENTRY) == put
    assert tomllib.loads(_TOML.drop(put, "rundown")) == before


@pytest.mark.parametrize("form", [_JSON, _CODE, _TOML])
def test_an_entry_that_is_there_keeps_what_else_it_holds(form: JsonForm | TomlForm) -> None:
    text = form.put("", "rundown", {"command": "old", "env": {"A": "old", "MINE": "1"}, "disabled": True})
    put = form.put(form.put(text, "other", {"command": "x"}), "rundown", _ENTRY)
    assert form.entry(put, "rundown") == {**_ENTRY, "env": {"A": "${env:A}", "MINE": "1"}, "disabled": True}
    assert form.entry(put, "other") == {"command": "x"}
    assert form.entry(form.drop(put, "rundown"), "rundown") is None


def test_comments_in_an_entry_stay_when_it_is_changed() -> None:
    text = '{\n  "servers": {\n    "rundown": {\n      // pinned\n      "command": "old", // by ops\n    },\n  },\n}\n'
    assert _CODE.put(text, "rundown", {"command": "new"}) == text.replace('"old"', '"new"')


def test_inputs_are_added_once_and_go_with_the_last_entry_that_refers_to_them() -> None:
    theirs = {"type": "promptString", "id": "theirs"}
    text = json.dumps({"inputs": [theirs, 5], "servers": {"else": {"env": {"K": "${input:rundown-b-key}"}}}}, indent=2)
    put = _CODE.put(text, "rundown", _WITH_INPUTS, _INPUTS)
    assert json.loads(put)["inputs"] == [theirs, 5, *_INPUTS]
    assert _CODE.put(put, "rundown", _WITH_INPUTS, _INPUTS) == put
    assert json.loads(_CODE.drop(put, "rundown"))["inputs"] == [theirs, 5, _INPUTS[1]]


def test_the_inputs_of_a_file_that_had_none_leave_nothing_behind() -> None:
    text = '{\n    "servers": {\n        "else": {}\n    }\n}\n'
    put = _CODE.put(text, "rundown", _WITH_INPUTS, _INPUTS)
    assert json.loads(put)["inputs"] == _INPUTS
    assert _CODE.drop(put, "rundown") == text


@pytest.mark.parametrize(
    ("form", "text", "said"),
    [
        (_JSON, "[]", "holds no JSON object"),
        (_JSON, '{"mcpServers": []}', "mcpServers is no object"),
        (_CODE, '{"inputs": {}}', "inputs is no list"),
        (_TOML, "mcp_servers = 3", "mcp_servers is no table"),
        (_TOML, "[[mcp_servers]]", "mcp_servers is no table"),
        (_TOML, "a = 1\nb = \nc = 2", "no valid TOML, line 2"),
        pytest.param(_TOML, f"a = {'[' * 100_000}", "nests too deep", id="deep"),
    ],
)
def test_a_file_of_another_shape_is_refused(form: JsonForm | TomlForm, text: str, said: str) -> None:
    with pytest.raises(Unusable, match=said):
        form.put(text, "rundown", _ENTRY, _INPUTS)


def test_members_of_other_clients_files_may_be_called_inputs() -> None:
    put = _JSON.put('{"inputs": 7}', "rundown", _ENTRY)
    assert json.loads(put)["inputs"] == 7
    assert _JSON.drop(put, "rundown") == '{"inputs": 7}'


_CONFIG = """\
# my settings
model = "x"   # the good one

[mcp_servers.other]   # not ours
command = 'x'

# for work
[profiles.work]
model = "y"
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_comments_and_layout_of_a_toml_file_stay(newline: str) -> None:
    text = _CONFIG.replace("\n", newline)
    put = _TOML.put(text, "rundown", _ENTRY)
    assert put.startswith(text)
    assert put.count("\n") == put.count(newline)
    assert _TOML.drop(put, "rundown") == text


def test_a_toml_table_in_the_midst_is_changed_and_taken_out_there_and_leaves_the_comments_of_the_next() -> None:
    ours = '[mcp_servers.rundown] # ours\ncommand = "old" # pinned\n\n[mcp_servers.rundown.env]\nMINE = "1"\n\n'
    text = _CONFIG.replace("# for work", ours + "# for work")
    put = _TOML.put(text, "rundown", {"command": "new"})
    assert put == text.replace('"old"', '"new"')
    assert _TOML.drop(put, "rundown") == _CONFIG


@pytest.mark.parametrize(
    "text",
    [
        'mcp_servers = { other = { command = "x" } }\n',
        '[mcp_servers]\nother = { command = "x" }\n',
        '[mcp_servers.other]\ncommand = "x" # no newline at the end',
        'mcp_servers.other.command = "x"\n',
    ],
)
def test_toml_servers_in_other_forms_can_be_added_to_and_taken_from(text: str) -> None:
    before = tomllib.loads(text)
    put = _TOML.put(text, "rundown", _ENTRY)
    assert tomllib.loads(put) == {"mcp_servers": {**before["mcp_servers"], "rundown": _ENTRY}}
    assert tomllib.loads(_TOML.drop(put, "rundown")) == before


def test_an_inline_entry_is_taken_out_of_its_table() -> None:
    text = '[mcp_servers]\nother = { command = "x" } # x\nrundown = { command = "y" }\n'
    assert _TOML.drop(text, "rundown") == '[mcp_servers]\nother = { command = "x" } # x\n'


@pytest.mark.parametrize("text", ["[mcp_servers.rundown]\nx", "[mcp_servers.rundown]\n[x]"])
def test_a_table_that_cannot_be_told_from_a_text_is_refused(text: str) -> None:
    with pytest.raises(Unusable, match="has a form that cannot be changed here"):
        _TOML.drop(f'note = """\n{text}\n"""\n[mcp_servers.rundown]\ncommand = "x"\n', "rundown")
