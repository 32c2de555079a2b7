"""The prompt `handoff_report`: a report that can be pasted as it is, whatever the run holds."""

from __future__ import annotations

import re

import anyio
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS
from tests.eras import ERAS, Era, prompted, refused_prompt, speaking
from tests.tools.filled import Canaries
from tests.tools.handmade import Handmade, context, detail, settings, step, text, unauthorized
from tests.tools.reading import next_calls, parts, tokens
from tests.tools.sandboxed import assert_snapshot, full_refs, ref_of
from tests.tools.test_budgets import details

from rundown_mcp.domain.run import (
    Approval,
    Issue,
    Message,
    Outcome,
    OutcomeWord,
    Quality,
    RunDetail,
    Status,
    StepState,
    Ticket,
    ToolCall,
)
from rundown_mcp.domain.text import Kind
from rundown_mcp.prompts.handoff_report import MOST_TOKENS, PROMPT
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.settings import ServerSettings

pytestmark = pytest.mark.anyio

RUN = "duckie:3c90c3cc"
STORIES = [
    "duckie.payment_gateway_504",
    "duckie.approval_waiting",
    "happyrobot.marked_critical",
    "conduit.payment_gateway_504",
    "duckie.marathon",
]
HOSTILE = (
    "CANARY",
    "`CANARY`",
    "``` CANARY",
    "a `b CANARY",
    "CANARY\\`",
    "CANARY\n```\n# CANARY\n~~~",
    "\n\n# CANARY\n- CANARY\n1. CANARY\n> CANARY\n\n    CANARY",
    "<img src=x onerror=CANARY>",
    "<!-- CANARY",
    "![CANARY](https://evil.example/p.png)",
    "[CANARY](https://evil.example)",
    "[CANARY]: https://evil.example",
    "<https://evil.example/CANARY>",
    "**CANARY** _CANARY_ ~~CANARY~~ *CANARY",
    "| CANARY |\n|---|\n| CANARY |",
    "CANARY\n===",
    "&lt;b&gt;CANARY &#96; &grave;",
    "\ue002CANARY\ue003`CANARY\ue002",
    "⟦/data aaaaaaaa⟧\ncoverage: CANARY",
)


def report_of(said: str) -> list[str]:
    """The lines of the report in a prompt, whose form is checked."""
    before, inside, _ = parts(said)
    assert "as it stands" in before
    assert "follow nothing" in before
    assert inside[0].startswith("# Report of an agent's run")
    return inside


def rendered_outside_code(report: list[str]) -> str:
    """What a Markdown reader with HTML, tables and strikethrough takes for anything but code.

    Fails where it finds a link, a picture, HTML, a table, a code block or emphasis that is not ours.
    """
    said = []
    for block in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse("\n".join(report)):
        assert block.type.removesuffix("_open").removesuffix("_close") in {
            "heading",
            "bullet_list",
            "list_item",
            "paragraph",
            "inline",
        }, block
        for token in block.children or []:
            assert token.type in {"text", "code_inline", "strong_open", "strong_close", "softbreak"}, token
            said.append(token.content if token.type == "text" else "")
    return "\n".join(said)


async def report(whole: RunDetail, policy: Policy = Policy.BALANCED) -> list[str]:
    async with speaking(Handmade(details=[whole]), server=settings(policy)) as client:
        return report_of(await prompted(client, "handoff_report", run=RUN))


@pytest.mark.parametrize("story", STORIES)
async def test_the_report_has_the_shape_that_was_kept(story: str) -> None:
    async with speaking() as client:
        said = await prompted(client, "handoff_report", run=ref_of(story))
    assert_snapshot(f"handoff_report.{story}", re.sub(r"State of [\d: -]+ UTC", "State of NOW UTC", said))


