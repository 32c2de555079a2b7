"""Whatever becomes of a body's leaves, it is read as long as its id stays."""

import copy
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.providers.happyrobot.serving import sample
from tests.providers.serving import stored

from rundown_mcp.domain.ref import Ref
from rundown_mcp.providers.happyrobot.mapping import to_detail, to_run
from rundown_mcp.providers.happyrobot.use_cases import to_config_item, to_named
from rundown_mcp.providers.happyrobot.wire import WireRun, WireRunDetail, WireUseCase
from rundown_mcp.transport.wire import Json

Path = tuple[str | int, ...]
REF = Ref("happyrobot", "r1")
RUN_IDS = {("id",), ("run",), ("run", "id")}
DETAILS = {
    "document": stored("document_happyrobot_get_a_run_by_id"),
    "voice": sample("voice_run"),
    "oldest shape": sample("oldest_shape_run"),
}
ODD: list[Any] = [
    None, True, False, 0, -1, 1e300, math.nan, math.inf,
    10**400, "", "  ", "a\x00b", "\ud800", "[", '{"a":1}', "NaN", "2026-13-40", [], {},
    [[]], [None], [{}], {"": None}, {"function": {"name": [], "arguments": {}}},
]  # fmt: skip


def places(body: Any, at: Path = ()) -> Iterator[Path]:  # noqa: ANN401 - any JSON
    """Every place in a body, leaves and what holds them."""
    if at:
        yield at
    if isinstance(body, dict):
        for key, child in body.items():
            yield from places(child, (*at, key))
    elif isinstance(body, list):
        for index, child in enumerate(body):
            yield from places(child, (*at, index))


def changed(body: Any, path: Path, value: Any, *, drop: bool) -> Any:  # noqa: ANN401 - any JSON
    """The body with one place dropped, or something else in it; unchanged where the place is gone."""
    result: Any = copy.deepcopy(body)
    *way, last = path
    holder: Any = result
    try:
        for part in way:
            holder = holder[part]
        holder[last]
        if drop:
            del holder[last]
        else:
            holder[last] = value
    except (KeyError, IndexError, TypeError):
        return result
    return result


@pytest.mark.parametrize("body", DETAILS.values(), ids=DETAILS)
def test_a_run_with_any_one_place_odd_is_read(body: Json) -> None:
    for path in places(body):
        if path not in RUN_IDS:
            to_detail(WireRunDetail.model_validate(changed(body, path, None, drop=True)), REF, {})
            for value in ODD:
                to_detail(WireRunDetail.model_validate(changed(body, path, value, drop=False)), REF, {})


@pytest.mark.parametrize("body", DETAILS.values(), ids=DETAILS)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_run_with_several_places_odd_is_read(body: Json, data: st.DataObject) -> None:
    open_places = sorted((path for path in places(body) if path not in RUN_IDS), key=str)
    json = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(ODD),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=6,
    )
    for path in data.draw(st.lists(st.sampled_from(open_places), min_size=1, max_size=6)):
        body = changed(body, path, data.draw(json), drop=data.draw(st.booleans()))
    detail = to_detail(WireRunDetail.model_validate(body), REF, {})
    assert [step.number for step in detail.steps] == list(range(1, len(detail.steps) + 1))
    assert [message.number for message in detail.messages] == list(range(1, len(detail.messages) + 1))
    assert all(step.message is None or step.message <= len(detail.messages) for step in detail.steps)


def test_a_row_with_any_one_place_odd_is_read() -> None:
    (body,) = stored("happyrobot_v1_list_runs")
    for path in places(body):
        if path not in RUN_IDS:
            for value in ODD:
                for drop in (True, False):
                    assert to_run(WireRun.model_validate(changed(body, path, value, drop=drop)), "happyrobot", {})


def test_a_use_case_with_any_one_place_odd_is_read() -> None:
    body = sample("use_cases")[0]
    for path in places(body):
        if path != ("id",):
            for value in ODD:
                for drop in (True, False):
                    item = WireUseCase.model_validate(changed(body, path, value, drop=drop))
                    assert to_named(item).id
                    assert to_config_item(item).id
