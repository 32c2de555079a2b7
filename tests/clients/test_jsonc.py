"""JSON that is changed in place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rundown_mcp.clients import Unusable
from rundown_mcp.clients.jsonc import JsonText

_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=12
)
_OBJECTS = st.dictionaries(st.text(), _VALUES, max_size=4)
_INDENTS = st.sampled_from([None, 0, 2, 4, "\t"])


@settings(max_examples=60, deadline=None)
@given(_OBJECTS, st.text(), _VALUES, _INDENTS, st.sampled_from(["\n", "\r\n"]))
def test_a_member_that_is_put_changes_nothing_else_and_its_removal_restores_the_text(
    before: dict[str, Any], key: str, value: object, indent: int | str | None, newline: str
) -> None:
    before.pop(key, None)
    text = json.dumps(before, indent=indent).replace("\n", newline)
    put = JsonText(text, comments=False).put([key], value)
    assert list(json.loads(put.text).items()) == [*before.items(), (key, value)]
    assert put.root.value == json.loads(put.text)
    assert put.remove([key]).text == text


@settings(max_examples=60, deadline=None)
@given(_OBJECTS, _VALUES, _INDENTS, st.data())
def test_any_member_can_be_replaced_or_removed(
    before: dict[str, Any], value: object, indent: int | str | None, data: st.DataObject
) -> None:
    before = {"always": 1, **before}
    key = data.draw(st.sampled_from(sorted(before)))
    document = JsonText(json.dumps(before, indent=indent), comments=False)
    assert json.loads(document.put([key], value).text) == {**before, key: value}
    del before[key]
    assert list(json.loads(document.remove([key]).text).items()) == list(before.items())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", '{\n  "k": 1\n}'),
        ("{ }\n", '{\n  "k": 1\n}\n'),
        ('{"a":2}', '{"a":2, "k": 1}'),
        ('{\n\t"a": 2\n}\n', '{\n\t"a": 2,\n\t"k": 1\n}\n'),
        ('{\n  "a": 2, // two\n}', '{\n  "a": 2, // two\n  "k": 1,\n}'),
        ('{\n  "a": 2 /* two */ // 2\n  // end\n}', '{\n  "a": 2, /* two */ // 2\n  "k": 1\n  // end\n}'),
        ('{\n  "a": "//", /* {} */ "b": []}', '{\n  "a": "//", /* {} */ "b": [],\n  "k": 1}'),
        ("{ // empty\n}", '{\n  "k": 1 // empty\n}'),
        ('// head\n{ "a": [1, 2,], } // foot', '// head\n{ "a": [1, 2,], "k": 1, } // foot'),
    ],
)
def test_comments_and_commas_stay_with_what_they_stand_beside(text: str, expected: str) -> None:
    put = JsonText(text, comments=True).put(["k"], 1)
    assert put.text == expected
    assert "".join(put.remove(["k"]).text.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{\n  "a": 1, // one\n  "k": 2, "b": 3\n}', '{\n  "a": 1, // one\n   "b": 3\n}'),
        ('{\n  // of k\n  "k": 2\n}', "{\n  // of k\n}"),
        ('{"k": 1, "k": 2}', '{"k": 1}'),
        ('{"a": "//", "k": 2 }', '{"a": "//" }'),
    ],
)
def test_what_is_removed_takes_nothing_along(text: str, expected: str) -> None:
    assert JsonText(text, comments=True).remove(["k"]).text == expected


def test_items_of_an_array_are_appended_and_removed() -> None:
    document = JsonText('{\n  "a": [\n    {"x": 1}\n  ]\n}', comments=False).put(["a", 1], 2)
    assert document.text == '{\n  "a": [\n    {"x": 1},\n    2\n  ]\n}'
    assert document.remove(["a", 0]).text == '{\n  "a": [\n    2\n  ]\n}'


def test_an_empty_object_is_filled_as_the_document_is_written() -> None:
    assert JsonText('{"a": {}}', comments=False).put(["a", "b"], [1]).text == '{"a": {"b": [1]}}'
    assert JsonText('{\n "a": {}}', comments=False).put(["a", "b"], 1).text == '{\n "a": {\n  "b": 1\n }}'


def test_comments_deep_inside_are_read() -> None:
    text = '{"a": {"b": {"c": {"d": {"e": [1, /* one */ 2,], "f": {}}}}}}'
    assert JsonText(text, comments=True).root.value == {"a": {"b": {"c": {"d": {"e": [1, 2], "f": {}}}}}}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("{", 1),
        ('{\n"a": 1\n"b": 2}', 3),
        ('{"a" 1}', 1),
        ("{1: 2}", 1),
        ('{"a": }', 1),
        ("{}\n{}", 2),
        ("[1\n2]", 2),
        ('{"a": NaN}', 1),
        ("{,}", 1),
    ],
)
def test_what_is_no_json_is_refused_with_its_line(text: str, line: int) -> None:
    for comments in (True, False):
        with pytest.raises(Unusable, match=rf"no valid JSON.*, line {line};"):
            JsonText(text, comments=comments)


@pytest.mark.parametrize("text", ['{"a": 1,}', "{} // c", "[1,]", "/* c */ {}"])
def test_comments_and_trailing_commas_are_refused_where_a_client_reads_plain_json(text: str) -> None:
    with pytest.raises(Unusable, match="comments and trailing commas are none"):
        JsonText(text, comments=False)
    JsonText(text, comments=True)


def test_what_nests_too_deep_is_refused() -> None:
    with pytest.raises(Unusable, match="nests too deep"):
        JsonText("[" * 100_000, comments=True)


def test_nothing_is_put_where_there_is_no_parent() -> None:
    with pytest.raises(KeyError):
        JsonText("{}", comments=False).put(["a", "b"], 1)
