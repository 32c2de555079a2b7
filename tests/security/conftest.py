"""What every test of what strangers may try stands on."""

from __future__ import annotations

import pytest

from rundown_mcp.sandbox.world import World, build_world


@pytest.fixture(scope="package")
def world() -> World:
    """A few runs of each provider; no test changes it."""
    return build_world(seed=11, runs=24)
