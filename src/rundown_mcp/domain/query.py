"""What a list of runs is asked for, and whether a run answers it where the provider's API cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.run import Outcome, OutcomeWord, Run, RunDetail, Status
from rundown_mcp.domain.text import Untrusted


class Filter(StrEnum):
    """The filters of `list_runs`, by the names of their parameters."""

    STATUS = "status"
    OUTCOME = "outcome"
    AGENT = "agent"
    TICKET = "ticket"
    SOURCE = "source"
    TOOL = "tool"
    SEARCH = "search"
    METADATA = "metadata"
    DURATION = "duration"
    ANNOTATION = "annotation"
    SINCE = "since"
    UNTIL = "until"


class Comparison(StrEnum):
    """How a duration is compared, in the spelling of the parameter."""

    EQ = "="
    GT = ">"
    GTE = ">="
    LT = "<"
    LTE = "<="


@dataclass(frozen=True, slots=True)
class DurationBound:
    """One condition on a run's duration, in whole seconds."""

    comparison: Comparison
    seconds: int

    def holds(self, duration: timedelta) -> bool:
        """Whether `duration` meets the condition; `=` means the same whole second."""
        length = duration.total_seconds()
        match self.comparison:
            case Comparison.EQ:
                return int(length) == self.seconds
            case Comparison.GT:
                return length > self.seconds
            case Comparison.GTE:
                return length >= self.seconds
            case Comparison.LT:
                return length < self.seconds
            case Comparison.LTE:
                return length <= self.seconds


ID_START: Final = 8
"""The least characters of a conversation's or contact's id that name it."""
_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION: Final = re.compile(r"\s*(>=|<=|=|>|<)\s*(\d{1,9})\s*([smhd]?)\s*", re.ASCII)


def parse_duration(text: str) -> DurationBound:
    """`=60` `>60` `>=60` `<300` `<=5m`: seconds unless a unit (s, m, h, d) follows."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise InvalidArgument(
            "duration", "each item is one of =60 >60 >=60 <300 <=5m (seconds unless s, m, h or d follows)"
        )
    return DurationBound(Comparison(found[1]), int(found[2]) * _UNITS[found[3]])


@dataclass(frozen=True, slots=True, kw_only=True)
class RunQuery:
    """The filters of one listing. Values of one filter are alternatives, different filters must all hold.

    `since` is inclusive, `until` exclusive, both aware. `outcomes` are folded words, ours or a vendor's own. `agents`
    are ids or names as the user typed them. `durations` must all hold.
    """

    statuses: tuple[Status, ...] = ()
    outcomes: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    search: str | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    durations: tuple[DurationBound, ...] = ()
    annotations: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def used(self) -> frozenset[Filter]:
        """The filters that are set."""
        values = {
            Filter.STATUS: self.statuses,
            Filter.OUTCOME: self.outcomes,
            Filter.AGENT: self.agents,
            Filter.TICKET: self.tickets,
            Filter.SOURCE: self.sources,
            Filter.TOOL: self.tools,
            Filter.SEARCH: self.search,
            Filter.METADATA: self.metadata,
            Filter.DURATION: self.durations,
            Filter.ANNOTATION: self.annotations,
            Filter.SINCE: self.since,
            Filter.UNTIL: self.until,
        }
        return frozenset(name for name, value in values.items() if value)

    def admits(self, run: Run, filters: AbstractSet[Filter]) -> bool:
        """Whether a row meets those of `filters` that a row can answer (all but `tool` and `agent`).

        A row that does not know what a filter asks for (a run without a duration, say) does not meet it; only a
        missing start meets `since` and `until`, because the place in the list vouches for it.
        """
        return all(self._admits(run, name) for name in filters)

    def _admits(self, run: Run, name: Filter) -> bool:  # noqa: C901 - one line for each filter reads best
        match name:
            case Filter.STATUS:
                return run.status.word in self.statuses
            case Filter.OUTCOME:
                return run.outcome is not None and any(outcome_is(run.outcome, word) for word in self.outcomes)
            case Filter.TICKET:
                ids = (run.ticket.id if run.ticket else None, run.conversation_id, run.contact_id)
                return _any_equals(ids, self.tickets) or _any_starts(ids[1:], self.tickets)
            case Filter.SOURCE:
                return _any_equals((run.source,), self.sources)
            case Filter.SEARCH:
                return any(value.contains(self.search or "") for value in searchable(run))
            case Filter.METADATA:
                return all(_has_column(run, key, value) for key, value in self.metadata)
            case Filter.DURATION:
                length = run.duration
                return length is not None and all(bound.holds(length) for bound in self.durations)
            case Filter.ANNOTATION:
                return _any_equals((run.quality.annotation,), self.annotations)
            case Filter.SINCE:
                return run.started_at is None or self.since is None or run.started_at >= self.since
            case Filter.UNTIL:
                return run.started_at is None or self.until is None or run.started_at < self.until
            case Filter.TOOL | Filter.AGENT:
                return True

    def admits_detail(self, detail: RunDetail) -> bool:
        """Whether the run has a step of one of the tools asked for, by recorded name."""
        names = (step.tool.name for step in detail.steps if step.tool)
        return not self.tools or _any_equals(names, self.tools)


def outcome_is(outcome: Outcome, word: str) -> bool:
    """Whether an outcome is `word`: one of the four, or the vendor's own word in any case."""
    if outcome.word is not None:
        return outcome.word.value == word.casefold()
    return outcome.native is not None and outcome.native.equals(word)


def is_outcome_word(word: str) -> bool:
    """Whether `word` is one of the four neutral outcomes."""
    return word in OutcomeWord.__members__.values()


def searchable(run: Run) -> list[Untrusted]:
    """What `search` looks at in a row: ticket title, ticket, conversation and contact id, agent name."""
    ticket = run.ticket
    values = (
        ticket.title if ticket else None,
        ticket.id if ticket else None,
        run.conversation_id,
        run.contact_id,
        run.agent.name if run.agent else None,
    )
    return [value for value in values if value is not None]


def _any_equals(values: Iterable[Untrusted | None], wanted: tuple[str, ...]) -> bool:
    return any(value is not None and value.equals(text) for value in values for text in wanted)


def _any_starts(values: Iterable[Untrusted | None], wanted: tuple[str, ...]) -> bool:
    """Rows show the start of a long id with an ellipsis; it is taken with and without that."""
    starts = [text.strip().removesuffix("…").casefold() for text in wanted]
    return any(
        value is not None and value.folded().startswith(start)
        for value in values
        for start in starts
        if len(start) >= ID_START
    )


def _has_column(run: Run, key: str, value: str) -> bool:
    """A column is asked for by its whole key, or by the part behind the last dot (`<node id>.<variable>`)."""
    return any(
        (name.equals(key) or name.folded().endswith(f".{key.casefold()}")) and content.equals(value)
        for name, content in run.columns
    )
