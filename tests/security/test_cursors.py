"""A cursor is good at the server that made it, and at no other."""

from __future__ import annotations

import pytest
from tests.faults.street import opened
from tests.harness import Asked
from tests.security.served_street import street_served
from tests.tools.reading import next_calls

from rundown_mcp.sandbox.world import World

pytestmark = pytest.mark.anyio


async def test_a_cursor_of_another_server_or_a_forged_one_asks_no_provider(world: World) -> None:
    async with opened(world) as street:
        async with street_served(street) as (client, _):
            answer = await Asked(client).text("list_runs", limit=2)
            cursor = next(str(given["cursor"]) for _, given in next_calls(answer) if "cursor" in given)
            await Asked(client).text("list_runs", cursor=cursor)
        other_key = {"DUCKIE_API_KEY": "dk_" + "other" * 6}
        async with street_served(street, **other_key) as (client, _):
            street.forget()
            flipped = cursor[:9] + ("A" if cursor[9] != "A" else "B") + cursor[10:]
            for forged in (cursor, flipped, cursor[:-1], cursor + cursor, "AAAA", "..%2f", "\x00", "A" * 100_000):
                for tool, more in (("list_runs", {}), ("list_config", {"kind": "agents"})):
                    error = await Asked(client).error(tool, cursor=forged, **more)
                    assert error.startswith("cursor: not a cursor of this server"), error
            assert [server.requests for server in street.servers.values()] == [[], [], []]
