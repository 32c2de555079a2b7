"""Plain runs with retries, fallbacks, branches, consequences."""

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

_RETRIED: Final = (
    Case(
        name="a lookup that timed out once",
        run=duckie(
            "completed",
            note("thinking", "Read the ticket"),
            call("shopify_get_order", {"order_number": "10482"}, error="Request timed out after 10000ms"),
            call("shopify_get_order", {"order_number": "10482"}, {"id": 10482, "fulfillment": "shipped"}),
            reply("It shipped yesterday."),
            outcome="resolved",
        ),
        recovered=(2,),
        why="the same call succeeded",
    ),
    Case(
        name="a rate limit, then fine, then a fatal gateway timeout",
        run=duckie(
            "failed",
            call("search_flights", {"from": "OSL", "to": "LHR", "date": "2026-12-01"}, error="429 Too Many Requests"),
            call("search_flights", {"from": "OSL", "to": "LHR", "date": "2026-12-01"}, {"flights": ["BA763"]}),
            call("rebook_passenger", {"pnr": "KX92LM", "flight": "BA763"}, error="504 Gateway Timeout"),
        ),
        first=3,
        recovered=(1,),
        why="the rate limit was waited out",
    ),
    Case(
        name="the same at Conduit, with the run's error",
        run=conduit(
            "failed",
            traced("get_availability", {"listing": "L-88", "nights": 3}, {"error": "rate_limited", "status": 429}),
            traced("get_availability", {"listing": "L-88", "nights": 3}, {"available": True}),
            traced("create_quote", {"listing": "L-88", "guests": 2}, {"status": 504, "error": "Gateway Timeout"}),
            error="create_quote failed: 504 Gateway Timeout",
        ),
        first=3,
        recovered=(1,),
        inferred=True,
        why="the quote timed out",
    ),
    Case(
        name="a node retried by the workflow",
        run=happyrobot(
            "completed",
            node("Get load", 1, error="ECONNRESET", data={"load": "778120"}),
            node("Get load", 5, {"load": "778120", "rate": 1900}, data={"load": "778120"}),
            session(says("assistant", "Load 778120 pays 1900.", 10), second=8, duration=30),
        ),
        recovered=(1,),
        why="the node ran again and answered",
    ),
    Case(
        name="a date put into the form that the tool asked for",
        run=duckie(
            "completed",
            call("book_slot", {"clinic": "C4", "date": "31/12/2026"}, error="Invalid date format, expected YYYY-MM-DD"),
            call("book_slot", {"clinic": "C4", "date": "2026-12-31"}, {"booking_id": "B-77", "confirmed": True}),
            reply("Booked."),
        ),
        recovered=(1,),
        why="the same booking, its date spelled otherwise",
    ),
    Case(
        name="three attempts, none of them any good",
        run=duckie(
            "failed",
            call("get_policy", {"policy": "P-9001"}, error="503 Service Unavailable"),
            call("get_policy", {"policy": "P-9001"}, error="503 Service Unavailable"),
            call("get_policy", {"policy": "P-9001"}, error="503 Service Unavailable"),
        ),
        first=1,
        later=(2, 3),
        why="nothing recovered",
    ),
    Case(
        name="another invoice was found, the wanted one was not",
        run=duckie(
            "completed",
            call("get_invoice", {"invoice_id": "INV-2201"}, error="500 Internal Server Error"),
            call("get_invoice", {"invoice_id": "INV-2202"}, {"invoice_id": "INV-2202", "total": 12}),
            reply("INV-2202 is 12 euros; I could not read the other."),
        ),
        first=1,
        why="another invoice is not the one",
    ),
    Case(
        name="a tool asked twice in a call",
        run=happyrobot(
            "completed",
            session(
                asks("verify_carrier", {"mc": "448812"}, 2),
                answers("verify_carrier", {"error": "FMCSA timeout"}, 6),
                says("assistant", "One moment please.", 7),
                asks("verify_carrier", {"mc": "448812"}, 9),
                answers("verify_carrier", {"legal_name": "Plains Haul LLC", "authority": "active"}, 12),
                duration=50,
            ),
        ),
        recovered=(2,),
        why="asked again, it was answered",
    ),
    Case(
        name="token refreshed between two attempts",
        run=duckie(
            "completed",
            call("crm_update", {"contact": "C-1", "phone": "x"}, error="401 Unauthorized: token expired"),
            call("refresh_token", {"service": "crm"}, {"ok": True}),
            call("crm_update", {"contact": "C-1", "phone": "x"}, {"updated": True}),
            reply(),
            outcome="resolved",
        ),
        recovered=(1,),
        why="the same update went through",
    ),
    Case(
        name="retried with a longer time-out and a smaller page",
        run=conduit(
            "completed",
            traced("list_messages", {"guest": "g-71", "limit": 500}, {"ok": False, "error": "timeout"}),
            traced("list_messages", {"guest": "g-71", "limit": 50}, {"ok": True, "messages": ["hi"]}),
            response="I read your messages.",
        ),
        candidates=(1,),
        why="the same question with a smaller page, which may hold less than was wanted",
    ),
)

