"""How systems say that they failed, and what only looks like it: protocols, languages, telephone lines."""

from __future__ import annotations

from typing import Final

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import (
    answers,
    asks,
    call,
    conduit,
    duckie,
    happyrobot,
    node,
    note,
    reply,
    session,
    traced,
)

_SAYS_IT_FAILED: Final[tuple[tuple[str, object], ...]] = (
    ("GraphQL without data", {"data": None, "errors": [{"message": "order is locked", "path": ["order"]}]}),
    (
        "a SOAP fault in its envelope",
        '<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        "<soap:Fault><faultcode>soap:Server</faultcode><faultstring>no stock</faultstring></soap:Fault>"
        "</soap:Body></soap:Envelope>",
    ),
    ("a gRPC status", {"code": 14, "message": "upstream connect error", "details": []}),
    ("a gRPC error in words", "rpc error: code = DeadlineExceeded desc = context deadline exceeded"),
    ("a gRPC error as Node writes it", "14 UNAVAILABLE: No connection established"),
    ("an AWS error by its type", {"__type": "ThrottlingException", "message": "Rate exceeded"}),
    ("OAuth", {"error": "invalid_grant", "error_description": "The refresh token has expired"}),
    ("a WeChat code", {"errcode": 40001, "errmsg": "invalid credential"}),
    ("capitals", {"Error": {"Code": "NoSuchKey", "Message": "The key does not exist."}}),
    ("user errors of a mutation", {"data": {"orderUpdate": {"userErrors": [{"message": "Email is invalid"}]}}}),
    ("German", "Fehler: Zeitüberschreitung beim Zugriff auf den Server"),
    ("Spanish", "Error: se agotó el tiempo de espera"),
    ("Japanese", "エラー: 接続がタイムアウトしました"),
    ("an error as JSON within JSON", {"result": '{"status":"error","message":"Zimmer belegt"}'}),
    ("an error page", "<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body>…</body></html>"),
    ("an exception's name and text", {"exception": "java.lang.NullPointerException: order is null"}),
    ("a status with an error", {"status": 500, "error": "boom"}),
    ("a deed that says that it was not done", {"held": False, "reason": "room is taken"}),
)
_SAYS_NOTHING_OF_IT: Final[tuple[tuple[str, object], ...]] = (
    ("a label of a classifier", {"type": "error", "label": "billing", "confidence": 0.93}),
    ("an exception in a calendar", {"exception": "holiday weekend", "open": False}),
    ("a count under status", {"status": 500, "items": 3}),
    ("warnings beside a result", {"warnings": ["field x is deprecated"], "result": {"id": 7}}),
    ("a code of zero", {"errcode": 0, "errmsg": "ok"}),
    ("no user errors", {"data": {"orderUpdate": {"order": {"id": 1}, "userErrors": []}}}),
    ("an empty answer", {}),
    ("a list without entries", []),
    ("what others said of errors", {"reviews": [{"text": "Error: it broke"}]}),
)

