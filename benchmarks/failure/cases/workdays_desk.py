"""Working days of a service desk: tools that answer 200 and refuse in the body, batches, approvals, handovers."""

from __future__ import annotations

from typing import Final

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import LOST, call, duckie, escalate, note, reply

_JAVA: Final = (
    "java.lang.IllegalStateException: pool is exhausted\n\tat com.acme.Db.take(Db.java:51)\n"
    "\tat com.acme.Warranty.find(Warranty.java:20)"
)

CASES: Final[tuple[Case, ...]] = (
    Case(
        name="a group that is full, told in a nested list of errors",
        run=duckie(
            "completed",
            call("find_user", {"login": "mkoch"}, {"user": {"id": "u-31", "active": True}}),
            call(
                "add_to_group",
                {"user": "u-31", "group": "figma-editors"},
                {"result": {"member": None, "errors": [{"code": "SEATS", "message": "No seat is left in this group"}]}},
            ),
            reply("You are in the group now."),
            outcome="resolved",
        ),
        first=2,
        inferred=True,
        why="nobody was added, whatever the reply says",
    ),
    Case(
        name="a claim whose success is the text false",
        run=duckie(
            "completed",
            call("get_policy", {"policy": "P-88"}, {"policy": "P-88", "cover": "household"}),
            call("create_claim", {"policy": "P-88", "kind": "water"}, {"success": "false", "message": "policy lapsed"}),
            escalate("The claim has to be made by hand."),
            outcome="escalated",
        ),
        first=2,
        inferred=True,
        why="the claim was not made",
    ),
    Case(
        name="points that cannot be moved, told by a code of the tool's own",
        run=duckie(
            "failed",
            call("get_wallet", {"member": "m-5"}, {"code": 0, "msg": "ok", "data": {"points": 120}}),
            call("move_points", {"from": "m-5", "to": "m-6", "points": 500}, {"code": 4001, "msg": "too few points"}),
        ),
        first=2,
        inferred=True,
        states={1: "ok"},
        why="its code is not the one of a success, and its message says why",
    ),
    Case(
        name="codes of zero and messages of success",
        run=duckie(
            "completed",
            call("get_meter", {"meter": "z-9"}, {"errcode": 0, "errmsg": "ok", "reading": 4410}),
            call("set_reading", {"meter": "z-9", "value": 4410}, {"errorCode": 0, "errorMessage": None, "saved": True}),
            call("close_task", {"task": "t-2"}, {"error": "", "closed": True}),
            reply("Danke, der Stand ist gespeichert."),
            outcome="resolved",
        ),
        states={1: "ok", 2: "ok", 3: "ok"},
        why="an error of zero, of null or of nothing is none",
    ),
    Case(
        name="a query for a table that is not there, and the same query for the one that is",
        run=duckie(
            "completed",
            call(
                "run_sql",
                {"db": "ledger", "sql": "SELECT sum(cents) FROM payouts_2026"},
                'ERROR:  relation "payouts_2026" does not exist\nLINE 1: SELECT sum(cents) FROM payouts_2026',
            ),
            call("list_tables", {"db": "ledger"}, {"tables": ["payouts", "invoices"]}),
            call("run_sql", {"db": "ledger", "sql": "SELECT sum(cents) FROM payouts"}, {"rows": [[881200]]}),
            reply("Payouts so far: 8,812.00."),
            outcome="resolved",
        ),
        candidates=(1,),
        why="the agent looked up the right name and read a sum, which nobody says is the one that was asked for",
    ),
    Case(
        name="a stack trace as the answer, and the same call a little later",
        run=duckie(
            "completed",
            call("find_warranty", {"serial": "SN-7"}, _JAVA),
            call("find_warranty", {"serial": "SN-7"}, {"until": "2027-05-01"}),
            reply("Your warranty runs until May."),
            outcome="resolved",
        ),
        recovered=(1,),
        why="the same question was answered",
    ),
    Case(
        name="a deployment that is asked for until it is live",
        run=duckie(
            "completed",
            call("start_deploy", {"app": "shop", "rev": "9f1"}, {"deploy": "d-3", "state": "queued"}),
            call("get_deploy", {"deploy": "d-3"}, {"deploy": "d-3", "state": "building", "ready": False}),
            call("get_deploy", {"deploy": "d-3"}, {"deploy": "d-3", "state": "pending", "ready": False}),
            call("get_deploy", {"deploy": "d-3"}, {"deploy": "d-3", "state": "live", "ready": True}),
            note("response", "Post to the channel", content="d-3 is live, 0 failed checks."),
        ),
        states={1: "ok", 2: "ok", 3: "ok", 4: "ok"},
        why="not ready is no failure",
    ),
    Case(
        name="a payout that the approver declined, for which the run failed",
        run=duckie(
            "failed",
            call("get_invoice", {"invoice": "R-12"}, {"invoice": "R-12", "cents": 910000}),
            call("wire_payout", {"invoice": "R-12", "cents": 910000}, status="rejected"),
            reason="The approver declined the payout.",
        ),
        first=2,
        why="the run failed because of the approval",
    ),
    Case(
        name="a refund that the approver declined, and a smaller one that nobody had to approve",
        run=duckie(
            "completed",
            call("issue_refund", {"order": "O-5", "cents": 40000}, status="rejected"),
            call("issue_refund", {"order": "O-5", "cents": 5000}, {"refund": "re-9"}),
            reply("We give you back 50 euros."),
            outcome="resolved",
        ),
        why="the refusal was a decision, and the run went on by it",
    ),
    Case(
        name="a customer who pastes an error and wants a person",
        run=duckie(
            "completed",
            call("get_account", {"mail_hash": "aa1"}, {"account": "ac-1", "last_error": None}),
            escalate("The customer asks for a person."),
            outcome="escalated",
            reason="Customer asked for a person.",
            said=(("customer", "I always get 'Error 500: internal failure' from you. Give me a human!"),),
        ),
        states={1: "ok", 2: "ok"},
        why="nothing that the run did failed",
    ),
    Case(
        name="three of five reminders, told in a sentence",
        run=duckie(
            "completed",
            call("list_overdue", {"month": "2026-10"}, {"invoices": ["R-1", "R-2", "R-3", "R-4", "R-5"]}),
            call("send_reminders", {"invoices": 5}, "3 of 5 sent. 2 failed: mailbox full"),
            reply("All reminders are out."),
        ),
        first=2,
        inferred=True,
        why="two reminders are not out, which the answer itself calls failed",
    ),
    Case(
        name="three of five reminders, the other two sent one by one",
        run=duckie(
            "completed",
            call(
                "send_reminders",
                {"invoices": ["R-1", "R-2", "R-3", "R-4", "R-5"]},
                {
                    "sent": 3,
                    "failed": [{"invoice": "R-4", "why": "timeout"}, {"invoice": "R-5", "why": "timeout"}],
                },
            ),
            call("send_reminders", {"invoices": ["R-4"]}, {"sent": 1, "failed": []}),
            call("send_reminders", {"invoices": ["R-5"]}, {"sent": 1, "failed": []}),
            reply("All reminders are out."),
            outcome="resolved",
        ),
        why="in the end all five are out",
    ),
    Case(
        name="a ticket whose making timed out, made again with the same key",
        run=duckie(
            "completed",
            call("get_form", {"form": "f-1"}, {"subject": "Printer"}),
            call("create_ticket", {"subject": "Printer", "idempotency_key": "k-1"}, error=LOST),
            call(
                "create_ticket",
                {"subject": "Printer", "idempotency_key": "k-1"},
                {"ticket": "T-1", "idempotent_replay": True},
            ),
            reply("T-1 is made."),
            outcome="resolved",
        ),
        recovered=(2,),
        why="the ticket is there, and only once",
    ),
    Case(
        name="a new colleague who gets everything but a licence",
        run=duckie(
            "completed",
            call("get_person", {"person": "e-40"}, {"person": "e-40", "team": "sales"}),
            call("create_account", {"person": "e-40"}, {"account": "ac-40"}),
            call("create_mailbox", {"account": "ac-40"}, error="Read timed out (30 s)"),
            call("create_mailbox", {"account": "ac-40"}, error="Read timed out (30 s)"),
            call("create_mailbox", {"account": "ac-40"}, {"mailbox": "mb-40"}),
            call("order_laptop", {"person": "e-40"}, {"order": "LO-2"}),
            call("assign_licence", {"account": "ac-40", "product": "crm"}, error="All 25 licences are in use"),
            call("add_to_list", {"mailbox": "mb-40", "list": "sales"}, {"added": True}),
            call("book_desk", {"person": "e-40"}, {"desk": "4-12"}),
            call("send_welcome", {"mailbox": "mb-40"}, {"sent": True}),
            note("response", "Tell the manager", content="Everything is set up."),
            outcome="resolved",
        ),
        first=7,
        recovered=(3, 4),
        why="the mailbox came at the third try, the licence never did",
    ),
    Case(
        name="no duplicate, as it should be, and a contact made",
        run=duckie(
            "completed",
            call("find_duplicates", {"mail_hash": "c3"}, []),
            call("create_contact", {"mail_hash": "c3"}, {"id": "co-3"}),
            reply("Welcome."),
            outcome="resolved",
        ),
        states={1: "ok", 2: "ok"},
        why="to find none is what was hoped for",
    ),
    Case(
        name="an order that is nowhere, for which the run failed",
        run=duckie(
            "failed",
            call("find_orders", {"customer": "c-77"}, {"orders": [], "count": 0}),
            reason="No order was found for the customer.",
        ),
        why="the search answered; that there is no order is no step's failure",
    ),
)
