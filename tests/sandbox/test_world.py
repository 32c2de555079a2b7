"""The seeded world itself: what it holds, and that it stays the same."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from rundown_mcp.providers.conduit.sandbox import bodies as conduit
from rundown_mcp.providers.duckie.sandbox import bodies as duckie
from rundown_mcp.providers.happyrobot.sandbox import bodies as happyrobot
from rundown_mcp.sandbox.model import Run
from rundown_mcp.sandbox.stories import CALLS, CHATS, TICKETS
from rundown_mcp.sandbox.stories.hostile import INJECTIONS
from rundown_mcp.sandbox.world import World, build_world

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
BASE32 = re.compile(r"[0-9a-z]{30}")


def every_body(world: World) -> list[object]:
    return [
        *(duckie.detail(run) for run in world.tickets),
        *(happyrobot.detail("org", run) for run in world.calls),
        *(happyrobot.list_row("org", run) for run in world.calls),
        *(conduit.detail(run) for run in world.chats),
        *(conduit.message_body(run, message) for run in world.chats for message in run.messages),
        *(conduit.contact_body(contact, None) for contact in world.contacts.values()),
    ]


def every_text(body: object) -> list[str]:
    if isinstance(body, dict):
        return [text for value in body.values() for text in every_text(value)]
    if isinstance(body, list):
        return [text for value in body for text in every_text(value)]
    return [body] if isinstance(body, str) else []


def test_the_same_arguments_give_the_same_bodies() -> None:
    assert every_body(build_world(now=NOW, runs=150)) == every_body(build_world(now=NOW, runs=150))


def test_another_seed_gives_another_world() -> None:
    one, other = build_world(now=NOW, runs=20), build_world(seed=8, now=NOW, runs=20)
    assert not {run.id for run in one.runs} & {run.id for run in other.runs}
    assert one.token("key") != other.token("key")


@pytest.mark.parametrize("runs", [0, 1, 7, 60, 401])
def test_a_world_has_as_many_runs_as_asked_for(runs: int) -> None:
    assert len(build_world(now=NOW, runs=runs).runs) == runs


def test_five_thousand_runs_keep_long_ones_rare() -> None:
    world = build_world(now=NOW, runs=5000)
    assert len({run.id for run in world.runs}) == 5000
    assert Counter(run.story for run in world.tickets)["marathon"] == 3


def test_every_story_is_told_at_least_as_often_as_it_asks(world: World) -> None:
    for shelf, runs in ((TICKETS, world.tickets), (CALLS, world.calls), (CHATS, world.chats)):
        told = Counter(run.story for run in runs)
        assert {name for name, count in told.items() if count < 2} == set()
        for story in shelf.stories:
            assert told[story.name] >= story.at_least, (shelf.vendor, story.name)


def test_times_are_aware_in_order_and_in_the_past(world: World) -> None:
    for run in world.runs:
        moments = [run.started, *(step.at for step in run.steps)]
        assert moments == sorted(moments)
        assert NOW - timedelta(days=14) <= run.started < (run.ended or NOW) <= NOW
        assert run.started.tzinfo is UTC
        assert run.started.microsecond % 1000 == 0


def test_about_half_of_the_runs_started_in_the_last_day(world: World) -> None:
    recent = sum(run.started >= NOW - timedelta(days=1) for run in world.runs)
    assert 0.4 <= recent / len(world.runs) <= 0.75


def test_some_runs_start_at_the_very_same_moment(world: World) -> None:
    for runs in (world.tickets, world.calls, world.chats):
        assert max(Counter(run.started for run in runs).values()) > 1


def test_the_outage_takes_one_hour_and_every_agent(world: World) -> None:
    failed = [run for run in world.tickets if run.story == "model_outage"]
    assert max(run.started for run in failed) - min(run.started for run in failed) <= timedelta(hours=1)
    assert min(run.started for run in failed) > NOW - timedelta(days=1)
    assert len({run.agent.id for run in failed}) > 2


def test_one_cause_is_new_since_yesterday_and_one_is_gone(world: World) -> None:
    new = [run.started for run in world.runs if run.story == "carrier_certificate_expired"]
    gone = [run.started for run in world.runs if run.story == "old_inventory_unknown"]
    assert min(new) > NOW - timedelta(days=1)
    assert max(gone) < NOW - timedelta(days=4)


def test_one_cause_never_reads_the_same_twice(world: World) -> None:
    errors = [step.error for run in world.tickets for step in run.steps if step.error and "504" in step.error]
    assert len(set(errors)) == len(errors) > 4


def test_ids_have_the_vendors_forms(world: World) -> None:
    assert all(UUID4.fullmatch(run.id) for run in (*world.tickets, *world.calls))
    for run in world.chats:
        ids = {"ar": run.id, "ag": run.agent.id, "co": run.contact_id, "cv": run.conversation_id, "tr": run.trigger_id}
        for prefix, value in ids.items():
            assert value is None or (value[:2] == prefix and BASE32.fullmatch(value[2:])), value
        assert re.fullmatch(r"run_[0-9a-f]{8}", run.run_id)
        assert re.fullmatch(r"j57[0-9a-z]{29}", run.workspace_id)


def test_everything_planted_stands_in_some_body(world: World) -> None:
    texts = "\n".join(text for body in every_body(world) for text in every_text(body))
    planted = world.planted
    for kind in (planted.secrets, planted.cards, planted.ibans, planted.names):
        assert kind
        assert {value for value in kind if value not in texts} == set()
    for kind in (planted.emails, planted.phones):
        assert sum(value in texts for value in kind) > 20


def test_names_in_tickets_are_told_as_names_somewhere_in_the_same_run(world: World) -> None:
    for run in world.tickets:
        body = duckie.detail(run)
        if any(run.person.name in text for text in every_text([body["steps"], body["conversation"]])):
            assert run.bare or run.person.name in every_text(body["trigger"])


def test_hostile_texts_and_other_scripts_are_there(world: World) -> None:
    texts = "\n".join(text for body in every_body(world) for text in every_text(body))
    wanted = (*INJECTIONS[:1], "\u202e", "\u200b", "![receipt](", "<img ", "荷物", "مرحبا", "Grüß", "😕")
    assert [text for text in wanted if text not in texts] == []


def test_oddities_of_tickets_are_there(world: World) -> None:
    flags = {(step.redacted, step.truncated) for run in world.tickets for step in run.steps}
    assert {(True, False), (False, True), (None, None)} <= flags
    assert any(run.pending for run in world.tickets)
    assert any(run.resume_at and run.resume_at > NOW for run in world.tickets)
    assert any(run.notes_only for run in world.tickets)
    assert any(run.marks for run in world.tickets)
    assert {run.status for run in world.tickets} == {"completed", "failed", "paused", "running", "cancelled"}
    assert max(len(run.steps) for run in world.tickets) >= 55


def test_oddities_of_calls_are_there(world: World) -> None:
    assert {run.annotation for run in world.calls} == {None, "correct", "incorrect", "critical"}
    assert any(run.version is None for run in world.calls)
    assert any(run.forgotten for run in world.calls)
    assert any(run.old_shape for run in world.calls)
    assert any(len(run.sessions) > 1 for run in world.calls)
    assert any(session.sip_code for run in world.calls for session in run.sessions)
    assert {run.status for run in world.calls} == {"queued", "running", "completed", "cancelled", "failed"}


def test_oddities_of_chats_are_there(world: World) -> None:
    assert "handed_to_partner" in {run.outcome for run in world.chats}
    assert {run.status for run in world.chats} == {"queued", "running", "completed", "failed"}
    assert any(run.status == "failed" and run.error is None for run in world.chats)
    assert max(len(runs) for runs in world.conversations.values()) >= 1


def test_runs_arrive_later_than_every_other_one(fresh_world: World) -> None:
    before = fresh_world.runs[-1].started
    ids = fresh_world.arrive(5)
    arrived = [run for run in fresh_world.runs if run.id in ids]
    assert [run.id for run in arrived] == ids
    assert all(run.started > before for run in arrived)
    assert len({run.started for run in arrived}) == 5
    assert {run.status for run in arrived} == {"running"}


@pytest.mark.parametrize("vendor", ["duckie", "happyrobot", "conduit"])
def test_arrivals_can_be_of_one_vendor_and_story(fresh_world: World, vendor: str) -> None:
    at = NOW - timedelta(hours=5)
    ids = fresh_world.arrive(2, vendor=vendor, at=at, story="payment_gateway_504")
    lists: dict[str, list[Run]] = {
        "duckie": [*fresh_world.tickets],
        "happyrobot": [*fresh_world.calls],
        "conduit": [*fresh_world.chats],
    }
    arrived = [run for run in lists[vendor] if run.id in ids]
    assert [run.status for run in arrived] == ["failed", "failed"]
    assert arrived[0].started == at + timedelta(0)
    assert lists[vendor] == sorted(lists[vendor], key=lambda run: (run.started, run.id))


def test_arrivals_of_an_unknown_vendor_or_story_are_refused(fresh_world: World) -> None:
    with pytest.raises(ValueError, match="no vendor 'acme'"):
        fresh_world.arrive(vendor="acme")
    with pytest.raises(ValueError, match="conduit has no story 'x'"):
        fresh_world.arrive(vendor="conduit", story="x")
