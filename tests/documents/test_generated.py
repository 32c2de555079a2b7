"""The generated pages are what their scripts make of the code as it is."""

from __future__ import annotations

import pytest
from scripts import build_tools_page

pytestmark = pytest.mark.anyio


async def test_the_page_of_tools_is_not_stale() -> None:
    kept = build_tools_page.PAGE.read_text(encoding="utf-8")
    assert await build_tools_page.page() == kept, "write it anew: python -m scripts.build_tools_page"
