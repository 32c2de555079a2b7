"""What of an error stays the same when it happens again, and what tells one cause from another."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tools.handmade import detail, step, text

from rundown_mcp.analysis.kinds import Facet, FailureKind
from rundown_mcp.analysis.signature import (
    MOST_KEPT,
    Failure,
    Signature,
    failure_like,
    failure_of,
    failure_of_row,
    is_told_by,
    signature,
)
from rundown_mcp.domain.run import Named, Outcome, OutcomeWord, RunDetail, Status, StepState
from rundown_mcp.domain.text import Kind, Untrusted

TEMPLATES = (
    "HTTP 504 Gateway Timeout from https://{host}/v2/charges/{id}: upstream did not answer within {number} ms",
    "HTTP 401: token {id} of {email} expired at {time}",
    "customer {quote} not found in workspace {uuid}",
    "payment of {amount} for {name} was declined (request {id})",
    "connect ECONNREFUSED {ip}:5432 after {number} tries",
    "No knowledge found for {quote}: best match 0.{number} is below the threshold",
    "bucket {host} holds no object {id}, asked by {name} on {date}",
)
_HEX = "0123456789abcdef"
_NAMES = st.sampled_from(
    [
        "Maria Gonçalves",
        "Jürgen Weiß",
        "山田太郎",
        "محمد الأحمد",
        "Анна Петрова",
        "김민준",
        "Nguyễn Thị Hoa",
        "Zoë O'Brien",
    ]
)
_QUOTED = st.sampled_from(["blue tent", "zwei", "大人2名", "غرفتان", "до завтра", "it's", "", "a-1"])
VARYING: dict[str, st.SearchStrategy[str]] = {
    "number": st.integers(1, 10**7).map(str) | st.just("٣٠٠") | st.just("３０"),
    "id": st.from_regex(r"(?:ch_|req-|A-|#)?[a-z0-9]{4,12}[0-9]", fullmatch=True),
    "uuid": st.uuids().map(str),
    "host": st.builds("{}-{}.acme.example".format, st.sampled_from(["pay", "crm"]), st.integers(1, 99)),
    "ip": st.ip_addresses(v=4).map(str),
    "email": st.from_regex(r"[a-z]{2,8}\.[a-z]{2,8}@[a-z]{3,8}\.example", fullmatch=True),
    "name": _NAMES,
    "quote": st.tuples(st.sampled_from(["''", '""', "“”", "«»", "「」"]), _QUOTED).map(
        lambda drawn: drawn[0][0] + drawn[1] + drawn[0][1]
    ),
    "amount": st.sampled_from(["€12.50", "1.234,56 EUR", "USD 9", "$1,000.00", "¥500", "12'000.05 CHF"]),
    "time": st.datetimes().map(lambda at: at.isoformat() + "Z"),
    "date": st.dates().map(str),
}  # fmt: skip
_FILLED = st.fixed_dictionaries(VARYING)


def of(error: Any, tool: str | None = "charge", people: tuple[str, ...] = ()) -> Signature:  # noqa: ANN401 - any JSON
    named = text(tool, Kind.NAME) if tool else None
    return signature(named, text(error, Kind.PAYLOAD), tuple(text(name, Kind.IDENTITY) for name in people))


@given(template=st.sampled_from(TEMPLATES), one=_FILLED, other=_FILLED)
@settings(max_examples=250, deadline=None, derandomize=True)
def test_ids_numbers_times_hosts_quotes_names_and_amounts_make_no_difference(
    template: str, one: dict[str, str], other: dict[str, str]
) -> None:
    assert of(template.format(**one)) == of(template.format(**other))


def test_keys_with_a_word_before_them_make_no_difference() -> None:
    one, other = "0aB1" * 10, "c2D3" * 10
    keys = (one, f"xoxb-{one}", f"xoxb-{other}", f"sk-{other}", f"ghp_{other}")
    assert len({of(f"could not connect (used key {key})") for key in keys}) == 1


@given(
    status=st.sampled_from([400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504]),
    other=st.sampled_from([400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504]),
    form=st.sampled_from(
        [
            "HTTP {}: it broke",
            "status code {}: it broke",
            "server returned {}: it broke",
            "{}: it broke",
            "error {}: x y",
        ]
    ),
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_statuses_are_kept_apart(status: int, other: int, form: str) -> None:
    assert of(form.format(status)).status == status
    assert (of(form.format(status)) == of(form.format(other))) == (status == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Twilio error 21211: no", "Twilio error 21610: no"),
        ("ORA-00942: it failed", "ORA-01017: it failed"),
        ("query failed (SQLSTATE 40P01)", "query failed (SQLSTATE 23505)"),
        ("DEVICE_OFFLINE: cannot act", "DEVICE_LOCKED: cannot act"),
        ("rpc error: code = NotReady desc = try", "rpc error: code = Closed desc = try"),
        ('column "total" does not exist', 'column "zone" does not exist'),
        ("missing scope 'contacts.read'", "missing scope 'contacts.write'"),
        ("reading 'quantity' of undefined", "reading 'location' of undefined"),
        ("amount: must be positive", "currency: must be positive"),
        ("POST /v1/refunds/12 refused", "POST /v1/orders/12 refused"),
        ({"code": "card_declined", "message": "no"}, {"code": "card_expired", "message": "no"}),
        ({"loc": ["body", "guests"], "msg": "field required"}, {"loc": ["body", "arrival"], "msg": "field required"}),
    ],
)
def test_codes_and_the_names_of_fields_tell_causes_apart(one: object, other: object) -> None:
    assert of(one) != of(other)


@given(keys=st.permutations(["code", "message", "status", "request_id", "at", "details"]), number=st.integers(1, 10**9))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_the_order_of_keys_and_members_that_are_particulars_make_no_difference(keys: list[str], number: int) -> None:
    members = {
        "code": "quota_used",
        "message": f"quota of {number} is used up",
        "status": 429,
        "request_id": f"req_{number}",
        "at": number,
        "details": {"reason": "monthly quota", "trace": str(number)},
    }
    given_order = {key: members[key] for key in keys}
    expected = of({**members, "request_id": "another", "at": 1, "message": "quota of 5 is used up"})
    assert of(given_order) == expected
    assert of("HTTP 429: " + json.dumps(given_order)) == of("HTTP 429: " + json.dumps(members))


@pytest.mark.parametrize(
    ("error", "kind", "facet"),
    [
        ("connect ECONNREFUSED 10.0.0.1:5432", FailureKind.UNAVAILABLE, None),
        ("Zeitüberschreitung der Anforderung", FailureKind.UNAVAILABLE, None),
        ("接続がタイムアウトしました", FailureKind.UNAVAILABLE, None),
        ("HTTP 503", FailureKind.UNAVAILABLE, None),
        ("HTTP 500: it broke", FailureKind.SERVER, None),
        ("HTTP 521: origin", FailureKind.SERVER, None),
        ("HTTP 429", FailureKind.RATE, None),
        ("HTTP 403: rate limit exceeded", FailureKind.RATE, None),
        ("You exceeded your monthly quota", FailureKind.QUOTA, None),
        ("jwt expired: unauthorized", FailureKind.CREDENTIAL, Facet.EXPIRED),
        ("HTTP 401: invalid API key", FailureKind.CREDENTIAL, Facet.INVALID),
        ("HTTP 401", FailureKind.CREDENTIAL, None),
        ("HTTP 403: missing scope 'a.b'", FailureKind.FORBIDDEN, None),
        ("certificate has expired", FailureKind.TLS, Facet.EXPIRED),
        ("TLS: self-signed certificate", FailureKind.TLS, Facet.UNTRUSTED),
        ("getaddrinfo ENOTFOUND a.example", FailureKind.DNS, None),
        ("HTTP 400: maximum context length is 9 tokens", FailureKind.TOO_LONG, None),
        ("QueuePool limit of size 5 reached, connection timed out", FailureKind.RESOURCES, None),
        ("duplicate key", FailureKind.CONFLICT, None),
        ("TypeError: x is not a function", FailureKind.CRASH, None),
        ("amount is required", FailureKind.INVALID, None),
        ("kein Kunde, nicht gefunden", FailureKind.NOT_FOUND, None),
        ("it did not work", FailureKind.OTHER, None),
        ("An unexpected error occurred", FailureKind.OTHER, None),
        ("the room is unavailable on that day", FailureKind.OTHER, None),
        ("could not reach the customer", FailureKind.OTHER, None),
        ("cannot reach postgresql://db", FailureKind.UNAVAILABLE, None),
        ("14 UNAVAILABLE: no connection", FailureKind.UNAVAILABLE, None),
        ("billing address is required", FailureKind.INVALID, None),
        ("gift certificate 5 not found", FailureKind.NOT_FOUND, None),
        ("the amount is too large", FailureKind.OTHER, None),
        ("request body too large", FailureKind.TOO_LONG, None),
        ({"error": {"type": "overloaded_error"}}, FailureKind.UNAVAILABLE, None),
    ],
)
def test_the_kind_of_a_failure_is_told_by_its_status_and_words(
    error: object, kind: FailureKind, facet: Facet | None
) -> None:
    assert (of(error).kind, of(error).facet) == (kind, facet)


@pytest.mark.parametrize(
    ("error", "status", "codes"),
    [
        ({"code": "21211"}, None, {"21211"}),
        ({"code": "404", "message": "no"}, 404, set()),
        ({"error": "rate_limit_error"}, None, {"rate_limit_error"}),
        ({"error": True, "status": 503}, 503, set()),
        ({"errors": [{"extensions": {"code": "THROTTLED"}}]}, None, {"throttled"}),
        ("it failed: [{'no': 'json'}]", None, set()),
        ('HTTP 400: {"error": {"type": "bad_request", "param": "amount"}} (request 5)', 400, {"bad_request"}),
        ("550 5.1.1 no such mailbox", None, {"5.1.1"}),
        ("<Error><Code>AccessDenied</Code></Error>", None, {"accessdenied"}),
    ],
)
def test_statuses_and_codes_are_read_wherever_they_stand(error: object, status: int | None, codes: set[str]) -> None:
    assert (of(error).status, set(of(error).codes)) == (status, codes)


def test_where_in_the_code_it_happened_makes_no_difference() -> None:
    bare = of("ValueError: no price for the item")
    stack = 'Traceback (most recent call last):\n  File "/a/b.py", line 3, in c\n    d()\n'
    assert of(f"{stack}ValueError: no price for the item") == bare
    assert of("ValueError: no price for the item\n    at f (/app/x.js:3:4)\n    at g (/app/y.js:5:6)") == bare


def test_people_whom_the_run_names_are_left_out_of_its_errors_even_where_nothing_else_tells_them() -> None:
    assert of("order of ottilie refused", people=("Ottilie",)) == of("order of egon refused", people=("egon", "x"))
    assert of("cannot order", people=("Ann", "can")) == of("cannot order")


def test_a_signature_does_not_print_what_came_from_outside() -> None:
    shown = repr(of("SECRET_CODE: a word from outside at pay.acme.example", tool="outside"))
    assert "outside" not in shown
    assert "secret" not in shown.casefold()
    assert "acme" not in shown


@given(
    error=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["error", "message", "code", "status", "detail", "errors", "x"]), inner, max_size=4
            )
        ),
        max_leaves=20,
    )
)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_json_has_a_signature(error: object) -> None:
    assert of(error) == of(json.loads(json.dumps(error)))


@pytest.mark.parametrize(
    "long", ["a" * 100_000, "1" * 100_000, "a.b-" * 30_000, "'x" * 50_000, "{" * 20_000, "/a" * 50_000]
)
def test_hostile_texts_of_any_length_are_read_in_a_moment(long: str) -> None:
    for _ in range(20):
        of(long)


def failed(whole: RunDetail) -> Failure:
    failure = failure_of(whole)
    assert failure is not None
    return failure


def test_the_first_failure_that_nothing_made_good_names_the_tool_and_the_error() -> None:
    whole = detail(
        step(1, StepState.FAILED, "search", input={"q": 1}, error="HTTP 429"),
        step(2, StepState.OK, "search", input={"q": 1}),
        step(3, StepState.FAILED, "charge", error="HTTP 504: no answer"),
        error=text("the run failed"),
        agent=Named(name=text("Desk", Kind.NAME)),
    )
    failure = failed(whole)
    assert (failure.tool, failure.error) == (text("charge"), text("HTTP 504: no answer"))
    assert failure.signature == of("HTTP 504: no answer")
    assert failure.agent_label == text("Desk")
    assert (failure.uncertain, failure.by_row) == (False, False)


def test_without_a_step_the_runs_own_error_counts_then_the_reason_of_its_outcome_then_nothing() -> None:
    reason = Outcome(word=OutcomeWord.ESCALATED, reason=text("the customer asked for it"))
    assert failed(detail(error=text("budget spent"), outcome=reason)).error == text("budget spent")
    assert failed(detail(outcome=reason)).error == text("the customer asked for it")
    silent = failed(detail())
    assert (silent.error, silent.tool, silent.signature.kind) == (None, None, FailureKind.SILENT)


def test_where_no_step_can_be_named_the_first_candidate_stands_for_it_and_says_so() -> None:
    whole = detail(
        step(1, StepState.FAILED, "search", error="HTTP 500"),
        step(2, StepState.OK, "search"),
    )
    failure = failed(whole)
    assert failure.uncertain
    assert (failure.tool, failure.signature.status) == (text("search"), 500)


def test_a_step_that_was_stopped_is_no_error() -> None:
    whole = detail(step(1, StepState.UNKNOWN, "approve", said="rejected"), outcome=Outcome(reason=text("HTTP 500")))
    assert failed(whole).signature.kind is FailureKind.STOPPED
    assert failed(detail(step(1, StepState.WAITING, "approve"))).signature.kind is FailureKind.STOPPED


def test_a_step_that_went_well_and_is_named_in_the_runs_error_was_not_stopped() -> None:
    done = step(1, StepState.OK, "charge_card", output={"ok": True})
    failure = failed(detail(done, error=text("HTTP 500 from charge_card")))
    assert (failure.uncertain, failure.signature.kind) == (True, FailureKind.SERVER)


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.CANCELLED, Status.RUNNING])
def test_a_run_in_which_nothing_failed_is_no_failure_unless_it_says_so(status: Status) -> None:
    assert failure_of(detail(step(1, tool="search"), status=status)) is None
    assert failure_of(detail(status=status, error=text("it broke"))) is not None


def test_an_error_that_is_too_long_to_be_kept_is_compared_all_the_same() -> None:
    failure = failed(detail(step(1, StepState.FAILED, "a", error="HTTP 504: slow " + "x" * MOST_KEPT)))
    assert failure.error is None
    assert failure.signature.status == 504


def test_a_row_that_holds_an_error_is_judged_by_it_alone() -> None:
    run = detail(error=text("Tool charge failed: HTTP 504: no answer")).run
    failure = failure_of_row(run)
    assert failure is not None
    assert failure.by_row
    assert failure.tool is None
    assert failure_of_row(detail().run) is None


def test_a_row_tells_what_was_found_in_another_run_only_where_its_text_carries_it() -> None:
    run = detail(error=text("Tool charge failed: HTTP 504: the gateway gave no answer")).run
    row = failure_of_row(run)
    assert row is not None
    carried = failed(detail(step(1, StepState.FAILED, "charge", error="HTTP 504: the gateway gave no answer")))
    other = failed(detail(step(1, StepState.FAILED, "charge", error="HTTP 422: amount is required")))
    assert is_told_by(row.signature, carried.signature)
    assert not is_told_by(row.signature, other.signature)
    like = failure_like(run, carried)
    assert (like.tool, like.signature, like.by_row) == (carried.tool, carried.signature, True)
    assert like.ref == run.ref


def test_an_empty_error_is_none() -> None:
    assert signature(None, Untrusted("", Kind.TEXT)).kind is FailureKind.SILENT
