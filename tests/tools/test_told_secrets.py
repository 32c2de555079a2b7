"""A secret that one step's input names is in no answer about that run, whatever else repeats it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.tools.handmade import Handmade, asking_handmade, detail, settings, step, text

from rundown_mcp.domain.run import Message, Outcome, OutcomeWord, Status, StepState
from rundown_mcp.redaction.policy import Policy

pytestmark = pytest.mark.anyio

PASSWORD = "Tr0ub" + "4dor&3xyz"
CALLS: dict[str, dict[str, Any]] = {
    "triage": {"tool": "get_run", "detail": "triage"},
    "timeline": {"tool": "get_run", "detail": "timeline"},
    "conversation": {"tool": "get_run", "detail": "conversation"},
    "full": {"tool": "get_run", "detail": "full"},
    "step": {"tool": "get_step", "step": "2"},
    "message": {"tool": "get_step", "step": "m1"},
    "texts of the run": {"tool": "get_step", "step": "run"},
    "search": {"tool": "search_run", "query": "sum"},
    "comparison": {"tool": "compare_runs", "other": "duckie:3c90c3cc-0d44-4b50-8888-8dd25736052b"},
}


def failed(number: int = 0, status: Status = Status.FAILED) -> Any:  # noqa: ANN401 - a run
    return detail(
        step(1, tool="log_in", input={"user": "u1", "password": PASSWORD}, output={"ok": True}),
        step(2, StepState.FAILED, tool="pay", input={"with": f"sum {PASSWORD}"}, error=f"sum {PASSWORD} was refused"),
        status=status,
        number=number,
        error=text(f"sum {PASSWORD}"),
        outcome=Outcome(word=OutcomeWord.ESCALATED, reason=text(f"sum {PASSWORD}")),
        messages=(Message(number=1, text=text(f"I typed sum {PASSWORD}")),),
    )


@pytest.mark.parametrize("policy", [Policy.BALANCED, Policy.OFF])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_no_answer_repeats_it(call: dict[str, Any], policy: Policy) -> None:
    provider = Handmade(details=[failed(), failed(1)])
    async with asking_handmade(provider, server=settings(policy)) as asked:
        arguments = {name: value for name, value in call.items() if name != "tool"}
        run = "duckie:3c90c3cc-0d44-4b50-8888-8dd25736052a"
        answer = await asked.text(call["tool"], run=run, **arguments)
    assert PASSWORD not in answer
    assert "[secret" in answer


@pytest.mark.parametrize("status", [Status.FAILED, Status.RUNNING])
async def test_nor_does_a_group_of_failures_or_a_run_that_goes_on(status: Status) -> None:
    async with asking_handmade(Handmade(details=[failed(status=status), failed(1, status)])) as asked:
        groups = await asked.text("triage_failures", since="2026-11-20", until="2026-11-21", status=[status.value])
        card = await asked.text("get_run", run="duckie:3c90c3cc-0d44-4b50-8888-8dd25736052a")
    assert PASSWORD not in groups + card
    assert "was refused" in groups + card
