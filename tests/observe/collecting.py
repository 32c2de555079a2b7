"""A collector of spans on loopback, as OTLP over HTTP has it, and a server process that sends it its spans."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tests.eras import Era
from tests.harness import served

Attributes: TypeAlias = Mapping[str, Any]
SPOKEN = "io.modelcontextprotocol/"


@dataclass(frozen=True)
class Recorded:
    """A span as it came, with its ids as hexadecimal digits, and an empty `parent` where it is a root."""

    name: str
    kind: str
    trace: str
    id: str
    parent: str
    failed: bool
    attributes: Attributes


@dataclass
class Collector:
    """What was sent; `raw` are the bytes, in which every text stands as it is."""

    raw: list[bytes] = field(default_factory=list)
    endpoint: str = ""

    async def answer(self, request: Request) -> Response:
        assert request.headers["content-type"] == "application/x-protobuf"
        self.raw.append(await request.body())
        return Response()

    def variables(self) -> dict[str, str]:
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": self.endpoint}

    def resource(self) -> Attributes:
        """What every span says of the process that sent it."""
        (first, *others) = [_attributes(part.resource.attributes) for part in self._parts()]
        assert all(other == first for other in others)
        return first

    def spans(self, kind: str | None = None) -> list[Recorded]:
        """In the order in which they began."""
        spans = [span for part in self._parts() for scope in part.scope_spans for span in scope.spans]
        spans.sort(key=lambda span: span.start_time_unix_nano)
        assert not any(span.events or span.status.message for span in spans)
        return [one for span in spans if (one := _recorded(span)).kind == kind or kind is None]

    def _parts(self) -> list[Any]:
        return [part for body in self.raw for part in ExportTraceServiceRequest.FromString(body).resource_spans]


def _recorded(span: Span) -> Recorded:
    return Recorded(
        span.name,
        Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        span.status.code == Status.STATUS_CODE_ERROR,
        _attributes(span.attributes),
    )


def _attributes(pairs: Sequence[KeyValue]) -> Attributes:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> Any:  # noqa: ANN401 - any value of an attribute
    if value.WhichOneof("value") == "array_value":
        return [_value(one) for one in value.array_value.values]
    return getattr(value, value.WhichOneof("value") or "string_value")


@contextlib.contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()
    with served(Starlette(routes=[Route("/v1/traces", collector.answer, methods=["POST"])])) as address:
        collector.endpoint = address
        yield collector


def conversation(era: Era, *messages: tuple[str, Mapping[str, Any]], ids: str = "") -> tuple[list[str], int]:
    """The lines of a client that asks these methods with these parameters, and how many answers they get.

    A message's id begins with `ids`.
    """
    lines: list[dict[str, Any]] = []
    if era == "legacy":
        hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "by-hand", "version": "1"}}
        lines = [{"id": 0, "method": "initialize", "params": hello}, {"method": "notifications/initialized"}]
    for number, (method, params) in enumerate(messages, 1):
        modern = {f"{SPOKEN}protocolVersion": "2026-07-28", f"{SPOKEN}clientCapabilities": {}}
        meta = (modern if era == "auto" else {}) | params.get("_meta", {})
        name = f"{ids}{number}" if ids else number
        lines.append({"id": name, "method": method, "params": {**params, "_meta": meta}})
    answers = sum("id" in line for line in lines)
    return [json.dumps({"jsonrpc": "2.0", **line}) for line in lines], answers
