"""The client of Conduit's API: which address, which parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from rundown_mcp.domain.errors import BadRequest, InvalidRef, NotFound, UnexpectedBody
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Named, Run, RunDetail
from rundown_mcp.domain.text import Kind
from rundown_mcp.provider import ConfigItem, ConfigQuery, ListPlan, Page, RunStream, refuse_lacking
from rundown_mcp.providers.conduit import SPEC
from rundown_mcp.providers.conduit.config import KINDS, config_page
from rundown_mcp.providers.conduit.conversation import read_conversation
from rundown_mcp.providers.conduit.directory import AgentDirectory
from rundown_mcp.providers.conduit.listing import read_page
from rundown_mcp.providers.conduit.mapping import to_detail, to_run, usable_id
from rundown_mcp.providers.conduit.plan import make_plan
from rundown_mcp.providers.conduit.settings import ConduitSettings
from rundown_mcp.providers.conduit.wire import Agent, AgentRun, AgentRunBody, Workspace
from rundown_mcp.threads import in_thread
from rundown_mcp.transport.json_api import JsonApi, segment
from rundown_mcp.transport.values import value
from rundown_mcp.transport.wire import decode


class ConduitClient:
    """Runs exist for each agent only: all agents of all workspaces are found first, and kept for some minutes.

    Sources: docs.conduit.ai/api-reference/agents/list-runs, docs.conduit.ai/api-reference/agents/get-run
    """

    def __init__(self, connection: str, settings: ConduitSettings, api: JsonApi) -> None:
        self._connection = connection
        self._api = api
        self._workspace_id = settings.workspace_id
        self._workspace = [] if settings.workspace_id is None else [("workspace_id", settings.workspace_id)]
        self._directory = AgentDirectory(api, settings.workspace_id)

    async def plan(self, query: RunQuery) -> ListPlan:
        """One stream for each agent and wanted status; Conduit's lists have no other filter."""
        refuse_lacking(query, SPEC, self._connection)
        return make_plan(query, await self._directory.read())

    async def list_page(self, stream: RunStream, query: RunQuery, *, token: str | None, size: int) -> Page[Run]:
        """One page of an agent's runs; a `source` that is a trigger's id is met as well as one that is its name."""
        wanted = dict(stream.params)
        agent_id = wanted["agent"]
        status = [("status", wanted["status"])] if "status" in wanted else []
        rows = await read_page(
            self._api,
            f"/agents/{segment(agent_id)}/runs",
            [*self._workspace, *status],
            AgentRun,
            token,
            what="the list of runs",
            size=size,
        )
        agent = (await self._directory.recall()).find(agent_id)
        known = [(usable_id(agent_id, row.id), row) for row in rows.items]
        runs = tuple(
            to_run(Ref(self._connection, run_id), row, agent=agent, sources=query.sources)
            for run_id, row in known
            if run_id is not None
        )
        return Page(runs, rows.next_token, rows.unusable + len(known) - len(runs), rows.notes)

    async def get_run(self, run_id: str) -> RunDetail:
        """One run by `<agent_id>/<id>`.

        Raises:
            InvalidRef: not of that form; nothing was sent.
            NotFound: no such run, or none that this key can see.
        """
        agent_id, _, own_id = run_id.partition("/")
        if usable_id(agent_id, own_id) is None:
            raise InvalidRef("run", f"a run at {self._connection} is named by <agent_id>/<run_id>")
        sent = await self._api.get(f"/agents/{segment(agent_id)}/runs/{segment(own_id)}", self._workspace)
        read = partial(decode, AgentRunBody, sent, connection=self._connection, what="the run")
        body = await in_thread(read)
        agent = (await self._directory.recall()).find(agent_id)
        ref = Ref(self._connection, usable_id(agent_id, body.data.id) or run_id)
        return await in_thread(partial(to_detail, ref, body.data, agent=agent))

    async def read_conversation(self, detail: RunDetail) -> RunDetail:
        """The run with its part of the conversation, and with its guest among the people to be masked.

        Raises:
            ConnectionFailure: the messages could not be read.
        """
        return await read_conversation(self._api, self._workspace, detail)

    async def agents(self) -> Sequence[Named]:
        """The agents of the workspaces that could be listed."""
        return [
            Named(value(agent.id, Kind.ID), value(agent.name, Kind.NAME))
            for agent in (await self._directory.read()).agents
        ]

    async def probe(self) -> str:
        """The first page of workspaces, or of agents where a workspace is set or workspaces cannot be listed."""
        if self._workspace_id is None:
            try:
                found = await read_page(self._api, "/workspaces", (), Workspace, what="the list of workspaces")
            except (NotFound, BadRequest, UnexpectedBody):
                return _counted(len((await self._directory.read()).agents), "agent", more=False)
            return _counted(len(found.items), "workspace", more=found.next_token is not None)
        agents = await read_page(self._api, "/agents", self._workspace, Agent, what="the list of agents")
        return _counted(len(agents.items), "agent", more=agents.next_token is not None)

    @property
    def config_kinds(self) -> Mapping[str, frozenset[str]]:
        """Agents and guardrails."""
        return KINDS

    async def list_config(self, query: ConfigQuery, *, token: str | None, size: int) -> Page[ConfigItem]:  # noqa: ARG002 - all is at hand, on one page
        """All of a kind at once; there is no second page."""
        return config_page(query, await self._directory.read())


def _counted(number: int, noun: str, *, more: bool) -> str:
    return f"{'at least ' if more else ''}{number} {noun}{'' if number == 1 else 's'}"
