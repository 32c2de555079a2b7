"""Answers Conduit's endpoints: workspaces, agents, runs, escalations, messages, contacts.

Where the documents are silent: a bad parameter is 400 with its name; an id that is unknown is 404, as is one that is
not in the workspace asked for; every list is newest first unless `order=asc`.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import TypeVar

from starlette.requests import Request
from starlette.routing import BaseRoute

from rundown_mcp.providers.conduit.sandbox import bodies
from rundown_mcp.providers.conduit.sandbox.bodies import Body
from rundown_mcp.sandbox.casting import Contact
from rundown_mcp.sandbox.model import ChatAgent, ChatRun
from rundown_mcp.sandbox.web import (
    Budget,
    Clock,
    Refused,
    as_whole_number,
    bearer,
    cursor_of,
    elsewhere,
    get,
    page_of,
    values_of,
)
from rundown_mcp.sandbox.world import World

Found = TypeVar("Found", ChatAgent, ChatRun, Contact)

_DEFAULT_ROWS = 20
_MOST_ROWS = 100
_ESCALATION_STATUSES = ("pending", "reviewed", "resolved", "dismissed")
_NO_WORKSPACE = "Invalid workspace id"


def _refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> Refused:
    return Refused(status, {"error": message}, headers)


class Api:
    """The endpoints over one world, for one token that opens all its workspaces."""

    def __init__(self, world: World, key: str, per_minute: int | None, clock: Clock) -> None:
        self._world = world
        self._key = key
        self._budget = Budget(per_minute or 1, clock, kept=per_minute is not None)

    def routes(self) -> list[BaseRoute]:
        """Every route, relative to /v1."""
        return [
            get("/workspaces", self._guard, self._workspaces),
            get("/agents", self._guard, self._agents),
            get("/agents/{id}", self._guard, self._agent),
            get("/agents/{id}/runs", self._guard, self._runs),
            get("/agents/{id}/runs/{run_id}", self._guard, self._run),
            get("/escalations", self._guard, self._escalations),
            get("/conversations/{id}/messages", self._guard, self._messages),
            get("/contacts/{id}", self._guard, self._contact),
            elsewhere(lambda: _refusal(404, "Not found")),
        ]

    def _guard(self, request: Request) -> Mapping[str, str]:
        if request.method != "GET":
            raise _refusal(405, "Method not allowed", {"Allow": "GET"})
        if not hmac.compare_digest((bearer(request) or "").encode(), self._key.encode()):
            raise _refusal(401, "Unauthorized")
        return {}

    def _count(self, workspace_id: str) -> None:
        """Counts the request against its workspace; one without counts against the token."""
        wait_s = self._budget.take(workspace_id).wait_s
        if wait_s is not None:
            raise _refusal(429, "Rate limit exceeded", {"Retry-After": str(wait_s)})

    def _admit(self, request: Request, found: Found | None, what: str) -> Found:
        """What the path names, counted against its workspace, which must be the one asked for if any is."""
        asked = _single(request, "workspace_id")
        if asked is not None:
            self._open(asked)
        self._count(found.workspace_id if found else asked or "")
        if found is None or asked not in {None, found.workspace_id}:
            raise _refusal(404, f"{what} not found")
        return found

    def _open(self, workspace_id: str) -> None:
        if not workspace_id:
            raise _refusal(400, _NO_WORKSPACE)
        if all(workspace.id != workspace_id for workspace in self._world.company.workspaces):
            raise _refusal(403, "This token has no access to the workspace")

    def _required_workspace(self, request: Request) -> str:
        asked = _single(request, "workspace_id")
        if asked is None:
            raise _refusal(400, _NO_WORKSPACE)
        self._open(asked)
        self._count(asked)
        return asked

    def _workspaces(self, request: Request) -> object:
        self._count("")
        return _page(request, [bodies.workspace_body(workspace) for workspace in self._world.company.workspaces])

    def _agents(self, request: Request) -> object:
        workspace_id = self._required_workspace(request)
        agents = self._world.company.chat_agents
        return _page(request, [bodies.agent_body(agent) for agent in agents if agent.workspace_id == workspace_id])

    def _find_agent(self, request: Request) -> ChatAgent:
        wanted = request.path_params["id"]
        agent = next((agent for agent in self._world.company.chat_agents if agent.id == wanted), None)
        return self._admit(request, agent, "Agent")

    def _agent(self, request: Request) -> object:
        return {"data": bodies.agent_body(self._find_agent(request))}

    def _runs(self, request: Request) -> object:
        agent = self._find_agent(request)
        status = _word(request, "status", tuple(bodies.STATUSES.values()))
        found = [
            run
            for run in self._world.chats
            if run.agent.id == agent.id and (status is None or bodies.STATUSES[run.status] == status)
        ]
        return _page(request, [bodies.list_row(run) for run in found])

    def _run(self, request: Request) -> object:
        """The path takes a run's `id`; what stands in its field `run_id` is unknown here."""
        agent, wanted = self._find_agent(request), request.path_params["run_id"]
        for run in self._world.chats:
            if run.id == wanted and run.agent.id == agent.id:
                return {"data": bodies.detail(run)}
        raise _refusal(404, "Run not found")

    def _escalations(self, request: Request) -> object:
        workspace_id = self._required_workspace(request)
        status = _word(request, "status", _ESCALATION_STATUSES)
        rows = [
            bodies.escalation_body(run)
            for run in self._world.chats
            if run.escalation_id and run.workspace_id == workspace_id
        ]
        return _page(request, [row for row in rows if status in {None, row["status"]}])

    def _messages(self, request: Request) -> object:
        runs: Sequence[ChatRun] = self._world.conversations.get(request.path_params["id"], [])
        self._admit(request, runs[0] if runs else None, "Conversation")
        oldest_first = _word(request, "order", ("asc", "desc")) == "asc"
        rows = [bodies.message_body(run, message) for run in runs for message in run.messages]
        return _page(request, rows, oldest_first=oldest_first)

    def _contact(self, request: Request) -> object:
        contact = self._admit(request, self._world.contacts.get(request.path_params["id"]), "Contact")
        wrote = [
            str(bodies.message_body(run, message)["created_at"])
            for run in self._world.chats
            if run.contact_id == contact.id
            for message in run.messages
        ]
        return {"data": bodies.contact_body(contact, max(wrote, default=None))}


def _single(request: Request, name: str) -> str | None:
    found = request.query_params.getlist(name)
    if len(found) > 1:
        raise _refusal(400, f"Invalid {name}")
    return found[0] if found else None


def _word(request: Request, name: str, words: tuple[str, ...]) -> str | None:
    text = _single(request, name)
    if text is not None and text not in words:
        raise _refusal(400, f"Invalid {name}")
    return text


def _place(row: Body) -> tuple[str, str]:
    return str(row["created_at"]), str(row["id"])


def _page(request: Request, rows: Sequence[Body], *, oldest_first: bool = False) -> Body:
    text, cursor = _single(request, "limit"), _single(request, "cursor")
    limit = _DEFAULT_ROWS if text is None else as_whole_number(text)
    if limit is None or not 1 <= limit <= _MOST_ROWS:
        raise _refusal(400, "Invalid limit")
    after = None if cursor is None else values_of(cursor, ("t", "id"))
    if cursor is not None and after is None:
        raise _refusal(400, "Invalid cursor")
    page, more = page_of(rows, _place, after, limit, ascending=oldest_first)
    last = _place(page[-1]) if more else None
    next_cursor = cursor_of({"t": last[0], "id": last[1]}) if last else None
    return {"data": page, "next_cursor": next_cursor, "has_more": more}
