"""All connections of a server as one thing to ask."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import anyio
from pydantic import SecretStr

from rundown_mcp.domain.errors import (
    ConnectionFailure,
    InvalidArgument,
    NotConfigured,
    NotFound,
    RunNotFound,
    quoted_some,
)
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref, short_forms
from rundown_mcp.domain.run import RunDetail
from rundown_mcp.provider import ConfigQuery, ReadsConversations
from rundown_mcp.runs.cache import RunCache
from rundown_mcp.runs.checkpoint import Checkpoint
from rundown_mcp.runs.config_items import ConfigList, list_config
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.cursor import CursorCodec, Place
from rundown_mcp.runs.fanout import Answered, too_slow
from rundown_mcp.runs.listing import RunList, list_runs
from rundown_mcp.runs.refs import RefFinder
from rundown_mcp.runs.shown import ShownRuns
from rundown_mcp.runs.tool_names import ToolNames, list_tool_names
from rundown_mcp.transport.lane import in_bulk

_FINDING_SHARE: Final = 0.5
"""The part of the time that may go into looking for a run whose whole id is not known."""


_NONE_OPEN: Final = "No connection is open to this token. Its operator can change that, in RUNDOWN_CONFIG."


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read and shown, kept for minutes."""

    runs: RunCache = field(default_factory=RunCache)
    conversations: RunCache = field(default_factory=RunCache)
    shown: ShownRuns = field(default_factory=ShownRuns)


