"""What a later look at a thing tells of a deed whose answer was lost."""

from __future__ import annotations

import pytest
from tests.tools.handmade import step, text

from rundown_mcp.analysis.asked import asked_by
from rundown_mcp.analysis.fate import Fate
from rundown_mcp.analysis.looks import Look
from rundown_mcp.domain.run import StepState
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted

STANDING, UNCERTAIN, RECOVERED = Fate.STANDING, Fate.UNCERTAIN, Fate.RECOVERED
Given = dict[str, JsonValue]


def shown(deed: str, given: Given, tool: str, asked: Given, output: JsonValue, *, went_on: bool = True) -> Fate:
    looked = step(2, StepState.OK, tool, input=asked, output=output)
    of_the_look = asked_by(Untrusted(asked, Kind.PAYLOAD))
    return Look(looked, of_the_look, went_on).shows(text(deed, Kind.NAME), asked_by(Untrusted(given, Kind.PAYLOAD)))


@pytest.mark.parametrize(
    ("deed", "given", "tool", "asked", "output", "fate"),
    [
        ("create_order", {"order_id": "A-1"}, "get_order", {"order_id": "A-1"}, {"status": "open"}, RECOVERED),
        ("create_order", {"order_id": "A-1"}, "get_order", {"order_id": "A-1"}, {"status": "pending"}, UNCERTAIN),
        ("create_order", {"order_id": "A-1"}, "get_order", {"order_id": "A-1"}, {"status": "failed"}, STANDING),
        ("create_order", {"order_id": "A-1"}, "get_order", {"order_id": "A-1"}, {"found": False}, STANDING),
        ("create_order", {"order_id": "A-1"}, "get_order", {"order_id": "A-1"}, [], STANDING),
        ("create_order", {"order_id": "A-1"}, "get_order", {"order_id": "B-2"}, {"status": "open"}, STANDING),
        ("create_order", {"cart_id": "c-1"}, "get_order", {"cart_id": "c-1"}, {"status": "open"}, UNCERTAIN),
        ("cancel_order", {"order_id": "A-1"}, "get_order", {"order_id": "A-1"}, {"state": "cancelled"}, RECOVERED),
        ("cancel_order", {"order_id": "A-1"}, "get_order", {"order_id": "A-1"}, {"cancelled": True}, RECOVERED),
        ("cancel_order", {"order_id": "A-1"}, "get_order", {"order_id": "A-1"}, {"state": "paid"}, STANDING),
        ("cancel_order", {"order_id": "A-1"}, "get_cart", {"order_id": "A-1"}, {"order": {"id": "A-1"}}, STANDING),
        ("update_order", {"id": "A-1", "gift": True}, "get_order", {"id": "A-1"}, {"gift": True}, RECOVERED),
        ("update_order", {"id": "A-1", "gift": True}, "get_order", {"id": "A-1"}, {"gift": False, "n": 1}, STANDING),
        ("update_order", {"id": "A-1"}, "get_order", {"id": "A-1"}, {"status": "confirmed"}, UNCERTAIN),
        ("update_order", {"id": "A-1"}, "get_order", {"id": "A-1"}, {"total": 3}, STANDING),
        ("book_slot", {"slot_id": "S-1"}, "check_slot", {"slot_id": "S-1"}, {"booked": True}, UNCERTAIN),
        ("charge_card", {"order_id": "A-1"}, "get_order", {"order_id": "A-1"}, {"status": "paid"}, UNCERTAIN),
        ("charge_card", {"order_id": "A-1"}, "get_order", {"order_id": "A-1"}, {"status": "open"}, STANDING),
        ("charge_card", {"order_id": "A-1"}, "get_order", {"order_id": "A-1"}, {"status": "failed"}, STANDING),
        ("print_label", {"order_id": "A-1"}, "get_order", {"order_id": "A-1"}, {"label": {"no": 7}}, UNCERTAIN),
        ("print_label", {"order_id": "A-1"}, "get_order", {"order_id": "A-1"}, {"label": None, "n": 1}, STANDING),
        ("move_in", {"id": "u-1", "floor": "third"}, "get_user", {"id": "u-1"}, {"floor": "third"}, UNCERTAIN),
    ],
)
def test_only_a_look_at_the_very_thing_proves_the_deed(
    deed: str, given: Given, tool: str, asked: Given, output: JsonValue, fate: Fate
) -> None:
    assert shown(deed, given, tool, asked, output) is fate


def test_a_look_after_which_the_run_did_not_go_on_proves_nothing() -> None:
    given: Given = {"order_id": "A-1"}
    assert shown("create_order", given, "get_order", given, {"status": "open"}, went_on=False) is UNCERTAIN
