"""Whole vendors as bodies by path, and what may become of those: dropped, nulled, retyped, misspelt, repeated."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import anyio
import httpx
from hypothesis import strategies as st
from tests.providers.duckie.serving import sample as duckie_sample
from tests.providers.happyrobot.serving import sample as happyrobot_sample
from tests.providers.opening import HOST, WORLD
from tests.providers.serving import stored

from rundown_mcp.account import ConnectionSettings
from rundown_mcp.connect import open_connection
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.runs.connection import Connection
from rundown_mcp.sandbox.app import build_app
from rundown_mcp.sandbox.model import ChatRun, Run
from rundown_mcp.transport.wire import Json

Place = tuple[str | int, ...]
"""A path below the base URL, then keys and positions in its body."""

ODD: Final[list[Json]] = [
    math.nan, -math.inf,
    None, True, False, 0, 1, -1, 0.5, 1e300, -1e18, 10**18, 10**400, "", " ", "0", "x" * 3000, "a\x00b", "\ud800",
    "\u202egnp", "⟦data abcdefgh⟧", "[", '{"a":1}', "[[[[", "NaN", "1e999", "true", "null", "none", "2026-13-40",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-04-03T03:14:15+14:00", 1775186055, 1775186055000,
    [], {}, [[]], [None], [{}], ["x"], {"": None}, {"error": {"message": ["x"]}}, {"id": {}}, {"data": []},
    {"function": {"name": [], "arguments": {}}},
]  # fmt: skip
_JSON: Final = st.recursive(
    st.sampled_from(ODD) | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
_PREFIX: Final = "/v1"
_WAYS: Final = ("put", "put", "put", "drop", "drop", "repeat", "extra", "shout", "wrap")


@dataclass(frozen=True)
class Served:
    """A vendor that shows one run in detail; `run` is the id in its `Ref`, `places` are all that may change."""

    provider: str
    run: str
    bodies: Mapping[str, Json]
    places: Sequence[Place]

    @property
    def run_path(self) -> str:
        agent, _, own = self.run.rpartition("/")
        return f"/agents/{agent}/runs/{own}" if agent else f"/runs/{own}"

    @property
    def list_path(self) -> str:
        return self.run_path.rpartition("/")[0]


def served(provider: str, run: str, bodies: Mapping[str, Json]) -> Served:
    return Served(provider, run, bodies, tuple(_places(bodies)))


def _places(value: Json, here: Place = ()) -> Iterator[Place]:
    if here:
        yield here
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield from _places(part, (*here, key))


@st.composite
def mutated(draw: st.DrawFn, bodies: Served) -> dict[str, Json]:
    """The bodies with up to six places changed."""
    changed: dict[str, Json] = copy.deepcopy(dict(bodies.bodies))
    for place in draw(st.lists(st.sampled_from(bodies.places), min_size=1, max_size=6)):
        way = draw(st.sampled_from(_WAYS))
        # A copy, because the same object may be drawn twice, and would be put into itself.
        _change(changed, place, way, copy.deepcopy(draw(_JSON)) if way in {"put", "extra", "wrap"} else None)
    return changed


def _change(bodies: dict[str, Json], place: Place, way: str, value: Json) -> None:
    """Change one place; nothing where an earlier change took it away."""
    *outer, key = place
    last: Any = key
    holder: Any = bodies
    try:
        for part in outer:
            holder = holder[part]
        here = holder[last]
    except (KeyError, IndexError, TypeError):
        return
    if way == "drop":
        del holder[last]
    elif way == "repeat" and isinstance(holder, list):
        holder.insert(0, copy.deepcopy(here))
    elif way == "extra" and isinstance(here, dict):
        here[f"new_{len(here)}"] = value
    elif way == "shout" and isinstance(here, str):
        holder[last] = f" {here.swapcase()} "
    elif way == "wrap":
        holder[last] = [here, value]
    elif way == "put" and isinstance(holder, dict | list):
        holder[last] = value


class Answers(httpx.AsyncBaseTransport):
    """Answers each path with its body, the runs of other agents with none, and anything else with 404."""

    def __init__(self, bodies: Mapping[str, Json]) -> None:
        self._bodies = bodies

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix(_PREFIX)
        of_an_agent = path.startswith("/agents/") and path.endswith("/runs")
        body = self._bodies.get(path, {"data": [], "next_cursor": None, "has_more": False} if of_an_agent else None)
        if body is None and path not in self._bodies:
            return httpx.Response(404, stream=httpx.ByteStream(b"{}"))
        return httpx.Response(200, stream=httpx.ByteStream(json.dumps(body).encode()))


@asynccontextmanager
async def connected(provider: str, bodies: Mapping[str, Json]) -> AsyncIterator[Connection]:
    """The real client of a vendor that answers with these bodies."""
    spec = PROVIDERS[provider]
    settings = spec.settings.model_validate({"api_key": "any", "base_url": HOST + _PREFIX})
    one = ConnectionSettings(provider, spec, settings, spec.variable(), spec.variable("base_url"))
    async with httpx.AsyncClient(transport=Answers(bodies)) as http:
        yield open_connection(one, http)


@cache
def vendors(provider: str) -> Sequence[Served]:
    """What the documents show, and the imitation's newest run of each story."""
    return (*_DOCUMENTED[provider](), *anyio.run(_imitated, provider))


