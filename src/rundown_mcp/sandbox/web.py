"""What the imitated APIs have in common: GET routes behind a guard, keyset pages, budgets, times as text."""

import base64
import binascii
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Row = TypeVar("Row")
Clock = Callable[[], float]
Guard = Callable[[Request], Mapping[str, str]]
Answer = Callable[[Request], object]

_EVERY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_WINDOW_S = 60.0
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE)
_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")


class Refused(Exception):
    """The vendor answers with an error; `body` is its JSON."""

    def __init__(self, status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers


def get(path: str, guard: Guard, answer: Answer) -> Route:
    """A route that answers JSON. The guard sees requests of any method first; what it returns become headers."""

    async def endpoint(request: Request) -> Response:
        try:
            headers = guard(request)
            return JSONResponse(answer(request), headers=dict(headers))
        except Refused as refused:
            return JSONResponse(refused.body, refused.status, dict(refused.headers or {}))

    return Route(path, endpoint, methods=_EVERY_METHOD)


def elsewhere(refused: Callable[[], Refused]) -> Route:
    """The last route of an API: whatever path is not one of its own."""

    def guard(_: Request) -> Mapping[str, str]:
        raise refused()

    return get("/{path:path}", guard, lambda _: None)


def bearer(request: Request) -> str | None:
    """The token of `Authorization: Bearer <token>`; None where the header is missing or has another form."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None


def as_text(moment: datetime) -> str:
    """`2026-11-20T09:00:00.000Z`: the form of all three vendors' examples; it sorts as time does."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def as_text_or_null(moment: datetime | None) -> str | None:
    """As `as_text`; null stays null."""
    return None if moment is None else as_text(moment)


def as_moment(text: str) -> datetime | None:
    """Reads a date-time of RFC 3339, its offset included; None for anything else, such as a bare date."""
    if not _DATE_TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        return None


def as_whole_number(text: str) -> int | None:
    """Reads ASCII digits, at most nine; None for anything else, a sign included."""
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else None


def cursor_of(values: Mapping[str, str]) -> str:
    """An opaque word that holds `values`: base64url of JSON, without padding."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def values_of(cursor: str, names: Sequence[str]) -> tuple[str, ...] | None:
    """The values of a cursor in the order of `names`; None where it is none of ours."""
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return None
    if not isinstance(values, dict) or not all(isinstance(values.get(name), str) for name in names):
        return None
    return tuple(values[name] for name in names)


def page_of(
    rows: Sequence[Row],
    place: Callable[[Row], tuple[str, ...]],
    after: tuple[str, ...] | None,
    limit: int,
    *,
    ascending: bool = False,
) -> tuple[list[Row], bool]:
    """The first `limit` rows, by falling `place` unless `ascending`, behind the place `after`; whether more follow.

    A keyset page: rows that arrive meanwhile move nothing.
    """
    ahead = sorted(rows, key=place, reverse=not ascending)
    if after is not None:
        ahead = [row for row in ahead if (place(row) > after if ascending else place(row) < after)]
    return ahead[:limit], len(ahead) > limit


@dataclass(frozen=True, slots=True)
class Taken:
    """What a request left of its budget; `reset_at` is a Unix time, `wait_s` set where there was nothing left."""

    limit: int
    remaining: int
    reset_at: int
    wait_s: int | None = None


@dataclass
class Budget:
    """So many requests a minute for each holder, such as a key; the minute starts with its first request.

    One that is not `kept` never runs out: it says what the limit is, and that all of it is left.
    """

    per_minute: int
    clock: Clock
    kept: bool = True
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict)

    def take(self, holder: str) -> Taken:
        """Counts a request, unless the budget is spent."""
        now = self.clock()
        start, count = self._windows.get(holder, (now, 0))
        if not self.kept or now >= start + _WINDOW_S:
            start, count = now, 0
        reset_at = math.ceil(start + _WINDOW_S)
        if count >= self.per_minute:
            return Taken(self.per_minute, 0, reset_at, max(1, math.ceil(start + _WINDOW_S - now)))
        self._windows[holder] = (start, count + 1)
        return Taken(self.per_minute, self.per_minute - count - 1, reset_at)
