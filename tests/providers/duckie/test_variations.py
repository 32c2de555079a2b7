"""Absent, null, odd and unknown values of a row."""

import pytest
from tests.providers.comparing import same

from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Approval, Outcome, OutcomeWord, Run, RunDetail, RunStatus, Status
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.providers.duckie.mapping import to_detail, to_run
from rundown_mcp.providers.duckie.wire import WireRun, WireRunDetail
from rundown_mcp.transport.wire import Json

RUN_ID = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
REF = Ref("duckie", RUN_ID)
FIELDS = [name for name in WireRunDetail.model_fields if name != "id"]


def row(**values: Json) -> Run:
    run = to_run(WireRun.model_validate({"id": RUN_ID, **values}), "duckie")
    assert run is not None
    return run


def detail(**values: Json) -> RunDetail:
    return to_detail(WireRunDetail.model_validate({"id": RUN_ID, **values}), REF)


def test_an_id_alone_is_a_run_of_which_nothing_is_known() -> None:
    same(row(), Run(ref=REF, status=RunStatus(Status.UNKNOWN)))
    same(detail(), RunDetail(run=Run(ref=REF, status=RunStatus(Status.UNKNOWN))))


@pytest.mark.parametrize("empty", [None, {}, [], "", "text", 7, True, [[]], [None], [{}]])
@pytest.mark.parametrize("name", FIELDS)
def test_any_field_may_hold_anything(name: str, empty: Json) -> None:
    assert detail(**{name: empty}).run.ref == REF


@pytest.mark.parametrize("name", ["ticket", "agent", "category", "resolution", "trigger", "approval"])
@pytest.mark.parametrize("empty", [None, {}, "text", []])
def test_an_object_that_holds_nothing_is_absent(name: str, empty: Json) -> None:
    assert getattr(row(**{name: empty}), {"resolution": "outcome"}.get(name, name)) is None


@pytest.mark.parametrize(
    ("text", "word", "native"),
    [
        ("completed", Status.COMPLETED, None),
        (" FAILED ", Status.FAILED, None),
        ("running", Status.RUNNING, None),
        ("paused", Status.PAUSED, None),
        ("cancelled", Status.CANCELLED, None),
        ("canceled", Status.CANCELLED, "canceled"),
        ("archived", Status.UNKNOWN, "archived"),
        ("queued", Status.UNKNOWN, "queued"),
        ("unknown", Status.UNKNOWN, None),
        ("", Status.UNKNOWN, None),
        (None, Status.UNKNOWN, None),
        (5, Status.UNKNOWN, "5"),
    ],
)
def test_statuses(text: Json, word: Status, native: str | None) -> None:
    same(row(status=text).status, RunStatus(word, Untrusted(native, Kind.WORD) if native else None))


@pytest.mark.parametrize("word", list(OutcomeWord))
def test_the_four_outcomes_are_words_of_ours(word: OutcomeWord) -> None:
    same(row(resolution={"type": word.value.upper(), "summary": None}).outcome, Outcome(word=word))


def test_another_outcome_is_kept_verbatim_and_a_reason_alone_is_kept_too() -> None:
    same(row(resolution={"type": "merged"}).outcome, Outcome(native=Untrusted("merged", Kind.WORD)))
    same(row(resolution={"type": None, "summary": "s"}).outcome, Outcome(reason=Untrusted("s", Kind.TEXT)))


@pytest.mark.parametrize("seconds", [-1, "soon", 1e300, True, [], None])
def test_a_length_that_is_none_is_unknown(seconds: Json) -> None:
    assert row(duration_seconds=seconds).duration is None


def test_an_approval_may_lack_its_call() -> None:
    same(row(approval={"waiting_for_approval": False, "pending": None}).approval, Approval(waiting=False))
    same(row(approval={"pending": {"step_id": "s"}}).approval, Approval(step_id=Untrusted("s", Kind.ID)))


@pytest.mark.parametrize("flag", [True, False, None])
def test_the_flags_of_pending_parameters_are_true_false_or_unknown(flag: bool | None) -> None:  # noqa: FBT001
    approval = row(approval={"pending": {"params": [1], "redacted": flag, "truncated": flag}}).approval
    assert approval is not None
    assert approval.pending is not None
    same(approval.pending.input, Untrusted([1], Kind.PAYLOAD, redacted=flag, truncated=flag))


@pytest.mark.parametrize("flags", [{"redacted": True}, {"truncated": True}, {"redacted": True, "truncated": False}])
def test_parameters_that_were_not_sent_carry_the_flag_that_says_why(flags: dict[str, bool]) -> None:
    approval = row(approval={"pending": {"tool_name": "pay", "params": None, **flags}}).approval
    assert approval is not None
    assert approval.pending is not None
    same(approval.pending.input, Untrusted(None, Kind.PAYLOAD, **flags))


def test_parameters_that_were_not_sent_and_not_flagged_are_absent() -> None:
    approval = row(approval={"pending": {"tool_name": "pay", "redacted": False, "truncated": None}}).approval
    assert approval is not None
    assert approval.pending is not None
    assert approval.pending.input is None


@pytest.mark.parametrize("odd", ["", "a b", "../runs", "tool options", "x" * 200, "é"])
def test_a_row_whose_id_cannot_stand_in_a_ref_is_no_run(odd: str) -> None:
    assert to_run(WireRun.model_construct(id=odd), "duckie") is None


def test_an_upper_case_uuid_is_the_same_run() -> None:
    assert row(id=RUN_ID.upper()).ref == REF


def test_a_role_in_place_of_a_name_is_no_identity() -> None:
    found = detail(conversation=[{"role": "customer", "user_name": "Customer"}, {"user_name": "Ida Lund"}])
    same(found.run.identities, (Untrusted("Ida Lund", Kind.IDENTITY),))
    same(found.messages[0].author, Untrusted("Customer", Kind.IDENTITY))


def test_an_empty_evaluation_is_left_out() -> None:
    assert detail(evaluation_attributes=[{"id": "e"}, {"name": "n"}]).run.quality.evaluations[0].value is None
    assert len(detail(evaluation_attributes=[{"id": "e"}, {"name": "n"}]).run.quality.evaluations) == 1


def test_unknown_keys_do_no_harm() -> None:
    assert row(object="run", metadata={"a": {"b": []}}, model_config=1).ref == REF


def test_steps_and_messages_in_another_shape_are_told_and_not_taken_for_none() -> None:
    odd = detail(steps=["Search", {"title": "Reply"}], conversation={"0": {"message": "Hello"}}, ticket="48213")
    assert (len(odd.steps), odd.messages) == (1, ())
    assert odd.notes == (
        "ticket came in an undocumented shape and could not be read",
        "conversation came in an undocumented shape and could not be read",
        "1 of 2 steps could not be read",
    )
