"""Who is told of calls and requests: the log."""

from __future__ import annotations

from rundown_mcp.events import Events, Observer
from rundown_mcp.observe.log_lines import LogLines


def observed(*more: Observer) -> Events:
    """Events that the log and these observers are told of."""
    return Events((LogLines(), *more))
