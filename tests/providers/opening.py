"""Opens a provider's real client on its imitation and notes what it sends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import httpx
from tests.providers.planting import Planted

from rundown_mcp.account import ConnectionSettings
from rundown_mcp.connect import open_connection
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.run import Run
from rundown_mcp.domain.text import Untrusted
from rundown_mcp.provider import ProviderSpec, RunProvider, RunStream
from rundown_mcp.sandbox.app import ImitatedApi, build_app
from rundown_mcp.sandbox.world import build_world

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORLD = build_world(seed=7, runs=300, now=NOW)
RUN_IDS = {
    "duckie": {run.id for run in WORLD.tickets},
    "happyrobot": {run.id for run in WORLD.calls},
    "conduit": {run.id for run in WORLD.chats},
}
HOST = "http://sandbox.invalid"

Sent: TypeAlias = list[httpx.Request]


@dataclass(frozen=True)
class Opened:
    """A provider's client, every request that it sent, and the key that it was given."""

    provider: RunProvider
    sent: Sent
    key: str

    async def stream(self, stream: RunStream, query: RunQuery, size: int) -> list[list[Run]]:
        """The pages of one stream."""
        pages: list[list[Run]] = []
        token: str | None = None
        while token is not None or not pages:
            page = await self.provider.list_page(stream, query, token=token, size=size)
            assert page.unusable == 0
            pages.append([*page.items])
            token = page.next_token
        return pages

    async def all(self, query: RunQuery, size: int = 100) -> list[Run]:
        """Every run that answers a query, newest first, with the caller's share of the filtering done."""
        plan = await self.provider.plan(query)
        found: list[Run] = []
        for stream in plan.streams:
            for page in await self.stream(stream, query, size):
                found += [run for run in page if query.admits(run, plan.here)]
        if plan.needs_detail:
            found = [run for run in found if query.admits_detail(await self.provider.get_run(run.ref.id))]
        return sorted(found, key=newest_first)


def newest_first(run: Run) -> tuple[timedelta, str]:
    assert run.started_at is not None
    return NOW - run.started_at, run.ref.id


@asynccontextmanager
async def opened(
    spec: ProviderSpec, *, api: ImitatedApi | None = None, key: str | None = None, canary: str | None = None
) -> AsyncIterator[Opened]:
    """`api` is another imitation than the usual one, `key` another key, `canary` a word to plant in all answers."""
    api = api or spec.imitate(WORLD)
    prefix = f"{spec.name.upper()}_"
    given = {name.removeprefix(prefix).lower(): value for name, value in api.environment.items()}
    given |= {"base_url": HOST + api.prefix, **({"api_key": key} if key else {})}
    one = ConnectionSettings(
        spec.name,
        replace(spec, rate_limits=()),
        spec.settings.model_validate(given),
        f"{prefix}API_KEY",
        f"{prefix}BASE_URL",
    )
    sent: Sent = []

    async def note(request: httpx.Request) -> None:
        sent.append(request)

    transport: httpx.AsyncBaseTransport = httpx.ASGITransport(build_app([api]))
    if canary is not None:
        transport = Planted(transport, canary)
    async with httpx.AsyncClient(transport=transport, event_hooks={"request": [note]}) as http:
        yield Opened(open_connection(one, http).provider, sent, given["api_key"])


def text(value: Untrusted | None) -> str:
    assert value is not None
    return value.canonical()


def refs(runs: list[Run]) -> list[str]:
    return [str(run.ref) for run in runs]
