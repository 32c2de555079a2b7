"""`serve` under load: beside a bare server of the same SDK, with a crowd for a minute, and as two processes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import mean, median
from typing import Final

import anyio
from mcp import Client
from tests.commands.launching import Served, serving
from tests.harness import Asked, rows

from benchmarks.raw_http import ERAS, Era, Tally, drive, request
from benchmarks.report import Options, Report, Row
from benchmarks.seams import seam_rows

CONNECTIONS: Final = 16
ROUNDS: Final = 5
ROUND_S: Final = 3.0
LEAST_RATE: Final = 0.5
MOST_P99: Final = 3.0
CROWD: Final = 200
CROWD_S: Final = 60.0
WARM_UP_S: Final = 5.0
MOST_GROWTH: Final = 1.1


def run(_: Options) -> Report:
    """The table."""
    return Report(
        "load",
        ("what", "measured", "goal"),
        (*_beside_bare(), *_crowd(), *anyio.run(seam_rows)),
        (
            f"{CONNECTIONS} kept connections; medians of {ROUNDS} rounds of {ROUND_S:g} s in turn; both stateless, "
            "with the same settings of uvicorn",
            f"{CROWD} clients, half of either era: get_run of 50 runs, get_step, search_run, list_runs in turn; "
            f"memory: the last third's mean to the first third's, after {WARM_UP_S:g} s of warming up",
            "the limits of requests a second are lifted: they are there to refuse such a load",
        ),
    )


@contextmanager
def measured(name: str) -> Iterator[Served]:
    """A server of `benchmarks.servers`."""
    with serving(name, until="/mcp", command=(sys.executable, "-m", "benchmarks.servers")) as server:
        yield server


def _beside_bare() -> Iterator[Row]:
    with measured("bare-http") as bare, measured("sandbox-http") as ours:
        (ref, *_) = anyio.run(_refs, ours.address, 1)
        for era in ERAS:
            ping = request(bare.address, era, "ping", {})
            get_run = request(ours.address, era, "get_run", {"run": ref})
            pairs = [(_round(bare, ping), _round(ours, get_run)) for _ in range(ROUNDS + 1)][1:]
            yield from _rows_of(era, *zip(*pairs, strict=True))


def _round(server: Served, call: bytes) -> Tally:
    tally = asyncio.run(drive(server.address, [[call]] * CONNECTIONS, for_s=ROUND_S))
    assert not tally.errors, tally.errors[0]
    return tally


def _rows_of(era: Era, bare: Sequence[Tally], ours: Sequence[Tally]) -> Iterator[Row]:
    rate = {name: median(tally.a_second for tally in of) for name, of in (("bare", bare), ("ours", ours))}
    p99 = {name: median(tally.p99_s for tally in of) for name, of in (("bare", bare), ("ours", ours))}
    client = mean(tally.busy_s / tally.lasted_s for tally in (*bare, *ours))
    for what, name in (("one trivial tool of a bare server", "bare"), ("get_run of a run that was read", "ours")):
        yield Row((f"{era}: {what}", f"{rate[name]:,.0f} a second, p99 {p99[name] * 1000:.1f} ms", "–"), None)
    yield Row((f"{era}: processor time of the client", f"{client:.0%} of a core", "–"), None)
    fast, slow = rate["ours"] / rate["bare"], p99["ours"] / p99["bare"]
    yield Row((f"{era}: requests a second, ours to bare", f"{fast:.2f} ×", f"≥ {LEAST_RATE:g} ×"), fast >= LEAST_RATE)
    yield Row((f"{era}: p99, ours to bare", f"{slow:.2f} ×", f"≤ {MOST_P99:g} ×"), slow <= MOST_P99)


async def _refs(address: str, limit: int) -> list[str]:
    async with Client(address) as client:
        return [row["ref"] for row in rows(await Asked(client).text("list_runs", limit=limit, status=["failed"]))]


def _crowd() -> Iterator[Row]:
    with measured("sandbox-http") as server:
        refs = anyio.run(_refs, server.address, 50)
        each = [_calls(server.address, ERAS[number % len(ERAS)], refs, number) for number in range(CROWD)]
        asyncio.run(drive(server.address, each, for_s=WARM_UP_S))
        with _watched_memory(server.process.pid) as memory:
            tally = asyncio.run(drive(server.address, each, for_s=CROWD_S))
    for error in tally.errors[:3]:
        print(error, file=sys.stderr)
    third = len(memory) // 3
    growth = mean(memory[-third:]) / mean(memory[:third])
    answered = f"{len(tally.took_s):,}, p99 {tally.p99_s * 1000:,.0f} ms"
    yield Row((f"{CROWD} clients for {CROWD_S:g} s: answers", answered, "–"), None)
    yield Row((f"{CROWD} clients: errors", f"{len(tally.errors)}", "0"), not tally.errors)
    yield Row((f"{CROWD} clients: memory", f"{mean(memory[-third:]):.0f} MB", "–"), None)
    yield Row((f"{CROWD} clients: growth of memory", f"{growth:.2f} ×", f"≤ {MOST_GROWTH:g} ×"), growth <= MOST_GROWTH)


def _calls(address: str, era: Era, refs: Sequence[str], first: int) -> list[bytes]:
    """What one of the crowd asks, over and over; each begins with another run."""
    turned = [*refs[first % len(refs) :], *refs[: first % len(refs)]]
    calls: list[bytes] = []
    for number, ref in enumerate(turned):
        calls.append(request(address, era, "get_run", {"run": ref}))
        if number % 5 == 0:
            calls.append(request(address, era, "get_step", {"run": ref, "step": "run"}))
            calls.append(request(address, era, "search_run", {"run": ref, "query": "error"}))
        if number % 25 == 12:
            calls.append(request(address, era, "list_runs", {"limit": 10}))
    return calls


@contextmanager
def _watched_memory(pid: int) -> Iterator[list[float]]:
    """A list that grows by a process's memory every second, in MB."""
    memory: list[float] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(1):
            memory.append(resident_mb(pid))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield memory
    finally:
        done.set()
        watching.join()


def resident_mb(pid: int) -> float:
    """How much memory a process holds."""
    said = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=True, encoding="ascii")
    return int(said.stdout) / 1024
