"""Send the trace to the collector that the environment names, as OpenTelemetry's own variables say."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from opentelemetry.trace import ProxyTracerProvider, get_tracer_provider, set_tracer_provider

from rundown_mcp import __version__
from rundown_mcp.commands.terminal import complain

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_LAST_S: Final = 3.0
_SPOKEN: Final = "http/protobuf"


@contextmanager
def exported_spans() -> Iterator[None]:
    """Within it, spans are sent in batches; what is left is sent when it ends.

    Does nothing where no collector is named, or somebody has set up OpenTelemetry already, as
    `opentelemetry-instrument` does.
    """
    provider = _provider() if _asked_for() else None
    if provider is None:
        yield
        return
    set_tracer_provider(provider)
    try:
        yield
    finally:
        flush_spans()


def flush_spans() -> None:
    """Send what has not been sent yet, whoever has set up OpenTelemetry; gives up after 3 seconds."""
    flush = getattr(get_tracer_provider(), "force_flush", None)
    if flush is not None:
        # The SDK tries for as long as a collector may take, and takes no other limit.
        sending = threading.Thread(target=flush, daemon=True)
        sending.start()
        sending.join(_LAST_S)


def _asked_for() -> bool:
    disabled = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    wanted = not disabled and os.environ.get("OTEL_TRACES_EXPORTER", "") in {"", "otlp"}
    return wanted and bool(_told("ENDPOINT")) and isinstance(get_tracer_provider(), ProxyTracerProvider)


def _provider() -> TracerProvider | None:
    """What records and sends; where it cannot be had, None.

    That is said on stderr: a collector that is named for everything on a machine is no reason not to start.
    """
    if _told("PROTOCOL") not in {"", _SPOKEN}:
        complain(f"OTEL_EXPORTER_OTLP_PROTOCOL: spans are sent by {_SPOKEN} only; set it, and the endpoint's port")
        return None
    try:
        # 100 ms and more, only where spans are sent.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        complain("OTEL_EXPORTER_OTLP_ENDPOINT: no spans are sent; install rundown-mcp[otel], or unset it")
        return None
    ours = {"service.name": "rundown-mcp", "service.version": __version__}
    resource = Resource.create({**ours, **OTELResourceDetector().detect().attributes})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


def _told(what: str) -> str:
    """A variable of the exporter: that for traces goes before that for every signal."""
    return os.environ.get(f"OTEL_EXPORTER_OTLP_TRACES_{what}") or os.environ.get(f"OTEL_EXPORTER_OTLP_{what}") or ""
