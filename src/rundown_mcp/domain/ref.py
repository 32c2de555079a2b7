"""Refs: how a run is named, in full and in short."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

SHORT_LENGTH: Final = 8
"""The least number of characters of a run's id in a short ref."""

SAFE_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,127}(?:/[A-Za-z0-9][A-Za-z0-9._~-]{0,127})?", re.ASCII)
"""What an id must look like to be printed, quoted in a call and put into a path; no vendor's ids fall outside it."""

_ADDRESS: Final = re.compile(
    r"run://(?P<connection>[a-z0-9_-]{1,64})/(?P<id>[A-Za-z0-9._~-]{1,128}(?:%2[Ff][A-Za-z0-9._~-]{1,128})?)", re.ASCII
)
"""One way to write each address: but for the `/` in an id, nothing in it ever needs to be encoded."""


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


def ref_at(address: str) -> str | None:
    """The ref, short or full, in a run's address of ours (`run://{connection}/{id}`); None where it is no such address.

    It is looked at as it came: decoding first is what lets `%252e` pass for `..`.
    """
    found = _ADDRESS.fullmatch(address)
    run_id = re.sub("%2f", "/", found["id"], flags=re.IGNORECASE) if found else ""
    return f"{found['connection']}:{run_id}" if found and is_safe_id(run_id) else None


def _ordered(ref: Ref) -> tuple[str, str, Ref]:
    """A ref behind what it is ordered by, so that to find its place costs no look-up for each that it passes."""
    return ref.run_part, ref.id, ref


class RefIndex:
    """Refs of one connection in the order of their runs' ids, so that those that start alike stand together."""

    def __init__(self, refs: Iterable[Ref] = ()) -> None:
        self._refs = sorted(map(_ordered, set(refs)))

    def add(self, ref: Ref) -> None:
        """Take in a ref that is not there yet."""
        insort(self._refs, _ordered(ref))

    def remove(self, ref: Ref) -> None:
        """Forget a ref that is there."""
        del self._refs[self._place(ref)]

    def starting_with(self, text: str) -> list[Ref]:
        """The refs whose run's id starts with `text`, in order."""
        first = bisect_left(self._refs, (text, ""))
        rest = (self._refs[index] for index in range(first, len(self._refs)))
        return [ref for _, _, ref in takewhile(lambda item: item[0].startswith(text), rest)]

    def neighbours(self, ref: Ref) -> list[Ref]:
        """The refs beside `ref`, whether it is there or not: no other has a longer start in common with it."""
        place = self._place(ref)
        return [other for _, _, other in self._refs[max(0, place - 1) : place + 2] if other != ref]

    def _place(self, ref: Ref) -> int:
        return bisect_left(self._refs, _ordered(ref))


def short_forms(refs: Iterable[Ref], known: Mapping[str, RefIndex]) -> dict[Ref, str]:
    """The short form of each of `refs`: the shortest start of the run's id, of 8 characters or more, that is unique.

    Unique among `refs` and those `known` of the same connection, by its name. Where one id is the start of another, the
    whole id is given; where two agents have a run of the same id, the full ref.
    """
    wanted: dict[str, dict[Ref, None]] = {}
    for ref in refs:
        wanted.setdefault(ref.connection, {})[ref] = None
    nothing = RefIndex()
    short: dict[Ref, str] = {}
    for connection, asked in wanted.items():
        indices = (RefIndex(asked) if len(asked) > 1 else nothing, known.get(connection, nothing))
        for ref in asked:
            short[ref] = _shortest(ref, [near for index in indices for near in index.neighbours(ref)])
    return short


def _shortest(ref: Ref, neighbours: Iterable[Ref]) -> str:
    """The start of the id that differs from those of its neighbours in order, hence from all others."""
    part = ref.run_part
    length = SHORT_LENGTH
    for neighbour in neighbours:
        if neighbour.run_part == part:
            return str(ref)
        if neighbour.run_part.startswith(part[:length]):
            length = _common_start(part, neighbour.run_part) + 1
    return f"{ref.connection}:{part[:length]}"


def _common_start(one: str, other: str) -> int:
    for index, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return index
    return min(len(one), len(other))
