"""Count runs in groups: how many, how many failed, how long they took, what they cost, as far as each is known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from rundown_mcp.domain.run import Run, Status
from rundown_mcp.domain.text import Untrusted

ENDED: Final = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})
"""What a failure rate is a share of."""
_GOING_ON: Final = frozenset({Status.QUEUED, Status.RUNNING, Status.PAUSED})
_LATEST: Final = datetime.max.replace(tzinfo=UTC)


class GroupBy(StrEnum):
    """What runs are counted by; hours and days are those of UTC in which a run started."""

    STATUS = "status"
    OUTCOME = "outcome"
    AGENT = "agent"
    PROVIDER = "provider"
    SOURCE = "source"
    HOUR = "hour"
    DAY = "day"

    @property
    def width(self) -> timedelta | None:
        """How long a group is; None where groups are no times."""
        return {GroupBy.HOUR: timedelta(hours=1), GroupBy.DAY: timedelta(days=1)}.get(self)


Label: TypeAlias = str | Untrusted | datetime | None
"""What a group is called: a word of ours, text from outside, the start of an hour or day; None where it is unknown."""


@dataclass(frozen=True, slots=True)
class Known:
    """A sum over the `count` runs of which it is known; 0 runs is unknown, not 0."""

    total: float = 0
    count: int = 0

    def plus(self, amount: float | None) -> Known:
        """With one run more, unless nothing is known of it."""
        return self if amount is None else Known(self.total + amount, self.count + 1)


@dataclass(frozen=True, slots=True)
class Figures:
    """What some runs add up to.

    `failed` counts the status alone: a completed run with a failed step is none. `ended` are the completed, failed and
    cancelled ones. `durations` are in order, of runs that do not go on any more. `costs` are by connection, because
    each is in the unit of its vendor's bill.
    """

    runs: int
    failed: int
    ended: int
    statuses: Mapping[Status, int]
    durations: tuple[timedelta, ...]
    costs: Mapping[str, Known]
    tokens_in: Known
    tokens_out: Known

    @property
    def failure_rate(self) -> float | None:
        """The share of the failed among those that ended, from 0 to 1; None where none has ended."""
        return self.failed / self.ended if self.ended else None


@dataclass(frozen=True, slots=True)
class Group:
    """Runs that have something in common.

    `connection` is set where the label means something there alone; `agent_id` where groups are agents and it is known.
    `identities` are those of the run that the label was taken from, for whoever shows it.
    """

    label: Label
    figures: Figures
    connection: str = ""
    agent_id: Untrusted | None = None
    identities: tuple[Untrusted, ...] = ()


def percentile(ordered: Sequence[timedelta], percent: int) -> timedelta | None:
    """By nearest rank: the smallest of the values that at least `percent` % of them do not exceed; None of none.

    `ordered` is ascending, `percent` is from 1 to 100. It is always one of the values, never between two.
    """
    return ordered[math.ceil(percent * len(ordered) / 100) - 1] if ordered else None


def figures(runs: Iterable[Run]) -> Figures:
    """What these runs add up to."""
    statuses: dict[Status, int] = {}
    durations: list[timedelta] = []
    costs: dict[str, Known] = {}
    tokens_in = tokens_out = Known()
    count = 0
    for run in runs:
        count += 1
        word = run.status.word
        statuses[word] = statuses.get(word, 0) + 1
        if run.duration is not None and word not in _GOING_ON:
            durations.append(run.duration)
        if run.usage is not None:
            connection = run.ref.connection
            costs[connection] = costs.get(connection, Known()).plus(run.usage.cost)
            tokens_in = tokens_in.plus(run.usage.input_tokens)
            tokens_out = tokens_out.plus(run.usage.output_tokens)
    return Figures(
        runs=count,
        failed=statuses.get(Status.FAILED, 0),
        ended=sum(statuses.get(word, 0) for word in ENDED),
        statuses=statuses,
        durations=tuple(sorted(durations)),
        costs={connection: known for connection, known in costs.items() if known.count},
        tokens_in=tokens_in,
        tokens_out=tokens_out,
    )


def groups(runs: Sequence[Run], by: GroupBy) -> tuple[Group, ...]:
    """The runs in groups, largest first; hours and days newest first, and only those in which runs started."""
    members: dict[object, list[Run]] = {}
    for run in runs:
        members.setdefault(_key(run, by), []).append(run)
    made = [_group(some, by) for some in members.values()]
    if by.width is not None:
        return tuple(sorted(made, key=lambda group: _time(group.label), reverse=True))
    return tuple(sorted(made, key=lambda group: -group.figures.runs))


def bucket(at: datetime, by: GroupBy) -> datetime:
    """The start of the hour or day of UTC that a time lies in."""
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return hour if by is GroupBy.HOUR else hour.replace(hour=0)


def _time(label: Label) -> datetime:
    return label if isinstance(label, datetime) else _LATEST


def _label(run: Run, by: GroupBy) -> Label:
    match by:
        case GroupBy.STATUS:
            return run.status.native if _is_unknown(run) and run.status.native else run.status.word.value
        case GroupBy.OUTCOME:
            outcome = run.outcome
            return None if outcome is None else outcome.word.value if outcome.word else outcome.native
        case GroupBy.AGENT:
            return run.agent.label if run.agent else None
        case GroupBy.PROVIDER:
            return run.ref.connection
        case GroupBy.SOURCE:
            return run.source
        case GroupBy.HOUR | GroupBy.DAY:
            return bucket(run.started_at, by) if run.started_at else None


def _group(runs: Sequence[Run], by: GroupBy) -> Group:
    """An agent belongs to its connection: two of the same name at two vendors are not the same."""
    label, first = _label(runs[0], by), runs[0]
    if by is not GroupBy.AGENT:
        return Group(label, figures(runs), identities=first.identities)
    agent_id = first.agent.id if first.agent else None
    return Group(label, figures(runs), first.ref.connection, agent_id, first.identities)


def _is_unknown(run: Run) -> bool:
    return run.status.word is Status.UNKNOWN


def _key(run: Run, by: GroupBy) -> object:
    """Equal for runs of one group; words of vendors in any case."""
    if by is GroupBy.AGENT:
        return (run.ref.connection, run.agent.key if run.agent else None)
    label = _label(run, by)
    return ("theirs", label.folded()) if isinstance(label, Untrusted) else label
