"""The caller's trace (W3C Trace Context): taken from a request to us, carried on in our requests to providers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from opentelemetry.context import Context, attach, detach, get_current
from opentelemetry.trace import format_trace_id, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

# This one and not the global one, which carries baggage too: what a caller says of itself is nothing for a vendor.
_TRACE: Final = TraceContextTextMapPropagator()
_LONGEST_STATE: Final = 512
"""What the recommendation asks everybody to pass on; a provider may refuse a request for longer headers."""


def continued(told: Mapping[str, Any]) -> Context:
    """The present context with the trace that headers or a message's `_meta` tell; a malformed one counts as absent."""
    try:
        return _TRACE.extract(told, get_current())
    except (TypeError, ValueError):
        return get_current()


@contextmanager
def callers_trace(headers: Mapping[str, str]) -> Iterator[None]:
    """Within it, the trace of these headers is the present one."""
    token = attach(continued(headers))
    try:
        yield
    finally:
        detach(token)


def trace_headers() -> dict[str, str]:
    """The present trace as headers, written anew from its parsed parts; empty where there is none."""
    headers: dict[str, str] = {}
    _TRACE.inject(headers)
    if len(headers.get("tracestate", "")) > _LONGEST_STATE:
        del headers["tracestate"]
    return headers


def trace_id() -> str | None:
    """The present trace's id, 32 hexadecimal digits."""
    span = get_current_span().get_span_context()
    return format_trace_id(span.trace_id) if span.is_valid else None
