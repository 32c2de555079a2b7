"""The bank of adversarial runs: each is judged rightly, and its card never contradicts itself."""

from __future__ import annotations

from itertools import combinations

import pytest
from benchmarks.failure.case import Case, Grade, judge
from benchmarks.failure.cases import PARTS
from tests.tools.reading import parts, tokens

from rundown_mcp.analysis.failure import diagnose
from rundown_mcp.domain.run import Status
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views.budget import Budget
from rundown_mcp.views.card import Card

WRITTEN = [
    pytest.param(case, id=f"{part}-{place}")
    for part, cases in PARTS.items()
    if part != "woven"
    for place, case in enumerate(cases)
]


def card_of(case: Case) -> dict[str, str]:
    card = Card(
        detail=case.run,
        diagnosis=diagnose(case.run),
        ref="x",
        gate=Gate(Policy.BALANCED, Tagger(b"key")),
        coverage="x ok",
        sandbox=False,
    )
    said = card.fit(Budget(2000, cap=8000)).text()
    assert tokens(said) <= 600
    return dict(line.split(": ", 1) for line in parts(said)[1])


def test_the_bank_is_large_and_names_each_run_once() -> None:
    names = [case.name for cases in PARTS.values() for case in cases]
    assert len(names) >= 150
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", WRITTEN)
def test_the_right_step_is_named_or_none(case: Case) -> None:
    judgement = judge(case)
    assert judgement.grade is Grade.RIGHT, f"{case.name}: {judgement.said}; {case.why}"


def test_each_piece_of_a_woven_run_keeps_its_own_fate() -> None:
    judgements = [judge(case) for case in PARTS["woven"]]
    assert [f"{item.case.name}: {item.said}" for item in judgements if item.grade is not Grade.RIGHT] == []


@pytest.mark.parametrize("case", WRITTEN)
def test_no_step_is_told_in_two_ways(case: Case) -> None:
    found = diagnose(case.run)
    ways = [{found.first} if found.first else set(), set(found.others), set(found.recovered), set(found.candidates)]
    assert not any(one & other for one, other in combinations(ways, 2))
    assert set(found.consequences) <= set(found.others)
    told = set[object]().union(*ways)
    assert all(item in told for item in found.steps if item.state.value == "failed" and not item.stopped)


@pytest.mark.parametrize("case", WRITTEN)
def test_what_happened_agrees_with_the_rest_of_the_card(case: Case) -> None:
    lines, found = card_of(case), diagnose(case.run)
    happened, status = lines["what happened"], case.run.run.status.word
    assert happened.startswith(status.value)
    assert ("error" in lines) is (found.first is not None)
    assert ("candidates" in lines) is bool(found.candidates)
    assert ("see candidates" in happened) is (found.first is None and bool(found.candidates))
    if found.first is not None:
        assert f"step {found.first.step.number} of {len(found.steps)}" in happened
        assert ("inferred from" in happened) is (found.first.basis.value == "inferred")
    elif found.recovered and not found.candidates:
        assert "made good" in happened
        assert "states a failure" not in happened
        assert ("inferred" in happened) is any(item.basis.value == "inferred" for item in found.recovered)
    elif status is not Status.FAILED and not found.candidates:
        assert "failed" not in happened.replace("no failed step", "")
