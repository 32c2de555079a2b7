"""Send the trace to the collector that the environment names, as OpenTelemetry's own variables say."""

from __future__ import annotations

import os
import sys
from typing import Final

from opentelemetry.trace import ProxyTracerProvider, get_tracer_provider, set_tracer_provider

from rundown_mcp import __version__

_SPOKEN: Final = "http/protobuf"


def export_spans() -> None:
    """Have spans sent from now on, in batches, and what is left when the process ends.

    Does nothing where no collector is named, or somebody has set up OpenTelemetry already, as
    `opentelemetry-instrument` does. Says on stderr where it cannot do what is asked for: a collector that is named for
    everything on a machine is no reason not to start.
    """
    if not (_told("ENDPOINT") and _wanted() and isinstance(get_tracer_provider(), ProxyTracerProvider)):
        return
    if _told("PROTOCOL") not in {"", _SPOKEN}:
        _complain(f"OTEL_EXPORTER_OTLP_PROTOCOL: spans are sent by {_SPOKEN} only; set it, and the endpoint's port")
        return
    try:
        # 100 ms and more, only where spans are sent.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        _complain("OTEL_EXPORTER_OTLP_ENDPOINT: no spans are sent; install rundown-mcp[otel], or unset it")
        return
    ours = {"service.name": "rundown-mcp", "service.version": __version__}
    provider = TracerProvider(resource=Resource.create({**ours, **OTELResourceDetector().detect().attributes}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    set_tracer_provider(provider)


def flush_spans() -> None:
    """Send what has not been sent yet, whoever has set up OpenTelemetry; for who ends a process without ado."""
    flush = getattr(get_tracer_provider(), "force_flush", None)
    if flush is not None:
        flush()


def _told(what: str) -> str:
    """A variable of the exporter: that for traces goes before that for every signal."""
    return os.environ.get(f"OTEL_EXPORTER_OTLP_TRACES_{what}") or os.environ.get(f"OTEL_EXPORTER_OTLP_{what}") or ""


def _wanted() -> bool:
    disabled = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    return not disabled and os.environ.get("OTEL_TRACES_EXPORTER", "") in {"", "otlp"}


def _complain(message: str) -> None:
    print(f"rundown-mcp: {message}", file=sys.stderr)