CASES: tuple[Case, ...] = (
    *(
        Case(
            name=f"an output that tells of a failure: {what}",
            run=conduit("completed", traced("hold_room", {"room": "r-4"}, output), response="Done."),
            first=1,
            inferred=True,
            why="that is how such systems say so",
        )
        for what, output in _SAYS_IT_FAILED
    ),
    *(
        Case(
            name=f"an output that tells of no failure: {what}",
            run=conduit("completed", traced("inspect_text", {"room": "r-4"}, output), response="Done."),
            states={1: "ok"} if output else {},
            why="nothing in it says that the call failed",
        )
        for what, output in _SAYS_NOTHING_OF_IT
    ),
    Case(
        name="a line that is busy",
        run=happyrobot("failed", session(status="busy", sip_code="486", sip_reason="Busy Here")),
        first=1,
        why="the line says so",
    ),
    Case(
        name="a line that is busy, then nobody answers, then somebody does",
        run=happyrobot(
            "completed",
            session(status="busy", sip_code="486", sip_reason="Busy Here"),
            session(second=300, status="missed", sip_code="480", sip_reason="No answer"),
            session(second=600, duration=90),
        ),
        candidates=(1, 2),
        why="nothing says that it was one person about one thing",
    ),
    Case(
        name="a voicemail that was left as planned",
        run=happyrobot(
            "completed",
            session(status="voicemail", duration=22, sip_code="200", sip_reason="OK"),
            node("Log outcome", 40, {"saved": True}),
        ),
        why="it was put through, and a message was left",
    ),
    Case(
        name="a transfer that nobody took, in the words of its tool",
        run=happyrobot(
            "completed",
            session(
                asks("transfer_call", {"to": "dispatch"}, 30),
                answers("transfer_call", {"status": "failed", "reason": "no agent available"}, 50),
                asks("create_callback", {"phone": "+1 555 0100"}, 60),
                answers("create_callback", {"id": "cb-1"}, 61),
                duration=90,
            ),
        ),
        first=2,
        inferred=True,
        why="the caller was never put through",
    ),
    Case(
        name="a call that breaks off because the agent went in circles",
        run=happyrobot(
            "failed",
            session(
                asks("find_load", {"load_id": "L-1"}, 5),
                answers("find_load", {"error": "timeout"}, 6),
                asks("find_load", {"load_id": "L-1"}, 8),
                answers("find_load", {"state": "open"}, 9),
                status="failed",
                failure_reason="agent_loop_error",
                duration=300,
            ),
        ),
        first=1,
        recovered=(2,),
        why="the lookup was repeated; the session failed for its own reason",
    ),
    Case(
        name="a caller who hangs up while it rings",
        run=happyrobot("canceled", session(status="canceled", sip_code="487", sip_reason="Request Terminated")),
        candidates=(1,),
        why="the run was cancelled, and the line says only that",
    ),
    Case(
        name="a call that never answered, of which the run says that a tool timed out",
        run=conduit(
            "failed",
            traced("get_guest", {"id": "g-1"}, {"name": "Ann"}),
            traced("charge_card", {"id": "g-1"}, None),
            error="Tool execution timed out after 30 s",
        ),
        first=2,
        inferred=True,
        why="one call gave nothing back, and the run says that a call timed out",
    ),
    Case(
        name="a guardrail that is said to have failed, in a run that failed for it",
        run=duckie(
            "failed",
            note("guardrail_check", "No medical advice", "failed", "The draft gives medical advice."),
        ),
        first=1,
        why="the guardrail ended the run",
    ),
    Case(
        name="a guardrail whose own service was down",
        run=duckie(
            "failed",
            {
                **note("guardrail_check", "No medical advice", "failed"),
                "tool": {
                    "name": None,
                    "type": None,
                    "input": None,
                    "output": None,
                    "error": "HTTP 503 Service Unavailable",
                },
            },
        ),
        first=1,
        why="it did not judge; it broke",
    ),
    Case(
        name="a customer who quotes an error, under a tool that reads the ticket",
        run=duckie(
            "completed",
            call("get_ticket", {"id": "T-1"}, "Error: payment declined (this is what I see on my screen)"),
            reply(),
            said=(("customer", "Error: payment declined (this is what I see on my screen)"),),
        ),
        why="those are the customer's words",
    ),
    Case(
        name="a step that completed with warnings",
        run=duckie(
            "completed",
            call("sync_crm", {"id": "C-1"}, {"rows": 3, "warnings": ["slow"]}, status="completed_with_warnings"),
            reply(),
        ),
        why="a warning is no failure",
    ),
    Case(
        name="steps that share an order number, one of which failed and was repeated",
        run=duckie(
            "completed",
            call("lookup_order", {"order_id": "A-1"}, error="HTTP 502 Bad Gateway", order=2),
            call("knowledge_search", {"query": "x"}, {"hits": 1}, order=2),
            call("lookup_order", {"order_id": "A-1"}, {"total": 3}, order=3),
            reply(),
        ),
        recovered=(1,),
        why="the same order was read after all",
    ),
)
