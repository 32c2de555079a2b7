"""Plain runs that completed, were handed over, cancelled, stopped, or told in part."""

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

_UNRECOVERED: Final = (
    Case(
        name="completed with a refund that failed",
        run=duckie(
            "completed",
            call("get_order", {"id": "A-9"}, {"id": "A-9", "paid": True}),
            call("issue_refund", {"order": "A-9"}, error="Refund API returned 500"),
            reply("Your refund is on its way!"),
            outcome="resolved",
        ),
        first=2,
        why="the refund was never made",
    ),
    Case(
        name="completed call with a failed booking",
        run=happyrobot(
            "completed",
            session(
                says("user", "Book me at nine", 1),
                asks("book_table", {"time": "21:00", "party": 4}, 2),
                answers("book_table", {"error": "OpenTable 500"}, 3),
                says("assistant", "All set!", 4),
                duration=20,
            ),
        ),
        first=2,
        inferred=True,
        why="the booking failed",
    ),
    Case(
        name="Conduit resolved, a task not created",
        run=conduit(
            "completed",
            traced("create_maintenance_task", {"unit": "12B"}, {"success": False, "error": "vendor api down"}),
            response="I notified maintenance.",
            disposition="resolved",
        ),
        first=1,
        inferred=True,
        why="the task was never made",
    ),
    Case(
        name="a note not saved after the answer",
        run=duckie(
            "completed",
            call("kb_search", {"q": "x"}, {"hits": 1}),
            reply("Here."),
            call("save_note", {"t": "x"}, error="409 version conflict"),
            outcome="resolved",
        ),
        first=3,
        why="nothing made it good",
    ),
)

_ESCALATED: Final = (
    Case(
        name="handed over because a tool failed",
        run=duckie(
            "completed",
            call("lookup_iban", {"iban": "DE02"}, error="core banking unavailable"),
            escalate("core banking unavailable"),
            reply("A colleague will help."),
            outcome="escalated",
            reason="core banking unavailable",
        ),
        first=1,
        why="the handover follows from it",
    ),
    Case(
        name="handed over for a wish, with a recovered error",
        run=duckie(
            "completed",
            call("get_plan", {"id": 1}, error="timeout"),
            call("get_plan", {"id": 1}, {"plan": "x"}),
            escalate("customer asked for a person"),
            outcome="escalated",
            reason="customer asked for a person",
        ),
        recovered=(1,),
        why="nobody failed",
    ),
    Case(
        name="Conduit escalates for a tool",
        run=conduit(
            "completed",
            traced("get_reservation", {"id": "r4"}, {"status": "confirmed"}),
            traced("modify_reservation", {"id": "r4", "checkout": "2026-12-05"}, {"error": "PMS timeout"}),
            traced("handoff_to_human", {"reason": "PMS timeout"}, {"ok": True}),
            disposition="escalated",
            disposition_reason="tool_failure",
        ),
        first=2,
        inferred=True,
        why="the change failed",
    ),
    Case(
        name="transfer itself failed",
        run=happyrobot(
            "failed",
            session(
                asks("transfer_call", {"to": "dispatch"}, 2),
                answers("transfer_call", {"success": False, "reason": "no agent available"}, 4),
                duration=20,
            ),
        ),
        first=2,
        inferred=True,
        why="the transfer was not done",
    ),
)

_CANCELLED: Final = (
    Case(
        name="cancelled while a tool ran",
        run=duckie("cancelled", call("get_a", {"a": 1}, {"a": 1}), call("export_report", {"m": 1}, status="running")),
        why="it was cancelled, nothing failed",
    ),
    Case(
        name="cancelled, the call says so",
        run=duckie("cancelled", call("export_report", {"m": 1}, error="Operation cancelled")),
        candidates=(1,),
        why="its failure is the cancellation",
    ),
    Case(
        name="cancelled after a real failure",
        run=happyrobot(
            "canceled",
            node("Quote", 1, error="502 Bad Gateway", data={"q": 1}),
            session(second=3, status="canceled"),
        ),
        first=1,
        why="the gateway failed before",
    ),
)