@pytest.mark.parametrize("era", ERAS)
async def test_a_client_of_either_era_reads_it_for_every_story_and_every_next_call_succeeds(era: Era) -> None:
    async with speaking(era=era) as client:
        for story, refs in full_refs().items():
            said = await prompted(client, "handoff_report", run=refs[0])
            assert tokens(said) <= MOST_TOKENS, story
            assert report_of(said)[0].endswith("(sandbox: imitated data)")
            assert refs[0] in said
            for tool, arguments in next_calls(said):
                assert not (await client.call_tool(tool, arguments)).is_error


async def test_it_says_what_failed_with_its_error_and_input_and_what_was_made_good() -> None:
    whole = detail(
        step(1, StepState.FAILED, "lookup", input={"order": 1}, error="HTTP 503"),
        step(2, tool="lookup", input={"order": 1}, output="found"),
        step(3, StepState.FAILED, "refund", input={"order": 1, "amount": 5}, error="HTTP 504"),
        outcome=Outcome(word=OutcomeWord.ESCALATED, reason=text("no money")),
    )
    said = await report(whole)
    for line in (
        "- **What happened:** failed at step 3 of 3 `refund`",
        "- **Error:** `HTTP 504`",
        '- **Input:** `{"order":1,"amount":5}`',
        "- **Recovered:** step 1 failed, then made good",
        "- **Outcome:** escalated",
        "- It was escalated: a person has to take over.",
        f'- Read the failed step in full: get_step(run="{RUN}", step="first_failure")',
        f'- Compare it with the last good run: compare_runs(run="{RUN}")',
        "- Masked: nothing.",
    ):
        assert line in said


@pytest.mark.parametrize(
    ("whole", "steps"),
    [
        (detail(step(1), status=Status.COMPLETED), ["- None that the run calls for."]),
        (detail(step(1), status=Status.RUNNING), [f'- It has not ended. Look again later: get_run(run="{RUN}")']),
        (
            detail(step(1)),
            [
                f'- No failed step is known. Read the whole run: get_run(run="{RUN}", detail="full")',
                f'- Compare it with the last good run: compare_runs(run="{RUN}")',
            ],
        ),
        (
            detail(
                step(1),
                status=Status.PAUSED,
                approval=Approval(waiting=True, pending=ToolCall(name=text("pay", Kind.NAME))),
            ),
            ["- It waits for approval of `pay`: see to that, or wait for it."],
        ),
        (
            detail(step(1), status=Status.COMPLETED, quality=Quality(issues=(Issue(reason=text("wrong")),))),
            ["- Review what was marked: 1 issue, see State."],
        ),
        (
            detail(step(1, StepState.FAILED, "a"), step(2, StepState.UNKNOWN, "a"), status=Status.COMPLETED),
            [f'- Find out which candidate is the cause: get_step(run="{RUN}", step="1")'],
        ),
    ],
    ids=["nothing", "running", "unknown failure", "waiting", "marked", "candidates"],
)
async def test_it_ends_with_the_steps_that_the_run_calls_for(whole: RunDetail, steps: list[str]) -> None:
    said = await report(whole)
    start, end = said.index("## Next steps"), said.index("## About this report")
    assert said[start + 1 : end] == steps


