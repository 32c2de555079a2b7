"""`get_step` on the sandbox: each form of `step`, each part, and pages."""

from __future__ import annotations

import pytest
from tests.harness import receipt
from tests.tools.handmade import AT, Handmade, asking_handmade, detail, step, text
from tests.tools.reading import next_calls, parts, tokens
from tests.tools.sandboxed import assert_snapshot, full_refs, in_sandbox, ref_of

from rundown_mcp.domain.run import Message, RunDetail, Status, StepState
from rundown_mcp.domain.text import Kind

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