_STOPPED: Final = (
    Case(
        name="approval rejected, run failed",
        run=duckie(
            "failed",
            call("get_order", {"id": 1}, {"id": 1}),
            call("issue_refund", {"id": 1, "amount": 900}, status="rejected"),
            reason="refund rejected by approver",
        ),
        first=2,
        why="the run failed for it",
    ),
    Case(
        name="approval rejected, the run went on and resolved",
        run=duckie(
            "completed",
            call("issue_refund", {"id": 1, "amount": 900}, status="rejected"),
            call("issue_store_credit", {"id": 1, "amount": 900}, {"credit": "SC-1"}),
            reply("We gave you credit."),
            outcome="resolved",
        ),
        why="a no is no failure",
    ),
    Case(
        name="approval timed out, escalated",
        run=duckie(
            "completed",
            call("delete_user", {"id": 1}, error="Approval timed out after 24h"),
            escalate("approval timed out"),
            outcome="escalated",
            reason="approval for delete_user timed out",
        ),
        first=1,
        why="escalated because of it",
    ),
    Case(
        name="approval pending",
        run=duckie(
            "paused",
            call("get_user", {"id": 1}, {"id": 1}),
            call("delete_user", {"id": 1}, status="pending_approval"),
            approval={"waiting_for_approval": True, "pending": {"tool_name": "delete_user", "params": {"id": 1}}},
        ),
        states={2: "waiting"},
        why="it waits",
    ),
    Case(
        name="scheduled to resume after a rate limit",
        run=duckie(
            "paused",
            call("sync_contacts", {"page": 1}, error="429 rate limited, will retry at 10:00"),
            scheduled_resume_at="2026-11-20T10:00:00Z",
        ),
        candidates=(1,),
        why="it will try again",
    ),
    Case(
        name="a guardrail stop that ended in a handover",
        run=duckie(
            "completed",
            note("guardrail", "No legal advice", "blocked", "Message blocked by guardrail: legal advice"),
            escalate("guardrail"),
            outcome="escalated",
            reason="Guardrail 'No legal advice' triggered",
        ),
        first=1,
        why="escalated because of it",
    ),
    Case(
        name="a guardrail that passed",
        run=duckie("completed", note("guardrail", "PII check", "completed", "passed"), reply(), outcome="resolved"),
        why="nothing happened",
    ),
    Case(
        name="a step that never ended in a failed run",
        run=duckie("failed", call("get_a", {"a": 1}, {"a": 1}), call("render_video", {"b": 1}, status="running")),
        first=2,
        why="it never ended, and nothing follows",
    ),
    Case(
        name="a step that never ended, the run completed",
        run=duckie("completed", call("warm_cache", {"b": 1}, status="running"), reply(), outcome="resolved"),
        why="the run ended well",
    ),
)

_WITHHELD: Final = (
    Case(
        name="redacted input and output, and a stated error",
        run=duckie(
            "failed",
            call("verify_identity", None, None, error="[REDACTED]", redacted=True),
            escalate(),
        ),
        first=1,
        why="the state is stated",
    ),
    Case(
        name="truncated error output",
        run=duckie(
            "failed",
            call(
                "batch_job",
                {"j": 1},
                '{"error": {"code": "INTERNAL", "message": "worker died while proc',
                truncated=True,
            ),
        ),
        first=1,
        inferred=True,
        why="the beginning of an error",
    ),
    Case(
        name="redacted retry",
        run=duckie(
            "completed",
            call("verify_ssn", None, None, error="timeout", redacted=True),
            call("verify_ssn", None, {"ok": True}, redacted=True),
            reply(),
        ),
        candidates=(1,),
        why="nobody sees whether both asked the same",
    ),
    Case(
        name="deleted by retention",
        run=happyrobot(
            "failed",
            session(
                asks("get_rate", {}, 1, data_deleted=True),
                answers("get_rate", "", 2, data_deleted=True),
                duration=9,
            ),
        ),
        why="all is deleted; nothing can be named",
    ),
)

CASES: Final[tuple[Case, ...]] = (*_UNRECOVERED, *_ESCALATED, *_CANCELLED, *_STOPPED, *_WITHHELD)
