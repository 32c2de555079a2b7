"""Measure the failure analysis: how often it names the right step of adversarial runs, and what it costs by length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from benchmarks.failure.case import Grade, Judgement, judge
from benchmarks.failure.cases import PARTS
from benchmarks.failure.cost import MOST_GROWTH, SIZES, WORKLOADS, seconds_a_step
from benchmarks.report import Options, Report, Row

LEAST_RIGHT: Final = 0.95


def judged() -> dict[str, tuple[Judgement, ...]]:
    """Every case of the bank."""
    return {part: tuple(map(judge, cases)) for part, cases in PARTS.items()}


def run(_: Options) -> Report:
    """Judge the bank, and measure the cost; takes about a minute."""
    judgements = judged()
    costs = {name: tuple(1e6 * seconds_a_step(make, size) for size in SIZES) for name, make in WORKLOADS.items()}
    every = [item for items in judgements.values() for item in items]
    rows = [_row(part, items) for part, items in judgements.items()]
    rows.append(_total(every))
    rows += [_growth(name, figures) for name, figures in costs.items()]
    columns = ("runs of", "runs", "right", "abstained", "wrong", "goal")
    return Report("failure", columns, tuple(rows), tuple(_notes(every, costs)))


def _cells(label: str, items: Iterable[Judgement]) -> tuple[str, ...]:
    grades = Counter(item.grade for item in items)
    return label, str(grades.total()), *(str(grades[grade]) for grade in (Grade.RIGHT, Grade.ABSTAINED, Grade.WRONG))


def _row(part: str, items: Iterable[Judgement]) -> Row:
    return Row((*_cells(part, items), "–"), None)


def _total(items: Iterable[Judgement]) -> Row:
    """95 % right, none wrong with confidence."""
    grades = Counter(item.grade for item in items)
    reached = not grades[Grade.WRONG] and grades[Grade.RIGHT] >= LEAST_RIGHT * grades.total()
    return Row((*_cells("all", items), f"≥ {LEAST_RIGHT:.0%} right, 0 wrong"), reached)


def _growth(name: str, costs: tuple[float, ...]) -> Row:
    """The cost of a step in the longest run to that in the shortest."""
    growth = costs[-1] / costs[0]
    label = f"cost of a step at {SIZES[-1]:,} steps to that at {SIZES[0]:,}, {name}: × {growth:.2f}"
    return Row((label, "", "", "", "", f"≤ × {MOST_GROWTH}"), growth <= MOST_GROWTH)


def _notes(items: Iterable[Judgement], costs: dict[str, tuple[float, ...]]) -> Iterator[str]:
    """Each run that was not judged rightly, and what a step costs."""
    for item in (item for item in items if item.grade is not Grade.RIGHT):
        yield f"{item.grade.value}: {item.case.name} | said: {item.said} | because {item.case.why}"
    sizes = " / ".join(f"{size:,}" for size in SIZES)
    for name, figures in costs.items():
        yield f"{' / '.join(f'{cost:.1f}' for cost in figures)} µs a step of 5 KB in a run of {sizes}: {name}"
