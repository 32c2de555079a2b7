"""One connection in the course of one listing: its plan, its lists, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter

from rundown_mcp.domain.errors import RateLimited, RundownError, Unavailable
from rundown_mcp.domain.query import Filter
from rundown_mcp.provider import ListPlan
from rundown_mcp.runs.checkpoint import Checkpoint, Span, connection_tag, list_tag, spans_of
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.coverage import Coverage
from rundown_mcp.runs.fanout import too_slow
from rundown_mcp.runs.position import END, Position, older
from rundown_mcp.runs.scan import DETAILS_SCANNED, Scan
from rundown_mcp.runs.stream import StreamReader


@dataclass(slots=True, kw_only=True)
class Asked:
    """A connection that was asked for runs behind `after`; `plan` is None where it had none to give.

    `began` is when, on the event loop's clock. Lists that have been given to their end have no reader.
    """

    connection: Connection
    after: Checkpoint | None
    began: float
    plan: ListPlan | None = None
    failure: RundownError | None = None
    readers: list[StreamReader] = field(default_factory=list)
    scan: Scan = field(default_factory=Scan)

    @property
    def name(self) -> str:
        """The connection's name."""
        return self.connection.name

    @property
    def taking_part(self) -> list[StreamReader]:
        """The lists that have a part in the answer."""
        return [reader for reader in self.readers if not reader.left_out]

    @property
    def left_out(self) -> list[StreamReader]:
        """The lists that have none."""
        return [reader for reader in self.readers if reader.left_out]

    @property
    def faults(self) -> list[RundownError]:
        """What kept it from answering, or from answering on; each said once."""
        found = [self.failure] if self.failure else [reader.failure for reader in self.readers if reader.failure]
        return list({fault.message: fault for fault in found}.values())

    @property
    def has_gaps(self) -> bool:
        """Whether runs may be missing from an answer that this connection had its part in, or should have had."""
        partial = self.was_partial or (self.plan is not None and self.plan.partial)
        return bool(self.failure or self.left_out or self._losses() or partial)

    @property
    def owes(self) -> bool:
        """Whether there is reason to ask again for what was left out.

        That is so where it took part in the walk before, or where what kept it from it may pass.
        """
        if self.plan is None:
            stood = () if self.after is None else self.after.of(self.name)
            return _may_pass(self.failure) or any(span.place not in (None, END) for span in stood)
        return any(
            self.place(reader.pages.stream.key) is not None or _may_pass(reader.failure) for reader in self.left_out
        )

    @property
    def comes_late(self) -> bool:
        """Whether the answer holds runs that are newer than the pages before it reached."""
        walked = self.after.position.key if self.after else None
        return walked is not None and any(reader.first and reader.first.key < walked for reader in self.readers)

    def place(self, stream: str) -> Position | None:
        """Where a list stood before; None where it had given nothing yet."""
        return None if self.after is None else self.after.place(self.name, stream)

    def too_slow(self, late_at: float) -> RundownError:
        """The failure of a connection whose time was up at `late_at`, on the event loop's clock."""
        return too_slow(self.name, late_at - self.began)

    def close(self, late_at: float | None) -> None:
        """Settle what counts as left out; `late_at` is when the time of the whole listing ran out, if it did."""
        if late_at is not None:
            for reader in self.readers:
                if reader.needs_step:
                    reader.stop(late_at=late_at)
        if self.readers and not self.taking_part:
            late = [reader.late_at for reader in self.readers if reader.late_at is not None]
            self.failure = next(iter(self.faults), None) or self.too_slow(max(late, default=self.began))

    @property
    def was_partial(self) -> bool:
        """Whether lists of it were not known when the walk began, or later."""
        return self.after is not None and connection_tag(self.name) in self.after.partial

    def spans(self, reached: Position) -> tuple[Span, ...]:
        """Where its lists stand once the answer reaches to `reached`; one without a part in it stays where it was.

        That lists have ended is only noted where all that took part have, so that a cursor needs few bytes for it.
        """
        if self.plan is None or not self.plan.streams:
            return (Span(b"", None),) if self.after is None else self.after.of(self.name)
        taking_part = {reader.pages.stream.key: reader for reader in self.taking_part}
        at_end = all(reader.ends_with(reached) for reader in taking_part.values())
        places: dict[bytes, Position | None] = {}
        for stream in self.plan.streams:
            reader = taking_part.get(stream.key)
            stood = self.place(stream.key)
            moved = END if at_end else older(stood, reached)
            places[list_tag(self.name, stream.key)] = stood if reader is None else moved
        return spans_of(places)

    def coverage(self) -> Coverage:
        """The receipt's item."""
        is_paced = any(isinstance(fault, RateLimited) for fault in self.faults)
        if self.failure is not None or self.plan is None:
            faults = tuple(fault.short for fault in self.faults)
            return Coverage(self.name, answered=False, notes=faults, is_owed=self.owes, is_paced=is_paced)
        looked = ("search looked in ids, titles and agent names",) if Filter.SEARCH in self.plan.here else ()
        notes = (*self.plan.notes, *looked, *self._stops(), *self._losses())
        return Coverage(self.name, answered=True, notes=notes, is_owed=self.owes, is_paced=is_paced)

    def _stops(self) -> list[str]:
        notes: list[str] = []
        left_out, count = self.left_out, len(self.plan.streams if self.plan else ())
        if left_out:
            notes.append(f"{len(left_out)} of {count} lists left out: {_why(left_out)}")
        early = [reader for reader in self.taking_part if reader.failure or reader.late_at is not None]
        if early:
            notes.append(f"stopped early: {_why(early)}")
        if self.scan.at_limit and any(reader.stopped for reader in self.readers):
            notes.append(_scanned(self.scan))
        if self.was_partial and self.plan is not None and not self.plan.partial:
            notes.append("some of its lists were unknown when this walk began; start anew for their newer runs")
        if self.comes_late:
            notes.append("late: some runs are newer than earlier pages")
        return notes

    def _losses(self) -> list[str]:
        notes = list(self.scan.notes)
        if self.scan.unread:
            notes.append(f"runs that could not be looked into: {self.scan.unread}")
        if self.scan.unusable:
            notes.append(f"rows left out for want of a usable id: {self.scan.unusable}")
        return notes


