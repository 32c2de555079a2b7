"""Metrics over HTTP: the page that is scraped, and the counting of what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rundown_mcp.access.caller import present_caller

if TYPE_CHECKING:
    from rundown_mcp.observe.metrics import Metrics

_REFUSALS: Final = frozenset({400, 401, 403, 408, 413, 421, 429, 503})


def metrics_page(metrics: Metrics) -> Route:
    """`/metrics`, for whose token opens it."""

    async def page(request: Request) -> Response:
        if not present_caller().may_see_metrics():
            return JSONResponse({"error": "this token does not open the metrics"}, 403)
        content, content_type = metrics.page(request.headers.get("accept", ""))
        return Response(content, headers={"content-type": content_type})

    return Route("/metrics", page, methods=["GET"])


def counting_refusals(app: ASGIApp, metrics: Metrics) -> ASGIApp:
    """The app, each of whose refusals is counted."""

    async def counted(scope: Scope, receive: Receive, send: Send) -> None:
        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in _REFUSALS:
                metrics.refused(message["status"])
            await send(message)

        await app(scope, receive, watched)

    return counted
