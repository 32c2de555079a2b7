"""What is logged of a call and of a request to a provider: one line each, with names and numbers of ours only."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from rundown_mcp.trace import trace_id

_LOG: Final = logging.getLogger(__name__)
_NUMBERS: Final = count(1)
_MS: Final = 1000


@dataclass(slots=True)
class CallEvent:
    """One call of a client; `asked` are the connections that a request was sent to, each once, in their order.

    `tokens` are those of the answer, `masked` what stands masked in it, counted by kind.
    """

    number: int = field(default_factory=lambda: next(_NUMBERS))
    asked: dict[str, None] = field(default_factory=dict)
    requests: int = 0
    tokens: int | None = None
    masked: str | None = None


@dataclass(slots=True)
class RequestEvent:
    """One try of one request; `waited_ms` is how long it stood in line, `size` the bytes of its body, unpacked."""

    connection: str
    status: int | None = None
    size: int | None = None
    waited_ms: int | None = None
    _began: float = field(default_factory=time.perf_counter)

    def begin(self) -> None:
        """Its turn has come."""
        self.waited_ms = _ms_since(self._began)
        call = _CALL.get()
        if call is not None:
            call.asked[self.connection] = None
            call.requests += 1


_CALL: Final[ContextVar[CallEvent | None]] = ContextVar("call", default=None)


def calls_are_logged() -> bool:
    """Whether it is worth to find out what a line of a call says."""
    return _LOG.isEnabledFor(logging.INFO)


@contextmanager
def logged_call(name: str) -> Iterator[CallEvent]:
    """Log a call when it ends; its outcome is `ok`, or the kind of the exception that it ended with."""
    call, began, outcome = CallEvent(), time.perf_counter(), "ok"
    token = _CALL.set(call)
    try:
        yield call
    except BaseException as error:
        outcome = type(error).__name__
        raise
    finally:
        _CALL.reset(token)
        _log(
            logging.INFO,
            "call",
            name=name,
            call=call.number,
            outcome=outcome,
            ms=_ms_since(began),
            asked=",".join(call.asked) or None,
            requests=call.requests,
            tokens=call.tokens,
            masked=call.masked or None,
            trace=trace_id(),
        )


@contextmanager
def logged_request(connection: str, path: str, attempt: int) -> Iterator[RequestEvent]:
    """Log a request when it ends, as part of the call that it is made for; `attempt` counts from 1."""
    call, request, began, outcome = _CALL.get(), RequestEvent(connection), time.perf_counter(), "ok"
    try:
        yield request
    except BaseException as error:
        outcome = type(error).__name__
        raise
    finally:
        _log(
            logging.DEBUG,
            "request",
            connection=connection,
            call=call.number if call else None,
            method="GET",
            path=_without_ids(path),
            attempt=attempt,
            outcome=outcome,
            status=request.status,
            ms=_ms_since(began),
            waited_ms=request.waited_ms,
            bytes=request.size,
        )


def _without_ids(path: str) -> str:
    """`/agents/a1b2c3d4/runs` → `/agents/*/runs`: every second part of a path is one thing of the kind before it."""
    return "/".join("*" if index and index % 2 == 0 else part for index, part in enumerate(path.split("/")))


def _log(level: int, event: str, **facts: str | int | None) -> None:
    _LOG.log(level, event, extra={"facts": {name: value for name, value in facts.items() if value is not None}})


def _ms_since(began: float) -> int:
    return round((time.perf_counter() - began) * _MS)
