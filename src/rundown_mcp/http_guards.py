"""What stands before the HTTP application: a clear head, known hosts; how much at once, and how slowly, one may ask."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

import anyio
from anyio.lowlevel import checkpoint
from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rundown_mcp.access.caller import present_caller

HEALTH: Final = "/healthz"
"""Open to everybody, and not counted."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many requests are answered: `at_once` by the process, `per_s` for one caller, after a `burst`.

    A request's body has to be here within `body_s`.
    """

    at_once: int = 128
    per_s: float = 50.0
    burst: int = 500
    body_s: float = 20.0


class AtOnceGuard:
    """Answers 429 to more requests at once than the limit allows; `/healthz` is not counted.

    A known caller gets three quarters of the places, so that a narrow token cannot keep everybody else out.
    """

    def __init__(self, app: ASGIApp, at_once: int) -> None:
        self._app = app
        self._at_once = at_once
        self._answering = Counter[str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 429, or hand the request on."""
        if scope["type"] != "http" or scope["path"] == HEALTH:
            await self._app(scope, receive, send)
            return
        who = present_caller().counted_as
        own = self._at_once - self._at_once // 4 if who else self._at_once
        if self._answering[who] >= own or self._answering.total() >= self._at_once:
            refusal = JSONResponse({"error": "too many requests at once"}, 429, headers={"Retry-After": "1"})
            await refusal(scope, receive, send)
            return
        self._answering[who] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._answering -= Counter((who,))  # forgets who has none left


class HeadGuard:
    """Refuses what two readers of one request could understand in two ways, and ends its connection.

    A proxy in front that believes the other of two lengths would take what follows for another client's request, and
    one that checks the other of two tokens would let in whom it does not know. And the SDK, which compares hosts and
    origins, takes `localhost:x@evil.example` for a port of `localhost`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 400, 421 or 403, or hand the request on."""
        problem = _problem_of(Headers(scope=scope)) if scope["type"] == "http" else None
        if problem is not None:
            status, said = problem
            await JSONResponse({"error": said}, status, headers={"Connection": "close"})(scope, receive, send)
            return
        await self._app(scope, receive, send)


_NAME: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.IGNORECASE | re.ASCII
)
"""A host or an origin, with or without a port."""
_ONCE: Final = ("authorization", "origin")
"""Says who asks; that `Host` stands there once is seen to before."""
_FOREIGN_HOST: Final = (
    421,
    "Host: not a name of this server. Ask it by one of those in RUNDOWN_ALLOWED_HOSTS, or on its own machine by "
    "localhost; its operator can add a name there, such as mcp.example.com.",
)
_FOREIGN_ORIGIN: Final = (
    403,
    "Origin: pages from there may not ask this server, only those from RUNDOWN_ALLOWED_ORIGINS, or on its own machine "
    "from localhost; its operator can add an origin there, such as https://app.example.com.",
)
"""What was sent is not repeated: whoever made a browser send it reads the answer."""


def _problem_of(headers: Headers) -> tuple[int, str] | None:
    if {"content-length", "transfer-encoding"} <= {*headers}:
        return 400, "two lengths of a body"
    if twice := next((name for name in _ONCE if len(headers.getlist(name)) > 1), None):
        return 400, f"two values of {twice}"
    for name, refusal in (("host", _FOREIGN_HOST), ("origin", _FOREIGN_ORIGIN)):
        if (value := headers.get(name)) and _NAME.fullmatch(value) is None:
            return refusal
    return None


class AddressGuard:
    """Refuses a `Host` or an `Origin` that is not allowed, and says what to set; the SDK does not say that.

    Paths in `open_to_all` are let through as they are.
    """

    def __init__(self, app: ASGIApp, may_ask: TransportSecuritySettings, *, open_to_all: frozenset[str]) -> None:
        self._app = app
        self._check = TransportSecurityMiddleware(may_ask)
        self._open_to_all = open_to_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 421 or 403, or hand the request on."""
        refused = None
        if scope["type"] == "http" and scope["path"] not in self._open_to_all:
            refused = await self._check.validate_request(Request(scope))
        if refused is None:
            await self._app(scope, receive, send)
            return
        status, said = _FOREIGN_HOST if refused.status_code == _FOREIGN_HOST[0] else _FOREIGN_ORIGIN
        await JSONResponse({"error": said}, status)(scope, receive, send)


class BodyGuard:
    """Ends a request whose body does not come: after `body_s` with 408, and quietly where its client has gone.

    Without it such a request holds its place for ever, and a client that goes is logged as an error of ours.
    """

    def __init__(self, app: ASGIApp, body_s: float) -> None:
        self._app = app
        self._body_s = body_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, and stop it where its body does not come."""
        deadline = anyio.current_time() + self._body_s
        whole = False

        async def in_time() -> Message:
            nonlocal whole
            if whole:
                return await receive()
            with anyio.move_on_after(deadline - anyio.current_time()):
                message = await receive()
                if message["type"] == "http.request":
                    whole = not message.get("more_body", False)
                    return message
            request.cancel()
            await checkpoint()
            raise AssertionError  # the checkpoint is where a cancelled request ends

        with anyio.CancelScope() as request:
            # Whatever the method: the SDK reads a body before it looks at what is asked.
            await self._app(scope, in_time if scope["type"] == "http" else receive, send)
        if request.cancelled_caught:
            refusal = JSONResponse({"error": "the body took too long"}, 408, headers={"Connection": "close"})
            await refusal(scope, receive, send)
