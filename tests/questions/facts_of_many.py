"""What the world says about many runs: the facts of the questions in `many`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from tests.questions.question import DAY, NIGHT, TODAY, WEEK, Fact, days_ago, failed, newest, of_stories, short, within

from rundown_mcp.sandbox.model import Run
from rundown_mcp.sandbox.world import World

CERTIFICATE: Final = ("carrier_certificate_expired", "label_certificate_expired")
FALSELY_COMPLETED: Final = ("completed_with_failed_tool", "error_shaped_output")


def last_night(world: World) -> Iterator[Fact]:
    runs = failed(within(world.runs, NIGHT))
    yield f"{len(runs)} failed runs"
    outage = of_stories(runs, "model_outage")
    yield f"\t{len(outage)}\t", "llm_call", f"{outage[0].started:%H}:00"
    yield f"\t{len(of_stories(runs, *CERTIFICATE))}\t", "TLS expired"
    yield "error: ", (outage[0].steps[0].error or "").partition("(")[0]


def new_today(world: World) -> Iterator[Fact]:
    lapsed = of_stories(within(world.runs, DAY), *CERTIFICATE)
    yield f"\t{len(lapsed)}\t", "\tnew\t", "TLS", f"{lapsed[0].started:%H:%M}–{lapsed[-1].started:%H:%M}"
    yield "coverage", "duckie ok", "happyrobot ok", "conduit ok"
    assert any(run.story == "label_certificate_expired" for run in lapsed)


def one_cause(world: World) -> Iterator[Fact]:
    day = within(world.runs, DAY)
    parcels, labels = (len(of_stories(day, story)) for story in CERTIFICATE)
    yield f"{parcels + labels} failed runs; 1 cause"
    first, *_, last = of_stories(day, *CERTIFICATE)
    spread = f"{first.started:%H:%M}–{last.started:%H:%M}"
    yield f"\t{parcels + labels}\t", f"track_parcel {parcels}/{parcels + labels}", spread
    yield "error: ", "certificate has expired"


def gone(world: World) -> Iterator[Fact]:
    before = of_stories(within(world.runs, {"since": days_ago(10), "until": days_ago(5)}), "old_inventory_unknown")
    assert before
    assert not of_stories(within(world.runs, {"since": days_ago(5), "until": days_ago(0)}), "old_inventory_unknown")
    yield f"0 ({len(before)} before)", "\tgone\t", "stock_level", "ENOTFOUND", f"{before[-1].started:%m-%d %H:%M}"


def worst_agent(world: World) -> Iterator[Fact]:
    runs = failed(within(world.runs, DAY))
    (name, count), *_ = Counter(run.agent.name for run in runs).most_common(1)
    yield f"{len(runs)} failed runs"
    yield "1\t", f"\t{count}\t", name


def payment_tool(world: World) -> Iterator[Fact]:
    charges = [
        run
        for run in failed(within([*world.tickets, *world.chats], WEEK))
        if any(step.tool and step.tool.name == "charge_card" and _went_wrong(run, step.error) for step in run.steps)
    ]
    yield f"\t{len(charges)}\t", "charge_card", "504"


def _went_wrong(run: Run, error: str | None) -> bool:
    """Chats' calls have no error of their own: there, the run's story says it."""
    return error is not None or run.story == "payment_gateway_504"


def quiet_failures(world: World) -> Iterator[Fact]:
    day = within(world.runs, DAY)
    notes = of_stories([run for run in day if run in world.tickets], FALSELY_COMPLETED[0])
    yield f"\t{len(notes)}\t", "crm_add_note", "401"
    for run in of_stories(day, *FALSELY_COMPLETED):
        if run not in world.tickets:
            yield short(run), str(run.steps[-1].tool.name if run.steps[-1].tool else "")
    yield "what happened: completed, but step ", "nothing made it good"


def approvals(world: World) -> Iterator[Fact]:
    waiting = [run for run in world.tickets if run.pending]
    for run in waiting:
        yield short(run), "paused", f"approval of {run.pending.tool.name}"  # type: ignore[union-attr]
    last = waiting[-1].pending
    assert last is not None
    assert isinstance(last.input, dict)
    yield "approval input: ", "[redacted:provider]" if last.redacted else f'"amount":{last.input["amount"]}'


def no_approval(world: World) -> Iterator[str]:
    paused = [run for run in world.tickets if run.status == "paused" and run.pending is None]
    assert paused
    yield from (f"{run.ticket_id}\t{run.title}\twaits for approval" for run in paused)


def looks_again(world: World) -> Iterator[Fact]:
    for run in world.tickets:
        if run.resume_at is not None:
            yield short(run), f"resumes {run.resume_at:%Y-%m-%d %H:%M:%S}"


def busy_now(world: World) -> Iterator[Fact]:
    runs = [run for run in world.runs if run.status in {"running", "queued"}]
    yield from ((short(run), f"{run.started:%H:%M}", run.status, run.agent.name) for run in runs)
    yield f"shown: {len(runs)}, all that match"


def handed_over(world: World) -> Iterator[Fact]:
    runs = [run for run in within(world.runs, TODAY) if run.outcome == "escalated"]
    yield from ((short(run), "escalated") for run in runs)
    yield f"shown: {len(runs)}, all"
    yield "coverage", "happyrobot left out (has no outcome)"


def slow_ones(world: World) -> Iterator[Fact]:
    runs = [run for run in within(world.runs, WEEK) if run.ended and run.ended - run.started > timedelta(minutes=2)]
    yield from ((short(run), run.agent.name) for run in runs)
    yield f"shown: {len(runs)}, all that match"


def asked_for_people(world: World) -> Iterator[Fact]:
    yield from ((short(run), run.agent.name) for run in of_stories(within(world.calls, WEEK), "transferred"))


def marked(world: World) -> Iterator[Fact]:
    runs = [run for run in world.calls if run.annotation == "critical"]
    yield from ((short(run), "marked critical") for run in runs)
    last = runs[-1]
    yield from (("issue: ", issue.reason or "", issue.correction or "") for issue in last.issues)
    cancelled = last.steps[0].input
    assert isinstance(cancelled, dict)
    yield f'{{"booking_ref":"{cancelled["booking_ref"]}"}}'


def all_of_the_day(world: World) -> Iterator[Fact]:
    yield from ((short(run), "failed", run.agent.name) for run in failed(within(world.runs, DAY)))


def unwritten(world: World) -> Iterator[Fact]:
    runs = of_stories(within(world.tickets, WEEK), "missing_knowledge")
    yield f"\t{len(runs)}\t", "No knowledge found", "knowledge_search"
    yield from ((short(run), f"Question about {run.messages[0].text[11:-1]}") for run in runs)


def same_ticket(world: World) -> Iterator[Fact]:
    run = newest(world.tickets, "crm_credential_expired")
    yield short(run), "failed", run.agent.name
    yield f"failed at step 1 of {len(run.steps)} crm_get_customer"
    yield "error: ", (run.steps[0].error or "").partition("(")[0]
