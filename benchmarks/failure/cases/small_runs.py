"""Small runs of one doubt each: was it done, was it the same, was it an error at all?"""

from __future__ import annotations

from typing import Final

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import call, conduit, duckie, happyrobot, node, reply, session, traced

_LOST: Final = "HTTP 504 Gateway Timeout"

CASES: tuple[Case, ...] = (
    Case(
        name="a booking that got no answer, and a reservation by the same booking's id",
        run=conduit(
            "completed",
            traced("create_booking", {"booking_id": "B-1"}, {"error": "timeout"}),
            traced("get_reservation", {"booking_id": "B-1"}, {"status": "confirmed"}),
            response="Booked.",
        ),
        candidates=(1,),
        why="most likely the same thing under another name",
    ),
    Case(
        name="a booking that got no answer, and an empty list of the guest's",
        run=conduit(
            "completed",
            traced("create_booking", {"guest_id": "g-1"}, {"error": "timeout"}),
            traced("list_bookings", {"guest_id": "g-1"}, {"bookings": []}),
            response="I could not book.",
        ),
        first=1,
        inferred=True,
        why="there is none",
    ),
    Case(
        name="a user who got no answer, and a bare 409 on the second attempt",
        run=conduit(
            "completed",
            traced("create_user", {"email": "ann@example.org"}, {"error": "ETIMEDOUT"}),
            traced("create_user", {"email": "ann@example.org"}, {"status": 409}),
            response="Done.",
        ),
        candidates=(1, 2),
        why="the first attempt most likely took effect",
    ),
    Case(
        name="a version that is stale at both attempts",
        run=duckie(
            "failed",
            *(
                call("update_order", {"order_id": "A-1", "v": 1}, error="HTTP 409 Conflict: version is stale")
                for _ in range(2)
            ),
        ),
        first=1,
        later=(2,),
        why="a conflict that was no answer to a lost call",
    ),
    Case(
        name="a user who exists already, in a run that failed for it",
        run=conduit("failed", traced("create_user", {"email": "ann@example.org"}, {"error": "user already exists"})),
        first=1,
        inferred=True,
        why="nothing before it can have made the user",
    ),
    Case(
        name="a fallback of a fallback that worked",
        run=duckie(
            "completed",
            call("sms_send", {"to": "C-1"}, error="down; falling back to whatsapp_send"),
            call("whatsapp_send", {"to": "C-1"}, error="blocked; falling back to email_send"),
            call("email_send", {"to": "C-1"}, {"ok": True}),
            reply(),
        ),
        recovered=(1, 2),
        why="each declared the next, and the last one worked",
    ),
    Case(
        name="a payment that the customer broke off",
        run=duckie(
            "completed",
            call("charge_card", {"order_id": "A-1"}, error="cancelled by customer in 3-D Secure"),
            reply("No worries."),
            outcome="resolved",
        ),
        candidates=(1,),
        why="it was the customer's wish",
    ),
    Case(
        name="a summary of a ticket that opens with what went wrong there",
        run=conduit(
            "completed",
            traced("summarize_ticket", {"id": "T-1"}, "Payment failed: the customer tried two cards."),
            traced("ask_expert", {"question": "What now?"}, "I could not find a rule for that."),
            response="Done.",
        ),
        states={1: "unknown", 2: "unknown"},
        why="both texts are of something else than their call",
    ),
    Case(
        name="a script that ended badly",
        run=conduit(
            "completed",
            traced("run_script", {"name": "sync"}, {"stdout": "", "stderr": "no such file", "exit_code": 1}),
            response="Done.",
        ),
        first=1,
        inferred=True,
        why="its exit code says so",
    ),
    Case(
        name="a measured error beside other figures",
        run=conduit("completed", traced("evaluate", {"model": "m-1"}, {"error": 3, "accuracy": 0.9}), response="Good."),
        states={1: "ok"},
        why="a figure, not a failure",
    ),
    Case(
        name="a node that calls itself the fallback of a call that nobody took",
        run=happyrobot(
            "completed",
            session(status="missed", sip_code="480"),
            node("Fallback SMS", 30, {"sent": True}),
            node("Log", 40, {"ok": True}),
        ),
        candidates=(1,),
        why="it says that it is a fallback, and not of what",
    ),
    Case(
        name="a charge that got no answer, and is there by its own id",
        run=duckie(
            "completed",
            call("create_charge", {"charge_id": "ch_1", "amount": 5}, error=_LOST),
            call("get_charge", {"charge_id": "ch_1"}, {"charge": {"id": "ch_1", "status": "succeeded"}}),
            reply(),
        ),
        recovered=(1,),
        why="the charge by that very id succeeded",
    ),
)
