"""Metrics of one server for Prometheus, with names of ours alone as labels, so that there are never more than a few."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.exposition import choose_encoder

from rundown_mcp import __version__
from rundown_mcp.events import CallEvent, Observer, RequestEvent

_CALL_S: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 45, 120)
_REQUEST_S: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
_RATE_LIMITED: Final = 429
_NOT_ANSWERED: Final = "none"
_OPENMETRICS: Final = "application/openmetrics-text"


class Metrics(Observer):
    """Counts calls, requests and refusals in a registry of its own; docs/observability.md says what each means."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        Info("rundown_build", "The version that runs.", registry=registry).info({"version": __version__})
        self._calls = Counter(
            "rundown_calls", "Calls of tools, prompts and resources that ended.", ("name", "outcome"), registry=registry
        )
        self._callers = Counter(
            "rundown_caller_calls",
            "Calls by the name of their token.",
            ("caller",),
            registry=registry,
        )
        self._call_s = Histogram(
            "rundown_call_duration_seconds", "How long calls took.", ("name",), buckets=_CALL_S, registry=registry
        )
        self._in_flight = Gauge("rundown_calls_in_flight", "Calls under way.", registry=registry)
        self._tokens = Counter(
            "rundown_answer_tokens", "Tokens of answers, as o200k_base counts them.", ("name",), registry=registry
        )
        self._masked = Counter(
            "rundown_masked_values", "Values that stand masked or withheld in answers.", ("kind",), registry=registry
        )
        self._requests = Counter(
            "rundown_provider_requests",
            "Tries of requests to providers, with those that had to wait for too long to be sent.",
            ("connection", "status", "outcome"),
            registry=registry,
        )
        self._request_s = Histogram(
            "rundown_provider_request_duration_seconds",
            "How long tries took, without standing in line.",
            ("connection",),
            buckets=_REQUEST_S,
            registry=registry,
        )
        self._rate_limited = Counter(
            "rundown_provider_rate_limited", "Answers with status 429.", ("connection",), registry=registry
        )
        self._refusals = Counter(
            "rundown_http_refusals", "HTTP requests to this server that were refused.", ("status",), registry=registry
        )

    def wants_answer(self) -> bool:
        """Its tokens and what is masked in it are counted."""
        return True

    def call_began(self, call: CallEvent) -> None:  # noqa: ARG002 - the interface names it
        """One more is under way."""
        self._in_flight.inc()

    def call_ended(self, call: CallEvent) -> None:
        """Count it, and what its answer holds."""
        self._in_flight.dec()
        self._calls.labels(call.name, call.outcome).inc()
        self._call_s.labels(call.name).observe(call.took_s)
        if call.caller is not None:
            self._callers.labels(call.caller).inc()
        if call.tokens is not None:
            self._tokens.labels(call.name).inc(call.tokens)
        for kind, number in call.masked.items():
            self._masked.labels(kind).inc(number)

    def request_ended(self, request: RequestEvent) -> None:
        """Count it; only one that was sent took time."""
        name, status = request.endpoint.connection, request.status
        self._requests.labels(name, _status_class(status), request.outcome).inc()
        if request.waited_s is not None:
            self._request_s.labels(name).observe(request.took_s - request.waited_s)
        if status == _RATE_LIMITED:
            self._rate_limited.labels(name).inc()

    def refused(self, status: int) -> None:
        """An HTTP request was refused with this status."""
        self._refusals.labels(str(status)).inc()

    def page(self, accept: str) -> tuple[bytes, str]:
        """What a scraper that sends this `Accept` reads, and its content type.

        No more is read of it than whether it names OpenMetrics: the library fails on what it cannot parse.
        """
        encode, content_type = choose_encoder(_OPENMETRICS if _OPENMETRICS in accept else "")
        return encode(self._registry), content_type


def _status_class(status: int | None) -> str:
    """`2xx`; `none` where no answer came."""
    return _NOT_ANSWERED if status is None else f"{status // 100}xx"
