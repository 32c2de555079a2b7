"""Conduit's lists, page by page: one envelope for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, TypeVar

from pydantic import BaseModel

from rundown_mcp.provider import NO_WAY_ON, Page, walk_pages
from rundown_mcp.providers.conduit.wire import Listing
from rundown_mcp.transport.json_api import JsonApi
from rundown_mcp.transport.wire import decode, decode_rows

M = TypeVar("M", bound=BaseModel)

PAGE_MAX: Final = 100
"""The most rows that a page may hold. Source: docs.conduit.ai/api-reference/introduction"""


async def read_page(
    api: JsonApi,
    path: str,
    params: Sequence[tuple[str, str]],
    model: type[M],
    token: str | None = None,
    *,
    what: str,
    size: int = PAGE_MAX,
) -> Page[M]:
    """Read one page; rows that are no objects are counted as unusable.

    Raises:
        UnexpectedBody: no list came.
    """
    paging = [("limit", str(max(1, min(size, PAGE_MAX))))]
    if token is not None:
        paging.append(("cursor", token))
    body = decode(Listing, await api.get(path, [*params, *paging]), connection=api.connection, what=what)
    good, odd = decode_rows(model, body.data, connection=api.connection, what=what)
    return Page(tuple(good), body.following, odd, (NO_WAY_ON,) if body.leads_nowhere else ())


async def read_all(api: JsonApi, path: str, params: Sequence[tuple[str, str]], model: type[M], *, what: str) -> Page[M]:
    """Read every page of a list, as one.

    Raises:
        UnexpectedBody: no list came, or one without end.
    """
    good: list[M] = []
    odd = 0
    read = partial(read_page, api, path, params, model, what=what)
    async for _, page in walk_pages(read, connection=api.connection, what=what):
        good += page.items
        odd += page.unusable
    return Page(tuple(good), unusable=odd)
