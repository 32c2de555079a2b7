"""Finished runs are kept for some minutes, identical reads in flight are made once, and nothing grows without end."""

from __future__ import annotations

import json
import tracemalloc

import anyio
import pytest
from tests.runs.fakes import FakeProvider, at, down, page_of, runs_of

from rundown_mcp.domain.errors import Unavailable
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Message, Run, RunDetail, RunStatus, Status, Step, ToolCall, Trigger
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.runs import cache as cache_module
from rundown_mcp.runs.cache import KEPT_S, RunCache

pytestmark = pytest.mark.anyio


def detail(run_id: str, status: Status = Status.COMPLETED, characters: int = 0) -> RunDetail:
    text = Untrusted("x" * characters, Kind.TEXT)
    return RunDetail(run=Run(ref=Ref("c", run_id), status=RunStatus(status)), messages=(Message(number=1, text=text),))


class Reader:
    """Reads runs, counts how often, and waits where it is told to."""

    def __init__(self, status: Status = Status.COMPLETED, characters: int = 0) -> None:
        self.status = status
        self.characters = characters
        self.count = 0
        self.go = anyio.Event()
        self.go.set()

    async def __call__(self, run_id: str) -> RunDetail:
        self.count += 1
        await self.go.wait()
        return detail(run_id, self.status, self.characters)


async def get(cache: RunCache, reader: Reader, run_id: str = "r") -> RunDetail:
    return await cache.get(Ref("c", run_id), lambda: reader(run_id))


@pytest.mark.parametrize("status", list(Status))
async def test_only_finished_runs_are_kept(status: Status) -> None:
    cache, reader = RunCache(), Reader(status)
    await get(cache, reader)
    await get(cache, reader)
    assert reader.count == (1 if status in {Status.COMPLETED, Status.FAILED, Status.CANCELLED} else 2)


async def test_a_run_is_kept_for_minutes_and_no_longer() -> None:
    now = [0.0]
    cache, reader = RunCache(lambda: now[0]), Reader()
    await get(cache, reader)
    now[0] = KEPT_S
    await get(cache, reader)
    assert reader.count == 1
    now[0] = KEPT_S + 1
    await get(cache, reader, "other")
    assert len(cache._kept) == 1
    await get(cache, reader)
    assert reader.count == 3


async def test_twenty_identical_reads_are_one() -> None:
    cache, reader = RunCache(), Reader(Status.RUNNING)
    reader.go = anyio.Event()
    found: list[RunDetail] = []

    async def read() -> None:
        found.append(await get(cache, reader))

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(read)
        await anyio.wait_all_tasks_blocked()
        reader.go.set()
    assert reader.count == 1
    assert len({id(one) for one in found}) == 1
    assert len(found) == 20


async def test_a_reader_that_gives_up_leaves_the_read_to_the_next() -> None:
    cache, reader = RunCache(), Reader()
    reader.go = anyio.Event()
    found: list[RunDetail] = []

    async def impatient(scope: anyio.CancelScope) -> None:
        with scope:
            await get(cache, reader)

    async def patient() -> None:
        found.append(await get(cache, reader))

    async with anyio.create_task_group() as tasks:
        scope = anyio.CancelScope()
        tasks.start_soon(impatient, scope)
        await anyio.wait_all_tasks_blocked()
        for _ in range(3):
            tasks.start_soon(patient)
        await anyio.wait_all_tasks_blocked()
        scope.cancel()
        await anyio.wait_all_tasks_blocked()
        reader.go.set()
    assert (len(found), reader.count) == (3, 2)


async def test_a_failure_is_told_to_all_who_wait_and_not_kept() -> None:
    provider = FakeProvider(lists={"all": [("r", at(0))]}, fail={"r": down("fake")})
    runs = runs_of(provider)
    failures = 0

    async def read() -> None:
        nonlocal failures
        with pytest.raises(Unavailable):
            await runs.get(Ref("fake", "r"))
        failures += 1

    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(read)
    assert (failures, len(provider.details)) == (5, 1)
    provider.fail.clear()
    assert (await runs.get(Ref("fake", "r"))).run.ref.id == "r"


async def test_the_runs_read_longest_ago_are_dropped_where_there_are_many() -> None:
    cache, reader = RunCache(), Reader()
    most = cache_module._MOST_RUNS
    for index in range(most):
        await get(cache, reader, f"r{index}")
    await get(cache, reader, "r0")
    await get(cache, reader, "one more")
    assert reader.count == most + 1
    await get(cache, reader, "r0")
    assert reader.count == most + 1
    await get(cache, reader, "r1")
    assert reader.count == most + 2


