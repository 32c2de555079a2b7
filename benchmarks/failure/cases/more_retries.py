"""Likeness of inputs, fallbacks and supply at their edges; what follows from what."""

from __future__ import annotations

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import (
    BUSY,
    LOST,
    PAY,
    answers,
    asks,
    at,
    call,
    conduit,
    duckie,
    escalate,
    happyrobot,
    node,
    reply,
    session,
    traced,
)

_TRIP = {"origin": "HAM", "destination": "OSL"}

CASES: tuple[Case, ...] = (
    Case(
        name="a handled miss, a refused and repeated search, a fatal charge, and what followed",
        run=duckie(
            "failed",
            call("cache_lookup", {"key": "order:A-100201"}, {"hit": False}, error="miss"),
            call("lookup_order", {"order_id": "A-100201"}, {"total": 119}),
            call("search_flights", _TRIP, error=BUSY),
            call("search_flights", _TRIP, {"fares": [1]}),
            call("charge_card", PAY, error=LOST),
            call("send_receipt", {"order_id": "A-100201"}, error="charge_card failed: nothing to send"),
        ),
        first=5,
        later=(6,),
        recovered=(1, 3),
        why="the miss was handled, the 429 repeated; the charge was not",
    ),
    Case(
        name="a retry that answers in plain words, on a vendor that states nothing",
        run=conduit(
            "completed",
            traced("book_table", {"at": "19:00"}, {"error": "timeout after 5000 ms"}),
            traced("book_table", {"at": "19:00"}, "Your table is booked."),
        ),
        candidates=(1,),
        states={2: "unknown"},
        why="the text reads well and proves nothing",
    ),
    Case(
        name="a retry with a longer time-out and the same arguments spelled otherwise",
        run=conduit(
            "completed",
            traced("get_guest", '{"guest":"g-1","timeout_ms":500}', {"error": "timeout"}),
            traced("get_guest", '{ "timeout_ms": 5000, "guest": "g-1" }', {"name": "Ann"}),
        ),
        recovered=(1,),
        why="the same guest",
    ),
    Case(
        name="the same order in another currency",
        run=duckie(
            "completed",
            call("charge_card", {"order": "A-1", "currency": "EUR"}, error=LOST),
            call("charge_card", {"order": "A-1", "currency": "USD"}, {"paid": True}),
        ),
        candidates=(1,),
        why="perhaps the same charge",
    ),
    Case(
        name="a lookup by address that fails and one by number that works",
        run=duckie(
            "completed",
            call("find_customer", {"email": "a@example.org"}, error="no match"),
            call("find_customer", {"customer_number": "C-118"}, {"name": "Ann"}),
        ),
        candidates=(1,),
        why="perhaps the same customer",
    ),
    Case(
        name="a search that is reworded",
        run=duckie(
            "completed",
            call("knowledge_search", {"query": "torn tent refund"}, error="index timeout"),
            call("knowledge_search", {"query": "refund of a torn tent"}, {"hits": 2}),
        ),
        candidates=(1,),
        why="likely the same question",
    ),
    Case(
        name="many fares of other days",
        run=duckie(
            "failed",
            call("search_flights", {**_TRIP, "date": "2027-05-12"}, error=LOST),
            *(call("search_flights", {**_TRIP, "date": f"2027-05-{day}"}, {"fares": [1]}) for day in range(13, 25)),
        ),
        first=1,
        why="that day's fare was never found",
    ),
    Case(
        name="a state of payment that the order may tell",
        run=duckie(
            "completed",
            call("get_payment_status", {"order_id": "A-100201"}, error=LOST),
            call("lookup_order", {"order_id": "A-100201"}, {"total": 119, "payment": {"state": "open"}}),
            reply(),
        ),
        candidates=(1,),
        why="another lookup of the same order tells of its payment",
    ),
    Case(
        name="a state of payment that the order does not tell",
        run=duckie(
            "completed",
            call("get_payment_status", {"order_id": "A-100201"}, error=LOST),
            call("lookup_order", {"order_id": "A-100201"}, {"total": 119, "customer": "C-1"}),
            reply(),
        ),
        first=1,
        why="another lookup of the same order, of another thing",
    ),
    Case(
        name="another tool is given the same charge",
        run=duckie("completed", call("charge_card", PAY, error=LOST), call("stripe_charge", PAY, {"paid": True})),
        candidates=(1,),
        why="it may have paid, and nothing says that it stood in",
    ),
    Case(
        name="a backup tool that charges another order",
        run=duckie(
            "completed",
            call("charge_card", {"order_id": "A-100201"}, error=LOST),
            call("charge_card_backup", {"order_id": "B-200702"}, {"paid": True}),
        ),
        first=1,
        why="the first order was never charged",
    ),
    Case(
        name="an input that says whose fallback it is",
        run=conduit(
            "completed",
            traced("fare_cache_get", {"key": "x"}, {"error": "cold"}),
            traced("search_flights", {**_TRIP, "fallback_for": "fare_cache_get"}, {"fares": [1]}),
            response="From 79 EUR.",
        ),
        recovered=(1,),
        why="declared by a flag, succeeded, used",
    ),
    Case(
        name="a fallback after which nothing came but the end of a failed run",
        run=duckie(
            "failed",
            call("fare_cache_get", {"key": "x"}, error="cache down; falling back to search_flights"),
            call("search_flights", _TRIP, {"fares": [1]}),
        ),
        candidates=(1,),
        why="the run did not go on from it",
    ),
    *(
        Case(
            name=f"a denied fallback: {text}",
            run=duckie(
                "failed", call("charge_card", PAY, error=text), call("lookup_order", {"id": "A-9"}, {"total": 1})
            ),
            first=1,
            why="nothing took over",
        )
        for text in (
            "gateway down; could not fall back to the replica",
            "gateway down and falling back is disabled",
            "gateway down, giving up without a fallback",
            "gateway down (fallback: none)",
            "all fallbacks exhausted",
        )
    ),
    Case(
        name="a consequence of a failure that may have been made good",
        run=duckie(
            "failed",
            call("lookup_order", {"order_id": "[REDACTED]"}, error=LOST, redacted=True),
            call("lookup_order", {"order_id": "[REDACTED]"}, {"total": 9}, redacted=True),
            call("issue_refund", {"amount": None}, error="lookup_order returned no total"),
        ),
        candidates=(1, 3),
        why="what follows from an uncertain failure is no surer than it",
    ),
    Case(
        name="a consequence that was not repeated when its cause was made good",
        run=duckie(
            "failed",
            call("lookup_order", {"order_id": "A-100201"}, error=LOST),
            call("issue_refund", {"order_id": "A-100201"}, error="lookup_order returned no total"),
            call("lookup_order", {"order_id": "A-100201"}, {"total": 9}),
        ),
        first=2,
        recovered=(1,),
        why="the order was read after all, the refund never paid",
    ),
    Case(
        name="two tools that fail with the same words",
        run=duckie(
            "failed",
            call("crm_get_customer", {"id": "C-1"}, error="HTTP 401 Unauthorized: token expired"),
            call("crm_add_note", {"text": "x"}, error="HTTP 401 Unauthorized: token expired"),
        ),
        first=1,
        later=(2,),
        why="the first of them",
    ),
    Case(
        name="an unrelated early failure, and a reason that names the later one",
        run=duckie(
            "failed",
            call("add_tag", {"tag": "vip"}, error="HTTP 403 Forbidden"),
            call("lookup_order", {"order_id": "A-100201"}, {"total": 119}),
            call("charge_card", {"order_id": "A-100201"}, error=LOST),
            reason="charge_card failed with a time-out.",
        ),
        first=3,
        candidates=(1,),
        why="the run says what it failed for",
    ),
    Case(
        name="a run error that names the later of two failures about the same booking",
        run=conduit(
            "failed",
            traced("get_reservation", {"reservation_id": "res_5501"}, {"error": "replica unavailable"}),
            traced("charge_card", {"reservation_id": "res_5501"}, {"error": "no amount to charge"}),
            error="Tool charge_card failed: no amount to charge",
        ),
        candidates=(1, 2),
        why="the run names the later one, which may follow from the first",
    ),
    Case(
        name="a retry that is still under way",
        run=duckie(
            "running",
            call("charge_card", PAY, error=LOST),
            call("charge_card", PAY, status="running", duration_seconds=None),
        ),
        candidates=(1,),
        why="it may yet succeed",
    ),
    Case(
        name="a retry that never ended in a run that failed",
        run=duckie(
            "failed",
            call("charge_card", PAY, error=LOST),
            call("charge_card", PAY, status="running", duration_seconds=None),
        ),
        first=1,
        candidates=(2,),
        why="nothing made it good",
    ),
    Case(
        name="a refused call that is to be made again when the run resumes",
        run=duckie(
            "paused",
            call("search_flights", _TRIP, error="HTTP 429: will retry when the run resumes"),
            scheduled_resume_at=at(900),
        ),
        candidates=(1,),
        why="it is to be repeated",
    ),
    Case(
        name="two calls of one tool in one message, of which one fails",
        run=happyrobot(
            "completed",
            session(
                {
                    **asks("find_load", {"load_id": "L-77"}, 3),
                    "tool_calls": [
                        {"function": {"name": "find_load", "arguments": '{"load_id":"L-77"}'}},
                        {"function": {"name": "find_load", "arguments": '{"load_id":"L-78"}'}},
                    ],
                },
                answers("find_load", {"error": "not found"}, 4),
                answers("find_load", {"state": "open"}, 5),
                duration=60,
            ),
        ),
        first=2,
        inferred=True,
        why="the second call was about another load",
    ),
    Case(
        name="a second telephone call after a failed one",
        run=happyrobot(
            "completed",
            session(status="failed", sip_code="480", sip_reason="Temporarily Unavailable"),
            session(second=300, duration=90),
        ),
        candidates=(1,),
        why="nothing says that it was to the same person about the same thing",
    ),
    Case(
        name="a lookup that fails in the first call and works in the second",
        run=happyrobot(
            "failed",
            session(asks("find_load", {"load_id": "L-77"}, 3), answers("find_load", "Error: timeout", 9), duration=30),
            session(
                asks("find_load", {"load_id": "L-77"}, 303),
                answers("find_load", {"state": "open"}, 304),
                second=300,
                duration=90,
            ),
            node("Update TMS", 400, error={"message": "HTTP 502"}),
        ),
        first=5,
        recovered=(2,),
        why="the node failed for good",
    ),
    Case(
        name="a hand-over that fails itself",
        run=duckie(
            "completed",
            call("escalate_to_human", {"reason": "angry"}, error="HTTP 503 Service Unavailable"),
            reply(),
            outcome="pending",
        ),
        first=1,
        why="nobody was told",
    ),
    Case(
        name="an escalation whose reason lies with the customer, after a failed note",
        run=duckie(
            "completed",
            call("crm_add_note", {"text": "x"}, error=LOST),
            escalate("The customer asked for a person."),
            outcome="escalated",
            reason="The customer asked for a person.",
        ),
        first=1,
        why="the note was never written, whatever the escalation was for",
    ),
)
