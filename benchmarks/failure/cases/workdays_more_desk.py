"""Working days of a service desk, on: consequences, branches, guardrails, cancelled and running runs."""

from __future__ import annotations

from typing import Final

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import BUSY, call, duckie, escalate, note, reply

CASES: Final[tuple[Case, ...]] = (
    Case(
        name="good news that speaks of errors",
        run=duckie(
            "completed",
            call("run_diagnostics", {"site": "ams"}, "Checked 14 services. 0 errors, 2 warnings."),
            call("get_metrics", {"service": "cart"}, {"summary": "Error rate fell from 4% to 0.2% after the rollback"}),
            call("settle_invoice", {"invoice": "88"}, "Resolved the failed payment of invoice 88."),
            call("check_links", {"page": "/help"}, {"message": "No broken links, no failures found", "failures": 0}),
            reply("All is well again."),
            outcome="resolved",
        ),
        states={1: "ok", 2: "ok", 3: "ok", 4: "ok"},
        why="each tells of errors that are not, or are no more",
    ),
    Case(
        name="a statistic that was lost on the way to a good end",
        run=duckie(
            "completed",
            call("get_order", {"order": "O-8"}, {"order": "O-8", "state": "sent"}),
            call("track_event", {"event": "order_asked"}, error="500 from analytics"),
            reply("It is on its way."),
            outcome="resolved",
        ),
        first=2,
        why="it did not matter, but it failed and nothing made it good",
    ),
    Case(
        name="three things read side by side, of which one is lacking in the summary",
        run=duckie(
            "failed",
            call("fetch_profile", {"customer": "c-1"}, {"name_hash": "x1"}, timestamp="2026-11-20T09:00:01Z"),
            call("fetch_invoices", {"customer": "c-1"}, error="500: shard 4 is down", timestamp="2026-11-20T09:00:01Z"),
            call("fetch_tickets", {"customer": "c-1"}, {"tickets": []}, timestamp="2026-11-20T09:00:01Z"),
            call("write_summary", {"profile": "x1", "invoices": None, "tickets": []}, error="invoices must be a list"),
        ),
        first=2,
        later=(4,),
        why="the summary lacked what the second branch did not give",
    ),
    Case(
        name="a return that was never made, and a label for nothing",
        run=duckie(
            "failed",
            call("create_return", {"order": "O-4"}, error="Order O-4 is older than 30 days"),
            call("print_label", {"return_id": None}, error="return_id must not be null"),
            call("send_label", {"label_url": "undefined", "to": "c-4"}, error="label_url is not a valid address"),
        ),
        first=1,
        later=(2, 3),
        why="without a return there is no label",
    ),
    Case(
        name="a duty that was not paid, and a parcel that stays",
        run=duckie(
            "failed",
            call("create_shipment", {"order": "O-6"}, {"shipment": "SH-9"}),
            call("pay_duty", {"shipment": "SH-9"}, error="broker is offline"),
            call("release_shipment", {"shipment": "SH-9"}, error="duty of SH-9 is not paid"),
        ),
        first=2,
        later=(3,),
        why="it was not released because it was not paid",
    ),
    Case(
        name="a guardrail that stopped the reply, for which the run was escalated",
        run=duckie(
            "completed",
            call("search_docs", {"query": "liability"}, {"hits": 3}),
            note("guardrail", "Legal threats", "blocked", "The customer threatens to sue."),
            escalate("Guardrail Legal threats."),
            outcome="escalated",
            reason="Guardrail Legal threats stopped the reply.",
        ),
        first=2,
        why="the run was escalated because of it",
    ),
    Case(
        name="a chat that the customer closed in the middle of a booking",
        run=duckie(
            "cancelled",
            call("find_flights", {"to": "LIS"}, {"flights": ["TP-1"]}),
            call("book_flight", {"flight": "TP-1"}, status="cancelled"),
            reason="The customer closed the chat.",
        ),
        why="it was the customer's wish",
    ),
    Case(
        name="a run on its way that left a failed call behind",
        run=duckie(
            "running",
            call("get_cart", {"cart": "k-1"}, {"items": 2}),
            call("apply_voucher", {"cart": "k-1", "voucher": "XMAS"}, error=BUSY),
            call("get_shipping", {"cart": "k-1"}, {"cents": 490}),
            call("create_order", {"cart": "k-1"}, status="running"),
        ),
        first=2,
        why="so far nothing made it good",
    ),
    Case(
        name="a tax number that was accepted and not processed",
        run=duckie(
            "completed",
            call("get_customer", {"customer": "c-9"}, {"customer": "c-9"}),
            call("set_vat_id", {"customer": "c-9", "vat": "v-1"}, "Not processed: the system is read-only till 06:00."),
            reply("Your tax number is saved."),
            outcome="resolved",
        ),
        first=2,
        inferred=True,
        why="the answer says that it was not processed",
    ),
    Case(
        name="a channel that the bot was not in, joined, and the message posted",
        run=duckie(
            "completed",
            call("post_message", {"channel": "C1", "text": "P1 open"}, {"ok": False, "error": "not_in_channel"}),
            call("join_channel", {"channel": "C1"}, {"ok": True}),
            call("post_message", {"channel": "C1", "text": "P1 open"}, {"ok": True, "ts": "1700000000.1"}),
        ),
        recovered=(1,),
        why="the same message went out",
    ),
    Case(
        name="an insurer's XML with a state of its own",
        run=duckie(
            "completed",
            call(
                "send_claim",
                {"claim": "S-4"},
                "<response><status>ERROR</status><code>E-113</code><message>Angaben unvollständig</message></response>",
            ),
            reply("Ihre Meldung ist beim Versicherer."),
        ),
        first=1,
        inferred=True,
        why="its state is an error, and the claim is not there",
    ),
    Case(
        name="a bank that did not answer, and a colleague who takes over",
        run=duckie(
            "completed",
            call("get_loan", {"loan": "L-1"}, {"loan": "L-1", "open": True}),
            call("stop_direct_debit", {"loan": "L-1"}, error="SOAP-ENV:Server: Zeitüberschreitung"),
            escalate("The debit could not be stopped."),
            outcome="escalated",
        ),
        first=2,
        why="the debit was not stopped; the colleague has yet to do it",
    ),
    Case(
        name="a visit at an hour that was taken, and two hours later",
        run=duckie(
            "completed",
            call("schedule_visit", {"job": "j-1", "slot": "2026-12-21T09:00"}, error="slot is taken"),
            reply("Would 11 o'clock do?"),
            call("schedule_visit", {"job": "j-1", "slot": "2026-12-21T11:00"}, {"visit": "v-1"}),
            reply("See you at 11."),
            outcome="resolved",
            said=(("customer", "Monday at 9 please"), ("customer", "11 is fine")),
        ),
        first=1,
        why="another hour was asked for: at nine nobody comes",
    ),
    Case(
        name="a line test that finds the fault",
        run=duckie(
            "completed",
            call("run_line_test", {"line": "l-1"}, {"result": "FAIL", "loss_db": 31, "fault": "open circuit, 1.2 km"}),
            call("book_technician", {"line": "l-1"}, {"visit": "v-2"}),
            reply("A technician comes tomorrow."),
            outcome="resolved",
        ),
        states={1: "ok", 2: "ok"},
        why="the test did its work: it found what is broken",
    ),
    Case(
        name="an address that is not valid, and the suggestion that is",
        run=duckie(
            "completed",
            call("verify_address", {"street": "Hauptstr 1"}, {"valid": False, "suggestions": ["Hauptstraße 1"]}),
            call("create_order", {"street": "Hauptstraße 1"}, {"order": "O-90"}),
            reply("Bestellt."),
            outcome="resolved",
        ),
        states={1: "ok"},
        why="the check answered, and its suggestion was taken",
    ),
    Case(
        name="payments of which one had failed, and is taken again",
        run=duckie(
            "completed",
            call("list_payments", {"sub": "s-1"}, [{"id": "p-1", "status": "failed"}, {"id": "p-2", "status": "paid"}]),
            call("retry_payment", {"id": "p-1"}, {"id": "p-1", "status": "paid"}),
            reply("It went through this time."),
            outcome="resolved",
        ),
        states={1: "ok", 2: "ok"},
        why="the list tells of an old failure, which the run mended",
    ),
    Case(
        name="a report that is never ready",
        run=duckie(
            "failed",
            call("start_report", {"kind": "vat"}, {"report": "r-4"}),
            call("get_report", {"report": "r-4"}, {"report": "r-4", "status": "pending"}),
            call("get_report", {"report": "r-4"}, {"report": "r-4", "status": "pending"}),
            call("get_report", {"report": "r-4"}, {"report": "r-4", "status": "pending"}),
            reason="Gave up waiting for report r-4.",
        ),
        why="each look was answered; what failed is a job that no step is",
    ),
)
