"""What the analysis of a run costs by its length: 200, 2,000 and 20,000 steps of 5 KB each."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from rundown_mcp.analysis.failure import diagnose
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Run, RunDetail, RunStatus, Status, Step, StepState, ToolCall
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted

SIZES: Final = (200, 2_000, 20_000)
MOST_GROWTH: Final = 1.5
"""The greatest ratio of the cost of a step in the longest run to that in the shortest that counts as linear."""
_OUTPUT: Final = 5_000
_BEGIN: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_TIMINGS: Final = {200: 9, 2_000: 5, 20_000: 3}


def _step(
    number: int, tool: str, given: Mapping[str, str | int], *, error: str | None = None, unpacked: bool = True
) -> Step:
    filler = f"row {number} " * (_OUTPUT // 10)
    output: JsonValue = {"rows": filler} if unpacked else f'{{"rows": "{filler}"}}'
    return Step(
        number=number,
        state=StepState.FAILED if error else StepState.UNKNOWN,
        at=_BEGIN + timedelta(seconds=number),
        tool=ToolCall(
            name=Untrusted(tool, Kind.NAME),
            input=Untrusted(given, Kind.PAYLOAD),
            output=None if error else Untrusted(output, Kind.PAYLOAD),
        ),
        error=Untrusted(error, Kind.TEXT) if error else None,
    )


def _repeated(number: int) -> Step:
    """One call in ten fails, and the next repeats it."""
    order = {"order_id": f"A-{(number - 1) // 2}", "currency": "EUR"}
    error = f"HTTP 504 from host {number}" if number % 20 == 1 else None
    return _step(number, "lookup_order", order, error=error, unpacked=number % 2 == 0)


def _all_failing(number: int) -> Step:
    """Every call fails, speaks of a fallback, and names another tool."""
    error = f"tool_{number - 1} gave nothing; falling back to tool_{number + 1}"
    return _step(number, f"tool_{number}", {"id": f"x-{number % 7}"}, error=error)


def _look_alike(number: int) -> Step:
    """The first half fails; in the second, calls that share all but one value succeed."""
    error = f"failed with {number}" if number % 3 == 0 else None
    return _step(number, f"get_thing_{number % 5}", {"kind": "room", "text": f"about {number}"}, error=error)


WORKLOADS: Final[dict[str, Callable[[int], Step]]] = {
    "one in ten fails and is repeated": _repeated,
    "every call fails and names two others": _all_failing,
    "a third fails, inputs alike but for a text": _look_alike,
}


def seconds_a_step(make: Callable[[int], Step], size: int) -> float:
    """The best of a few timings of `diagnose` in seconds of the processor, divided by the number of steps."""
    run = Run(ref=Ref("duckie", "abc"), status=RunStatus(Status.FAILED))
    detail = RunDetail(run=run, steps=tuple(make(number) for number in range(1, size + 1)))
    best = float("inf")
    for _ in range(_TIMINGS.get(size, 3)):
        gc.collect()
        begun = time.process_time()
        diagnose(detail)
        best = min(best, time.process_time() - begun)
    return best / size
