"""Incidents as on-call engineers tell them: what the systems behind tools replied, and what a run did about that."""

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
    says,
    session,
    traced,
)

_DESK: Final = (
    Case(
        name="a subscription that cannot be cancelled while a dispute is open",
        run=duckie(
            "completed",
            call("get_subscription", {"customer": "c-40"}, {"id": "sub-7", "plan": "team"}),
            call("cancel_subscription", {"id": "sub-7"}, error="subscription has an open dispute"),
            reply("A colleague will cancel it."),
            outcome="pending",
        ),
        first=2,
        why="it is not cancelled, and nothing else did it",
    ),
    Case(
        name="a refund that timed out, was looked for, and made again",
        run=duckie(
            "completed",
            call("create_refund", {"order": "O-9", "cents": 1200}, error="gateway timeout after 30s"),
            call("list_refunds", {"order": "O-9"}, {"refunds": []}),
            call("create_refund", {"order": "O-9", "cents": 1200}, {"refund": "re-1"}),
            reply("Refunded."),
            outcome="resolved",
        ),
        recovered=(1,),
        why="the same call, after a look that it had not been done",
    ),
    Case(
        name="a postal code that was written right at the second attempt",
        run=duckie(
            "completed",
            call("update_address", {"customer": "c-8", "street": "Lindenweg 4", "zip": "1011"}, error="zip: 5 digits"),
            call("update_address", {"customer": "c-8", "street": "Lindenweg 4", "zip": "10115"}, {"updated": True}),
            reply("Your address is changed."),
            outcome="resolved",
        ),
        candidates=(1,),
        why="the complaint was obeyed, but what is right of the two codes nobody says",
    ),
    Case(
        name="two people told of an outage, one of whom was not",
        run=duckie(
            "completed",
            call("send_sms", {"to": "u-1", "text": "We are down."}, error="number is a landline"),
            call("send_sms", {"to": "u-2", "text": "We are down."}, {"queued": True}),
            reply("I told them."),
        ),
        first=1,
        why="the other person's message is not this person's",
    ),
    Case(
        name="a token that was renewed, then a credit that was refused",
        run=duckie(
            "failed",
            call("get_orders", {"customer": "c-3"}, error="401 token expired"),
            call("refresh_token", {"app": "shop"}, {"expires_in": 3600}),
            call("get_orders", {"customer": "c-3"}, {"orders": ["O-3"]}),
            call("issue_credit", {"order": "O-3", "cents": 500}, error="credit limit of the month is used up"),
        ),
        first=4,
        recovered=(1,),
        why="the orders were read in the end, the credit was not given",
    ),
    Case(
        name="a crash report of the customer's app",
        run=duckie(
            "completed",
            call(
                "get_crash_report",
                {"device": "d-12"},
                {"device": "d-12", "last_crash": {"error": "NullPointerException", "at": "Cart.java:88"}, "count": 3},
            ),
            reply("Your app crashed in the cart; update it."),
            outcome="resolved",
        ),
        states={1: "ok"},
        why="the report is what was asked for",
    ),
    Case(
        name="a customer who stopped answering",
        run=duckie(
            "failed",
            call("get_order", {"order": "O-1"}, {"order": "O-1", "state": "packed"}),
            reply("Which of the two addresses is yours?"),
            reason="The customer did not answer for 24 hours.",
        ),
        why="nothing that the run did went wrong",
    ),
    Case(
        name="a knowledge base without an article",
        run=duckie(
            "completed",
            call("search_kb", {"query": "export to XLSX"}, {"results": [], "total": 0}),
            escalate("No article covers this."),
            outcome="escalated",
            reason="No article covers this.",
        ),
        states={1: "ok"},
        why="an empty answer is an answer",
    ),
    Case(
        name="a form that was refused for a mail address in use",
        run=duckie(
            "failed",
            call("http_request", {"method": "GET", "path": "/plans"}, {"status": 200, "body": {"plans": 3}}),
            call(
                "http_request",
                {"method": "POST", "path": "/users"},
                {"status": 422, "body": {"message": "email has already been taken"}},
            ),
        ),
        first=2,
        inferred=True,
        why="the status of the answer says so",
    ),
    Case(
        name="an import of which no row was taken",
        run=duckie(
            "completed",
            call(
                "import_contacts",
                {"file": "f-2"},
                {"imported": 0, "failed": 120, "errors": [{"row": 1, "message": "column email is missing"}]},
            ),
            reply("Your contacts are imported."),
        ),
        first=1,
        inferred=True,
        why="every row failed",
    ),
    Case(
        name="an export that the run started and that broke off",
        run=duckie(
            "completed",
            call("start_export", {"table": "orders"}, {"job": "j-5"}),
            call("get_export", {"job": "j-5"}, {"job": "j-5", "state": "processing"}),
            call("get_export", {"job": "j-5"}, {"job": "j-5", "state": "failed", "detail": "disk quota exceeded"}),
            reply("The export did not work."),
        ),
        first=3,
        inferred=True,
        why="the job is the run's own, and it failed",
    ),
    Case(
        name="an invoice found by its customer and sent",
        run=duckie(
            "completed",
            call("get_invoice_by_number", {"number": "77"}, error="Rechnung nicht gefunden"),
            call("find_invoices_by_customer", {"customer": "c-5"}, {"invoice_id": "R-77"}),
            call("send_invoice", {"invoice_id": "R-77"}, {"sent": True}),
            reply("Gesendet."),
            outcome="resolved",
        ),
        recovered=(1,),
        why="the second look gave the invoice, and it was sent",
    ),
    Case(
        name="a customer who could not be read, and orders asked for nobody",
        run=duckie(
            "failed",
            call("get_customer", {"email_hash": "5f2"}, error="CRM: connection reset by peer"),
            call("get_orders", {"customer_id": None}, error="customer_id is required"),
        ),
        first=1,
        later=(2,),
        why="there was no customer to ask for",
    ),
    Case(
        name="a sync that never came back",
        run=duckie(
            "failed",
            call("get_ticket", {"id": "t-9"}, {"id": "t-9", "state": "open"}),
            call("sync_crm", {"ticket": "t-9"}, status="running"),
            reason="The run timed out.",
        ),
        first=2,
        why="it is what the run was waiting for when it timed out",
    ),
    Case(
        name="an eligibility check that says no",
        run=duckie(
            "completed",
            call("check_return", {"order": "O-6"}, {"eligible": False, "reason": "window of 30 days is over"}),
            reply("It is too late to return this."),
            outcome="resolved",
        ),
        states={1: "ok"},
        why="no is an answer",
    ),
    Case(
        name="a draft that a guardrail sent back, and a better one",
        run=duckie(
            "completed",
            call("get_policy", {"topic": "warranty"}, {"months": 24}),
            note("guardrail", "No legal advice", "blocked", "The draft promises a legal outcome."),
            reply("The warranty is 24 months."),
            outcome="resolved",
        ),
        why="the guardrail did its work, and the customer got an answer",
    ),
)

