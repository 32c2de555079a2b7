"""Text from outside can be compared and searched, and comes out nowhere."""

import copy
import json
import pickle
import re
from sys import getsizeof

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rundown_mcp.domain.run import Evaluation, Named
from rundown_mcp.domain.text import JsonValue, Kind, SafeText, Untrusted, as_text

CANARY = "canary-71"

any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


def text(value: JsonValue) -> Untrusted:
    return Untrusted(value, Kind.TEXT)


@pytest.mark.parametrize(
    "print_it",
    [
        str,
        format,
        "{}".format,
        "{!s}".format,
        lambda value: f"{value}",
        lambda value: f"{value:>10}",
        lambda value: "%s" % value,  # noqa: UP031 - the old way is a way out as well
        lambda value: "a" + value,
        json.dumps,
        bytes,
        print,
    ],
)
@pytest.mark.parametrize("value", [CANARY, {CANARY: CANARY}, 5, None])
def test_there_is_no_way_to_print_it(print_it: object, value: JsonValue) -> None:
    assert callable(print_it)
    with pytest.raises(TypeError) as raised:
        print_it(text(value))
    assert CANARY not in str(raised.value)


@pytest.mark.parametrize("kind", Kind)
def test_its_repr_shows_its_kind_alone(kind: Kind) -> None:
    value = Untrusted(CANARY, kind, redacted=True)
    assert repr(value) == f"<untrusted {kind.value}>"
    assert CANARY not in f"{value!r} {[value]} {Named(value, value)!r} {Evaluation(name=value)}"


@settings(max_examples=120, deadline=None, derandomize=True)
@given(any_json, any_json)
@example("\0[1]", [1])
@example("\0", "")
@example("1", 1)
@example([True], [1])
@example('\0"a"', "a")
@example("\0\0", '\0"\0"')
def test_equal_means_the_same_json(one: JsonValue, other: JsonValue) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (text(one) == text(other)) == same
    assert text(one) == Untrusted(copy.deepcopy(one), Kind.ID, redacted=True)
    assert hash(text(one)) == hash(text(copy.deepcopy(one)))
    assert (text(one) != text(other)) == (not same)
    assert text(one) != one


def test_the_order_of_keys_makes_no_difference() -> None:
    assert len({text({"a": 1, "b": 2}), text({"b": 2, "a": 1})}) == 1


@pytest.mark.parametrize("value", [None, "", [], {}])
def test_an_empty_value_is_nothing_unless_a_flag_says_what_became_of_it(value: JsonValue) -> None:
    assert not text(value)
    assert not Untrusted(value, Kind.PAYLOAD, redacted=False, truncated=False)
    assert Untrusted(value, Kind.PAYLOAD, redacted=True)
    assert Untrusted(value, Kind.PAYLOAD, truncated=True)


@pytest.mark.parametrize("value", [0, False, " ", [None], {"": None}])
def test_any_other_value_is_something(value: JsonValue) -> None:
    assert text(value)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(any_json)
def test_searching_works_on_the_value_as_text(value: JsonValue) -> None:
    written = as_text(value)
    found = text(value)
    assert found.size == len(written)
    assert found.is_text == isinstance(value, str)
    assert found.contains(written)
    assert found.contains(written.upper().casefold()) == (written.upper().casefold() in written.casefold())
    assert found.equals(f" {written}\n")
    assert found.folded() == written.strip().casefold()
    assert found.matches(re.compile(re.escape(written)))
    assert not found.contains(written + "x")
    assert not found.equals(written + "x")
    assert not found.matches(re.compile(re.escape(written) + "x"))


def test_text_is_matched_in_any_case() -> None:
    assert text("Straße ÄRGER").contains("STRASSE ärger")
    assert text({"Status": "FAILED"}).contains('"status":"failed"')
    assert text(" Resolved ").equals("RESOLVED")


def test_a_member_keeps_the_flags_of_the_whole() -> None:
    whole = Untrusted({"a": None, "b": [1]}, Kind.PAYLOAD, redacted=True, truncated=False)
    child = whole.child("b")
    assert child is not None
    assert (child.kind, child.redacted, child.truncated) == (Kind.PAYLOAD, True, False)
    assert whole.child("a") == text(None)
    assert whole.child("c") is None


@pytest.mark.parametrize("value", ["a", 1, None, True, [1]])
def test_only_an_object_has_members(value: JsonValue) -> None:
    assert text(value).child("a") is None
    assert text(value).member_names() == ()


def test_the_parts_of_a_value_are_values_under_its_flags() -> None:
    value = Untrusted({"a": [1, "x"], "b": {}}, Kind.PAYLOAD, redacted=True, truncated=False)
    assert value.member_names() == ("a", "b")
    inner = value.child("a")
    assert inner is not None
    assert [item.canonical() for item in inner.elements()] == ["\0" + "1", "x"]
    assert all((item.redacted, item.truncated) == (True, False) for item in inner.elements())
    assert value.elements() == text("ab").elements() == ()
    assert text([1]).member_names() == ()


