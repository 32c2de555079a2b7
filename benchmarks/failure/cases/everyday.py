"""Whole runs as people who never saw the rules would think them up."""

from __future__ import annotations

from typing import Final

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import (
    answers,
    asks,
    at,
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

_DOWN: Final = "HTTP 503 Service Unavailable"

CASES: tuple[Case, ...] = (
    Case(
        name="an order placed twice by a retry, the second of which is refused as a duplicate",
        run=duckie(
            "completed",
            call("place_order", {"cart_id": "cart-81"}, error="upstream request timeout"),
            call("place_order", {"cart_id": "cart-81"}, error={"code": "duplicate_order", "order_id": "A-7"}),
            call("get_order", {"order_id": "A-7"}, {"order_id": "A-7", "status": "placed"}),
            reply("Your order A-7 is placed."),
            outcome="resolved",
        ),
        candidates=(1, 2),
        why="the first attempt most likely placed it; nothing proves that the order is of that cart",
    ),
    Case(
        name="a password reset that the mail server delayed",
        run=conduit(
            "completed",
            traced("send_reset_email", {"user": "u-9"}, {"status": "queued", "message": "greylisted, will retry"}),
            response="You will get a mail.",
            disposition="resolved",
        ),
        states={1: "ok"},
        why="queued is no failure",
    ),
    Case(
        name="an appointment on a holiday",
        run=conduit(
            "completed",
            traced("get_opening_hours", {"date": "2026-12-25"}, {"exception": "Christmas", "open": False}),
            response="We are closed.",
            disposition="resolved",
        ),
        states={1: "ok"},
        why="the exception is one of the calendar",
    ),
    Case(
        name="a classifier that labels the message as an error report",
        run=duckie(
            "completed",
            call("classify_message", {"text": "it broke"}, {"type": "error", "label": "bug_report", "score": 0.97}),
            reply(),
            outcome="resolved",
        ),
        states={1: "ok"},
        why="that is a label",
    ),
    Case(
        name="a knowledge base that does not answer, a web search that does",
        run=duckie(
            "completed",
            call("knowledge_search", {"query": "refund policy"}, error=_DOWN),
            call("web_search", {"query": "refund policy"}, {"hits": 3}),
            reply(),
            outcome="resolved",
        ),
        candidates=(1,),
        why="the same question was answered by another source, and nobody declared it",
    ),
    Case(
        name="a token that expired, was renewed, and the call made again",
        run=conduit(
            "completed",
            traced("list_invoices", {"customer": "C-4"}, {"error": "401 token expired"}),
            traced("refresh_token", {"client": "billing"}, {"ok": True}),
            traced("list_invoices", {"customer": "C-4"}, {"invoices": [{"id": "I-1"}]}),
            response="One invoice.",
        ),
        recovered=(1,),
        why="the same call went well with the new token",
    ),
    Case(
        name="a token that expired and could not be renewed",
        run=conduit(
            "failed",
            traced("list_invoices", {"customer": "C-4"}, {"error": "401 token expired"}),
            traced("refresh_token", {"client": "billing"}, {"error": "invalid_grant"}),
            error="Authentication failed",
        ),
        first=1,
        later=(2,),
        inferred=True,
        why="the first that failed; the renewal failed besides",
    ),
    Case(
        name="a payment link that was sent by mail after the text message failed",
        run=duckie(
            "completed",
            call("send_sms", {"to": "C-4", "text": "pay here"}, error="carrier rejected the message"),
            call("send_email", {"to": "C-4", "text": "pay here"}, {"sent": True}),
            reply(),
            outcome="resolved",
        ),
        candidates=(1,),
        why="the same words reached the same customer by another way, which nobody declared",
    ),
    Case(
        name="a load that is looked up three times, each time after a pause",
        run=happyrobot(
            "completed",
            session(
                *(
                    message
                    for second in (3, 10, 20)
                    for message in (
                        asks("find_load", {"load_id": "L-771"}, second),
                        answers(
                            "find_load", {"state": "open"} if second == 20 else {"error": "rate limited"}, second + 1
                        ),
                    )
                ),
                duration=60,
            ),
        ),
        recovered=(2, 3),
        why="the third attempt answered",
    ),
    Case(
        name="a carrier that was not qualified, which ends the call as it should",
        run=happyrobot(
            "completed",
            session(
                asks("verify_carrier", {"mc": "123456"}, 3),
                answers("verify_carrier", {"qualified": False, "reason": "insurance expired"}, 5),
                says("assistant", "I am sorry, we cannot book with you.", 7),
                duration=30,
            ),
        ),
        states={2: "ok"},
        why="the check worked and gave its verdict",
    ),
    Case(
        name="a workflow whose last node is refused by the TMS",
        run=happyrobot(
            "failed",
            session(asks("find_load", {"load_id": "L-5"}, 3), answers("find_load", {"state": "open"}, 4), duration=30),
            node("Summarize call", 40, {"summary": "Carrier said: error 500 on their portal"}),
            node("Update TMS", 45, error={"status": 422, "body": {"message": "appointment is in the past"}}),
        ),
        first=4,
        why="the node states it",
    ),
    Case(
        name="a webhook that is redirected to a login page",
        run=happyrobot(
            "completed",
            node("Post result", 5, {"statusCode": 302, "body": "<html><title>Sign in</title></html>"}),
        ),
        why="nobody can tell from a redirect",
    ),
    Case(
        name="a caller who is passed to a person when the tool breaks",
        run=happyrobot(
            "completed",
            session(
                asks("get_balance", {"account": "X-77"}, 3),
                answers("get_balance", "Internal Server Error", 8),
                asks("transfer_to_agent", {"queue": "billing"}, 12),
                answers("transfer_to_agent", {"status": "transferred"}, 14),
                duration=40,
            ),
        ),
        first=2,
        inferred=True,
        why="the balance was never read, and a person had to take over",
    ),
    Case(
        name="a call that fails because the carrier's network rejects it, then goes through",
        run=happyrobot(
            "completed",
            session(status="failed", sip_code="503", sip_reason="Service Unavailable"),
            session(second=60, status="completed", duration=75),
        ),
        candidates=(1,),
        why="likely the same person, which nothing states",
    ),
    Case(
        name="a call in which nobody picks up",
        run=happyrobot("completed", session(status="missed", sip_code="480", sip_reason="Temporarily Unavailable")),
        first=1,
        why="the line states that it was not answered",
    ),
    Case(
        name="a stock check that answers in a text, with a status inside",
        run=conduit(
            "completed",
            traced("check_stock", {"sku": "T-9"}, "HTTP 200: 4 in stock, 0 errors"),
            response="Four.",
        ),
        why="it went well as far as anybody can see",
    ),
    Case(
        name="an agent that apologises in its answer",
        run=conduit(
            "completed",
            traced("get_reservation", {"id": "res_81"}, {"status": "cancelled", "cancel_reason": "payment failed"}),
            response="I'm sorry, an error occurred with your payment, so it was cancelled.",
        ),
        states={1: "ok"},
        why="the reservation was read",
    ),
    Case(
        name="a run whose error is a stack trace that names no tool",
        run=conduit(
            "failed",
            traced("get_reservation", {"id": "res_81"}, {"status": "confirmed"}),
            error="Traceback (most recent call last):\n  File \"/app/loop.py\", line 3\nKeyError: 'choices'",
        ),
        why="the agent broke, none of its steps",
    ),
    Case(
        name="a lookup that gives null, after which the agent goes on without",
        run=conduit(
            "completed",
            traced("get_loyalty_tier", {"guest_id": "g-5"}, None),
            traced("create_booking", {"guest_id": "g-5", "room": "r-2"}, {"id": "BK-3"}),
            response="Booked.",
            disposition="resolved",
        ),
        why="nothing says that it failed",
    ),
    Case(
        name="a seat that was taken meanwhile, and the next one that was not",
        run=duckie(
            "completed",
            call("reserve_seat", {"trip_id": "T-5", "seat": "12A"}, error="seat 12A is no longer available"),
            call("reserve_seat", {"trip_id": "T-5", "seat": "12B"}, {"reserved": True}),
            reply("You have seat 12B."),
            outcome="resolved",
        ),
        first=1,
        why="another seat was asked for: that seat was never reserved",
    ),
    Case(
        name="a form that was refused for its phone number and sent again with a right one",
        run=duckie(
            "completed",
            call("create_lead", {"name": "Ann Li", "phone": "12"}, error="422: phone is too short"),
            call("create_lead", {"name": "Ann Li", "phone": "+49 170 5550100"}, {"id": "L-1"}),
            reply(),
            outcome="resolved",
        ),
        candidates=(1,),
        why="the same lead with what was refused put right",
    ),
    Case(
        name="an optional enrichment whose failure the tool calls a warning",
        run=duckie(
            "completed",
            call("enrich_lead", {"id": "L-1"}, {"ok": True, "warnings": ["clearbit timed out"]}),
            call("create_deal", {"lead": "L-1"}, {"id": "D-1"}),
            reply(),
        ),
        states={1: "ok"},
        why="it says ok",
    ),
    Case(
        name="two refunds, of which the second fails",
        run=duckie(
            "completed",
            call("issue_refund", {"order_id": "A-1", "amount": 5}, {"refund": "R-1"}),
            call("issue_refund", {"order_id": "A-2", "amount": 5}, error="insufficient balance"),
            reply("I refunded one of them."),
            outcome="pending",
        ),
        first=2,
        why="the second order was not refunded",
    ),
    Case(
        name="a dependent chain in which each error quotes the one before",
        run=duckie(
            "failed",
            call("fetch_contract", {"id": "K-1"}, error="storage bucket is sealed"),
            call("extract_terms", {"source": "K-1"}, error="no input: storage bucket is sealed"),
            call("draft_reply", {"source": "K-1"}, error="no terms: no input: storage bucket is sealed"),
        ),
        first=1,
        later=(2, 3),
        why="the others follow from it",
    ),
    Case(
        name="a cancelled run in which the tool says that the user aborted",
        run=duckie("cancelled", call("export_data", {"id": "E-1"}, error="aborted by user")),
        candidates=(1,),
        why="it was the user's wish",
    ),
    Case(
        name="an approval that was refused, and another way that worked",
        run=duckie(
            "completed",
            note("approval", "Approve refund of 400 EUR", "rejected"),
            call("issue_voucher", {"order_id": "A-1", "amount": 40}, {"voucher": "V-1"}),
            reply(),
            outcome="resolved",
        ),
        why="a refusal is no failure of a run that was resolved",
    ),
    Case(
        name="a guardrail that fails the draft three times and then the run",
        run=duckie(
            "failed",
            *(
                step
                for _ in range(3)
                for step in (note("draft", "Draft"), note("guardrail", "No legal advice", "failed"))
            ),
            reason="Guardrail No legal advice rejected every draft.",
        ),
        first=2,
        why="the guardrail ended it, and the run says so",
    ),
    Case(
        name="a rate limit that is met by four calls at once, all of which come back",
        run=duckie(
            "completed",
            *(call("get_price", {"sku": f"S-{n}"}, error="429 Too Many Requests") for n in (1, 2, 3, 4)),
            *(call("get_price", {"sku": f"S-{n}"}, {"price": n}) for n in (4, 3, 2, 1)),
            reply(),
        ),
        recovered=(1, 2, 3, 4),
        why="each was asked again",
    ),
    Case(
        name="a step with an error text of white space",
        run=duckie(
            "completed", call("get_price", {"sku": "S-1"}, {"price": 1}, error="  ", status="completed"), reply()
        ),
        states={1: "ok"},
        why="an empty error is none",
    ),
    Case(
        name="a step that is failed without a word, in a run that goes on",
        run=duckie(
            "completed",
            call("tag_ticket", {"tag": "vip"}, status="failed"),
            reply(),
            outcome="resolved",
        ),
        first=1,
        why="the step states it, and the tag was never set",
    ),
    Case(
        name="a MongoDB answer of nothing changed",
        run=conduit(
            "completed",
            traced("update_profile", {"id": "u-1", "vip": True}, {"acknowledged": True, "matchedCount": 0}),
            response="Done.",
        ),
        states={1: "ok"},
        why="it answered as it should; whether that is enough nobody can tell",
    ),
    Case(
        name="a database that answers with an error object of its driver",
        run=conduit(
            "completed",
            traced(
                "update_profile", {"id": "u-1"}, {"name": "MongoServerError", "code": 11000, "errmsg": "E11000 dup"}
            ),
            response="Done.",
        ),
        first=1,
        inferred=True,
        why="it is an error object",
    ),
    Case(
        name="a Stripe error under a status of its own",
        run=conduit(
            "completed",
            traced(
                "charge_card",
                {"order": "A-3"},
                {"error": {"type": "card_error", "code": "card_declined", "message": "Your card was declined."}},
            ),
            response="Your card was declined.",
        ),
        first=1,
        inferred=True,
        why="the charge was refused",
    ),
    Case(
        name="a Twilio answer without an error",
        run=conduit(
            "completed",
            traced(
                "send_text",
                {"to": "C-4"},
                {"sid": "SM1", "status": "queued", "error_code": None, "error_message": None},
            ),
            response="Sent.",
        ),
        states={1: "ok"},
        why="its error is null",
    ),
    Case(
        name="a Twilio answer with an error",
        run=conduit(
            "completed",
            traced(
                "send_text",
                {"to": "C-4"},
                {"sid": "SM1", "status": "undelivered", "error_code": 30003, "error_message": "Unreachable handset"},
            ),
            response="Sent.",
        ),
        first=1,
        inferred=True,
        why="its error says so",
    ),
    Case(
        name="a Spanish and a German error stated by the vendor",
        run=duckie(
            "failed",
            call("reservar_mesa", {"hora": "19:00"}, error="No hay mesas disponibles"),
            call("tisch_buchen", {"zeit": "19:00"}, error="Kein Tisch verfügbar"),
        ),
        first=1,
        later=(2,),
        why="the first of them",
    ),
    Case(
        name="a Japanese error in a text, then the same call well",
        run=conduit(
            "completed",
            traced("reserve", {"店": "r-2", "時": "19:00"}, "エラー：サーバーが応答しません"),
            traced("reserve", {"店": "r-2", "時": "19:00"}, {"予約": "ok-1"}),
            response="予約しました。",
        ),
        recovered=(1,),
        why="the same call with the same input",
    ),
    Case(
        name="a nested result of a tool that wraps another",
        run=conduit(
            "completed",
            traced(
                "run_workflow",
                {"id": "w-1"},
                {"result": {"output": {"response": {"statusCode": 500, "body": "boom"}}}},
            ),
            response="Done.",
        ),
        first=1,
        inferred=True,
        why="the innermost answer is an error",
    ),
    Case(
        name="a step that waits for an approval in a run that was cancelled",
        run=duckie("cancelled", call("issue_refund", {"order_id": "A-1"}, status="pending_approval")),
        why="nothing failed",
    ),
    Case(
        name="two agents in one run: the researcher's search fails, the writer's works",
        run=duckie(
            "completed",
            call("researcher.search", {"query": "solar permits"}, error="index is rebuilding"),
            call("writer.search", {"query": "solar permits"}, {"hits": 4}),
            reply(),
        ),
        candidates=(1,),
        why="the same question was answered, for another agent",
    ),
    Case(
        name="times that run backwards beside an order that does not",
        run=duckie(
            "failed",
            call("get_quote", {"id": "Q-1"}, error=_DOWN, order=0, timestamp=at(90)),
            call("get_quote", {"id": "Q-1"}, {"price": 4}, order=1, timestamp=at(10)),
            call("sign_quote", {"id": "Q-1"}, error="signature expired", order=2, timestamp=at(5)),
        ),
        first=3,
        recovered=(1,),
        why="the order is the vendor's word",
    ),
    Case(
        name="an escalation after a lookup that found nobody",
        run=duckie(
            "completed",
            call("find_account", {"email": "ann@example.org"}, error="404 account not found"),
            escalate("I could not find the account."),
            outcome="escalated",
            reason="I could not find the account.",
        ),
        first=1,
        why="the run was handed over because of it",
    ),
)
