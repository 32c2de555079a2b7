"""Whatever fails at whichever page of a walk, no run that took part is lost or comes twice once it is back."""

from __future__ import annotations

import anyio
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.runs.fakes import FakeProvider, Rows, at, down, ids, page_of, runs_of

from rundown_mcp.domain.errors import RundownError
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.runs.checkpoint import Checkpoint
from rundown_mcp.runs.cursor import Cursor, CursorCodec

PLACES = ["a:plan", "a:s0", "a:s1", "b:plan", "b:s0", "b:s0@4", "c:s0", "c:s0@2", "a:a-0-3"]
CODEC = CursorCodec(b"key")


def provider(name: str, streams: int, *, seeks: bool, tools: bool) -> FakeProvider:
    lists: dict[str, Rows] = {}
    for stream in range(streams):
        lists[f"s{stream}"] = [(f"{name}-{stream}-{index}", at(-(index // 2) * (stream + 1))) for index in range(14)]
    every = [run_id for rows in lists.values() for run_id, _ in rows]
    return FakeProvider(name=name, lists=lists, seeks=seeks, page=4, tools=dict.fromkeys(every, "x") if tools else None)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    faults=st.lists(st.sets(st.sampled_from(PLACES), max_size=4), max_size=12),
    limit=st.integers(1, 9),
    seeks=st.booleans(),
    tools=st.booleans(),
)
def test_a_walk_through_faults_is_complete(*, faults: list[set[str]], limit: int, seeks: bool, tools: bool) -> None:
    providers = {
        "a": provider("a", 2, seeks=seeks, tools=tools),
        "b": provider("b", 1, seeks=False, tools=tools),
        "c": provider("c", 1, seeks=True, tools=False),
    }
    every = {run_id for one in providers.values() for rows in one.lists.values() for run_id, _ in rows}
    query = RunQuery(tools=("x",)) if tools else RunQuery()

    async def go() -> list[str]:
        runs = runs_of(*providers.values())
        first = await page_of(runs, limit=limit, query=query)
        found, after, coming = ids(first), first.following, list(faults)
        for _ in range(400):
            if after is None:
                return found
            for one in providers.values():
                one.fail.clear()
            for place in coming.pop() if coming else ():
                name, _, part = place.partition(":")
                providers[name].fail[part] = down(name)
            try:
                page = await page_of(runs, after, limit=limit, query=query)
            except RundownError:
                continue
            assert page.rows or page.following != after
            found += ids(page)
            after = sealed(page.following)
        raise AssertionError("the walk does not end")

    found = anyio.run(go)
    assert sorted(found) == sorted(every)


def sealed(checkpoint: Checkpoint | None) -> Checkpoint | None:
    """The checkpoint as the next call reads it from its cursor."""
    return checkpoint and CODEC.decode(CODEC.encode(Cursor({}, at(0), checkpoint))).checkpoint