_DISPATCH: Final = (
    Case(
        name="a carrier who may not haul",
        run=happyrobot(
            "completed",
            session(
                asks("verify_carrier", {"mc": "118822"}, 2),
                answers("verify_carrier", {"eligible": False, "reason": "insurance lapsed"}, 3),
                says("assistant", "I am sorry, we cannot book you today.", 5),
                duration=40,
            ),
        ),
        states={2: "ok"},
        why="the check answered",
    ),
    Case(
        name="a transfer to a desk where nobody was",
        run=happyrobot(
            "completed",
            session(
                asks("get_load", {"load": "4410"}, 2),
                answers("get_load", {"load": "4410", "rate": 1900}, 3),
                asks("transfer_call", {"desk": "sales"}, 10),
                answers("transfer_call", {"success": False, "reason": "no representative picked up"}, 35),
                says("assistant", "They will call you back.", 40),
                duration=60,
            ),
        ),
        first=3,
        inferred=True,
        why="the caller was not transferred",
    ),
    Case(
        name="a load that was covered before it could be booked",
        run=happyrobot(
            "completed",
            node("Get load", 1, {"id": "L-4"}, data={"ref": "4"}),
            node("Book load", 3, error={"status": 409, "message": "load is already covered"}, data={"id": "L-4"}),
            node("Send email", 5, {"id": "e-1"}, data={"template": "sorry"}),
        ),
        first=2,
        why="the load was not booked; a mail does not book it",
    ),
    Case(
        name="a confirmation posted twice, the second time with success",
        run=happyrobot(
            "completed",
            node("Post confirmation", 1, error="504 Gateway Time-out", data={"load": "L-8", "rate": 2100}),
            node("Post confirmation", 9, {"confirmation": "RC-8"}, data={"load": "L-8", "rate": 2100}),
        ),
        recovered=(1,),
        why="the same call again",
    ),
    Case(
        name="a web page instead of an answer",
        run=happyrobot(
            "failed",
            node("Get rate", 1, {"rate": 1800}, data={"lane": "DAL-RNO"}),
            node("Update TMS", 2, "<html><head><title>502 Bad Gateway</title></head></html>", data={"load": "L-2"}),
        ),
        first=2,
        inferred=True,
        why="a proxy's page is no answer",
    ),
    Case(
        name="a board that complains while the run goes on",
        run=happyrobot(
            "completed",
            node("Get load", 1, {"id": "L-3"}, data={"ref": "3"}),
            node("Log call to CRM", 2, error="field Owner__c is read-only", data={"id": "L-3"}),
            node("Send confirmation", 3, {"sent": True}, data={"id": "L-3"}),
        ),
        first=2,
        why="the call is not in the CRM",
    ),
    Case(
        name="a lane with an error rate, and a field for errors that is empty",
        run=happyrobot(
            "completed",
            node("Get lane", 1, {"error": None, "data": {"lane": "DAL-RNO", "note": "Error rate of this lane is 3%"}}),
            node("Post offer", 2, {"errors": [], "offer": "of-2"}, data={"lane": "DAL-RNO"}),
        ),
        states={1: "ok", 2: "ok"},
        why="a rate of errors is a figure, and an empty list of errors is none",
    ),
    Case(
        name="a cancelled run after a node that could not sign in",
        run=happyrobot(
            "canceled",
            node("Get appointment", 1, {"slot": "10:00"}, data={"load": "L-6"}),
            node("Update calendar", 2, error="invalid_grant: refresh token was revoked", data={"slot": "10:00"}),
        ),
        first=2,
        why="the calendar was not updated, whoever cancelled the run then",
    ),
    Case(
        name="a tool that ran into its own bug",
        run=happyrobot(
            "completed",
            session(
                asks("quote_lane", {"lane": "ELP-LAX"}, 2),
                answers(
                    "quote_lane",
                    "Traceback (most recent call last):\n  File \"quote.py\", line 8, in quote\nKeyError: 'fuel'",
                    3,
                ),
                says("assistant", "I cannot give you a price right now.", 5),
                duration=20,
            ),
        ),
        first=2,
        inferred=True,
        why="a stack trace is the tool's failure",
    ),
    Case(
        name="a search for loads that is rate limited, then answers",
        run=happyrobot(
            "completed",
            session(
                asks("search_loads", {"origin": "Tulsa, OK"}, 2),
                answers("search_loads", {"message": "You are being rate limited.", "retry_after": 2}, 3),
                asks("search_loads", {"origin": "Tulsa, OK"}, 6),
                answers("search_loads", {"loads": [{"id": "L-12"}]}, 7),
                duration=30,
            ),
        ),
        recovered=(2,),
        why="the same question was answered later",
    ),
    Case(
        name="a call that ends well although its first line broke",
        run=happyrobot(
            "failed",
            session(says("user", "Hello?", 3), second=0, status="failed", failure_reason="media stream lost"),
            node("Mark as not reached", 20, {"ok": True}, data={"call": 1}),
        ),
        first=1,
        why="the line broke; what was noted of it after went well",
    ),
    Case(
        name="a webhook that answers with a problem document",
        run=happyrobot(
            "completed",
            node(
                "Create appointment",
                1,
                {"type": "https://api.dock.example/problems/closed", "title": "Dock is closed", "status": 403},
                data={"dock": "7"},
            ),
            node("Send text", 2, {"sid": "SM1"}, data={"text": "We will call you."}),
        ),
        first=1,
        inferred=True,
        why="that is how the standard for problems of web services writes a refusal",
    ),
)