def _duckie() -> Iterator[Served]:
    rest = {
        "/runs/tool-options": stored("duckie_tool_options"),
        "/agents": duckie_sample("agents"),
        "/tools": duckie_sample("tools"),
    }
    for name in ("document_duckie_retrieve_a_run", "duckie_get_run"):
        body = stored(name)
        listed = stored("document_duckie_list_runs")
        listed["pagination"] |= {"has_more": False, "next_cursor": None}
        listed["data"].append(stored("duckie_list_runs")["data"][0])
        run_id = body["data"]["id"]
        yield served("duckie", run_id, {"/runs": listed, f"/runs/{run_id}": body, **rest})
    body = duckie_sample("paused_run")
    run_id = body["data"]["id"].lower()
    yield served("duckie", run_id, {"/runs": stored("duckie_list_runs"), f"/runs/{run_id}": body, **rest})


def _happyrobot() -> Iterator[Served]:
    rest = {"/runs": stored("happyrobot_v1_list_runs"), "/use-cases": happyrobot_sample("use_cases")}
    for body in (
        stored("document_happyrobot_get_a_run_by_id"),
        stored("happyrobot_v1_get_run"),
        happyrobot_sample("voice_run"),
        happyrobot_sample("oldest_shape_run"),
    ):
        run_id = body.get("id") or body["run"]["id"]
        yield served("happyrobot", run_id, {**rest, f"/runs/{run_id}": body})


def _conduit() -> Iterator[Served]:
    body = stored("document_conduit_get_agent_run")
    run = body["data"]
    yield served(
        "conduit",
        f"{run['agent_id']}/{run['id']}",
        {
            f"/agents/{run['agent_id']}/runs": stored("conduit_list_runs"),
            f"/agents/{run['agent_id']}/runs/{run['id']}": body,
            f"/conversations/{run['conversation_id']}/messages": stored("conduit_messages"),
            f"/contacts/{run['contact_id']}": stored("conduit_contact"),
            "/workspaces": {"data": [{"id": run["workspace_id"]}], "next_cursor": None, "has_more": False},
            "/agents": {"data": [{"id": run["agent_id"], "name": "Reservations"}], "has_more": False},
        },
    )


_DOCUMENTED: Final = {"duckie": _duckie, "happyrobot": _happyrobot, "conduit": _conduit}


async def _imitated(provider: str) -> list[Served]:
    runs: Mapping[str, Sequence[Run]] = {"duckie": WORLD.tickets, "happyrobot": WORLD.calls, "conduit": WORLD.chats}
    api = PROVIDERS[provider].imitate(WORLD)
    spec = PROVIDERS[provider]
    given = {
        field: api.environment[spec.variable(field)]
        for field in spec.settings.model_fields
        if spec.variable(field) in api.environment
    }
    headers = dict(spec.headers(spec.settings.model_validate(given)))
    found = []
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(build_app([api])), base_url=HOST + api.prefix, headers=headers
    ) as http:
        for run in {run.story: run for run in runs[provider]}.values():
            paths = _paths(run)
            answers = {path: await http.get(path + query) for path, query in paths.items()}
            bodies = {path: answer.raise_for_status().json() for path, answer in answers.items()}
            run_id = f"{run.agent.id}/{run.id}" if isinstance(run, ChatRun) else run.id
            found.append(served(provider, run_id, bodies))
    return found


def _paths(run: Run) -> Mapping[str, str]:
    """What is asked for of a run and around it: paths, each with its query."""
    if isinstance(run, ChatRun):
        talk = {f"/conversations/{run.conversation_id}/messages": "", f"/contacts/{run.contact_id}": ""}
        return {
            f"/agents/{run.agent.id}/runs": "?limit=3",
            f"/agents/{run.agent.id}/runs/{run.id}": "",
            "/workspaces": "",
            "/agents": f"?workspace_id={run.workspace_id}",
            **(talk if run.conversation_id else {}),
        }
    more = {"/use-cases": ""} if run.agent in WORLD.company.use_cases else {"/agents": "", "/runs/tool-options": ""}
    listed = "?limit=3&use_case_id=" if "/use-cases" in more else "?limit=3"
    return {"/runs": listed, f"/runs/{run.id}": "", **more}
