"""One public document: what counts as it, and why it does not come."""

from __future__ import annotations

import gzip

import httpx
import pytest
from starlette.responses import JSONResponse, RedirectResponse, Response
from tests.transport.asking import STREET, Answering

from rundown_mcp.transport.document import MAX_BYTES, NotFetched, fetch_document

pytestmark = pytest.mark.anyio

_GZIPPED = {"content-encoding": "gzip"}


async def _fetched(address: str) -> object:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        return await fetch_document(client, address)


async def test_a_document_is_asked_for_plainly() -> None:
    answering = Answering(JSONResponse({"keys": []}))
    assert await _fetched(STREET.house(answering) + "/keys") == {"keys": []}
    (request,) = answering.requests
    assert (request.method, request.headers["accept"], request.headers["accept-encoding"]) == (
        "GET",
        "application/json",
        "gzip",
    )
    assert not {"authorization", "cookie"} & {*request.headers}


_BAD: dict[str, tuple[Response, str]] = {
    "missing": (Response("canary", 404), "404"),
    "empty": (Response(status_code=204), "204"),
    "redirect": (RedirectResponse("https://canary.example/"), "307, a redirect"),
    "HTML": (Response("<p>canary", media_type="text/html"), "HTML instead of JSON"),
    "no JSON": (Response("canary"), "no JSON"),
    "too long": (Response(b" " * (MAX_BYTES + 1)), "body over 1 MB"),
    "too long once unpacked": (Response(gzip.compress(b" " * 40_000_000), headers=_GZIPPED), "body over 1 MB"),
    "too deep": (Response(b"[" * 5000 + b"]" * 5000), "body too deep"),
    "damaged": (Response(b"canary", headers=_GZIPPED), "body could not be decompressed"),
}


@pytest.mark.parametrize("name", _BAD)
async def test_what_is_no_document_is_named_in_words_of_our_own(name: str) -> None:
    answer, reason = _BAD[name]
    with pytest.raises(NotFetched) as raised:
        await _fetched(STREET.house(Answering(answer)) + "/keys")
    assert raised.value.reason == reason


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://127.0.0.1:9/", "connection refused"),
        ("https://[::1/", "no usable address"),
        ("x" * 9, "connection broke off"),
    ],
)
async def test_an_address_that_leads_nowhere_is_named(address: str, reason: str) -> None:
    with pytest.raises(NotFetched) as raised:
        await _fetched(address)
    assert raised.value.reason == reason
