"""The benchmark of tokens: its goals are kept, and its yardstick asks what the bank asks."""

from __future__ import annotations

import json

import pytest
from benchmarks.long_run import FAILS_AT, STEP_BYTES, STEPS, world_with_it
from benchmarks.plans import PLANS
from benchmarks.tokens import MOST_CARD, MOST_CATALOGUE, MOST_LIST, card_cost, catalogue_cost, list_cost
from tests.questions.bank import BANK
from tests.tools.reading import by_real_tokens

from rundown_mcp.providers.duckie.sandbox.bodies import detail


def test_every_question_has_a_plan_for_the_proxy() -> None:
    assert set(PLANS) == {question.name for question in BANK}


def test_the_long_run_is_as_long_as_it_says_and_failed() -> None:
    _, run = world_with_it()
    assert (run.status, len(run.steps)) == ("failed", STEPS)
    assert len(json.dumps(detail(run))) >= STEPS * STEP_BYTES
    assert run.steps[FAILS_AT - 1].error


@pytest.mark.anyio
async def test_the_card_of_the_long_run_names_its_failure_within_the_goal() -> None:
    cost, _, named = await card_cost()
    assert named
    assert cost <= MOST_CARD


@by_real_tokens
@pytest.mark.anyio
async def test_the_catalogue_and_fifty_runs_stay_within_their_goals() -> None:
    assert await catalogue_cost() <= MOST_CATALOGUE
    cost, rows = await list_cost()
    assert rows == 50
    assert cost <= MOST_LIST
