"""Plain runs with outputs that look like errors or do not, and with no failing step."""

from __future__ import annotations

from typing import Final

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import (
    call,
    conduit,
    duckie,
    happyrobot,
    node,
    reply,
    says,
    session,
    traced,
)

_SHAPED: Final = (
    Case(
        name="success false under completed",
        run=duckie(
            "completed",
            call("apply_coupon", {"code": "SAVE10"}, {"success": False, "message": "Coupon service unreachable"}),
            reply("I could not apply it."),
        ),
        first=1,
        inferred=True,
        why="the output is an error",
    ),
    Case(
        name="status code in the output of a completed step",
        run=duckie(
            "failed",
            call("http_request", {"url": "https://api.example.test/v1/orders"}, {"statusCode": 500, "body": "oops"}),
            reply("Something went wrong"),
        ),
        first=1,
        inferred=True,
        why="HTTP 500",
    ),
    Case(
        name="an error as a text",
        run=duckie(
            "completed",
            call("run_sql", {"query": "select 1"}, 'ERROR: relation "orders" does not exist'),
            reply("I could not look."),
        ),
        first=1,
        inferred=True,
        why="the text is an error",
    ),
    Case(
        name="an MCP result with isError",
        run=duckie(
            "failed",
            call(
                "notion_create_page",
                {"title": "x"},
                {"isError": True, "content": [{"type": "text", "text": "rate limited"}]},
            ),
        ),
        first=1,
        inferred=True,
        why="isError",
    ),
    Case(
        name="GraphQL errors under 200",
        run=conduit(
            "failed",
            traced(
                "graphql", {"query": "mutation"}, {"data": None, "errors": [{"message": "Variable $id is not set"}]}
            ),
            error="Agent run failed",
        ),
        first=1,
        inferred=True,
        why="GraphQL errors",
    ),
    Case(
        name="a JSON string that holds an error",
        run=happyrobot(
            "failed",
            node("Webhook rate confirm", 1, '{"error":"Unauthorized","message":"Invalid API key"}', data={"load": 3}),
        ),
        first=1,
        inferred=True,
        why="an error inside a string",
    ),
    Case(
        name="german error text",
        run=conduit(
            "failed",
            traced("buchung_stornieren", {"nr": "B-4"}, {"erfolg": False, "fehler": "Buchung ist gesperrt"}),
            error="Lauf abgebrochen",
        ),
        first=1,
        inferred=True,
        why="fehler and erfolg say it in German",
    ),
    Case(
        name="spanish and a status",
        run=duckie(
            "failed",
            call("consultar_pedido", {"pedido": 7}, {"estado": "error", "mensaje": "servicio no disponible"}),
        ),
        first=1,
        inferred=True,
        why="estado error with its message",
    ),
    Case(
        name="a payment that was declined",
        run=duckie(
            "completed",
            call("charge_card", {"order": "O-1"}, {"status": "declined", "decline_code": "insufficient_funds"}),
            reply("Your card was declined."),
            outcome="resolved",
        ),
        why="declined is an answer of the card, the run told it",
    ),
    Case(
        name="bulk result with one bad row",
        run=duckie(
            "completed",
            call(
                "bulk_update", {"ids": [1, 2, 3]}, {"updated": 2, "failed": 1, "errors": [{"id": 3, "error": "locked"}]}
            ),
            reply("Two of three were updated."),
        ),
        first=1,
        inferred=True,
        why="of a deed to several things, one that failed is enough",
    ),
)

_NO_ERRORS: Final = (
    Case(
        name="0 errors",
        run=duckie("completed", call("lint_config", {"f": "a"}, "Validation finished: 0 errors, 2 warnings"), reply()),
        why="no error",
    ),
    Case(
        name="errors empty list",
        run=duckie("completed", call("import_csv", {"f": "a"}, {"rows": 5, "errors": [], "failed": 0}), reply()),
        why="no error",
    ),
    Case(
        name="error null and status ok in a failed run",
        run=duckie(
            "failed",
            call("sync", {"a": 1}, {"error": None, "status": "ok"}),
            call("push", {"a": 1}, error="disk full"),
        ),
        first=2,
        why="error null is none",
    ),
    Case(
        name="knowledge article about errors",
        run=duckie(
            "completed",
            call(
                "kb_search", {"q": "error 403"}, [{"title": "Error 403: Forbidden", "body": "Error: you lack rights"}]
            ),
            reply("See the article."),
            outcome="resolved",
        ),
        why="an article about an error",
    ),
    Case(
        name="log search that found errors",
        run=conduit(
            "completed",
            traced("search_logs", {"service": "lock"}, {"count": 2, "logs": ["ERROR timeout", "ERROR timeout"]}),
            response="The lock timed out twice.",
        ),
        why="the tool worked",
    ),
    Case(
        name="an order whose status is failed",
        run=duckie(
            "completed",
            call(
                "get_payment",
                {"id": "p1"},
                {"id": "p1", "status": "failed", "amount": 10, "failure_reason": "expired card"},
            ),
            reply("Your payment failed since your card expired."),
            outcome="resolved",
        ),
        why="the payment failed, the lookup did not",
    ),
    Case(
        name="error rate statistic",
        run=happyrobot(
            "completed", node("Get metrics", 1, {"error_rate": 0.2, "errors": 12, "requests": 60}, data={"d": 1})
        ),
        why="a count of errors is data",
    ),
)

_NO_STEP: Final = (
    Case(
        name="failed though every step is fine",
        run=duckie("failed", call("get_order", {"id": 1}, {"id": 1}), reply("Here it is")),
        why="nothing failed",
    ),
    Case(name="failed before any step", run=duckie("failed"), why="nothing there"),
    Case(
        name="the model went out of context",
        run=conduit(
            "failed",
            traced("get_reservation", {"id": 1}, {"status": "confirmed"}),
            error="LLM request failed: maximum context length exceeded",
        ),
        why="no tool failed",
    ),
    Case(
        name="failed with only recovered errors",
        run=duckie(
            "failed",
            call("get_quote", {"id": "q1"}, error="timeout"),
            call("get_quote", {"id": "q1"}, {"id": "q1", "total": 3}),
            reply("Total 3"),
        ),
        recovered=(1,),
        why="the one failure was made good",
    ),
    Case(
        name="nothing but talk",
        run=happyrobot("failed", session(says("assistant", "Hello?", 1), says("user", "bye", 2), duration=4)),
        why="the call was fine",
    ),
)

CASES: Final[tuple[Case, ...]] = (*_SHAPED, *_NO_ERRORS, *_NO_STEP)
