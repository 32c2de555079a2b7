"""The seeded world: a made-up company, and what its agents did in the last fourteen days."""

import random
from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from rundown_mcp.sandbox.casting import Casting, Contact
from rundown_mcp.sandbox.company import Company, found
from rundown_mcp.sandbox.ids import Ids, derived
from rundown_mcp.sandbox.model import CallRun, ChatRun, Run, TicketRun
from rundown_mcp.sandbox.people import Planted, Vault, customers
from rundown_mcp.sandbox.schedule import counts, starts
from rundown_mcp.sandbox.script import Kit
from rundown_mcp.sandbox.stories import CALLS, CHATS, TICKETS
from rundown_mcp.sandbox.stories.shelf import Shelf, Story

Pen = TypeVar("Pen")
AnyRun = TypeVar("AnyRun", bound=Run)

VENDORS = ("duckie", "happyrobot", "conduit")
_SHARES = {"duckie": 0.45, "happyrobot": 0.27}
_TICK = timedelta(milliseconds=1)


def _by_start(run: Run) -> tuple[datetime, str]:
    return run.started, run.id


@dataclass
class World:
    """One company's runs, each list in the order of (start, id); times are aware, in UTC, in whole milliseconds.

    Nothing but `arrive` changes it.
    """

    seed: int
    now: datetime
    company: Company
    casting: Casting
    tickets: list[TicketRun] = field(default_factory=list)
    calls: list[CallRun] = field(default_factory=list)
    chats: list[ChatRun] = field(default_factory=list)

    @property
    def runs(self) -> list[Run]:
        """Every run of every vendor, in the order of (start, id)."""
        return sorted((*self.tickets, *self.calls, *self.chats), key=_by_start)

    @property
    def planted(self) -> Planted:
        """What must never be shown; it grows as runs arrive."""
        return self.casting.kit.vault.planted()

    @property
    def contacts(self) -> dict[str, Contact]:
        """The chat workspaces' contacts by id."""
        return self.casting.contacts

    @property
    def conversations(self) -> dict[str, list[ChatRun]]:
        """The runs of each chat conversation by its id, in the order of time."""
        return self.casting.conversations

    def token(self, label: str, length: int = 32) -> str:
        """Characters that follow from the seed and a label: what the imitated APIs' keys are made of."""
        return derived(self.seed, label, length)

    def arrive(
        self, count: int = 1, *, vendor: str | None = None, at: datetime | None = None, story: str | None = None
    ) -> list[str]:
        """New runs start, each a millisecond after the one before; returns their ids in the vendor's form.

        Without `at` they start at the world's `now`, or after the newest run, whichever is later. `vendor`: one for
        all, else drawn for each. `story`: which one is told, else the one of a run that has just begun.
        """
        moment = at or max(self.now, *(runs[-1].started for runs in self._lists() if runs)) + _TICK
        moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        ids = []
        for _ in range(count):
            chosen = vendor or self.casting.kit.rng.choice(VENDORS)
            ids.append(self._add(chosen, story or "running", moment))
            moment += _TICK
        return ids

    def _lists(self) -> Sequence[Sequence[Run]]:
        return self.tickets, self.calls, self.chats

    def _add(self, vendor: str, story: str, start: datetime) -> str:
        if vendor == "duckie":
            return _tell(self.tickets, TICKETS, self.casting.ticket, story, start)
        if vendor == "happyrobot":
            return _tell(self.calls, CALLS, self.casting.call, story, start)
        if vendor == "conduit":
            return _tell(self.chats, CHATS, self.casting.chat, story, start)
        raise ValueError(f"no vendor {vendor!r}: one of {', '.join(VENDORS)}")


def _tell(
    into: list[AnyRun], shelf: Shelf[Pen], tell: Callable[[Story[Pen], datetime], AnyRun], name: str, start: datetime
) -> str:
    story = next((story for story in shelf.stories if story.name == name), None)
    if story is None:
        known = ", ".join(story.name for story in shelf.stories)
        raise ValueError(f"{shelf.vendor} has no story {name!r}: one of {known}")
    run = tell(story, start)
    insort(into, run, key=_by_start)
    return run.id


def _fill(
    into: list[AnyRun],
    shelf: Shelf[Pen],
    tell: Callable[[Story[Pen], datetime], AnyRun],
    runs: int,
    world: World,
) -> None:
    rng = world.casting.kit.rng
    plan: list[tuple[datetime, int]] = []
    for at, (story, count) in enumerate(zip(shelf.stories, counts(rng, shelf.stories, runs), strict=True)):
        plan += [(start, at) for start in starts(rng, story, count, world.now)]
    into += [tell(shelf.stories[at], start) for start, at in sorted(plan)]
    into.sort(key=_by_start)


def build_world(*, seed: int = 7, runs: int = 400, now: datetime | None = None) -> World:
    """A world of `runs` runs in the 14 days before `now` (default: this moment); the same for the same arguments.

    With 400 runs or more each story is told at least as often as it asks for; with fewer, some are left out.
    """
    now = now or datetime.now(UTC)
    rng = random.Random(seed)  # noqa: S311 the same seed must give the same world
    people = customers(rng)
    ids = Ids(rng)
    company = found(rng, now)
    world = World(seed, now, company, Casting(Kit(rng, ids, Vault(rng, ids), company, people)))
    tickets, calls = (round(runs * share) for share in _SHARES.values())
    _fill(world.tickets, TICKETS, world.casting.ticket, tickets, world)
    _fill(world.calls, CALLS, world.casting.call, calls, world)
    _fill(world.chats, CHATS, world.casting.chat, runs - tickets - calls, world)
    return world
