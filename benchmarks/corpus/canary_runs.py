"""Runs with a canary in every free-text, payload and identity field, and what the five tools say of them."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from benchmarks.corpus.canaries import Aviary
from rundown_mcp.domain.errors import NotFound, RundownError
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import (
    Approval,
    Evaluation,
    Issue,
    Message,
    Named,
    Outcome,
    OutcomeWord,
    Quality,
    Run,
    RunDetail,
    RunStatus,
    Status,
    Step,
    StepState,
    Ticket,
    ToolCall,
    Trigger,
)
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.provider import ConfigItem, ConfigQuery, ListPlan, Page, RunStream, ToolOption
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.runs.connection import Connection
from rundown_mcp.tools.compare_runs import compare_runs
from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.get_run import get_run
from rundown_mcp.tools.get_step import get_step
from rundown_mcp.tools.list_config import list_config
from rundown_mcp.tools.list_runs import list_runs
from rundown_mcp.tools.list_tool_options import list_tool_options
from rundown_mcp.tools.run_stats import run_stats
from rundown_mcp.tools.search_run import search_run
from rundown_mcp.tools.triage_failures import triage_failures
from rundown_mcp.views.answer import Answer

KINDS: Final = ("agents", "tools", "guardrails", "guidelines", "runbooks")
_START: Final = datetime(2026, 11, 20, 9, tzinfo=UTC)
_STATES: Final = (StepState.OK, StepState.FAILED, StepState.UNKNOWN, StepState.WAITING)
_STEPS: Final = 8


def _id(text: str) -> Untrusted:
    return Untrusted(text, Kind.ID)


def _word(text: str) -> Untrusted:
    return Untrusted(text, Kind.WORD)


def _name(text: str) -> Untrusted:
    return Untrusted(text, Kind.NAME)


@dataclass(frozen=True, slots=True)
class Nest:
    """Makes runs whose every field that `strict` must hold back is a canary."""

    aviary: Aviary
    rng: random.Random

    def run(self, number: int) -> Run:
        """A row."""
        bird = self.aviary
        return Run(
            ref=Ref("duckie", f"{number:08d}-0000-4000-8000-000000000000"),
            status=RunStatus(self.rng.choice((Status.FAILED, Status.COMPLETED, Status.PAUSED))),
            started_at=_START - timedelta(minutes=number),
            duration=timedelta(seconds=42),
            agent=Named(_id("a-1"), _name("Refund Agent")),
            outcome=Outcome(word=OutcomeWord.ESCALATED, reason=bird.text()),
            source=_name("zendesk"),
            ticket=Ticket(id=_id("48213"), title=bird.text(), url=bird.text()),
            trigger=Trigger(
                event=_word("ticket_created"),
                text=bird.text(),
                latest_comment=bird.text(),
                facts=(("tags", bird.payload()), ("subject", bird.text())),
            ),
            error=bird.text(),
            approval=Approval(waiting=True, step_id=_id("s-1"), pending=self._tool()),
            quality=Quality(
                issues=(Issue(status=_word("open"), correction=bird.text(), reason=bird.text()),),
                evaluations=(Evaluation(name=_name("tone"), value=bird.payload()),),
            ),
            columns=((_name("load"), bird.payload()),),
            identities=(bird.identity(), bird.identity()),
        )

    def _tool(self) -> ToolCall:
        bird = self.aviary
        return ToolCall(
            name=_name("issue_refund"), type=_word("custom_tool"), input=bird.payload(), output=bird.payload()
        )

    def _step(self, number: int) -> Step:
        return Step(
            number=number,
            id=_id(f"s-{number}"),
            kind=_word("tool_call"),
            title=self.aviary.text(),
            state=_STATES[number % len(_STATES)],
            content=self.aviary.any(),
            tool=self._tool() if number % 3 else None,
            error=self.aviary.text() if number % 2 else None,
        )

    def detail(self, run: Run) -> RunDetail:
        """The whole run of a row."""
        messages = tuple(
            Message(
                number=number,
                role=_word("customer"),
                author=self.aviary.identity(),
                text=self.aviary.text(),
                latency=self.aviary.payload(),
            )
            for number in range(1, 5)
        )
        steps = tuple(self._step(number) for number in range(1, _STEPS + 1))
        return RunDetail(run=run, steps=steps, messages=messages, reflection=self.aviary.text())

    def config(self) -> ConfigItem:
        """One thing that is set up."""
        facts = (("description", self.aviary.text()), ("schema", self.aviary.payload()))
        return ConfigItem(id=_id("c-1"), name=_name("Refund policy"), facts=facts, text=self.aviary.text())


@dataclass(slots=True)
class CanaryProvider:
    """A provider over runs that are held in memory."""

    details: Mapping[str, RunDetail]
    items: Sequence[ConfigItem] = ()
    config_kinds: Mapping[str, frozenset[str]] = field(default_factory=lambda: dict.fromkeys(KINDS, frozenset[str]()))

    async def plan(self, query: RunQuery) -> ListPlan:
        del query
        return ListPlan(streams=(RunStream("all"),), matched_agents=frozenset({"Refund Agent"}))

    async def list_page(self, stream: RunStream, query: RunQuery, *, token: str | None, size: int) -> Page[Run]:
        del stream, query, token, size
        return Page(tuple(detail.run for detail in self.details.values()))

    async def get_run(self, run_id: str) -> RunDetail:
        if run_id not in self.details:
            raise NotFound("duckie", "404", "no such run")
        return self.details[run_id]

    async def agents(self) -> Sequence[Named]:
        return [Named(_id("a-1"), _name("Refund Agent"))]

    async def probe(self) -> str:
        return "fine"

    async def tool_options(self) -> Page[ToolOption]:
        return Page((ToolOption(name=_name("issue_refund"), runs=3),))

    async def list_config(self, query: ConfigQuery, *, token: str | None, size: int) -> Page[ConfigItem]:
        del query, token, size
        return Page(tuple(self.items))


def _context(provider: CanaryProvider, policy: Policy) -> ToolContext:
    connection = Connection("duckie", PROVIDERS["duckie"], provider, "https://app.example.com/api/v1", "DUCKIE_API_KEY")
    runs = Runs([connection], secret=b"benchmark", how_to_configure="")
    return ToolContext(runs=runs, gate=Gate(policy, Tagger(b"benchmark")), most_tokens=200_000, time_s=60)


async def answers(aviary: Aviary, rng: random.Random, runs: int, policy: Policy = Policy.STRICT) -> AsyncIterator[str]:
    """Everything that the tools say about `runs` such runs: texts, structured facts and errors."""
    nest = Nest(aviary, rng)
    rows = [nest.run(number) for number in range(runs)]
    provider = CanaryProvider({row.ref.id: nest.detail(row) for row in rows}, [nest.config() for _ in range(20)])
    context = _context(provider, policy)
    for tool, arguments in _calls([str(row.ref) for row in rows]):
        try:
            answer: Answer = await tool(context, **arguments)
        except RundownError as error:
            yield f"{error.message} {' '.join(str(context.gate.safe(value)) for value in error.data)}"
        else:
            yield answer.text()
            yield str(answer.facts())


def _calls(refs: Sequence[str]) -> Iterator[tuple[Any, dict[str, Any]]]:
    yield list_runs, {"limit": 100, "max_tokens": 200_000}
    yield list_tool_options, {}
    yield list_tool_options, {"agent": ["Refund Agent"]}
    for kind in KINDS:
        yield list_config, {"kind": kind, "max_tokens": 200_000}
    yield run_stats, {"since": "9999d", "group_by": "agent", "max_tokens": 200_000}
    for by in ("signature", "agent", "tool", "provider"):
        yield triage_failures, {"since": "9999d", "group_by": by, "limit": 50, "max_tokens": 200_000}
    for ref in refs:
        yield search_run, {"run": ref, "query": "a", "max_tokens": 100_000}
        yield compare_runs, {"run": ref, "other": refs[0], "max_tokens": 100_000}
        yield get_step, {"run": ref, "step": "run", "max_tokens": 100_000}
        for detail in ("triage", "timeline", "conversation", "full"):
            yield get_run, {"run": ref, "detail": detail, "max_tokens": 100_000}
        for step in (*range(1, _STEPS + 1), "m1", "m2", "m3", "m4", "first_failure", "last"):
            yield get_step, {"run": ref, "step": str(step), "max_tokens": 50_000}
