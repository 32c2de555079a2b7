"""What a call takes beside what it cannot do without: a trivial call, a GET of the same bytes, and reading the JSON."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from statistics import median
from typing import Any, Final

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tests.harness import served

from benchmarks.long_run import world_with_it
from benchmarks.report import Options, Report, Row
from benchmarks.stdio import StdioServer, started
from rundown_mcp.providers.duckie.sandbox.bodies import detail, list_row
from rundown_mcp.sandbox.world import build_world

ROUNDS: Final = 25
WARM_UP: Final = 3
LISTED: Final = 50
_RUNS: Final = 4_000
"""Of all vendors; of helpdesk runs among them there is a new page for every round."""
FEW_STEPS: Final = 7
_AGAIN: Final = 12
"""How often a run is read again in a row, and a trivial call made in a row after that: in turn, either would find the
processor's caches full of the other process."""
MOST: Final = {"list": 1.5, "small": 1.5, "large": 2.5, "again": 1.3, "twice": 1.5}
_SHOWN: Final = (b"November", b"Carmen", b"settled", b"nothing to note", b"charge_card said")
"""Words of the texts that the card of the long run shows; another run has others in their place."""
_LETTERS: Final = str.maketrans("0123456789abcdef", "ghijklmnopqrstuv")
_SERVERS: Final = (sys.executable, "-m", "benchmarks.servers")


def run(options: Options) -> Report:
    """The table."""
    with ExitStack() as stack:
        api = _Api(options.seed)
        address = stack.enter_context(served(api.app))
        keys = {"DUCKIE_API_KEY": "benchmark-key-0123456789", "DUCKIE_BASE_URL": address}
        ours = stack.enter_context(started((*_SERVERS, "unhurried-stdio"), **keys))
        bare = stack.enter_context(started((*_SERVERS, "bare-stdio")))
        for server in (ours, bare):
            server.initialize()
        beside = _Beside(api, ours, bare, stack.enter_context(httpx.Client(base_url=address)))
        for _ in range(WARM_UP):
            beside.round()
        beside.took.clear()
        for _ in range(ROUNDS):
            beside.round()
        # Started only now: another process on two cores would cost the others their caches.
        fetching = stack.enter_context(started((*_SERVERS, "fetching-stdio")))
        fetching.initialize()
        for _ in range(WARM_UP + ROUNDS):
            beside.fetch(fetching)
        rows = tuple(beside.rows())
    return Report(
        "latency",
        ("call", "takes", "beside it", "ratio", "only fetched", "goal"),
        rows,
        (
            f"over stdio, medians of {ROUNDS} rounds; beside a call: a trivial one of a bare server of the same SDK; "
            "where a provider is asked, also a plain httpx GET of the same bytes from the same place, and json.loads",
            f"read before: of {_AGAIN} readings in a row a round, and as many trivial calls in a row",
            "only fetched: what a tool of the SDK's server takes, by the same measure, that asks for the same bytes "
            "and reads their JSON, and does nothing with it",
            "the provider is Duckie, from memory on loopback; its documented rate limits are lifted",
        ),
    )


class _Api:
    """Duckie's endpoints for runs, from memory: one page of a list at a time, for every id a run of few steps or many.

    No page holds a row of another, and what a card shows of one run stands in no other: nothing remembered helps.
    """

    def __init__(self, seed: int) -> None:
        rows = [list_row(run) for run in build_world(seed=seed, runs=_RUNS).tickets]
        self._pages = [_page(rows[first : first + LISTED]) for first in range(0, len(rows) - LISTED, LISTED)]
        _, long_run = world_with_it()
        whole: dict[str, Any] = dict(detail(long_run))
        self._id = long_run.id.encode()
        self.runs = {
            "small": json.dumps({"data": {**whole, "steps": whole["steps"][-FEW_STEPS:]}}).encode(),
            "large": json.dumps({"data": whole}).encode(),
        }
        self._bodies: dict[str, bytes] = {}
        self.asked = 0
        self.turned = 0
        self.app = Starlette(routes=[Route("/runs", self._answer_list), Route("/runs/{id}", self._answer_run)])

    def new_id(self, size: str, number: int) -> str:
        """An id that no run had. Its body is made at once and given once: nobody is to wait while it is made."""
        made = f"{list(self.runs).index(size)}a000000-0000-4000-8000-{number:012x}"
        body = self.runs[size].replace(self._id, made.encode())
        for word in _SHOWN:
            body = body.replace(word, word + made[-6:].translate(_LETTERS).encode())
        self._bodies[made] = body
        return made

    async def _answer_list(self, _: Request) -> Response:
        return self._json(self._pages[self.turned % len(self._pages)])

    async def _answer_run(self, request: Request) -> Response:
        return self._json(self._bodies.pop(request.path_params["id"]))

    def _json(self, body: bytes) -> Response:
        self.asked += 1
        return Response(body, media_type="application/json")


def _page(rows: Sequence[object]) -> bytes:
    return json.dumps({"data": rows, "pagination": {"limit": LISTED, "has_more": False}}).encode()


@dataclass(frozen=True, slots=True)
class _Beside:
    """Every call and what stands beside it, timed in turn: seconds by the name of the measure."""

    api: _Api
    ours: StdioServer
    bare: StdioServer
    client: httpx.Client
    took: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    fetched: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    def round(self) -> None:
        """Each of them once."""
        self.api.turned += 1
        for name in ("list", "list twice"):
            self._note(name, lambda: self._asking(lambda: self.ours.call("list_runs", limit=LISTED)), "/runs?limit=50")
        for size in self.api.runs:
            run, other = (self.api.new_id(size, next(self.numbers)) for _ in range(2))
            ask = self._reading(run)
            self._note(size, lambda ask=ask: self._asking(ask), f"/runs/{other}")  # type: ignore[misc]
            again, trivial = ([_seconds(do) for _ in range(_AGAIN)] for do in (ask, self._ping))
            self.took.setdefault(f"{size} again", []).extend(zip(again, trivial, strict=True))

    def _reading(self, run: str) -> Callable[[], str]:
        return lambda: self.ours.call("get_run", run=f"duckie:{run}")

    def _asking(self, ask: Callable[[], str]) -> None:
        """A call that has to ask the provider: else it would be compared with what it is not."""
        before = self.api.asked
        ask()
        assert self.api.asked > before

    def _note(self, name: str, ask: Callable[[], object], path: str) -> None:
        self.took.setdefault(name, []).append((_seconds(ask), _seconds(lambda: self._beside(path))))

    def _beside(self, path: str) -> None:
        self._ping()
        json.loads(self.client.get(path).content)

    def _ping(self) -> None:
        self.bare.call("ping")

    def fetch(self, server: StdioServer) -> None:
        """Each thing once as a tool that does nothing with it has it."""
        for name in ("list", *self.api.runs):
            paths = ["/runs?limit=50"] * 2
            if name in self.api.runs:
                paths = [f"/runs/{self.api.new_id(name, next(self.numbers))}" for _ in range(2)]
            address = str(self.client.base_url.join(paths[0]))
            ask, beside = partial(server.call, "fetch", address=address), partial(self._beside, paths[1])
            self.fetched.setdefault(name, []).append((_seconds(ask), _seconds(beside)))

    def rows(self) -> Iterator[Row]:
        """A row a measure."""
        sizes = {name: f"{len(body) / 1000:,.0f} KB" for name, body in self.api.runs.items()}
        titles = {"list": f"list_runs of {LISTED}", "list twice": f"list_runs of {LISTED}, asked again"} | {
            f"{name}{again}": f"get_run of {size}{said}"
            for name, size in sizes.items()
            for again, said in (("", ""), (" again", ", read before"))
        }
        for name, pairs in self.took.items():
            ours, beside = _medians(pairs)
            most = MOST[name.rpartition(" ")[2]]
            figures = (f"{ours * 1000:.2f} ms", f"{beside * 1000:.2f} ms", f"{ours / beside:.2f} ×")
            fetched, its = _medians(self.fetched.get(name, [(math.nan, 1)]))
            least = "–" if math.isnan(fetched) else f"{fetched / its:.2f} ×"
            yield Row((titles[name], *figures, least, f"≤ {most:g} ×"), ours / beside <= most)


def _medians(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    ours, beside = (median(values) for values in zip(*pairs, strict=True))
    return ours, beside


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began
