"""Values for arguments that somebody is typing: cheap, kept for minutes, and never an error."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import Any, Final

import anyio

from rundown_mcp.domain.errors import RundownError
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Status
from rundown_mcp.domain.text import Untrusted
from rundown_mcp.provider import ListsTools
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.position import Key
from rundown_mcp.tools.context import ToolContext

MOST_VALUES: Final = 100
"""The most that the protocol allows in one answer."""
_RUNS: Final = 100
"""How many of each connection's newest runs are offered."""
_LONGEST: Final = 200
"""The longest name that a filter takes."""
_KEPT_S: Final = 300.0
_RUNS_KEPT_S: Final = 60.0
_RETRY_S: Final = 30.0
"""How long a connection that failed is not asked again, so that not every key stroke waits for it."""
_WAIT_S: Final = 2.0
_SINCE: Final = ("1h", "24h", "7d", "2w", "today", "yesterday")


@dataclass(frozen=True, slots=True)
class Offer:
    """The first values that match what was typed; `total` counts all that match."""

    values: tuple[str, ...] = ()
    total: int = 0

    @property
    def has_more(self) -> bool:
        """Whether more match than are here."""
        return self.total > len(self.values)


@dataclass(slots=True)
class _Kept:
    """What one connection last gave, and until when it is not asked again."""

    items: Sequence[Any] = ()
    until: float = -math.inf
    lock: anyio.Lock = field(default_factory=anyio.Lock)


class Completer:
    """Completes the arguments of prompts and resource templates, by their names.

    A connection that fails, or takes more than `wait_s`, offers what it last gave, or nothing.
    """

    def __init__(
        self, context: ToolContext, *, wait_s: float = _WAIT_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._context = context
        self._wait_s = wait_s
        self._clock = clock
        self._kept: dict[tuple[str, str], _Kept] = {}

    async def complete(self, argument: str, typed: str, given: Mapping[str, str], runs: Runs) -> Offer:
        """What the argument may be, of what begins with `typed` in any case; `given` are the other arguments.

        `runs` are those of the connections that may be asked.
        """
        try:
            return await self._offer(argument, typed, given, runs)
        except RundownError:
            return Offer()

    async def _offer(self, argument: str, typed: str, given: Mapping[str, str], runs: Runs) -> Offer:
        match argument:
            case "connection":
                return _matching(typed, (connection.name for connection in runs.connections))
            case "provider":
                head = typed[: typed.rfind(",") + 1]
                return _matching(typed, (head + connection.name for connection in runs.connections))
            case "status":
                return _matching(typed, Status)
            case "since":
                return _matching(typed, _SINCE)
            case "agent":
                return _matching(
                    typed, sorted(await self._gather(given, runs, "agents", self._agents), key=str.casefold)
                )
            case "tool":
                names = await self._gather(given, runs, "tools", self._tools)
                return _matching(typed, sorted(names, key=str.casefold))
            case "run" | "id":
                return await self._runs(typed, given, runs, whole=argument == "run")
            case _:
                return Offer()

    async def _runs(self, typed: str, given: Mapping[str, str], runs: Runs, *, whole: bool) -> Offer:
        """The newest runs first: as short refs, or where more was typed than those hold, as full ones."""
        found = await self._gather(given, runs, "runs", self._newest, kept_s=_RUNS_KEPT_S)
        refs = [ref for _, ref in sorted(found, key=itemgetter(0))]
        short = runs.short(refs)
        forms = [(short[ref], str(ref)) for ref in refs]
        if not whole:
            forms = [(one.partition(":")[2], other.partition(":")[2]) for one, other in forms]
        return _matching(typed, (full if len(typed) > len(brief) else brief for brief, full in forms))

    async def _gather(
        self,
        given: Mapping[str, str],
        runs: Runs,
        what: str,
        load: Callable[[Connection], Awaitable[Sequence[Any]]],
        *,
        kept_s: float = _KEPT_S,
    ) -> list[Any]:
        """What the connections give that the other arguments name; of all of them, where they name none."""
        named = given.get("connection") or given.get("provider") or ""
        wanted = {name.strip() for name in named.split(",") if name.strip()}
        connections = [one for one in runs.connections if not wanted or one.name in wanted]
        found: dict[str, Sequence[Any]] = {}

        async def ask(connection: Connection) -> None:
            found[connection.name] = await self._read((what, connection.name), partial(load, connection), kept_s=kept_s)

        async with anyio.create_task_group() as tasks:
            for connection in connections:
                tasks.start_soon(ask, connection)
        return [item for connection in connections for item in found[connection.name]]

    async def _read(
        self, key: tuple[str, str], load: Callable[[], Awaitable[Sequence[Any]]], *, kept_s: float
    ) -> Sequence[Any]:
        """What is kept, or what `load` gives in time; however many ask at once, it is loaded once."""
        kept = self._kept.setdefault(key, _Kept())
        async with kept.lock:
            if self._clock() >= kept.until:
                fresh_s = _RETRY_S
                with anyio.move_on_after(self._wait_s), suppress(RundownError):
                    kept.items, fresh_s = await load(), kept_s
                kept.until = self._clock() + fresh_s
        return kept.items

    async def _agents(self, connection: Connection) -> Sequence[str]:
        """The names of a connection's agents; the id of one whose name may not leave, or that has none."""
        agents = await connection.provider.agents()
        return list(filter(None, (self._showable(agent.name) or self._showable(agent.id) for agent in agents)))

    async def _tools(self, connection: Connection) -> Sequence[str]:
        """The tool names that runs have recorded, where the API lists them: counting them in runs is not cheap."""
        if not isinstance(connection.provider, ListsTools):
            return []
        options = (await connection.provider.tool_options()).items
        return list(filter(None, (self._showable(option.name) for option in options)))

    async def _newest(self, connection: Connection) -> Sequence[tuple[Key, Ref]]:
        page = await self._context.runs.list(
            RunQuery(), [connection], limit=_RUNS, after=None, time_s=self._wait_s * 0.8
        )
        return [(position.key, run.ref) for position, run in page.rows]

    def _showable(self, value: Untrusted | None) -> str:
        """A value as it is, where the gate lets it out unchanged; else nothing, for a filter could not use it."""
        if value is None:
            return ""
        shown = str(self._context.gate.safe(value)).strip()
        return shown if len(shown) <= _LONGEST and value.equals(shown) else ""


def _matching(typed: str, options: Iterable[str]) -> Offer:
    """Those of the options that begin with what was typed, each once."""
    wanted = typed.casefold()
    found = [option for option in dict.fromkeys(options) if option.casefold().startswith(wanted)]
    return Offer(tuple(found[:MOST_VALUES]), len(found))
