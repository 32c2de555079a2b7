"""The bank of runs. The first half was written before the analysis was run on any of them, each later part likewise."""

from __future__ import annotations

from typing import Final

from benchmarks.failure.case import Case
from benchmarks.failure.cases import (
    aftermaths,
    calls_and_chats,
    dialects,
    eleventh,
    endings,
    fifth,
    fourth,
    held_out,
    incidents,
    mixed,
    more_outputs,
    more_retries,
    outputs,
    plain_endings,
    plain_outputs,
    plain_retries,
    plain_vendors,
    retries,
    second_looks,
    strangers,
    third,
    twelfth,
)

PARTS: Final[dict[str, tuple[Case, ...]]] = {
    "first": (*retries.CASES, *outputs.CASES, *endings.CASES, *calls_and_chats.CASES),
    "second": (*more_retries.CASES, *more_outputs.CASES),
    "third": third.CASES,
    "fourth": fourth.CASES,
    "fifth": fifth.CASES,
    "sixth": (*aftermaths.CASES, *dialects.CASES),
    "seventh": held_out.CASES,
    "eighth": strangers.CASES,
    "ninth": second_looks.CASES,
    "tenth": (*plain_retries.CASES, *plain_outputs.CASES, *plain_endings.CASES, *plain_vendors.CASES),
    "eleventh": eleventh.CASES,
    "twelfth": twelfth.CASES,
    "incidents": incidents.CASES,
    "woven": mixed.CASES,
}
