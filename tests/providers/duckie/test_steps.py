"""States, order and flags of steps and messages."""

import pytest
from tests.providers.comparing import plain, same

from rundown_mcp.domain.run import Step, StepState
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.providers.duckie.steps import to_messages, to_steps
from rundown_mcp.providers.duckie.wire import WireMessage, WireStep
from rundown_mcp.transport.wire import Json


def steps(*bodies: dict[str, Json]) -> tuple[Step, ...]:
    return to_steps([WireStep.model_validate(body) for body in bodies])


def ids(*bodies: tuple[str, int | None, int | None]) -> str:
    """The order of steps given as id, `order` and second."""
    wires = [
        {"id": name, "order": order, "timestamp": None if second is None else f"2026-11-18T14:00:{second:02}Z"}
        for name, order, second in bodies
    ]
    return "".join(item[1] for item in plain([step.id for step in steps(*wires)]))


@pytest.mark.parametrize(
    ("word", "state"),
    [
        *((word, StepState.OK) for word in ("completed", "success", "succeeded", " OK ", "done")),
        *((word, StepState.FAILED) for word in ("failed", "error", "Errored", "crashed")),
        *((word, StepState.RUNNING) for word in ("running", "in_progress", "in progress", "pending")),
        *((word, StepState.WAITING) for word in ("waiting", "waiting_for_approval", "Waiting for customer", "paused")),
        *((word, StepState.WAITING) for word in ("pending_approval", "Awaiting approval", "scheduled")),
        *((word, StepState.UNKNOWN) for word in ("cancelled", "skipped", "sleeping", "", None)),
    ],
)
def test_states(word: str | None, state: StepState) -> None:
    (step,) = steps({"status": word})
    assert step.state is state
    same(step.native_status, Untrusted(word, Kind.WORD) if word else None)


def test_a_call_that_timed_out_failed_and_a_wait_that_did_is_over() -> None:
    call, wait = steps({"status": "timed_out", "tool": {"name": "t"}}, {"status": "Timed out"})
    assert (call.state, wait.state) == (StepState.FAILED, StepState.UNKNOWN)


@pytest.mark.parametrize("nothing", [None, "", " ", False, 0, [], {}, "None", {"code": None}, [None]])
def test_an_empty_error_is_none(nothing: Json) -> None:
    (step,) = steps({"status": "completed", "tool": {"name": "t", "error": nothing}})
    assert step.error is None
    assert step.state is StepState.OK


def test_an_error_that_is_no_text_is_kept_as_its_json() -> None:
    (step,) = steps({"status": "completed", "tool": {"error": {"code": 504}, "redacted": False}})
    same(step.error, Untrusted('{"code":504}', Kind.TEXT))
    assert step.state is StepState.FAILED
    assert step.tool is None


@pytest.mark.parametrize("redacted", [True, False, None])
@pytest.mark.parametrize("truncated", [True, False, None])
def test_flags_speak_of_the_payloads_and_not_of_the_error(redacted: bool | None, truncated: bool | None) -> None:  # noqa: FBT001
    tool = {"input": 1, "output": [2], "error": "e", "redacted": redacted, "truncated": truncated}
    (step,) = steps({"tool": {name: value for name, value in tool.items() if value is not None}})
    assert step.tool is not None
    for value in (step.tool.input, step.tool.output):
        assert value is not None
        assert value.redacted is redacted
        assert value.truncated is truncated
    same(step.error, Untrusted("e", Kind.TEXT))
    assert step.notes == ()


def test_a_flag_is_carried_by_null_where_the_vendor_sends_no_value() -> None:
    bare, kept = steps(
        {"tool": {"name": "t", "redacted": True, "truncated": True}},
        {"tool": {"name": "t", "input": {}, "redacted": False}},
    )
    assert bare.tool is not None
    for value in (bare.tool.input, bare.tool.output):
        assert value is not None
        assert (value.redacted, value.truncated) == (True, True)
    assert kept.tool is not None
    assert kept.tool.output is None


def test_false_zero_and_empty_payloads_are_values() -> None:
    (step,) = steps({"tool": {"input": 0, "output": False}})
    assert step.tool is not None
    same(step.tool.input, Untrusted(0, Kind.PAYLOAD))
    same(step.tool.output, Untrusted(False, Kind.PAYLOAD))  # noqa: FBT003 - a value, not a switch


def test_order_decides_over_time() -> None:
    assert ids(("b", 2, 1), ("a", 1, 9)) == "ab"


def test_equal_orders_are_all_kept_by_time_then_by_place() -> None:
    assert ids(("c", 1, 5), ("a", 0, 9), ("b", 1, 3), ("d", 1, 5)) == "abcd"


def test_without_order_time_decides_and_without_time_the_place() -> None:
    assert ids(("b", None, 5), ("a", None, 1)) == "ab"
    assert ids(("x", None, None), ("y", None, None)) == "xy"


def test_a_step_without_order_stands_where_its_time_puts_it() -> None:
    assert ids(("a", 1, 1), ("c", 2, 5), ("b", None, 3), ("d", None, 9)) == "abcd"
    assert ids(("b", 1, 5), ("a", None, 2)) == "ab"


def test_a_step_without_order_and_time_stays_behind_the_one_before_it() -> None:
    assert ids(("c", 2, 5), ("d", None, None), ("a", 1, 1), ("b", None, None)) == "abcd"


def test_a_time_where_no_ordered_step_has_one_leaves_the_place() -> None:
    assert ids(("a", 1, None), ("b", None, 3), ("c", 2, None)) == "abc"


def test_messages_are_ordered_the_same_way() -> None:
    wires = [{"id": "b", "order": 2}, {"id": "a", "order": 1}, {"id": "c", "order": 2}]
    messages = to_messages([WireMessage.model_validate(body) for body in wires])
    assert [item[1] for item in plain([message.id for message in messages])] == ["a", "b", "c"]
    assert [message.number for message in messages] == [1, 2, 3]
