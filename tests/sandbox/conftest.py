"""A world with a fixed clock, and a way to ask its imitated APIs."""

from datetime import UTC, datetime

import pytest
from tests.sandbox.asking import Ask, AskApi, asking

from rundown_mcp.providers.conduit import sandbox as conduit
from rundown_mcp.providers.duckie import sandbox as duckie
from rundown_mcp.providers.happyrobot import sandbox as happyrobot
from rundown_mcp.sandbox.world import World, build_world

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def world() -> World:
    """Shared: nothing may arrive in it."""
    return build_world(now=NOW)


@pytest.fixture
def fresh_world() -> World:
    """A small world of the test's own."""
    return build_world(now=NOW, runs=60)


@pytest.fixture
def ask_api() -> AskApi:
    return asking


@pytest.fixture
def ask_duckie(world: World) -> Ask:
    return asking(duckie.imitate(world))


@pytest.fixture
def ask_happyrobot(world: World) -> Ask:
    return asking(happyrobot.imitate(world))


@pytest.fixture
def ask_conduit(world: World) -> Ask:
    return asking(conduit.imitate(world))
