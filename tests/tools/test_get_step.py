"""`get_step` on the sandbox: each form of `step`, each part, and pages."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import anyio
import pytest
from tests.harness import receipt
from tests.tools.handmade import AT, ID, Handmade, asking_handmade, context, detail, step, text
from tests.tools.reading import next_calls, parts, tokens
from tests.tools.sandboxed import assert_snapshot, full_refs, in_sandbox, ref_of

from rundown_mcp.domain.run import (
    Approval,
    Evaluation,
    Issue,
    Message,
    Outcome,
    Quality,
    RunDetail,
    Status,
    StepState,
    ToolCall,
    Trigger,
)
from rundown_mcp.domain.text import Kind, SafeText, Untrusted
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.tools.get_run import get_run
from rundown_mcp.tools.get_step import get_step
from rundown_mcp.tools.reading import read_run
from rundown_mcp.tools.search_run import search_run

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("story", "step"),
    [
        ("duckie.failure_and_consequence", "3"),
        ("duckie.cut_by_vendor", "1"),
        ("conduit.payment_gateway_504", "2"),
        ("happyrobot.connection_timeout", "2"),
        ("happyrobot.interrupted_often", "m3"),
    ],
)
async def test_the_answer_has_the_shape_that_was_kept(story: str, step: str) -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("get_step", run=ref_of(story), step=step)
    assert_snapshot(f"get_step.{story}.{step}", answer)


@pytest.mark.parametrize(
    ("form", "first_line"),
    [
        ("1", "step: 1 of 3"),
        ("first_failure", "step: 2 of 3"),
        ("FIRST_FAILURE", "step: 2 of 3"),
        ("first failure", "step: 2 of 3"),
        ("step 2", "step: 2 of 3"),
        ("last", "step: 3 of 3"),
        (" 3 ", "step: 3 of 3"),
        ("m1", "message: m1"),
        ("M1", "message: m1"),
    ],
)
async def test_every_form_of_step_is_understood(form: str, first_line: str) -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("get_step", run=ref_of("duckie.payment_gateway_504"), step=form)
    assert parts(answer)[1][0] == first_line


async def test_the_name_of_a_tool_is_answered_with_the_numbers_of_its_steps() -> None:
    async with in_sandbox() as asked:
        error = await asked.error("get_step", run=ref_of("duckie.payment_gateway_504"), step="Charge_Card")
    assert error == "step: takes a number; of that name: step 2"


async def test_of_many_steps_of_one_name_the_first_few_are_listed() -> None:
    calls = [step(number, tool="look_up" if number % 2 else "wait") for number in range(1, 2_001)]
    async with asking_handmade(Handmade(details=[detail(*calls)])) as asked:
        error = await asked.error("get_step", run="duckie:3c90c3cc", step="look up")
    assert error == f"step: takes a number; of that name: step {', '.join(map(str, range(1, 24, 2)))} and 988 more"


async def test_a_step_says_how_its_state_is_known_and_keeps_the_vendors_word() -> None:
    async with in_sandbox() as asked:
        inferred = await asked.text("get_step", run=ref_of("conduit.payment_gateway_504"), step="first_failure")
        assert "state: failed (inferred from its output)" in inferred
        assert "error" not in {line.split(":")[0] for line in parts(inferred)[1]}, "the output holds it already"
        rejected = await asked.text("get_step", run=ref_of("duckie.approval_rejected"), step="2")
        assert "state: unknown (rejected)" in rejected


async def test_a_part_alone_stands_in_the_fence_and_nothing_else() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("get_step", run=ref_of("duckie.payment_gateway_504"), step="2", part="input")
    before, inside, _ = parts(answer)
    assert before == "step 2, input\n"
    assert inside == ['{"order_id":"A-647518","amount":695,"currency":"EUR"}']


async def test_a_message_has_its_role_its_time_and_its_notes() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("get_step", run=ref_of("happyrobot.marked_critical"), step="m2")
    lines = parts(answer)[1]
    assert lines[:3] == ["message: m2", "role: user", "at: 2026-11-19 15:42:51 UTC"]
    assert "note: natural cut" in lines


async def test_the_pages_of_a_long_output_joined_are_the_whole() -> None:
    whole = {"rows": [f"row {number} — Überseehafen 荷物 {number * 7}" for number in range(400)]}
    run = detail(step(1, tool="export", output=whole), status=Status.COMPLETED)
    async with asking_handmade(Handmade(details=[run])) as asked:
        pages, call = [], {"run": "duckie:3c90c3cc", "step": "1", "part": "output", "max_tokens": 500}
        while True:
            answer = await asked.text("get_step", **call)
            assert tokens(answer) <= 500
            pages += parts(answer)[1]
            calls = next_calls(answer)
            if not calls:
                break
            call = {**calls[0][1], "max_tokens": 500}
    assert len(pages) > 5
    expected = ",".join(f'"{row}"' for row in whole["rows"])
    assert "".join(pages) == f'{{"rows":[{expected}]}}'


async def test_the_first_look_at_a_long_step_names_the_call_for_each_cut_part() -> None:
    run = detail(step(1, tool="export", input={"q": "x" * 5000}, output=["y " * 4000], error="z" * 20))
    async with asking_handmade(Handmade(details=[run])) as asked:
        answer = await asked.text("get_step", run="duckie:3c90c3cc", step="1", max_tokens=600)
        assert receipt(answer)["shown"] == "1 of 3 parts whole"
        assert receipt(answer)["cut"] == "2 texts shortened"
        calls = next_calls(answer)
        assert [arguments["part"] for _, arguments in calls] == ["input", "output"]
        for tool, arguments in calls:
            assert "shown: chars" in await asked.text(tool, **arguments)


def unusual() -> RunDetail:
    """A step that calls back into the conversation, and messages with and without what a message may have."""
    return detail(
        step(1, StepState.UNKNOWN, "send", said="odd", message=2, notes=("data deleted by retention",), at=None),
        status=Status.COMPLETED,
        messages=(
            Message(number=1),
            Message(number=2, text=text("hi"), at=AT, role=text("user", Kind.WORD), latency=text({"asr": 12})),
        ),
    )


async def test_what_a_step_or_message_lacks_is_left_out() -> None:
    async with asking_handmade(Handmade(details=[unusual()])) as asked:
        first = await asked.text("get_step", run="duckie:3c90c3cc", step="1")
        assert parts(first)[1] == [
            "step: 1 of 1",
            "state: unknown (odd)",
            "tool: send",
            "called from: m2",
            "note: data deleted by retention",
        ]
        assert parts(await asked.text("get_step", run="duckie:3c90c3cc", step="m1"))[1] == ["message: m1"]
        assert 'latency: {"asr":12}' in await asked.text("get_step", run="duckie:3c90c3cc", step="m2")


async def test_every_step_of_some_runs_is_read_within_200_tokens() -> None:
    async with in_sandbox() as asked:
        for refs in full_refs().values():
            for name in ("1", "last", "m1"):
                result = await asked.client.call_tool("get_step", {"run": refs[0], "step": name, "max_tokens": 200})
                said = result.content[0].text  # type: ignore[union-attr] # tools answer in text
                assert not result.is_error or "It has" in said, said
                assert tokens(said) <= 200


def long(name: str) -> str:
    return f"{name} begins, " + "and goes on, " * 400 + f"{name} ends"


def wordy(status: Status = Status.FAILED) -> RunDetail:
    """A run whose own texts are all long."""
    return detail(
        status=status,
        error=text(long("error")),
        outcome=Outcome(reason=text(long("reason"))),
        approval=Approval(waiting=True, pending=ToolCall(input=text({"q": long("params")}, Kind.PAYLOAD))),
        quality=Quality(
            issues=(Issue(correction=text("short")), Issue(correction=text(long("correction")))),
            evaluations=(Evaluation(name=text("Tone"), value=text(long("evaluation"))),),
        ),
        trigger=Trigger(text=text(long("trigger")), latest_comment=text(long("comment"))),
        reflection=text(long("reflection")),
    )


async def paged(asked: Any, **arguments: Any) -> str:  # noqa: ANN401 - a client, any argument
    """All pages of a part, by following `next:`."""
    said, calls = "", [("get_step", arguments)]
    while calls:
        answer = await asked.text("get_step", **{"max_tokens": 800, **calls[0][1]})
        assert tokens(answer) <= 800
        said += "\n".join(parts(answer)[1])
        calls = next_calls(answer)
    return said


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("run error", long("error")),
        ("Run_Error", long("error")),
        ("reason", long("reason")),
        ("approval input", f'{{"q":"{long("params")}"}}'),
        ("issue", "short"),
        ("issue 2", long("correction")),
        ("evaluation", f"Tone = {long('evaluation')}"),
        ("trigger text", long("trigger")),
        ("latest comment", long("comment")),
        ("reflection", long("reflection")),
    ],
)
async def test_the_runs_own_texts_are_read_whole_by_their_names(name: str, expected: str) -> None:
    async with asking_handmade(Handmade(details=[wordy()])) as asked:
        assert await paged(asked, run="duckie:3c90c3cc", step=name) == expected


async def test_all_that_is_known_of_a_run_is_read_in_pages() -> None:
    async with asking_handmade(Handmade(details=[wordy()])) as asked:
        whole = await paged(asked, run="duckie:3c90c3cc", step="run")
        first = await asked.text("get_step", run="duckie:3c90c3cc", step="run")
    assert parts(first)[0] == "the run, content\n"
    for name in ("error", "reason", "params", "correction", "evaluation", "trigger", "comment", "reflection"):
        assert long(name) in whole
    assert whole.startswith("run: duckie:3c90c3cc-0d44-4b50-8888-8dd25736052a\nstatus: failed")
    assert "\nissue 2: and" not in whole


@pytest.mark.parametrize("look", ["triage", "timeline", "conversation", "full"])
async def test_what_an_answer_cuts_of_the_run_itself_is_had_by_its_next_calls(look: str) -> None:
    async with asking_handmade(Handmade(details=[wordy()])) as asked:
        answer = await asked.text("get_run", run="duckie:3c90c3cc", detail=look)
        assert "shortened" in receipt(answer)["cut"]
        tool, arguments = next_calls(answer)[-1]
        assert (tool, arguments["step"]) in {("get_step", "run"), ("get_step", "run error")}
        assert "error ends" in await paged(asked, **arguments)


async def test_a_line_has_its_content_and_no_other_part() -> None:
    async with asking_handmade(Handmade(details=[wordy()])) as asked:
        error = await asked.error("get_step", run="duckie:3c90c3cc", step="reason", part="input")
        assert "reason of the run has no input; it has: content, or all" in error
        error = await asked.error("get_step", run="duckie:3c90c3cc", step="reason", part="content", offset=10**6)
        assert "content of reason of the run has" in error


EXOTIC = "\U000130b8\u0e33\U0001f9ff荷" * 30


@pytest.mark.parametrize("size", [200, 260, 400])
async def test_with_few_tokens_and_long_strange_names_a_step_is_still_read_to_its_end(size: int) -> None:
    output = "the output " * 120
    run = detail(
        step(1, StepState.UNKNOWN, EXOTIC, said=EXOTIC, title=text(EXOTIC), input=EXOTIC, output=output),
        messages=(Message(number=1, role=text(EXOTIC, Kind.WORD), author=text(EXOTIC), text=text(output)),),
    )
    async with asking_handmade(Handmade(details=[run])) as asked:
        for name, part, whole in (("1", "input", EXOTIC), ("m1", "content", output)):
            answer = await asked.text("get_step", run="duckie:3c90c3cc", step=name, max_tokens=size)
            assert tokens(answer) <= size
            tool, arguments = next_calls(answer)[0]
            assert (tool, arguments["part"]) == ("get_step", part)
            assert arguments["offset"] > 0
            assert whole[: arguments["offset"]] in answer
            rest = await paged(asked, **arguments, max_tokens=300)
            assert whole[: arguments["offset"]] + rest == whole


async def test_facts_that_are_cut_are_had_with_more_tokens() -> None:
    run = detail(step(1, tool="look", title=text("title " * 300)))
    async with asking_handmade(Handmade(details=[run])) as asked:
        answer = await asked.text("get_step", run="duckie:3c90c3cc", step="1", max_tokens=300)
        ((tool, arguments),) = next_calls(answer)
        assert "title " * 299 in await asked.text(tool, **arguments)


class Counting(Gate):
    """Counts what it is asked to show."""

    def __init__(self) -> None:
        super().__init__(Policy.OFF, Tagger(b"key"))
        self.asked = 0

    def safe(self, value: Untrusted) -> SafeText:
        self.asked += value.size > 1000
        return super().safe(value)


@pytest.mark.parametrize(("status", "masked"), [(Status.COMPLETED, 1), (Status.RUNNING, 3)])
async def test_a_part_of_a_finished_run_is_masked_once_for_all_its_pages(status: Status, masked: int) -> None:
    gate = Counting()
    run = detail(step(1, tool="dump", input="x" * 50_000, output="word " * 10_000), status=status)
    here = replace(context(Handmade(details=[run])), gate=gate)
    pages = [
        await get_step(here, run=str(run.run.ref), step="1", part="output", offset=offset)
        for offset in (0, 20_000, 40_000)
    ]
    assert len({page.text() for page in pages}) == 3
    assert gate.asked == masked


@pytest.mark.parametrize(("status", "masked"), [(Status.COMPLETED, 2), (Status.RUNNING, 6)])
async def test_what_one_tool_showed_of_a_finished_run_is_not_masked_again_for_another(
    status: Status, masked: int
) -> None:
    gate = Counting()
    run = detail(step(1, tool="dump", input="x" * 5000, output="word " * 1000), status=status)
    here, ref = replace(context(Handmade(details=[run])), gate=gate), str(run.run.ref)
    await get_step(here, run=ref, step="1")
    await search_run(here, run=ref, query="word")
    await get_run(here, run=ref, detail="full")
    assert gate.asked == masked


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.RUNNING])
async def test_a_finished_run_is_judged_once(status: Status) -> None:
    here = context(Handmade(details=[detail(step(1, tool="dump"), status=status)]))
    one, two = [await read_run(here, ID) for _ in range(2)]
    assert (one.diagnosis is two.diagnosis) is status.is_final


class Held(Gate):
    """Shows nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__(Policy.OFF, Tagger(b"key"))
        self.began, self.go = threading.Event(), threading.Event()

    def safe(self, value: Untrusted) -> SafeText:
        self.began.set()
        assert self.go.wait(20)
        return super().safe(value)


async def test_the_event_loop_goes_on_while_a_text_is_masked() -> None:
    gate = Held()
    run = detail(step(1, tool="dump", output="x"), status=Status.COMPLETED)
    here = replace(context(Handmade(details=[run])), gate=gate)
    answers = []

    async def read() -> None:
        answers.append(await get_step(here, run=str(run.run.ref), step="1"))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        while not gate.began.is_set():
            await anyio.lowlevel.checkpoint()
        gate.go.set()
    assert "output: x" in answers[0].text()


async def test_a_call_whose_time_is_up_does_not_wait_for_the_masking() -> None:
    gate = Held()
    run = detail(step(1, tool="dump", output="x"), status=Status.COMPLETED)
    here = replace(context(Handmade(details=[run])), gate=gate)
    with pytest.raises(TimeoutError):
        with anyio.fail_after(0.5):
            await get_step(here, run=str(run.run.ref), step="1")
    gate.go.set()
