"""The bank of runs by situation, in the order of writing: each part before the analysis was run on any of it."""

from __future__ import annotations

from typing import Final

from benchmarks.failure.case import Case
from benchmarks.failure.cases import (
    aftermaths,
    calls_and_chats,
    close_calls,
    dialects,
    endings,
    everyday,
    hints,
    incidents,
    more_outputs,
    more_retries,
    near_the_edges,
    other_means,
    outputs,
    plain_endings,
    plain_outputs,
    plain_retries,
    plain_vendors,
    retries,
    several_at_once,
    shifts,
    small_runs,
    trades_and_tongues,
    woven,
)

PARTS: Final[dict[str, tuple[Case, ...]]] = {
    "retries": retries.CASES,
    "outputs": outputs.CASES,
    "endings": endings.CASES,
    "calls and chats": calls_and_chats.CASES,
    "more retries": more_retries.CASES,
    "more outputs": more_outputs.CASES,
    "hints": hints.CASES,
    "other means": other_means.CASES,
    "several at once": several_at_once.CASES,
    "aftermaths": aftermaths.CASES,
    "dialects": dialects.CASES,
    "close calls": close_calls.CASES,
    "everyday": everyday.CASES,
    "small runs": small_runs.CASES,
    "plain retries": plain_retries.CASES,
    "plain outputs": plain_outputs.CASES,
    "plain endings": plain_endings.CASES,
    "plain vendors": plain_vendors.CASES,
    "trades and tongues": trades_and_tongues.CASES,
    "near the edges": near_the_edges.CASES,
    "incidents": incidents.CASES,
    "shifts": shifts.CASES,
    "woven": woven.CASES,
}
