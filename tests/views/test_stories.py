"""Timeline, conversation and full: which rows stand where not all fit, and what the receipt says of the rest."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias

import pytest
from tests.tools.handmade import AT, detail, step, text
from tests.tools.reading import next_calls, parts, tokens

from rundown_mcp.analysis.failure import diagnose
from rundown_mcp.domain.run import (
    Evaluation,
    Issue,
    Message,
    Named,
    Outcome,
    Quality,
    RunDetail,
    RunStatus,
    Status,
    StepState,
    Trigger,
)
from rundown_mcp.domain.text import Kind, SafeText, Untrusted
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.runs.shown import RememberingGate
from rundown_mcp.views.budget import ROOMY_TOKENS, Budget
from rundown_mcp.views.full import Full
from rundown_mcp.views.timeline import Conversation, Timeline

View: TypeAlias = type[Timeline | Conversation | Full]


def answer(view: View, whole: RunDetail, size: int = 2000, cap: int = ROOMY_TOKENS) -> str:
    made = view(
        detail=whole,
        diagnosis=diagnose(whole),
        ref="duckie:3c90c3cc",
        gate=RememberingGate(Gate(Policy.BALANCED, Tagger(b"key"))),
        coverage="duckie ok",
        sandbox=False,
    )
    said = made.fit(Budget(size, cap=cap)).text()
    assert tokens(said) <= size
    return said


def receipt_of(said: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in parts(said)[2])


def long_run() -> RunDetail:
    steps = [step(number, tool=f"tool_{number}", input={"n": number}, output="ok " * 40) for number in range(1, 501)]
    steps[299] = step(300, StepState.FAILED, "broken", input={"n": 0}, error="x" * 500)
    steps[399] = step(400, StepState.RUNNING, "open")
    return detail(*steps, messages=tuple(Message(number=n, text=text("word " * 50), at=AT) for n in range(1, 41)))


def test_of_five_hundred_steps_the_failure_and_what_surrounds_it_are_shown_first() -> None:
    said = answer(Timeline, long_run(), 500)
    shown = [line.split("\t")[0] for line in parts(said)[1] if "\t" in line][1:]
    assert {"1", "299", "300", "301", "400", "500"} <= set(shown)
    assert shown == sorted(shown, key=int)
    assert receipt_of(said)["shown"] == f"{len(shown)} of 500 steps"
    assert receipt_of(said)["cut"].startswith("left out: step ")
    calls = next_calls(said)
    assert ("get_step", {"run": "duckie:3c90c3cc", "step": "first_failure"}) in calls
    assert calls[0] == ("get_run", {"run": "duckie:3c90c3cc", "detail": "timeline", "max_tokens": 8000})
    at_most = next_calls(answer(Timeline, long_run(), 500, cap=500))
    assert at_most[0][1]["step"] not in shown, "no call may have more: then one by one"
    assert at_most[1:] == calls[1:]


def test_candidates_are_worth_a_row_before_the_rest() -> None:
    steps = [step(number, tool="walk", input={"n": number}) for number in range(1, 201)]
    steps[99] = step(100, StepState.FAILED, "try")
    steps[149] = step(150, StepState.OK, "try")
    said = answer(Timeline, detail(*steps, status=Status.COMPLETED), 300)
    assert [line for line in parts(said)[1] if line.startswith("100\t")]


def test_notes_get_shorter_and_are_counted_but_a_text_that_ends_so_by_itself_is_not() -> None:
    whole = detail(step(1, StepState.FAILED, "a", error="y" * 400), step(2, said="odd", content=text("and so on…")))
    said = answer(Timeline, whole)
    assert receipt_of(said)["cut"] == "1 note to 160 chars, marked …"


def test_messages_keep_their_order_and_the_rest_is_named() -> None:
    said = answer(Conversation, long_run(), 1800)
    assert receipt_of(said)["shown"] == "40 of 40 messages"
    assert receipt_of(said)["cut"] == "40 texts shortened"
    assert next_calls(said) == [("get_step", {"run": "duckie:3c90c3cc", "step": "m1"})]
    said = answer(Conversation, long_run(), 400)
    count = int(receipt_of(said)["shown"].split()[0])
    assert f"left out: m{count + 1}–m40" in receipt_of(said)["cut"]
    assert next_calls(said)[-1] == (
        "get_run",
        {"run": "duckie:3c90c3cc", "detail": "conversation", "max_tokens": 8000},
    )


def test_a_masked_text_is_measured_as_it_is_shown() -> None:
    secretive = text("x" * 5000, redacted=True)
    whole = detail(messages=(Message(number=1, text=secretive), Message(number=2, text=text("z" * 3000))))
    said = answer(Conversation, whole, 400)
    assert next_calls(said) == [("get_step", {"run": "duckie:3c90c3cc", "step": "m2"})]
    assert "[redacted:provider]" in said


def test_a_message_may_be_nothing_but_a_note() -> None:
    whole = detail(messages=(Message(number=1, notes=("interrupted", "filler")),))
    assert parts(answer(Conversation, whole))[1][-1] == "m1\t\t\t\t(interrupted, filler)"


def test_full_names_the_first_thing_that_is_not_shown_whole() -> None:
    short = step(1, tool="a", input={"n": 1})
    whole = detail(short, step(2, tool="b", output="w " * 3000), messages=(Message(number=1, text=text("v " * 900)),))
    assert next_calls(answer(Full, whole)) == [("get_step", {"run": "duckie:3c90c3cc", "step": "2"})]
    whole = detail(short, messages=(Message(number=1), Message(number=2, text=text("v " * 3000))))
    assert next_calls(answer(Full, whole)) == [("get_step", {"run": "duckie:3c90c3cc", "step": "m2"})]


def test_full_shows_what_failed_before_the_other_steps_and_says_what_it_leaves_out() -> None:
    said = answer(Full, long_run(), 2500)
    shown = [line.split(":")[0] for line in parts(said)[1] if line.startswith("step ")]
    last = len(shown) - 5
    assert shown == [f"step {number}" for number in (*range(1, last + 1), 299, 300, 301, 400, 500)]
    assert receipt_of(said)["cut"].startswith(f"left out: step {last + 1}–298, 302–399, 401–499; left out: m1–m40")
    said = answer(Full, detail(messages=long_run().messages), 300)
    assert "left out: m" in receipt_of(said)["cut"]
    assert next_calls(said)[0][1]["step"].startswith("m")


def test_full_has_what_no_other_detail_shows() -> None:
    whole = detail(
        step(1, StepState.OK, "a", title=text("Ask"), message=1),
        status=Status.COMPLETED,
        error=text("E" * 900),
        outcome=Outcome(reason=text("done")),
        trigger=Trigger(text=text("please"), latest_comment=text("thanks"), facts=(("priority", text("low")),)),
        columns=((text("region", Kind.NAME), text("apac")),),
        reflection=text("I did well"),
    )
    lines = parts(answer(Full, whole))[1]
    assert f"run error: {'E' * 900}" in lines
    assert "reason: done" in lines
    assert "  title: Ask" in lines
    assert lines[-5:] == [
        "trigger text: please",
        "latest comment: thanks",
        "priority: low",
        "column: region = apac",
        "reflection: I did well",
    ]


def test_full_says_how_to_have_a_line_of_the_run_that_was_cut() -> None:
    whole = detail(step(1), status=Status.COMPLETED, reflection=text("thought " * 3000))
    said = answer(Full, whole)
    assert next_calls(said) == [("get_step", {"run": "duckie:3c90c3cc", "step": "reflection"})]


def test_full_says_how_to_have_the_lines_that_were_left_out() -> None:
    whole = detail(quality=Quality(evaluations=(Evaluation(name=text("Tone"), value=text("bad " * 5)),) * 200))
    said = answer(Full, whole)
    assert "left out: evaluation ×" in receipt_of(said)["cut"]
    shown = sum(line.startswith("evaluation") for line in parts(said)[1])
    assert next_calls(said) == [
        ("get_step", {"run": "duckie:3c90c3cc", "step": f"evaluation {shown + 1}"}),
        ("get_run", {"run": "duckie:3c90c3cc", "detail": "full", "max_tokens": 8000}),
    ]


def test_a_run_of_megabytes_is_laid_out_in_little_time() -> None:
    steps = [step(number, tool="dump", output={"blob": "lorem ipsum " * 9000}) for number in range(1, 21)]
    began = time.process_time()
    answer(Full, detail(*steps))
    assert time.process_time() - began < 5


@pytest.mark.parametrize("view", [Conversation, Full])
def test_of_a_huge_run_little_more_than_what_fits_goes_through_the_gate(view: View) -> None:
    class Counting(Gate):
        asked = 0

        def safe(self, value: Untrusted) -> SafeText:
            self.asked += 1
            return super().safe(value)

    gate = Counting(Policy.BALANCED, Tagger(b"key"))
    whole = detail(
        *(step(number, tool="dump", output=f"{number} " + "lorem ipsum " * 300) for number in range(1, 2001)),
        messages=tuple(Message(number=n, text=text("lorem ipsum " * 300)) for n in range(1, 2001)),
    )
    made = view(
        detail=whole,
        diagnosis=diagnose(whole),
        ref="duckie:3c90c3cc",
        gate=RememberingGate(gate),
        coverage="duckie ok",
        sandbox=False,
    )
    said = made.fit(Budget(2000)).text()
    assert int(receipt_of(said)["shown"].split()[0]) >= 30
    assert gate.asked < 1000


def test_a_run_that_only_the_narrowest_room_holds_is_shown_from_end_to_end() -> None:
    whole = detail(messages=tuple(Message(number=n, text=text("word " * 400)) for n in range(1, 31)))
    assert receipt_of(answer(Conversation, whole, 1500))["shown"] == "30 of 30 messages"


def test_a_step_that_failed_by_inference_says_so_in_its_row() -> None:
    whole = detail(step(1, tool="ask", output={"ok": False, "error": "no"}), step(2, StepState.UNKNOWN, said="skipped"))
    rows = [line.split("\t") for line in parts(answer(Timeline, whole))[1] if "\t" in line]
    assert [row[2] for row in rows[1:]] == ["failed (inferred)", "skipped"]


@pytest.mark.parametrize("view", [Timeline, Conversation, Full])
def test_a_run_of_nothing_is_a_heading(view: View) -> None:
    said = answer(view, detail(started_at=None))
    assert parts(said)[1][0].removesuffix(" · failed") == "run: duckie:3c90c3cc-0d44-4b50-8888-8dd25736052a"
    assert "next" not in receipt_of(said)


@pytest.mark.parametrize("view", [Timeline, Full])
def test_the_date_stands_with_the_first_step_and_wherever_it_changes(view: View) -> None:
    times = [AT, AT + timedelta(hours=1), None, AT + timedelta(days=1), AT + timedelta(days=1, seconds=9)]
    whole = detail(*(step(number, tool="t", at=at) for number, at in enumerate(times, 1)), status=Status.COMPLETED)
    said = answer(view, whole)
    shown = [line for line in parts(said)[1] if line.startswith(("step 1", "step 2", "step 4", "step 5"))]
    shown = shown or [line for line in parts(said)[1] if "\t" in line and line[0] in "1245"]
    for line, at in zip(shown, ["2026-11-20 09:00:00", "10:00:00", "2026-11-21 09:00:00", "09:00:09"], strict=True):
        assert at in line
    assert said.count("2026-11-20 09:00:00") == 2, "the start, and the first step"


@pytest.mark.parametrize("view", [Conversation, Full])
def test_the_date_stands_with_the_first_message_and_wherever_it_changes(view: View) -> None:
    times = [AT, AT + timedelta(seconds=5), AT + timedelta(days=2)]
    messages = tuple(Message(number=number, text=text("hi"), at=at) for number, at in enumerate(times, 1))
    shown = [line for line in parts(answer(view, detail(messages=messages)))[1] if line[:2] in {"m1", "m2", "m3"}]
    for line, at in zip(shown, ["2026-11-20 09:00:00", "09:00:05", "2026-11-22 09:00:00"], strict=True):
        assert at in line
    assert "2026" not in shown[1]


@pytest.mark.parametrize("view", [Timeline, Conversation, Full])
def test_with_the_least_tokens_the_status_is_still_said(view: View) -> None:
    said = answer(view, replace(long_run(), run=replace(long_run().run, error=text("é" * 900))), 200)
    assert "run: duckie:3c90c3cc · failed" in parts(said)[1]


def test_the_heading_is_shortened_before_there_is_no_message_at_all() -> None:
    vendor = RunStatus(Status.UNKNOWN, text("a word of the vendor's that is rather long to be shown", Kind.WORD))
    talk = tuple(Message(number=n, text=text("hello"), at=AT) for n in range(1, 41))
    whole = detail(messages=talk, status=Status.UNKNOWN, agent=Named(name=text("An Agent's Name " * 3, Kind.NAME)))
    whole = replace(whole, run=replace(whole.run, status=vendor, error=text("error 5ü9 " * 400)))
    for size in range(200, 400, 8):
        said = answer(Conversation, whole, size)
        assert any(line.startswith("m1\t") for line in parts(said)[1])


def test_a_clipped_note_and_a_cut_error_of_the_run_name_the_calls_that_have_them() -> None:
    whole = detail(
        step(1, StepState.FAILED, "a", error="E" * 300, input=1),
        step(2, tool="a", input=1),
        step(3, StepState.FAILED, "b", error="boom"),
        error=text("R" * 300),
    )
    said = answer(Timeline, whole)
    assert receipt_of(said)["cut"] == "1 note to 160 chars, marked …; 1 text shortened"
    assert [arguments["step"] for _, arguments in next_calls(said)] == ["first_failure", "1", "run error"]


def test_a_failed_step_bears_the_vendors_own_status_where_that_says_otherwise() -> None:
    whole = detail(step(1, StepState.FAILED, "a", said="completed", error="boom"))
    assert "1\t2026-11-20 09:00:01\tfailed (completed)\ta" in answer(Timeline, whole)
    assert "step 1: failed (completed) · a" in answer(Full, whole)


def test_full_begins_with_the_card_uncut() -> None:
    whole = detail(
        step(1, StepState.FAILED, "a", error="E" * 600, input="i" * 600),
        outcome=Outcome(reason=text("r" * 600)),
        quality=Quality(annotation=text("critical"), evaluations=(Evaluation(name=text("Tone"), value=text("bad")),)),
    )
    lines = parts(answer(Full, whole))[1]
    assert lines[1:9] == [
        "status: failed · started 2026-11-20 09:00:00 UTC",
        "what happened: failed at step 1 of 1 a",
        f"error: {'E' * 600}",
        f"input: {'i' * 600}",
        f"reason: {'r' * 600}",
        "marked: critical",
        "evaluation: Tone = bad",
        "step 1: failed · a · 2026-11-20 09:00:01",
    ]


def test_where_not_everything_fits_full_leaves_ids_and_other_fields_out_first_and_says_so() -> None:
    one = step(1, tool="a", id=text("s-1", Kind.ID), extra=text({"node": "n-1"}, Kind.PAYLOAD))
    assert '  more: {"node":"n-1"}' in parts(answer(Full, detail(one)))[1]
    long = answer(Full, detail(one, step(2, tool="b", output="w " * 3000)))
    assert "s-1" not in long
    assert "left out: ids and other fields of steps and messages" in receipt_of(long)["cut"]
    assert next_calls(long) == [
        ("get_step", {"run": "duckie:3c90c3cc", "step": "2"}),
        ("get_run", {"run": "duckie:3c90c3cc", "detail": "full", "max_tokens": 8000}),
    ]


def test_of_more_lines_than_any_answer_holds_each_is_counted() -> None:
    quality = Quality(evaluations=(Evaluation(name=text("Tone"), value=text("bad")),) * 3000)
    said = answer(Full, detail(quality=quality, reflection=text("hm")))
    shown = sum(line.startswith("evaluation") for line in parts(said)[1])
    assert f"left out: evaluation ×{3000 - shown}" in receipt_of(said)["cut"]
    assert parts(said)[1][-1] == "reflection: hm"


def test_many_evaluations_and_issues_give_way_to_steps_and_messages_but_not_the_first_issue() -> None:
    many = tuple(
        Evaluation(name=text(f"Mark {n}"), value=text("word " * 20), extra=text({"why": "word " * 30}))
        for n in range(1, 31)
    )
    whole = detail(
        *(step(n, tool="find", input={"q": "word " * 10}, output={"r": "word " * 40}) for n in range(1, 6)),
        step(6, StepState.FAILED, "refund", input={"n": 1}, error="429 too many"),
        messages=tuple(Message(number=n, text=text("word " * 10), at=AT) for n in range(1, 5)),
        quality=Quality(evaluations=many, issues=(Issue(reason=text("wrong tone " * 9)),) * 20),
        trigger=Trigger(text=text("please")),
    )
    said = answer(Full, whole)
    assert receipt_of(said)["shown"] == "6 of 6 steps, 4 of 4 messages"
    assert re.fullmatch(r"left out: evaluation ×\d+", receipt_of(said)["cut"])
    assert {"trigger text: please", f"issue: {'wrong tone ' * 9}"} <= set(parts(said)[1])
    least = answer(Full, whole, 500)
    assert "step 6: failed · refund" in least
    assert "issue ×19, evaluation ×30" in receipt_of(least)["cut"]


def test_with_few_tokens_the_lines_of_the_card_still_say_no_less_than_the_card() -> None:
    said = answer(Full, replace(long_run(), run=replace(long_run().run, outcome=Outcome(reason=text("r" * 300)))), 900)
    assert f"reason: {'r' * 300}" in parts(said)[1]
    assert f"error: {'x' * 400}[cut: 400/500 chars]" in parts(said)[1]


def test_at_the_operators_cap_the_lines_that_were_left_out_are_had_in_pages() -> None:
    facts = tuple((f"fact_{letter}", text("low")) for letter in "abcdefghijklmnop")
    whole = replace(long_run(), run=replace(long_run().run, trigger=Trigger(facts=facts)))
    made = Full(
        detail=whole,
        diagnosis=diagnose(whole),
        ref="duckie:3c90c3cc",
        gate=RememberingGate(Gate(Policy.BALANCED, Tagger(b"key"))),
        coverage="duckie ok",
        sandbox=False,
    )
    said = made.fit(Budget(500, cap=500)).text()
    assert "left out: 16 lines of the run" in receipt_of(said)["cut"]
    assert next_calls(said)[-1] == ("get_step", {"run": "duckie:3c90c3cc", "step": "run"})


def test_a_name_that_is_shortened_is_counted_and_had_by_a_call() -> None:
    said = answer(Timeline, detail(step(1, tool="n" * 60), step(2, tool="short")))
    assert receipt_of(said)["cut"] == "1 name shortened, marked …"
    assert next_calls(said) == [("get_step", {"run": "duckie:3c90c3cc", "step": "1"})]


def test_a_text_of_the_trigger_that_a_message_has_is_not_said_twice() -> None:
    whole = detail(
        messages=(Message(number=1, text=text("hello")), Message(number=2, text=text("please refund"))),
        trigger=Trigger(text=text("please refund"), latest_comment=text("thanks")),
    )
    assert parts(answer(Full, whole))[1][-2:] == ["trigger text: the text of m2", "latest comment: thanks"]


def test_a_run_without_messages_has_its_steps_as_the_next_call() -> None:
    said = answer(Conversation, detail(step(1, tool="a")))
    assert next_calls(said) == [("get_run", {"run": "duckie:3c90c3cc", "detail": "timeline"})]
