"""Who is told of calls and requests: the log, the trace, and the metrics where an operator asks for them."""

from __future__ import annotations

from rundown_mcp.events import Events, Observer
from rundown_mcp.observe.log_lines import LogLines
from rundown_mcp.observe.spans import Spans


def observed(*more: Observer) -> Events:
    """Events that the log, the trace and these observers are told of."""
    return Events((LogLines(), Spans(), *more))
