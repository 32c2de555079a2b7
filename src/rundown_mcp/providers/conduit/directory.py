"""The agents of all the token's workspaces, listed once and kept for some minutes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import anyio

from rundown_mcp.domain.errors import BadRequest, ConnectionFailure, NotFound, RateLimited, UnexpectedBody
from rundown_mcp.domain.ref import is_safe_id
from rundown_mcp.provider import Page
from rundown_mcp.providers.conduit import SPEC
from rundown_mcp.providers.conduit.listing import read_all
from rundown_mcp.providers.conduit.wire import Agent, Workspace
from rundown_mcp.transport.cached import KEPT_S, CachedValue
from rundown_mcp.transport.json_api import JsonApi

KEPT_PARTIAL_S: Final = 30.0
"""A listing with gaps is made anew soon, a rate limit being over within a minute."""
_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class Directory:
    """What was listed; `failed` of `workspaces` could not be read, `odd` agents had no usable id."""

    agents: tuple[Agent, ...] = ()
    workspaces: int = 0
    failed: int = 0
    odd: int = 0

    def find(self, agent_id: str) -> Agent | None:
        """The agent of that id."""
        return next((agent for agent in self.agents if agent.id == agent_id), None)

    @property
    def gaps(self) -> tuple[str, ...]:
        """The workspaces that are missing, for a receipt."""
        return (f"{self.failed} of {self.workspaces} workspaces could not be listed",) if self.failed else ()

    @property
    def notes(self) -> tuple[str, ...]:
        """All that is missing, for a receipt."""
        odd = (f"agents left out for want of a usable id: {self.odd}",) if self.odd else ()
        return (*self.gaps, *odd)


class AgentDirectory:
    """The cache of one connection: `read` may fail, `recall` never does."""

    def __init__(self, api: JsonApi, workspace_id: str | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._workspace_id = workspace_id
        self._kept = CachedValue(
            self._load, kept_s=lambda found: KEPT_PARTIAL_S if found.failed else KEPT_S, clock=clock
        )

    async def read(self) -> Directory:
        """The agents, listed anew where the last listing is too old.

        Raises:
            ConnectionFailure: no workspace could be listed.
        """
        return await self._kept.read()

    async def recall(self) -> Directory:
        """The agents as far as they are known, for names only: an older listing, or none, where a new one fails."""
        return await self._kept.recall() or Directory()

    async def _load(self) -> Directory:
        if self._workspace_id is not None:
            return _collect([await self._list_agents(self._workspace_id)], odd_workspaces=0)
        workspaces, odd = await self._workspaces()
        if workspaces is None:
            return _collect([await self._list_without_workspace()], odd_workspaces=0)
        return _collect(await self._list_each(workspaces), odd_workspaces=odd)

    async def _workspaces(self) -> tuple[list[str] | None, int]:
        """The ids of the token's workspaces, and how many had none; None where that list itself cannot be read."""
        try:
            rows = await read_all(self._api, "/workspaces", (), Workspace, what="the list of workspaces")
        except (NotFound, BadRequest, UnexpectedBody):
            return None, 0
        ids = list(dict.fromkeys(row.key for row in rows.items if row.key))
        odd = rows.unusable + sum(1 for row in rows.items if not row.key)
        return (ids if ids or not odd else None), odd

    async def _list_each(self, workspaces: Sequence[str]) -> list[Page[Agent] | ConnectionFailure]:
        limiter = anyio.CapacityLimiter(_AT_ONCE)
        found: dict[str, Page[Agent] | ConnectionFailure] = {}
        limited: RateLimited | None = None

        async def list_one(workspace: str) -> None:
            nonlocal limited
            async with limiter:
                try:
                    found[workspace] = limited or await self._list_agents(workspace)
                except ConnectionFailure as failure:
                    found[workspace] = failure
                    limited = failure if isinstance(failure, RateLimited) else limited

        async with anyio.create_task_group() as group:
            for workspace in workspaces:
                group.start_soon(partial(list_one, workspace))
        return [found[workspace] for workspace in workspaces]

    async def _list_without_workspace(self) -> Page[Agent]:
        connection = self._api.connection
        try:
            return await self._list_agents(None)
        except BadRequest as refusal:
            raise BadRequest(
                connection,
                f"workspaces cannot be listed: {refusal.short}",
                f"{connection}: the workspaces of the token cannot be listed ({refusal.short}); name one in "
                f"{SPEC.variable('workspace_id')} (workspace_id in the configuration file)",
            ) from None

    async def _list_agents(self, workspace: str | None) -> Page[Agent]:
        params = [] if workspace is None else [("workspace_id", workspace)]
        return await read_all(self._api, "/agents", params, Agent, what="the list of agents")


def _collect(results: Sequence[Page[Agent] | ConnectionFailure], *, odd_workspaces: int) -> Directory:
    """One directory of what could be listed; the first failure is raised where nothing could."""
    lists = [result for result in results if isinstance(result, Page)]
    failures = [result for result in results if not isinstance(result, Page)]
    if failures and not lists:
        raise failures[0]
    agents: dict[str, Agent] = {}
    odd = sum(rows.unusable for rows in lists)
    for agent in (each for rows in lists for each in rows.items):
        if agent.id is not None and "/" not in agent.id and is_safe_id(agent.id):
            agents.setdefault(agent.id, agent)
        else:
            odd += 1
    return Directory(
        agents=tuple(agents.values()),
        workspaces=len(results) + odd_workspaces,
        failed=len(failures) + odd_workspaces,
        odd=odd,
    )