_FELL_BACK: Final = (
    Case(
        name="cache miss, then the database",
        run=duckie(
            "completed",
            call("cache_get", {"key": "user:88"}, error="cache miss"),
            call("db_get_user", {"id": "88"}, {"id": "88", "plan": "pro"}),
            reply("You are on pro."),
            outcome="resolved",
        ),
        recovered=(1,),
        why="the database gave what the cache did not hold",
    ),
    Case(
        name="not found by mail address, found by phone",
        run=duckie(
            "completed",
            call("find_customer_by_email", {"email": "a@x.test"}, error="404 customer not found"),
            call("find_customer_by_phone", {"phone": "+4790000001"}, {"customer_id": "C-55"}),
            call("get_subscription", {"customer_id": "C-55"}, {"plan": "gold"}),
            reply("You have gold."),
            outcome="resolved",
        ),
        recovered=(1,),
        why="the customer was found otherwise and used",
    ),
    Case(
        name="primary payment gateway down, the secondary took the money",
        run=duckie(
            "completed",
            call(
                "charge_stripe", {"invoice": "F-7", "amount": 90}, error="503 Stripe unavailable; falling back to adyen"
            ),
            call("charge_adyen", {"invoice": "F-7", "amount": 90}, {"status": "captured", "ref": "ady_1"}),
            call("send_receipt", {"invoice": "F-7", "payment": "ady_1"}, {"sent": True}),
            reply("Paid."),
            outcome="resolved",
        ),
        recovered=(1,),
        why="declared fallback that the run went on from",
    ),
    Case(
        name="the help centre is down, and the answer comes from the old FAQ",
        run=conduit(
            "completed",
            traced("search_help_center", {"query": "late checkout"}, {"error": "HTTP 502 Bad Gateway"}),
            traced(
                "search_faq_backup", {"query": "late checkout"}, {"results": [{"title": "Late checkout", "fee": 20}]}
            ),
            response="Late checkout costs 20.",
            disposition="resolved",
        ),
        recovered=(1,),
        why="the same question was answered by the backup",
    ),
    Case(
        name="the fallback failed too",
        run=duckie(
            "failed",
            call("geocode_google", {"address": "Main St 1"}, error="OVER_QUERY_LIMIT, falling back to osm"),
            call("geocode_osm", {"address": "Main St 1"}, error="503 Service Unavailable"),
        ),
        first=1,
        later=(2,),
        why="neither gave coordinates",
    ),
    Case(
        name="a warehouse has none, another one does",
        run=happyrobot(
            "completed",
            node("Check stock Dallas", 1, {"found": False, "message": "no stock for SKU 88"}, data={"sku": "88"}),
            node("Check stock Austin", 2, {"found": True, "qty": 12}, data={"sku": "88"}),
        ),
        why="no stock is an answer",
    ),
)

_UNUSED: Final = (
    Case(
        name="a sentiment lookup that nobody needed",
        run=duckie(
            "completed",
            call("get_order", {"id": "A-1"}, {"id": "A-1", "state": "delivered"}),
            call("analyze_sentiment", {"text": "where is it"}, error="model overloaded"),
            call("send_tracking", {"order": "A-1"}, {"sent": True}),
            reply("Sent."),
            outcome="resolved",
        ),
        first=2,
        why="nothing made it good, though the run did without",
    ),
    Case(
        name="an optional enrichment that says so",
        run=duckie(
            "completed",
            call(
                "clearbit_enrich",
                {"domain": "x.test"},
                error="enrichment failed (optional step), continuing without it",
            ),
            call("create_lead", {"domain": "x.test"}, {"lead": "L-1"}),
            reply(),
        ),
        candidates=(1,),
        why="the run did without, as it says",
    ),
    Case(
        name="parallel price checks, of which one fails and the run fails at the booking",
        run=duckie(
            "failed",
            call("price_hotelbeds", {"hotel": "H1"}, {"price": 120}),
            call("price_expedia", {"hotel": "H1"}, error="timeout"),
            call("book_hotelbeds", {"hotel": "H1", "price": 120}, error="room no longer available"),
        ),
        first=3,
        candidates=(2,),
        why="the other price was used; that the failed one was not needed is likely, not proven",
    ),
)

