"""A provider whose runs are built by hand, behind the real server: for what no vendor's API would send on purpose."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from mcp import Client
from tests.harness import Asked

from rundown_mcp.domain.errors import ConnectionFailure, NotFound, Unauthorized
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Named, Run, RunDetail, RunStatus, Status, Step, StepState, ToolCall
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.provider import ConfigItem, ConfigQuery, ListPlan, Page, RunStream, ToolOption
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.runs.connection import Connection
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings
from rundown_mcp.state import tool_context
from rundown_mcp.tools.context import ToolContext

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ID = "3c90c3cc-0d44-4b50-8888-8dd25736052a"


def text(value: JsonValue, kind: Kind = Kind.TEXT, **flags: bool) -> Untrusted:
    return Untrusted(value, kind, **flags)


def step(number: int, state: StepState = StepState.OK, tool: str | None = None, **fields: Any) -> Step:  # noqa: ANN401
    """A step a second after the one before; `input` and `output` are JSON, `error` and `said` texts."""
    call = None
    if tool is not None:
        payloads = {
            name: text(fields.pop(name), Kind.PAYLOAD) if name in fields else None for name in ("input", "output")
        }
        call = ToolCall(name=text(tool, Kind.NAME), **payloads)
    error = text(fields.pop("error")) if "error" in fields else None
    said = text(fields.pop("said"), Kind.WORD) if "said" in fields else None
    at = fields.pop("at", AT + timedelta(seconds=number))
    return Step(number=number, state=state, tool=call, error=error, native_status=said, at=at, **fields)


def detail(*steps: Step, status: Status = Status.FAILED, number: int = 0, **fields: Any) -> RunDetail:  # noqa: ANN401
    """A run of these steps; `messages`, `reflection` and `notes` are the detail's, other fields the run's."""
    whole = {name: fields.pop(name) for name in ("messages", "reflection", "notes") if name in fields}
    run_id = str(UUID(int=UUID(ID).int + number))
    fields.setdefault("started_at", AT)
    run = Run(ref=Ref("duckie", run_id), status=RunStatus(status), **fields)
    return RunDetail(run=run, steps=steps, **whole)


@dataclass
class Handmade:
    """Knows these runs, agents, tools and things that are set up, in pages of `page` items; `asked` is what it was."""

    connection: str = "duckie"
    details: Sequence[RunDetail] = ()
    names: Sequence[Named] = ()
    tools: Sequence[ToolOption] = ()
    items: Mapping[str, Sequence[ConfigItem]] = field(default_factory=dict)
    filters: frozenset[str] = frozenset()
    page: int = 3
    unusable: int = 0
    failure: ConnectionFailure | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def config_kinds(self) -> Mapping[str, frozenset[str]]:
        return dict.fromkeys(self.items, self.filters)

    async def plan(self, query: RunQuery) -> ListPlan:
        self._note("plan")
        known = frozenset(
            name for name in query.agents for agent in self.names if agent.label and agent.label.equals(name)
        )
        streams = (RunStream("all"),) if known or not query.agents else ()
        return ListPlan(streams=streams, matched_agents=known)

    async def list_page(self, stream: RunStream, query: RunQuery, *, token: str | None, size: int) -> Page[Run]:
        self._note("list_page")
        runs = sorted((item.run for item in self.details), key=lambda run: run.started_at or AT, reverse=True)
        return Page(tuple(runs))

    async def get_run(self, run_id: str) -> RunDetail:
        self._note("get_run")
        found = next((item for item in self.details if item.run.ref.id == run_id), None)
        if found is None:
            raise NotFound(self.connection, "404", "not found")
        return found

    async def agents(self) -> Sequence[Named]:
        self._note("agents")
        return self.names

    async def probe(self) -> str:
        return "ok"

    async def tool_options(self) -> Page[ToolOption]:
        self._note("tool_options")
        return Page(tuple(self.tools), unusable=self.unusable)

    async def list_config(self, query: ConfigQuery, *, token: str | None, size: int) -> Page[ConfigItem]:
        self._note("list_config")
        items, start = self.items[query.kind], int(token or 0)
        end = start + min(self.page, size)
        return Page(tuple(items[start:end]), next_token=str(end) if end < len(items) else None, unusable=self.unusable)

    def _note(self, what: str) -> None:
        self.asked.append(what)
        if self.failure is not None:
            raise self.failure


def unauthorized(connection: str) -> Unauthorized:
    return Unauthorized(connection, "401", f"{connection}: the key in DUCKIE_API_KEY was refused.")


def runs_of(*providers: Handmade) -> Runs:
    connections = [
        Connection(
            name=provider.connection,
            spec=PROVIDERS["duckie"],
            provider=provider,
            base_url=f"https://{provider.connection}.example/api/v1",
            key_variable="DUCKIE_API_KEY",
        )
        for provider in providers
    ]
    return Runs(connections, secret=b"handmade", how_to_configure="set DUCKIE_API_KEY or use --sandbox")


def settings(policy: Policy = Policy.BALANCED, *, most: int = 8000, structured: bool = False) -> ServerSettings:
    return ServerSettings(redaction=policy, max_tokens=most, structured=structured)


def context(*providers: Handmade, server: ServerSettings | None = None) -> ToolContext:
    """What the tools' own functions take: for the many examples of a property."""
    return tool_context(runs_of(*providers), server or settings())


@contextlib.asynccontextmanager
async def asking_handmade(*providers: Handmade, server: ServerSettings | None = None) -> AsyncIterator[Asked]:
    """A real client of a real server in memory that has these providers."""

    @contextlib.asynccontextmanager
    async def opened() -> AsyncIterator[Runs]:
        yield runs_of(*providers)

    async with Client(build_server(opened, server or settings())) as client:
        yield Asked(client)
