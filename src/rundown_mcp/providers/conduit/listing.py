"""Conduit's lists, page by page: one envelope for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pydantic import BaseModel

from rundown_mcp.domain.errors import UnexpectedBody
from rundown_mcp.providers.conduit.wire import Listing
from rundown_mcp.transport.json_api import JsonApi
from rundown_mcp.transport.wire import decode, decode_rows

M = TypeVar("M", bound=BaseModel)

PAGE_MAX: Final = 100
"""The most rows that a page may hold. Source: docs.conduit.ai/api-reference/introduction"""


@dataclass(frozen=True, slots=True)
class Rows(Generic[M]):
    """The rows of a page that are objects, how many were none, and the cursor of the next page."""

    good: list[M]
    odd: int
    following: str | None


async def read_page(
    api: JsonApi,
    path: str,
    params: Sequence[tuple[str, str]],
    model: type[M],
    *,
    what: str,
    cursor: str | None = None,
    size: int = PAGE_MAX,
) -> Rows[M]:
    """Read one page.

    Raises:
        UnexpectedBody: no list came, or a next page that is this one again, which would be read for ever.
    """
    paging = [("limit", str(max(1, min(size, PAGE_MAX))))]
    if cursor is not None:
        paging.append(("cursor", cursor))
    body = decode(Listing, await api.get(path, [*params, *paging]), connection=api.connection, what=what)
    good, odd = decode_rows(model, body.data, connection=api.connection, what=what)
    if cursor is not None and body.following == cursor:
        raise UnexpectedBody(
            api.connection, "undocumented answer", f"{api.connection}: {what} named a page as its own next page"
        )
    return Rows(good, odd, body.following)


async def read_all(api: JsonApi, path: str, params: Sequence[tuple[str, str]], model: type[M], *, what: str) -> Rows[M]:
    """Read every page of a list."""
    page = await read_page(api, path, params, model, what=what)
    good, odd = page.good, page.odd
    while page.following is not None:
        page = await read_page(api, path, params, model, what=what, cursor=page.following)
        good, odd = [*good, *page.good], odd + page.odd
    return Rows(good, odd, None)
