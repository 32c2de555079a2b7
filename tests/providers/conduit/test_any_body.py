"""Whatever a leaf of a body becomes, reading it never fails as long as the run's id stays."""

import copy
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from tests.providers.conduit.conduit_server import AGENT, RUN, sample
from tests.providers.serving import stored

from rundown_mcp.domain.ref import Ref
from rundown_mcp.providers.conduit.mapping import to_detail, to_run
from rundown_mcp.providers.conduit.wire import Agent, AgentRunBody, Listing
from rundown_mcp.transport.wire import Json

REF = Ref("conduit", f"{AGENT}/{RUN}")
DROPPED = object()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def paths(value: Json, here: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield (*here, key)
        yield from paths(part, (*here, key))


def changed(body: Json, path: tuple[str | int, ...], value: Json) -> Json:
    body = copy.deepcopy(body)
    parent = body
    for key in path[:-1]:
        parent = parent[key]
    if value is not DROPPED:
        parent[path[-1]] = value
    else:
        del parent[path[-1]]
    return body


@given(
    st.sampled_from(
        [p for p in paths(stored("document_conduit_get_agent_run")) if p not in {("data",), ("data", "id")}]
    ),
    st.data(),
)
def test_a_run_of_which_anything_else_was_changed_is_still_read(
    path: tuple[str | int, ...], data: st.DataObject
) -> None:
    body = changed(stored("document_conduit_get_agent_run"), path, data.draw(st.just(DROPPED) | json_values))
    agent = Agent.model_validate(sample("agents_first")["data"][0])
    detail = to_detail(REF, AgentRunBody.model_validate(body).data, agent=agent)
    assert detail.run.ref == REF


@given(st.sampled_from(list(paths(sample("agents_first")))), st.data())
def test_an_agent_of_which_anything_was_changed_is_still_read(path: tuple[str | int, ...], data: st.DataObject) -> None:
    body = changed(sample("agents_first"), path, data.draw(st.just(DROPPED) | json_values))
    rows = Listing.model_validate(body).data
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            agent = Agent.model_validate(row)
            assert (
                to_run(REF, AgentRunBody.model_validate(stored("document_conduit_get_agent_run")).data, agent=agent).ref
                == REF
            )
