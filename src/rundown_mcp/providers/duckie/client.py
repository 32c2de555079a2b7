"""The client of Duckie's API: which address, which parameters, which body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from rundown_mcp.domain.agents import find_agents
from rundown_mcp.domain.errors import NotFound
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Named, Run, RunDetail
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.domain.uuids import canonical_id, is_uuid
from rundown_mcp.provider import (
    NO_WAY_ON,
    ConfigItem,
    ConfigQuery,
    ListPlan,
    Page,
    RunStream,
    ToolOption,
    refuse_lacking,
    walk_pages,
)
from rundown_mcp.providers.duckie import SPEC
from rundown_mcp.providers.duckie.config import KINDS, config_params, to_item
from rundown_mcp.providers.duckie.config_wire import WireAgent
from rundown_mcp.providers.duckie.mapping import to_detail, to_run
from rundown_mcp.providers.duckie.plan import Params, applied_here, check, missing_statuses, run_params
from rundown_mcp.providers.duckie.wire import WireDetailBody, WireListBody, WireRun, WireToolOption
from rundown_mcp.threads import in_thread
from rundown_mcp.transport.cached import CachedValue
from rundown_mcp.transport.json_api import JsonApi, segment
from rundown_mcp.transport.values import value
from rundown_mcp.transport.wire import M, decode, decode_rows

_RUNS_SCOPE: Final = "api:runs:read"
_MAX_RUNS: Final = 100
_MAX_CONFIG: Final = 200


class DuckieClient:
    """Reads the runs and the configuration of one account.

    Source: docs.duckie.ai/api/overview.
    """

    def __init__(self, connection: str, api: JsonApi) -> None:
        self._connection = connection
        self._api = api
        self._agents = CachedValue(self._read_agents)

    async def plan(self, query: RunQuery) -> ListPlan:
        """One list holds the whole account; agents are asked for by id, so names are looked up first."""
        refuse_lacking(query, SPEC, self._connection)
        check(query)
        missing = missing_statuses(query)
        notes = tuple(f"has no status {status.value}" for status in missing)
        if query.statuses and len(missing) == len(query.statuses):
            return ListPlan(streams=(), notes=notes, seeks=True)
        ids, matched = await self._resolve(query.agents)
        if query.agents and not ids:
            return ListPlan(streams=(), notes=(*notes, "knows no such agent"), seeks=True)
        return ListPlan(
            streams=(RunStream("runs", tuple(("agent_id", agent_id) for agent_id in ids)),),
            here=applied_here(query),
            notes=notes,
            matched_agents=matched,
            seeks=True,
        )

    async def list_page(self, stream: RunStream, query: RunQuery, *, token: str | None, size: int) -> Page[Run]:
        """One page of summaries; at most 100 rows."""
        params = [*stream.params, *run_params(query)]
        page = await self._page(WireRun, "/runs", params, token, scope=_RUNS_SCOPE, size=min(size, _MAX_RUNS))
        runs = tuple(run for row in page.items if (run := to_run(row, self._connection)) is not None)
        return Page(runs, page.next_token, page.unusable + len(page.items) - len(runs), page.notes)

    async def get_run(self, run_id: str) -> RunDetail:
        """One run; `runs/tool-options` shares the path's start, so an id that is no UUID is not sent."""
        if not is_uuid(run_id):
            raise NotFound(
                self._connection, "no such run", f"{self._connection}: no such run: an id of a run here is a UUID"
            )
        ref = Ref(self._connection, canonical_id(run_id))
        body = await self._api.get(f"/runs/{segment(ref.id)}", scope=_RUNS_SCOPE)
        read = partial(decode, WireDetailBody, body, connection=self._connection, what="the run")
        return await in_thread(lambda: to_detail(read().data, ref))

    async def agents(self) -> Sequence[Named]:
        """All agents with their names, kept for five minutes."""
        return [Named(value(agent.id, Kind.ID), value(agent.name, Kind.NAME)) for agent in await self._agents.read()]

    async def probe(self) -> str:
        """Ask for one run: that is the scope without which nothing else here is of use."""
        page = await self._page(WireRun, "/runs", [], None, scope=_RUNS_SCOPE, size=1)
        return "runs can be read" if page.items else "no runs yet"

    async def tool_options(self) -> Page[ToolOption]:
        """The tool names that the API says runs have recorded, each with its count."""
        body = await self._api.get("/runs/tool-options", scope=_RUNS_SCOPE)
        what = "the list of recorded tools"
        rows = decode(WireListBody, body, connection=self._connection, what=what).data
        options, unusable = decode_rows(WireToolOption, rows, connection=self._connection, what=what)
        return Page(
            tuple(
                ToolOption(
                    name=Untrusted(option.tool_name, Kind.NAME),
                    display_name=value(option.display_name, Kind.NAME),
                    runs=option.run_count,
                )
                for option in options
            ),
            unusable=unusable,
        )

    @property
    def config_kinds(self) -> Mapping[str, frozenset[str]]:
        """Five kinds; only tools and guardrails can be filtered by the API."""
        return {name: kind.filters for name, kind in KINDS.items()}

    async def list_config(self, query: ConfigQuery, *, token: str | None, size: int) -> Page[ConfigItem]:
        """One page of a kind; at most 200 items."""
        kind = KINDS[query.kind]
        params = config_params(query, kind)
        page = await self._page(kind.model, kind.path, params, token, scope=kind.scope, size=min(size, _MAX_CONFIG))
        items = tuple(item for row in page.items if (item := to_item(row)) is not None)
        return Page(items, page.next_token, page.unusable + len(page.items) - len(items), page.notes)

    async def _resolve(self, wanted: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str]]:
        """The ids of the agents that are wanted by id or name, and which of the wanted texts named one.

        A UUID needs no look-up: the list may lack agents that are gone but whose runs are not.
        """
        by_id_alone = all(is_uuid(text.strip()) for text in wanted)
        agents = () if by_id_alone else await self._agents.read()
        return find_agents(wanted, [(agent.id, agent.name) for agent in agents if agent.id], is_uuid)

    async def _read_agents(self) -> tuple[WireAgent, ...]:
        kind = KINDS["agents"]
        read = partial(self._page, WireAgent, kind.path, [], scope=kind.scope, size=_MAX_CONFIG)
        found: dict[str, WireAgent] = {}
        async for _, page in walk_pages(read, connection=self._connection, what=f"the list {kind.path}"):
            for row in page.items:
                if row.id:
                    found.setdefault(row.id, row)
        return tuple(found.values())

    async def _page(
        self, model: type[M], path: str, params: Params, token: str | None, *, scope: str, size: int
    ) -> Page[M]:
        """One page of any list; rows that do not fit are counted as unusable."""
        what = f"the list {path}"
        paging = [("limit", str(max(1, size)))]
        if token is not None:
            paging.append(("cursor", token))
        body = await self._api.get(path, [*paging, *params], scope=scope)
        page = decode(WireListBody, body, connection=self._connection, what=what)
        rows, unusable = decode_rows(model, page.data, connection=self._connection, what=what)
        return Page(tuple(rows), page.next_token, unusable, (NO_WAY_ON,) if page.leads_nowhere else ())
