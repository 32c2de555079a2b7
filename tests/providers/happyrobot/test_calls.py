"""Tool calls in messages: the forms they are read in, and which answer belongs to which call."""

import json
from typing import Any

import pytest
from tests.providers.comparing import an_id, name, payload, plain, text

from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import RunDetail, StepState
from rundown_mcp.domain.text import JsonValue
from rundown_mcp.providers.happyrobot.mapping import to_detail
from rundown_mcp.providers.happyrobot.wire import WireRunDetail

Message = dict[str, Any]


def detail(*sessions: list[Message]) -> RunDetail:
    events = [{"type": "session", "messages": messages} for messages in sessions]
    return to_detail(WireRunDetail.model_validate({"id": "r1", "events": events}), Ref("happyrobot", "r1"), {})


def call(tool: str, arguments: str = "{}") -> dict[str, Any]:
    return {"function": {"name": tool, "arguments": arguments}}


def makes(*calls: JsonValue) -> Message:
    return {"role": "assistant", "content": "", "tool_calls": list(calls)}


def gives(content: JsonValue, tool: str | None = "x") -> Message:
    return {"role": "tool", "content": content, "name": tool}


def steps(*sessions: list[Message]) -> list[tuple[object, object, object, int | None]]:
    """Name, input, output and message of each call."""
    return [
        (plain(step.tool.name), plain(step.tool.input), plain(step.tool.output), step.message)
        for step in detail(*sessions).steps
        if step.tool
    ]


def expected(tool: str | None, into: object, out: object, message: int) -> tuple[object, object, object, int]:
    return (plain(None if tool is None else name(tool)), plain(into), plain(out), message)


@pytest.mark.parametrize(
    "tool_calls",
    [
        [{"function": {"name": "x", "arguments": '{"a":1}'}}],
        {"function": {"name": "x", "arguments": '{"a":1}'}},
        [{"name": "x", "arguments": {"a": 1}}],
        [{"function": "x", "arguments": '{"a":1}'}],
        json.dumps([{"function": {"name": "x", "arguments": '{"a":1}'}}]),
        [json.dumps({"name": "x", "arguments": '{"a":1}'})],
        [{"function": json.dumps({"name": "x", "arguments": '{"a":1}'})}],
        [None, 5, "text", {}, {"function": {"name": "x", "arguments": '{"a":1}'}}],
    ],
)
def test_a_call_is_read_in_every_form_that_it_comes_in(tool_calls: JsonValue) -> None:
    assert steps([{"role": "assistant", "tool_calls": tool_calls}]) == [expected("x", payload({"a": 1}), None, 1)]


@pytest.mark.parametrize("tool_calls", [None, [], {}, "", "not json", 5, True, "[]", "null", [[]]])
def test_a_message_without_calls_makes_no_step(tool_calls: JsonValue) -> None:
    assert steps([{"role": "assistant", "tool_calls": tool_calls}]) == []


def test_a_call_in_an_unknown_form_is_kept_as_it_came() -> None:
    assert steps([makes({"id": "c1", "do": "x"})]) == [expected(None, payload({"id": "c1", "do": "x"}), None, 1)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('{"a":[1]}', {"a": [1]}),
        ('"{}"', "{}"),
        ("true", True),
        ("", ""),
        ("load L-77", "load L-77"),
        ("{broken", "{broken"),
        ("1.10", "1.10"),
        ("null", "null"),
        ({"a": 1}, {"a": 1}),
        (7, 7),
        ("[" * 600 + "]" * 600, "[" * 600 + "]" * 600),
        ("[" * 100_000, "[" * 100_000),
    ],
)
def test_arguments_and_answers_are_json_where_they_parse_and_text_where_not(
    written: JsonValue, read: JsonValue
) -> None:
    session = [makes({"function": {"name": "x", "arguments": written}}), gives(written)]
    assert steps(session) == [expected("x", payload(read), payload(read), 1)]


def test_text_with_a_lone_surrogate_is_kept_as_text() -> None:
    assert steps([gives('{"a":"\ud800"}')]) == [expected("x", None, payload('{"a":"\ud800"}'), 1)]


def test_an_answer_belongs_to_the_call_of_its_name_before_it() -> None:
    session = [makes(call("x"), call("y")), gives("for y", "Y "), {"role": "user", "content": "hm"}, gives("for x")]
    assert steps(session) == [
        expected("x", payload({}), payload("for x"), 1),
        expected("y", payload({}), payload("for y"), 1),
    ]


def test_a_later_call_of_the_same_tool_ends_the_wait_of_the_first() -> None:
    assert steps([makes(call("x", '"first"')), makes(call("x", '"second"')), gives("answer")]) == [
        expected("x", payload("first"), None, 1),
        expected("x", payload("second"), payload("answer"), 2),
    ]


def test_calls_of_one_tool_in_one_message_are_answered_in_their_order() -> None:
    assert steps([makes(call("x", '"a"'), call("x", '"b"')), gives("for a"), gives("for b")]) == [
        expected("x", payload("a"), payload("for a"), 1),
        expected("x", payload("b"), payload("for b"), 1),
    ]


def test_an_answer_without_a_call_is_a_message_and_a_step_with_output_only() -> None:
    found = detail([gives('{"ok":false}')])
    assert plain(found.messages[0].text) == plain(text('{"ok":false}'))
    assert steps([gives('{"ok":false}')]) == [expected("x", None, payload({"ok": False}), 1)]
    assert steps([makes(call("x")), gives("one"), gives("two")])[1] == expected("x", None, payload("two"), 3)


def test_an_answer_in_another_session_belongs_to_no_call_of_this_one() -> None:
    assert steps([makes(call("x"))], [gives("late")]) == [
        expected("x", payload({}), None, 1),
        expected("x", None, payload("late"), 2),
    ]


def test_an_answer_without_a_name_belongs_to_the_only_call_that_waits() -> None:
    assert steps([makes(call("x")), gives("sole", None)]) == [expected("x", payload({}), payload("sole"), 1)]
    assert steps([makes(call("x"), call("y")), gives("whose?", None)])[2] == expected(None, None, payload("whose?"), 2)


def test_the_state_of_a_call_is_unknown_whatever_its_answer_says() -> None:
    found = detail([makes(call("x"), {"id": "c9", **call("y")}), gives('{"error":"timeout"}')])
    assert {step.state for step in found.steps} == {StepState.UNKNOWN}
    assert plain(found.steps[2].id) == plain(an_id("c9"))


def test_an_answer_whose_data_was_deleted_has_no_output_and_says_so() -> None:
    found = detail([makes(call("x")), {**gives(""), "data_deleted": True}])
    step = found.steps[1]
    assert step.tool is not None
    assert step.tool.output is None
    assert step.notes == ("data deleted by retention",)
    kept = detail([makes(call("x")), gives("")]).steps[1].tool
    assert kept is not None
    assert plain(kept.output) == plain(payload(""))


@pytest.mark.parametrize("tool_calls", ["not json", 5, ["find_load"], "null"])
def test_what_stands_in_the_place_of_calls_and_is_none_is_shown_with_the_message(tool_calls: JsonValue) -> None:
    (message,) = detail([{"role": "assistant", "tool_calls": tool_calls}]).messages
    assert plain(message.extra) == plain(payload({"tool_calls": tool_calls}))


def test_calls_that_became_steps_are_not_shown_twice() -> None:
    assert [message.extra for message in detail([makes(call("x")), gives("done")]).messages] == [None, None]
