"""`list_runs`: find runs across providers, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.query import Filter, RunQuery, parse_duration
from rundown_mcp.domain.run import OutcomeWord
from rundown_mcp.domain.text import JsonValue
from rundown_mcp.runs.checkpoint import Checkpoint
from rundown_mcp.runs.cursor import Cursor
from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.params import Agents, Listed, MaxTokens, Providers, Search, Short, Written
from rundown_mcp.tools.params import Cursor as CursorText
from rundown_mcp.tools.selecting import statuses_of, window_of
from rundown_mcp.views.answer import Answer
from rundown_mcp.views.rows import RunRows, window_text

DEFAULT_TOKENS: Final = 4000
_ANNOTATIONS: Final = ("correct", "incorrect", "critical")
_HINTS: Final[Mapping[Filter, str]] = {
    Filter.TICKET: "A ticket goes by its id as rows show it, without a # or a web address.",
    Filter.SOURCE: 'The sources there are: run_stats(group_by="source").',
    Filter.TOOL: "A tool goes by its recorded name: list_tool_options().",
    Filter.SEARCH: "Only ids, titles and agents' names are searched, not messages, errors or callers' numbers.",
}
_MetadataKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,200}$")]


async def list_runs(  # noqa: PLR0913 - each parameter is one filter of the contract
    context: ToolContext,
    *,
    provider: Providers | None = None,
    status: Annotated[
        Listed[Short] | None,
        Field(description="queued running paused (waits, as for approval) completed failed cancelled unknown"),
    ] = None,
    outcome: Annotated[
        Listed[Short] | None, Field(description="resolved deflected escalated pending, or a vendor's word")
    ] = None,
    agent: Agents | None = None,
    ticket: Annotated[
        Listed[Short] | None, Field(description="ticket, conversation or contact id, as rows show it")
    ] = None,
    source: Listed[Short] | None = None,
    tool: Annotated[Listed[Short] | None, Field(description="recorded tool name, see list_tool_options")] = None,
    search: Annotated[Search | None, Field(description="in ticket title, ids, agent name")] = None,
    metadata: dict[_MetadataKey, Annotated[Written, StringConstraints(max_length=500)]] | None = None,
    duration: Annotated[Listed[Short] | None, Field(description="=60 >60 >=60 <300 <=5m, ANDed")] = None,
    annotation: Annotated[Listed[Short] | None, Field(description="correct incorrect critical")] = None,
    since: Annotated[Short | None, Field(description="30m 24h 7d today yesterday or ISO; inclusive")] = None,
    until: Annotated[Short | None, Field(description="as since; exclusive")] = None,
    limit: Annotated[int, Field(ge=1, le=100)] = 25,
    cursor: CursorText | None = None,
    max_tokens: MaxTokens | None = None,
) -> Answer:
    """Find agent runs across Duckie, HappyRobot and Conduit, newest first: status, outcome, agent, ticket, error.

    For "what failed last night?" use status=["failed"], since="24h"; then get_run explains one.
    """
    budget = context.budget(max_tokens, DEFAULT_TOKENS)
    given: dict[str, JsonValue | None] = {
        "provider": provider,
        "status": status,
        "outcome": outcome,
        "agent": agent,
        "ticket": ticket,
        "source": source,
        "tool": tool,
        "search": search,
        "metadata": metadata,
        "duration": duration,
        "annotation": annotation,
        "since": since,
        "until": until,
    }
    arguments: Mapping[str, JsonValue] = {name: value for name, value in given.items() if value}
    after: Checkpoint | None = None
    asked_at = context.now().replace(microsecond=0)
    if cursor is not None:
        former = context.runs.cursors.decode(cursor)
        if arguments and arguments != former.arguments:
            raise InvalidArgument("cursor", "continues other filters than these; pass the cursor alone")
        arguments, after, asked_at = former.arguments, former.checkpoint, former.asked_at
    query = _query(arguments, asked_at)
    connections = context.runs.select(_texts(arguments, "provider"))
    page = await context.runs.list(query, connections, limit=limit, after=after, time_s=context.time_s)
    rows = RunRows(
        page=page,
        refs=context.runs.short([run.ref for _, run in page.rows]),
        gate=context.gate,
        window=window_text(query.since, query.until),
        sandbox=context.runs.sandbox,
        now=context.now(),
        hint=_hint(query),
        cursor=lambda checkpoint: context.runs.cursors.encode(Cursor(arguments, asked_at, checkpoint)),
    )
    return rows.fit(budget)


def _query(arguments: Mapping[str, JsonValue], now: datetime) -> RunQuery:
    """The filters that the arguments mean at `now`.

    Raises:
        InvalidArgument: a value that is none of the valid ones.
    """
    since, until = (str(arguments[name]) if name in arguments else None for name in ("since", "until"))
    start, end = window_of(since, until, now)
    metadata = arguments.get("metadata", {})
    search = arguments.get("search")
    return RunQuery(
        statuses=statuses_of(_texts(arguments, "status")),
        outcomes=tuple(dict.fromkeys(word.casefold() for word in _texts(arguments, "outcome"))),
        agents=_texts(arguments, "agent"),
        tickets=_texts(arguments, "ticket"),
        sources=_texts(arguments, "source"),
        tools=_texts(arguments, "tool"),
        search=str(search) if search else None,
        metadata=tuple((str(key), str(value)) for key, value in metadata.items()) if isinstance(metadata, dict) else (),
        durations=tuple(parse_duration(text) for text in _texts(arguments, "duration")),
        annotations=tuple(_annotation(word) for word in _texts(arguments, "annotation")),
        since=start,
        until=end,
    )


def _hint(query: RunQuery) -> str:
    """What to think of where nothing was found: any text may be a vendor's, so that none of these can be refused."""
    hints = [_HINTS[name] for name in Filter if name in _HINTS and name in query.used]
    if not {*query.outcomes} <= {*OutcomeWord}:
        words = ", ".join(OutcomeWord)
        hints.append(f"An outcome is {words} or a word of the vendor's own; whether a run failed is its status.")
    return " ".join(hints)


def _texts(arguments: Mapping[str, JsonValue], name: str) -> tuple[str, ...]:
    values = arguments.get(name, ())
    return tuple(str(value) for value in values) if isinstance(values, list | tuple) else ()


def _annotation(word: str) -> str:
    folded = word.casefold()
    if folded not in _ANNOTATIONS:
        raise InvalidArgument("annotation", f"takes {', '.join(_ANNOTATIONS)}")
    return folded
