"""Merge the streams of several connections: newest first, and nothing that a newer run may still come before."""

from __future__ import annotations

import heapq
import math
from operator import attrgetter
from typing import TypeAlias

import anyio

from rundown_mcp.domain.run import Run
from rundown_mcp.runs.position import Position
from rundown_mcp.runs.stream import StreamReader

Rows: TypeAlias = list[tuple[Position, Run]]


async def merge(readers: list[StreamReader], limit: int, rows: Rows, *, first_by: float) -> None:
    """Move the newest certain runs of all streams to `rows` until there are `limit` and more are known, or one stops.

    Only streams that may hold a newer run than the newest known are read on, the one that is least far first. One that
    has given nothing by `first_by`, on the event loop's clock, is left out, so that the others can go on.
    """
    while True:
        taking_part = [reader for reader in readers if not reader.left_out]
        take_certain(taking_part, limit, rows)
        is_full = len(rows) >= limit
        if is_full and more_are_known(readers, rows):
            return
        settled = () if is_full else (reader for reader in taking_part if reader.is_settled)
        first = min((reader.head or reader.barrier for reader in settled), default=None)
        unsure = [reader for reader in readers if reader.needs_step and (first is None or reader.barrier <= first)]
        if not unsure:
            return
        async with anyio.create_task_group() as tasks:
            for reader in sorted(unsure, key=attrgetter("turn")):
                tasks.start_soon(_advance, reader, first_by)


async def _advance(reader: StreamReader, first_by: float) -> None:
    with anyio.CancelScope(deadline=math.inf if reader.has_moved else first_by) as scope:
        await reader.advance()
    if scope.cancelled_caught:
        reader.stop(late_at=anyio.current_time())


def take_certain(readers: list[StreamReader], limit: int, rows: Rows) -> None:
    """Move runs to `rows`, newest first, up to `limit` or the first that may not be answered yet.

    A run that changed its status meanwhile may stand in two lists of its connection: at the same place.
    """
    heads = [(head, index) for index, reader in enumerate(readers) if (head := reader.head) is not None]
    heapq.heapify(heads)
    bound = min((reader.barrier for reader in readers if reader.unfinished), default=None)
    while heads and len(rows) < limit and (bound is None or heads[0][0] <= bound):
        _, index = heads[0]
        reader = readers[index]
        row = reader.pop()
        if not rows or rows[-1][1].ref != row[1].ref:
            rows.append(row)
        if (head := reader.head) is not None:
            heapq.heapreplace(heads, (head, index))
            continue
        heapq.heappop(heads)
        if reader.unfinished:
            bound = reader.barrier if bound is None else min(bound, reader.barrier)


def more_are_known(readers: list[StreamReader], rows: Rows) -> bool:
    """Whether a run behind the last of `rows` is known that answers the query."""
    return any(reader.knows_beyond(rows[-1][0].key) for reader in readers)
