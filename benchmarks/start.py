"""What a start over stdio takes until the first answer and call, and memory, beside a bare server of the same SDK."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from tests.commands.launching import MODULE

from benchmarks.load import resident_mb
from benchmarks.report import Options, Report, Row
from benchmarks.stdio import started
from rundown_mcp.providers import PROVIDERS

ROUNDS: Final = 9
MOST_TIME: Final = 1.25
MOST_MEMORY: Final = 1.3
_BARE: Final = "bare, one tool"


@dataclass(frozen=True, slots=True)
class _Server:
    """How a server is started, and the call that makes it open what it works with and asks no provider."""

    command: Sequence[str]
    variables: Mapping[str, str]
    tool: str = "list_config"
    arguments: Mapping[str, Any] = field(default_factory=lambda: {"kind": "connections"})


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds to the first answer and to that of a first call, of processor time to the end, and MB held after both."""

    answer_s: float
    call_s: float
    busy_s: float
    memory_mb: float


def run(_: Options) -> Report:
    """The table."""
    servers = _servers()
    starts: dict[str, list[Start]] = {name: [] for name in servers}
    for _round in range(ROUNDS):
        for name, server in servers.items():
            starts[name].append(_start(server))
    bare = _typical(starts.pop(_BARE))
    return Report(
        "start",
        ("server", "first answer", "to bare", "first call", "processor time", "memory", "to bare", "goal"),
        (_row(_BARE, bare, None), *(_row(name, _typical(of), bare) for name, of in starts.items())),
        (
            f"over stdio, medians of {ROUNDS} rounds in turn, times from the start; answered is `initialize`, called "
            "list_config, which opens the connections; memory is measured after that; processor time includes the end",
        ),
    )


def _servers() -> Mapping[str, _Server]:
    keys = {
        spec.variable(field): "benchmark-key-0123456789"
        for spec in PROVIDERS.values()
        for field, info in spec.settings.model_fields.items()
        if field == "api_key" or info.is_required()
    }
    return {
        _BARE: _Server((sys.executable, "-m", "benchmarks.servers", "bare-stdio"), {}, "ping", {}),
        "rundown-mcp, no setting": _Server(MODULE, {}),
        "rundown-mcp, three keys": _Server(MODULE, keys),
        "rundown-mcp --sandbox": _Server((*MODULE, "--sandbox"), {}),
    }


def _start(server: _Server) -> Start:
    before, began = _children_s(), time.perf_counter()
    with started(server.command, **server.variables) as process:
        process.initialize()
        answer_s = time.perf_counter() - began
        process.ask("tools/call", {"name": server.tool, "arguments": server.arguments})
        call_s = time.perf_counter() - began
        memory_mb = resident_mb(process.pid)
        ps_s = _children_s() - before
    return Start(answer_s, call_s, _children_s() - before - ps_s, memory_mb)


def _children_s() -> float:
    """Processor time of the processes that were started here and have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _typical(starts: Sequence[Start]) -> Start:
    return Start(
        *(
            median(values)
            for values in zip(*((one.answer_s, one.call_s, one.busy_s, one.memory_mb) for one in starts), strict=True)
        )
    )


def _row(name: str, start: Start, bare: Start | None) -> Row:
    answer, *figures = (
        f"{start.answer_s:.2f} s",
        f"{start.call_s:.2f} s",
        f"{start.busy_s:.2f} s",
        f"{start.memory_mb:.0f} MB",
    )
    if bare is None:
        return Row((name, answer, "–", *figures, "–", "–"), None)
    slower, larger = start.answer_s / bare.answer_s, start.memory_mb / bare.memory_mb
    return Row(
        (
            name,
            answer,
            f"{slower:.2f} ×",
            *figures,
            f"{larger:.2f} ×",
            f"≤ {MOST_TIME:g} ×, ≤ {MOST_MEMORY:g} ×",
        ),
        slower <= MOST_TIME and larger <= MOST_MEMORY,
    )
