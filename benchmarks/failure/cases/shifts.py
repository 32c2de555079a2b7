"""Longer incidents of several turns: what is retried, handed on, undone and left, as a shift's log would tell it."""

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
        name="a warehouse that is asked until it answers, then a label that is refused",
        run=duckie(
            "failed",
            call("get_stock", {"sku": "K-1"}, error="socket hang up"),
            call("get_stock", {"sku": "K-1"}, error="socket hang up"),
            call("get_stock", {"sku": "K-1"}, {"sku": "K-1", "on_hand": 4}),
            call("create_shipment", {"sku": "K-1", "qty": 1}, {"shipment_id": "sh-9"}),
            call("print_label", {"shipment_id": "sh-9"}, error="carrier account is not enabled for this country"),
        ),
        first=5,
        recovered=(1, 2),
        why="the stock was told in the end, the label was never printed",
    ),
    Case(
        name="a merge that broke and was rolled back",
        run=duckie(
            "failed",
            call("merge_accounts", {"from": "u-1", "into": "u-2"}, error="deadlock detected"),
            call("rollback_merge", {"from": "u-1", "into": "u-2"}, {"rolled_back": True}),
            reason="The accounts could not be merged.",
        ),
        first=1,
        why="undoing it is not doing it",
    ),
    Case(
        name="three lookups that all depend on one that failed",
        run=duckie(
            "failed",
            call("get_tenant", {"domain": "acme"}, error="tenant service: ECONNREFUSED"),
            call("get_plan", {"tenant_id": None}, error="tenant_id must not be null"),
            call("get_usage", {"tenant_id": None}, error="tenant_id must not be null"),
            call("get_invoices", {"tenant_id": None}, error="tenant_id must not be null"),
        ),
        first=1,
        later=(2, 3, 4),
        why="there was no tenant to ask for",
    ),
    Case(
        name="a refund to the card that fails, and store credit instead",
        run=duckie(
            "completed",
            call("refund_to_card", {"order_id": "O-5", "cents": 900}, error="card was closed by its issuer"),
            call("issue_store_credit", {"order_id": "O-5", "cents": 900}, {"credit_id": "sc-1"}),
            reply("You have store credit of 9.00."),
            outcome="resolved",
        ),
        candidates=(1,),
        why="the customer has the sum in another form; whether that was wanted, nobody says",
    ),
    Case(
        name="a wrong tool for a question, then the right one",
        run=duckie(
            "completed",
            call("get_order", {"id": "INV-4"}, error="not an order number"),
            call("get_invoice", {"id": "INV-4"}, {"id": "INV-4", "due": "2026-12-01"}),
            reply("Your invoice is due on 1 December."),
            outcome="resolved",
        ),
        candidates=(1,),
        why="the same id answered by another tool, whose answer no call used",
    ),
    Case(
        name="an escalation that was meant from the start",
        run=duckie(
            "completed",
            call("get_contract", {"id": "ct-1"}, {"id": "ct-1", "value": 90000}),
            escalate("Contracts above 50,000 go to a person."),
            outcome="escalated",
            reason="Contracts above 50,000 go to a person.",
        ),
        why="the rule was followed",
    ),
    Case(
        name="a guardrail that ended the run",
        run=duckie(
            "failed",
            call("get_policy", {"topic": "medicine"}, {"text": "none"}),
            note("guardrail", "No medical advice", "blocked", "The question asks for a diagnosis."),
            reason="Stopped by guardrail: no medical advice.",
        ),
        first=2,
        why="the run failed for it",
    ),
    Case(
        name="a search of the logs that finds errors of last week",
        run=duckie(
            "completed",
            call(
                "search_logs",
                {"query": "level:error", "service": "cart"},
                {"total": 2, "lines": ["ERROR timeout talking to db", "ERROR 500 on /cart"]},
            ),
            reply("There were two errors in the cart last week."),
            outcome="resolved",
        ),
        states={1: "ok"},
        why="they are what was searched for",
    ),
    Case(
        name="a ticket updated by a job that had failed halfway",
        run=duckie(
            "completed",
            call("set_priority", {"ticket": "t-1", "priority": "high"}, {"updated": True}),
            call("set_owner", {"ticket": "t-1", "owner": "o-7"}, error="owner is deactivated"),
            call("set_tags", {"ticket": "t-1", "tags": ["vip"]}, {"updated": True}),
            reply("The ticket is routed."),
        ),
        first=2,
        why="its owner was not set, though the rest was",
    ),
    Case(
        name="a translation service that is down, and the text sent as it was",
        run=duckie(
            "completed",
            call(
                "translate",
                {"text": "Guten Tag", "to": "en"},
                error="service unavailable, sending original",
            ),
            call("send_mail", {"to": "c-1", "text": "Guten Tag"}, {"sent": True}),
            reply("Guten Tag"),
        ),
        candidates=(1,),
        why="its own text declares what is done instead, which is less",
    ),
    Case(
        name="a coupon that is no longer valid",
        run=duckie(
            "completed",
            call("validate_coupon", {"code": "XMAS"}, {"valid": False, "message": "expired on 2025-12-31"}),
            reply("That coupon has expired."),
            outcome="resolved",
        ),
        states={1: "ok"},
        why="that is what the check is for",
    ),
    Case(
        name="a webhook that answers in two tongues at once",
        run=duckie(
            "failed",
            call("http_post", {"url": "hook"}, {"ok": False, "error_description": "Le jeton a expiré / token expired"}),
        ),
        first=1,
        inferred=True,
        why="it is not ok",
    ),
)

