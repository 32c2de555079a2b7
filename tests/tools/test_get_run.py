"""`get_run` on the sandbox: what each detail says of runs whose story is known."""

from __future__ import annotations

import re

import pytest
from tests.harness import receipt
from tests.tools.reading import next_calls, parts
from tests.tools.sandboxed import assert_snapshot, full_refs, in_sandbox, ref_of

from rundown_mcp.redaction.policy import Policy

pytestmark = pytest.mark.anyio

SHAPES = [
    ("duckie.payment_gateway_504", "triage"),
    ("duckie.failure_and_consequence", "triage"),
    ("duckie.approval_waiting", "triage"),
    ("duckie.guardrail_stop", "triage"),
    ("conduit.zero_errors", "triage"),
    ("happyrobot.marked_critical", "triage"),
    ("happyrobot.second_attempt", "triage"),
    ("duckie.marathon", "timeline"),
    ("happyrobot.connection_timeout", "timeline"),
    ("happyrobot.marked_critical", "conversation"),
    ("duckie.many_scripts", "conversation"),
    ("duckie.failure_and_consequence", "full"),
    ("conduit.zero_errors", "full"),
    ("duckie.markup_and_invisible", "full"),
]


@pytest.mark.parametrize(("story", "detail"), SHAPES)
async def test_the_answer_has_the_shape_that_was_kept(story: str, detail: str) -> None:
    async with in_sandbox() as asked:
        assert_snapshot(f"get_run.{story}.{detail}", await asked.text("get_run", run=ref_of(story), detail=detail))


async def card(story: str, **arguments: str) -> dict[str, str]:
    """The card's lines by their labels; of several with one label, the last."""
    async with in_sandbox() as asked:
        answer = await asked.text("get_run", run=ref_of(story), **arguments)
    return {**dict(line.split(": ", 1) for line in parts(answer)[1]), **receipt(answer)}


@pytest.mark.parametrize(
    ("story", "happened", "error"),
    [
        ("duckie.payment_gateway_504", "failed at step 2 of 3 charge_card", "HTTP 504 Gateway Timeout"),
        ("duckie.tool_input_invalid", "failed at step 2 of 2 update_booking", "HTTP 422: validation failed"),
        ("duckie.failure_and_consequence", "failed at step 1 of 3 lookup_order", "HTTP 401 Unauthorized"),
        ("duckie.retry_then_fatal", "failed at step 3 of 3 charge_card", "HTTP 504"),
        ("duckie.marathon", "failed at step 60 of 60 crm_add_note", "HTTP 504"),
        ("duckie.failed_without_text", "failed at step 2 of 2 Reply to the customer", "none given; status failed"),
        ("conduit.payment_gateway_504", "failed at step 2 of 2 charge_card (inferred from its output)", "HTTP 504"),
        ("happyrobot.webhook_node_fails", "failed at step 3 of 3 Update TMS", "status code 502"),
        ("happyrobot.sip_failure", "failed at step 2 of 2 session", "Busy Here"),
    ],
)
async def test_the_first_failure_is_named_with_its_error(story: str, happened: str, error: str) -> None:
    lines = await card(story)
    assert lines["what happened"] == happened
    assert error in lines["error"]
    assert 'step="first_failure"' in lines["next"]


@pytest.mark.parametrize(
    ("story", "happened"),
    [
        (
            "duckie.completed_with_failed_tool",
            "completed, but step 2 of 3 crm_add_note failed and nothing made it good",
        ),
        ("conduit.error_shaped_output", "completed, but step 1 of 1 send_door_code failed and nothing made it good "),
    ],
)
async def test_completed_is_not_success_where_a_tool_failed(story: str, happened: str) -> None:
    assert (await card(story))["what happened"].startswith(happened)


@pytest.mark.parametrize(
    ("story", "steps"),
    [
        ("duckie.retry_succeeds", "1"),
        ("duckie.cache_miss_fallback", "1"),
        ("duckie.retry_then_fatal", "1"),
        ("duckie.marathon", "10, 29, 48"),
        ("happyrobot.lookup_retried", "3 (inferred)"),
        ("conduit.lookup_retried", "1 (inferred)"),
    ],
)
async def test_errors_that_were_recovered_from_stand_apart(story: str, steps: str) -> None:
    lines = await card(story)
    assert lines["recovered"] == f"step {steps} failed, then made good"


@pytest.mark.parametrize("story", ["duckie.zero_errors", "conduit.zero_errors", "duckie.prompt_injection"])
async def test_texts_that_only_mention_errors_are_no_failures(story: str) -> None:
    lines = await card(story)
    assert "no failed step among" in lines["what happened"]
    assert "error" not in lines
    assert "recovered" not in lines


@pytest.mark.parametrize(
    ("story", "happened"),
    [
        ("duckie.guardrail_stop", "completed, stopped at step 1 of 2 Guardrail: Threat of legal action (blocked)"),
        ("duckie.approval_rejected", "completed, stopped at step 2 of 3 issue_refund (rejected)"),
    ],
)
async def test_a_stop_that_a_run_was_escalated_for_is_named(story: str, happened: str) -> None:
    assert (await card(story))["what happened"] == happened


