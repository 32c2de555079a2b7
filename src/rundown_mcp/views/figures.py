"""How the figures of some runs are written: what is not known is `unknown`, what is known of some says of how many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeAlias

from rundown_mcp.analysis.stats import ENDED, Figures, GroupBy, Known, percentile
from rundown_mcp.domain.run import Status
from rundown_mcp.views.format import length, plural

UNKNOWN: Final = "unknown"
Measure: TypeAlias = tuple[str, Callable[[Figures], str]]
"""A column and what it says of a group."""
_MIDDLE: Final = 50
_TAIL: Final = 95


def headline(whole: Figures, statuses: Sequence[Status], connections: Sequence[str]) -> tuple[str, ...]:
    """What there is to say of all runs together; `statuses` are those asked for."""
    words = [f"{whole.statuses[word]} {word.value}" for word in Status if word in whole.statuses]
    tokens_of = max(whole.tokens_in.count, whole.tokens_out.count)
    tokens = f"{_tokens(whole.tokens_in, tokens_of)} in, {_tokens(whole.tokens_out, tokens_of)} out"
    return (
        f"{plural(whole.runs, 'run')}: {', '.join(words)}",
        f"failure rate: {_failure_rate(whole, statuses)}",
        f"duration: {_durations(whole)}",
        f"cost: {_costs(whole, connections)}",
        f"tokens: {tokens} ({tokens_of} of {plural(whole.runs, 'run')})" if tokens_of else f"tokens: {UNKNOWN}",
    )


def brief_headline(whole: Figures, statuses: Sequence[Status]) -> tuple[str, ...]:
    """The most important of it."""
    rate = f"; failure rate {percent(whole.failed, whole.ended)}" if rate_is_known(statuses) else ""
    return (f"{plural(whole.runs, 'run')}, {whole.failed} failed{rate}",)


def rate_is_known(statuses: Sequence[Status]) -> bool:
    """Whether all that a failure rate is a share of was asked for."""
    return not statuses or set(statuses) >= ENDED


def _failure_rate(whole: Figures, statuses: Sequence[Status]) -> str:
    if not rate_is_known(statuses):
        missing = ", ".join(word.value for word in Status if word in ENDED and word not in statuses)
        return f"not given, the status filter leaves out {missing}"
    if whole.failure_rate is None:
        return f"{UNKNOWN}, no run has ended"
    share = percent(whole.failed, whole.ended)
    return f"{share} by status ({whole.failed} of {whole.ended} completed, failed or cancelled)"


def _durations(whole: Figures) -> str:
    known = len(whole.durations)
    parts = [f"p{rank} {_duration(rank, whole)}" for rank in (_MIDDLE, _TAIL)]
    return f"{', '.join(parts)} ({known} of {plural(whole.runs, 'run')})" if known else UNKNOWN


def _costs(whole: Figures, connections: Sequence[str]) -> str:
    """Sums by connection, because each is in the unit of its vendor's bill."""
    silent = [name for name in connections if name not in whole.costs]
    parts = [f"{name} {_amount(known)} ({plural(known.count, 'run')})" for name, known in whole.costs.items()]
    return "; ".join([", ".join(parts), *([f"{UNKNOWN}: {', '.join(silent)}"] if silent else [])]) if parts else UNKNOWN


def percent(part: int, whole: int) -> str:
    """`12.5%`, `40%`; unknown of nothing."""
    return f"{100 * part / whole:.1f}".removesuffix(".0") + "%" if whole else UNKNOWN


def _amount(known: Known) -> str:
    """A sum of money to four places: `0.0121`, `3.2`."""
    return f"{known.total:.4f}".rstrip("0").rstrip(".")


def _tokens(known: Known, runs: int) -> str:
    """A sum of tokens, with of how many of the runs it is where that is not all."""
    return _of(f"{known.total:.0f}", known.count, runs)


def measures(by: GroupBy, whole: Figures, statuses: Sequence[Status]) -> list[Measure]:
    """The columns of a table of groups; those of which nothing at all is known are left to the headline."""
    columns: list[Measure] = [("runs", lambda part: str(part.runs))]
    if by is GroupBy.STATUS:
        columns.append(("share", lambda part: percent(part.runs, whole.runs)))
    elif rate_is_known(statuses):
        columns += [
            ("failed", lambda part: str(part.failed)),
            ("ended", lambda part: str(part.ended)),
            ("failure rate", lambda part: percent(part.failed, part.ended)),
        ]
    if whole.durations:
        columns += [(f"p{rank}", partial(_duration, rank)) for rank in (_MIDDLE, _TAIL)]
    if whole.costs:
        columns.append(("cost", partial(_cost, len(whole.costs) == 1)))
    if whole.tokens_in.count or whole.tokens_out.count:
        columns.append(("tokens in", lambda part: _tokens(part.tokens_in, part.runs)))
        columns.append(("tokens out", lambda part: _tokens(part.tokens_out, part.runs)))
    return columns


def _cost(one_bill: bool, part: Figures) -> str:  # noqa: FBT001 - bound by `partial`
    """What a group cost; with more than one connection's bill, by connection."""
    parts = [
        f"{'' if one_bill else name + ' '}{_of(_amount(known), known.count, part.runs)}"
        for name, known in part.costs.items()
    ]
    return " + ".join(parts) or UNKNOWN


def _duration(rank: int, part: Figures) -> str:
    value = percentile(part.durations, rank)
    return UNKNOWN if value is None else length(value)


def _of(text: str, count: int, runs: int) -> str:
    if not count:
        return UNKNOWN
    return text if count == runs else f"{text} (of {count})"
