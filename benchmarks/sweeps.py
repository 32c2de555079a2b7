"""What a model has to read through a generic proxy to answer a question: lists in pages, details one by one.

Each plan is the shortest that its author found: the vendors' own filters wherever they have one, the largest pages,
lists alone where their rows hold what is asked for, and a detail only of runs whose row does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from benchmarks.proxy import Proxy

Window = Mapping[str, str]
Body = dict[str, Any]

VENDORS: Final = ("duckie", "happyrobot", "conduit")
_MOST: Final = "100"


class Reader:
    """Asks the proxy as a model would that knows the three APIs well."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy

    async def ask(self, api: str, path: str, **arguments: str) -> Any:  # noqa: ANN401 - any body
        """One operation."""
        return await self._proxy.get(api, path, **arguments)

    async def pages(self, api: str, path: str, **arguments: str) -> list[Body]:
        """Every page of a list."""
        rows: list[Body] = []
        cursor: dict[str, str] = {}
        while True:
            body = await self.ask(api, path, limit=_MOST, **arguments, **cursor)
            rows += body["data"]
            token = body["pagination"]["next_cursor"] if "pagination" in body else body["next_cursor"]
            if token is None:
                return rows
            cursor = {"cursor": token}

    async def tickets(self, window: Window | None = None, **filters: str) -> list[Body]:
        """Duckie's runs, newest first."""
        times = {"created_after": moment(window["since"]), "created_before": moment(window["until"])} if window else {}
        return await self.pages("duckie", "/runs", **times, **filters)

    async def calls(self, window: Window | None = None, **filters: str) -> list[Body]:
        """HappyRobot's runs, newest first; a wrapped list, as FastMCP gives it."""
        times = {"start": moment(window["since"]), "end": moment(window["until"])} if window else {}
        body = await self.ask("happyrobot", "/runs", **times, **filters)
        return list(body["result"])

    async def chat_agents(self) -> list[Body]:
        """Conduit's agents, of every workspace."""
        spaces = await self.pages("conduit", "/workspaces")
        return [agent for space in spaces for agent in await self.pages("conduit", "/agents", workspace_id=space["id"])]

    async def chats(self, window: Window | None = None, names: Sequence[str] = (), **filters: str) -> list[Body]:
        """Conduit's runs, agent by agent: pages of 20 until one is older than the window, which it cannot filter by."""
        rows: list[Body] = []
        for agent in await self.chat_agents():
            if not names or agent["name"] in names:
                rows += await self._chats_of(agent["id"], moment(window["since"]) if window else "", filters)
        return rows

    async def _chats_of(self, agent_id: str, since: str, filters: Mapping[str, str]) -> list[Body]:
        rows: list[Body] = []
        cursor: dict[str, str] = {}
        while True:
            body = await self.ask("conduit", "/agents/{id}/runs", id=agent_id, **filters, **cursor)
            rows += [row for row in body["data"] if row["created_at"] >= since]
            if not body["has_more"] or body["data"][-1]["created_at"] < since:
                return rows
            cursor = {"cursor": body["next_cursor"]}

    async def whole(self, api: str, rows: Sequence[Body]) -> list[Body]:
        """Each of these runs in detail."""
        found = []
        for row in rows:
            if api == "conduit":
                path, ids = "/agents/{id}/runs/{run_id}", {"id": row["agent_id"], "run_id": row["id"]}
            else:
                path, ids = "/runs/{id}", {"id": row["id"]}
            found.append(await self.ask(api, path, **ids))
        return found

    async def sweep(self, window: Window, status: str | None = None, *, whole: bool = False) -> None:
        """Every run of a window at all three vendors; in detail where its row does not say what went wrong."""
        filters = {"status": status} if status else {}
        found = {
            "duckie": await self.tickets(window, **filters),
            "happyrobot": await self.calls(window, **filters),
            "conduit": await self.chats(window, **filters),
        }
        for api, rows in found.items() if whole else ():
            await self.whole(api, [row for row in rows if not row.get("error")])

    async def ticket(self, number: str) -> list[Body]:
        """A helpdesk ticket's runs, in detail."""
        return await self.whole("duckie", await self.tickets(ticket_id=number))

    async def agent_id(self, name: str) -> str:
        """The id of a helpdesk agent, which Duckie's filter wants."""
        agents = await self.pages("duckie", "/agents")
        return next(str(agent["id"]) for agent in agents if agent["name"] == name)


def moment(text: str) -> str:
    """A bank's time as all three APIs take and write it."""
    bare = text.removesuffix("+00:00")
    date, _, clock = bare.partition("T")
    return f"{date}T{clock[:5] or '00:00'}:00.000Z"
