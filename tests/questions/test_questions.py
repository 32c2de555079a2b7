"""Every question of the bank is answered: all facts of the world stand in the answers, within a ceiling of tokens."""

from __future__ import annotations

import pytest
from tests.questions.bank import BANK, HINDERED
from tests.questions.question import Question, answers, missing
from tests.tools.reading import by_real_tokens, tokens
from tests.tools.sandboxed import NOW, in_sandbox, world

from rundown_mcp.sandbox.world import build_world
from rundown_mcp.tools.catalogue import TOOLS

pytestmark = pytest.mark.anyio


@by_real_tokens
@pytest.mark.parametrize("question", BANK + HINDERED, ids=lambda question: question.name.replace(" ", "-"))
async def test_the_answers_hold_every_fact_within_the_ceiling(question: Question) -> None:
    async with in_sandbox() as asked:
        told = await answers(question, world(), asked)
    whole = "\n".join(told)
    assert missing(question, world(), told) == [], whole
    assert [text for text in question.absent(world()) if text in whole] == []
    assert sum(map(tokens, told)) <= question.ceiling, f"{sum(map(tokens, told))} tokens:\n{whole}"


async def test_no_answer_holds_the_facts_of_another_world() -> None:
    other = build_world(seed=8, runs=400, now=NOW)
    async with in_sandbox() as asked:
        held = [
            question.name for question in BANK if not missing(question, other, await answers(question, world(), asked))
        ]
    assert held == []


def test_the_bank_asks_every_tool_and_every_provider() -> None:
    assert len(BANK) >= 25
    assert len({question.name for question in BANK}) == len(BANK)
    assert {call.tool for question in BANK for call in question.calls} == {tool.__name__ for tool in TOOLS}
    told = {text for question in BANK for fact in question.facts(world()) for text in _texts(fact)}
    for provider in ("duckie", "happyrobot", "conduit"):
        assert any(text.startswith(provider) for text in told), provider


def _texts(fact: str | tuple[str, ...]) -> tuple[str, ...]:
    return (fact,) if isinstance(fact, str) else fact
