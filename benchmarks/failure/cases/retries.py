"""Calls that are repeated, with the same input or with another; fallbacks; what another step supplied."""

from __future__ import annotations

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import (
    BUSY,
    LOST,
    PAY,
    answers,
    asks,
    call,
    conduit,
    duckie,
    escalate,
    happyrobot,
    reply,
    says,
    session,
    traced,
)

_FARE = {"origin": "HAM", "destination": "OSL", "date": "2027-03-02"}

CASES: tuple[Case, ...] = (
    Case(
        name="the same call succeeds when it is repeated",
        run=duckie("completed", call("charge_card", PAY, error=LOST), call("charge_card", PAY, {"paid": True})),
        recovered=(1,),
        why="same tool, equal input, success",
    ),
    Case(
        name="a 429 that is repeated well, then a fatal 504",
        run=duckie(
            "failed",
            call("search_flights", _FARE, error=BUSY),
            call("search_flights", _FARE, {"fares": [{"price": 119}]}),
            call("charge_card", PAY, error=LOST),
        ),
        first=3,
        recovered=(1,),
        why="the 429 was made good, the 504 was not",
    ),
    Case(
        name="another order is charged later, in the same currency",
        run=duckie(
            "completed",
            call("charge_card", {"order": "A-1", "currency": "EUR"}, error=LOST),
            call("charge_card", {"order": "B-2", "currency": "EUR"}, {"paid": True}),
        ),
        first=1,
        why="order A-1 was never charged",
    ),
    Case(
        name="a retry with its own idempotency key, attempt number and time",
        run=duckie(
            "completed",
            call(
                "charge_card",
                {**PAY, "attempt": 1, "idempotency_key": "k-81", "requested_at": "2026-11-20T09:00:00Z"},
                error=LOST,
            ),
            call(
                "charge_card",
                {**PAY, "attempt": 2, "idempotency_key": "k-82", "requested_at": "2026-11-20T09:00:31Z"},
                {"paid": True},
            ),
        ),
        recovered=(1,),
        why="what differs is what differs between any two attempts",
    ),
    Case(
        name="a retry whose nested request id differs, on a vendor that states nothing",
        run=conduit(
            "completed",
            traced("get_guest", {"guest": "g-1", "meta": {"requestId": "r-1"}}, {"error": "timeout after 5000 ms"}),
            traced("get_guest", {"guest": "g-1", "meta": {"requestId": "r-2"}}, {"name": "Ann"}),
        ),
        recovered=(1,),
        why="only the request id differs",
    ),
    Case(
        name="a corrected value in the second attempt",
        run=duckie(
            "completed",
            call("update_booking", {"ref": "QX7K2P", "travellers": "two"}, error="HTTP 422: travellers: not a number"),
            call("update_booking", {"ref": "QX7K2P", "travellers": 2}, {"state": "changed"}),
        ),
        candidates=(1,),
        why="the same booking with another value: likely corrected, not proven",
    ),
    Case(
        name="a smaller amount is charged after the full one failed",
        run=duckie(
            "completed",
            call("charge_card", {"order_id": "A-1", "amount": 100}, error="amount exceeds the limit"),
            call("charge_card", {"order_id": "A-1", "amount": 10}, {"paid": True}),
        ),
        candidates=(1,),
        why="nobody can tell whether 10 stands for the 100",
    ),
    Case(
        name="a lookup in a telephone call that works the second time",
        run=happyrobot(
            "completed",
            session(
                says("assistant", "Hi, this is Alex.", 1),
                asks("find_load", {"load_id": "L-77"}, 2),
                answers("find_load", {"error": "timeout"}, 12),
                asks("find_load", {"load_id": "L-77"}, 13),
                answers("find_load", {"load_id": "L-77", "state": "open"}, 14),
                duration=60,
            ),
        ),
        recovered=(2,),
        why="same tool, equal arguments, success",
    ),
    Case(
        name="a call that worked once and fails when it is made again",
        run=duckie(
            "failed",
            call("lookup_order", {"order_id": "A-1"}, {"total": 9}),
            call("lookup_order", {"order_id": "A-1"}, error=LOST),
        ),
        first=2,
        why="a success before a failure makes nothing good",
    ),
    Case(
        name="two failed attempts and a third that succeeds",
        run=duckie(
            "completed",
            call("charge_card", PAY, error=LOST),
            call("charge_card", PAY, error=LOST),
            call("charge_card", PAY, {"paid": True}),
        ),
        recovered=(1, 2),
        why="both attempts are made good by the third",
    ),
    Case(
        name="three attempts, all refused",
        run=duckie("failed", *(call("charge_card", PAY, error=BUSY) for _ in range(3))),
        first=1,
        later=(2, 3),
        why="nothing ever succeeded; the first attempt is the first failure",
    ),
    Case(
        name="a cache miss that says what it falls back to",
        run=duckie(
            "completed",
            call("fare_cache_get", {"key": "HAM-OSL"}, {"hit": False}, error="miss; falling back to search_flights"),
            call("search_flights", _FARE, {"fares": [{"price": 79}]}),
            reply("From 79 EUR."),
            outcome="resolved",
        ),
        recovered=(1,),
        why="declared, succeeded, used",
    ),
    Case(
        name="an error that says that there is no fallback",
        run=duckie(
            "failed",
            call("charge_card", PAY, error="gateway down, no fallback available"),
            call("crm_add_note", {"text": "payment failed"}, {"saved": True}),
        ),
        first=1,
        why="the text denies a fallback",
    ),
    Case(
        name="an error that says that its fallback failed as well",
        run=duckie(
            "failed",
            call("charge_card", PAY, error="primary gateway timed out; fallback gateway failed with 503"),
            reply("Sorry."),
        ),
        first=1,
        why="the fallback failed",
    ),
    Case(
        name="a declared fallback that fails itself",
        run=duckie(
            "failed",
            call("charge_card", PAY, error="gateway down; falling back to charge_card_backup"),
            call("charge_card_backup", PAY, error=LOST),
        ),
        first=1,
        later=(2,),
        why="nothing was charged by either",
    ),
    Case(
        name="a tool that is named as the fallback of the one that failed",
        run=conduit(
            "completed",
            traced("search_rooms", {"from": "2026-12-01"}, {"error": "index unavailable"}),
            traced("search_rooms_fallback", {"from": "2026-12-01"}, {"rooms": [{"id": "r-4"}]}),
            traced("hold_room", {"room": "r-4"}, {"held": True}),
            response="Room r-4 is free.",
        ),
        recovered=(1,),
        why="the tool's name declares it, and its result is used",
    ),
    Case(
        name="an error that quotes a customer who writes of falling back",
        run=duckie(
            "failed",
            call("translate", {"text": "x"}, error='cannot translate "I am falling back to sleep, use the other"'),
            reply(),
        ),
        first=1,
        why="quoted words are the customer's, and declare nothing",
    ),
    Case(
        name="a lookup that another lookup of the same thing makes good",
        run=conduit(
            "completed",
            traced("get_reservation", {"reservation_id": "res_5501"}, {"error": "replica unavailable"}),
            traced("find_reservation", {"reservation_id": "res_5501"}, {"door_code_ref": "dc-8812", "state": "ok"}),
            traced("send_door_code", {"ref": "dc-8812"}, {"sent": True}),
            response="I sent you the code.",
        ),
        recovered=(1,),
        why="the other lookup gave the same reservation, and its result went into the next step",
    ),
    Case(
        name="a note about the order that could not be charged",
        run=duckie(
            "completed",
            call("charge_card", {"order_id": "A-1"}, error=LOST),
            call("crm_add_note", {"order_id": "A-1"}, {"saved": True}),
            escalate("The card of order A-1 could not be charged."),
            outcome="escalated",
            reason="The card could not be charged.",
        ),
        first=1,
        why="a note charges nothing",
    ),
)
