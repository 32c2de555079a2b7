"""Which outputs say that something failed, that something was stopped, that all went well, or nothing at all."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rundown_mcp.analysis.error_members import says_something
from rundown_mcp.analysis.names import Subject
from rundown_mcp.analysis.shapes import Says, shape_of
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted


def payload(value: JsonValue) -> Untrusted:
    return Untrusted(value, Kind.PAYLOAD)


@pytest.mark.parametrize(
    ("output", "error"),
    [
        ({"error": "no such booking"}, "no such booking"),
        ({"errors": ["a", "b"]}, '["a","b"]'),
        ({"error": None, "errors": [{"code": "E1"}]}, '[{"code":"e1"}]'),
        ({"error": True, "message": "declined"}, "declined"),
        ({"error": 7}, "7"),
        ({"ok": False, "message": "declined"}, "declined"),
        ({"success": False, "detail": "too late"}, "too late"),
        ({"success": False, "error": {"code": "LOCK"}}, '{"code":"lock"}'),
        ({"success": "false", "detail": "too late"}, "too late"),
        ({"isError": True, "reason": "quota"}, "quota"),
        ({"fault": {"code": 3}}, '{"code":3}'),
        ({"errorCode": "E1", "message": "boom"}, "boom"),
        ({"type": "error", "message": "boom"}, "boom"),
        ({"result": "failure", "message": "boom"}, "boom"),
        ({"status": "timeout"}, '{"status":"timeout"}'),
        ({"is_error": True}, '{"is_error":true}'),
        ({"status": 503, "message": "overloaded"}, "overloaded"),
        ({"status_code": 404}, '{"status_code":404}'),
        ({"statusCode": "500", "message": "boom"}, "boom"),
        ({"status": "HTTP 502 Bad Gateway"}, '{"status":"http 502 bad gateway"}'),
        ({"status": "error", "error_message": "boom"}, "boom"),
        ({"status": "FAILED"}, '{"status":"failed"}'),
        ({"code": 404, "message": "Not Found"}, "not found"),
        ({"code": "ECONNREFUSED", "message": "no route"}, "no route"),
        ({"result": {"error": "inside"}}, "inside"),
        ({"body": '{"error": "inside"}', "headers": {}}, "inside"),
        ({"data": {"ok": False, "message": "inside"}, "request_id": "r-1"}, "inside"),
        ({"content": [{"type": "text", "text": "Error: inside"}]}, "error: inside"),
        ('{"error": "as text"}', "as text"),
        ('"{\\"error\\": \\"twice\\"}"', "twice"),
        ("ValueError: no date", "valueerror: no date"),
        ({"exception": "java.lang.NullPointerException: no order"}, "java.lang.nullpointerexception: no order"),
        ({"exception": {"class": "Boom", "message": "late"}}, '{"class":"boom","message":"late"}'),
        ({"exception": "late", "message": "boom"}, "late"),
        ({"type": "error", "reason": "boom"}, "boom"),
        ({"type": "ValidationError", "message": "boom"}, "boom"),
        ({"__type": "com.example#ThrottlingException", "message": "boom"}, "boom"),
        ({"status": 500, "error": "boom", "items": 3}, "boom"),
        ({"status": 404, "url": "/orders", "data": None}, '{"status":404,"url":"/orders","data":null}'),
        ({"Error": {"Code": "NoSuchKey"}}, '{"code":"nosuchkey"}'),
        ({"errcode": 40001, "errmsg": "boom"}, "boom"),
        ({"code": 14, "message": "boom", "details": []}, "boom"),
        ({"code": "UNAVAILABLE", "message": "boom"}, "boom"),
        ({"data": {"update": {"userErrors": [{"message": "boom"}]}}}, '[{"message":"boom"}]'),
        ({"soap:Envelope": {"soap:Body": {"soap:Fault": {"faultstring": "boom"}}}}, '{"faultstring":"boom"}'),
        ({"transferred": False, "reason": "queue is closed"}, "queue is closed"),
        ("<s:Envelope><s:Body><s:Fault>", "<s:envelope><s:body><s:fault>"),
        ("<html><title>Access Denied</title>", "<html><title>access denied</title>"),
        ("rpc error: code = Unavailable desc = x", "rpc error: code = unavailable desc = x"),
        ({"results": [{"ok": True}, {"ok": False, "error": "boom"}]}, "boom"),
        ([{"errorCode": "E1", "message": "boom"}], '[{"errorcode":"e1","message":"boom"}]'),
        ({"type": "https://a.example/problems/full", "title": "Full", "detail": "boom"}, "boom"),
        ({"status": "fail", "data": {"room": "boom"}}, '{"status":"fail","data":{"room":"boom"}}'),
        ({"success": 0, "message": "boom"}, "boom"),
        ({"stderr": "boom", "exit_code": 1}, '{"stderr":"boom","exit_code":1}'),
        ({"ResponseMetadata": {"HTTPStatusCode": 500}}, '{"httpstatuscode":500}'),
        ("Process exited with code 1: boom", "process exited with code 1: boom"),
        ("{'status': 'error', 'message': 'boom'}", "{'status': 'error', 'message': 'boom'}"),
        ("<r><status>error</status></r>", "<r><status>error</status></r>"),
        ("Tool execution failed: boom", "tool execution failed: boom"),
        ("Failed to book the room.", "failed to book the room."),
        ("Erreur 503 : boom", "erreur 503 : boom"),
        ("请求失败：超时", "请求失败：超时"),
        ("Ошибка: нет мест", "ошибка: нет мест"),
        ("14 UNAVAILABLE: no route", "14 unavailable: no route"),
        ("Fehler: kein Zimmer frei", "fehler: kein zimmer frei"),
        ("エラー： 満室です", "エラー： 満室です"),
        ("a.b.TimeoutException: late", "a.b.timeoutexception: late"),
        ("Traceback (most recent call last):\n…", "traceback (most recent call last):\n…"),
        ("ERROR cannot reach the host", "error cannot reach the host"),
        ("[ERROR] no route to host", "[error] no route to host"),
        ("HTTP 504 Gateway Timeout", "http 504 gateway timeout"),
        ("HTTP/1.1 429 Too Many Requests", "http/1.1 429 too many requests"),
        ("Error (E12): no such file", "error (e12): no such file"),
        ("Error 409 conflicts must be resolved by hand", "error 409 conflicts must be resolved by hand"),
        ("ERROR name cannot be resolved", "error name cannot be resolved"),
        ("ERROR host resolved to nothing", "error host resolved to nothing"),
        ({"code": 4001, "msg": "operation unsuccessful, too few points"}, "operation unsuccessful, too few points"),
        ("failed: card declined", "failed: card declined"),
        ('{"error": "gateway timeo', '{"error": "gateway timeo'),
        ('{"success": false, "rows": [1', '{"success": false, "rows": [1'),
        ("{'error': 'no room'}", "{'error': 'no room'}"),
        ("<html><title>502 Bad Gateway</title>", "<html><title>502 bad gateway</title>"),
        ("<Error><Code>AccessDenied</Code></Error>", "<error><code>accessdenied</code></error>"),
        ("503 Service Unavailable", "503 service unavailable"),
        ("Forbidden", "forbidden"),
        ("connect ETIMEDOUT 10.0.0.1:443", "connect etimedout 10.0.0.1:443"),
        ("The request timed out.", "the request timed out."),
        ("error=timeout", "error=timeout"),
    ],
)
def test_error_shaped_outputs_give_what_they_say_went_wrong(output: JsonValue, error: str) -> None:
    shape = shape_of(payload(output))
    assert shape.says is Says.FAILED
    assert shape.error is not None
    assert shape.error.folded() == error


@pytest.mark.parametrize(
    "output",
    [
        {"error": None, "errors": [], "log": "sync finished with 0 errors"},
        {"error": {"code": None, "message": ""}},
        {"error": {"code": 0, "message": "OK"}},
        {"errors": [None, {}]},
        {"error": "", "ok": True},
        {"error": False},
        {"error": 0},
        {"prediction": 4.1, "error": 0.02},
        {"accuracy": 0.9, "error": 3},
        {"stdout": "ok", "stderr": "a warning", "exit_code": 0},
        {"error": "none"},
        {"error_count": 0},
        {"errors": 3, "processed": 10},
        {"failed": 3, "passed": 12},
        {"status": 200},
        {"status": 600},
        {"status": "completed"},
        {"status": True},
        {"status": "404th floor"},
        {"status": "unavailable", "room": "r-4"},
        {"outcome": "failed", "reason": "nobody at home"},
        {"error": "No errors found."},
        {"type": "error_report"},
        {"type": "error", "label": "billing"},
        {"type": "user_error", "score": 0.8},
        {"exception": "holiday weekend"},
        {"exception": {"date": "2027-01-01", "open": False}},
        {"fault": "the other driver", "claim": 7},
        {"status": 500, "items": 3},
        {"status": "404", "rows": [1]},
        {"errcode": 0, "errmsg": "ok"},
        {"code": 14, "message": "days left"},
        {"data": {"update": {"id": 1, "userErrors": []}}},
        {"created": False, "id": "C-1"},
        {"created": False, "updated": True, "message": "merged"},
        {"created": False, "message": "contact already exists"},
        {"code": 503, "city": "Shizuoka"},
        {"code": 404, "message": "Your code for 10 % off"},
        {"code": 7, "msg": "no new messages"},
        {"code": 10000, "msg": "success, not cached"},
        {"code": 1000, "msg": "操作成功，不需要重试"},
        {"failures": ["t1"], "passed": 9},
        {"updated": False, "note": "nothing changed"},
        {"sent": False, "note": "queued for later"},
        {"executed": False, "info": "dry run"},
        {"hata": "yok"},
        {"fel": "ingen"},
        {"virhe": "ei"},
        {"ошибка": "нет"},
        {"오류": "없음"},
        {"status_code": math.inf},
        {"status_code": math.nan},
        {"ok": "not false"},
        {"body": "Error: my screen says so", "subject": "help"},
        {"blocked": False, "guardrail": None},
        [{"error": "inside a list"}],
        [],
        7,
        True,
        "Done.",
        "200 OK",
        '{"rows": []}',
    ],
)
def test_outputs_that_merely_mention_errors_are_fine(output: JsonValue) -> None:
    assert shape_of(payload(output)).says is Says.FINE


@pytest.mark.parametrize(
    "output",
    [
        "checked 3 shelves, 0 errors, 0 failed",
        "None of the calls failed.",
        "Nothing failed",
        "No test failed: all green",
        "Fehler: keine",
        "エラー：なし",
        "The customer reported an error.",
        "Error: none",
        "failed: 0, passed: 12",
        "failed: 3 of 12",
        "12 passed, 1 failed",
        "Tests: 1 failed, 5 passed, 6 total",
        "Retried: 1 failed, then sent",
        "Hata: yok",
        "Error 500 on checkout has been resolved",
        "ERROR count: 0",
        "error-free since May",
        "404 Main Street",
        "Timeout settings were updated",
        "Forbidden City tours",
        "Not found",
        "<html><title>Our 500 rooms</title>",
        "{'error': None}",
        '{"error": null, "rows": [1',
        '{"rows": [1',
        "{not JSON}",
        {"success": True, "error": "row 3 had no price"},
        None,
        False,
        "",
        {},
        [{"type": "text", "text": "Your table is booked."}],
    ],
)
def test_outputs_that_prove_nothing_are_unclear(output: JsonValue) -> None:
    assert shape_of(payload(output)).says is Says.UNCLEAR


@pytest.mark.parametrize(
    "output",
    [
        {"blocked": True, "guardrail": "legal threats"},
        {"status": "rejected", "approver": "Ann"},
        {"status": "denied", "policy": "refunds"},
    ],
)
def test_outputs_that_name_who_said_no_are_stops(output: JsonValue) -> None:
    assert shape_of(payload(output)).says is Says.STOPPED


def test_the_state_of_what_a_lookup_found_is_not_the_lookups() -> None:
    beside: list[dict[str, JsonValue]] = [{"id": "pay_1", "amount": 10}, {"id": "pay_1"}, {}]
    for members in beside:
        found = payload({**members, "status": "failed"})
        assert shape_of(found, Subject.THING).says is Says.FINE
        assert shape_of(found).says is Says.FAILED
    assert shape_of(payload({"status": "failed", "message": "no index"}), Subject.THING).says is Says.FAILED


@pytest.mark.parametrize("wrapped", [lambda parts: parts, lambda parts: {"content": parts}], ids=["bare", "content"])
def test_the_state_of_what_a_tool_of_mcp_looked_up_is_not_the_tools(wrapped: Callable[[JsonValue], JsonValue]) -> None:
    found = wrapped([{"type": "text", "text": '{"id":"pay_1","status":"failed","amount":10}'}])
    assert shape_of(payload(found), Subject.THING).says is Says.FINE
    assert shape_of(payload(found)).says is Says.FAILED


def test_what_the_vendor_has_hidden_says_something_and_null_says_nothing() -> None:
    assert says_something(Untrusted("[REDACTED]", Kind.TEXT, redacted=True))
    assert not says_something(Untrusted(None, Kind.TEXT, redacted=True))


def test_wrappers_within_wrappers_are_read_to_a_depth_and_no_further() -> None:
    deep: JsonValue = {"error": "deep"}
    for _ in range(40):
        deep = {"result": deep}
    assert shape_of(payload(deep)).says is Says.FINE
    nested: JsonValue = "x"
    for _ in range(40):
        nested = {"code": [nested]}
    assert shape_of(payload({"error": nested})).says is Says.FAILED


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "status", "code", "result", "data", "ok", "body"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(json_values)
def test_any_output_has_a_shape_and_only_failures_and_stops_have_an_error(output: JsonValue) -> None:
    shape = shape_of(payload(output))
    assert (shape.error is None) or shape.says in {Says.FAILED, Says.STOPPED}
    assert shape.says is not Says.FAILED or shape.error is not None


def test_errors_that_a_tool_looks_for_or_that_a_thing_has_are_no_errors_of_the_call() -> None:
    found = payload({"errors": [{"message": "street is unknown"}]})
    assert shape_of(found, Subject.FAULTS).says is Says.FINE
    assert shape_of(found, Subject.THING).says is Says.FAILED
    declined = payload({"id": "p-1", "amount": 9, "status": "failed", "error": {"message": "declined"}})
    assert shape_of(declined, Subject.THING).says is Says.FINE
    assert shape_of(declined).says is Says.FAILED


def test_a_sentence_of_failure_counts_for_a_deed_and_may_be_the_answer_of_a_lookup() -> None:
    for said in ("Could not find a table.", "Delivery failed: nobody at home"):
        assert shape_of(payload(said)).says is Says.FAILED
        assert shape_of(payload(said), Subject.THING).says is Says.UNCLEAR
