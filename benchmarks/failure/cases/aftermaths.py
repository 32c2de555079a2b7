"""Sixth part, what came after a failure: writes that took effect, compensations, polling, pages, corrections."""

from __future__ import annotations

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

_LOST = "HTTP 504 Gateway Timeout: upstream did not answer"
_STAY = {"booking_ref": "BK-7701", "room": "r-4", "nights": 2}
_PAY = {"order_id": "A-88412", "amount": 42, "currency": "EUR"}

CASES: tuple[Case, ...] = (
    Case(
        name="a booking that timed out, and is there when it is looked up",
        run=duckie(
            "completed",
            call("create_booking", _STAY, error=_LOST),
            call("get_booking", {"booking_ref": "BK-7701"}, {"booking_ref": "BK-7701", "status": "confirmed"}),
            reply("Your room is booked."),
            outcome="resolved",
        ),
        recovered=(1,),
        why="the booking by that very reference exists and is confirmed",
    ),
    Case(
        name="a booking that timed out, and is not there when it is looked up",
        run=duckie(
            "failed",
            call("create_booking", _STAY, error=_LOST),
            call("get_booking", {"booking_ref": "BK-7701"}, {"found": False}),
        ),
        first=1,
        why="the look shows that it was not made",
    ),
    Case(
        name="a booking that timed out, and whose guest has one like it",
        run=conduit(
            "completed",
            traced("create_booking", {"guest_id": "g-118", "room": "r-4"}, {"error": "read timeout after 30 s"}),
            traced("find_bookings", {"guest_id": "g-118"}, {"bookings": [{"id": "BK-9", "room": "r-4"}]}),
            response="You are booked.",
        ),
        candidates=(1,),
        why="it may be that booking or an older one",
    ),
    Case(
        name="a booking that was refused for its dates, and an older one that is looked up",
        run=duckie(
            "completed",
            call("create_booking", {"guest_id": "g-118", "night": "Fri"}, error="HTTP 422: no room on that night"),
            call("get_guest", {"guest_id": "g-118"}, {"name": "Ann", "status": "active"}),
            reply(),
        ),
        first=1,
        why="it was refused, and reading the guest books nothing",
    ),
    Case(
        name="a retry that is told that the thing exists already",
        run=duckie(
            "completed",
            call("create_booking", _STAY, error=_LOST),
            call("create_booking", _STAY, error="HTTP 409 Conflict: booking BK-7701 already exists"),
            reply("Your room is booked."),
        ),
        candidates=(1, 2),
        why="the first attempt most likely took effect, which makes the second harmless",
    ),
    Case(
        name="a retry that is told that the thing exists already, and a look at it",
        run=conduit(
            "completed",
            traced("create_booking", _STAY, {"error": "socket hang up"}),
            traced("create_booking", _STAY, {"status": 409, "error": "booking already exists"}),
            traced("get_booking", {"booking_ref": "BK-7701"}, {"booking_ref": "BK-7701", "status": "confirmed"}),
            response="Booked.",
        ),
        recovered=(1, 2),
        why="the booking by that very reference exists and is confirmed",
    ),
    Case(
        name="a payment that was made once and refused as a duplicate the second time",
        run=conduit(
            "completed",
            traced("capture_payment", _PAY, {"id": "pay_1", "status": "captured"}),
            traced("capture_payment", _PAY, {"error": "duplicate request: this payment was already captured"}),
            response="Paid.",
        ),
        candidates=(2,),
        why="what it was to do had been done before",
    ),
    Case(
        name="a retry with the same key that is answered as a duplicate of the first",
        run=duckie(
            "completed",
            call("create_ticket", {"subject": "Tent", "idempotency_key": "k-1"}, error="connection reset by peer"),
            call("create_ticket", {"subject": "Tent", "idempotency_key": "k-1"}, {"id": "T-7", "status": "duplicate"}),
            reply(),
        ),
        recovered=(1,),
        why="the same call gave the ticket",
    ),
    Case(
        name="an order whose cancellation timed out, and is cancelled when it is read",
        run=conduit(
            "completed",
            traced("cancel_order", {"order_id": "A-88412"}, {"error": "gateway timeout"}),
            traced("get_order", {"order_id": "A-88412"}, {"order_id": "A-88412", "status": "cancelled"}),
            response="It is cancelled.",
        ),
        recovered=(1,),
        why="the order has the very state that it was to get",
    ),
    Case(
        name="an order whose cancellation timed out, and is open when it is read",
        run=conduit(
            "completed",
            traced("cancel_order", {"order_id": "A-88412"}, {"error": "gateway timeout"}),
            traced("get_order", {"order_id": "A-88412"}, {"order_id": "A-88412", "status": "open"}),
            response="I could not cancel it.",
        ),
        first=1,
        inferred=True,
        why="the look shows that it was not done",
    ),
    Case(
        name="a trip of which the hotel fails and the flight is taken back",
        run=duckie(
            "completed",
            call("book_flight", {"trip_id": "T-5", "flight": "SK 481"}, {"pnr": "XK3P"}),
            call("book_hotel", {"trip_id": "T-5", "hotel": "h-9"}, error="HTTP 409: no rooms left"),
            call("cancel_flight", {"trip_id": "T-5", "pnr": "XK3P"}, {"cancelled": True}),
            reply("I could not book the trip."),
        ),
        first=2,
        why="taking the flight back makes no hotel",
    ),
    Case(
        name="a transfer that fails half way, and whose rollback fails too",
        run=conduit(
            "failed",
            traced("debit_account", {"account": "X-1", "amount": 50}, {"ok": True}),
            traced("credit_account", {"account": "Y-2", "amount": 50}, {"ok": False, "message": "account is frozen"}),
            traced("rollback_debit", {"account": "X-1", "amount": 50}, {"ok": False, "message": "ledger is locked"}),
            error="Transfer incomplete",
        ),
        first=2,
        later=(3,),
        inferred=True,
        why="the credit failed first, the rollback besides",
    ),
    Case(
        name="a rollback that works after the second write failed",
        run=duckie(
            "failed",
            call("write_ledger", {"entry": "E-1"}, {"ok": True}),
            call("write_ledger", {"entry": "E-2"}, error="deadlock detected"),
            call("rollback_ledger", {"entry": "E-1"}, {"rolled_back": True}),
        ),
        first=2,
        why="the entry was never written",
    ),
    Case(
        name="a job that is asked for until it has failed",
        run=conduit(
            "failed",
            traced("start_export", {"report": "R-3"}, {"job_id": "j-55"}),
            traced("get_job", {"job_id": "j-55"}, {"job_id": "j-55", "status": "pending"}),
            traced("get_job", {"job_id": "j-55"}, {"job_id": "j-55", "status": "pending"}),
            traced("get_job", {"job_id": "j-55"}, {"job_id": "j-55", "status": "failed", "rows": 0}),
            error="The export did not finish.",
        ),
        first=4,
        inferred=True,
        why="the job ended badly before the run's eyes",
    ),
    Case(
        name="a job that is asked for until it is done",
        run=conduit(
            "completed",
            traced("start_export", {"report": "R-3"}, {"job_id": "j-55"}),
            traced("get_job", {"job_id": "j-55"}, {"job_id": "j-55", "status": "pending"}),
            traced("get_job", {"job_id": "j-55"}, {"job_id": "j-55", "status": "running"}),
            traced("get_job", {"job_id": "j-55"}, {"job_id": "j-55", "status": "completed"}),
            response="Here it is.",
        ),
        states={1: "ok", 2: "ok", 3: "ok", 4: "ok"},
        why="it took its time",
    ),
    Case(
        name="a page that is refused and asked for again",
        run=duckie(
            "completed",
            call("list_orders", {"customer": "C-1", "page": 1}, {"rows": [1, 2], "next": 2}),
            call("list_orders", {"customer": "C-1", "page": 2}, error="HTTP 429 Too Many Requests"),
            call("list_orders", {"customer": "C-1", "page": 2}, {"rows": [3, 4], "next": 3}),
            call("list_orders", {"customer": "C-1", "page": 3}, {"rows": [5], "next": None}),
            reply(),
        ),
        recovered=(2,),
        why="the page came the second time",
    ),
    Case(
        name="a page by its offset that is left out",
        run=duckie(
            "completed",
            call("list_orders", {"customer": "C-1", "offset": 0}, {"rows": [1, 2]}),
            call("list_orders", {"customer": "C-1", "offset": 100}, error=_LOST),
            call("list_orders", {"customer": "C-1", "offset": 200}, {"rows": [5]}),
            reply(),
        ),
        first=2,
        why="those rows were never read",
    ),
    Case(
        name="a page by its cursor that is left out",
        run=conduit(
            "completed",
            traced("list_orders", {"customer": "C-1", "cursor": "eyJvIjoxfQ"}, {"error": "HTTP 502"}),
            traced("list_orders", {"customer": "C-1", "cursor": "eyJvIjoyfQ"}, {"rows": [5]}),
            response="These.",
        ),
        first=1,
        inferred=True,
        why="those rows were never read",
    ),
    Case(
        name="a batch of which some items failed",
        run=conduit(
            "completed",
            traced(
                "import_contacts",
                {"file": "f-1"},
                {
                    "succeeded": 3,
                    "failed": 2,
                    "errors": [{"row": 4, "message": "no email"}, {"row": 5, "message": "x"}],
                },
            ),
            response="Imported.",
        ),
        first=1,
        inferred=True,
        why="two contacts were not imported, and it says why",
    ),
    Case(
        name="a batch of which none failed",
        run=conduit(
            "completed",
            traced("import_contacts", {"file": "f-1"}, {"succeeded": 5, "failed": 0, "errors": []}),
            response="Imported.",
        ),
        states={1: "ok"},
        why="nothing failed",
    ),
    Case(
        name="a batch of which the failed items are sent again by themselves",
        run=duckie(
            "completed",
            call("tag_orders", {"ids": ["o-1", "o-2", "o-3", "o-4"]}, error="2 of 4 failed: o-3, o-4 are locked"),
            call("tag_orders", {"ids": ["o-3", "o-4"]}, {"tagged": 2}),
            reply(),
        ),
        candidates=(1,),
        why="a part of the same was done the second time, and likely all that was missing",
    ),
    Case(
        name="a date that is written otherwise the second time",
        run=conduit(
            "completed",
            traced("check_rooms", {"hotel": "h-9", "date": "03.05.2027"}, {"error": "date: use YYYY-MM-DD"}),
            traced("check_rooms", {"hotel": "h-9", "date": "2027-05-03"}, {"rooms": 3}),
            response="Three.",
        ),
        candidates=(1,),
        why="the same day, in another form",
    ),
    Case(
        name="a load's number that is spelled otherwise the second time",
        run=happyrobot(
            "completed",
            session(
                asks("find_load", {"load_id": "L77 120"}, 3),
                answers("find_load", {"error": "no such load"}, 4),
                asks("find_load", {"load_id": "L-77120"}, 9),
                answers("find_load", {"load_id": "L-77120", "state": "open"}, 10),
                duration=60,
            ),
        ),
        candidates=(2,),
        why="the same letters and digits",
    ),
    Case(
        name="a phone number that is written otherwise the second time",
        run=duckie(
            "completed",
            call("find_contact", {"phone": "+49 170 555 0100"}, error="invalid phone format"),
            call("find_contact", {"phone": "+491705550100"}, {"name": "Ann"}),
            reply(),
        ),
        candidates=(1,),
        why="the same number",
    ),
    Case(
        name="an order that is not there, and another that is",
        run=duckie(
            "completed",
            call("lookup_order", {"order_id": "A-88412"}, error="HTTP 404: order not found"),
            call("lookup_order", {"order_id": "B-10007"}, {"total": 9}),
            reply(),
        ),
        first=1,
        why="another order",
    ),
    Case(
        name="an order that is not there, as the customer is told",
        run=duckie(
            "completed",
            call("lookup_order", {"order_id": "A-88412"}, error="HTTP 404: order not found"),
            reply("There is no such order; please check its number."),
            outcome="resolved",
        ),
        candidates=(1,),
        why="that there is none is an answer, and the run was resolved with it",
    ),
    Case(
        name="a customer who is not known yet and is made",
        run=conduit(
            "completed",
            traced("find_customer", {"email": "ann@example.org"}, {"status": 404, "message": "customer not found"}),
            traced("create_customer", {"email": "ann@example.org"}, {"id": "C-9"}),
            response="Welcome.",
        ),
        recovered=(1,),
        why="not to be found is why it was made",
    ),
    Case(
        name="a customer who is looked for by the tool's second version",
        run=duckie(
            "completed",
            call("lookup_customer", {"email": "ann@example.org"}, error="HTTP 410 Gone: use v2"),
            call("lookup_customer_v2", {"email": "ann@example.org"}, {"id": "C-9", "name": "Ann"}),
            call("update_customer", {"id": "C-9", "vip": True}, {"ok": True}),
            reply(),
        ),
        recovered=(1,),
        why="another lookup of the same thing by the same address",
    ),
    Case(
        name="a message whose declared fallback fails too",
        run=conduit(
            "failed",
            traced("send_sms", {"to": "C-9"}, {"error": "carrier down, falling back to send_email"}),
            traced("send_email", {"to": "C-9"}, {"error": "mailbox full"}),
        ),
        first=1,
        later=(2,),
        inferred=True,
        why="nothing reached the customer",
    ),
    Case(
        name="a sub-agent that fails and is run again with the same task",
        run=duckie(
            "completed",
            call(
                "run_sub_agent",
                {"agent": "researcher", "task": "find the policy"},
                {"status": "failed", "error": "step limit"},
            ),
            call(
                "run_sub_agent",
                {"agent": "researcher", "task": "find the policy"},
                {"status": "completed", "answer": "30 days"},
            ),
            reply(),
        ),
        recovered=(1,),
        why="the same task, and it came back",
    ),
    Case(
        name="a sub-agent that worked although one of its own steps failed",
        run=conduit(
            "completed",
            traced(
                "run_sub_agent",
                {"task": "find the policy"},
                {
                    "status": "completed",
                    "answer": "30 days",
                    "steps": [{"tool": "search", "status": "failed", "error": "x"}],
                },
            ),
            response="30 days.",
        ),
        states={1: "ok"},
        why="it says itself that it completed",
    ),
    Case(
        name="two branches side by side, of which one fails",
        run=happyrobot(
            "failed",
            node("Fetch weather", 5, {"temp": 3}, data={"city": "Oslo"}),
            node("Fetch rates", 5, error="HTTP 500", data={"city": "Oslo"}),
            node("Merge", 9, error="input of branch Fetch rates is missing"),
        ),
        first=2,
        later=(3,),
        why="the merge lacks what that branch should have given",
    ),
    Case(
        name="a step that fails in a run that the customer then ends",
        run=duckie(
            "cancelled",
            call("charge_card", _PAY, error="card was declined by the issuer"),
            note("message", "Customer cancelled", content="never mind"),
        ),
        first=1,
        why="the charge failed before, and for its own reason",
    ),
    Case(
        name="a hand-over after a failure and the retry of it",
        run=duckie(
            "completed",
            call("issue_refund", _PAY, error=_LOST),
            call("issue_refund", _PAY, error=_LOST),
            escalate("The refund system is down."),
            outcome="escalated",
            reason="The refund system is down.",
        ),
        first=1,
        later=(2,),
        why="nothing made it good; a person was asked to",
    ),
)
