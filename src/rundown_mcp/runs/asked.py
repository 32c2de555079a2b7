"""One connection in the course of one listing: its plan, its lists, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from rundown_mcp.domain.errors import RundownError
from rundown_mcp.provider import ListPlan
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.coverage import Coverage
from rundown_mcp.runs.fanout import too_slow
from rundown_mcp.runs.position import Position, Standing, list_tag, older
from rundown_mcp.runs.stream import DETAILS_SCANNED, Scan, StreamReader


@dataclass(slots=True, kw_only=True)
class Asked:
    """A connection that was asked for runs behind `after`; `plan` is None where it had none to give."""

    connection: Connection
    after: Standing | None
    plan: ListPlan | None = None
    failure: RundownError | None = None
    readers: list[StreamReader] = field(default_factory=list)
    scan: Scan = field(default_factory=Scan)

    @property
    def name(self) -> str:
        """The connection's name."""
        return self.connection.name

    @property
    def out_of_time(self) -> bool:
        """Whether a list was not read on because its time had run out."""
        return any(reader.late for reader in self.readers)

    @property
    def faults(self) -> list[RundownError]:
        """What kept it from answering, or from answering on."""
        return [self.failure] if self.failure else [reader.failure for reader in self.readers if reader.failure]

    @property
    def has_gaps(self) -> bool:
        """Whether runs may be missing from an answer that this connection had its part in, or should have had."""
        return bool(self.failure or self.scan.unread or self.scan.unusable) or any(
            reader.left_out for reader in self.readers
        )

    @property
    def fell_behind(self) -> bool:
        """Whether a list took part in the walk before, and has no part in this answer."""
        if self.plan is None:
            return self._stood() is not None
        return any(reader.left_out and self._stood(reader) is not None for reader in self.readers)

    def close(self, time_s: float, *, out_of_time: bool) -> None:
        """Settle what a connection whose time ran out, or whose lists all failed, counts as."""
        if self.plan is None:
            self.failure = self.failure or too_slow(self.name, time_s)
        for reader in self.readers if out_of_time else ():
            if reader.needs_step:
                reader.stopped = reader.late = True
        if self.readers and all(reader.left_out for reader in self.readers):
            self.failure = next(iter(self.faults), too_slow(self.name, time_s))

    def places(self, reached: Position) -> dict[bytes, Position | None]:
        """Where each list stands once the answer reaches to `reached`; one without a part in it stays where it was."""
        places = {
            list_tag(self.name, reader.pages.stream.key): self._stood(reader)
            if reader.left_out
            else older(reader.pages.after, reached)
            for reader in self.readers
        }
        return places if self.plan else {list_tag(self.name): self._stood()}

    def coverage(self) -> Coverage:
        """The receipt's item."""
        kept = ["the cursor keeps its place"] if self.fell_behind else []
        if self.failure is not None or self.plan is None:
            return Coverage(self.name, answered=False, notes=(*(fault.short for fault in self.faults), *kept))
        return Coverage(self.name, answered=True, notes=(*self.plan.notes, *self._stops(), *kept, *self._losses()))

    def _stood(self, reader: StreamReader | None = None) -> Position | None:
        """Where a list, or the whole connection, stood before; None where it had not taken part yet."""
        if self.after is None:
            return None
        return self.after.of(self.name, reader.pages.stream.key if reader else None)

    def _stops(self) -> list[str]:
        notes: list[str] = []
        left_out = [reader for reader in self.readers if reader.left_out]
        if left_out:
            why = next((reader.failure.short for reader in left_out if reader.failure), "no time left")
            notes.append(f"{len(left_out)} of {len(self.readers)} lists left out: {why}")
        early = next((reader.failure for reader in self.readers if reader.failure and not reader.left_out), None)
        if early is not None:
            notes.append(f"stopped early: {early.short}")
        if self.scan.at_limit and any(reader.stopped for reader in self.readers):
            notes.append(_scanned(self.scan))
        if self.out_of_time and not left_out:
            notes.append("stopped early: no time left")
        return notes

    def _losses(self) -> list[str]:
        notes: list[str] = []
        if self.scan.unread:
            notes.append(f"runs that could not be looked into: {self.scan.unread}")
        if self.scan.unusable:
            notes.append(f"rows left out for want of a usable id: {self.scan.unusable}")
        return notes


def standing_of(asked: list[Asked], after: Standing | None, reached: Position) -> Standing:
    """How far a walk has come in all lists once the answer reaches to `reached`."""
    places = {tag: place for one in asked for tag, place in one.places(reached).items()}
    position = max((place for place in places.values() if place), key=lambda place: place.key, default=reached)
    known = {list_tag(one.name) for one in asked if one.plan} | places.keys()
    kept = {tag: place for tag, place in (after.behind if after else {}).items() if tag not in known}
    return Standing(position, kept | {tag: place for tag, place in places.items() if place != position})


def _scanned(scan: Scan) -> str:
    if scan.details >= DETAILS_SCANNED:
        return f"stopped at the scan limit, {scan.details} runs looked into; older ones not yet"
    return f"stopped at the scan limit, {scan.rows} rows read; older ones not yet"
