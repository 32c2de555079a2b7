"""The rows of `list_runs`: their columns, what they mask, and that they fit and say what they leave out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.harness import receipt, rows
from tests.runs.imitated import asking_imitations, find_run, next_cursor, refs
from tests.tools.reading import by_real_tokens, tokens

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import (
    Approval,
    Named,
    Outcome,
    OutcomeWord,
    Quality,
    Run,
    RunStatus,
    Status,
    Ticket,
    ToolCall,
)
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.runs.checkpoint import Checkpoint
from rundown_mcp.runs.coverage import Coverage
from rundown_mcp.runs.listing import RunList
from rundown_mcp.runs.position import Position
from rundown_mcp.sandbox.world import build_world
from rundown_mcp.views.budget import Budget
from rundown_mcp.views.rows import RunRows

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 1, 2, 9, 30, tzinfo=UTC)
GATE = Gate(Policy.BALANCED, Tagger(b"k" * 32))
COLUMNS = ["ref", "start", "status", "outcome", "agent", "took", "ticket", "title", "note"]


def text(value: str) -> Untrusted:
    return Untrusted(value, Kind.TEXT)


def run(number: int = 0, **known: Any) -> Run:  # noqa: ANN401 - any field
    base: dict[str, Any] = {
        "ref": Ref("duckie", f"{number:08x}-0000-4000-8000-000000000000"),
        "status": RunStatus(Status.COMPLETED),
    }
    return Run(**(base | known))


def view(*runs: Run, more: bool = False, has_gaps: bool = False) -> RunRows:
    placed = tuple((Position.of(one.ref, one.started_at or NOW), one) for one in runs)
    following = Checkpoint(placed[-1][0] if placed else Position.before_all_at(NOW)) if more else None
    page = RunList(
        rows=placed,
        following=following,
        checkpoint=Checkpoint,
        coverage=(Coverage("duckie", answered=True),),
        has_gaps=has_gaps,
    )
    return RunRows(
        page=page,
        refs={one.ref: f"duckie:{one.ref.id[:8]}" for one in runs},
        gate=GATE,
        window="",
        sandbox=False,
        now=NOW,
        hint="",
        cursor=lambda checkpoint: f"at{checkpoint.position.rank.hex()}",
    )


def only_row(one: Run) -> dict[str, str]:
    (row,) = rows(view(one).fit(Budget(2000)).text())
    return row


def test_a_row_holds_what_the_list_knows() -> None:
    row = only_row(
        run(
            started_at=datetime(2026, 1, 1, 23, 5, 59, tzinfo=UTC),
            status=RunStatus(Status.CANCELLED, Untrusted("canceled", Kind.WORD)),
            outcome=Outcome(word=OutcomeWord.ESCALATED),
            agent=Named(Untrusted("id", Kind.ID), Untrusted("Refunds", Kind.NAME)),
            duration=timedelta(seconds=190),
            ticket=Ticket(id=Untrusted("48213", Kind.ID), title=text("Where is my order?")),
            error=text("gateway timed out"),
        )
    )
    assert row == {
        "ref": "duckie:00000000",
        "start": "01-01 23:05",
        "status": "cancelled (canceled)",
        "outcome": "escalated",
        "agent": "Refunds",
        "took": "3m10s",
        "ticket": "48213",
        "title": "Where is my order?",
        "note": "gateway timed out",
    }


def test_what_is_absent_is_an_empty_cell() -> None:
    assert only_row(run()) == dict.fromkeys(COLUMNS, "") | {"ref": "duckie:00000000", "status": "completed"}


def test_the_year_stands_only_where_it_is_another() -> None:
    assert only_row(run(started_at=NOW))["start"] == "01-02 09:30"
    assert only_row(run(started_at=NOW - timedelta(days=3)))["start"] == "2025-12-30 09:30"


@pytest.mark.parametrize(
    ("known", "note"),
    [
        ({"resumes_at": NOW}, "resumes 2026-01-02 09:30:00"),
        ({"approval": Approval(waiting=True)}, "waits for approval"),
        ({"approval": Approval(waiting=True, pending=ToolCall(name=Untrusted("refund", Kind.NAME)))}, "waits for approval of refund"),  # noqa: E501
        ({"approval": Approval(waiting=False)}, ""),
        ({"outcome": Outcome(word=OutcomeWord.PENDING, reason=text("Waiting for the customer"))}, "Waiting for the customer"),  # noqa: E501
        ({"resumes_at": NOW, "outcome": Outcome(reason=text("Asked again"))}, "resumes 2026-01-02 09:30:00"),
        ({"error": text("no stock"), "quality": Quality(annotation=Untrusted("critical", Kind.WORD))}, "no stock; marked critical"),  # noqa: E501
    ],
)  # fmt: skip
def test_notes_say_of_errors_waits_and_marks(known: dict[str, Any], note: str) -> None:
    assert only_row(run(status=RunStatus(Status.PAUSED), **known))["note"] == note


def test_a_run_that_has_ended_waits_for_nothing_more() -> None:
    approval = Approval(waiting=True, pending=ToolCall(name=text("refund")))
    left_over = run(resumes_at=NOW, approval=approval, outcome=Outcome(reason=text("Refunded")))
    assert only_row(left_over)["note"] == ""


def test_the_first_of_ticket_conversation_and_contact_that_is_known_stands_there() -> None:
    both: dict[str, Any] = {"conversation_id": Untrusted("cv1", Kind.ID), "contact_id": Untrusted("ct1", Kind.ID)}
    assert only_row(run(**both))["ticket"] == "cv1"
    assert only_row(run(contact_id=both["contact_id"]))["ticket"] == "ct1"
    assert only_row(run(ticket=Ticket(title=text("t")), **both))["ticket"] == "cv1"


def test_a_run_s_own_people_are_masked_in_its_row() -> None:
    title = text("Call back Zelda Quux at zelda@quux.example")
    row = only_row(run(ticket=Ticket(title=title), error=text("quux hung up"), identities=(text("Zelda Quux"),)))
    assert "elda" not in row["title"]
    assert "quux" not in (row["title"] + row["note"]).lower()
    assert row["title"].count("#") == 2


def test_long_texts_are_cut_with_a_mark_and_counted() -> None:
    answer = view(run(ticket=Ticket(title=text("x" * 57)), error=text("y" * 90))).fit(Budget(2000)).text()
    (row,) = rows(answer)
    assert row["title"] == "x" * 55 + "…"
    assert row["note"] == "y" * 90
    assert receipt(answer)["cut"] == "1 long text, marked … (whole in get_run, detail full)"


def test_a_long_conversation_id_is_shortened_to_a_start_of_its_own_and_a_ticket_s_is_not() -> None:
    alike, other = "cv44c0dy0mgdpzmqz6tesry8w184004s", "cv44c0dy0mgepzmqz6tesry8w184004s"
    runs = [
        run(1, conversation_id=text(alike)),
        run(2, conversation_id=text(other)),
        run(3, conversation_id=text(alike)),
        run(4, contact_id=text("co" + "1" * 30)),
        run(5, conversation_id=text("cv-short")),
        run(6, ticket=Ticket(id=text("t" * 30)), conversation_id=text(alike)),
    ]
    answer = view(*runs).fit(Budget(2000)).text()
    assert [row["ticket"] for row in rows(answer)] == [
        "cv44c0dy0mgd…", "cv44c0dy0mge…", "cv44c0dy0mgd…", "co111111…", "cv-short", "t" * 30
    ]  # fmt: skip
    assert receipt(answer)["cut"] == "4 ids, marked … (its start is enough for ticket)"


@by_real_tokens
async def test_fifty_rows_of_three_providers_cost_no_more_than_1900_tokens() -> None:
    async with asking_imitations(build_world(seed=7, runs=400)) as asked:
        answer = await asked.text("list_runs", limit=50)
    assert len(rows(answer)) == 50
    assert tokens(answer) <= 1900


def test_rows_that_do_not_fit_are_counted_and_continued() -> None:
    answer = (
        view(*(run(number, ticket=Ticket(title=text("w o r d " * 6))) for number in range(60))).fit(Budget(900)).text()
    )
    shown = rows(answer)
    assert 5 <= len(shown) < 60
    assert receipt(answer)["shown"] == f"{len(shown)}, more exist"
    assert receipt(answer)["cut"].startswith(f"{60 - len(shown)} rows")
    last = Position.of(run(len(shown) - 1).ref, NOW)
    assert next_cursor(answer) == f"at{last.rank.hex()}"


def test_the_last_page_says_that_all_is_there_or_that_something_may_be_missing() -> None:
    whole = view(run()).fit(Budget(2000)).text()
    assert receipt(whole)["shown"] == "1, all that match"
    assert receipt(whole)["next"] == 'get_run(run="duckie:00000000")'
    gaps = view(run(), has_gaps=True).fit(Budget(2000)).text()
    assert receipt(gaps)["shown"] == "1, all that could be found"


def test_no_rows_are_no_table() -> None:
    nothing = view().fit(Budget(200)).text()
    assert nothing.startswith("No runs match.\ncoverage: duckie ok\nshown: 0, all that match")
    further = view(more=True).fit(Budget(200)).text()
    assert further.startswith("No run matches so far;")
    assert next_cursor(further) is not None


def test_the_next_call_explains_the_first_failed_run() -> None:
    answer = view(run(1), run(2, status=RunStatus(Status.FAILED)), run(3)).fit(Budget(2000)).text()
    assert receipt(answer)["next"] == 'get_run(run="duckie:00000002")'


def test_very_few_tokens_leave_the_first_columns_and_say_so() -> None:
    answer = (
        view(*(run(number, agent=Named(name=text("名" * 40))) for number in range(9)), more=True)
        .fit(Budget(200))
        .text()
    )
    assert list(rows(answer)[0]) == COLUMNS[:4]
    assert receipt(answer)["cut"].endswith("columns after outcome")
    assert receipt(answer)["next"].startswith("list_runs(cursor=")


def test_too_few_tokens_for_even_one_row_are_refused() -> None:
    broad = view(run(status=RunStatus(Status.UNKNOWN, text("字" * 300))), more=True)
    with pytest.raises(InvalidArgument, match="max_tokens: 60 is too few"):
        broad.fit(Budget(60))


WORDS = st.text(
    st.one_of(st.characters(codec="utf-8", exclude_categories=["Cs"]), st.sampled_from("名字😀\u202e\n\t|⟧⟦…é[]")),
    max_size=120,
)


@st.composite
def any_runs(draw: st.DrawFn) -> list[Run]:
    texts = draw(st.lists(WORDS, min_size=1, max_size=8))
    pick = st.sampled_from(texts).map(text)
    return [
        run(
            number,
            started_at=NOW - timedelta(days=200 * number),
            status=RunStatus(draw(st.sampled_from(Status)), draw(st.none() | pick)),
            agent=Named(name=draw(pick)),
            ticket=Ticket(id=draw(pick), title=draw(pick)),
            error=draw(st.none() | pick),
        )
        for number in range(draw(st.integers(1, 30)))
    ]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(any_runs(), st.integers(200, 4000), st.booleans())
def test_whatever_the_texts_the_answer_fits_and_is_consistent(runs: list[Run], most: int, more: bool) -> None:  # noqa: FBT001
    answer = view(*runs, more=more).fit(Budget(most)).text()
    assert tokens(answer) <= most
    shown = rows(answer)
    assert [row["ref"] for row in shown] == [f"duckie:{number:08x}" for number in range(len(shown))]
    assert shown
    said = receipt(answer)
    goes_on = more or len(shown) < len(runs)
    assert said["shown"] == f"{len(shown)}, {'more exist' if goes_on else 'all that match'}"
    assert (next_cursor(answer) is not None) == goes_on
    assert (f"{len(runs) - len(shown)} row" in said.get("cut", "")) == (len(shown) < len(runs))
    assert ("marked …" in said.get("cut", "")) >= any("…" in cell[-1:] and len(cell) > 23 for cell in shown[0].values())


@settings(max_examples=5, deadline=None, derandomize=True)
@given(st.lists(st.integers(260, 4000), min_size=3, max_size=3), st.integers(0, 1000))
def test_answers_over_the_imitations_fit_too(budgets: list[int], seed: int) -> None:
    async def go() -> None:
        world = build_world(seed=seed, runs=60)
        for ticket in world.tickets:
            ticket.title = "退款申请 😀 " * 12 + ticket.title
        async with asking_imitations(world) as asked:
            arguments: dict[str, str] = {}
            for most in budgets:
                answer = await asked.text("list_runs", max_tokens=most, **arguments)
                assert tokens(answer) <= most
                found = refs(answer)
                assert len({find_run(world, ref).id for ref in found}) == len(found)
                cursor = next_cursor(answer)
                if cursor is None:
                    break
                arguments = {"cursor": cursor}

    anyio.run(go)


async def test_what_the_world_hides_is_not_in_any_row() -> None:
    world = build_world(seed=7, runs=300)
    async with asking_imitations(world, max_tokens=100_000) as asked:
        answer = await asked.text("list_runs", limit=100, max_tokens=100_000)
        answer += await asked.text("list_runs", limit=100, status=["failed"], max_tokens=100_000)
    planted = world.planted
    for value in (*planted.secrets, *planted.emails, *planted.phones, *planted.names):
        assert value not in answer
