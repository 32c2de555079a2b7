"""A failed helpdesk run of 200 steps of 5 KB each, told in the sandbox, so that it comes in the vendor's own shape."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from rundown_mcp.sandbox.model import TicketRun
from rundown_mcp.sandbox.script import TicketScript
from rundown_mcp.sandbox.stories.shelf import Story
from rundown_mcp.sandbox.world import World, build_world

STEPS: Final = 200
STEP_BYTES: Final = 5_000
FAILS_AT: Final = 141
"""Neither the last step nor the first one that failed: two before it were repeated well, and one follows from it."""
_REPEATED: Final = (30, 90)
_NOW: Final = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def _tell(script: TicketScript) -> None:
    script.opens("Reconcile the orders of November", "Please go through every order of the month.")
    error = script.causes.gateway_timeout()
    for number in range(1, STEPS + 1):
        order = {"order_id": f"A-{number - 1 if number - 1 in _REPEATED else number:06}"}
        if number in _REPEATED:
            script.tool("lookup_order", order, error=script.causes.rate_limited("orders"))
        elif number == FAILS_AT:
            charge = {**order, "amount": 77, "currency": "EUR", "note": "settle the difference " * 220}
            script.tool("charge_card", charge, error=error)
        elif number == STEPS:
            script.tool("crm_add_note", {"text": "x " * 2_400}, error=f"nothing to note: charge_card said {error}")
        else:
            rows = [{"sku": f"TN-{script.ids.digits(6)}", "shelf": script.ids.hex(24)} for _ in range(95)]
            script.tool("lookup_order", order, {**order, "state": "shipped", "rows": rows})
    script.ends("failed", None, "The difference could not be settled.")


def world_with_it() -> tuple[World, TicketRun]:
    """A small world, and the run in it."""
    world = build_world(seed=7, runs=60, now=_NOW)
    story = Story("long", _tell, 1, (0, 1), 1, 1, ("Order Tracker",))
    run = world.casting.ticket(story, _NOW - timedelta(hours=1))
    world.tickets.append(run)
    world.tickets.sort(key=lambda one: (one.started, one.id))
    return world, run
