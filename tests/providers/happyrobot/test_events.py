"""Events become steps: what state they are in, what error they show, in which order they stand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.providers.comparing import an_id, name, payload, plain, text, word

from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import RunDetail, Step, StepState
from rundown_mcp.domain.text import JsonValue, Untrusted
from rundown_mcp.providers.happyrobot.mapping import to_detail
from rundown_mcp.providers.happyrobot.wire import WireRunDetail

RETENTION = "data deleted by retention"


def at(second: int) -> str:
    return f"2026-11-20T10:00:{second:02d}.000Z"


def detail(*events: dict[str, Any], **run: JsonValue) -> RunDetail:
    body = {"id": "r1", "timestamp": at(0), "events": list(events), **run}
    return to_detail(WireRunDetail.model_validate(body), Ref("happyrobot", "r1"), {})


def step(event: dict[str, Any]) -> Step:
    (found,) = detail(event).steps
    return found


def action(**fields: JsonValue) -> dict[str, Any]:
    node = {"name", "data", "error", "data_deleted"}
    intermediate = {key: value for key, value in fields.items() if key in node}
    outer = {key: value for key, value in fields.items() if key not in node}
    return {"type": "action", "timestamp": at(1), "intermediate": intermediate, **outer}


@pytest.mark.parametrize(
    ("event", "state", "error"),
    [
        (action(data={"a": 1}, error="boom"), StepState.FAILED, text("boom")),
        (action(output={"a": 1}, error={"code": 5}), StepState.FAILED, text('{"code":5}')),
        (action(output={"a": 1}), StepState.OK, None),
        (action(data={}), StepState.OK, None),
        (action(data=None, output=None), StepState.UNKNOWN, None),
        (action(output={}, error=""), StepState.OK, None),
        (action(output={}, error="  "), StepState.OK, None),
        (action(output={}, error=False), StepState.OK, None),
        (action(output={}, error=[]), StepState.OK, None),
        (action(output={}, error="none"), StepState.OK, None),
        (action(output={}, error={"code": None}), StepState.OK, None),
        (action(output={}, status="failed"), StepState.FAILED, None),
        (action(status="succeeded"), StepState.OK, None),
        (action(output={}, status="running"), StepState.RUNNING, None),
        (action(output={}, status="skipped"), StepState.UNKNOWN, None),
        (action(error="boom", status="completed"), StepState.FAILED, text("boom")),
        ({"type": "action", "intermediate": None}, StepState.UNKNOWN, None),
    ],
)
def test_an_action_fails_only_where_its_error_or_status_states_it(
    event: dict[str, Any], state: StepState, error: Untrusted | None
) -> None:
    found = step(event)
    assert found.state is state
    assert plain(found.error) == plain(error)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": "Update TMS", "event_name": "POST", "integration_name": "Webhook"}, "Update TMS"),
        ({"name": None, "event_name": "POST", "integration_name": "Webhook"}, "POST"),
        ({"name": "", "integration_name": "Webhook"}, "Webhook"),
    ],
)
def test_an_actions_tool_is_named_by_one_of_the_vendors_names(fields: dict[str, Any], expected: str) -> None:
    found = step(action(**fields))
    assert found.tool is not None
    assert plain(found.tool.name) == plain(name(expected))


def test_an_action_without_any_name_has_a_tool_without_a_name() -> None:
    found = step(action(output=5))
    assert found.tool is not None
    assert found.tool.name is None
    assert plain(found.tool.output) == plain(payload(5))


def test_an_action_whose_data_was_deleted_says_so() -> None:
    assert step(action(data_deleted=True)).notes == (RETENTION,)
    assert step(action(data_deleted=False)).notes == ()
    assert step(action()).notes == ()


@pytest.mark.parametrize(
    ("fields", "state", "error"),
    [
        ({}, StepState.UNKNOWN, None),
        ({"sip_code": "200", "sip_reason": "OK"}, StepState.UNKNOWN, None),
        ({"sip_code": "486", "sip_reason": "Busy Here"}, StepState.FAILED, text("Busy Here")),
        ({"sip_code": 486}, StepState.FAILED, payload({"sip_code": 486})),
        ({"sip_code": "480.0", "sip_reason": ""}, StepState.FAILED, payload({"sip_code": 480})),
        ({"sip_code": "400", "failure_reason": "sip_call_error"}, StepState.FAILED, text("sip_call_error")),
        ({"sip_code": "not a code"}, StepState.UNKNOWN, None),
        ({"sip_code": "4861"}, StepState.UNKNOWN, None),
        ({"failure_reason": "agent_loop_error"}, StepState.FAILED, text("agent_loop_error")),
        ({"failure_reason": "none", "status": "completed"}, StepState.OK, None),
        ({"failure_reason": "agent_loop_error", "sip_code": 200, "sip_reason": "OK"}, StepState.FAILED,
         text("agent_loop_error")),
        ({"status": "Failed", "sip_reason": "Gone"}, StepState.FAILED, text("Gone")),
        ({"status": "failed"}, StepState.FAILED, None),
        ({"status": "completed"}, StepState.OK, None),
        ({"status": "completed", "sip_code": "503"}, StepState.FAILED, payload({"sip_code": 503})),
        ({"status": "in-progress"}, StepState.RUNNING, None),
        ({"status": "voicemail"}, StepState.UNKNOWN, None),
    ],
)  # fmt: skip
def test_a_session_fails_by_its_sip_code_its_reason_or_its_status(
    fields: dict[str, Any], state: StepState, error: Untrusted | None
) -> None:
    found = step({"type": "session", "id": "s1", "timestamp": at(1), **fields})
    assert found.state is state
    assert plain(found.error) == plain(error)
    assert plain(found.native_status) == plain(word(fields["status"]) if "status" in fields else None)
    assert (found.title, found.content, found.tool) == (None, None, None)


def test_an_event_of_an_unknown_type_is_kept_with_what_it_holds() -> None:
    found = step({"type": "Handover", "id": "h1", "timestamp": at(1), "to": "dispatch"})
    assert plain(found.kind) == plain(word("Handover"))
    assert plain(found.id) == plain(an_id("h1"))
    assert plain(found.content) == plain(payload({"to": "dispatch"}))
    assert found.state is StepState.UNKNOWN
    assert step({"type": "handover"}).content is None


def test_an_event_without_a_type_is_read_by_what_it_holds() -> None:
    session = detail({"messages": [{"role": "user", "content": "Hello"}], "duration": 5})
    assert [found.kind for found in session.steps] == [None]
    assert len(session.messages) == 1
    assert session.run.duration == timedelta(seconds=5)
    called = step({"event_name": "POST", "output": {"ok": True}})
    assert called.kind is None
    assert called.tool is not None


def test_steps_stand_in_the_order_of_time_and_then_as_they_came() -> None:
    found = detail(
        {"type": "c", "timestamp": at(9)},
        {"type": "a", "timestamp": at(1)},
        {"type": "b1", "timestamp": at(5)},
        {"type": "b2", "timestamp": at(5)},
    )
    assert [(item.number, item.kind) for item in found.steps] == [
        (1, word("a")), (2, word("b1")), (3, word("b2")), (4, word("c")),
    ]  # fmt: skip


def test_an_event_without_a_time_stays_behind_the_one_before_it() -> None:
    session = {"type": "session", "timestamp": at(1), "messages": [
        {"role": "assistant", "timestamp": at(30), "tool_calls": [{"function": {"name": "x"}}]},
        {"role": "user", "content": "?"},
    ]}  # fmt: skip
    found = detail({"type": "first"}, session, {"type": "untimed"}, {"type": "last", "timestamp": at(40)})
    kinds = [item.kind for item in found.steps]
    assert kinds == [word("first"), word("session"), word("tool_call"), word("untimed"), word("last")]
    assert found.steps[3].at is None


def test_an_action_takes_the_time_of_its_node_where_it_has_none() -> None:
    found = step({"type": "action", "intermediate": {"name": "x", "timestamp": at(7)}})
    assert found.at == datetime(2026, 11, 20, 10, 0, 7, tzinfo=UTC)


def test_messages_of_several_sessions_are_numbered_over_the_whole_run() -> None:
    def session(*seconds: int) -> dict[str, Any]:
        messages = [{"id": f"m{second}", "role": "user", "timestamp": at(second)} for second in seconds]
        return {"type": "session", "timestamp": at(seconds[0]), "messages": messages}

    found = detail(session(5, 1, 9), session(3, 9, 4))
    assert [(item.number, item.id) for item in found.messages] == [
        (1, an_id("m1")), (2, an_id("m3")), (3, an_id("m4")), (4, an_id("m5")), (5, an_id("m9")), (6, an_id("m9")),
    ]  # fmt: skip


def test_a_messages_flags_become_notes_and_absent_ones_none() -> None:
    every = {"is_filler": True, "is_interrupted": True, "is_natural_cut": True, "data_deleted": True}
    no = dict.fromkeys(every, False)
    found = detail({"type": "session", "messages": [{"role": "user", **every}, {"role": "user", **no}, {}]})
    assert [item.notes for item in found.messages] == [("filler", "interrupted", "natural cut", RETENTION), (), ()]


def test_a_run_without_a_completion_lasts_as_long_as_its_sessions() -> None:
    sessions: list[dict[str, Any]] = [
        {"type": "session", "duration": 30},
        {"type": "session", "duration": "12.5"},
        {"type": "session"},
    ]
    assert detail(*({"type": "session", **session} for session in sessions)).run.duration == timedelta(seconds=42.5)
    assert detail({"type": "action", "duration": 30}).run.duration is None
    assert detail({"type": "session", "duration": -1}).run.duration is None
    assert detail({"type": "session", "duration": 1e300}).run.duration is None
    huge = {"type": "session", "duration": 8e13}
    assert detail(huge, huge).run.duration is None


def test_events_and_messages_in_another_shape_are_told_and_not_taken_for_none() -> None:
    silent = {"type": "session", "messages": "Hello"}
    odd = detail(silent, silent, "an event", version=47)  # type: ignore[arg-type] # what no document shows
    assert (len(odd.steps), odd.messages) == (2, ())
    assert odd.notes == (
        "1 of 3 events could not be read",
        "version came in an undocumented shape and could not be read",
        "messages came in an undocumented shape and could not be read",
    )
