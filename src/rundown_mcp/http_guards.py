"""What stands before the HTTP application: an unambiguous head, the token, how often and how slowly one may ask."""

from __future__ import annotations

import hmac
import math
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import anyio
from anyio.lowlevel import checkpoint
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEALTH: Final = "/healthz"
"""Open to everybody, and not counted."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many requests are answered: `at_once` by the process, `per_s` by one address, after a `burst`.

    A request's body has to be here within `body_s`.
    """

    at_once: int = 128
    per_s: float = 50.0
    burst: int = 500
    body_s: float = 20.0


class BearerGuard:
    """Lets a request pass only with the token, except to `/healthz`; compares in constant time."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401 to a request without the token, and hand every other on."""
        if scope["type"] == "http" and scope["path"] != HEALTH:
            scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
            right = hmac.compare_digest(token.strip().encode(), self._expected)
            if not right or scheme.lower() != "bearer":
                refusal = JSONResponse(
                    {"error": "missing or wrong bearer token"}, 401, headers={"WWW-Authenticate": "Bearer"}
                )
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


class RateGuard:
    """Answers 429 to more requests than the limits allow; `/healthz` is not counted.

    A request counts as being answered until its answer ends; a stream that is opened to stay open, until it begins.
    """

    def __init__(self, app: ASGIApp, limits: Limits, clock: Callable[[], float]) -> None:
        self._app = app
        self._limits = limits
        self._answering = 0
        self._allowances = Allowances(limits, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 429, or hand the request on."""
        if scope["type"] != "http" or scope["path"] == HEALTH:
            await self._app(scope, receive, send)
            return
        wait_s = 1 if self._answering >= self._limits.at_once else self._allowances.take((scope["client"] or ("",))[0])
        if wait_s:
            refusal = JSONResponse({"error": "too many requests"}, 429, headers={"Retry-After": str(wait_s)})
            await refusal(scope, receive, send)
            return
        await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._answering += 1
        counted, stays_open = True, _stays_open(scope)

        def leave() -> None:
            nonlocal counted
            self._answering -= counted
            counted = False

        async def watched(message: Message) -> None:
            if stays_open:
                leave()
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            leave()


def _stays_open(scope: Scope) -> bool:
    """Whether a request asks for a stream of notifications, of either era.

    A header alone is believed only where the server compares it with the body, which is in the modern era.
    """
    headers = Headers(scope=scope)
    modern = headers.get("mcp-protocol-version") in MODERN_PROTOCOL_VERSIONS
    return scope["method"] == "GET" or (modern and headers.get("mcp-method") == "subscriptions/listen")


class HeadGuard:
    """Refuses what two readers of one request could understand in two ways, and ends its connection.

    A proxy in front that believes the other of two lengths would take what follows for another client's request. And
    the SDK, which compares hosts and origins, takes `localhost:x@evil.example` for a port of `localhost`.
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


def _problem_of(headers: Headers) -> tuple[int, str] | None:
    if {"content-length", "transfer-encoding"} <= {*headers}:
        return 400, "two lengths of a body"
    for name, status in (("host", 421), ("origin", 403)):
        if (value := headers.get(name)) and _NAME.fullmatch(value) is None:
            return status, f"not a value of {name}"
    return None


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


_MOST_ADDRESSES: Final = 10_000


@dataclass(slots=True)
class Allowances:
    """What is left to each address: a bucket of `burst` requests, refilled by `per_s`; forgets the idlest."""

    limits: Limits
    clock: Callable[[], float]
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, address: str) -> int:
        """Take one request; 0 where it was there, else the whole seconds after which one will be."""
        now = self.clock()
        left, at = self._left.get(address, (self.limits.burst, now))
        left = min(self.limits.burst, left + (now - at) * self.limits.per_s)
        taken = left >= 1
        self._left[address] = (left - taken, now)
        self._left.move_to_end(address)
        if len(self._left) > _MOST_ADDRESSES:
            self._left.popitem(last=False)
        return 0 if taken else math.ceil((1 - left) / self.limits.per_s)
