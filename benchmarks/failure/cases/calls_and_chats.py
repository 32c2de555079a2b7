"""Where HappyRobot and Conduit keep what went wrong."""

from __future__ import annotations

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import answers, asks, conduit, happyrobot, node, says, session, traced

_LOST = "HTTP 504 from upstream"

CASES: tuple[Case, ...] = (
    Case(
        name="a node that fails after a call that went well",
        run=happyrobot("failed", session(says("user", "Friday.", 3), duration=60), node("Update TMS", 70, error=_LOST)),
        first=2,
        why="the node states it",
    ),
    Case(
        name="a call that the line refuses",
        run=happyrobot("failed", session(status="failed", sip_code="486", sip_reason="Busy Here")),
        first=1,
        why="the SIP code states it",
    ),
    Case(
        name="a call that fails after a tool in it did",
        run=happyrobot(
            "failed",
            session(
                asks("find_load", {"load_id": "L-77"}, 30),
                answers("find_load", {"error": "timeout"}, 40),
                status="failed",
                failure_reason="agent_loop_error",
                duration=60,
            ),
        ),
        first=2,
        later=(1,),
        why="the call began before its tool and failed after it",
    ),
    Case(
        name="a reviewer's issue with a message of a good run",
        run=happyrobot(
            "completed",
            session(asks("find_load", {"id": "L-7"}, 3), answers("find_load", {"state": "open"}, 4), duration=60),
            issues=[{"status": "open", "priority": "high", "type": "tool_call", "message_id": "m4"}],
        ),
        states={2: "ok"},
        why="quality is another axis",
    ),
    Case(
        name="a retry of which retention has deleted everything",
        run=happyrobot(
            "completed",
            session(
                asks("find_load", {"id": "L-7"}, 3),
                answers("find_load", {"error": "timeout"}, 4),
                asks("find_load", {"id": "L-7"}, 5),
                answers("find_load", "", 6, data_deleted=True),
                duration=60,
            ),
        ),
        candidates=(2,),
        why="how the retry ended is gone",
    ),
    Case(
        name="a node that says that a tool of the call failed earlier",
        run=happyrobot(
            "failed",
            session(
                asks("take_payment", {"amount": 40}, 3), answers("take_payment", {"error": _LOST}, 33), duration=60
            ),
            node("Write to CRM", 70, error="take_payment failed earlier: nothing to write"),
        ),
        first=2,
        later=(3,),
        why="the node's error names the tool",
    ),
    Case(
        name="a node whose error is an object of nulls",
        run=happyrobot("completed", node("Update TMS", 3, {"ok": True}, error={"code": None, "message": None})),
        states={1: "ok"},
        why="nothing in it says that anything failed",
    ),
    Case(
        name="a run error that names a tool of the trace",
        run=conduit(
            "failed",
            traced("get_reservation", {"id": "res_1"}, {"status": "confirmed"}),
            traced("charge_card", {"id": "res_1", "amount": 35}, None),
            error="Tool charge_card failed: gateway timeout",
        ),
        first=2,
        inferred=True,
        why="the run says so, and the call gave nothing back",
    ),
    Case(
        name="a reflection that names the culprit",
        run=conduit(
            "failed",
            traced("get_reservation", {"id": "res_1"}, {"status": "confirmed"}),
            traced("charge_card", {"id": "res_1", "amount": 35}, None),
            traced("notify_team", {"text": "please look"}, {"sent": True}),
            error="run aborted",
            reflection="The charge_card call never answered, so I could not confirm the late checkout.",
        ),
        first=2,
        inferred=True,
        why="the agent names it, and the call gave nothing back",
    ),
    Case(
        name="a run error with a trace in which all went well",
        run=conduit("failed", traced("get_reservation", {"id": "res_1"}, {"state": "ok"}), error="model overloaded"),
        states={1: "ok"},
        why="the run's error names no step",
    ),
)
