"""A list is followed to its end, and left where it has none."""

import pytest

from rundown_mcp.domain.errors import UnexpectedBody
from rundown_mcp.provider import MOST_PAGES, Page, walk_pages

pytestmark = pytest.mark.anyio


async def walked(following: dict[str | None, str | None], token: str | None = None) -> list[str | None]:
    """The tokens of the pages that were given, then what the fault says that ended the walk."""
    given: list[str | None] = []

    async def read(token: str | None) -> Page[str | None]:
        return Page((token,), following[token])

    try:
        async for own, page in walk_pages(read, connection="c", what="the list", token=token):
            assert page.items == (own,)
            given.append(own)
    except UnexpectedBody as fault:
        given += [fault.connection, fault.short, fault.message]
    return given


async def test_every_page_is_given_once_behind_its_token() -> None:
    pages: dict[str | None, str | None] = {None: "a", "a": "b", "b": None}
    assert await walked(pages) == [None, "a", "b"]
    assert await walked(pages, "a") == ["a", "b"]


@pytest.mark.parametrize(
    ("following", "start", "given"),
    [
        ({None: "a", "a": "a"}, None, [None, "a"]),
        ({None: "a", "a": "b", "b": "a"}, None, [None, "a", "b"]),
        ({"a": "a"}, "a", ["a"]),
        ({"b": "c", "c": "b"}, "b", ["b", "c"]),
    ],
)
async def test_pages_that_go_in_a_circle_are_each_given_once_and_then_a_fault(
    following: dict[str | None, str | None], start: str | None, given: list[str | None]
) -> None:
    fault = ["c", "a list without end", "c: the list has no end: its pages go in a circle."]
    assert await walked(following, start) == [*given, *fault]


async def test_a_list_has_a_bounded_number_of_pages() -> None:
    tokens = [None, *map(str, range(1, MOST_PAGES + 1))]
    whole: dict[str | None, str | None] = dict(zip(tokens[:-1], [*tokens[1:-1], None], strict=True))
    assert await walked(whole) == tokens[:-1]
    endless = {**whole, tokens[-2]: tokens[-1]}
    assert await walked(endless) == [
        *tokens[:-1], "c", "a list without end", f"c: the list has no end within {MOST_PAGES} pages.",
    ]  # fmt: skip