_DISPATCH: Final = (
    Case(
        name="a driver who could not be reached, reached at the second call",
        run=happyrobot(
            "completed",
            session(status="failed", sip_code="480", sip_reason="Temporarily Unavailable", second=0),
            session(says("user", "Yes, I am at the dock.", 63), second=60, duration=30),
            node("Update ETA", 95, {"eta": "14:00"}, data={"load": "L-1"}),
        ),
        candidates=(1,),
        why="a second call was answered; whether it went to the same driver, nothing says",
    ),
    Case(
        name="a node that writes to the sheet after the call, and is refused",
        run=happyrobot(
            "completed",
            session(
                asks("get_load", {"load": "81"}, 2),
                answers("get_load", {"load": "81", "rate": 1500}, 3),
                duration=40,
            ),
            node("Append row", 45, error={"code": 403, "message": "The caller has no permission"}, data={"row": 1}),
        ),
        first=3,
        why="the row was not written",
    ),
    Case(
        name="a rate that had to be asked for with a date",
        run=happyrobot(
            "completed",
            session(
                asks("get_rate", {"lane": "DAL-ATL"}, 2),
                answers("get_rate", {"error": "pickup_date is required"}, 3),
                says("assistant", "On which day?", 4),
                says("user", "On Monday.", 6),
                asks("get_rate", {"lane": "DAL-ATL", "pickup_date": "2026-11-23"}, 8),
                answers("get_rate", {"rate": 1750}, 9),
                duration=60,
            ),
        ),
        candidates=(2,),
        why="what was lacking was given; it asks for more than the first did",
    ),
    Case(
        name="an offer that the broker turned down",
        run=happyrobot(
            "completed",
            session(
                asks("submit_offer", {"load": "77", "rate": 2500}, 2),
                answers("submit_offer", {"status": "declined", "counter": 2300}, 3),
                says("assistant", "They offer 2,300.", 5),
                duration=50,
            ),
        ),
        states={2: "ok"},
        why="the offer was made, and answered by a counter-offer",
    ),
    Case(
        name="two nodes that fail for one sign-in",
        run=happyrobot(
            "failed",
            node("Sign in to TMS", 1, error="401 invalid client secret", data={"tenant": "t"}),
            node("Create stop", 2, error="no session: Sign in to TMS failed", data={"load": "L-2"}),
        ),
        first=1,
        later=(2,),
        why="there was no session because of the first",
    ),
    Case(
        name="a node that timed out, but wrote",
        run=happyrobot(
            "completed",
            node("Create note", 1, error="ETIMEDOUT", data={"load_id": "L-9", "text": "late"}),
            node("Get notes", 9, {"notes": [{"load_id": "L-9", "text": "late"}]}, data={"load_id": "L-9"}),
        ),
        candidates=(1,),
        why="the note is there, perhaps from before",
    ),
    Case(
        name="a caller who hung up",
        run=happyrobot(
            "completed",
            session(
                says("assistant", "Hello, this is dispatch.", 1),
                says("user", "Wrong number.", 2),
                status="completed",
                duration=3,
            ),
        ),
        states={1: "ok"},
        why="nothing failed",
    ),
    Case(
        name="an answer that says that it found the wrong thing",
        run=happyrobot(
            "completed",
            session(
                asks("find_carrier", {"name": "Blue Line"}, 2),
                answers("find_carrier", "No carrier found with that name.", 3),
                says("assistant", "Could you give me the MC number?", 5),
                duration=20,
            ),
        ),
        why="that nobody of the name is known is an answer, though it may read like an error",
    ),
)

