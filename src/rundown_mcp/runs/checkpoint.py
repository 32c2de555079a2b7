"""How far a walk has come in every list that it merges, in few bytes however many lists there are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from rundown_mcp.runs.position import Position, hashed

CONNECTION_TAG_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Span:
    """The lists of one connection from the tag `start` on, up to the next span: all of them stand at `place`.

    None is where a list stands that has given nothing yet: it is read from its newest run on.
    """

    start: bytes
    place: Position | None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a walk has come: `position` in all lists but those of the connections in `spans`, by `connection_tag`.

    A list that fails in the middle of a walk stays behind, so that the others go on and nothing of it is lost; one that
    could not be read at all comes late. Lists are asked in the order of their tags, so that those which a rate limit or
    a time-out leaves out lie side by side there and few spans say where hundreds of lists stand.

    `partial` are the tags of connections some of whose lists were not known at some call: what those held before the
    walk's place is not in it.
    """

    position: Position
    spans: Mapping[bytes, tuple[Span, ...]] = field(default_factory=dict)
    partial: frozenset[bytes] = frozenset()

    def of(self, connection: str) -> tuple[Span, ...]:
        """Where the lists of a connection stand."""
        return self.spans.get(connection_tag(connection), (Span(b"", self.position),))

    def place(self, connection: str, stream: str) -> Position | None:
        """Where one list stands."""
        spans = self.of(connection)
        return spans[bisect_right(spans, list_tag(connection, stream), key=attrgetter("start")) - 1].place


def connection_tag(connection: str) -> bytes:
    """Names a connection in few bytes."""
    return hashed(connection)[:CONNECTION_TAG_BYTES]


def list_tag(connection: str, stream: str) -> bytes:
    """Names a list of a connection in few bytes, and gives it its place among the others."""
    return hashed(f"{connection}\0{stream}")


def spans_of(places: Mapping[bytes, Position | None]) -> tuple[Span, ...]:
    """The places of a connection's lists, by their tags, as few spans; at least one list."""
    spans: list[Span] = []
    before = b""
    for tag in sorted(places):
        if not spans or spans[-1].place != places[tag]:
            spans.append(Span(_short_between(before, tag) if spans else b"", places[tag]))
        before = tag
    return tuple(spans)


def _short_between(before: bytes, tag: bytes) -> bytes:
    """The shortest start of `tag` that sorts behind `before`."""
    size = next(index for index, (one, other) in enumerate(zip(before, tag, strict=True), start=1) if one != other)
    return tag[:size]
