"""The door of the HTTP application: says who asks, and whether they may now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rundown_mcp.access.allowances import Allowances
from rundown_mcp.access.caller import ANYBODY, Caller, InsufficientScope, Unverifiable, Verifier, on_behalf_of
from rundown_mcp.access.challenge import Challenge

_AGAIN_S: Final = "5"
_LONGEST_ADDRESS: Final = 64


class Door:
    """Lets a request pass on behalf of its caller, who has to be known where there are verifiers.

    A known caller is counted by name, wherever they ask from; everybody else, and a wrong token too, by address.
    Paths in `open_to_all` are let through as they are.
    """

    def __init__(
        self,
        app: ASGIApp,
        verifiers: Sequence[Verifier],
        allowances: Allowances,
        *,
        challenge: Challenge,
        open_to_all: frozenset[str],
    ) -> None:
        self._app = app
        self._verifiers = verifiers
        self._allowances = allowances
        self._challenge = challenge
        self._open_to_all = open_to_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, or answer 401, 403, 429, or 503 where it cannot be said who asks."""
        if scope["type"] != "http" or scope["path"] in self._open_to_all:
            await self._app(scope, receive, send)
            return
        who = await self._who(scope)
        counted_as = who.counted_as if isinstance(who, Caller) else ""
        wait_s = self._allowances.take(counted_as or _address(scope))
        if wait_s:
            who = JSONResponse({"error": "too many requests"}, 429, headers={"Retry-After": str(wait_s)})
        if isinstance(who, Caller):
            with on_behalf_of(who):
                await self._app(scope, receive, send)
        else:
            await who(scope, receive, send)

    async def _who(self, scope: Scope) -> Caller | JSONResponse:
        """The caller, or the refusal."""
        if not self._verifiers:
            return ANYBODY
        scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else ""
        try:
            for verifier in self._verifiers if token else ():
                if caller := await verifier.caller_of(token):
                    return caller
        except InsufficientScope as lacking:
            header = {"WWW-Authenticate": self._challenge.forbidden(lacking.scopes)}
            return JSONResponse({"error": "the token has no scope that opens anything here"}, 403, headers=header)
        except Unverifiable:
            return JSONResponse({"error": "tokens cannot be checked now"}, 503, headers={"Retry-After": _AGAIN_S})
        header = {"WWW-Authenticate": self._challenge.unauthorized(sent=bool(token))}
        return JSONResponse({"error": "missing or wrong bearer token"}, 401, headers=header)


def _address(scope: Scope) -> str:
    """Where a request comes from; what a proxy says of it may be of any length."""
    host, _ = scope["client"] or ("", 0)
    return f"address {host[:_LONGEST_ADDRESS]}"
