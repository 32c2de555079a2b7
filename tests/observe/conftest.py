"""A provider and a collector, both on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from tests.harness import served
from tests.observe.collecting import Collector, collecting
from tests.observe.vendor import CANARY, Vendor


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def variables(vendor: Vendor) -> Iterator[dict[str, str]]:
    with served(Starlette(routes=[Route("/{path:path}", vendor.answer)])) as address:
        yield {"DUCKIE_API_KEY": f"{CANARY}-key-0123456789", "DUCKIE_BASE_URL": address}


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector
