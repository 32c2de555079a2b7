"""A provider on loopback that says canary wherever it can."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

CANARY = "can" + "ary"
RUN = "3c90c3cc-0d44-4b50-8888-8dd25736052a"


class Vendor:
    """A Duckie that fails for one run, and keeps the traces that it is sent."""

    def __init__(self) -> None:
        self.traces: list[str] = []

    async def answer(self, request: Request) -> Response:
        self.traces.append(request.headers.get("traceparent", ""))
        path = request.path_params["path"]
        if path == "runs":
            row = {"id": RUN, "status": f"{CANARY}-status", "agent_name": CANARY, "title": f"{CANARY}@example.com"}
            return JSONResponse({"data": [row], "pagination": {"has_more": False}}, headers={"x-note": CANARY})
        if path.startswith("runs/"):
            return JSONResponse({"error": CANARY}, 503, headers={"retry-after": "0"})
        return Response(f"<html>{CANARY}", 200)
