"""What every test of faults stands on."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from rundown_mcp.sandbox.world import World, build_world


@pytest.fixture(scope="package")
def world() -> World:
    """A few runs of each provider, failed ones among them; no test changes it."""
    return build_world(seed=11, runs=40)


@pytest.fixture(scope="module", autouse=True)
def _collected() -> Iterator[None]:
    """Collect what the tests of a module leave to the garbage collector while the module's own filters still hold."""
    yield
    gc.collect()
