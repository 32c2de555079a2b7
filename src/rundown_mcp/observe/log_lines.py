"""A log line a call and a request, with names and numbers of ours only."""

from __future__ import annotations

import logging
from typing import Final

from rundown_mcp.events import CallEvent, Observer, RequestEvent
from rundown_mcp.trace import trace_id
from rundown_mcp.views.answer import counted

_LOG: Final = logging.getLogger("rundown_mcp.events")
_MS: Final = 1000


class LogLines(Observer):
    """Logs a call at INFO and a request at DEBUG when it ends."""

    def wants_answer(self) -> bool:
        """A call's line tells it."""
        return _LOG.isEnabledFor(logging.INFO)

    def call_ended(self, call: CallEvent) -> None:
        """One line."""
        _log(
            logging.INFO,
            "call",
            name=call.name,
            call=call.number,
            caller=call.caller,
            outcome=call.outcome,
            ms=_ms(call.took_s),
            asked=",".join(call.asked) or None,
            requests=call.requests,
            tokens=call.tokens,
            masked=counted(call.masked) or None,
            trace=trace_id(),
        )

    def request_ended(self, request: RequestEvent) -> None:
        """One line."""
        _log(
            logging.DEBUG,
            "request",
            connection=request.endpoint.connection,
            call=request.call.number if request.call else None,
            method="GET",
            path=request.path,
            attempt=request.attempt,
            outcome=request.outcome,
            status=request.status,
            ms=_ms(request.took_s),
            waited_ms=None if request.waited_s is None else _ms(request.waited_s),
            bytes=request.size,
        )


def _log(level: int, event: str, **facts: str | int | None) -> None:
    if _LOG.isEnabledFor(level):
        _LOG.log(level, event, extra={"facts": {name: value for name, value in facts.items() if value is not None}})


def _ms(seconds: float) -> int:
    return round(seconds * _MS)
