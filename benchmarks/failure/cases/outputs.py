"""What outputs say, where no status or error field says it."""

from __future__ import annotations

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import call, conduit, duckie, reply, traced

CASES: tuple[Case, ...] = (
    Case(
        name="an error as JSON inside a string",
        run=conduit("completed", traced("get_guest", {"id": "g-1"}, '{"error": "guest service unavailable"}')),
        first=1,
        inferred=True,
        why="the string holds an error object",
    ),
    Case(
        name="a status code as a string",
        run=conduit("completed", traced("get_guest", {"id": "g-1"}, {"statusCode": "500", "body": ""})),
        first=1,
        inferred=True,
        why="500 is an error however it is spelled",
    ),
    *(
        Case(
            name=f"a plain text that begins {text[:24]!r}",
            run=conduit("completed", traced("get_guest", {"id": "g-1"}, text)),
            first=1,
            inferred=True,
            why="the text opens with an error",
        )
        for text in (
            "HTTP 504 Gateway Timeout while asking the CRM",
            "error: guest service unavailable",
            "Error: guest service unavailable",
            "Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 'x'",
            "failed: card declined",
        )
    ),
    *(
        Case(
            name=f"an output that says that there was no error: {output!r}"[:90],
            run=conduit("completed", traced("get_guest", {"id": "g-1"}, {"name": "Ann", **output})),
            states={1: "ok"},
            why="null and empty error members say that nothing failed",
        )
        for output in (
            {"error": None},
            {"error": {"code": None, "message": None}},
            {"errors": [], "error": ""},
            {"errors": [None]},
            {"error_rate": 0, "log": "0 errors"},
        )
    ),
    *(
        Case(
            name=f"a business code between 400 and 599: {output!r}"[:90],
            run=conduit("completed", traced("find_store", {"near": "x"}, output)),
            states={1: "ok"},
            why="a code of the business is no status",
        )
        for output in ({"code": 503, "city": "Shizuoka"}, {"code": 410, "discount": 10}, {"code": "404", "zone": "B"})
    ),
    Case(
        name="an error object under a completed step",
        run=duckie(
            "completed",
            call("send_door_code", {"id": "r-1"}, {"success": False, "error": {"code": "LOCK_OFFLINE"}}),
            reply("It is on its way."),
            outcome="resolved",
        ),
        first=1,
        inferred=True,
        why="the lock was offline, whatever the step says",
    ),
    Case(
        name="texts that speak of no errors, where nothing is stated",
        run=conduit(
            "completed",
            traced("check_shelves", {}, "checked 3 shelves, 0 errors, 0 failed"),
            traced("check_import", {}, "no error found in 12 rows"),
        ),
        states={1: "unknown", 2: "unknown"},
        why="a plain text is no proof of anything",
    ),
    Case(
        name="a plain text that reads well, where nothing is stated",
        run=conduit("completed", traced("book_table", {"at": "19:00"}, "Your table awaits you at seven.")),
        states={1: "unknown"},
        why="nothing states that it went well",
    ),
    Case(
        name="a payment that is looked up and has failed long ago",
        run=conduit(
            "completed", traced("get_payment", {"id": "pay_1"}, {"id": "pay_1", "status": "failed", "amount": 10})
        ),
        why="the lookup worked: what failed is the thing that was looked up",
    ),
)
