"""Refs: how a run is named, in full and in short."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SHORT_LENGTH: Final = 8
"""The least number of characters of a run's id in a short ref."""

SAFE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}(?:/[A-Za-z0-9][A-Za-z0-9._~-]{0,127})?", re.ASCII)
"""What an id must look like to be printed, quoted in a call and put into a path; no vendor's ids fall outside it."""


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """One run of one connection.

    `id` is the whole of what the provider's detail request needs: a UUID at Duckie and HappyRobot, at Conduit
    `<agent_id>/<run_id>` where `run_id` is the field `id` of the run (`ar77…`), never the field called `run_id`.
    """

    connection: str
    id: str

    def __str__(self) -> str:
        return f"{self.connection}:{self.id}"

    @property
    def run_part(self) -> str:
        """The run's own id, without the agent's id that Conduit's path puts before it."""
        return self.id.rpartition("/")[2]


def is_safe_id(text: str) -> bool:
    """Whether an id can be used as a ref: printable, without white space, quotes or anything that a path would bend."""
    return SAFE_ID.fullmatch(text) is not None and ".." not in text


def short_forms(refs: Iterable[Ref], known: Iterable[Ref] = ()) -> dict[Ref, str]:
    """The short form of each of `refs`: the shortest start of the run's id, of 8 characters or more, that is unique.

    Unique among `refs` and `known` of the same connection. Where one id is the start of another, the whole id is given;
    where two agents have a run of the same id, the full ref.
    """
    wanted = list(dict.fromkeys(refs))
    owners: dict[str, Counter[str]] = {}
    for ref in {*wanted, *known}:
        owners.setdefault(ref.connection, Counter())[ref.run_part] += 1
    parts = {connection: sorted(counted) for connection, counted in owners.items()}
    return {
        ref: f"{ref.connection}:{_shortest(ref.run_part, parts[ref.connection])}"
        if owners[ref.connection][ref.run_part] == 1
        else str(ref)
        for ref in wanted
    }


def _shortest(part: str, sorted_parts: list[str]) -> str:
    """The start of `part` that differs from both of its neighbours in sorted order, hence from all others."""
    index = bisect_left(sorted_parts, part)
    neighbours = (*sorted_parts[max(0, index - 1) : index], *sorted_parts[index + 1 : index + 2])
    return part[: max([SHORT_LENGTH, *(_common_start(part, neighbour) + 1 for neighbour in neighbours)])]


def _common_start(one: str, other: str) -> int:
    for index, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return index
    return min(len(one), len(other))
