"""All runs of two windows are looked into, within time and limits, and what was not is counted with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import anyio
import pytest
from tests.runs.fakes import FakeProvider, at, down, runs_of

from rundown_mcp.domain.errors import ConnectionFailure, RateLimited, RundownError, Unavailable
from rundown_mcp.domain.query import Filter, RunQuery
from rundown_mcp.domain.run import Run, RunDetail
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.runs.survey import AT_ONCE, MOST_ROWS, Reading, Survey, survey

pytestmark = pytest.mark.anyio

SINCE, BEFORE = at(0), at(-60)


@dataclass(kw_only=True)
class Told(FakeProvider):
    """Runs whose rows may hold an error; counts how many details are under way, and can stop at some of them."""

    errors: dict[str, str] = field(default_factory=dict)
    under_way: int = 0
    most: int = 0
    opened: dict[str, anyio.Event] = field(default_factory=dict)

    def run(self, run_id: str, started: datetime | None) -> Run:
        error = self.errors.get(run_id)
        return replace(super().run(run_id, started), error=Untrusted(error, Kind.TEXT) if error else None)

    async def get_run(self, run_id: str) -> RunDetail:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            if run_id in self.opened:
                await self.opened[run_id].wait()
            return await super().get_run(run_id)
        finally:
            self.under_way -= 1


def reading(*, trust: bool = True) -> Reading[str]:
    """What is found is the run's id; a row's error that starts with `same` says the same as any other such."""

    def key(run: Run) -> Hashable | None:
        return run.error

    def told(examples: Sequence[tuple[Run, str]]) -> str | None:
        return examples[0][1] if trust else None

    return Reading(
        of_detail=lambda detail: None if detail.run.ref.id.startswith("ok") else detail.run.ref.id,
        of_row=lambda run: f"row {run.ref.id}" if run.error else None,
        row_key=key,
        told=told,
        like=lambda run, other: f"{run.ref.id} like {other}",
    )


async def surveyed(
    runs: Runs, *, before: datetime | None = BEFORE, time_s: float = 30, read: Reading[str] | None = None
) -> tuple[Survey[str], list[tuple[float, float | None, str]]]:
    told: list[tuple[float, float | None, str]] = []

    async def progress(done: float, total: float | None, said: str) -> None:
        told.append((done, total, said))

    query = RunQuery(since=SINCE, until=at(60))
    found = await survey(
        runs, query, runs.connections, read or reading(), before=before, time_s=time_s, progress=progress
    )
    return found, told


def rows(prefix: str, count: int, start: float = 50) -> list[tuple[str, datetime | None]]:
    """Runs of which each is a tenth of a minute older than the one before."""
    return [(f"{prefix}{number}", at(start - number / 10)) for number in range(count)]


async def test_both_windows_are_read_in_one_walk_and_told_apart_by_the_start_of_a_run() -> None:
    edge = [("edge", SINCE), ("just-before", at(-0.001)), ("oldest", BEFORE)]
    provider = Told(lists={"all": [*rows("now", 3), *edge]})
    found, _ = await surveyed(runs_of(provider))
    assert sorted(found.now.findings) == ["edge", "now0", "now1", "now2"]
    assert sorted(found.before.findings) == ["just-before", "oldest"]
    assert (found.now.matched, found.now.in_detail, found.now.unknown) == (4, 4, 0)
    assert (found.before.matched, found.before.unknown) == (2, 0)
    assert len(provider.pages) == 1


async def test_a_run_in_which_nothing_is_found_was_looked_into_all_the_same() -> None:
    found, _ = await surveyed(runs_of(Told(lists={"all": [*rows("ok", 3), *rows("bad", 2, 40)]})))
    assert found.now.findings == ["bad0", "bad1"]
    assert found.now.looked_into == 5


async def test_details_are_asked_for_at_the_same_time_but_only_so_many_of_a_connection() -> None:
    gate = anyio.Event()
    names = [f"r{number}" for number in range(AT_ONCE * 3)]
    provider = Told(lists={"all": rows("r", AT_ONCE * 3)}, opened=dict.fromkeys(names, gate))
    other = Told(name="other", lists={"all": rows("s", 1)})
    async with anyio.create_task_group() as tasks:

        async def open_when_full() -> None:
            while provider.under_way < AT_ONCE or not other.details:
                await anyio.lowlevel.checkpoint()
            gate.set()

        tasks.start_soon(open_when_full)
        found, _ = await surveyed(runs_of(provider, other))
    assert provider.most == AT_ONCE
    assert found.now.in_detail == AT_ONCE * 3 + 1


async def test_what_was_found_is_in_the_order_of_the_list_whatever_came_first() -> None:
    gate = anyio.Event()
    slow = Told(name="slow", lists={"all": rows("a", 3)}, opened={"a0": gate})
    other = Told(name="other", lists={"all": rows("b", 3, 50.05)})
    async with anyio.create_task_group() as tasks:

        async def open_last() -> None:
            while len(slow.details) + len(other.details) < 5:
                await anyio.lowlevel.checkpoint()
            gate.set()

        tasks.start_soon(open_last)
        found, _ = await surveyed(runs_of(slow, other))
    assert found.now.findings == ["b0", "a0", "b1", "a1", "b2", "a2"]


async def test_progress_is_told_from_the_start_to_the_end_and_never_goes_back() -> None:
    _, told = await surveyed(runs_of(Told(lists={"all": rows("r", 200)})))
    assert told[0] == (0, None, "finding runs")
    assert told[-1] == (200, 200, "looked into 200 of 200 runs")
    done = [each[0] for each in told]
    assert done == sorted(set(done))
    assert len(told) <= 25


async def test_rows_that_say_the_same_are_judged_by_a_few_that_were_looked_into() -> None:
    same = rows("r", 50)
    provider = Told(lists={"all": same}, errors={name: "it broke" for name, _ in same})
    found, _ = await surveyed(runs_of(provider))
    assert sorted(provider.details) == ["r0", "r1"]
    assert (found.now.in_detail, found.now.by_row, found.now.looked_into) == (2, 48, 50)
    assert "r7 like r0" in found.now.findings


async def test_where_a_row_does_not_tell_what_was_found_all_are_looked_into() -> None:
    same = rows("r", 20)
    provider = Told(lists={"all": same}, errors={name: "it broke" for name, _ in same})
    found, told = await surveyed(runs_of(provider), read=reading(trust=False))
    assert (found.now.in_detail, found.now.by_row) == (20, 0)
    assert told[-1][:2] == (20, 20)
    assert [each[0] for each in told] == sorted(each[0] for each in told)


async def test_rows_of_a_connection_that_refuses_are_judged_by_what_they_hold() -> None:
    same = rows("r", 20)
    failure = RateLimited("fake", "429, try again in 77 s", "fake: 429", retry_after_s=77)
    provider = Told(
        lists={"all": [*same, *rows("silent", 3, 10)]},
        errors={name: "it broke" for name, _ in same},
        fail=dict.fromkeys(("r0", "silent0", "silent1", "silent2"), failure),
    )
    found, _ = await surveyed(runs_of(provider, Told(name="other", lists={"all": rows("s", 2)})))
    assert (found.now.in_detail, found.now.by_row) == (3, 19)
    assert found.now.unread == {"429, try again in 77 s": 3}
    assert found.now.unknown == 3
    assert str(found.coverage[0]) == "fake ok (runs no longer looked into: 429, try again in 77 s)"
    assert str(found.coverage[1]) == "other ok"


@pytest.mark.parametrize(
    "failure",
    [
        RateLimited("fake", "429", "fake: 429", retry_after_s=None),
        Unavailable("fake", "no answer", "fake: silent"),
        down("fake"),
    ],
    ids=["429", "silent", "503"],
)
async def test_a_connection_that_refuses_is_not_asked_again_in_this_call(failure: ConnectionFailure) -> None:
    names = [f"r{number}" for number in range(300)]
    provider = Told(lists={"all": rows("r", 300)}, fail=dict.fromkeys(names[10:], failure))
    found, _ = await surveyed(runs_of(provider))
    assert len(provider.details) <= 10 + AT_ONCE
    assert found.now.in_detail + found.now.unread.total() == 300
    assert 0 < found.now.in_detail <= 10
    assert set(found.now.unread) == {failure.short}


async def test_one_run_that_cannot_be_read_stops_no_other() -> None:
    broken = Unavailable("fake", "500 from the provider", "fake: 500", status=500)
    runs = runs_of(Told(lists={"all": rows("r", 40)}, fail={"r3": broken}))
    found, _ = await surveyed(runs)
    assert (found.now.in_detail, found.now.unread) == (39, {"500 from the provider": 1})
    assert found.coverage[0].notes == ("1 run not looked into",)


async def test_a_run_that_is_gone_is_counted_as_such() -> None:
    class Forgetful(Told):
        async def get_run(self, run_id: str) -> RunDetail:
            if run_id == "r1":
                return await FakeProvider(name="fake", lists={}).get_run(run_id)
            return await super().get_run(run_id)

    found, _ = await surveyed(runs_of(Forgetful(lists={"all": rows("r", 3)})))
    assert found.now.unread == {"gone": 1}


async def test_when_time_runs_out_what_was_looked_into_counts_and_the_rest_is_said() -> None:
    provider = Told(lists={"all": [*rows("r", 20), *rows("old", 5, -5)]}, slow={"r9", "r10", "r11"})
    provider.slow |= {f"r{number}" for number in range(12, 20)} | {f"old{number}" for number in range(5)}
    found, _ = await surveyed(runs_of(provider), time_s=0.5)
    assert found.now.in_detail == 9
    assert found.now.unread == {"no time left": 11}
    assert found.before.unread == {"no time left": 5}
    assert (found.now.unknown, found.before.unknown) == (11, 5)


async def test_a_list_that_was_not_read_to_its_end_leaves_the_older_window_incomplete() -> None:
    provider = Told(lists={"all": [*rows("now", 4), *rows("old", 4, -5)]}, page=6, slow={"all@6"})
    found, _ = await surveyed(runs_of(provider), time_s=1)
    assert found.now.complete
    assert not found.before.complete
    assert found.before.unknown is None
    assert found.now.unknown == 0
    provider = Told(lists={"all": rows("now", 8)}, page=6, slow={"all@6"})
    found, _ = await surveyed(runs_of(provider), time_s=1)
    assert not found.now.complete
    assert found.now.unknown is None


async def test_more_runs_than_one_call_takes_in_leave_both_windows_incomplete() -> None:
    many: list[tuple[str, datetime | None]] = [
        (f"r{number:05}", at(50 - number / 1000)) for number in range(MOST_ROWS + 10)
    ]
    provider = Told(lists={"all": many}, errors={name: "it broke" for name, _ in many})
    found, _ = await surveyed(runs_of(provider))
    assert found.now.matched == MOST_ROWS
    assert not found.now.complete
    assert not found.before.complete


async def test_a_connection_that_cannot_be_listed_is_left_out_and_the_others_answer() -> None:
    broken = Told(name="broken", lists={"all": []}, fail={"plan": down("broken")})
    found, _ = await surveyed(runs_of(Told(lists={"all": rows("r", 2)}), broken))
    assert found.now.looked_into == 2
    assert str(found.coverage[1]) == "broken left out (503 from the provider)"


async def test_where_not_one_run_could_be_looked_into_that_is_an_error() -> None:
    names = [f"r{number}" for number in range(5)]
    runs = runs_of(Told(lists={"all": rows("r", 5)}, fail=dict.fromkeys(names, down("fake"))))
    with pytest.raises(RundownError, match="the provider failed with 503"):
        await surveyed(runs)


async def test_without_a_window_before_all_runs_are_of_now() -> None:
    listed = [*rows("r", 2), *rows("old", 2, -5)]
    runs = runs_of(Told(lists={"all": listed}, here=frozenset({Filter.SINCE})))
    found, told = await surveyed(runs, before=None)
    assert found.before.matched == 0
    assert sorted(found.now.findings) == ["r0", "r1"]
    assert told[-1][0] == 2


async def test_nothing_to_look_into_is_no_error() -> None:
    found, told = await surveyed(runs_of(Told(lists={"all": []})))
    assert (found.now.matched, found.now.complete, found.before.complete) == (0, True, True)
    assert told == [(0, None, "finding runs")]


async def test_a_run_without_a_time_belongs_to_the_window_of_now() -> None:
    found, _ = await surveyed(runs_of(Told(lists={"all": [("when", None), *rows("old", 1, -5)]})))
    assert found.now.findings == ["when"]
    assert Counter(found.before.findings) == {"old0": 1}
