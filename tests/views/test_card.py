"""The card of runs that no provider of the sandbox sends: nothing in them, too much in them, or odd."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.tools.handmade import AT, detail, step, text
from tests.tools.reading import next_calls, parts, tokens

from rundown_mcp.analysis.failure import diagnose
from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import (
    Approval,
    Evaluation,
    Issue,
    Message,
    Named,
    Outcome,
    Quality,
    Run,
    RunDetail,
    RunStatus,
    Status,
    StepState,
    Ticket,
    ToolCall,
    Usage,
)
from rundown_mcp.domain.text import Kind
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views.budget import Budget
from rundown_mcp.views.card import Card

_GATE = Gate(Policy.BALANCED, Tagger(b"key"))


def answer(whole: RunDetail, size: int = 2000, cap: int = 8000) -> str:
    card = Card(
        detail=whole,
        diagnosis=diagnose(whole),
        ref="duckie:3c90c3cc",
        gate=_GATE,
        coverage="duckie ok",
        sandbox=False,
    )
    said = card.fit(Budget(size, cap=cap)).text()
    assert tokens(said) <= size
    return said


def lines(said: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in (*parts(said)[1], *parts(said)[2]))


def test_a_run_of_which_nothing_is_known_is_three_lines() -> None:
    whole = RunDetail(run=Run(ref=Ref("duckie", "abc"), status=RunStatus(Status.COMPLETED)))
    said = answer(whole)
    assert parts(said)[1] == ["run: duckie:abc", "status: completed", "what happened: completed, no steps recorded"]
    assert parts(said)[2] == ["coverage: duckie ok", "shown: triage of 0 steps, 0 messages"]


def test_an_unknown_status_keeps_the_vendors_word() -> None:
    whole = RunDetail(
        run=Run(ref=Ref("duckie", "abc"), status=RunStatus(Status.UNKNOWN, text("hibernating", Kind.WORD)))
    )
    assert lines(answer(whole))["status"] == "unknown (hibernating)"


def test_a_run_that_failed_with_no_failed_step_says_so() -> None:
    whole = detail(step(1), step(2), error=text("worker lost"))
    said = lines(answer(whole))
    assert said["what happened"] == "failed, but none of its 2 steps states a failure"
    assert said["run error"] == "worker lost"


def test_where_no_single_step_can_be_named_the_candidates_are_listed_and_one_is_the_next_call() -> None:
    steps = [step(number, StepState.FAILED, f"tool{number}") for number in range(1, 8)]
    steps += [step(number + 7, StepState.OK, f"tool{number}") for number in range(1, 8)]
    said = answer(detail(*steps))
    assert lines(said)["what happened"] == "failed; no single step can be named as the cause, see candidates"
    assert lines(said)["candidates"] == (
        "step 1 tool1 failed; step 2 tool2 failed; step 3 tool3 failed; step 4 tool4 failed; step 5–7"
    )
    assert next_calls(said)[0] == ("get_step", {"run": "duckie:3c90c3cc", "step": "1"})


def test_a_failure_without_any_text_says_what_the_vendor_called_it() -> None:
    said = lines(answer(detail(step(1, StepState.FAILED, said="aborted"))))
    assert said["error"] == "none given; status aborted"
    assert lines(answer(detail(step(1, StepState.FAILED))))["error"] == "none given"


def test_what_stands_around_the_failure_is_named_with_the_vendors_word_where_ours_is_unknown() -> None:
    whole = detail(
        step(1, StepState.UNKNOWN, "look", said="skipped"),
        step(2, StepState.FAILED, "act", input={"id": 7}, error="no"),
        step(3, StepState.UNKNOWN),
    )
    said = lines(answer(whole))
    assert said["input"] == '{"id":7}'
    assert said["before"] == "step 1 look skipped"
    assert said["after"] == "step 3 of unknown state"


def test_a_run_error_that_says_more_than_the_step_is_kept() -> None:
    other = lines(answer(detail(step(1, StepState.FAILED, "a", error="no route"), error=text("workflow aborted"))))
    assert (other["run error"], other["error"]) == ("workflow aborted", "no route")
    without = lines(answer(detail(step(1, StepState.FAILED, "a"), error=text("workflow aborted"))))
    assert without["run error"] == "workflow aborted"


def everything() -> RunDetail:
    return detail(
        step(1, StepState.FAILED, "a", error="boom"),
        step(2, StepState.FAILED, "b"),
        status=Status.PAUSED,
        agent=Named(id=text("agent-1", Kind.ID)),
        approval=Approval(waiting=True, pending=ToolCall(input=text({"amount": 5}, Kind.PAYLOAD))),
        resumes_at=AT + timedelta(days=1),
        duration=timedelta(seconds=-2),
        outcome=Outcome(native=text("handed_over", Kind.WORD), reason=text("no time")),
        ticket=Ticket(title=text("Lost bag")),
        usage=Usage(input_tokens=0, cost=0.5),
        quality=Quality(
            issues=(Issue(status=text("open", Kind.WORD), message=4), Issue(reason=text("rude"))),
            evaluations=(Evaluation(name=text("Tone"), value=text("bad")),),
        ),
        category=Named(name=text("Bags", Kind.NAME)),
        notes=("an old shape",),
    )


def test_everything_that_is_known_has_its_line() -> None:
    said = lines(answer(everything()))
    assert said["status"] == "paused · agent agent-1 · started 2026-11-20 09:00:00 UTC · took -2s"
    assert said["what happened"] == "paused, but step 1 of 2 a failed and nothing made it good so far"
    assert said["failed later"] == "step 2"
    assert said["waits"] == "for approval, resumes 2026-11-21 09:00:00"
    assert said["approval input"] == '{"amount":5}'
    assert said["outcome"] == "handed_over"
    assert said["issue"] == "rude"
    assert said["evaluation"] == "Tone = bad"
    assert said["ticket"] == "Lost bag"
    assert said["usage"] == "tokens 0 in · cost 0.5"
    assert said["note"] == "an old shape"
    assert "issue: open on m4" in answer(everything())


def test_long_texts_get_shorter_and_the_receipt_counts_them() -> None:
    whole = detail(step(1, StepState.FAILED, "a", error="E" * 9000, input={"q": "荷" * 9000}), error=text("R" * 9000))
    said = answer(whole)
    assert lines(said)["error"].endswith("[cut: 400/9000 chars]")
    assert lines(said)["cut"] == "3 texts shortened"


def test_lines_go_by_their_weight_and_are_counted_by_their_label() -> None:
    whole = detail(
        step(1, StepState.FAILED, "a", error="boom"),
        quality=Quality(evaluations=(Evaluation(name=text("Tone"), value=text("bad " * 30)),) * 40),
        contact_id=text("c1", Kind.ID),
    )
    said = answer(whole, 600)
    assert lines(said)["error"] == "boom"
    assert lines(said)["cut"] == "left out: evaluation ×40, contact"
    assert next_calls(said)[-1] == ("get_run", {"run": "duckie:3c90c3cc", "max_tokens": 8000})
    brief = lines(answer(everything(), 200))
    assert brief["run"] == "duckie:3c90c3cc"
    assert brief["cut"].startswith("left out: ")
    assert brief["cut"].endswith(" lines")


def test_less_than_the_leanest_card_is_refused_with_a_number_that_may_do() -> None:
    with pytest.raises(InvalidArgument, match="60 is too few for this answer and its receipt; ask again with 120"):
        answer(everything(), 60)


def test_no_call_is_named_that_the_operators_cap_would_answer_with_the_same() -> None:
    whole = detail(
        step(1, StepState.FAILED, "a", error="boom"),
        quality=Quality(evaluations=(Evaluation(name=text("Tone"), value=text("bad " * 30)),) * 200),
    )
    assert next_calls(answer(whole, 300, cap=900))[-1][1] == {"run": "duckie:3c90c3cc", "max_tokens": 900}
    assert all("max_tokens" not in arguments for _, arguments in next_calls(answer(whole, 300, cap=300)))
    with pytest.raises(InvalidArgument, match=r"ask again with 80$"):
        answer(whole, 60, cap=80)
    with pytest.raises(InvalidArgument, match="RUNDOWN_MAX_TOKENS is too low"):
        answer(whole, 60, cap=60)


def test_a_neighbour_and_a_recovered_step_that_failed_by_inference_say_so() -> None:
    failing = {"ok": False, "error": "no"}
    whole = detail(
        step(1, tool="look", input={"id": 1}, output=failing),
        step(2, tool="look", input={"id": 1}, output={"ok": True}),
        step(3, StepState.FAILED, "act", error="boom"),
        step(4, tool="tell", output=failing),
    )
    said = lines(answer(whole))
    assert said["recovered"] == "step 1 (inferred) failed, then made good"
    assert said["after"] == "step 4 tell failed (inferred)"


def test_a_run_of_nothing_but_messages_points_to_the_conversation() -> None:
    said = answer(detail(status=Status.COMPLETED, messages=(Message(number=1, text=text("hi")),)))
    assert next_calls(said) == [("get_run", {"run": "duckie:3c90c3cc", "detail": "conversation"})]
    said = answer(detail(error=text("lost")))
    assert next_calls(said) == [("get_run", {"run": "duckie:3c90c3cc", "detail": "full"})]


def test_steps_with_flagged_values_are_counted_once_each() -> None:
    call = ToolCall(
        input=text("x", Kind.PAYLOAD, redacted=True, truncated=True), output=text("y", Kind.PAYLOAD, redacted=True)
    )
    clear = ToolCall(input=text("x", Kind.PAYLOAD, redacted=False))
    whole = detail(replace(step(1), tool=call), replace(step(2), tool=clear), step(3), status=Status.COMPLETED)
    assert lines(answer(whole))["provider flags"] == "redacted in 1 step, truncated in 1 step"


LEFT_OVER = Approval(waiting=True, pending=ToolCall(name=text("refund", Kind.NAME), input=text({"n": 5}, Kind.PAYLOAD)))


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED, Status.CANCELLED])
def test_a_run_that_has_ended_waits_for_nothing_and_says_what_was_left_open(status: Status) -> None:
    said = lines(answer(detail(status=status, approval=LEFT_OVER, resumes_at=AT + timedelta(seconds=7))))
    assert "waits" not in said
    assert said["left open"] == "approval of refund, resumption at 2026-11-20 09:00:07"
    assert said["approval input"] == '{"n":5}'
    decided = lines(answer(detail(status=status, approval=replace(LEFT_OVER, waiting=False))))
    assert "left open" not in decided


def test_a_pending_call_is_waited_for_unless_the_vendor_says_that_it_is_not() -> None:
    said = lines(answer(detail(status=Status.PAUSED, approval=replace(LEFT_OVER, waiting=None))))
    assert said["waits"] == "for approval of refund"
    assert said["approval input"] == '{"n":5}'
    assert "waits" not in lines(answer(detail(status=Status.RUNNING, approval=replace(LEFT_OVER, waiting=False))))
    resuming = detail(status=Status.RUNNING, approval=replace(LEFT_OVER, waiting=False), resumes_at=AT)
    said = lines(answer(resuming))
    assert said["waits"] == "resumes 2026-11-20 09:00:00"
    assert "approval input" not in said


def test_a_cut_line_names_the_call_that_has_it_whole_and_several_the_one_that_has_all() -> None:
    step_call = ("get_step", {"run": "duckie:3c90c3cc", "step": "first_failure"})
    failing = step(1, StepState.FAILED, "a", error="E" * 900, input="i" * 900)
    reason = Outcome(reason=text("r" * 900))
    one = next_calls(answer(detail(failing, outcome=reason)))
    assert one[0] == step_call
    assert one[-1] == ("get_step", {"run": "duckie:3c90c3cc", "step": "reason"})
    two = next_calls(answer(detail(failing, outcome=reason, ticket=Ticket(title=text("t" * 900)))))
    assert two[-1] == ("get_step", {"run": "duckie:3c90c3cc", "step": "run"})
    none = next_calls(answer(detail(failing)))
    assert [call for call in none if call[0] == "get_step"] == [step_call]


def test_an_error_that_the_run_tells_more_fully_than_the_step_is_had_whole() -> None:
    whole = detail(step(1, StepState.FAILED, "a", error="no route"), error=text("no route " + "to the host " * 90))
    assert next_calls(answer(whole))[-1] == ("get_step", {"run": "duckie:3c90c3cc", "step": "error"})


def test_what_the_operators_cap_leaves_out_is_had_in_pages() -> None:
    whole = detail(
        step(1, StepState.FAILED, "a", error="boom"),
        quality=Quality(evaluations=(Evaluation(name=text("Tone"), value=text("bad " * 30)),) * 200),
    )
    assert next_calls(answer(whole, 400, cap=400))[-1] == ("get_step", {"run": "duckie:3c90c3cc", "step": "run"})


def test_a_cost_is_given_as_it_came() -> None:
    assert lines(answer(detail(usage=Usage(cost=0.0123456789))))["usage"] == "cost 0.0123456789"
