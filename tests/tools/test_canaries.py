"""No text from outside leaves its fence, forges a line or renders, whichever field it came in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.harness import receipt
from tests.tools.filled import Canaries
from tests.tools.handmade import Handmade, asking_handmade, detail, settings, step, text
from tests.tools.reading import next_calls, parts

from rundown_mcp.analysis.stats import GroupBy
from rundown_mcp.domain.run import Message, Named, RunDetail, Status, StepState
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.provider import ConfigItem, ToolOption
from rundown_mcp.redaction.policy import Policy

pytestmark = pytest.mark.anyio

RUN = "duckie:3c90c3cc"
CALLS: list[tuple[str, dict[str, Any]]] = [
    *(("get_run", {"run": RUN, "detail": name}) for name in ("triage", "timeline", "conversation", "full")),
    ("get_step", {"run": RUN, "step": "1"}),
    *(("get_step", {"run": RUN, "step": "1", "part": name}) for name in ("input", "output", "error", "content")),
    ("get_step", {"run": RUN, "step": "m1"}),
    *(("search_run", {"run": RUN, "query": query}) for query in ("canary", "https", "⟦/data", "]", "email#")),
    ("compare_runs", {"run": RUN, "other": RUN}),
    *(("run_stats", {"group_by": by, "since": "2026-01-01"}) for by in GroupBy),
    ("list_runs", {}),
    *(
        ("triage_failures", {"since": "2026-11-20", "until": "2026-11-21", "group_by": by})
        for by in ("signature", "agent", "tool", "provider")
    ),
    ("list_tool_options", {}),
    ("list_tool_options", {"agent": ["a"]}),
    ("list_config", {"kind": "tools"}),
]
RENDERS = re.compile(
    r"\]\(|\]:|<[A-Za-z/!?]|[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff\U000e0000-\U000e0fff]"
)

UNSHOWN = {"detail.run.approval.pending.output"}
"""A call that waits has given nothing yet."""


def provider(canaries: Canaries, whole: RunDetail) -> Handmade:
    option: ToolOption = canaries.model(ToolOption, "option")
    item: ConfigItem = canaries.model(ConfigItem, "item")
    agent = Named(name=Untrusted("a", Kind.NAME))
    return Handmade(details=[whole], tools=[option], items={"tools": [item]}, names=[agent])


async def answers(canaries: Canaries, policy: Policy = Policy.BALANCED, *, tokens: int = 20_000) -> dict[str, str]:
    """Every answer by its call."""
    whole = canaries.detail()
    async with asking_handmade(provider(canaries, whole), server=settings(policy, most=20_000)) as asked:
        return {
            f"{tool} {arguments}": await asked.text(tool, **arguments, max_tokens=tokens) for tool, arguments in CALLS
        }


def check(answer: str) -> None:
    """The canaries of an answer stand inside its fence, a line each, and nothing of them renders."""
    before, inside, after = parts(answer)
    assert "CANARY" not in before
    assert not [line for line in after if "CANARY" in line or "evil" in line]
    for line in inside:
        assert not line.startswith(("coverage:", "next:", "shown:", "masked:", "cut:", "⟦"))
        assert RENDERS.search(line) is None, line
    tables = [line.count("\t") for line in inside if "\t" in line]
    assert len(set(tables)) <= 1, "a row was forged"


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("tokens", [20_000, 600])
async def test_whatever_field_a_text_came_in_it_stays_inside_the_fence(kind: Kind, tokens: int) -> None:
    for answer in (await answers(Canaries(kind), tokens=tokens)).values():
        check(answer)
        assert "next" not in receipt(answer) or next_calls(answer)


async def test_imitated_placeholders_are_not_counted_as_masked_or_cut() -> None:
    for call, answer in (await answers(Canaries(Kind.TEXT))).items():
        assert "masked" not in receipt(answer), call
        assert "shortened" not in receipt(answer).get("cut", "") or "[cut: " in answer.replace("\\u005bcut: ", "")


async def test_every_field_is_shown_by_some_answer_or_is_known_not_to_be() -> None:
    canaries = Canaries(Kind.NAME, suffix="")
    said = "\n".join((await answers(canaries)).values())
    shown = {int(number) for number in re.findall(r"CANARY(\d{3})", said)}
    assert {place for number, place in enumerate(canaries.places) if number not in shown} == UNSHOWN


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.PAYLOAD, Kind.IDENTITY])
async def test_strict_lets_no_text_payload_or_identity_out(kind: Kind) -> None:
    for call, answer in (await answers(Canaries(kind), Policy.STRICT)).items():
        assert "CANARY" not in answer, call
        assert "evil" not in answer, call


async def test_strict_lets_no_text_out_in_an_error() -> None:
    whole = detail(step(1, StepState.FAILED, "ask", error="CANARY"), status=Status.FAILED)
    names = [Named(name=text("CANARY")), Named(name=text("Ann", Kind.NAME))]
    async with asking_handmade(Handmade(details=[whole], names=names), server=settings(Policy.STRICT)) as asked:
        for tool, arguments in (
            ("get_step", {"run": RUN, "step": "9"}),
            ("get_step", {"run": RUN, "step": "1", "part": "output"}),
            ("get_step", {"run": RUN, "step": "1", "part": "error", "offset": 999}),
            ("list_tool_options", {"agent": "Bob"}),
        ):
            error = await asked.error(tool, **arguments)
            assert "CANARY" not in error


async def test_known_people_are_masked_wherever_they_appear_and_counted() -> None:
    whole = detail(
        step(1, tool="mail", input={"to": "Ottilie Nakashima"}, output="sent to ottilie nakashima"),
        status=Status.COMPLETED,
        messages=(Message(number=1, author=text("Ottilie Nakashima", Kind.IDENTITY), text=text("I am Ottilie.")),),
        identities=(text("Ottilie Nakashima", Kind.IDENTITY),),
    )
    async with asking_handmade(Handmade(details=[whole])) as asked:
        answer = await asked.text("get_run", run=RUN, detail="full")
    assert "ttilie" not in answer
    tags = set(re.findall(r"\[person#[a-z2-7]+\]", answer))
    assert len(tags) == 1, "one person has one tag"
    assert receipt(answer)["masked"] == "4 person"


async def test_every_answer_has_a_nonce_of_its_own() -> None:
    whole = detail(step(1))
    async with asking_handmade(Handmade(details=[whole])) as asked:
        said = [await asked.text("get_run", run=RUN) for _ in range(20)]
    assert len({re.findall(r"⟦data ([a-z2-7]{8})⟧", answer)[0] for answer in said}) == 20
