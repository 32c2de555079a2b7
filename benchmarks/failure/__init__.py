"""Measure the failure analysis: how often it names the right step of adversarial runs, and what it costs by length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.failure.case import Grade, Judgement, judge
from benchmarks.failure.cases import PARTS
from benchmarks.failure.cost import MOST_GROWTH, SIZES, WORKLOADS, seconds_a_step

LEAST_RIGHT: Final = 0.95


@dataclass(frozen=True, slots=True)
class Result:
    """Every judgement by part, and the microseconds that a step costs by workload and size."""

    judgements: dict[str, tuple[Judgement, ...]]
    costs: dict[str, tuple[float, ...]]

    @property
    def missed(self) -> bool:
        """Whether a goal was missed: 95 % right, none wrong with confidence, cost in proportion to the length."""
        grades = Counter(item.grade for some in self.judgements.values() for item in some)
        if grades[Grade.WRONG] or grades[Grade.RIGHT] < LEAST_RIGHT * grades.total():
            return True
        return any(costs[-1] > MOST_GROWTH * costs[0] for costs in self.costs.values())

    def text(self) -> str:
        """The figures, and each run that was not judged rightly."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{'failure analysis':42}  runs  right  abstained  wrong"
        for part, items in self.judgements.items():
            grades = Counter(item.grade for item in items)
            counts = f"{grades[Grade.RIGHT]:5}  {grades[Grade.ABSTAINED]:9}  {grades[Grade.WRONG]:5}"
            yield f"{part:42}  {len(items):4}  {counts}"
        for item in (item for items in self.judgements.values() for item in items if item.grade is not Grade.RIGHT):
            yield f"  {item.grade.value}: {item.case.name} | said: {item.said} | because {item.case.why}"
        yield f"{'microseconds a step of 5 KB, in a run of':42}  {'  '.join(f'{size:>7,}' for size in SIZES)}  growth"
        for name, costs in self.costs.items():
            yield f"{name:42}  {'  '.join(f'{cost:7.1f}' for cost in costs)}  × {costs[-1] / costs[0]:.2f}"


def judged() -> dict[str, tuple[Judgement, ...]]:
    """Every case of the bank."""
    return {part: tuple(map(judge, cases)) for part, cases in PARTS.items()}


def run(_options: object = None) -> Result:
    """Judge the bank, and measure the cost; takes about a minute."""
    costs = {name: tuple(1e6 * seconds_a_step(make, size) for size in SIZES) for name, make in WORKLOADS.items()}
    return Result(judged(), costs)