_FRONT_DESK: Final = (
    Case(
        name="an early check-in refused by the house's own rule",
        run=conduit(
            "completed",
            traced("check_early_arrival", {"code": "B1"}, {"allowed": False, "reason": "cleaning until 15:00"}),
            response="You can come at 15:00.",
            disposition="resolved",
        ),
        states={1: "ok"},
        why="no is an answer",
    ),
    Case(
        name="a lock code that was made at the second try, after its hub was restarted",
        run=conduit(
            "completed",
            traced("create_code", {"lock": "lk-1", "stay": "s-1"}, {"success": False, "message": "hub offline"}),
            traced("restart_hub", {"hub": "h-1"}, {"ok": True}),
            traced("create_code", {"lock": "lk-1", "stay": "s-1"}, {"success": True, "code_id": "c-1"}),
            disposition="resolved",
        ),
        recovered=(1,),
        why="the same call went well",
    ),
    Case(
        name="a charge that failed, and a link to pay by",
        run=conduit(
            "completed",
            traced("charge_deposit", {"stay": "s-2", "cents": 20000}, {"error": "card_expired"}),
            traced("send_payment_link", {"stay": "s-2", "cents": 20000}, {"sent": True}),
            response="Please pay by the link.",
            disposition="pending",
        ),
        first=1,
        inferred=True,
        why="a link asks for the sum, and nothing says that it was paid",
    ),
    Case(
        name="a run whose reply could not be sent",
        run=conduit(
            "failed",
            traced("get_stay", {"id": "s-3"}, {"id": "s-3", "nights": 2}),
            traced("send_reply", {"conversation": "cv-1"}, {"status": 400, "error": {"message": "24 h are over"}}),
            error="reply not delivered",
        ),
        first=2,
        inferred=True,
        why="the reply was refused",
    ),
    Case(
        name="a maintenance ticket that has the state failed",
        run=conduit(
            "completed",
            traced("get_ticket", {"id": "mt-1"}, {"id": "mt-1", "status": "failed", "asset": "boiler", "at": "09:00"}),
            response="The boiler has failed, somebody is on the way.",
            disposition="resolved",
        ),
        states={1: "ok"},
        why="the boiler failed, not the call",
    ),
    Case(
        name="a review that could not be posted, and was saved as a draft",
        run=conduit(
            "completed",
            traced("post_review", {"stay": "s-4"}, {"error": "review window closed; saved as draft instead"}),
            disposition="resolved",
        ),
        candidates=(1,),
        why="a draft was declared, and no step shows that anything came of it",
    ),
    Case(
        name="an upsell that the guest did not want",
        run=conduit(
            "completed",
            traced("offer_late_checkout", {"stay": "s-5"}, {"accepted": False}),
            response="As you wish.",
            disposition="resolved",
        ),
        states={1: "ok"},
        why="the offer was made",
    ),
    Case(
        name="a task list of which one task could not be made",
        run=conduit(
            "completed",
            traced(
                "create_tasks",
                {"stay": "s-6"},
                {"results": [{"task": "clean", "ok": True}, {"task": "linen", "ok": False, "error": "no vendor"}]},
            ),
            disposition="resolved",
        ),
        first=1,
        inferred=True,
        why="one of the tasks was not made",
    ),
    Case(
        name="a calendar feed that is not a calendar",
        run=conduit(
            "failed",
            traced("fetch_ical", {"unit": "2A"}, "<!DOCTYPE html><html><body><h1>403 Forbidden</h1></body></html>"),
            traced("sync_calendar", {"unit": "2A", "events": None}, {"error": "events: expected a list"}),
            error="calendar not synced",
        ),
        first=1,
        later=(2,),
        inferred=True,
        why="there were no events, because the feed was a page that refuses",
    ),
    Case(
        name="a run that ran out of turns",
        run=conduit(
            "failed",
            traced("get_stay", {"id": "s-7"}, {"id": "s-7"}),
            traced("get_stay", {"id": "s-7"}, {"id": "s-7"}),
            traced("get_stay", {"id": "s-7"}, {"id": "s-7"}),
            error="maximum number of turns reached",
        ),
        states={1: "ok", 2: "ok", 3: "ok"},
        why="no step failed; the agent went round in circles",
    ),
)

_BESIDE_THEM: Final = (
    Case(
        name="a mail that was not sent for want of a default sender",
        run=duckie(
            "completed",
            call("send_mail", {"to": "c-2"}, error="mail could not be sent: default sender is not verified"),
            reply("I have written to you."),
        ),
        first=1,
        why="nothing was sent instead",
    ),
    Case(
        name="a release that was aborted and made again",
        run=duckie(
            "completed",
            call("publish_article", {"article": "ar-1", "site": "eu"}, error="lock is held by another editor"),
            call("abort_publish", {"article": "ar-1", "site": "eu"}, {"aborted": True}),
            call("publish_article", {"article": "ar-1", "site": "eu"}, {"live": True}),
            reply("The article is live."),
        ),
        recovered=(1,),
        why="the same call went well in the end",
    ),
    Case(
        name="an order that is down, beside a customer of the same number",
        run=duckie(
            "completed",
            call("get_order", {"number": "77120"}, error="503 Service Unavailable"),
            call("get_customer", {"number": "77120"}, {"name": "given"}),
            reply("You are known to us."),
        ),
        first=1,
        why="the order was not read, for a reason of its own",
    ),
)

CASES: Final[tuple[Case, ...]] = (*_DESK, *_DISPATCH, *_FRONT_DESK, *_BESIDE_THEM)
"""`_BESIDE_THEM` are near what was mended for the others."""
