"""Runs near what was mended for the working days, which those mends must leave as they were."""

from __future__ import annotations

from typing import Final

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import answers, asks, call, conduit, duckie, happyrobot, node, reply, session, traced

CASES: Final[tuple[Case, ...]] = (
    Case(
        name="a code for a door, which is a number beside a message",
        run=conduit(
            "completed",
            traced("create_access_code", {"unit": "4B"}, {"code": 4821, "msg": "valid until Friday"}),
            traced("send_code", {"unit": "4B"}, {"code": 4821, "message": "sent to the guest"}),
            disposition="resolved",
        ),
        states={1: "ok", 2: "ok"},
        why="the code is what was asked for",
    ),
    Case(
        name="codes of success of several systems",
        run=duckie(
            "completed",
            call("create_order", {"sku": "s-1"}, {"code": 20000, "msg": "success", "data": {"order": "O-1"}}),
            call("pay_order", {"order": "O-1"}, {"code": 200, "msg": "paid, no further step"}),
            call("ship_order", {"order": "O-1"}, {"code": 1, "msg": "not before Monday"}),
            reply(),
        ),
        states={1: "ok", 2: "ok", 3: "ok"},
        why="each has its own number for yes",
    ),
    Case(
        name="a code of its own for a stock that is empty, in Chinese",
        run=duckie(
            "failed",
            call("create_order", {"sku": "s-2"}, {"code": 50012, "msg": "库存不足", "data": None}),
        ),
        first=1,
        inferred=True,
        why="the message says that there is not enough",
    ),
    Case(
        name="a message that is not sent yet",
        run=duckie(
            "completed",
            call("send_reminder", {"guest": "g-1"}, "Not sent yet: it goes out at 09:00."),
            call("cancel_trial", {"customer": "c-1"}, "Not charged again, trial cancelled."),
            reply("It will remind them."),
        ),
        why="it was taken, and goes out later; not to be charged again is what was wanted",
    ),
    Case(
        name="a delivery that is not booked, because",
        run=happyrobot(
            "completed",
            session(
                asks("book_delivery", {"order": "O-3"}, 2),
                answers("book_delivery", "Not booked because the depot is closed", 3),
                duration=20,
            ),
        ),
        first=2,
        inferred=True,
        why="it says that the deed was not done, and why",
    ),
    Case(
        name="failed payments that were taken again, and an import without loss",
        run=duckie(
            "completed",
            call("retry_payments", {"month": "11"}, "2 failed payments retried, both are paid now."),
            call("import_rows", {"file": "f-1"}, "12 rows imported, 0 failed."),
            call("lock_login", {"user": "u-1"}, "Locked after 5 failed logins."),
            reply(),
        ),
        why="none of these says that something that the call was to do failed",
    ),
    Case(
        name="a backup of which one volume failed",
        run=duckie(
            "completed",
            call("run_backup", {"host": "h-1"}, "Backup finished: 3 of 4 volumes copied, 1 failed."),
            reply("All is backed up."),
        ),
        first=1,
        inferred=True,
        why="of a deed to several things, one that failed is enough",
    ),
    Case(
        name="a report on tests, and one on a job of others",
        run=duckie(
            "completed",
            call("run_tests", {"branch": "main"}, {"passed": 40, "failed": ["test_cart"]}),
            call("get_import", {"id": "i-1"}, {"id": "i-1", "imported": 7, "failed": ["row 3"]}),
            reply("One test fails, one row is missing."),
        ),
        states={1: "ok", 2: "ok"},
        why="both were asked what they found",
    ),
    Case(
        name="members who could not be removed, listed with those who were",
        run=conduit(
            "completed",
            traced("remove_members", {"team": "t-1"}, {"removed": ["u-1"], "failed": [{"id": "u-2", "why": "owner"}]}),
            response="Both are removed.",
        ),
        first=1,
        inferred=True,
        why="one of them is still there",
    ),
    Case(
        name="a draft that was not stored anew, for it is there",
        run=duckie(
            "completed",
            call("store_draft", {"draft": "d-1"}, {"stored": False, "note": "a draft with this text already exists"}),
            reply(),
        ),
        states={1: "ok"},
        why="it is there",
    ),
    Case(
        name="a mail of somebody else that was not delivered",
        run=happyrobot(
            "completed",
            node("Get message", 1, {"id": "M-1", "status": "undelivered"}, data={"id": "M-1"}),
            node("Call customer", 5, {"reached": True}, data={"about": "M-1"}),
        ),
        states={1: "ok"},
        why="the run looked up what had become of it, and called",
    ),
    Case(
        name="a message that was not delivered, and the same again",
        run=happyrobot(
            "completed",
            node("Send SMS", 1, {"sid": "SM-1", "status": "queued"}, data={"text": "Gate 3"}),
            node("Get SMS", 9, {"sid": "SM-1", "status": "undelivered"}, data={"sid": "SM-1"}),
            node("Send SMS", 12, {"sid": "SM-2", "status": "queued"}, data={"text": "Gate 3"}),
            node("Get SMS", 20, {"sid": "SM-2", "status": "delivered"}, data={"sid": "SM-2"}),
        ),
        candidates=(2,),
        why="the first did not arrive, the second did, whether or not it was for the same",
    ),
    Case(
        name="an error page that could not be mended",
        run=conduit(
            "completed",
            traced("fix_page", {"id": 1}, "Error 503 on /cart could not be fixed"),
            traced("fix_page", {"id": 2}, "Error 404 on /help is fixed"),
            response="Both are fixed.",
        ),
        first=1,
        inferred=True,
        why="it says that it could not, of the first page alone",
    ),
    Case(
        name="a boxer who is out, and no success yet",
        run=conduit(
            "completed",
            traced("get_match", {"match": "m-1"}, {"match": "m-1", "status": "KO", "round": 3}),
            traced("get_coupon", {"code": "XMAS"}, {"code": "XMAS", "success": 0, "used": 0}),
            disposition="resolved",
        ),
        states={1: "ok", 2: "ok"},
        why="these are states and figures of things that were looked up",
    ),
    Case(
        name="une porte injoignable, et une lecture qui ne l'est pas",
        run=conduit(
            "completed",
            traced("ouvrir_porte", {"porte": "p-1"}, "Impossible de joindre la serrure"),
            traced("get_note", {"porte": "p-1"}, "No se pudo abrir ayer, dice el portero"),
            response="C'est ouvert.",
        ),
        first=1,
        inferred=True,
        why="the door was not opened; the note tells of another day",
    ),
    Case(
        name="a caller put through to nobody, twice",
        run=happyrobot(
            "completed",
            session(
                asks("transfer_call", {"to": "sales"}, 2),
                answers("transfer_call", "Transfer failed: line is busy", 30),
                asks("transfer_call", {"to": "backup"}, 32),
                answers("transfer_call", "Transfer failed: no answer", 60),
                duration=70,
            ),
        ),
        first=2,
        later=(3,),
        inferred=True,
        why="nobody took the call",
    ),
    Case(
        name="faults that are looked up, and lookups of faults that fail",
        run=duckie(
            "completed",
            call("get_incident", {"id": "i-1"}, {"id": "i-1", "state": "error", "error": "worker is down"}),
            call("get_incident", {"id": "i-2"}, {"error": "incident service is down"}),
            call("get_alert", {"id": "a-1"}, {"jsonrpc": "2.0", "id": 7, "error": {"code": -32603, "message": "oops"}}),
            reply("One of them is down."),
        ),
        first=2,
        later=(3,),
        inferred=True,
        states={1: "ok"},
        why="the first is the fault itself, the others were never read",
    ),
    Case(
        name="en rad som inte sparades",
        run=duckie(
            "failed",
            call("spara_rad", {"rad": 1}, {"fel": None, "sparad": True}),
            call("spara_rad", {"rad": 2}, {"fel": "Raden är låst", "sparad": False}),
        ),
        first=2,
        inferred=True,
        states={1: "ok"},
        why="its member for an error, in Swedish, says something the second time",
    ),
)
