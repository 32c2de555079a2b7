"""Working days on the telephone and in workflows: dispatchers, clinics, collections, utilities."""

from __future__ import annotations

from typing import Final

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import answers, asks, happyrobot, node, says, session

CASES: Final[tuple[Case, ...]] = (
    Case(
        name="no dock on that day, one on the next",
        run=happyrobot(
            "completed",
            node("Find docks", 1, {"available": []}, data={"day": "2026-12-01"}),
            node("Find docks", 2, {"available": ["D4"]}, data={"day": "2026-12-02"}),
            node("Book dock", 3, {"booking": "B-1", "errors": None}, data={"dock": "D4", "day": "2026-12-02"}),
        ),
        states={1: "ok", 2: "ok", 3: "ok"},
        why="an empty day is an answer",
    ),
    Case(
        name="a text message that was never delivered",
        run=happyrobot(
            "completed",
            node("Send SMS", 1, {"sid": "SM-4", "status": "queued"}, data={"text": "Gate 3"}),
            node("Get SMS", 60, {"sid": "SM-4", "status": "undelivered", "error_code": 30005}, data={"sid": "SM-4"}),
        ),
        first=2,
        inferred=True,
        why="the run's own message did not arrive",
    ),
    Case(
        name="a voice mailbox, then a call that is taken",
        run=happyrobot(
            "completed",
            session(says("assistant", "Please call us back.", 4), second=0, status="voicemail", duration=12),
            session(says("user", "Yes, speaking.", 305), second=300, duration=60),
            node("Note outcome", 400, {"saved": True}, data={"outcome": "reached"}),
        ),
        why="a mailbox is no failure",
    ),
    Case(
        name="a load that the extraction did not find, and a lookup without one",
        run=happyrobot(
            "failed",
            node("Extract fields", 1, {"load_id": None, "confidence": 0.21}, data={"text": "about my load"}),
            node("Get load", 2, error="load_id is required", data={"load_id": None}),
        ),
        first=2,
        why="it is the first step that failed, for want of a number that the caller did not give",
    ),
    Case(
        name="no appointment yet, and one made",
        run=happyrobot(
            "completed",
            session(
                asks("find_appointment", {"patient": "p-1"}, 2),
                answers("find_appointment", "No appointments found matching the criteria.", 3),
                asks("create_appointment", {"patient": "p-1", "day": "2026-12-03"}, 20),
                answers("create_appointment", "Appointment created.", 21),
                duration=50,
            ),
        ),
        why="there was none, so one was made",
    ),
    Case(
        name="a slot that is gone, told in JSON within a body",
        run=happyrobot(
            "completed",
            session(
                asks("book_appointment", {"patient": "p-2", "slot": "s-9"}, 2),
                answers(
                    "book_appointment",
                    {"statusCode": 200, "body": '{"errors":[{"detail":"Slot s-9 is no longer available"}]}'},
                    3,
                ),
                says("assistant", "Wonderful, you are booked.", 5),
                duration=30,
            ),
        ),
        first=2,
        inferred=True,
        why="the slot is not booked",
    ),
    Case(
        name="a caller who cannot say a date of birth",
        run=happyrobot(
            "completed",
            session(
                asks("verify_caller", {"patient": "p-3"}, 2),
                answers("verify_caller", {"verified": False, "matches": 0}, 3),
                says("assistant", "I may not tell you more then.", 5),
                duration=30,
            ),
        ),
        states={2: "ok"},
        why="the check answered",
    ),
    Case(
        name="a desk that does not pick up, and its stand-in who does",
        run=happyrobot(
            "completed",
            session(
                asks("transfer_call", {"to": "billing"}, 2),
                answers("transfer_call", "Transfer failed: no answer", 30),
                asks("transfer_call", {"to": "billing_backup"}, 32),
                answers("transfer_call", "Transfer completed", 40),
                duration=60,
            ),
        ),
        candidates=(2,),
        why="the caller reached somebody, maybe not whom they wanted",
    ),
    Case(
        name="una tarjeta sin fondos, y otra",
        run=happyrobot(
            "completed",
            session(
                asks("take_payment", {"invoice": "F-3", "card": "cd-1"}, 2),
                answers("take_payment", {"result": "declined", "code": "51", "text": "Fondos insuficientes"}, 3),
                asks("take_payment", {"invoice": "F-3", "card": "cd-2"}, 30),
                answers("take_payment", {"result": "approved", "auth": "A1"}, 31),
                says("assistant", "Gracias, está pagado.", 33),
                duration=60,
            ),
        ),
        states={2: "ok"},
        why="declined is an answer of the card, and another one paid",
    ),
    Case(
        name="a pump that answers with NOK",
        run=happyrobot(
            "completed",
            node("Start pump", 1, {"status": "NOK", "reason": "SPS ohne Verbindung"}, data={"pump": 4}),
            node("Write log", 2, {"rows": 1}, data={"pump": 4}),
        ),
        first=1,
        inferred=True,
        why="not OK is a refusal, and the pump stands still",
    ),
    Case(
        name="a sheet that took every row, and says so with zeros",
        run=happyrobot(
            "completed",
            node("Write rows", 1, "OK: 5 rows written, 0 failed, 0 errors", data={"rows": 5}),
            node("Run checks", 2, {"passed": 12, "failed": 0, "errors": 0, "skipped": 1}, data={"suite": "smoke"}),
        ),
        states={1: "ok", 2: "ok"},
        why="a count of zero is no failure",
    ),
    Case(
        name="two of three pallets booked in one request",
        run=happyrobot(
            "completed",
            node(
                "Book pallets",
                1,
                {"status": 207, "results": [{"status": 201}, {"status": 201}, {"status": 503, "error": "try later"}]},
                data={"pallets": 3},
            ),
            node("Send confirmation", 2, {"sent": True}, data={"pallets": 3}),
        ),
        first=1,
        inferred=True,
        why="the third pallet is not booked, and all three were confirmed",
    ),
    Case(
        name="an agent that went round in circles after its tools had worked",
        run=happyrobot(
            "failed",
            session(
                asks("get_balance", {"account": "ac-2"}, 2),
                answers("get_balance", {"cents": 1200}, 3),
                duration=300,
                status="failed",
                failure_reason="agent_loop_error",
            ),
        ),
        first=1,
        states={2: "ok"},
        why="the session says what ended it",
    ),
    Case(
        name="a run that a dispatcher stopped before its last node was done",
        run=happyrobot(
            "canceled",
            session(says("user", "Never mind.", 3), duration=8),
            node("Create quote", 10),
        ),
        why="somebody stopped it; nothing failed",
    ),
    Case(
        name="a change to a load that somebody else holds open",
        run=happyrobot(
            "completed",
            node("Get load", 1, {"load": "L-31"}, data={"ref": "31"}),
            node("Update load", 2, {"saved": False, "note": "Load is locked by another user"}, data={"load": "L-31"}),
            node("Send update", 3, {"sent": True}, data={"load": "L-31"}),
        ),
        first=2,
        inferred=True,
        why="it was not saved",
    ),
    Case(
        name="a quote that expired while it was waited for, and a fresh one that was accepted",
        run=happyrobot(
            "completed",
            session(
                asks("request_quote", {"lane": "ELP-LAX"}, 2),
                answers("request_quote", {"quote": "q-1"}, 3),
                asks("get_quote", {"quote": "q-1"}, 5),
                answers("get_quote", {"quote": "q-1", "state": "PENDING"}, 6),
                asks("get_quote", {"quote": "q-1"}, 15),
                answers("get_quote", {"quote": "q-1", "state": "READY", "usd": 1900}, 16),
                asks("accept_quote", {"quote": "q-1"}, 200),
                answers("accept_quote", {"status": 409, "detail": "quote expired"}, 201),
                asks("request_quote", {"lane": "ELP-LAX"}, 203),
                answers("request_quote", {"quote": "q-2"}, 204),
                asks("accept_quote", {"quote": "q-2"}, 210),
                answers("accept_quote", {"status": 200, "booking": "B-7"}, 211),
                duration=220,
            ),
        ),
        candidates=(5,),
        states={3: "ok", 4: "ok"},
        why="the lane was booked in the end, with another quote",
    ),
)
