"""Fetch one public JSON document by its address: no key goes with the request, and no redirect is followed."""

from __future__ import annotations

from typing import Final

import httpx

from rundown_mcp.domain.text import JsonValue
from rundown_mcp.transport import network
from rundown_mcp.transport.body import ENCODING, BodyError, parse_json, read_body

MAX_BYTES: Final = 1_000_000
_HEADERS: Final = {"accept": "application/json", "accept-encoding": ENCODING}


class NotFetched(Exception):
    """A document that cannot be had; `reason` says why in a few words, none of them from outside."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def fetch_document(client: httpx.AsyncClient, url: str, proxy_setting: str | None = None) -> JsonValue:
    """GET a document of up to 1 MB, and decode it; only status 200 counts. How long it may take, the caller says.

    `proxy_setting` names the setting of the proxy that the client goes through, if it does.

    Raises:
        NotFetched: it cannot be had.
    """
    try:
        async with client.stream("GET", url, headers=_HEADERS, follow_redirects=False) as response:
            if response.status_code != httpx.codes.OK:
                raise NotFetched(f"{response.status_code}{', a redirect' if response.is_redirect else ''}")
            body = await read_body(response, MAX_BYTES)
    except (httpx.HTTPError, OSError) as error:
        raise NotFetched(network.describe(error, proxy_setting).short) from None
    except httpx.InvalidURL:
        raise NotFetched("no usable address") from None
    if len(body) > MAX_BYTES:
        raise NotFetched("body over 1 MB")
    try:
        return parse_json(body, response.headers.get("content-type", ""))
    except BodyError as error:
        raise NotFetched(error.short) from None