_CONSEQUENCES: Final = (
    Case(
        name="a mail without the label that was not made",
        run=duckie(
            "failed",
            call("create_label", {"order": "Z-9"}, error="Carrier API: invalid postal code"),
            call("email_label", {"order": "Z-9", "label_url": None}, error="label_url is required"),
        ),
        first=1,
        later=(2,),
        why="the label was never made",
    ),
    Case(
        name="a step that is skipped because an earlier one failed",
        run=duckie(
            "failed",
            call("fetch_claim", {"claim": "CL-3"}, error="permission denied for role agent"),
            call("assess_damage", {"claim": "CL-3"}, error="dependency fetch_claim failed"),
            call("pay_out", {"claim": "CL-3"}, error="dependency assess_damage failed"),
        ),
        first=1,
        later=(2, 3),
        why="the others name it",
    ),
    Case(
        name="a chain of nodes",
        run=happyrobot(
            "failed",
            node("Lookup shipment", 1, error="HTTP 404: shipment 5519 not found", data={"shipment": "5519"}),
            node("Update TMS", 2, error="Cannot read properties of undefined (reading 'eta')", data={"eta": None}),
        ),
        first=1,
        later=(2,),
        why="the second had nothing to work on",
    ),
    Case(
        name="a Conduit run whose error is the last consequence",
        run=conduit(
            "failed",
            traced("get_lock_code", {"reservation": "R-5"}, {"error": {"code": 500, "message": "lock offline"}}),
            traced(
                "send_sms", {"to": "guest", "text": None}, {"error": {"code": 400, "message": "text must not be empty"}}
            ),
            error="text must not be empty",
        ),
        first=1,
        later=(2,),
        why="the second was given no text, since the first gave no code",
    ),
    Case(
        name="the error of the first inside that of the second",
        run=duckie(
            "failed",
            call("oauth_token", {"app": "zendesk"}, error="invalid_grant: refresh token revoked"),
            call("zendesk_comment", {"ticket": 5}, error="auth failed: invalid_grant: refresh token revoked"),
            call("zendesk_tag", {"ticket": 5}, error="auth failed: invalid_grant: refresh token revoked"),
        ),
        first=1,
        later=(2, 3),
        why="all carry the revoked token",
    ),
)

_TWO: Final = (
    Case(
        name="a weather lookup and a chat message that both fail",
        run=duckie(
            "failed",
            call("get_weather", {"city": "Bergen"}, error="api key invalid"),
            call("get_calendar", {"user": "u1"}, {"events": []}),
            call("post_slack", {"channel": "#ops"}, error="channel_not_found"),
        ),
        first=1,
        later=(3,),
        why="two failures, the first is the first",
    ),
    Case(
        name="two independent ones in a trace",
        run=conduit(
            "completed",
            traced("get_wifi", {"unit": 4}, {"ok": False, "error": "unit has no router on file"}),
            traced("get_parking", {"unit": 4}, {"ok": True, "spot": "B2"}),
            traced("create_task", {"unit": 4, "title": "fix router"}, {"ok": False, "error": "403 forbidden"}),
            response="Sorry.",
            disposition="escalated",
            disposition_reason="could not help with wifi",
        ),
        first=1,
        later=(3,),
        inferred=True,
        why="two failures",
    ),
    Case(
        name="one recovered, one not",
        run=duckie(
            "completed",
            call("get_user", {"id": 3}, error="ETIMEDOUT"),
            call("get_user", {"id": 3}, {"id": 3}),
            call("reset_mfa", {"id": 3}, error="403 Forbidden: missing scope mfa:write"),
            escalate("cannot reset mfa"),
            outcome="escalated",
            reason="reset_mfa forbidden",
        ),
        first=3,
        recovered=(1,),
        why="the reset failed",
    ),
    Case(
        name="a failed node and a failed call",
        run=happyrobot(
            "failed",
            node("Create appointment", 1, error="400 slot already taken", data={"slot": "10:00"}),
            session(second=3, status="failed", failure_reason="sip_trunk_failure"),
        ),
        first=1,
        later=(2,),
        why="two places, two failures",
    ),
)

_SILENT: Final = (
    Case(
        name="failed with no text",
        run=duckie(
            "failed",
            call("get_account", {"id": "9"}, {"id": "9"}),
            call("close_account", {"id": "9"}, status="failed"),
        ),
        first=2,
        why="the state says so",
    ),
    Case(
        name="failed with an empty error",
        run=duckie(
            "failed",
            call("get_account", {"id": "9"}, {"id": "9"}),
            call("close_account", {"id": "9"}, error="", status="failed"),
            reply("Sorry", status="completed"),
        ),
        first=2,
        why="the state says so",
    ),
    Case(
        name="error object with nothing in it",
        run=duckie("failed", call("generate_pdf", {"doc": 1}, error={}, status="failed"), escalate()),
        first=1,
        why="the state says so",
    ),
    Case(
        name="a session that only says failed",
        run=happyrobot("failed", node("Start", 0, {"ok": True}), session(second=2, status="failed")),
        first=2,
        why="the session failed",
    ),
    Case(
        name="a response step that failed",
        run=duckie("failed", call("kb_search", {"q": "vat"}, {"hits": 2}), reply("", status="failed")),
        first=2,
        why="the reply failed",
    ),
)

CASES: Final[tuple[Case, ...]] = (*_RETRIED, *_FELL_BACK, *_UNUSED, *_CONSEQUENCES, *_TWO, *_SILENT)
