"""What a server works with while it runs, and what of it the present caller may use."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

import anyio

from rundown_mcp.access.caller import present_caller
from rundown_mcp.access.rules import NO_RULES, AccessRules
from rundown_mcp.completions import Completer
from rundown_mcp.domain.errors import NotPermitted
from rundown_mcp.redaction.own import OwnSecrets
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.settings import ServerSettings
from rundown_mcp.tools.catalogue import TOOL_NAMES
from rundown_mcp.tools.context import ToolContext

_ASKING_SHARE: Final = 0.8
"""The part of a call's time that may go into asking providers; the rest is for answering with what came."""


@dataclass(frozen=True, slots=True)
class State:
    """What a server works with while it runs. `everything` may be asked by nobody but through `context`."""

    everything: ToolContext
    completer: Completer

    @property
    def gate(self) -> Gate:
        """The gate, the same for every caller."""
        return self.everything.gate

    def context(self, tool: str) -> ToolContext:
        """What the present caller may ask with a tool: the one place where a token's limits hold.

        Raises:
            NotPermitted: the tool is none of theirs.
        """
        caller = present_caller()
        if not caller.may_call(tool):
            theirs = ", ".join(filter(caller.may_call, TOOL_NAMES)) or "no tool"
            raise NotPermitted(f"{tool} is not open to this token, which opens {theirs}. Its operator can change that.")
        names = caller.may_ask(tool)
        return self.everything if names is None else replace(self.everything, runs=self.everything.runs.only(names))


OpenState = Callable[[], Awaitable[State]]
"""Gives the one state of a server, opened at the first call."""


@asynccontextmanager
async def opened_when_needed(open_state: Callable[[], AbstractAsyncContextManager[State]]) -> AsyncIterator[OpenState]:
    """Within it a state can be had, which is closed at the end; what fails to open is tried again by the next call.

    Nothing but a call needs one, and it takes 30 to 140 ms to make: clients, their models, the world of a sandbox.
    """
    state: State | None = None
    one_at_a_time = anyio.Lock()
    async with AsyncExitStack() as stack:

        async def opened() -> State:
            nonlocal state
            if state is None:
                async with one_at_a_time:
                    if state is None:
                        state = await stack.enter_async_context(open_state())
            return state

        yield opened


def tool_context(runs: Runs, settings: ServerSettings, access: AccessRules = NO_RULES) -> ToolContext:
    """What the tools work with under these settings."""
    own = (*runs.keys, settings.http_token, *(one.token for one in access.tokens))
    return ToolContext(
        runs=runs,
        gate=Gate(
            settings.redaction,
            Tagger(hashlib.sha256(b"tags" + runs.secret).digest()),
            own=OwnSecrets(key.get_secret_value() for key in own if key is not None),
        ),
        most_tokens=settings.max_tokens,
        time_s=settings.timeout_s * _ASKING_SHARE,
        structured=settings.structured,
    )
