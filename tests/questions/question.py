"""What a question of the bank is: the calls that answer it, chained as an assistant chains them, and its facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.harness import Asked
from tests.tools.sandboxed import NOW

from rundown_mcp.sandbox.model import CallRun, Run, TicketRun
from rundown_mcp.sandbox.world import World

DAY = {"since": "2026-11-19T12:00", "until": "2026-11-20T12:00"}
"""The world's last 24 hours. The server's own clock is another one, so the bank gives its windows as dates."""
WEEK = {"since": "2026-11-13T12:00", "until": "2026-11-20T12:00"}
TODAY = {"since": "2026-11-20", "until": "2026-11-20T12:00"}
NIGHT = {"since": "2026-11-19T20:00", "until": "2026-11-20T08:00"}

Fact = str | tuple[str, ...]
"""Texts that stand in one line of one answer."""


@dataclass(frozen=True)
class Given:
    """An argument that whoever asks knows, such as the number of a ticket that they look at."""

    of: Callable[[World], str]


@dataclass(frozen=True)
class Cell:
    """An argument read from a table that was answered before: `column` of the first row whose cells hold these texts.

    `answer` is the place of that answer, the latest by default.
    """

    column: str
    holds: Mapping[str, str] = field(default_factory=dict)
    answer: int = -1


@dataclass(frozen=True)
class Said:
    """An argument read from an earlier answer: the first group of this pattern."""

    pattern: str
    answer: int = -1


@dataclass(frozen=True)
class Call:
    """One call; an argument may be a `Given`, `Cell` or `Said`, also within a list."""

    tool: str
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a tired person on call asks, and what an answer has to hold.

    `facts` are made of what the world says is true, never of an answer; `absent` must stand in none. `ceiling` is the
    most tokens that all answers together may cost.
    """

    name: str
    asked: str
    calls: Sequence[Call]
    facts: Callable[[World], Iterable[Fact]]
    absent: Callable[[World], Iterable[str]] = lambda _: ()
    ceiling: int


async def transcript(question: Question, world: World, asked: Asked) -> list[tuple[Call, str]]:
    """Ask it: every call in turn as it was made, later ones with what the earlier ones told, each with its answer."""
    told: list[tuple[Call, str]] = []
    for call in question.calls:
        so_far = [answer for _, answer in told]
        made = Call(call.tool, {name: _filled(value, world, so_far) for name, value in call.arguments.items()})
        told.append((made, await asked.text(made.tool, **made.arguments)))
    return told


async def answers(question: Question, world: World, asked: Asked) -> list[str]:
    """The answers alone."""
    return [answer for _, answer in await transcript(question, world, asked)]


def _filled(value: object, world: World, told: Sequence[str]) -> Any:  # noqa: ANN401 - any tool's arguments
    if isinstance(value, list):
        return [_filled(item, world, told) for item in value]
    if isinstance(value, Given):
        return value.of(world)
    if isinstance(value, Said):
        found = re.search(value.pattern, told[value.answer])
        assert found is not None, f"{value.pattern} is not in:\n{told[value.answer]}"
        return found[1]
    if isinstance(value, Cell):
        table = _table(told[value.answer])
        fitting = [row for row in table if all(text in row[name] for name, text in value.holds.items())]
        assert fitting, f"no row holds {value.holds} in:\n{told[value.answer]}"
        return fitting[0][value.column]
    return value


def _table(answer: str) -> list[dict[str, str]]:
    """The rows of an answer's one table by its columns, whatever stands before it."""
    header, *lines = [line.split("\t") for line in answer.split("\n") if "\t" in line]
    return [dict(zip(header, line, strict=True)) for line in lines]


def missing(question: Question, world: World, told: Sequence[str]) -> list[Fact]:
    """The facts that no line of the answers holds."""
    lines = [line for answer in told for line in answer.split("\n")]
    facts = list(question.facts(world))
    assert facts, f"{question.name} has no facts in this world"
    return [fact for fact in facts if not any(all(text in line for text in _texts(fact)) for line in lines)]


def _texts(fact: Fact) -> tuple[str, ...]:
    return (fact,) if isinstance(fact, str) else fact


def short(run: Run) -> str:
    """The ref as answers print it."""
    vendor = "duckie" if isinstance(run, TicketRun) else "happyrobot" if isinstance(run, CallRun) else "conduit"
    return f"{vendor}:{run.id[:8]}"


def newest(runs: Sequence[Run], *stories: str) -> Run:
    """The newest run of these stories."""
    return [run for run in runs if run.story in stories][-1]


def within(runs: Iterable[Run], window: Mapping[str, str]) -> list[Run]:
    """The runs that started in a window, oldest first."""
    since, until = (_moment(window[name]) for name in ("since", "until"))
    return [run for run in runs if since <= run.started < until]


def days_ago(days: int) -> str:
    """A moment so many days before the world's now, as an argument."""
    return (NOW - timedelta(days=days)).isoformat()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def of_stories(runs: Iterable[Run], *stories: str) -> list[Run]:
    """The runs of these stories."""
    return [run for run in runs if run.story in stories]


def failed(runs: Iterable[Run]) -> list[Run]:
    """The runs whose status is failed."""
    return [run for run in runs if run.status == "failed"]