async def test_a_run_that_is_still_running_has_not_failed_at_its_open_step() -> None:
    assert (await card("duckie.running"))["what happened"] == "running, no failed step among 2"


async def test_what_may_have_failed_is_a_candidate_and_named_in_the_next_call() -> None:
    lines = await card("happyrobot.second_attempt")
    assert lines["what happened"] == "completed; unclear whether what failed was made good, see candidates"
    assert lines["candidates"] == "step 2 session failed: Temporarily Unavailable"
    assert 'step="2"' in lines["next"]


async def test_with_the_least_tokens_the_error_has_what_room_there_is() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("get_run", run=ref_of("duckie.marathon"), max_tokens=200)
    error = next(line for line in parts(answer)[1] if line.startswith("error: "))
    assert len(error) > 100


async def test_approvals_and_resume_times_are_shown() -> None:
    assert (await card("duckie.approval_waiting"))["waits"] == "for approval of issue_refund"
    assert re.fullmatch(r"resumes 2026-11-\d\d \d\d:\d\d:\d\d", (await card("duckie.resume_scheduled"))["waits"])


async def test_under_strict_a_step_of_words_goes_by_its_kind() -> None:
    async with in_sandbox(Policy.STRICT) as asked:
        answer = await asked.text("get_run", run=ref_of("duckie.payment_gateway_504"))
    assert "after: step 3 response skipped" in parts(answer)[1]


async def test_quality_is_an_axis_of_its_own() -> None:
    async with in_sandbox() as asked:
        lines = parts(await asked.text("get_run", run=ref_of("happyrobot.marked_critical")))[1]
        assert "marked: critical" in lines
        assert [line for line in lines if line.startswith("issue: ")] == [
            "issue: closed high tool_call on m6: cancel_booking(5E6KLR); The wrong booking was cancelled.",
            "issue: open high run: Read the reference back first.; No read-back.",
        ]
        assert not [line for line in lines if line.startswith("outcome: ")]
        lines = parts(await asked.text("get_run", run=ref_of("duckie.escalated")))[1]
        assert len([line for line in lines if line.startswith("evaluation: ")]) == 3


async def test_usage_flags_and_notes_are_shown_where_the_provider_has_them() -> None:
    lines = await card("conduit.payment_gateway_504")
    assert re.fullmatch(r"tokens \d+ in, \d+ out · cost 0\.\d+", lines["usage"])
    assert lines["note"] == "a run here holds the last reply only, not the conversation"
    assert (await card("duckie.redacted_by_vendor"))["provider flags"] == "redacted in 3 steps"
    assert (await card("duckie.cut_by_vendor"))["provider flags"] == "truncated in 1 step"
    assert "oldest body shape" in (await card("happyrobot.old_shape"))["note"]


async def test_a_run_that_failed_without_a_trace_says_so() -> None:
    assert (await card("conduit.failed_without_text"))["what happened"] == (
        "failed, no steps recorded and no error given"
    )
    assert (await card("happyrobot.failed_without_text"))["what happened"] == (
        "failed, but none of its 2 steps states a failure"
    )
    lines = await card("conduit.context_overflow")
    assert lines["what happened"] == "failed, no steps recorded"
    assert lines["run error"].startswith("context_length_exceeded")


async def test_an_error_is_not_said_twice() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("get_run", run=ref_of("conduit.payment_gateway_504"))
    assert answer.count("HTTP 504 Gateway Timeout") == 1


async def test_data_that_was_deleted_is_said_to_be() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("get_run", run=ref_of("happyrobot.data_deleted"), detail="conversation")
    assert "\t(data deleted by retention)" in answer


@pytest.mark.parametrize("detail", ["triage", "timeline", "conversation", "full"])
async def test_every_next_call_of_every_story_succeeds(detail: str) -> None:
    async with in_sandbox() as asked:
        for story, refs in full_refs().items():
            answer = await asked.text("get_run", run=refs[0], detail=detail, max_tokens=400)
            for tool, arguments in next_calls(answer):
                result = await asked.client.call_tool(tool, arguments)
                assert not result.is_error, (story, arguments, result.content)


async def test_the_modes_of_redaction_show_in_the_counts() -> None:
    run = ref_of("duckie.failure_and_consequence")
    said = {}
    for policy in Policy:
        async with in_sandbox(policy) as asked:
            answer = await asked.text("get_run", run=run, detail="full")
            said[policy] = receipt(answer).get("masked", "")
            assert receipt(answer)["coverage"].startswith("sandbox ")
    assert said[Policy.OFF] == ""
    assert "person" in said[Policy.BALANCED]
    assert "withheld" in said[Policy.STRICT]


async def test_every_form_of_a_ref_gives_the_same_run() -> None:
    full = ref_of("conduit.label_created")
    agent, _, run_id = full.removeprefix("conduit:").partition("/")
    async with in_sandbox() as asked:
        answers = [
            await asked.text("get_run", run=form)
            for form in (full, f"{agent}/{run_id}", f" {full} ", f"conduit:{run_id[:12]}", run_id)
        ]
    assert len({parts(answer)[1][0] for answer in answers}) == 1
