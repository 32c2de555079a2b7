"""What a failure is told by besides its step: run errors, reflections, approvals, names, the order of things."""

from __future__ import annotations

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import (
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
    note,
    reply,
    session,
    traced,
)

_TOO = (
    {"success": "false", "message": "room is taken"},
    {"status": "timeout", "room": "r-4"},
    {"type": "error", "message": "room is taken"},
    {"errorCode": "ROOM_TAKEN", "message": "room is taken"},
    {"fault": {"faultstring": "room is taken"}},
    {"result": "error", "message": "room is taken"},
    "{'error': 'room is taken'}",
    "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
    '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
    "503 Service Unavailable",
    "Internal Server Error",
    "connect ECONNREFUSED 10.0.0.4:443",
    "Request timed out after 30000 ms",
    "error=timeout attempt=3",
    "Tool error: room is taken",
    {"response": {"status": 502, "body": "<html>"}},
)
_NOT = (
    {"status": "success", "errors": 2, "note": "2 rows had a warning"},
    {"warnings": ["error margin is 2 %"], "error": None},
    {"error_message": None, "error_code": None, "room": "r-4"},
    {"type": "error_report", "title": "Weekly errors", "rows": []},
    {"result": "no errors"},
    {"exception": None},
    {"text": "{'error': 'what the guest typed'}", "author": "guest"},
    {"http": {"retries": 3}, "id": 500},
    {"status": "cancelled", "room": "r-4"},
)
_PROVE_NOTHING = (
    "Timeout settings were updated",
    "Errors and how to avoid them",
    "{'error': None, 'rows': 3}",
    "An exception was made for this guest",
    "5000 Kč",
    "failed over to eu-2 without loss",
)