_FRONT_DESK: Final = (
    Case(
        name="a code for a lock that is offline",
        run=conduit(
            "completed",
            traced("get_reservation", {"code": "HM1"}, {"unit": "4B", "nights": 2}),
            traced("create_access_code", {"unit": "4B"}, {"error": "Lock offline since 14:02"}),
            traced("notify_host", {"unit": "4B", "text": "guest needs a code"}, {"delivered": True}),
            disposition="escalated",
            disposition_reason="needs_human",
        ),
        first=2,
        inferred=True,
        why="the guest has no code",
    ),
    Case(
        name="a model that never answered, after tools that did",
        run=conduit(
            "failed",
            traced("get_reservation", {"code": "HM2"}, {"unit": "1A", "nights": 3}),
            error="model provider did not answer within 60 s",
        ),
        states={1: "ok"},
        why="no step failed; it was the model",
    ),
    Case(
        name="a stay that is past the day when it can be changed",
        run=conduit(
            "completed",
            traced("modify_reservation", {"code": "HM3", "nights": 4}, "Error: reservation is past its cutoff date"),
            response="I could not extend your stay.",
        ),
        first=1,
        inferred=True,
        why="the text begins with the word and names a deed that was not done",
    ),
    Case(
        name="an availability that is none",
        run=conduit(
            "completed",
            traced("check_availability", {"unit": "4B", "date": "2026-12-31"}, {"result": "unavailable"}),
            response="It is taken on that night.",
            disposition="resolved",
        ),
        states={1: "ok"},
        why="that is the answer to the question",
    ),
    Case(
        name="a change by GraphQL that overlaps",
        run=conduit(
            "failed",
            traced(
                "update_booking",
                {"id": "b-9", "checkOut": "2026-12-04"},
                {
                    "data": {
                        "bookingUpdate": {
                            "booking": None,
                            "userErrors": [{"field": ["checkOut"], "message": "overlaps with another booking"}],
                        }
                    }
                },
            ),
            error="goal not reached",
        ),
        first=1,
        inferred=True,
        why="its list of errors is not empty, and nothing was changed",
    ),
    Case(
        name="a mail that every server turned away",
        run=conduit(
            "completed",
            traced("get_guest", {"id": "g-4"}, {"id": "g-4", "language": "fr"}),
            traced("send_email", {"guest": "g-4"}, {"accepted": [], "rejected": ["guest g-4"], "response": "550 no"}),
            response="I have sent you the instructions.",
        ),
        first=2,
        inferred=True,
        why="nobody accepted it",
    ),
    Case(
        name="a room that could not be held, in Spanish",
        run=conduit(
            "failed",
            traced("crear_reserva", {"noches": 2}, {"exito": False, "mensaje": "Tarjeta rechazada por el banco"}),
            error="run failed",
        ),
        first=1,
        inferred=True,
        why="it says that it had no success",
    ),
    Case(
        name="a thermostat that did not hear",
        run=conduit(
            "completed",
            traced("set_thermostat", {"unit": "2C", "target": 21}, {"applied": False, "reason": "device unreachable"}),
            response="It will be warm soon.",
        ),
        first=1,
        inferred=True,
        why="it was not applied",
    ),
    Case(
        name="a property system that speaks SOAP",
        run=conduit(
            "failed",
            traced(
                "post_folio",
                {"folio": "F-2", "cents": 4500},
                "<soap:Envelope><soap:Body><soap:Fault><faultstring>"
                "Folio is closed</faultstring></soap:Fault></soap:Body></soap:Envelope>",
            ),
            error="tool error",
        ),
        first=1,
        inferred=True,
        why="a fault is how that protocol refuses",
    ),
    Case(
        name="a calendar that was locked and then was not",
        run=conduit(
            "completed",
            traced("block_dates", {"unit": "3A", "from": "2026-12-01"}, {"error": {"code": "LOCKED"}}),
            traced("block_dates", {"unit": "3A", "from": "2026-12-01"}, {"ok": True, "warnings": ["short notice"]}),
            disposition="resolved",
        ),
        recovered=(1,),
        states={2: "ok"},
        why="the same call again; a warning is no failure",
    ),
    Case(
        name="a guest who asks for a person",
        run=conduit(
            "completed",
            traced("get_reservation", {"code": "HM5"}, {"unit": "5A", "status": "confirmed"}),
            traced("handoff", {"reason": "guest asked for a person"}, {"assigned": True}),
            disposition="escalated",
            disposition_reason="guest_request",
        ),
        states={1: "ok", 2: "ok"},
        why="nothing failed",
    ),
    Case(
        name="a cleaner who turned the task down, and one who took it",
        run=conduit(
            "completed",
            traced("assign_cleaner", {"task": "t-1", "cleaner": "k-1"}, {"assigned": False, "reason": "declined"}),
            traced("assign_cleaner", {"task": "t-1", "cleaner": "k-2"}, {"assigned": True}),
            response="Somebody will come at noon.",
            disposition="resolved",
        ),
        candidates=(1,),
        states={1: "failed"},
        why="the same task was given to another, which may be all that had to be done",
    ),
)

