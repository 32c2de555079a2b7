"""Every way in which a client can make the server ask a provider: tools, a resource, prompts, completions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import anyio
from mcp import Client, MCPError
from mcp_types import TextContent
from tests.eras import address, offered, prompted, resource

RUN: Final = "RUN"
"""Stands for the full ref of a run of the connection that is asked."""
_FOREVER_S: Final = 120
"""Far beyond what a call may take, so that a busy machine fails no test: one that is still under way hangs."""


@dataclass(frozen=True)
class Answer:
    """What a client reads; `failed` marks an error."""

    text: str
    failed: bool


Call = Callable[[Client, str], Awaitable[Answer]]
"""Makes the call on a client, about a run by its full ref."""


def asking_for(name: str, **arguments: Any) -> Call:  # noqa: ANN401 - any tool's arguments
    """A call of a tool, with the run's ref wherever an argument is `RUN`."""

    async def call(client: Client, run: str) -> Answer:
        given = {key: run if value == RUN else value for key, value in arguments.items()}
        result = await client.call_tool(name, given)
        (block,) = result.content
        assert isinstance(block, TextContent)
        return Answer(block.text, bool(result.is_error))

    return call


async def _or_error(reading: Awaitable[str]) -> Answer:
    try:
        return Answer(await reading, failed=False)
    except MCPError as error:
        return Answer(error.message, failed=True)


async def _resource(client: Client, run: str) -> Answer:
    return await _or_error(resource(client, address(run)))


async def _report(client: Client, run: str) -> Answer:
    return await _or_error(prompted(client, "handoff_report", run=run))


def _completion(argument: str) -> Call:
    async def call(client: Client, run: str) -> Answer:
        return Answer("\n".join(await offered(client, argument)), failed=False)

    return call


OF_MANY: Final[dict[str, Call]] = {
    "list_runs": asking_for("list_runs", since="2w"),
    "triage_failures": asking_for("triage_failures", since="2w"),
    "run_stats": asking_for("run_stats", since="2w"),
    "list_tool_options": asking_for("list_tool_options"),
    "list_config": asking_for("list_config", kind="agents"),
}
"""Calls that ask every connection."""
OF_A_RUN: Final[dict[str, Call]] = {
    "get_run": asking_for("get_run", run=RUN),
    "get_step": asking_for("get_step", run=RUN, step="1"),
    "search_run": asking_for("search_run", run=RUN, query="a"),
    "compare_runs": asking_for("compare_runs", run=RUN),
    "resource run://": _resource,
    "prompt handoff_report": _report,
}
"""Calls that ask the connection of one run."""
COMPLETIONS: Final[dict[str, Call]] = {
    f"completion of {argument}": _completion(argument) for argument in ("agent", "tool", "run", "id")
}
"""Calls that offer less where a connection fails, and never an error."""
EVERY: Final = {**OF_MANY, **OF_A_RUN, **COMPLETIONS}


async def answers_of(client: Client, calls: Mapping[str, Call], run: str) -> dict[str, Answer]:
    """What all of the calls give, made at once, by their names."""
    answers: dict[str, Answer] = {}

    async def ask(name: str, call: Call) -> None:
        answers[name] = await call(client, run)

    with anyio.fail_after(_FOREVER_S):
        async with anyio.create_task_group() as tasks:
            for name, call in calls.items():
                tasks.start_soon(ask, name, call)
    return {name: answers[name] for name in calls}
