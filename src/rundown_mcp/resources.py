"""The resources: a run by its address, and the connections; each reads exactly as the tool that answers the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rundown_mcp.domain.errors import InvalidRef, quoted
from rundown_mcp.domain.ref import ref_at
from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.get_run import get_run
from rundown_mcp.tools.list_config import list_config
from rundown_mcp.views.answer import Answer

MIME_TYPE: Final = "text/plain"


@dataclass(frozen=True, slots=True)
class ListedResource:
    """What a client's list shows of a resource, or of all that fit a template; `tool` answers the same."""

    tool: str
    uri: str
    name: str
    title: str
    description: str


CONNECTIONS: Final = ListedResource(
    "list_config",
    "rundown://connections",
    "connections",
    "Connections",
    "The accounts that are set up here: name, provider, host.",
)
RUN: Final = ListedResource(
    "get_run",
    "run://{connection}/{id}",
    "run",
    "A run, explained",
    "What get_run says of one run: what failed and why, what it waits for, outcome, next calls. The id is the run's "
    "full id or its first 8 characters or more; a / in it is written %2F.",
)


async def read_resource(context_of: Callable[[str], ToolContext], uri: str) -> Answer:
    """What stands at an address; `context_of` gives what may be asked with the tool that answers the same.

    Raises:
        InvalidRef: no resource of ours has such an address; nothing was sent to a provider.
        RundownError: as the tools `get_run` and `list_config`.
    """
    if uri == CONNECTIONS.uri:
        return await list_config(context_of(CONNECTIONS.tool), kind="connections")
    return await get_run(context_of(RUN.tool), run=_run_at(uri))


def _run_at(uri: str) -> str:
    """The ref in a run's address."""
    ref = ref_at(uri)
    if ref is None:
        raise InvalidRef(
            "uri",
            f"{quoted(uri)} is no resource. There are {CONNECTIONS.uri} and {RUN.uri}: the connection's name, the "
            "run's full id or its first 8 characters or more, a / in it written %2F, and nothing else encoded. "
            "Nothing was sent to a provider.",
        )
    return ref
