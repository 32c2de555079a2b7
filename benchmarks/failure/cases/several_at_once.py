"""Whole runs as they come in practice, several things going on in each."""

from __future__ import annotations

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import (
    LOST,
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

_GUEST = {"guest_id": "g-118"}

CASES: tuple[Case, ...] = (
    Case(
        name="a refund desk: search refused and repeated, approval given, payment lost, hand-over",
        run=duckie(
            "completed",
            note("classification", "Classify the ticket", content="refund"),
            call("knowledge_search", {"query": "refund policy"}, error={"code": 429, "message": "slow down"}),
            call("knowledge_search", {"query": "refund policy"}, {"hits": 3}),
            call("lookup_order", {"order_id": "A-100201"}, {"total": 119, "errors": []}),
            call("issue_refund", {"order_id": "A-100201", "amount": 119}, status="waiting_for_approval"),
            call("issue_refund", {"order_id": "A-100201", "amount": 119}, error=LOST),
            escalate("The refund could not be paid."),
            outcome="escalated",
            reason="The refund could not be paid.",
        ),
        first=6,
        recovered=(2,),
        why="the payment was lost after it was approved",
    ),
    Case(
        name="a telephone agent: filler, a tool that times out, a tool that says no, a webhook that fails for it",
        run=happyrobot(
            "failed",
            session(
                says("assistant", "One moment.", 1, is_filler=True),
                asks("find_load", {"load_id": "L-77"}, 2),
                answers("find_load", "Error: timeout after 10 s", 12),
                says("user", "Are you still there? It says error 500 here.", 13),
                asks("find_load", {"load_id": "L-77"}, 14),
                answers("find_load", {"load_id": "L-77", "status": "failed pickup"}, 15),
                asks("book_slot", {"load_id": "L-77", "slot": "Fri"}, 20),
                answers("book_slot", {"success": False, "reason": "slot is taken"}, 22),
                duration=60,
            ),
            node("Extract", 70, {"slot": None}),
            node("Update TMS", 75, error="HTTP 422: slot is missing"),
        ),
        first=4,
        later=(6,),
        recovered=(2,),
        inferred=True,
        why="the slot was never booked",
    ),
    Case(
        name="a hotel's agent: a miss, a lookup, a charge that is refused, and a run error in other words",
        run=conduit(
            "failed",
            traced("guest_cache_get", _GUEST, {"hit": False}),
            traced("get_guest", _GUEST, {"name": "Ann", "error": None}),
            traced(
                "charge_card", {"guest_id": "g-118", "amount": 35}, '{"ok": false, "message": "insufficient funds"}'
            ),
            error="AgentError: the agent stopped after a tool failed",
            reflection="The card was refused.",
        ),
        first=3,
        inferred=True,
        states={1: "ok"},
        why="a miss is no error; the charge was refused",
    ),
    Case(
        name="a batch of ten lookups of which two fail and one is repeated",
        run=duckie(
            "completed",
            *(
                call(
                    "stock_level",
                    {"sku": f"BT-{place}"},
                    None if place in {3, 7} else {"count": 1},
                    error=LOST if place in {3, 7} else None,
                )
                for place in range(10)
            ),
            call("stock_level", {"sku": "BT-3"}, {"count": 4}),
            reply(),
        ),
        first=8,
        recovered=(4,),
        why="BT-7 was never looked up",
    ),
    Case(
        name="a paused run that asked the customer after a refused card",
        run=duckie(
            "paused",
            call("charge_card", {"order_id": "A-1", "card": "[REDACTED]"}, error="card_declined", redacted=True),
            note("wait", "Ask and wait", "running"),
            outcome="pending",
        ),
        first=1,
        why="nothing made it good so far",
    ),
    Case(
        name="a guardrail that rewrote an answer in a run that failed of something else",
        run=duckie(
            "failed",
            note("guardrail", "Guardrail: tone", "blocked"),
            reply("A kinder answer"),
            call("post_reply", {"text": "A kinder answer"}, error="HTTP 403 Forbidden"),
        ),
        first=3,
        candidates=(1,),
        why="the answer could not be posted",
    ),
    Case(
        name="a call that is cut off in the middle of a lookup",
        run=happyrobot(
            "failed",
            session(
                says("user", "Where is my load?", 2),
                asks("find_load", {"load_id": "L-77"}, 5),
                status="failed",
                failure_reason="transport_failure",
                duration=8,
            ),
        ),
        first=1,
        why="the line broke, and the lookup had no time to answer",
    ),
    Case(
        name="a run in a body without times, orders or states",
        run=duckie(
            None,  # type: ignore[arg-type]
            *(
                {**call("lookup_order", {"order_id": "A-1"}, output, status=None), "order": None, "timestamp": None}
                for output in ({"error": "locked"}, {"total": 9})
            ),
        ),
        recovered=(1,),
        why="the vendor states nothing, the outputs do",
    ),
    Case(
        name="an older body of a telephone run",
        run=happyrobot(
            "failed",
            run={"id": "00000001-0000-4000-8000-000000000000", "status": "failed", "timestamp": at(0)},
            sessions=[
                {
                    "id": "c1",
                    "type": "outbound",
                    "status": "completed",
                    "timestamp": at(0),
                    "duration": 40,
                    "messages": [asks("find_load", {"id": "L-7"}, 3), answers("find_load", {"state": "open"}, 4)],
                    "node_outputs": [{"id": "n1", "name": "Update TMS", "error": LOST, "timestamp": at(50)}],
                }
            ],
        ),
        first=3,
        why="the node states it",
    ),
    Case(
        name="a chat in which a guest pastes a stack trace into a tool's input",
        run=conduit(
            "completed",
            traced(
                "search_knowledge",
                {"query": "Traceback (most recent call last): KeyError"},
                {"results": [{"title": "Error: KeyError explained"}]},
            ),
            traced("save_note", {"text": "Error: HTTP 500"}, "saved"),
            response="Try the new version.",
        ),
        states={1: "ok", 2: "unknown"},
        why="nothing failed",
    ),
    Case(
        name="a label whose address was corrected after the carrier refused it, in a run that then failed at the mail",
        run=duckie(
            "failed",
            call("create_label", {"order_id": "A-1", "street": "Hafenstr 4"}, error="HTTP 422: street is unknown"),
            call("create_label", {"order_id": "A-1", "street": "Hafenstr. 4"}, {"label": "L-1"}),
            call("mail_label", {"label": "L-1"}, error=LOST),
        ),
        first=3,
        candidates=(1,),
        why="the label was likely made; the mail was not",
    ),
    Case(
        name="a search over providers in turn, the last of which answers",
        run=conduit(
            "completed",
            traced("search_hotels_alpha", {"city": "Oslo", "from": "2027-03-02"}, {"error": "quota"}),
            traced("search_hotels_beta", {"city": "Oslo", "from": "2027-03-02"}, {"statusCode": "503"}),
            traced("search_hotels_gamma", {"city": "Oslo", "from": "2027-03-02"}, {"hotels": [{"id": "h-1"}]}),
            traced("hold_room", {"hotel": "h-1"}, {"held": True}),
            response="Held.",
        ),
        candidates=(1, 2),
        why="the third answered the same question, and nobody declared it",
    ),
    Case(
        name="a run that was escalated after a limit of steps",
        run=duckie(
            "completed",
            *(call("knowledge_search", {"query": f"question {place}"}, {"hits": 0}) for place in range(6)),
            escalate("Too many steps."),
            outcome="escalated",
            reason="Too many steps.",
        ),
        why="no step failed",
    ),
    Case(
        name="a webhook that answers 200 with an error, and is called again",
        run=happyrobot(
            "completed",
            node("Post result", 3, {"status": 200, "body": '{"error": "lock held"}'}, data={"load": "L-7"}),
            node("Post result", 9, {"status": 200, "body": '{"saved": true}'}, data={"load": "L-7"}),
        ),
        recovered=(1,),
        why="same node, equal input, success",
    ),
    Case(
        name="a webhook that is called again, of which only the first says what it was given",
        run=happyrobot(
            "completed",
            node("Post result", 3, {"status": 500}, data={"load": "L-7"}),
            node("Post result", 9, {"status": 200}),
        ),
        candidates=(1,),
        why="nobody can tell whether it was for the same load",
    ),
)
