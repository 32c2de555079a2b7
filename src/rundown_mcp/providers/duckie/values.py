"""Duckie's bare values → neutral ones: text from outside, payloads with their flags, seconds."""

from __future__ import annotations

from datetime import timedelta

from rundown_mcp.domain.text import JsonValue, Kind, Untrusted


def value(content: JsonValue, kind: Kind) -> Untrusted | None:
    """Text from outside; None where it is absent or empty."""
    return None if content is None or content == "" else Untrusted(content, kind)


def payload(content: JsonValue, *, redacted: bool | None, truncated: bool | None) -> Untrusted | None:
    """Any JSON with the vendor's flags; an empty text is a value here."""
    return None if content is None else Untrusted(content, Kind.PAYLOAD, redacted=redacted, truncated=truncated)


def span(seconds: float | None) -> timedelta | None:
    """A duration; None where it is absent or no length of time."""
    if seconds is None or seconds < 0:
        return None
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        return None