async def test_the_memory_kept_is_bounded_and_a_huge_run_is_not_kept_at_all() -> None:
    quarter = cache_module._MOST_BYTES // 4
    cache, reader = RunCache(), Reader(characters=quarter - 5000)
    for index in range(6):
        await get(cache, reader, f"r{index}")
    assert len(cache._kept) == 4
    assert cache._bytes <= cache_module._MOST_BYTES
    huge = Reader(characters=4 * quarter)
    await get(cache, huge, "huge")
    await get(cache, huge, "huge")
    assert huge.count == 2


async def test_a_run_of_tens_of_megabytes_is_kept_while_its_pages_are_read() -> None:
    cache, reader = RunCache(), Reader(characters=30_000_000)
    await get(cache, reader)
    await get(cache, reader)
    assert reader.count == 1


def _taken(value: JsonValue) -> int:
    """What the interpreter really takes for a decoded JSON value."""
    tracemalloc.start()
    try:
        copied = json.loads(json.dumps(value))
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    del copied
    return taken


@pytest.mark.parametrize(
    "value",
    [
        [{"sku": f"TN-{number:06}", "shelf": f"{number:024x}", "quantity": number} for number in range(3000)],
        [{} for _ in range(20_000)],
        [[[number]] for number in range(10_000)],
        {f"key {number}": number / 7 for number in range(20_000)},
        ["日本語 😀" * 3 + str(number) for number in range(5000)],
        {"text": "All is well, dear customer. " * 20_000},
    ],
    ids=["records", "empty objects", "nested lists", "many keys", "wide characters", "prose"],
)
async def test_what_a_payload_takes_is_counted_in_memory_not_in_its_text(value: JsonValue) -> None:
    counted = cache_module._memory_bytes(Step(number=1, content=Untrusted(value, Kind.PAYLOAD)))
    assert 0.7 <= counted / _taken(value) <= 1.7


def test_text_counts_wherever_in_a_run_it_stands() -> None:
    text = Untrusted("x" * 100_000, Kind.TEXT)
    run = Run(ref=Ref("c", "r"), status=RunStatus(Status.FAILED), trigger=Trigger(text=text), error=text)
    detail = RunDetail(run=run, messages=(Message(number=1, text=text),))
    assert 300_000 < cache_module._memory_bytes(detail) < 310_000


def finished(minute: float | None, status: Status = Status.COMPLETED) -> Run:
    return Run(ref=Ref("c", "r"), status=RunStatus(status), updated_at=None if minute is None else at(minute))


@pytest.mark.parametrize(
    ("row", "reads"),
    [
        (finished(0), 1),
        (finished(-1), 1),
        (finished(None), 1),
        (finished(1), 2),
        (finished(0, Status.FAILED), 2),
        (finished(0, Status.RUNNING), 2),
    ],
    ids=["the same", "older", "without a time", "newer", "another end", "running again"],
)
async def test_a_run_is_kept_no_longer_where_a_list_shows_that_it_has_changed(row: Run, reads: int) -> None:
    cache, count = RunCache(), 0

    async def read() -> RunDetail:
        nonlocal count
        count += 1
        return RunDetail(run=finished(0))

    await cache.get(row.ref, read)
    cache.drop_older_than(row)
    await cache.get(row.ref, read)
    assert count == reads


async def test_a_list_that_shows_a_change_makes_the_next_reading_a_new_one() -> None:
    provider = FakeProvider(lists={"all": [("r", at(0))]})
    runs = runs_of(provider)
    await runs.get(Ref("fake", "r"))
    await page_of(runs)
    await runs.get(Ref("fake", "r"))
    assert len(provider.details) == 1
    provider.status = lambda _: Status.FAILED
    await page_of(runs)
    assert (await runs.get(Ref("fake", "r"))).run.status.word is Status.FAILED
    assert len(provider.details) == 2


async def test_payloads_count_too() -> None:
    size = cache_module._MOST_BYTES
    payload = Untrusted({"text": "x" * (size // 2)}, Kind.PAYLOAD)
    big = RunDetail(
        run=Run(ref=Ref("c", "r"), status=RunStatus(Status.FAILED)),
        steps=(Step(number=1, tool=ToolCall(input=payload, output=payload)), Step(number=2)),
    )
    cache, count = RunCache(), 0

    async def read() -> RunDetail:
        nonlocal count
        count += 1
        return big

    await cache.get(Ref("c", "r"), read)
    await cache.get(Ref("c", "r"), read)
    assert count == 2
