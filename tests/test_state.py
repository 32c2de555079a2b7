"""What a server works with is opened by the first call that needs it, once, and closed when the server ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

import anyio
import pytest
from mcp import Client, MCPError
from mcp_types import CallToolResult

from rundown_mcp.domain.errors import SettingsError
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings

pytestmark = pytest.mark.anyio


@dataclass
class Opener:
    """Opens no connection, as slowly as `slow` says, after so many `failures` for a `reason`; keeps what happened."""

    failures: int = 0
    reason: Exception = field(default_factory=OSError)
    slow: anyio.Event | None = None
    happened: list[str] = field(default_factory=list)

    def __call__(self) -> AbstractAsyncContextManager[Runs]:
        return self._opened()

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Runs]:
        if self.slow is not None:
            await self.slow.wait()
        if self.failures:
            self.failures -= 1
            raise self.reason
        self.happened.append("opened")
        try:
            yield Runs([], secret=b"secret", how_to_configure="Nothing is set up.")
        finally:
            self.happened.append("closed")


async def test_what_no_call_needs_is_not_opened() -> None:
    opener = Opener()
    async with Client(build_server(opener, ServerSettings())) as client:
        assert (await client.list_tools()).tools
        assert (await client.list_resource_templates()).resource_templates
    assert opener.happened == []


async def test_a_server_for_many_is_open_before_anybody_asks() -> None:
    opener = Opener()
    async with Client(build_server(opener, ServerSettings(), eager=True)) as client:
        assert opener.happened == ["opened"]
        assert (await client.call_tool("list_runs", {})).is_error
    assert opener.happened == ["opened", "closed"]


async def test_calls_that_come_while_it_is_being_opened_wait_for_the_same() -> None:
    opener = Opener(slow=anyio.Event())
    answers: list[CallToolResult] = []
    async with Client(build_server(opener, ServerSettings())) as client:

        async def ask() -> None:
            answers.append(await client.call_tool("list_runs", {}))

        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(ask)
            await anyio.wait_all_tasks_blocked()
            assert not answers
            assert opener.slow is not None
            opener.slow.set()
        assert [said(answer) for answer in answers] == ["Nothing is set up."] * 3
    assert opener.happened == ["opened", "closed"]


async def test_what_could_not_be_opened_is_tried_again_by_the_next_call() -> None:
    opener = Opener(failures=1)
    async with Client(build_server(opener, ServerSettings())) as client:
        assert said(await client.call_tool("list_runs", {})) == "Error executing tool list_runs"
        assert said(await client.call_tool("list_runs", {})) == "Nothing is set up."
    assert opener.happened == ["opened", "closed"]


async def test_every_call_is_told_which_setting_no_longer_works() -> None:
    opener = Opener(failures=2, reason=SettingsError("RUNDOWN_CA_BUNDLE: cannot be read"))
    async with Client(build_server(opener, ServerSettings())) as client:
        with pytest.raises(MCPError, match=r"^RUNDOWN_CA_BUNDLE: cannot be read$"):
            await client.call_tool("list_runs", {})
        with pytest.raises(MCPError, match=r"^RUNDOWN_CA_BUNDLE: cannot be read$"):
            await client.read_resource("rundown://connections")
        assert said(await client.call_tool("list_runs", {})) == "Nothing is set up."


def said(answer: CallToolResult) -> str:
    return "".join(getattr(block, "text", "") for block in answer.content)
