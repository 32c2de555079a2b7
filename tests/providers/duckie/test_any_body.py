"""Whatever becomes of a body's values, it maps as long as its id stays."""

import copy

from hypothesis import given
from hypothesis import strategies as st
from tests.providers.duckie.serving import sample

from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import RunDetail
from rundown_mcp.providers.duckie.config import KINDS, to_item
from rundown_mcp.providers.duckie.mapping import to_detail, to_run
from rundown_mcp.providers.duckie.wire import WireDetailBody, WireRun
from rundown_mcp.transport.wire import Json

REF = Ref("duckie", "5b1f0c2e-7a64-4f0b-9c11-2d3e4f5a6b7c")
DROP = "\0drop"
BODY = sample("paused_run")
odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(value: Json, path: tuple[Json, ...] = ()) -> list[tuple[Json, ...]]:
    """Every place in a body, inner ones included, but the run's own id and what holds it."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    inner = [place for key in keys for place in places(value[key], (*path, key))]
    return inner if path in {(), ("data",), ("data", "id")} else [path, *inner]


def put(body: Json, path: tuple[Json, ...], value: Json) -> None:
    *outer, last = path
    for key in outer:
        if not isinstance(body, dict | list) or (isinstance(body, list) and not 0 <= key < len(body)):
            return
        body = body.get(key) if isinstance(body, dict) else body[key]
    if isinstance(body, dict) and value == DROP:
        body.pop(last, None)
    elif isinstance(body, dict) or (isinstance(body, list) and isinstance(last, int) and last < len(body)):
        body[last] = value


@given(
    st.lists(st.tuples(st.sampled_from(sorted(places(BODY), key=str, reverse=True)), st.just(DROP) | odd), max_size=6)
)
def test_a_body_with_any_value_dropped_nulled_or_retyped_still_maps(
    changes: list[tuple[tuple[Json, ...], Json]],
) -> None:
    body = copy.deepcopy(BODY)
    for path, value in sorted(changes, key=lambda change: -len(change[0])):
        put(body, path, value)
    detail = to_detail(WireDetailBody.model_validate(body).data, REF)
    assert detail.run.ref == REF
    assert [step.number for step in detail.steps] == list(range(1, len(detail.steps) + 1))
    assert isinstance(detail, RunDetail)
    assert to_run(WireRun.model_validate(body["data"]), "duckie") is not None


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.text(max_size=12), odd, max_size=4), st.data())
def test_any_row_of_a_config_list_maps(kind: str, extra: dict[str, Json], data: st.DataObject) -> None:
    model = KINDS[kind].model
    names = data.draw(st.dictionaries(st.sampled_from(sorted(model.model_fields)), odd))
    to_item(model.model_validate({**extra, **names}))
