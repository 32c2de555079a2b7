"""Keep finished runs for some minutes, and make identical reads in flight once."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Final

from rundown_mcp.domain.parts import parts_of, values_in
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Run, RunDetail
from rundown_mcp.domain.text import Untrusted
from rundown_mcp.redaction.untrusted import secrets_in
from rundown_mcp.threads import in_thread
from rundown_mcp.transport.flight import SingleFlight

KEPT_S: Final = 600.0
_MOST_RUNS: Final = 256
_MOST_BYTES: Final = 128_000_000
_OBJECT_BYTES: Final = 200
"""What a part of a run takes besides its values."""


class RunCache:
    """Finished runs in memory as they came from the provider, bounded by number, size and age.

    They stay behind the gate: only `Untrusted` values are kept. A run that is not finished, or of which something
    could not be read, is never kept.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._kept: OrderedDict[Ref, tuple[float, int, RunDetail]] = OrderedDict()
        self._bytes = 0
        self._flights = SingleFlight[Ref, RunDetail]()

    async def get(self, ref: Ref, read: Callable[[], Awaitable[RunDetail]]) -> RunDetail:
        """The run from memory, or from the same read that somebody else has under way, or from `read`.

        Raises:
            ConnectionFailure: that of the read.
        """
        if (kept := self._fresh(ref)) is not None:
            return kept

        async def fly() -> RunDetail:
            detail, size = await in_thread(partial(_looked_through, await read()))
            if detail.run.status.word.is_final and not detail.missing:
                self._keep(ref, detail, size)
            return detail

        return await self._flights.get(ref, fly)

    def drop_older_than(self, row: Run) -> None:
        """Keep a run no longer where a row of a list, read now, shows that it has changed since."""
        entry = self._kept.get(row.ref)
        if entry is not None and _has_changed(entry[2].run, row):
            self._drop(row.ref)

    def exchange(self, old: RunDetail, new: RunDetail) -> None:
        """Keep `new`, which takes as much memory, in the place of `old` where that is kept."""
        at, size, kept = self._kept.get(old.run.ref, (0.0, 0, None))
        if kept is old:
            self._kept[old.run.ref] = at, size, new

    def _fresh(self, ref: Ref) -> RunDetail | None:
        for old in [kept for kept, (at, _, _) in self._kept.items() if self._now() - at > KEPT_S]:
            self._drop(old)
        entry = self._kept.get(ref)
        if entry is None:
            return None
        self._kept.move_to_end(ref)
        return entry[2]

    def _keep(self, ref: Ref, detail: RunDetail, size: int) -> None:
        if size > _MOST_BYTES:
            return
        self._drop(ref)
        self._kept[ref] = (self._now(), size, detail)
        self._bytes += size
        while len(self._kept) > _MOST_RUNS or self._bytes > _MOST_BYTES:
            self._drop(next(iter(self._kept)))

    def _drop(self, ref: Ref) -> None:
        entry = self._kept.pop(ref, None)
        if entry is not None:
            self._bytes -= entry[1]


def _has_changed(kept: Run, row: Run) -> bool:
    is_newer = kept.updated_at is not None and row.updated_at is not None and row.updated_at > kept.updated_at
    return is_newer or row.status.word is not kept.status.word


def _looked_through(detail: RunDetail) -> tuple[RunDetail, int]:
    """The run with its payloads' secrets among what is to be masked, and about how much memory it takes."""
    secrets = secrets_in(values_in(detail))
    if secrets:
        detail = replace(detail, run=replace(detail.run, identities=(*detail.run.identities, *secrets)))
    return detail, _memory_bytes(detail)


def _memory_bytes(whole: object) -> int:
    """About how much memory a run, or a part of it, takes."""
    return sum(_OBJECT_BYTES + (part.memory_bytes if isinstance(part, Untrusted) else 0) for part in parts_of(whole))
