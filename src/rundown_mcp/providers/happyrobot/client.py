"""HappyRobot's v1 API: which address is asked with which parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from rundown_mcp.domain.agents import find_agents
from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Named, Run, RunDetail
from rundown_mcp.domain.text import Untrusted
from rundown_mcp.domain.uuids import canonical_id, is_uuid
from rundown_mcp.provider import ConfigItem, ConfigQuery, ListPlan, Page, RunStream, refuse_lacking
from rundown_mcp.providers.happyrobot import SPEC
from rundown_mcp.providers.happyrobot.mapping import to_detail, to_run
from rundown_mcp.providers.happyrobot.plan import list_parameters, make_plan
from rundown_mcp.providers.happyrobot.use_cases import names_by_id, read_use_cases, to_config_item, to_named
from rundown_mcp.providers.happyrobot.wire import WireRun, WireRunDetail
from rundown_mcp.threads import in_thread
from rundown_mcp.transport.cached import CachedValue
from rundown_mcp.transport.json_api import JsonApi, segment
from rundown_mcp.transport.wire import decode, decode_rows

MAX_PAGE: Final = 1000
"""Rows in a page: the API would give 5000, more than a merge of several lists has use for."""
_OFFSET: Final = re.compile(r"\d{1,12}", re.ASCII)


class HappyRobotClient:
    """One account at HappyRobot. What it calls use cases are the agents here."""

    def __init__(self, connection: str, api: JsonApi) -> None:
        self._connection = connection
        self._api = api
        self._use_cases = CachedValue(partial(read_use_cases, api))

    async def plan(self, query: RunQuery) -> ListPlan:
        """Work out which lists to read: one for each use case and each status, because a call takes one of either."""
        refuse_lacking(query, SPEC, self._connection)
        if query.search:
            # A row is searched by its agent's name alone: without the names, nothing found would mean nothing.
            await self._use_cases.read()
        if not query.agents:
            return make_plan(query, None)
        by_id_alone = all(is_uuid(text.strip()) for text in query.agents)
        known = () if by_id_alone else (await self._use_cases.read()).items
        return make_plan(query, *find_agents(query.agents, [(item.id, item.name) for item in known], is_uuid))

    async def list_page(self, stream: RunStream, query: RunQuery, *, token: str | None, size: int) -> Page[Run]:
        """Read one page; `token` is the offset of its first row, and a page that is not full ends the list."""
        offset = _offset(token)
        limit = max(1, min(size, MAX_PAGE))
        body = await self._api.get("/runs", list_parameters(stream, query, offset=offset, limit=limit))
        rows, unreadable = decode_rows(WireRun, body, connection=self._connection, what="the list of runs")
        names = await self._names(rows)
        runs = [run for row in rows if (run := to_run(row, self._connection, names)) is not None]
        came = len(rows) + unreadable
        return Page(
            items=tuple(runs),
            next_token=str(offset + came) if came >= limit else None,
            unusable=came - len(runs),
        )

    async def get_run(self, run_id: str) -> RunDetail:
        """Read one run with its events; it keeps the id that it was asked for by, whatever id the body holds."""
        body = await self._api.get(f"/runs/{segment(run_id)}")
        read = partial(decode, WireRunDetail, body, connection=self._connection, what="the run")
        wire = await in_thread(read)
        ref, names = Ref(self._connection, canonical_id(run_id)), await self._names([wire])
        return await in_thread(partial(to_detail, wire, ref, names))

    async def agents(self) -> Sequence[Named]:
        """The use cases of the account, kept for five minutes."""
        return [to_named(item) for item in (await self._use_cases.read()).items]

    async def probe(self) -> str:
        """Ask for the use cases, whatever is kept of them."""
        count = len((await self._use_cases.refresh()).items)
        return f"{count} use case{'' if count == 1 else 's'}"

    @property
    def config_kinds(self) -> Mapping[str, frozenset[str]]:
        """Use cases, by HappyRobot's word for them and by ours; its API filters them by nothing."""
        return {"use_cases": frozenset(), "agents": frozenset()}

    async def list_config(self, query: ConfigQuery, *, token: str | None, size: int) -> Page[ConfigItem]:  # noqa: ARG002 - the API gives all at once
        """All use cases, in one page."""
        known = await self._use_cases.read()
        return Page(items=tuple(to_config_item(item) for item in known.items), unusable=known.unusable)

    async def _names(self, rows: Sequence[WireRun]) -> Mapping[str, Untrusted]:
        """The names of the rows' use cases, as far as they are known: a failure costs the names and nothing else."""
        known = await self._use_cases.recall() if any(row.use_case_id for row in rows) else None
        return {} if known is None else names_by_id(known.items)


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    if not _OFFSET.fullmatch(token):
        raise InvalidArgument("cursor", "it does not continue a list of this connection; start again without it")
    return int(token)
