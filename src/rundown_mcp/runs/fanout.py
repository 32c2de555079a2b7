"""Ask several connections the same thing at once, and keep what failed apart from what answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import anyio

from rundown_mcp.domain.errors import (
    ConnectionFailure,
    InvalidArgument,
    RateLimited,
    RundownError,
    Unavailable,
    Unsupported,
)
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.coverage import Coverage, all_failed

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """What each connection that answered gave, in the order asked, and a receipt's item for every one asked.

    `failed` are those that could not answer, unlike those that have nothing of the kind.
    """

    results: Sequence[tuple[Connection, T]]
    coverage: tuple[Coverage, ...]
    failed: frozenset[str] = frozenset()


@dataclass(slots=True)
class Reply(Generic[T]):
    """One connection's result with notes of ours for the receipt; `is_paced` as in `Coverage`."""

    result: T
    notes: list[str] = field(default_factory=list)
    is_paced: bool = False


async def ask_all(
    connections: Sequence[Connection], ask: Callable[[Connection], Awaitable[Reply[T]]], *, time_s: float
) -> Answered[T]:
    """Ask every connection, for at most `time_s`.

    Raises:
        RundownError: none answered; where one was asked, its own error.
        InvalidArgument: a value that a connection refused before anything was sent.
    """
    replies: dict[str, Reply[T]] = {}
    failures: dict[str, RundownError] = {}

    async def one(connection: Connection) -> None:
        try:
            replies[connection.name] = await ask(connection)
        except (ConnectionFailure, Unsupported, InvalidArgument) as failure:
            failures[connection.name] = failure

    began = anyio.current_time()
    with anyio.move_on_after(time_s):
        async with anyio.create_task_group() as tasks:
            for connection in connections:
                tasks.start_soon(one, connection)
    for connection in connections:
        if connection.name not in replies and connection.name not in failures:
            failures[connection.name] = too_slow(connection.name, anyio.current_time() - began)
    refused = next((failure for failure in failures.values() if isinstance(failure, InvalidArgument)), None)
    if refused is not None:
        raise refused
    if not replies:
        raise all_failed(list(failures.values()))
    return Answered(
        [(connection, replies[connection.name].result) for connection in connections if connection.name in replies],
        tuple(_coverage(connection.name, replies.get(connection.name), failures) for connection in connections),
        frozenset(name for name, failure in failures.items() if isinstance(failure, ConnectionFailure)),
    )


def too_slow(connection: str, time_s: float) -> Unavailable:
    """The failure of a connection that gave nothing in the time that it was waited for."""
    waited = f"no answer within {f'{max(0.1, time_s):.1f}'.removesuffix('.0')} s"
    return Unavailable(connection, waited, f"{connection}: {waited}. Try again later, or ask for less.")


def _coverage(name: str, reply: Reply[T] | None, failures: dict[str, RundownError]) -> Coverage:
    if reply is None:
        failure = failures[name]
        return Coverage(name, answered=False, notes=(failure.short,), is_paced=isinstance(failure, RateLimited))
    return Coverage(name, answered=True, notes=tuple(reply.notes), is_paced=reply.is_paced)
