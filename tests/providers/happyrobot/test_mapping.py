"""A run's own fields: words, times, names, columns, and what is left None where the vendor says nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.providers.comparing import an_id, name, payload, plain, same, text, word

from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Named, Quality, Run, RunDetail, RunStatus, Status
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.providers.happyrobot.mapping import to_detail, to_run
from rundown_mcp.providers.happyrobot.wire import WireRun, WireRunDetail


def row(**fields: JsonValue) -> Run:
    run = to_run(WireRun.model_validate({"id": "r1", **fields}), "happyrobot", {"uc1": name("Sales")})
    assert run is not None
    return run


def detail(**fields: Any) -> RunDetail:  # noqa: ANN401 - any JSON
    return to_detail(WireRunDetail.model_validate({"id": "r1", **fields}), Ref("happyrobot", "r1"), {})


def test_a_row_with_nothing_but_an_id_is_a_run_of_which_nothing_is_known() -> None:
    same(row(), Run(ref=Ref("happyrobot", "r1"), status=RunStatus(Status.UNKNOWN)))
    same(detail(), RunDetail(run=Run(ref=Ref("happyrobot", "r1"), status=RunStatus(Status.UNKNOWN))))


def test_nulls_everywhere_are_the_same_as_nothing() -> None:
    body = dict.fromkeys(("use_case_id", "version_id", "status", "annotation", "timestamp", "completed_at", "data"))
    assert plain(row(**body)) == plain(row())
    more = dict.fromkeys(("events", "issues", "version", "run", "sessions"))
    assert plain(detail(**body, **more)) == plain(detail())


@pytest.mark.parametrize(
    ("vendors", "ours", "native"),
    [
        ("scheduled", Status.QUEUED, "scheduled"),
        ("not_started", Status.QUEUED, "not_started"),
        ("running", Status.RUNNING, None),
        (" Completed ", Status.COMPLETED, None),
        ("succeeded", Status.COMPLETED, "succeeded"),
        ("canceled", Status.CANCELLED, "canceled"),
        ("cancelled", Status.CANCELLED, None),
        ("failed", Status.FAILED, None),
        ("skipped", Status.UNKNOWN, "skipped"),
        ("", Status.UNKNOWN, None),
        (5, Status.UNKNOWN, "5"),
    ],
)
def test_a_status_is_ours_with_the_vendors_word_where_it_differs(
    vendors: JsonValue, ours: Status, native: str | None
) -> None:
    same(row(status=vendors).status, RunStatus(ours, None if native is None else word(native)))


def test_a_run_lasts_from_its_trigger_to_its_completion() -> None:
    run = row(status="completed", timestamp="2026-11-20T10:00:00Z", completed_at="2026-11-20T11:01:00.5+01:00")
    assert run.duration == timedelta(seconds=60.5)
    assert run.ended_at == datetime(2026, 11, 20, 10, 1, 0, 500_000, UTC)


def test_a_run_that_ends_before_it_starts_has_no_duration() -> None:
    assert row(timestamp="2026-11-20T10:00:00Z", completed_at="2026-11-20T09:00:00Z").duration is None


@pytest.mark.parametrize("status", ["running", "scheduled"])
def test_the_latest_output_of_a_run_that_goes_on_is_not_its_end(status: str) -> None:
    run = row(status=status, timestamp="2026-11-20T10:00:00Z", completed_at="2026-11-20T10:01:00Z")
    assert (run.ended_at, run.duration) == (None, None)
    assert run.updated_at == datetime(2026, 11, 20, 10, 1, tzinfo=UTC)


def test_an_agent_without_a_known_name_has_its_id_only() -> None:
    same(row(use_case_id="uc2").agent, Named(an_id("uc2")))
    same(row(use_case_id="UC1").agent, Named(an_id("UC1"), name("Sales")))


def test_columns_keep_any_json_and_leave_out_what_is_null() -> None:
    run = row(data={"n.a": "x", "n.b": {"deep": [1]}, "n.c": None, "n.d": "", "n.e": False})
    same(
        run.columns,
        (
            (text("n.a"), payload("x")),
            (text("n.b"), payload({"deep": [1]})),
            (text("n.d"), payload("")),
            (text("n.e"), payload(content=False)),
        ),
    )


@pytest.mark.parametrize("run_id", ["", "a b", "../x", "a\nb", "é"])
def test_a_row_whose_id_cannot_be_used_gives_no_run(run_id: str) -> None:
    wire = WireRun.model_construct(id=run_id, data={})
    assert to_run(wire, "happyrobot", {}) is None


def test_a_uuid_stands_in_lower_case_in_the_ref() -> None:
    wire = WireRun.model_validate({"id": "3C90C3CC-0D44-4B50-8888-8DD25736052A"})
    run = to_run(wire, "happyrobot", {})
    assert run is not None
    assert run.ref.id == "3c90c3cc-0d44-4b50-8888-8dd25736052a"


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (None, Named(an_id("v0"))),
        ({}, Named(an_id("v0"))),
        ({"id": "v1", "name": "Spring", "slug": "s", "version_number": 4}, Named(an_id("v1"), text("Spring"))),
        ({"id": "v1", "name": "", "slug": "v-4", "version_number": 4}, Named(an_id("v1"), text("v-4"))),
        ({"id": None, "version_number": 4}, Named(an_id("v0"), word("4"))),
    ],
)
def test_a_version_is_called_by_its_name_its_slug_or_its_number(version: JsonValue, expected: Named) -> None:
    same(detail(version_id="v0", version=version).run.version, expected)


def test_an_environment_is_the_versions() -> None:
    same(detail(version={"environment": "staging"}).run.environment, word("staging"))
    assert detail(version={"id": "v1"}).run.environment is None


def test_numbers_of_several_sessions_are_identities_once_each() -> None:
    numbers = ["+15550100", "+15550101", "+15550100", None, ""]
    events = [{"type": "session", "user_number": number} for number in numbers]
    same(
        detail(events=events).run.identities,
        (Untrusted("+15550100", Kind.IDENTITY), Untrusted("+15550101", Kind.IDENTITY)),
    )


def test_an_issue_names_its_message_only_where_that_is_here() -> None:
    events = [{"type": "session", "messages": [{"id": "m-a"}, {"id": "m-b"}, {"id": "m-b"}]}]
    issues = [{"message_id": "m-b"}, {"message_id": "elsewhere"}, {"message_id": None}]
    quality: Quality = detail(events=events, issues=issues).run.quality
    assert [issue.message for issue in quality.issues] == [2, None, None]


@pytest.mark.parametrize(
    ("body", "oldest"),
    [
        ({"run": {"id": "r1"}, "sessions": []}, True),
        ({"run": {"id": "r1"}, "sessions": None}, True),
        ({"run": {"id": "r1"}}, True),
        ({"id": "r1", "run": {"id": "x"}}, False),
        ({"id": "r1", "run": None, "sessions": []}, False),
        ({"id": "r1", "is_oldest_shape": True, "sessions": [{"id": "s1"}]}, False),
    ],
)
def test_the_oldest_shape_is_recognised_by_its_keys(body: Any, oldest: bool) -> None:  # noqa: ANN401, FBT001 - any JSON, and what is made of it
    found = to_detail(WireRunDetail.model_validate(body), Ref("happyrobot", "r1"), {})
    assert bool(found.notes) is oldest
    assert found.steps == ()


def test_a_node_output_of_the_oldest_shape_may_lack_its_event() -> None:
    node = {"id": "n1", "error": "boom", "event": "POST", "timestamp": "2026-11-20T10:00:00Z", "data_deleted": True}
    body = {"run": {"id": "r1"}, "sessions": [{"node_outputs": [node]}]}
    steps = to_detail(WireRunDetail.model_validate(body), Ref("happyrobot", "r1"), {}).steps
    assert [plain(step.kind) for step in steps] == [plain(word("session")), plain(word("action"))]
    assert plain(steps[1].error) == plain(text("boom"))
    assert steps[1].tool is not None
    assert steps[1].tool.name is None
    assert steps[1].notes == ("data deleted by retention",)
