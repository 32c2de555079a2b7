"""Bodies of the documents' shapes in which anything may have changed: whatever still has its id stays readable.

`MUTATED_BODIES=10000` runs that many examples for each provider.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from mcp import Client
from tests.providers.mutating import Served, connected, mutated, vendors
from tests.tools.reading import tokens

from rundown_mcp.domain.errors import ConnectionFailure, RundownError
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import is_safe_id
from rundown_mcp.domain.uuids import canonical_id
from rundown_mcp.provider import RunStream
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.runs.connection import Connection
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings
from rundown_mcp.state import tool_context
from rundown_mcp.tools.catalogue import TOOLS
from rundown_mcp.transport.wire import Json

EXAMPLES = int(os.environ.get("MUTATED_BODIES", "150"))
FUNCTIONS: Mapping[str, Any] = {str(getattr(function, "__name__", "")): function for function in TOOLS}
OF_ONE_RUN: list[tuple[str, dict[str, Any]]] = [
    *(("get_run", {"detail": detail}) for detail in ("triage", "timeline", "conversation", "full")),
    *(("get_step", {"step": step}) for step in ("1", "m1", "last", "first_failure", "run")),
    ("search_run", {"query": "e"}),
    ("compare_runs", {}),
]
OF_MANY: list[tuple[str, dict[str, Any]]] = [
    ("list_runs", {}),
    ("list_runs", {"search": "a", "duration": [">=1"]}),
    ("triage_failures", {"since": "2020-01-01", "status": ["failed", "completed", "unknown"]}),
    ("run_stats", {"since": "2020-01-01", "group_by": "agent"}),
    ("list_tool_options", {}),
    ("list_config", {"kind": "agents"}),
]


def has_id(row: Json) -> bool:
    """Whether a row or run holds an id that can be used: a number in its place is one too."""
    found = row.get("id") if isinstance(row, dict) else None
    if isinstance(found, int) and not isinstance(found, bool):
        return is_safe_id(str(found))
    return isinstance(found, str) and is_safe_id(found)


def run_in(provider: str, body: Json) -> Json:
    """The run in the body of a single one, None where it is no object."""
    inside = body
    if isinstance(body, dict) and provider != "happyrobot":
        inside = body.get("data")
    elif isinstance(body, dict) and isinstance(body.get("run"), dict) and ("sessions" in body or "id" not in body):
        inside = body["run"]
    return inside if isinstance(inside, dict) else None


def is_readable(shown: Served, bodies: Mapping[str, Json]) -> bool:
    """Whether the run is still there; at Conduit it keeps the id that it was asked for by."""
    run = run_in(shown.provider, bodies.get(shown.run_path))
    return run is not None and (has_id(run) or shown.provider == "conduit")


def rows_in(provider: str, body: Json) -> list[Json]:
    rows = body if provider == "happyrobot" else body.get("data") if isinstance(body, dict) else None
    return rows if isinstance(rows, list) else []


async def read(shown: Served, bodies: Mapping[str, Json], tool: str, arguments: dict[str, Any], policy: Policy) -> None:
    """Read the run, its list, and one tool's answer about it."""
    async with connected(shown.provider, bodies) as connection:
        readable = is_readable(shown, bodies)
        try:
            detail = await connection.provider.get_run(shown.run)
        except ConnectionFailure:
            assert not readable
        else:
            assert [step.number for step in detail.steps] == list(range(1, len(detail.steps) + 1))
            assert [message.number for message in detail.messages] == list(range(1, len(detail.messages) + 1))
        await list_is_read(shown, connection, rows_in(shown.provider, bodies.get(shown.list_path)))
        server = ServerSettings(redaction=policy)
        context = tool_context(Runs([connection], secret=b"s", how_to_configure=""), server)
        wanted = {"run": f"{shown.provider}:{shown.run}"} if (tool, arguments) in OF_ONE_RUN else {}
        try:
            answer = await FUNCTIONS[tool](context, **wanted, **arguments)
        except RundownError:
            assert tool != "get_run" or not readable
        else:
            assert tokens(answer.text()) <= server.max_tokens


async def list_is_read(shown: Served, connection: Connection, rows: list[Json]) -> None:
    """Every row with a usable id is there, and the others are counted."""
    stream = RunStream("all", (("agent", shown.run.partition("/")[0]),) if shown.provider == "conduit" else ())
    try:
        page = await connection.provider.list_page(stream, RunQuery(), token=None, size=100)
    except ConnectionFailure:
        assert not rows
        return
    ids = [canonical_id(str(row["id"])) for row in rows if has_id(row)]
    assert [run.ref.run_part for run in page.items] == ids
    assert page.unusable == len(rows) - len(ids)


async def ask(shown: Served, bodies: Mapping[str, Json]) -> None:
    """Read the run through a real client of a real server: an exception in a tool is an error there that names none."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Runs]:
        async with connected(shown.provider, bodies) as connection:
            yield Runs([connection], secret=b"s", how_to_configure="")

    async with Client(build_server(opened, ServerSettings())) as client:
        for tool, arguments in OF_ONE_RUN[:4]:
            run = {"run": f"{shown.provider}:{shown.run}"}
            result = await client.call_tool(tool, {**run, **arguments})
            assert not result.is_error or not is_readable(shown, bodies), result.content


def examples(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )


@pytest.mark.parametrize("provider", PROVIDERS)
def test_whatever_still_has_its_id_stays_readable(provider: str) -> None:
    # One event loop for all examples: starting one takes as long as an example does.
    with start_blocking_portal() as portal:

        @examples(EXAMPLES)
        @given(
            shown=st.sampled_from(vendors(provider)),
            data=st.data(),
            call=st.sampled_from([*OF_ONE_RUN, *OF_MANY]),
            policy=st.sampled_from(Policy),
        )
        def check(shown: Served, data: st.DataObject, call: tuple[str, dict[str, Any]], policy: Policy) -> None:
            portal.call(read, shown, data.draw(mutated(shown)), *call, policy)

        check()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_client_is_never_given_an_exception(provider: str) -> None:
    with start_blocking_portal() as portal:

        @examples(EXAMPLES // 15)
        @given(shown=st.sampled_from(vendors(provider)), data=st.data())
        def check(shown: Served, data: st.DataObject) -> None:
            portal.call(ask, shown, data.draw(mutated(shown)))

        check()
