"""Queries that use one filter each, with the runs of a full listing that answer them."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from tests.providers.opening import WORLD, text

from rundown_mcp.domain.query import Filter, RunQuery, parse_duration
from rundown_mcp.domain.run import Run, RunDetail, Status

Wanted: TypeAlias = tuple[RunQuery, list[Run]]


def answering(runs: list[Run], query: RunQuery) -> Wanted:
    """A query, and the runs whose rows answer it."""
    return query, [run for run in runs if query.admits(run, query.used)]


def _statuses(runs: list[Run], _: list[RunDetail]) -> Iterator[Wanted]:
    for word in Status:
        yield answering(runs, RunQuery(statuses=(word,)))
    yield answering(runs, RunQuery(statuses=(Status.FAILED, Status.COMPLETED, Status.FAILED)))


def _outcomes(runs: list[Run], _: list[RunDetail]) -> Iterator[Wanted]:
    words = tuple(dict.fromkeys(run.outcome.word.value for run in runs if run.outcome and run.outcome.word))
    for word in words:
        yield answering(runs, RunQuery(outcomes=(word,)))
    yield answering(runs, RunQuery(outcomes=words[:2]))


def _agents(runs: list[Run], _: list[RunDetail]) -> Iterator[Wanted]:
    agent = runs[len(runs) // 2].agent
    assert agent
    wanted = [run for run in runs if run.agent and run.agent.id == agent.id]
    yield RunQuery(agents=(text(agent.id),)), wanted
    yield RunQuery(agents=(text(agent.name).upper(), "nobody")), wanted


def _tickets(runs: list[Run], _: list[RunDetail]) -> Iterator[Wanted]:
    ids = [text(one) for run in runs if (one := run.ticket.id if run.ticket else run.conversation_id)]
    yield answering(runs, RunQuery(tickets=(ids[0],)))
    yield answering(runs, RunQuery(tickets=(ids[1], ids[-1])))


def _sources(runs: list[Run], _: list[RunDetail]) -> Iterator[Wanted]:
    for source in dict.fromkeys(text(run.source) for run in runs if run.source):
        yield answering(runs, RunQuery(sources=(source,)))


def _tools(runs: list[Run], details: list[RunDetail]) -> Iterator[Wanted]:
    names = dict.fromkeys(text(step.tool.name) for one in details for step in one.steps if step.tool and step.tool.name)
    for name in list(names)[:5]:
        query = RunQuery(tools=(name,))
        having = {one.run.ref for one in details if query.admits_detail(one)}
        yield query, [run for run in runs if run.ref in having]


def _search(runs: list[Run], _: list[RunDetail]) -> Iterator[Wanted]:
    agent = runs[len(runs) // 2].agent
    assert agent
    yield answering(runs, RunQuery(search=text(agent.name)[1:6].upper()))


def _metadata(runs: list[Run], _: list[RunDetail]) -> Iterator[Wanted]:
    """By a column of a row, or, where rows have none, by what the imitated account keeps to itself."""
    columns = dict.fromkeys((text(key), content) for run in runs for key, content in run.columns if content.is_text)
    for key, content in list(columns)[:3]:
        yield answering(runs, RunQuery(metadata=((key.rpartition(".")[2], text(content)),)))
    if not columns:
        kept = {run.id: run.metadata for run in WORLD.tickets}
        for key, value in dict.fromkeys(pair for one in kept.values() for pair in one.items()):
            wanted = [run for run in runs if kept[run.ref.id].get(key) == value]
            yield RunQuery(metadata=((key, value),)), wanted


def _durations(runs: list[Run], _: list[RunDetail]) -> Iterator[Wanted]:
    lengths = sorted(run.duration for run in runs if run.duration)
    seconds = int(lengths[len(lengths) // 2].total_seconds())
    conditions = [[f"{sign}{seconds}"] for sign in ("=", "<", "<=", ">", ">=")]
    for bounds in (*conditions, [">=5", f"<{seconds}"]):
        yield answering(runs, RunQuery(durations=tuple(map(parse_duration, bounds))))


def _annotations(runs: list[Run], _: list[RunDetail]) -> Iterator[Wanted]:
    for mark in dict.fromkeys(text(run.quality.annotation) for run in runs if run.quality.annotation):
        yield answering(runs, RunQuery(annotations=(mark,)))


def _since(runs: list[Run], _: list[RunDetail]) -> Iterator[Wanted]:
    yield answering(runs, RunQuery(since=runs[len(runs) // 2].started_at))


def _until(runs: list[Run], _: list[RunDetail]) -> Iterator[Wanted]:
    yield answering(runs, RunQuery(until=runs[len(runs) // 2].started_at))


QUERIES: dict[Filter, Callable[[list[Run], list[RunDetail]], Iterator[Wanted]]] = {
    Filter.STATUS: _statuses,
    Filter.OUTCOME: _outcomes,
    Filter.AGENT: _agents,
    Filter.TICKET: _tickets,
    Filter.SOURCE: _sources,
    Filter.TOOL: _tools,
    Filter.SEARCH: _search,
    Filter.METADATA: _metadata,
    Filter.DURATION: _durations,
    Filter.ANNOTATION: _annotations,
    Filter.SINCE: _since,
    Filter.UNTIL: _until,
}
