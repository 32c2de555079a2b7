"""Where a server sends its spans, by OpenTelemetry's own variables, and when it does not."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
import pytest
from tests.commands.launching import MODULE, SCRIPT, environment, serving, spoken_to
from tests.observe.collecting import Collector, conversation
from tests.observe.vendor import CANARY

_LISTING = ("tools/call", {"name": "list_runs", "arguments": {"limit": 3, "search": CANARY}})
_INSTRUMENTED = (str(Path(sys.executable).with_name("opentelemetry-instrument")), *SCRIPT)


def _stderr_of_a_call(variables: Mapping[str, str], *, command: Sequence[str] = MODULE) -> str:
    """What a server, on imitated data if not told otherwise, writes to stderr while it answers a call."""
    lines, answers = conversation("auto", _LISTING)
    written, stderr = spoken_to(lines, answers, command, **{"RUNDOWN_SANDBOX": "1", **variables})
    assert "result" in json.loads(written[0])
    return stderr


@pytest.mark.parametrize(
    ("named", "service"),
    [
        ({}, "rundown-mcp"),
        ({"OTEL_RESOURCE_ATTRIBUTES": "service.name=night-shift,team=ops"}, "night-shift"),
    ],
)
def test_spans_are_sent_under_our_name_or_the_operator_s(
    collector: Collector, named: dict[str, str], service: str
) -> None:
    assert _stderr_of_a_call({**named, **collector.variables()}) == ""
    assert collector.resource()["service.name"] == service
    assert collector.resource().get("team") == ("ops" if "OTEL_RESOURCE_ATTRIBUTES" in named else None)
    assert len(collector.spans("SERVER")) == 1


def test_an_endpoint_for_traces_is_taken_as_it_stands(collector: Collector) -> None:
    nowhere = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    _stderr_of_a_call({**nowhere, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{collector.endpoint}/v1/traces"})
    assert collector.spans("CLIENT")


@pytest.mark.parametrize("off", [{"OTEL_SDK_DISABLED": "true"}, {"OTEL_TRACES_EXPORTER": "none"}])
def test_nothing_is_sent_where_it_is_switched_off(collector: Collector, off: dict[str, str]) -> None:
    assert _stderr_of_a_call({**off, **collector.variables()}) == ""
    assert collector.raw == []


def test_a_protocol_that_is_not_spoken_is_named_and_the_server_starts(collector: Collector) -> None:
    stderr = _stderr_of_a_call({**collector.variables(), "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})
    assert stderr.startswith("rundown-mcp: OTEL_EXPORTER_OTLP_PROTOCOL: spans are sent by http/protobuf only")
    assert stderr.count("\n") == 1
    assert collector.raw == []


def test_where_the_extra_is_not_installed_it_is_named_and_the_server_starts(
    collector: Collector, tmp_path: Path
) -> None:
    (tmp_path / "opentelemetry_sdk_is_not_here.py").write_text("import sys; sys.modules['opentelemetry.sdk'] = None\n")
    bare = "import opentelemetry_sdk_is_not_here, sys; from rundown_mcp.cli import main; sys.exit(main([]))"
    stderr = _stderr_of_a_call(
        {**collector.variables(), "PYTHONPATH": str(tmp_path)}, command=(sys.executable, "-c", bare)
    )
    assert stderr == (
        "rundown-mcp: OTEL_EXPORTER_OTLP_ENDPOINT: no spans are sent; install rundown-mcp[otel], or unset it\n"
    )


def test_a_collector_that_does_not_answer_fails_no_call_and_keeps_no_server_from_ending() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert _stderr_of_a_call({"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_EXPORTER_OTLP_TIMEOUT": "600"}) == ""


def test_under_opentelemetry_instrument_its_set_up_stands_and_no_address_is_recorded(
    collector: Collector, variables: dict[str, str]
) -> None:
    theirs = {
        "OTEL_SERVICE_NAME": "theirs",
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_METRICS_EXPORTER": "none",
        "OTEL_LOGS_EXPORTER": "none",
    }
    asked = {**variables, "RUNDOWN_SANDBOX": "0"}
    _stderr_of_a_call({**asked, **theirs, **collector.variables()}, command=_INSTRUMENTED)
    assert collector.resource()["service.name"] == "theirs"
    assert [one.name for one in collector.spans()] == ["tools/call list_runs", "GET /runs"]
    assert CANARY not in repr(collector)


def test_serve_sends_the_spans_of_its_calls_and_the_last_ones_at_its_end(collector: Collector) -> None:
    lines, _ = conversation("auto", _LISTING)
    headers = {
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": "tools/call",
        "mcp-name": "list_runs",
        "traceparent": f"00-{'a' * 32}-{'b' * 16}-01",
    }
    with serving("serve", "--port", "0", "--sandbox", until="/mcp", quiet=True, **collector.variables()) as server:
        assert httpx.post(server.address, json=json.loads(lines[0]), headers=headers, timeout=20).status_code == 200
    (call,) = collector.spans("SERVER")
    assert (call.trace, call.parent) == ("a" * 32, "b" * 16)
    assert {one.trace for one in collector.spans("CLIENT")} == {"a" * 32}


@pytest.mark.skipif(sys.platform == "win32", reason="an interrupt cannot be sent to one process alone there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_a_server_over_stdio_sends_the_last_spans(collector: Collector, number: signal.Signals) -> None:
    lines, _ = conversation("auto", _LISTING)
    with subprocess.Popen(
        MODULE,
        env=environment(RUNDOWN_SANDBOX="1", **collector.variables()),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(lines[0] + "\n")
        process.stdin.flush()
        assert "result" in json.loads(process.stdout.readline())
        process.send_signal(number)
        assert process.wait(timeout=20) == 0
    assert [one.name for one in collector.spans("SERVER")] == ["tools/call list_runs"]
