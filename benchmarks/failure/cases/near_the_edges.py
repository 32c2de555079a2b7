"""Runs near the edges of rules: almost the same thing, almost an error, almost a reason."""

from __future__ import annotations

from typing import Final

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import (
    answers,
    asks,
    call,
    conduit,
    duckie,
    escalate,
    happyrobot,
    node,
    note,
    reply,
    session,
    traced,
)

CASES: Final[tuple[Case, ...]] = (
    Case(
        name="items that are not read, beside a state that is used",
        run=duckie(
            "failed",
            call("get_order_items", {"order": "O-51"}, error="500 Internal Server Error"),
            call("get_order_status", {"order": "O-51"}, {"carrier": "ups-ground"}),
            call("track_parcel", {"carrier": "ups-ground", "order": "O-51"}, {"eta": "tomorrow"}),
            call("refund_items", {"order": "O-51", "items": None}, error="items must not be empty"),
        ),
        candidates=(1, 4),
        why="the state of an order is not its items, which their names do not tell for sure",
    ),
    Case(
        name="taxes that are not worked out, beside a freight that is",
        run=duckie(
            "completed",
            call("calculate_tax", {"cart": "c-88", "zip": "10115"}, error="tax engine offline"),
            call("calculate_freight", {"cart": "c-88", "zip": "10115"}, {"freight": 490}),
            call("create_order", {"cart": "c-88", "freight": 490}, {"order": "O-1"}),
            reply("Ordered."),
        ),
        candidates=(1,),
        why="the freight is no tax, which only a person who knows the trade can tell",
    ),
    Case(
        name="two hotels looked up by different keys, of which one is down",
        run=duckie(
            "completed",
            call("find_guest", {"email": "ann@b.example"}, error="HTTP 500"),
            call("find_room", {"number": "204"}, {"room_id": "rm-204"}),
            call("open_room", {"room_id": "rm-204"}, {"opened": True}),
            reply("Opened."),
        ),
        first=1,
        why="a room is no guest",
    ),
    Case(
        name="a freight that could not be booked",
        run=happyrobot(
            "completed",
            node("Find load", 1, {"load_id": "L-551"}, data={"ref": "551"}),
            node("Book load", 2, {"status": "failed", "message": "rate expired"}, data={"load_id": "L-551"}),
        ),
        first=2,
        inferred=True,
        why="booking is a deed",
    ),
    Case(
        name="a list that was not made",
        run=conduit(
            "failed",
            traced("create_list", {"name": "VIP"}, {"status": "failed", "message": "quota"}),
            error="run failed",
        ),
        first=1,
        inferred=True,
        why="making a list is a deed",
    ),
    Case(
        name="a message that was read, and one that was sent",
        run=duckie(
            "completed",
            call("get_messages", {"thread": "t-12"}, error="mailbox locked"),
            call("send_message", {"thread": "t-12", "text": "hi"}, {"sent": True}),
            reply(),
        ),
        first=1,
        why="sending reads nothing",
    ),
    Case(
        name="a reflection that blames a deed, and then takes it back",
        run=conduit(
            "failed",
            traced("send_code", {"to": "g-1"}, {"sent": True}),
            traced("open_gate", {"gate": "north"}),
            error="goal not reached",
            reflection="I first thought send_code had trouble. The open_gate call never answered.",
        ),
        first=2,
        inferred=True,
        why="the gate gave nothing and is blamed",
    ),
    Case(
        name="a reflection that says that nothing of a tool failed",
        run=conduit(
            "failed",
            traced("send_code", {"to": "g-1"}, {"sent": True}),
            error="max turns reached",
            reflection="I do not think send_code failed; the guest kept asking.",
        ),
        candidates=(1,),
        why="it denies what it names",
    ),
    Case(
        name="a customer's words in a note about a failed payment",
        run=duckie(
            "completed",
            call("add_note", {"text": "my payment failed"}, {"id": "n-1", "note": "my payment failed"}),
            reply(),
            said=(("user", "my payment failed"),),
            outcome="resolved",
        ),
        why="a note",
    ),
    Case(
        name="a cache that missed, and a database that did as well",
        run=duckie(
            "failed",
            call("cache_get", {"key": "cart:c-7"}, error="cache miss"),
            call("db_get_cart", {"id": "c-7"}, error="connection pool exhausted"),
        ),
        first=2,
        why="a miss is what caches do",
    ),
    Case(
        name="a cache that missed, and a look at something else",
        run=duckie(
            "completed",
            call("cache_get", {"key": "cart:c-7"}, error="cache miss"),
            call("get_weather", {"city": "Rome"}, {"sun": True}),
            reply(),
        ),
        candidates=(1,),
        why="nothing gave what the cache did not hold",
    ),
    Case(
        name="a step of another title after one that was overloaded",
        run=duckie(
            "failed",
            note("llm", "Summarise", "failed", "model overloaded"),
            note("llm", "Translate", "completed", "ok"),
        ),
        first=1,
        why="translating is not summarising",
    ),
    Case(
        name="an optional null beside a fault of its own",
        run=duckie(
            "failed",
            call("get_profile", {"user": "u-5"}, error="profile service 503"),
            call("create_ticket", {"user": "u-5", "assignee": None}, error="project SUP is archived"),
        ),
        first=1,
        later=(2,),
        why="two failures, the first of which is the first",
    ),
    Case(
        name="a run's error that quotes the message of the second failure",
        run=conduit(
            "failed",
            traced("get_smart_lock", {"unit": "4"}, {"error": {"code": 404, "message": "no lock in unit"}}),
            traced("post_charge", {"folio": "F-9"}, {"error": {"code": 402, "message": "card was declined by bank"}}),
            error="card was declined by bank",
        ),
        first=2,
        candidates=(1,),
        inferred=True,
        why="the run says what it ended with",
    ),
    Case(
        name="a machine in an error state, in German",
        run=duckie(
            "completed",
            call("get_geraet", {"id": "d-1"}, {"id": "d-1", "status": "fehler", "raum": "Keller"}),
            reply("Das Gerät meldet einen Fehler."),
            outcome="resolved",
        ),
        why="the state of a machine that was looked up",
    ),
    Case(
        name="a machine in an error state, in English",
        run=duckie(
            "completed",
            call("get_device", {"id": "d-1"}, {"id": "d-1", "status": "error", "room": "cellar", "battery": 40}),
            reply("Your device reports an error."),
            outcome="resolved",
        ),
        why="the state of a machine that was looked up",
    ),
    Case(
        name="a shop that is looked up by name and by number, not used",
        run=duckie(
            "completed",
            call("get_shop_by_name", {"name": "Corner"}, error="shop not found"),
            call("get_shop_by_number", {"number": "118"}, {"shop_id": "s-118"}),
            reply("It is s-118."),
        ),
        candidates=(1,),
        why="told to the customer, and used by no call",
    ),
    Case(
        name="an approval that timed out after a failure had been mended",
        run=duckie(
            "failed",
            call("get_claim", {"claim": "k-3"}, error="timeout"),
            call("get_claim", {"claim": "k-3"}, {"claim": "k-3"}),
            call("pay_claim", {"claim": "k-3"}, status="approval_timeout"),
            reason="approval for pay_claim timed out",
        ),
        first=3,
        recovered=(1,),
        why="the run failed for the approval",
    ),
    Case(
        name="a tool of a call that is answered by a later message only",
        run=happyrobot(
            "completed",
            session(
                asks("check_load", {"load": "7"}, 1),
                answers("check_load", "HTTP 503", 2),
                asks("check_load", {"load": "7"}, 5),
                answers("check_load", {"available": True}, 6),
                duration=9,
            ),
        ),
        recovered=(2,),
        why="asked again",
    ),
    Case(
        name="a handover that failed after a failure",
        run=duckie(
            "failed",
            call("reset_password", {"user": "u-6"}, error="LDAP refused the change"),
            call("escalate_to_human", {"reason": "LDAP refused the change"}, error="queue closed"),
        ),
        first=1,
        later=(2,),
        why="handed over because of the first",
    ),
    Case(
        name="escalated for a failed step that is not named",
        run=conduit(
            "completed",
            traced("get_stay", {"id": "s-2"}, {"nights": 2}),
            traced("extend_stay", {"id": "s-2", "nights": 1}, {"success": False, "message": "rate plan missing"}),
            disposition="escalated",
            disposition_reason="needs_human",
        ),
        first=2,
        inferred=True,
        why="the stay was not extended",
    ),
    Case(
        name="a sync to two systems, one of which is down",
        run=duckie(
            "completed",
            call("sync_salesforce", {"contact": "c-4"}, {"ok": True}),
            call("sync_hubspot", {"contact": "c-4"}, error="503 Service Unavailable"),
            reply(),
            outcome="resolved",
        ),
        first=2,
        why="the other system does not have it",
    ),
    Case(
        name="escalated for another reason while a tool had failed",
        run=duckie(
            "completed",
            call("get_tips", {"topic": "sleep"}, error="tips service 500"),
            escalate("customer asks for a person"),
            outcome="escalated",
            reason="customer asks for a person",
        ),
        first=1,
        why="it is the one failure, whatever the escalation was for",
    ),
)
