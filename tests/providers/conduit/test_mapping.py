"""The document's body, and what varies around it, as neutral runs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.providers.conduit.conduit_server import AGENT, RUN, TRIGGER, sample
from tests.providers.conduit.flat import flat
from tests.providers.serving import stored

from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import OutcomeWord, Run, RunDetail, Status, StepState
from rundown_mcp.providers.conduit.mapping import to_detail, to_run, usable_id
from rundown_mcp.providers.conduit.wire import Agent, AgentRun

REF = Ref("conduit", f"{AGENT}/{RUN}")
LAST_REPLY = "a run here holds the last reply only, not the conversation"

RUN_BODY = stored("document_conduit_get_agent_run")["data"]


def detail(**changes: object) -> RunDetail:
    return to_detail(REF, AgentRun.model_validate({**RUN_BODY, **changes}))


def row(**values: object) -> Run:
    return to_run(REF, AgentRun.model_validate({"id": RUN, **values}))


def the_agent() -> Agent:
    return Agent.model_validate(sample("agents_first")["data"][0])


def test_the_documents_body_gives_every_field_of_the_neutral_run() -> None:
    body = AgentRun.model_validate(RUN_BODY)
    assert flat(to_detail(REF, body, agent=the_agent())) == {
        "run.ref": f"conduit:{AGENT}/{RUN}",
        "run.status.word": Status.COMPLETED,
        "run.started_at": datetime(2026, 4, 3, 3, 14, 15, tzinfo=UTC),
        "run.ended_at": datetime(2026, 4, 3, 3, 14, 19, 213000, tzinfo=UTC),
        "run.duration": timedelta(milliseconds=4213),
        "run.agent.id": ("id", AGENT),
        "run.agent.name": ("name", "Reservations"),
        "run.outcome.word": OutcomeWord.RESOLVED,
        "run.outcome.reason": ("text", "answered_from_knowledge"),
        "run.source": ("text", "Reservation Inbox"),
        "run.contact_id": ("id", "co77c0dy0mgdpzmqz6tesry8w184002s"),
        "run.conversation_id": ("id", "cv77c0dy0mgdpzmqz6tesry8w184002s"),
        "run.trigger.event": ("word", "message"),
        "run.trigger.source": ("text", "Reservation Inbox"),
        "run.trigger.facts[0][0]": "trigger_id",
        "run.trigger.facts[0][1]": ("id", TRIGGER),
        "run.trigger.facts[1][0]": "trigger_event_id",
        "run.trigger.facts[1][1]": ("id", "te77c0dy0mgdpzmqz6tesry8w184002s"),
        "run.trigger.facts[2][0]": "session_id",
        "run.trigger.facts[2][1]": ("id", "sess_4b21e9"),
        "run.usage.input_tokens": 1820,
        "run.usage.output_tokens": 342,
        "run.usage.cost": 0.0121,
        "run.trace_id": ("id", "0f9c2b1d8a7e4f36"),
        "thread[0][0]": "conversation",
        "thread[0][1]": "cv77c0dy0mgdpzmqz6tesry8w184002s",
        "thread[1][0]": "contact",
        "thread[1][1]": "co77c0dy0mgdpzmqz6tesry8w184002s",
        "run.aliases[0]": "run_9f3a1c7e",
        "run.extra": ("payload", '{"run_id":"run_9f3a1c7e","workspace_id":"j57demo8f8x7c9v0n2q4r6t8y1u3i5o"}'),
        "steps[0].number": 1,
        "steps[0].kind": ("word", "tool_call"),
        "steps[0].state": StepState.UNKNOWN,
        "steps[0].tool.name": ("name", "get_reservation"),
        "steps[0].tool.input": ("payload", '{"reservation_id":"res_123"}'),
        "steps[0].tool.output": ("payload", '{"check_in":"2026-04-05","status":"confirmed"}'),
        "reply": ("text", RUN_BODY["response"]),
        "reflection": ("text", RUN_BODY["reflection"]),
        "notes[0]": LAST_REPLY,
    }


def test_a_row_with_nothing_but_an_id_is_a_run_of_which_nothing_else_is_known() -> None:
    assert flat(row()) == {
        "ref": f"conduit:{AGENT}/{RUN}",
        "status.word": Status.UNKNOWN,
        "agent.id": ("id", AGENT),
    }


@pytest.mark.parametrize("empty", [None, ""])
def test_nulls_and_empty_texts_are_absent(empty: str | None) -> None:
    nothing = to_detail(REF, AgentRun.model_validate(dict.fromkeys(RUN_BODY, empty)))
    assert flat(nothing.run) == flat(row())
    assert (nothing.messages, nothing.steps, nothing.reflection) == ((), (), None)


@pytest.mark.parametrize(
    ("sent", "word", "native"),
    [
        ("accepted", Status.QUEUED, ("word", "accepted")),
        ("running", Status.RUNNING, None),
        (" Completed ", Status.COMPLETED, None),
        ("FAILED", Status.FAILED, None),
        ("canceled", Status.UNKNOWN, ("word", "canceled")),
        ("paused", Status.UNKNOWN, ("word", "paused")),
        ("queued", Status.UNKNOWN, ("word", "queued")),
        ("unknown", Status.UNKNOWN, None),
        ("", Status.UNKNOWN, None),
        (None, Status.UNKNOWN, None),
        (7, Status.UNKNOWN, ("word", "7")),
    ],
)
def test_a_status_keeps_the_vendors_word_where_it_differs(
    sent: object, word: Status, native: tuple[str, str] | None
) -> None:
    expected = {"word": word} if native is None else {"word": word, "native": native}
    assert flat(row(status=sent).status) == expected


@pytest.mark.parametrize("word", list(OutcomeWord))
def test_the_four_dispositions_are_outcomes(word: OutcomeWord) -> None:
    assert flat(row(disposition=word.value.upper()).outcome) == {"word": word}


def test_any_other_disposition_is_kept_verbatim() -> None:
    assert flat(row(disposition="No_reply needed").outcome) == {"native": ("word", "No_reply needed")}


def test_a_reason_without_a_disposition_is_kept() -> None:
    assert flat(row(disposition_reason="the kitchen is closed").outcome) == {
        "reason": ("text", "the kitchen is closed")
    }


def test_an_error_is_free_text_also_where_it_is_an_object() -> None:
    assert flat(row(error="model timed out").error) == {"": ("text", "model timed out")}
    assert flat(row(error={"code": 5}).error) == {"": ("text", '{"code":5}')}


@pytest.mark.parametrize(
    ("values", "length"),
    [
        ({"duration_ms": 0}, timedelta(0)),
        ({"duration_ms": "1500"}, timedelta(seconds=1.5)),
        ({"created_at": "2026-04-03T03:00:00Z", "completed_at": "2026-04-03T03:01:00Z"}, timedelta(minutes=1)),
        (
            {"duration_ms": -1, "created_at": "2026-04-03T03:00:00Z", "completed_at": "2026-04-03T03:01:00Z"},
            timedelta(minutes=1),
        ),
        ({"created_at": "2026-04-03T03:01:00Z", "completed_at": "2026-04-03T03:00:00Z"}, None),
        ({"created_at": "2026-04-03T03:01:00Z"}, None),
        ({"duration_ms": 1e300}, None),
    ],
)
def test_a_duration_is_stated_or_else_the_time_between_start_and_end(
    values: dict[str, Any], length: timedelta | None
) -> None:
    assert row(**values).duration == length


def test_unknown_tokens_are_not_zero() -> None:
    assert row().usage is None
    assert flat(row(token_usage={"output": 0}).usage) == {"output_tokens": 0}
    assert flat(row(total_cost=0).usage) == {"cost": 0.0}


def test_a_trigger_without_a_known_name_is_the_source_by_its_id() -> None:
    assert flat(row(trigger_id=TRIGGER).source) == {"": ("id", TRIGGER)}
    renamed = to_run(REF, AgentRun.model_validate({"trigger_id": "tr_gone"}), agent=the_agent())
    assert flat(renamed.source) == {"": ("id", "tr_gone")}


def test_a_query_that_names_the_trigger_by_its_id_gets_rows_that_bear_the_id() -> None:
    body = AgentRun.model_validate({"trigger_id": TRIGGER})
    run = to_run(REF, body, agent=the_agent(), sources=[TRIGGER.upper()])
    assert flat(run.source) == {"": ("id", TRIGGER)}


@pytest.mark.parametrize("alias", [None, "", RUN, "run 9f", "../run", ["run_9f3a1c7e"]])
def test_an_alias_is_another_id_that_can_be_pasted(alias: object) -> None:
    assert row(run_id=alias).aliases == ()


def test_tool_calls_are_steps_in_the_order_of_the_trace() -> None:
    trace = [{"name": "b", "output": ""}, {"name": "a", "input": None}, {}]
    assert flat(detail(tool_trace=trace).steps) == {
        "[0].number": 1,
        "[0].kind": ("word", "tool_call"),
        "[0].state": StepState.UNKNOWN,
        "[0].tool.name": ("name", "b"),
        "[0].tool.output": ("payload", ""),
        "[1].number": 2,
        "[1].kind": ("word", "tool_call"),
        "[1].state": StepState.UNKNOWN,
        "[1].tool.name": ("name", "a"),
        "[2].number": 3,
        "[2].kind": ("word", "tool_call"),
        "[2].state": StepState.UNKNOWN,
    }


@pytest.mark.parametrize("flags", [{"redacted": True, "truncated": True}, {"redacted": False, "truncated": False}, {}])
def test_flags_that_no_document_knows_stay_unknown(flags: dict[str, bool]) -> None:
    trace = [{"name": "a", "input": {}, "output": {}, **flags}]
    tool = detail(tool_trace=trace).steps[0].tool
    assert tool is not None
    assert tool.input is not None
    assert (tool.input.redacted, tool.input.truncated) == (None, None)


def test_entries_of_a_trace_that_cannot_be_read_are_counted() -> None:
    odd = detail(tool_trace=["get_reservation", {"name": "a"}, None])
    assert [step.number for step in odd.steps] == [1]
    assert odd.notes == ("2 of 3 entries of the tool trace could not be read", LAST_REPLY)


@pytest.mark.parametrize("trace", ["get_reservation", {"name": "a"}, 3])
def test_a_trace_that_is_no_list_is_told(trace: object) -> None:
    odd = detail(tool_trace=trace)
    assert odd.steps == ()
    assert odd.notes == ("the tool trace came in an undocumented shape: no steps could be read from it", LAST_REPLY)


def test_an_absent_trace_is_no_note() -> None:
    assert detail(tool_trace=None, response=None, conversation_id=None).notes == ()


def test_a_reply_that_is_an_object_is_kept_as_its_json() -> None:
    assert flat(detail(response={"resolution": "done"}).reply) == {"": ("text", '{"resolution":"done"}')}


def test_the_reply_of_a_run_without_a_conversation_is_its_one_message() -> None:
    alone = detail(conversation_id=None)
    assert alone.reply is None
    assert flat(alone.messages) == {
        "[0].number": 1,
        "[0].role": ("word", "assistant"),
        "[0].text": ("text", RUN_BODY["response"]),
    }


@pytest.mark.parametrize("run_id", [None, "", "a b", "a/b", "..", "é"])
def test_an_id_that_cannot_stand_in_a_ref_is_unusable(run_id: str | None) -> None:
    assert usable_id(AGENT, run_id) is None


@pytest.mark.parametrize(("sent", "read"), [(77, "77"), (True, None), (7.5, None), ({"id": "x"}, None)])
def test_a_whole_number_can_be_an_id_and_nothing_else_that_is_no_text(sent: object, read: str | None) -> None:
    assert AgentRun.model_validate({"id": sent}).id == read


def test_token_usage_in_another_shape_is_told() -> None:
    odd = detail(token_usage=2162)
    assert odd.run.usage is not None
    assert odd.run.usage.input_tokens is None
    assert odd.notes == ("token_usage came in an undocumented shape and could not be read", LAST_REPLY)


@pytest.mark.parametrize("nothing", [None, "", " ", "None", False, 0, {}, [], {"message": None, "code": ""}])
def test_what_says_that_there_was_no_error_is_none(nothing: object) -> None:
    assert detail(error=nothing).run.error is None
    assert row(error=nothing).error is None
