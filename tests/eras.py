"""A client of either protocol era, and what it reads of prompts, resources and completions."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Literal
from urllib.parse import quote

import pytest
from mcp import Client, MCPError
from mcp_types import Completion, PromptReference, ResourceTemplateReference, TextContent, TextResourceContents
from tests.tools.handmade import Handmade, runs_of
from tests.tools.sandboxed import world

from rundown_mcp.connect import open_runs
from rundown_mcp.resources import RUN
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings, Settings

Era = Literal["auto", "legacy"]
ERAS: list[Era] = ["auto", "legacy"]


@contextlib.asynccontextmanager
async def speaking(
    *providers: Handmade, server: ServerSettings | None = None, era: Era = "auto"
) -> AsyncIterator[Client]:
    """A real client of a real server in memory: with these providers, or with none, of the sandbox."""
    settings = server or ServerSettings(sandbox=not providers)

    @contextlib.asynccontextmanager
    async def opened() -> AsyncIterator[Runs]:
        if providers:
            yield runs_of(*providers)
        else:
            async with open_runs(Settings(settings, ()), world=world()) as runs:
                yield runs

    async with Client(build_server(opened, settings), mode=era) as client:
        assert (client.protocol_version == "2026-07-28") is (era == "auto")
        yield client


async def prompted(client: Client, name: str, **arguments: str) -> str:
    """The one text that a prompt becomes."""
    (message,) = (await client.get_prompt(name, arguments)).messages
    assert message.role == "user"
    assert isinstance(message.content, TextContent)
    return message.content.text


def address(ref: str) -> str:
    """Where a run stands, by its full ref."""
    connection, _, run_id = ref.partition(":")
    return f"run://{connection}/{quote(run_id, safe='')}"


async def resource(client: Client, uri: str) -> str:
    """The one text that stands at an address."""
    (content,) = (await client.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    assert (content.uri, content.mime_type) == (uri, "text/plain")
    return content.text


async def refused_prompt(client: Client, name: str, **arguments: str) -> tuple[int, str]:
    """The code and text of a prompt's error."""
    with pytest.raises(MCPError) as error:
        await client.get_prompt(name, arguments)
    return error.value.code, error.value.message


async def refused_resource(client: Client, uri: str) -> tuple[int, str]:
    """The code and text of a resource's error, which names the address."""
    with pytest.raises(MCPError) as error:
        await client.read_resource(uri)
    assert error.value.data == {"uri": uri}
    return error.value.code, error.value.message


async def completed(client: Client, argument: str, typed: str = "", **given: str) -> Completion:
    """What is offered for an argument of the template or of a prompt."""
    ref = (
        ResourceTemplateReference(uri=RUN.uri)
        if argument in {"connection", "id"}
        else PromptReference(name="explain_run" if argument == "run" else "triage_failures")
    )
    return (await client.complete(ref, {"name": argument, "value": typed}, given or None)).completion


async def offered(client: Client, argument: str, typed: str = "", **given: str) -> list[str]:
    """The values alone."""
    return (await completed(client, argument, typed, **given)).values
