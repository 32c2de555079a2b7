"""All connections of a server as one thing to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rundown_mcp.domain.errors import InvalidArgument, NotConfigured, NotFound, RunNotFound, quoted_some
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref, short_forms
from rundown_mcp.domain.run import RunDetail
from rundown_mcp.runs.cache import RunCache
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.cursor import CursorCodec
from rundown_mcp.runs.listing import RunList, list_runs
from rundown_mcp.runs.position import Standing
from rundown_mcp.runs.refs import RefFinder


class Runs:
    """The runs of every connection.

    `secret` signs cursors and keys tags; it is the same in every process with the same connections.
    `how_to_configure` is what a user is told where there is no connection at all.
    """

    def __init__(
        self, connections: Sequence[Connection], *, secret: bytes, how_to_configure: str, sandbox: bool = False
    ) -> None:
        self._connections: Mapping[str, Connection] = {connection.name: connection for connection in connections}
        self._how_to_configure = how_to_configure
        self._cache = RunCache()
        self.secret = secret
        self.cursors = CursorCodec(secret)
        self.sandbox = sandbox

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
        """The connections of these names; all of them where no name is given.

        Raises:
            InvalidArgument: a name that is no connection's.
        """
        everything = self.connections
        unknown = [name for name in names if name not in self._connections]
        if unknown:
            raise InvalidArgument(
                "provider",
                f"{quoted_some(unknown)} is no connection; there are {', '.join(self._connections)}",
            )
        wanted = set(names) or set(self._connections)
        return [connection for connection in everything if connection.name in wanted]

    async def list(
        self, query: RunQuery, connections: Sequence[Connection], *, limit: int, after: Standing | None, time_s: float
    ) -> RunList:
        """The next `limit` runs behind `after`; see `list_runs`."""
        return await list_runs(connections, query, limit=limit, after=after, fetch=self.get, time_s=time_s)

    async def find(self, text: str, *, parameter: str = "run") -> Ref:
        """The run that a text names, given as `parameter`; see `RefFinder.find`."""
        return await RefFinder(self.connections, self.get).find(text, parameter=parameter)

    async def get(self, ref: Ref) -> RunDetail:
        """One run, whole; a finished one stays readable for minutes without another request.

        Raises:
            RunNotFound: it does not exist, or the key cannot see it.
            ConnectionFailure: the provider did not answer.
        """
        connection = self._connections[ref.connection]
        try:
            detail = await self._cache.get(ref, lambda: connection.provider.get_run(ref.id))
        except NotFound:
            raise RunNotFound(
                f"{ref} does not exist, or the key in {connection.key_variable} cannot see it. "
                "Find runs with list_runs."
            ) from None
        connection.seen.add(ref, detail.run.aliases)
        return detail

    def short(self, refs: Sequence[Ref]) -> Mapping[Ref, str]:
        """The short form of each ref, unique among all that this server has named."""
        return short_forms(refs, {name: connection.seen.index for name, connection in self._connections.items()})