CASES: tuple[Case, ...] = (
    *(
        Case(
            name=f"another way to say that a call failed: {output!r}"[:100],
            run=conduit("completed", traced("hold_room", {"room": "r-4"}, output), response="Done."),
            first=1,
            inferred=True,
            why="its shape is one of an error",
        )
        for output in _TOO
    ),
    *(
        Case(
            name=f"another output that is no error: {output!r}"[:100],
            run=conduit("completed", traced("hold_room", {"room": "r-4"}, output), response="Done."),
            states={1: "ok"},
            why="nothing in it says that the call failed",
        )
        for output in _NOT
    ),
    *(
        Case(
            name=f"another output that proves nothing: {output!r}"[:100],
            run=conduit("completed", traced("hold_room", {"room": "r-4"}, output), response="Done."),
            states={1: "unknown"},
            why="it says neither that the call failed nor that it went well",
        )
        for output in _PROVE_NOTHING
    ),
    Case(
        name="a failure that leaves out what depends on it, and a later one",
        run=duckie(
            "failed",
            call("charge_card", PAY, error="HTTP 504: skipping the receipt"),
            call("crm_add_note", {"text": "x"}, error="HTTP 401 Unauthorized"),
        ),
        first=1,
        later=(2,),
        why="what is skipped is another thing: the charge itself failed",
    ),
    Case(
        name="an error that speaks of optional fields",
        run=duckie(
            "completed",
            call("create_ticket", {"title": "x"}, error="validation failed: title too short (optional fields ignored)"),
            reply(),
        ),
        first=1,
        why="the fields are optional, not the ticket",
    ),
    Case(
        name="a run error that names a tool by an everyday word",
        run=conduit(
            "failed",
            traced("lookup", {"id": "res_1"}, {"state": "ok"}),
            traced("refund", {"id": "res_1"}, None),
            error="Tool refund failed: bank offline",
        ),
        first=2,
        inferred=True,
        why="the run says so, and the call gave nothing back",
    ),
    Case(
        name="a run error that names a tool in camel case",
        run=conduit(
            "failed",
            traced("chargeCard", {"id": "res_1"}, None),
            traced("notifyTeam", {"text": "x"}, {"sent": True}),
            error="chargeCard: bank offline",
        ),
        first=1,
        inferred=True,
        why="the run says so, and the call gave nothing back",
    ),
    Case(
        name="a run error that uses a tool's name as a word",
        run=conduit(
            "failed",
            traced("search", {"q": "x"}, None),
            traced("hold_room", {"room": "r-4"}, {"held": True}),
            error="could not finish: the search for a model to answer took too long",
        ),
        why="it speaks of no tool",
    ),
    Case(
        name="a node's error that names a node of several words",
        run=happyrobot(
            "failed",
            node("Find booking", 3, error=LOST),
            node("Update booking", 9, error="Find booking failed: nothing to update"),
        ),
        first=1,
        later=(2,),
        why="the second follows from the first",
    ),
    Case(
        name="a node that is called a fallback of what failed before it",
        run=happyrobot(
            "completed",
            node("Send email", 3, error=LOST),
            node("Fallback: send SMS", 9, {"sent": True}),
            node("Log", 12, {"ok": True}),
        ),
        recovered=(1,),
        why="declared by its name, succeeded, and the run went on",
    ),
    Case(
        name="a node that is called a fallback and fails too",
        run=happyrobot("failed", node("Send email", 3, error=LOST), node("Fallback: send SMS", 9, error="no number")),
        first=1,
        later=(2,),
        why="nothing was sent",
    ),
    Case(
        name="two sessions, the first of which had a tool fail that was not repeated",
        run=happyrobot(
            "completed",
            session(
                asks("book_slot", {"load_id": "L-77"}, 3), answers("book_slot", {"error": "taken"}, 4), duration=30
            ),
            session(asks("book_slot", {"load_id": "L-99"}, 303), answers("book_slot", {"ok": True}, 304), second=300),
        ),
        first=2,
        inferred=True,
        why="another load was booked",
    ),
    Case(
        name="answers that come in another order than the calls",
        run=happyrobot(
            "completed",
            session(
                asks("find_load", {"load_id": "L-77"}, 3),
                asks("get_rate", {"lane": "HAM-OSL"}, 4),
                answers("get_rate", {"error": "no rate for the lane"}, 5),
                answers("find_load", {"state": "open"}, 6),
                duration=60,
            ),
        ),
        first=3,
        inferred=True,
        states={2: "ok"},
        why="the rate is what failed",
    ),
    Case(
        name="a session refused with 603 after a good one",
        run=happyrobot(
            "failed",
            session(duration=60),
            session(second=300, status="failed", sip_code="603", sip_reason="Decline"),
        ),
        first=2,
        why="the second call was declined",
    ),
    Case(
        name="a voicemail",
        run=happyrobot("completed", session(status="voicemail", duration=20)),
        why="nobody says that this is a failure",
    ),
    Case(
        name="an issue of a reviewer in a failed run that states nothing",
        run=happyrobot(
            "failed",
            session(asks("find_load", {"id": "L-7"}, 3), answers("find_load", {"state": "open"}, 4), duration=60),
            issues=[{"status": "open", "priority": "high", "type": "tool_call", "message_id": "m4"}],
            annotation="critical",
        ),
        why="a reviewer's mark is of quality, not of failure",
    ),
    Case(
        name="a refused approval far from the end of a failed run that says why",
        run=duckie(
            "failed",
            call("issue_refund", {"order": "A-1"}, status="approval_rejected"),
            call("lookup_order", {"order": "A-1"}, {"total": 9}),
            call("knowledge_search", {"query": "refund"}, {"hits": 1}),
            call("draft_answer", {"text": "x"}, {"ok": True}),
            reason="The approval of issue_refund was rejected.",
        ),
        first=1,
        why="the run says so",
    ),
    Case(
        name="a refused approval far from the end of a failed run that says nothing",
        run=duckie(
            "failed",
            call("issue_refund", {"order": "A-1"}, status="approval_rejected"),
            call("lookup_order", {"order": "A-1"}, {"total": 9}),
            call("knowledge_search", {"query": "refund"}, {"hits": 1}),
            call("draft_answer", {"text": "x"}, {"ok": True}),
        ),
        candidates=(1,),
        why="the run went on, and nothing ties its end to the approval",
    ),
    Case(
        name="a refund that fails because its approval was rejected",
        run=duckie(
            "failed",
            note("approval", "Approve the refund", "rejected"),
            call("issue_refund", {"order": "A-1"}, error="not approved by reviewer"),
        ),
        first=1,
        why="the refusal came first, and the run failed for it",
    ),
    Case(
        name="a wait that the clock ended, after which the customer was helped",
        run=duckie("completed", note("wait", "Ask and wait", "timed_out"), reply(), outcome="resolved"),
        why="the run went on and ended well",
    ),
    Case(
        name="an open step in a run that was escalated for something else",
        run=duckie(
            "completed",
            call("prefetch_articles", {"q": "x"}, status="running", duration_seconds=None),
            call("lookup_order", {"order": "A-1"}, {"total": 9}),
            call("knowledge_search", {"query": "refund"}, {"hits": 1}),
            escalate("The customer asked for a person."),
            outcome="escalated",
            reason="The customer asked for a person.",
        ),
        candidates=(1,),
        why="nothing ties the escalation to it",
    ),
    Case(
        name="a run that is paused for approval after a failure that was made good",
        run=duckie(
            "paused",
            call("lookup_order", {"order": "A-1"}, error=LOST),
            call("lookup_order", {"order": "A-1"}, {"total": 9}),
            call("issue_refund", {"order": "A-1"}, status="pending_approval"),
            approval={"waiting_for_approval": True, "pending": {"step_id": "s2", "tool_name": "issue_refund"}},
        ),
        recovered=(1,),
        states={3: "waiting"},
        why="it waits, and nothing is broken",
    ),
    Case(
        name="a failed step in a run of which the vendor's word is unknown",
        run=duckie("hibernating", call("lookup_order", {"order": "A-1"}, error=LOST)),
        first=1,
        why="the step states it",
    ),
    Case(
        name="equal order numbers with times that say otherwise",
        run=duckie(
            "failed",
            call("charge_card", PAY, {"paid": True}, order=5, timestamp=at(10)),
            call("charge_card", PAY, error=LOST, order=5, timestamp=at(90)),
        ),
        first=2,
        why="the failure came after the success",
    ),
    Case(
        name="one step that comes twice in the body, failed and then good",
        run=duckie(
            "completed",
            call("charge_card", PAY, error=LOST, id="s1", order=0),
            call("charge_card", PAY, {"paid": True}, id="s1", order=0, timestamp=at(60)),
        ),
        recovered=(1,),
        why="the later state of the same call is good",
    ),
    Case(
        name="a write that is repeated by a lookup",
        run=conduit(
            "completed",
            traced("update_reservation", {"reservation_id": "res_5501"}, {"error": "locked"}),
            traced("get_reservation", {"reservation_id": "res_5501"}, {"state": "unchanged"}),
            response="Done.",
        ),
        first=1,
        inferred=True,
        why="reading it changes nothing",
    ),
    Case(
        name="a lookup by the same id that finds nothing either",
        run=conduit(
            "completed",
            traced("get_reservation", {"reservation_id": "res_5501"}, {"error": "replica unavailable"}),
            traced("find_reservation", {"reservation_id": "res_5501"}, {"found": False}),
            response="I cannot see it.",
        ),
        candidates=(1,),
        why="it answered, and supplied nothing",
    ),
    Case(
        name="a customer's complaint that the fallback quotes",
        run=duckie(
            "completed",
            call("translate", {"text": "x"}, {"error": "unsupported language"}),
            reply(),
            said=(("customer", "please use the fallback, falling back to English is fine"),),
            outcome="resolved",
        ),
        first=1,
        inferred=True,
        why="what a customer asks for is no fallback that was taken",
    ),
    Case(
        name="a 429 within a second of a call that waits its turn, then both well",
        run=conduit(
            "completed",
            traced("check_stock", {"sku": "BT-1"}, {"error": {"code": 429, "message": "slow down"}}),
            traced("check_stock", {"sku": "BT-2"}, {"error": {"code": 429, "message": "slow down"}}),
            traced("check_stock", {"sku": "BT-2"}, {"count": 3}),
            traced("check_stock", {"sku": "BT-1"}, {"count": 5}),
            response="Both are there.",
        ),
        recovered=(1, 2),
        why="each was asked again",
    ),
    Case(
        name="two of three items were asked again",
        run=conduit(
            "completed",
            traced("check_stock", {"sku": "BT-1"}, {"error": {"code": 429, "message": "slow down"}}),
            traced("check_stock", {"sku": "BT-2"}, {"error": {"code": 429, "message": "slow down"}}),
            traced("check_stock", {"sku": "BT-2"}, {"count": 3}),
            response="One is there.",
        ),
        first=1,
        recovered=(2,),
        inferred=True,
        why="BT-1 was never looked up",
    ),
    Case(
        name="a reflection in which the agent excuses itself and names two tools",
        run=conduit(
            "failed",
            traced("get_guest", {"id": "g-1"}, None),
            traced("charge_card", {"id": "g-1"}, None),
            error="run aborted",
            reflection="Either get_guest or charge_card failed; I could not tell which.",
        ),
        candidates=(1, 2),
        why="the agent could not tell",
    ),
    Case(
        name="a reflection that praises one tool and blames another",
        run=conduit(
            "failed",
            traced("get_guest", {"id": "g-1"}, "guest Ann"),
            traced("charge_card", {"id": "g-1"}, None),
            error="run aborted",
            reflection="get_guest worked. charge_card timed out twice.",
        ),
        first=2,
        inferred=True,
        why="only one sentence tells of a failure",
    ),
)
