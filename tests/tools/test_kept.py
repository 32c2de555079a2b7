"""An answer about a finished run is laid out once for one question and policy, and has its own mark each time."""

from __future__ import annotations

import gc
from dataclasses import dataclass, replace

import pytest
from tests.tools.handmade import Handmade, context, detail, step, text
from tests.tools.reading import tokens

from rundown_mcp.domain.run import Status
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.get_run import get_run
from rundown_mcp.tools.kept import KeptAnswers
from rundown_mcp.views.answer import Answer, Lines, Receipt
from rundown_mcp.views.budget import Budget

pytestmark = pytest.mark.anyio

_ROOMY = Budget(2000)


@dataclass
class _Layout:
    """Lays an answer out, and counts how often."""

    said: str = "word"
    times: int = 0

    def fit(self, budget: Budget) -> Answer:
        self.times += 1
        return Answer(blocks=(Lines((("said", self.said),)),), receipt=Receipt(coverage=(str(budget.tokens),)))


def _gate() -> Gate:
    return Gate(Policy.BALANCED, Tagger(b"key"))


async def test_the_same_question_is_laid_out_once_and_no_mark_is_used_twice() -> None:
    kept, gate, layout = KeptAnswers(), _gate(), _Layout()
    answers = [await kept.get(gate, "triage", _ROOMY, layout.fit) for _ in range(20)]
    assert layout.times == 1
    assert len({answer.nonce for answer in answers}) == 20
    assert len({answer.text().replace(answer.nonce, "") for answer in answers}) == 1


async def test_another_question_budget_or_gate_is_another_answer() -> None:
    kept, gate, layout = KeptAnswers(), _gate(), _Layout()
    structured, capped = replace(_ROOMY, structured=True), replace(_ROOMY, cap=2000)
    for budget in (_ROOMY, Budget(2001), structured, capped):
        assert f"coverage: {budget.tokens}\n" in (await kept.get(gate, "triage", budget, layout.fit)).text() + "\n"
    await kept.get(gate, "timeline", _ROOMY, layout.fit)
    await kept.get(_gate(), "triage", _ROOMY, layout.fit)
    assert layout.times == 6


async def test_what_is_kept_is_bounded_and_goes_with_its_gate() -> None:
    kept, gate, layout = KeptAnswers(), _gate(), _Layout()
    for number in range(100):
        await kept.get(gate, number, _ROOMY, layout.fit)
    assert sum(map(len, kept._by_gate.values())) <= 4
    long = _Layout("a" * 20_000)
    for _ in range(2):
        await kept.get(gate, "long", Budget(8000), long.fit)
    assert long.times == 2
    del gate
    gc.collect()
    assert not kept._by_gate


async def test_an_answer_whose_new_mark_takes_a_token_more_is_laid_out_anew() -> None:
    run = detail(step(1, tool="pay", error="refused " * 400), error=text("refused"))
    served = context(Handmade(details=[run]))
    for most in (200, 201, 202, 203):
        answers = [await _text(served, run.run.ref.id, max_tokens=most) for _ in range(50)]
        assert max(map(tokens, answers)) <= most


@pytest.mark.parametrize(("status", "is_kept"), [(Status.FAILED, True), (Status.RUNNING, False)])
async def test_only_a_finished_run_is_answered_from_memory(status: Status, is_kept: bool) -> None:  # noqa: FBT001
    run = detail(step(1, tool="pay"), status=status)
    served = context(Handmade(details=[run]))
    first, second = [await _text(served, run.run.ref.id) for _ in range(2)]
    assert first != second
    gc.collect()
    assert bool(served.answers._by_gate) is is_kept


async def _text(served: ToolContext, run: str, max_tokens: int | None = None) -> str:
    return (await get_run(served, run=run, max_tokens=max_tokens)).text()