class Runs:
    """The runs of every connection.

    `secret` signs cursors and keys tags; it is the same in every process with the same connections. `keys` are those
    of the connections, which no answer may show.
    `how_to_configure` is what a user is told where there is no connection at all.
    """

    def __init__(
        self,
        connections: Sequence[Connection],
        *,
        secret: bytes,
        how_to_configure: str,
        sandbox: bool = False,
        keys: Sequence[SecretStr] = (),
        kept: Kept | None = None,
    ) -> None:
        self._connections: Mapping[str, Connection] = {connection.name: connection for connection in connections}
        self._how_to_configure = how_to_configure
        self._kept = kept or Kept()
        self.secret = secret
        self.keys = keys
        self.cursors = CursorCodec(secret)
        self.sandbox = sandbox

    @property
    def shown(self) -> ShownRuns:
        """What answers showed of finished runs."""
        return self._kept.shown

    def only(self, names: frozenset[str]) -> Runs:
        """The same runs, of no connections but these; what is kept in memory is shared.

        The others are as if they were not set up: no answer, error or completion tells of them.
        """
        return Runs(
            [one for name, one in self._connections.items() if name in names],
            secret=self.secret,
            how_to_configure=_NONE_OPEN,
            sandbox=self.sandbox,
            keys=self.keys,
            kept=self._kept,
        )

    @property
    def connections(self) -> Sequence[Connection]:
        """Every connection, in the order of the settings.

        Raises:
            NotConfigured: there is none.
        """
        if not self._connections:
            raise NotConfigured(self._how_to_configure)
        return list(self._connections.values())

    def select(self, names: Sequence[str]) -> Sequence[Connection]:
        """The connections of these names, in any case; all of them where no name is given.

        Raises:
            InvalidArgument: a name that is no connection's.
        """
        everything = self.connections
        unknown = [name for name in names if name.lower() not in self._connections]
        if unknown:
            raise InvalidArgument(
                "provider",
                f"{quoted_some(unknown)} is no connection; there are {', '.join(self._connections)}",
            )
        wanted = {name.lower() for name in names} or set(self._connections)
        return [connection for connection in everything if connection.name in wanted]

    async def list(
        self, query: RunQuery, connections: Sequence[Connection], *, limit: int, after: Checkpoint | None, time_s: float
    ) -> RunList:
        """The next `limit` runs behind `after`; see `list_runs`. What a row shows to have changed is no longer kept."""
        page = await list_runs(connections, query, limit=limit, after=after, fetch=self.get_of_many, time_s=time_s)
        for _, run in page.rows:
            self._kept.runs.drop_older_than(run)
            self._kept.conversations.drop_older_than(run)
        return page

    async def tool_names(
        self, connections: Sequence[Connection], agents: tuple[str, ...], *, time_s: float
    ) -> Answered[ToolNames]:
        """The tool names that runs have recorded; see `list_tool_names`."""
        return await list_tool_names(connections, agents, fetch=self.get_of_many, time_s=time_s)

    async def config(
        self,
        query: ConfigQuery,
        connections: Sequence[Connection],
        places: Mapping[str, Place] | None,
        *,
        limit: int,
        time_s: float,
    ) -> ConfigList:
        """What is set up; see `list_config`."""
        return await list_config(connections, query, places, limit=limit, time_s=time_s)

    async def find(self, text: str, *, parameter: str = "run", time_s: float = math.inf) -> Ref:
        """The run that a text names, given as `parameter`; see `RefFinder.find`."""
        return await RefFinder(self.connections, self.get, time_s=time_s).find(text, parameter=parameter)

    async def read(self, text: str, *, time_s: float, conversation: bool = False) -> tuple[Ref, RunDetail]:
        """Find the run that a text names, and read it, in at most about `time_s`.

        With `conversation` also what was said in it, where that takes requests of its own; where they fail, the run
        says what is missing.

        Raises:
            RundownError: as `find` and `get`.
            Unavailable: a connection gave no answer in the time that was left for it.
        """
        began = anyio.current_time()
        ref = await self.find(text, time_s=time_s * _FINDING_SHARE)
        detail = await self.get_within(ref, time_s=time_s - (anyio.current_time() - began))
        if conversation:
            detail = await self._with_conversation(ref, detail, time_s=time_s - (anyio.current_time() - began))
        return ref, detail

    async def _with_conversation(self, ref: Ref, detail: RunDetail, *, time_s: float) -> RunDetail:
        """The run with what was said in it; as it is where its provider gave no more, or failed.

        Whom it tells of is known from then on, whichever part of the run is shown: a name that is masked in one answer
        stands in no other.
        """
        provider = self._connections[ref.connection].provider
        if not detail.thread or not isinstance(provider, ReadsConversations):
            return detail
        asked_at = anyio.current_time()
        failure: ConnectionFailure | None = None
        with anyio.move_on_after(time_s):
            try:
                whole = await self._kept.conversations.get(ref, partial(provider.read_conversation, detail))
            except ConnectionFailure as fault:
                failure = fault
            else:
                if whole.run.identities != detail.run.identities:
                    self._kept.runs.exchange(detail, replace(detail, run=whole.run))
                return whole
        failure = failure or too_slow(ref.connection, anyio.current_time() - asked_at)
        return replace(detail, missing=(*detail.missing, f"conversation not read: {failure.short}"))

    async def get_within(self, ref: Ref, *, time_s: float) -> RunDetail:
        """As `get`, in at most about `time_s`.

        Raises:
            Unavailable: its connection gave no answer in that time.
        """
        asked_at = anyio.current_time()
        with anyio.move_on_after(time_s):
            return await self.get(ref)
        raise too_slow(ref.connection, anyio.current_time() - asked_at)

    async def get(self, ref: Ref) -> RunDetail:
        """One run, whole; a finished one stays readable for minutes without another request.

        Raises:
            RunNotFound: it does not exist, or the key cannot see it.
            ConnectionFailure: the provider did not answer.
        """
        connection = self._connections[ref.connection]
        try:
            detail = await self._kept.runs.get(ref, lambda: connection.provider.get_run(ref.id))
        except NotFound:
            raise RunNotFound(
                f"{ref} does not exist, or the key in {connection.key_variable} cannot see it. "
                "Find runs with list_runs."
            ) from None
        connection.seen.add(ref, detail.run.aliases)
        return detail

    async def get_of_many(self, ref: Ref) -> RunDetail:
        """As `get`, for one run of many that a call looks into: it lets the reads of other calls by."""
        with in_bulk():
            return await self.get(ref)

    def short(self, refs: Sequence[Ref]) -> Mapping[Ref, str]:
        """The short form of each ref, unique among all that this server has named."""
        return short_forms(refs, {name: connection.seen.index for name, connection in self._connections.items()})