def checkpoint_of(asked: list[Asked], after: Checkpoint | None, reached: Position) -> Checkpoint:
    """How far a walk has come in all lists once the answer reaches to `reached`."""
    spans = {connection_tag(one.name): one.spans(reached) for one in asked}
    places = [span.place for found in spans.values() for span in found]
    walked = [place for place in (*places, after.position if after else None) if place is not None and place != END]
    position = max(walked, key=attrgetter("key"), default=reached)
    return Checkpoint(
        position,
        {tag: found for tag, found in spans.items() if found != (Span(b"", position),)},
        frozenset(connection_tag(one.name) for one in asked if one.was_partial or (one.plan and one.plan.partial)),
    )


def _why(stopped: list[StreamReader]) -> str:
    """What kept lists from being read on: the first fault, else the time, else how much was read of others."""
    late = any(reader.late_at is not None for reader in stopped)
    return next(
        (reader.failure.short for reader in stopped if reader.failure), "no time left" if late else "the scan limit"
    )


def _may_pass(failure: RundownError | None) -> bool:
    """Whether what kept a list from answering may be over soon; None is want of time."""
    return failure is None or isinstance(failure, RateLimited | Unavailable)


def _scanned(scan: Scan) -> str:
    if scan.details >= DETAILS_SCANNED:
        return f"stopped at the scan limit, {scan.details} runs looked into; older ones not yet"
    return f"stopped at the scan limit, {scan.rows} rows read; older ones not yet"
