"""HappyRobot's bare values → neutral ones: text from outside, payloads, JSON inside strings, seconds."""

from __future__ import annotations

from datetime import timedelta

from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.transport.body import BodyError, parse_json


def value(content: JsonValue, kind: Kind) -> Untrusted | None:
    """Text from outside; None where it is absent or empty."""
    return None if content is None or content == "" else Untrusted(content, kind)


def payload(content: JsonValue) -> Untrusted | None:
    """Any JSON; an empty text is a value here, and the API has no flags for redacted or cut ones."""
    return None if content is None else Untrusted(content, Kind.PAYLOAD)


def unpacked(content: JsonValue) -> JsonValue:
    """JSON that came inside a string, as JSON; any other content as it is.

    Numbers and null stay text: read and written again they could change their spelling or vanish.
    """
    if not isinstance(content, str):
        return content
    try:
        inner = parse_json(content.encode(), "")
    except (BodyError, UnicodeEncodeError):
        return content
    return inner if isinstance(inner, dict | list | str | bool) else content


def span(seconds: float | None) -> timedelta | None:
    """A duration; None where it is absent or no length of time."""
    if seconds is None or seconds < 0:
        return None
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        return None
