"""A full run that waits for an approval: order, states, flags, people, outcome."""

from datetime import UTC, datetime, timedelta

from tests.providers.comparing import plain, same
from tests.providers.duckie.serving import sample

from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import OutcomeWord, RunDetail, Status, StepState
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.providers.duckie.mapping import to_detail
from rundown_mcp.providers.duckie.wire import WireDetailBody

REF = Ref("duckie", "5b1f0c2e-7a64-4f0b-9c11-2d3e4f5a6b7c")


def detail() -> RunDetail:
    return to_detail(WireDetailBody.model_validate(sample("paused_run")).data, REF)


def test_status_outcome_and_times_are_neutral_and_the_ref_is_the_one_asked_for() -> None:
    run = detail().run
    assert run.ref == REF
    assert run.status.word is Status.PAUSED
    assert run.status.native is None
    assert run.started_at == datetime(2026, 11, 18, 14, 5, 9, 123456, UTC)
    assert run.ended_at is None
    assert run.duration == timedelta(seconds=82.5)
    assert run.resumes_at == datetime(2026, 11, 19, 8, tzinfo=UTC)
    assert run.outcome is not None
    assert run.outcome.word is OutcomeWord.ESCALATED
    assert run.outcome.native is None
    same(run.outcome.reason, Untrusted("A colleague has to decide", Kind.TEXT))


def test_steps_are_numbered_in_the_vendors_order() -> None:
    steps = detail().steps
    assert [step.number for step in steps] == [1, 2, 3]
    assert plain([step.id for step in steps]) == [("id", f"s-{n}", None, None) for n in (1, 2, 3)]


def test_a_step_with_an_error_failed_whatever_its_status_says() -> None:
    guard, lookup, replacement = detail().steps
    assert [guard.state, lookup.state, replacement.state] == [StepState.OK, StepState.FAILED, StepState.WAITING]
    same(lookup.native_status, Untrusted("completed", Kind.WORD))
    same(lookup.error, Untrusted("timed out after 4 s", Kind.TEXT))
    assert guard.tool is None
    assert guard.duration == timedelta(0)
    assert replacement.content is None


def test_absent_flags_are_unknown_and_an_empty_output_is_a_value() -> None:
    call = detail().steps[2].tool
    assert call is not None
    same(call.input, Untrusted({"sku": "PEDAL-2"}, Kind.PAYLOAD))
    same(call.output, Untrusted("", Kind.PAYLOAD))


def test_the_pending_call_carries_the_vendors_flags() -> None:
    approval = detail().run.approval
    assert approval is not None
    assert approval.waiting is True
    assert approval.pending is not None
    params = {"sku": "PEDAL-2", "address": "[REDACTED]"}
    same(approval.pending.input, Untrusted(params, Kind.PAYLOAD, redacted=True, truncated=False))
    same(approval.tool_id, Untrusted("custom:77777777-0000-4000-8000-000000000001", Kind.ID))
    same(approval.step_id, Untrusted("22222222-0000-4000-8000-000000000003", Kind.ID))


def test_messages_take_the_time_they_were_written_or_else_recorded() -> None:
    first, second, third = detail().messages
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert first.at == datetime(2026, 11, 18, 14, 5, 7, tzinfo=UTC)
    assert second.at == datetime(2026, 11, 18, 14, 5, 20, tzinfo=UTC)
    same(third.author, Untrusted("Tomasz Wójcik", Kind.IDENTITY))


def test_each_person_is_known_once_and_the_agents_own_name_is_none() -> None:
    assert plain(detail().run.identities) == [
        ("identity", "Ilse Brandt", None, None),
        ("identity", "Tomasz Wójcik", None, None),
    ]


def test_the_trigger_holds_its_text_and_its_facts() -> None:
    trigger = detail().run.trigger
    assert trigger is not None
    assert trigger.at == datetime(2026, 11, 18, 14, 5, 7, tzinfo=UTC)
    same(trigger.latest_comment, Untrusted("Still none", Kind.TEXT))
    facts = dict(trigger.facts)
    same(facts["ticket_tags"], Untrusted(["bike", "missing parts"], Kind.TEXT))
    same(facts["is_messaging_ticket"], Untrusted(False, Kind.WORD))  # noqa: FBT003 - a value, not a switch


def test_evaluations_are_quality_and_not_outcome() -> None:
    (evaluation,) = detail().run.quality.evaluations
    same(evaluation.name, Untrusted("Sentiment", Kind.TEXT))
    same(evaluation.value, Untrusted("annoyed", Kind.TEXT))