_BESIDE_THEM: Final = (
    Case(
        name="an export that is not ready, and says when to ask again",
        run=duckie(
            "completed",
            call("get_export", {"job": "j-8"}, {"message": "Your export is being prepared.", "retry_after": 10}),
            call("get_export", {"job": "j-8"}, {"url": "https://files.example/j-8"}),
            reply("Here it is."),
        ),
        states={1: "ok"},
        why="it was asked to wait, not to go away",
    ),
    Case(
        name="applicants who were all rejected",
        run=duckie(
            "completed",
            call("list_applications", {"post": "p-2"}, {"accepted": [], "rejected": ["a-1", "a-2"]}),
            reply("Both were rejected."),
            outcome="resolved",
        ),
        states={1: "ok"},
        why="that was looked up, and done by others before",
    ),
    Case(
        name="a ticket that was taken from its owner, as asked",
        run=duckie(
            "completed",
            call("unassign_ticket", {"ticket": "t-4"}, {"assigned": False, "message": "Ticket has no owner now."}),
            reply("Done."),
            outcome="resolved",
        ),
        states={1: "ok"},
        why="not to be assigned is what was asked for",
    ),
    Case(
        name="an order paid with the second card",
        run=duckie(
            "completed",
            call("charge_card", {"order_id": "O-71", "card_id": "cd-1"}, error="card_declined"),
            call("charge_card", {"order_id": "O-71", "card_id": "cd-2"}, {"paid": True}),
            reply("Your order is paid."),
            outcome="resolved",
        ),
        candidates=(1,),
        why="the same order, and another card, which the customer may have chosen or not",
    ),
    Case(
        name="two orders of which one is not paid, for the bank was away",
        run=duckie(
            "completed",
            call("charge_card", {"order_id": "O-72", "card_id": "cd-1"}, error="503 Service Unavailable"),
            call("charge_card", {"order_id": "O-73", "card_id": "cd-1"}, {"paid": True}),
            reply("Your orders are paid."),
        ),
        first=1,
        why="the first order is not paid",
    ),
    Case(
        name="a newsletter that some addresses turned away",
        run=conduit(
            "completed",
            traced("send_newsletter", {"list": "l-1"}, {"accepted": ["s-1", "s-2"], "rejected": ["s-3"]}),
            disposition="resolved",
        ),
        states={1: "ok"},
        why="it was sent to those whom it could be sent to",
    ),
)

CASES: Final[tuple[Case, ...]] = (*_DESK, *_DISPATCH, *_FRONT_DESK, *_BESIDE_THEM)
"""The first three were judged before anything was mended for them, `_BESIDE_THEM` are near what was mended then."""
