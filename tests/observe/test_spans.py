"""What a collector gets of a server process: a span a message and a request, and no text of anybody else's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from tests.commands.launching import spoken_to
from tests.eras import ERAS, Era
from tests.observe.collecting import SPOKEN, Collector, conversation
from tests.observe.vendor import CANARY, RUN, Vendor

_TRACE, _CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
_OF_A_MESSAGE = {"mcp.method.name", "mcp.protocol.version"}
_OF_A_CALL = {"rundown.call", "rundown.outcome", "rundown.requests", "rundown.connections"}
_OF_AN_ANSWER = {"rundown.answer.tokens"}
_OF_A_REQUEST = {"http.request.method", "url.template", "server.address", "server.port", "rundown.connection"}


def _tool(name: object, **arguments: Any) -> tuple[str, Mapping[str, Any]]:  # noqa: ANN401 - any argument
    return "tools/call", {"name": name, "arguments": arguments}


def _spoken(
    collector: Collector, settings: Mapping[str, str], *messages: tuple[str, Mapping[str, Any]], era: Era = "auto"
) -> list[str]:
    """What a server with these settings answers to these messages; it is gone, and its spans have come."""
    lines, answers = conversation(era, *messages)
    written, stderr = spoken_to(lines, answers, **settings, **collector.variables())
    assert stderr == ""
    return written


_EVERYTHING = (
    _tool("list_runs", search=CANARY),
    _tool("list_runs", agent=CANARY),
    _tool("get_run", run=f"duckie:{RUN}"),
    _tool("get_run", run=f"duckie:{CANARY}"),
    _tool("list_config", kind="agents", search=CANARY),
    _tool("list_runs", limit=CANARY),
    _tool("list_runs", **{CANARY: 1}),
    _tool(CANARY, search=CANARY),
    _tool({CANARY: 1}),
    ("tools/call", {"name": "list_runs", "arguments": [CANARY]}),
    ("prompts/get", {"name": CANARY, "arguments": {CANARY: CANARY}}),
    ("prompts/get", {"name": "explain_run", "arguments": {"run": CANARY}}),
    ("prompts/get", {"name": "handoff_report", "arguments": {"run": f"duckie:{RUN}"}}),
    ("resources/read", {"uri": f"run://duckie/{CANARY}"}),
    ("resources/read", {"uri": f"run://duckie/{RUN}"}),
    (
        "completion/complete",
        {"ref": {"type": "ref/prompt", "name": CANARY}, "argument": {"name": "run", "value": CANARY}},
    ),
    (f"{CANARY}/{CANARY}", {"name": CANARY}),
    ("tools/list", {"_meta": {f"{SPOKEN}protocolVersion": CANARY}}),
    ("tools/list", {"_meta": {"traceparent": CANARY, "baggage": f"user={CANARY}", CANARY: CANARY}}),
)


@pytest.mark.parametrize("era", ERAS)
def test_nothing_that_a_client_or_a_provider_wrote_is_sent_nor_a_key(
    collector: Collector, variables: dict[str, str], era: Era
) -> None:
    lines, answers = conversation(era, *_EVERYTHING, ids=CANARY)
    written, stderr = spoken_to(lines, answers, **variables, **collector.variables())
    assert CANARY in "".join(written)
    assert stderr == ""
    assert len(collector.spans("SERVER")) == len(lines) - 1  # a version that there is not is refused before
    assert {
        (one.attributes["url.template"], one.attributes.get("error.type")) for one in collector.spans("CLIENT")
    } == {
        ("/runs", None),
        ("/runs/*", "503"),
        ("/agents", "UnexpectedBody"),
    }
    for body in collector.raw:
        assert CANARY.encode() not in body
        assert RUN[:8].encode() not in body
        assert b"traceback" not in body.lower()


def test_a_name_that_is_none_is_told_as_another(collector: Collector, variables: dict[str, str]) -> None:
    unknown = [_tool(CANARY), ("prompts/get", {"name": CANARY}), (CANARY, {})]
    _spoken(collector, variables, *unknown)
    told = [(span.name, span.failed, dict(span.attributes)) for span in collector.spans("SERVER")]
    spoken = {"mcp.protocol.version": "2026-07-28"}
    tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "_OTHER", "error.type": "tool_error"}
    assert [(name, failed) for name, failed, _ in told] == [
        ("tools/call _OTHER", True),
        ("prompts/get _OTHER", True),
        ("_OTHER", True),
    ]
    assert told[0][2] == {"mcp.method.name": "tools/call", **spoken, **tool}
    assert told[2][2] == {
        "mcp.method.name": "_OTHER",
        **spoken,
        "error.type": "-32601",
        "rpc.response.status_code": "-32601",
    }


def test_a_call_s_span_tells_what_the_call_did(collector: Collector) -> None:
    asked = _tool("list_runs", limit=100, max_tokens=8000)
    written = _spoken(collector, {"RUNDOWN_SANDBOX": "1"}, asked)
    answer = json.loads(written[0])["result"]["content"][0]["text"]
    (call,) = collector.spans("SERVER")
    requests = collector.spans("CLIENT")
    assert (call.name, call.failed) == ("tools/call list_runs", False)
    masked = {f"{number} {name.removeprefix('rundown.masked.')}" for name, number in call.attributes.items()
              if name.startswith("rundown.masked.")}  # fmt: skip
    (told,) = [line.removeprefix("masked: ") for line in answer.split("\n") if line.startswith("masked: ")]
    assert masked == set(told.split(", "))
    assert set(call.attributes) - {name for name in call.attributes if name.startswith("rundown.masked.")} == (
        _OF_A_MESSAGE | _OF_A_CALL | _OF_AN_ANSWER | {"gen_ai.operation.name", "gen_ai.tool.name"}
    )
    assert call.attributes["gen_ai.tool.name"] == "list_runs"
    assert call.attributes["rundown.outcome"] == "ok"
    assert sorted(call.attributes["rundown.connections"]) == ["conduit", "duckie", "happyrobot"]
    assert call.attributes["rundown.requests"] == len(requests)
    assert 200 < call.attributes["rundown.answer.tokens"] <= 8000
    assert {(one.trace, one.parent) for one in requests} == {(call.trace, call.id)}
    assert {one.attributes["server.address"] for one in requests} == {"sandbox.invalid"}


def test_each_try_of_a_request_has_a_span(collector: Collector, variables: dict[str, str], vendor: Vendor) -> None:
    _spoken(collector, variables, _tool("get_run", run=f"duckie:{RUN}"))
    (call,) = collector.spans("SERVER")
    tries = collector.spans("CLIENT")
    port = int(variables["DUCKIE_BASE_URL"].rpartition(":")[2])
    assert [one.name for one in tries] == ["GET /runs/*"] * 3
    assert [one.attributes.get("http.request.resend_count") for one in tries] == [None, 1, 2]
    for one in tries:
        assert one.failed
        assert {name: value for name, value in one.attributes.items() if name != "http.request.resend_count"} == {
            "http.request.method": "GET",
            "http.response.status_code": 503,
            "error.type": "503",
            "url.template": "/runs/*",
            "server.address": "127.0.0.1",
            "server.port": port,
            "rundown.connection": "duckie",
        }
    assert call.failed
    assert call.attributes["error.type"] == "tool_error"
    assert call.attributes["rundown.outcome"] == "Unavailable"
    assert [sent[:-3] for sent in vendor.traces] == [f"00-{one.trace}-{one.id}" for one in tries]


def test_a_request_s_span_tells_how_it_ended(collector: Collector, variables: dict[str, str]) -> None:
    _spoken(collector, variables, _tool("list_runs"), _tool("list_config", kind="agents"))
    ended = {
        one.name: (one.failed, one.attributes["http.response.status_code"], one.attributes.get("error.type"))
        for one in collector.spans("CLIENT")
    }
    assert ended == {"GET /runs": (False, 200, None), "GET /agents": (True, 200, "UnexpectedBody")}


def test_a_request_that_gets_no_answer_is_told_by_the_kind_of_its_error(collector: Collector) -> None:
    nowhere = {"DUCKIE_API_KEY": "k" * 12, "DUCKIE_BASE_URL": "http://127.0.0.1:9"}
    _spoken(collector, nowhere, _tool("list_runs"))
    assert {one.attributes["error.type"] for one in collector.spans("CLIENT")} == {"Unavailable"}
    assert not any("http.response.status_code" in one.attributes for one in collector.spans("CLIENT"))


@pytest.mark.parametrize("era", ERAS)
def test_a_trace_leads_from_the_caller_through_the_message_to_the_provider(
    collector: Collector, variables: dict[str, str], vendor: Vendor, era: Era
) -> None:
    method, params = _tool("list_runs")
    asked = method, {**params, "_meta": {"traceparent": f"00-{_TRACE}-{_CALLER}-01", "tracestate": "a=1"}}
    _spoken(collector, variables, asked, era=era)
    message = collector.spans("SERVER")[-1]
    (request,) = collector.spans("CLIENT")
    assert (message.trace, message.parent) == (_TRACE, _CALLER)
    assert (request.trace, request.parent) == (_TRACE, message.id)
    assert vendor.traces == [f"00-{_TRACE}-{request.id}-01"]


def test_a_caller_that_is_not_sampled_is_not_recorded(
    collector: Collector, variables: dict[str, str], vendor: Vendor
) -> None:
    method, params = _tool("list_runs")
    asked = method, {**params, "_meta": {"traceparent": f"00-{_TRACE}-{_CALLER}-00"}}
    _spoken(collector, variables, asked)
    assert collector.raw == []
    (sent,) = vendor.traces
    assert (sent[:35], sent[-2:]) == (f"00-{_TRACE}", "00")
