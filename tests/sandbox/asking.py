"""How the tests ask an imitated API: one request at a time, through ASGI."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import httpx

from rundown_mcp.sandbox.app import ImitatedApi, build_app

Params = Mapping[str, str | int] | Sequence[tuple[str, str]]


class Ask(Protocol):
    """Sends one request beneath an API's prefix, with its credentials unless told otherwise."""

    async def __call__(
        self,
        path: str,
        params: Params | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
    ) -> httpx.Response: ...


AskApi = Callable[[ImitatedApi], Ask]


def headers_for(api: ImitatedApi) -> dict[str, str]:
    """What a client with the accepted credentials sends."""
    key = next(value for name, value in api.environment.items() if name.endswith("_API_KEY"))
    headers = {"authorization": f"Bearer {key}"}
    if organization := api.environment.get("HAPPYROBOT_ORGANIZATION_ID"):
        headers["x-organization-id"] = organization
    return headers


def asking(api: ImitatedApi) -> Ask:
    """A function that sends one request beneath the API's prefix, with its credentials unless told otherwise."""
    app = build_app([api])

    async def ask(
        path: str,
        params: Params | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
    ) -> httpx.Response:
        sent = headers_for(api) if headers is None else headers
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://sandbox") as client:
            pairs = params.items() if isinstance(params, Mapping) else params or ()
            query = httpx.QueryParams(list(pairs)) if pairs else None
            return await client.request(method, api.prefix + path, params=query, headers=sent)

    return ask