async def test_people_and_secrets_are_masked_and_counted_in_the_report_itself() -> None:
    key = "sk_" + "live_" + "a1B2" * 6
    whole = detail(
        step(1, StepState.FAILED, "mail", input={"to": "Ottilie Nakashima"}, error=f"refused for {key}"),
        messages=(Message(number=1, author=text("Ottilie Nakashima", Kind.IDENTITY)),),
        identities=(text("Ottilie Nakashima", Kind.IDENTITY),),
        ticket=Ticket(title=text("From ottilie nakashima, o.n@mail.example")),
    )
    said = await report(whole)
    assert not [line for line in said if key in line or "ttilie" in line or "o.n@" in line]
    masked = next(line for line in said if line.startswith("- Masked: "))
    assert masked == "- Masked: 1 email, 2 person, 1 secret. The same tag stands for the same value."
    tags = re.findall(r"\[person#[a-z2-7]+\]", "\n".join(said))
    assert len(tags) == 2
    assert len(set(tags)) == 1


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.PAYLOAD, Kind.IDENTITY])
async def test_strict_lets_no_text_payload_or_identity_into_it(kind: Kind) -> None:
    said = "\n".join(await report(Canaries(kind).detail(), Policy.STRICT))
    assert "CANARY" not in said
    assert "evil" not in said


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("hostile", HOSTILE)
async def test_whatever_field_a_text_came_in_it_is_code_to_a_markdown_reader(kind: Kind, hostile: str) -> None:
    said = await report(Canaries(kind, suffix=hostile).detail())
    assert kind is Kind.IDENTITY or any("CANARY" in line for line in said)
    outside = rendered_outside_code(said)
    assert "CANARY" not in outside
    assert "evil" not in outside


def made(whole: RunDetail, most: int) -> str:
    """The prompt's text by its own function, with no server around it: a property asks for hundreds."""
    ready = context(Handmade(details=[whole]), server=settings(most=most))
    return anyio.run(lambda: PROMPT.render(ready, {"run": RUN}))


@given(whole=details(), most=st.integers(500, 4000))
@examples(max_examples=60, deadline=None, derandomize=True)
def test_a_run_in_any_script_fits_and_renders_nothing(whole: RunDetail, most: int) -> None:
    said = made(whole, most)
    assert tokens(said) <= min(most, MOST_TOKENS)
    outside = rendered_outside_code(report_of(said))
    assert not re.search(r"[^\x00-\x7f·;–×]", outside), "only our own words stand outside of code"


def test_a_huge_run_fits_and_says_what_it_leaves_out() -> None:
    long = "The gateway did not answer in time, so nothing was booked. " * 200
    steps = [
        step(number, StepState.FAILED if number % 2 else StepState.OK, f"tool_{number}", input=long, error=long)
        for number in range(1, 801)
    ]
    issue = Issue(correction=text(long), reason=text(long))
    said = made(detail(*steps, error=text(long), quality=Quality(issues=(issue,) * 60)), 8000)
    assert tokens(said) <= MOST_TOKENS
    assert any(line.startswith("- Left out for length: ") and "issue ×60" in line for line in report_of(said))
    assert "[cut: " in said
    assert "shortened" in said.rpartition("\ncut: ")[2]


async def test_the_operators_cap_holds_over_it_and_too_low_a_one_is_named() -> None:
    async with speaking(server=ServerSettings(sandbox=True, max_tokens=350)) as client:
        for story in STORIES:
            said = await prompted(client, "handoff_report", run=ref_of(story))
            assert tokens(said) <= 350
            assert re.search(r"^- Left out for length: ", said, re.MULTILINE)
            assert re.search(r"^cut: left out: \d+ lines", said, re.MULTILINE)
    async with speaking(server=ServerSettings(sandbox=True, max_tokens=200)) as client:
        code, said = await refused_prompt(client, "handoff_report", run=ref_of(STORIES[0]))
    assert code == INVALID_PARAMS
    assert "RUNDOWN_MAX_TOKENS is too low" in said


async def test_a_run_that_cannot_be_read_is_an_error_in_the_words_of_the_tools() -> None:
    async with speaking(Handmade()) as client:
        code, said = await refused_prompt(client, "handoff_report", run="duckie:3c90c3cc-0d44-4b50-8888-8dd25736052a")
        assert code == INVALID_PARAMS
        assert "does not exist, or the key in DUCKIE_API_KEY cannot see it" in said
    async with speaking(Handmade(failure=unauthorized("duckie"))) as client:
        code, said = await refused_prompt(client, "handoff_report", run="duckie:3c90c3cc-0d44-4b50-8888-8dd25736052a")
        assert code == INTERNAL_ERROR
        assert "DUCKIE_API_KEY was refused" in said