def test_leaves_are_what_holds_no_other_value_with_the_way_to_it() -> None:
    value = text({"a": [1, {"b": None}], "c": "x", "d": {}, "e": []})
    found = {
        (("a", "0"), "\0" + "1"), (("a", "1", "b"), "\0null"), (("c",), "x"), (("d",), "\0{}"), (("e",), "\0[]"),
    }  # fmt: skip
    assert set(value.leaves()) == found
    assert list(text("x").leaves()) == [((), "x")]


@pytest.mark.parametrize(
    ("packed", "unpacked"),
    [
        ('{"a": 1}', {"a": 1}),
        (' [1, "x"] ', [1, "x"]),
        ('"{\\"a\\": 1}"', {"a": 1}),
        ('{"a": ', '{"a": '),
        ("[" * 100_000, "[" * 100_000),
        ("12", "12"),
        ("null", "null"),
        ({"a": "{}"}, {"a": "{}"}),
    ],
)
def test_json_in_a_text_is_unpacked_and_nothing_else_is(packed: JsonValue, unpacked: JsonValue) -> None:
    assert text(packed).unpacked() == text(unpacked)


def test_what_patterns_find_is_given_folded_left_out_or_as_sentences() -> None:
    value = text("Alpha failed. Beta is fine; gamma FAILED")
    assert value.words(re.compile(r"[a-z]+"), 12) == {"alpha", "failed"}
    assert value.without(re.compile("failed")).equals("Alpha  . Beta is fine; gamma FAILED")
    sentence = re.compile(r"[^.;]+")
    told = value.sentences(sentence, re.compile("(?i)failed"), 100)
    assert told is not None
    assert told.equals("Alpha failed; gamma FAILED")
    assert value.sentences(sentence, re.compile("broke"), 100) is None


@pytest.mark.parametrize(
    ("value", "number", "flag"),
    [
        (2, 2.0, None),
        (1.5, 1.5, None),
        (True, None, True),
        (False, None, False),
        ("2", None, None),
        (10**400, None, None),
    ],
)
def test_numbers_and_flags_are_read_where_they_are_such(
    value: JsonValue,
    number: float | None,
    flag: bool | None,  # noqa: FBT001 - a parameter
) -> None:
    assert text(value).number() == number
    assert text(value).flag() is flag


def test_a_copy_is_as_closed_as_the_original() -> None:
    again = pickle.loads(pickle.dumps(text(CANARY)))  # noqa: S301 - bytes of our own, from this line
    for value in (copy.copy(text(CANARY)), copy.deepcopy(text(CANARY)), again):
        assert value == text(CANARY)
        with pytest.raises(TypeError):
            str(value)


def test_safe_text_is_its_text() -> None:
    safe = SafeText("a b")
    assert (str(safe), len(safe), bool(safe), bool(SafeText(""))) == ("a b", 3, True, False)


def test_a_payload_is_written_as_compact_json() -> None:
    assert as_text({"a": 1, "b": ["é", None, True]}) == '{"a":1,"b":["é",null,true]}'
    assert as_text('{"a": 1}') == '{"a": 1}'


@pytest.mark.parametrize(
    "value", [None, "", "  ", "null", " NULL ", "[]", "{}", "x", "nullx", 0, False, True, [], {}, [None], {"a": 1}, 1.5]
)
def test_what_says_nothing_is_what_folds_to_nothing(value: JsonValue) -> None:
    text = Untrusted(value, Kind.TEXT)
    assert text.says_nothing == (text.folded() in {"", "null", "[]", "{}"})


@pytest.mark.parametrize("text", ["true", "null", "[]", "x", "0", "FF", " Straße "])
@pytest.mark.parametrize("value", [None, "TRUE ", True, [], "x", "ﬀ", "STRASSE", 0, {"x": 1}, "xx"])
def test_a_value_equals_a_text_that_it_folds_to(value: JsonValue, text: str) -> None:
    held = Untrusted(value, Kind.TEXT)
    assert held.equals(text) == (held.folded() == text.strip().casefold())


def test_an_objects_members_are_its_keys_with_their_values() -> None:
    held = Untrusted({"a": 1, "b": None}, Kind.PAYLOAD, redacted=True)
    assert dict(held.members()) == {"a": Untrusted(1, Kind.PAYLOAD), "b": Untrusted(None, Kind.PAYLOAD)}
    assert all(member.redacted for _, member in held.members())
    assert list(Untrusted("text", Kind.TEXT).members()) == []


@pytest.mark.parametrize(
    "value",
    [
        [{} for _ in range(1000)],
        {str(n): [] for n in range(1000)},
        [str(n) * 500 for n in range(50)],
        [f"{'a' * 10_000}\U0001f600"],
        {f"{'a' * 10_000}\U0001f600": 1},
    ],
    ids=["objects", "lists", "texts", "wide text", "wide key"],
)
def test_the_memory_that_a_value_takes_is_told_within_a_factor_of_three(value: JsonValue) -> None:
    def weight(part: JsonValue) -> int:
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        keys = sum(map(getsizeof, part)) if isinstance(part, dict) else 0
        return getsizeof(part) + keys + sum(map(weight, inner))

    told = Untrusted(value, Kind.PAYLOAD).memory_bytes
    assert weight(value) / 3 < told < weight(value) * 3
