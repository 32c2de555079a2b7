"""What nearly reads otherwise: deeds that took effect, or were done already, and attempts put right."""

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
    session,
    traced,
)

_LOST: Final = "502 Bad Gateway"
_SAYS_IT_FAILED: Final[tuple[tuple[str, object], ...]] = (
    ("all of a batch", {"results": [{"id": 1, "error": "locked"}, {"id": 2, "error": "locked"}]}),
    ("some of a batch", {"results": [{"id": 1, "ok": True}, {"id": 2, "ok": False, "error": "locked"}]}),
    ("a partial success", {"status": "partial_success", "errors": [{"id": 3, "reason": "locked"}]}),
    ("GraphQL with data and errors", {"data": {"room": None, "hotel": {"id": 1}}, "errors": [{"message": "no room"}]}),
    ("French with a number", "Erreur 503 : service indisponible"),
    ("Portuguese", "Falha ao reservar o quarto: sem vagas"),
    ("Russian", "Ошибка: нет свободных мест"),
    ("Chinese", "请求失败：服务器超时"),
    ("a German key", {"fehler": "Zimmer ist belegt"}),
    ("a list of errors", [{"message": "Required fields are missing", "errorCode": "REQUIRED_FIELD_MISSING"}]),
    ("a problem without a status", {"type": "https://a.example/probs/full", "title": "Full", "detail": "no beds"}),
    ("a dictionary as Python prints it", "{'status': 'error', 'message': 'room is taken'}"),
    ("a sentence that names what failed", "Tool execution failed: timeout"),
    ("a sentence that says that it failed", "Failed to hold the room: it is taken."),
    ("XML with a state", "<response><status>error</status><message>Room taken</message></response>"),
    ("a failure of JSend", {"status": "fail", "data": {"room": "is taken"}}),
    ("a success of nought", {"success": 0, "message": "room is taken"}),
    ("quota of a cloud", {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota exceeded"}}),
)
_SAYS_NOTHING_OF_IT: Final[tuple[tuple[str, object], ...]] = (
    ("merged", {"created": False, "updated": True, "message": "merged with the older one"}),
    ("errors by day", {"errors_by_day": {"mon": 3}, "level": "error"}),
    ("a closed day", {"type": "exception", "date": "2027-01-01", "hours": "closed"}),
    ("whose fault", {"fault": "driver_a", "liability": 0.7}),
    ("a count", {"status": 503, "total": 12}),
    ("a cost center", {"code": "INTERNAL", "label": "cost center"}),
    ("a judged text", {"result": "error", "confidence": 0.8, "label": "bug report"}),
    ("a message for later", {"sent": False, "scheduled": True, "message": "goes out at nine"}),
    ("no failed ones", {"success": True, "failed_count": 0, "error": None, "warning": "slow"}),
)

CASES: tuple[Case, ...] = (
    *(
        Case(
            name=f"held out, an output that tells of a failure: {what}",
            run=conduit("completed", traced("hold_room", {"room": "r-4"}, output), response="Done."),
            first=1,
            inferred=True,
            why="that is how such systems say so",
        )
        for what, output in _SAYS_IT_FAILED
    ),
    *(
        Case(
            name=f"held out, an output that tells of no failure: {what}",
            run=conduit("completed", traced("process_text", {"room": "r-4"}, output), response="Done."),
            states={1: "ok"},
            why="nothing in it says that the call failed",
        )
        for what, output in _SAYS_NOTHING_OF_IT
    ),
    Case(
        name="a slot whose booking timed out, and is booked when it is checked",
        run=happyrobot(
            "completed",
            session(
                asks("book_slot", {"slot_id": "S-40"}, 3),
                answers("book_slot", "Error: timeout after 10 s", 13),
                asks("check_slot", {"slot_id": "S-40"}, 15),
                answers("check_slot", {"slot_id": "S-40", "booked": True}, 16),
                duration=60,
            ),
        ),
        candidates=(2,),
        why="it is booked, most likely by that call",
    ),
    Case(
        name="a refund that got no answer, and a look at the refunds of the payment",
        run=duckie(
            "completed",
            call("refund_payment", {"payment_id": "P-31"}, error=_LOST),
            call("get_refund", {"payment_id": "P-31"}, {"payment_id": "P-31", "status": "refunded"}),
            reply(),
        ),
        candidates=(1,),
        why="there is a refund, most likely that one",
    ),
    Case(
        name="an address that got no answer, and stands there when the customer is read",
        run=duckie(
            "completed",
            call("update_address", {"customer_id": "C-12", "street": "Hafenstr. 4"}, error=_LOST),
            call("get_customer", {"customer_id": "C-12"}, {"customer_id": "C-12", "street": "Hafenstr. 4"}),
            reply(),
        ),
        candidates=(1,),
        why="the new street stands there",
    ),
    Case(
        name="an address that got no answer, and does not stand there when the customer is read",
        run=duckie(
            "completed",
            call("update_address", {"customer_id": "C-12", "street": "Hafenstr. 4"}, error=_LOST),
            call("get_customer", {"customer_id": "C-12"}, {"customer_id": "C-12", "street": "Am Markt 1"}),
            reply(),
        ),
        first=1,
        why="the old street stands there",
    ),
    Case(
        name="an invoice that fails, is not found, and is made again",
        run=duckie(
            "completed",
            call("create_invoice", {"order_id": "A-51", "total": 9}, error="HTTP 500 Internal Server Error"),
            call("get_invoice", {"order_id": "A-51"}, error="HTTP 404 Not Found"),
            call("create_invoice", {"order_id": "A-51", "total": 9}, {"id": "I-1"}),
            reply(),
        ),
        recovered=(1, 2),
        why="the second attempt made it",
    ),
    Case(
        name="a subscription that is already cancelled",
        run=duckie(
            "completed",
            call("cancel_subscription", {"id": "sub_1"}, error="HTTP 400: the subscription is already cancelled"),
            reply("It is cancelled."),
            outcome="resolved",
        ),
        candidates=(1,),
        why="what was wanted is so, whoever did it",
    ),
    Case(
        name="a room that is already booked",
        run=duckie(
            "completed",
            call("book_room", {"room": "r-4"}, error="HTTP 400: the room is already booked"),
            reply("Sorry, it is taken."),
        ),
        first=1,
        why="by somebody else",
    ),
    Case(
        name="a contact whose deletion timed out, and is not there the second time",
        run=conduit(
            "completed",
            traced("delete_contact", {"id": "co_17"}, {"error": "request timed out"}),
            traced("delete_contact", {"id": "co_17"}, {"status": 404, "message": "contact not found"}),
            response="Deleted.",
        ),
        candidates=(1, 2),
        why="it is gone, most likely by the first call",
    ),
    Case(
        name="an address that a validator finds wrong",
        run=conduit(
            "completed",
            traced("validate_address", {"street": "Hafnstr 4"}, {"valid": False, "errors": ["street is unknown"]}),
            response="Please check the street.",
        ),
        why="to find what is wrong is what a validator is for",
    ),
    Case(
        name="a log of errors that is read",
        run=conduit(
            "completed",
            traced("fetch_error_logs", {"service": "pay"}, {"errors": [{"message": "boom", "at": "09:00"}]}),
            response="There was one.",
        ),
        why="the errors are what was asked for",
    ),
    Case(
        name="a payment that is read and had been declined",
        run=conduit(
            "completed",
            traced(
                "get_payment",
                {"id": "pay_31"},
                {"id": "pay_31", "amount": 42, "status": "failed", "error": {"message": "card declined"}},
            ),
            response="It was declined.",
        ),
        why="the error is of the payment, not of reading it",
    ),
    Case(
        name="a search that says that there are none",
        run=conduit(
            "completed",
            traced("search_articles", {"query": "parking"}, {"results": [], "error": "no_results"}),
            response="We have no parking.",
            disposition="resolved",
        ),
        candidates=(1,),
        why="that there are none is an answer",
    ),
    Case(
        name="a load's number with two digits turned round, and the right one",
        run=happyrobot(
            "completed",
            session(
                asks("find_load", {"load_id": "L-771209"}, 3),
                answers("find_load", {"error": "load not found"}, 4),
                asks("find_load", {"load_id": "L-772109"}, 20),
                answers("find_load", {"load_id": "L-772109", "state": "open"}, 21),
                asks("book_load", {"load_id": "L-772109"}, 30),
                answers("book_load", {"ok": True}, 31),
                duration=60,
            ),
        ),
        candidates=(2,),
        why="misheard, most likely, and put right",
    ),
    Case(
        name="a renamed argument",
        run=duckie(
            "completed",
            call("get_fare", {"tripId": "T-91"}, error="HTTP 400: trip_id is required"),
            call("get_fare", {"trip_id": "T-91"}, {"fare": 3}),
            reply(),
        ),
        candidates=(1,),
        why="the same trip",
    ),
    Case(
        name="an argument that was lacking",
        run=conduit(
            "completed",
            traced("quote_move", {"order_id": "A-51"}, {"error": "region is required"}),
            traced("quote_move", {"order_id": "A-51", "region": "EU"}, {"price": 9}),
            response="Nine.",
        ),
        candidates=(1,),
        why="the same order, asked with what was lacking",
    ),
    Case(
        name="a circuit that is open twice and closes",
        run=conduit(
            "completed",
            traced("charge_card", {"order_id": "A-51"}, {"error": "circuit breaker is open"}),
            traced("charge_card", {"order_id": "A-51"}, {"error": "circuit breaker is open"}),
            traced("charge_card", {"order_id": "A-51"}, {"paid": True}),
            response="Paid.",
        ),
        recovered=(1, 2),
        why="the same charge went through",
    ),
    Case(
        name="steps that come backwards in the body",
        run=duckie(
            "completed",
            {**reply(), "order": 2, "timestamp": at(30)},
            call("lookup_order", {"order_id": "A-51"}, {"total": 3}, order=1, timestamp=at(20)),
            call("lookup_order", {"order_id": "A-51"}, error=_LOST, order=0, timestamp=at(10)),
        ),
        recovered=(1,),
        why="by their order the failure came first",
    ),
    Case(
        name="a sub-agent as a step, that ran into its limit and was started again",
        run=duckie(
            "completed",
            note("sub_agent", "Researcher", "failed", "The sub-agent reached its limit of steps."),
            note("sub_agent", "Researcher", "completed", "30 days"),
            reply(),
        ),
        candidates=(1,),
        why="perhaps with the same task",
    ),
    Case(
        name="a node that fails in a run that somebody cancelled",
        run=happyrobot("canceled", node("Update TMS", 5, error="HTTP 422: slot is missing")),
        first=1,
        why="it failed for its own reason",
    ),
    Case(
        name="a charge that was under way when the customer ended the run",
        run=duckie(
            "cancelled",
            call("lookup_order", {"order_id": "A-51"}, {"total": 3}),
            call("charge_card", {"order_id": "A-51"}, status="running", duration_seconds=None),
        ),
        why="nothing failed that anybody can see",
    ),
    Case(
        name="a node whose connection broke, and ran again with the same data",
        run=happyrobot(
            "completed",
            node("Update TMS", 5, error={"name": "AxiosError", "code": "ECONNRESET"}, data={"load": "L-9"}),
            node("Update TMS", 9, {"saved": True}, data={"load": "L-9"}),
        ),
        recovered=(1,),
        why="the same node with the same data",
    ),
    Case(
        name="a run's error in JSON that names the tool which gave nothing",
        run=conduit(
            "failed",
            traced("get_rooms", {"hotel": "h-9"}, {"rooms": [4]}),
            traced("hold_room", {"room": "r-4"}, None),
            error='{"code":"tool_error","tool":"hold_room","message":"no response"}',
        ),
        first=2,
        inferred=True,
        why="the run names it",
    ),
    Case(
        name="a model that was overloaded after a tool had been repeated",
        run=conduit(
            "failed",
            traced("get_rooms", {"hotel": "h-9"}, {"error": "timeout"}),
            traced("get_rooms", {"hotel": "h-9"}, {"rooms": [4]}),
            error="LLM provider overloaded (529)",
        ),
        recovered=(1,),
        why="the run failed outside of its steps",
    ),
    Case(
        name="a job that nobody waited for to the end",
        run=conduit(
            "failed",
            traced("start_export", {"report": "R-3"}, {"job_id": "j-55"}),
            traced("get_job", {"job_id": "j-55"}, {"status": "pending"}),
            traced("get_job", {"job_id": "j-55"}, {"status": "pending"}),
            error="gave up waiting",
        ),
        why="it may still be under way",
    ),
    Case(
        name="a call that was declined, and a message instead of it",
        run=happyrobot(
            "completed",
            session(status="failed", sip_code="603", sip_reason="Decline"),
            node("Send SMS", 30, {"sent": True}),
        ),
        first=1,
        why="nobody was talked to",
    ),
    Case(
        name="a wrong number",
        run=happyrobot("failed", session(status="failed", sip_code="404", sip_reason="Not Found")),
        first=1,
        why="the line says so",
    ),
    Case(
        name="a transfer whose second leg was never answered",
        run=happyrobot(
            "completed",
            session(asks("transfer_call", {"to": "desk"}, 30), answers("transfer_call", {"ok": True}, 31), duration=40),
            session(second=45, status="failed", sip_code="408", sip_reason="Request Timeout"),
        ),
        first=3,
        why="the first leg went well, the second was not answered",
    ),
    Case(
        name="a line whose sound broke off after the work was done",
        run=happyrobot(
            "failed",
            session(
                asks("book_slot", {"slot_id": "S-40"}, 3),
                answers("book_slot", {"ok": True}, 4),
                status="failed",
                failure_reason="media_failure",
                duration=30,
            ),
        ),
        first=1,
        why="the session states it",
    ),
    Case(
        name="a step that timed out without an answer, and the same call again",
        run=duckie(
            "completed",
            call("charge_card", {"order_id": "A-51"}, status="timed_out"),
            call("charge_card", {"order_id": "A-51"}, {"paid": True}),
            reply(),
        ),
        recovered=(1,),
        why="the same charge went through",
    ),
    Case(
        name="a failure, and steps that were skipped for it",
        run=duckie(
            "failed",
            call("lookup_order", {"order_id": "A-51"}, error=_LOST),
            call("issue_refund", {"order_id": "A-51"}, status="skipped"),
            note("response", "Reply", "skipped"),
        ),
        first=1,
        why="what was skipped did not fail",
    ),
    Case(
        name="a guardrail with a name of its own, in a run that was escalated for it",
        run=duckie(
            "completed",
            {
                **note("guardrail", "Refund limit", "failed"),
                "tool": {"name": "guardrail_refund_limit", "type": "guardrail", "error": "refund above the limit"},
            },
            escalate("Refund above the limit."),
            outcome="escalated",
            reason="Guardrail: refund above the limit.",
        ),
        first=1,
        why="the guardrail stopped it, which is why a person was asked",
    ),
    Case(
        name="a guardrail with a name of its own, after which all went well",
        run=duckie(
            "completed",
            {
                **note("guardrail", "Tone", "failed"),
                "tool": {"name": "guardrail_tone", "type": "guardrail", "error": "draft is too curt"},
            },
            reply("A kinder answer."),
            outcome="resolved",
        ),
        why="it did what it is for, and the run ended well",
    ),
)
