"""`RUNDOWN_LOG`: a line a call and a request on stderr, with names and numbers of ours and nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.commands.conftest import Command
from tests.commands.launching import ran, serving
from tests.harness import served

_CANARY = "can" + "ary"
_KEY = _CANARY + "-key-0123456789"
_RUN = "3c90c3cc-0d44-4b50-8888-8dd25736052a"


@pytest.fixture(scope="module")
def failing() -> Iterator[Mapping[str, str]]:
    """Settings of a Duckie whose runs fail with a body that nobody may read, and whose lists do not."""

    def answer(request: Request) -> Response:
        if request.path_params["path"] == "runs":
            return JSONResponse({"data": []})
        return JSONResponse({"error": _CANARY}, 503 if request.path_params["path"].startswith("runs") else 401)

    with served(Starlette(routes=[Route("/{path:path}", answer)])) as address:
        yield {"DUCKIE_API_KEY": _KEY, "DUCKIE_BASE_URL": address}


def _events(stderr: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stderr.splitlines()]


def _words(line: str) -> dict[str, str]:
    return dict(re.findall(r' (\w+)=("[^"]*"|\S+)', line))


def test_json_is_one_object_a_request_and_a_call(vendors: dict[str, str]) -> None:
    said = ran("call", "list_runs", f"search={_CANARY}", RUNDOWN_LOG="json", **vendors)
    assert said.returncode == 0
    *requests, call = _events(said.stderr)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["at"]) for event in [*requests, call])
    assert {(event["level"], event["event"], event["method"]) for event in requests} == {("debug", "request", "GET")}
    assert {event["connection"] for event in requests} == {"duckie", "happyrobot", "conduit"}
    assert {event["path"] for event in requests} >= {"/runs", "/use-cases", "/agents", "/agents/*/runs"}
    assert {(event["outcome"], event["status"], event["attempt"], event["call"]) for event in requests} == {
        ("ok", 200, 1, call["call"])
    }
    assert all(event["bytes"] > 0 and event["ms"] >= event["waited_ms"] >= 0 for event in requests)
    assert (call["level"], call["event"], call["name"], call["outcome"]) == ("info", "call", "list_runs", "ok")
    assert sorted(call["asked"].split(",")) == ["conduit", "duckie", "happyrobot"]
    assert call["requests"] == len(requests)
    assert call["tokens"] > 20
    assert call["ms"] >= 0
    assert _CANARY not in said.stderr


def test_what_is_masked_in_an_answer_is_counted() -> None:
    said = ran("call", "list_runs", "limit=100", "max_tokens=8000", "--sandbox", RUNDOWN_LOG="json")
    (masked,) = re.findall(r"^masked: (.*)$", said.stdout, re.MULTILINE)
    (event,) = [event for event in _events(said.stderr) if event["event"] == "call"]
    assert event["masked"] == masked


def test_info_is_a_readable_line_a_call_and_no_more(vendors: dict[str, str]) -> None:
    said = ran("call", "list_runs", f"agent={_CANARY}", RUNDOWN_LOG=" info ", **vendors)
    (line,) = said.stderr.splitlines()
    assert re.match(r"\d{4}-\S+Z INFO rundown_mcp\.events: call name=list_runs call=1 outcome=", line)
    assert _CANARY not in line


def test_debug_tells_each_try_of_a_request_without_its_id(failing: Mapping[str, str]) -> None:
    said = ran("call", "get_run", f"run=duckie:{_RUN}", RUNDOWN_LOG="debug", **failing)
    assert said.returncode == 1
    *tries, call = said.stderr.splitlines()
    assert [_words(line)["attempt"] for line in tries] == ["1", "2", "3"]
    assert {(_words(line)["path"], _words(line)["status"], _words(line)["outcome"]) for line in tries} == {
        ("/runs/*", "503", "Unavailable")
    }
    assert (_words(call)["outcome"], _words(call)["asked"], _words(call)["requests"]) == ("Unavailable", "duckie", "3")
    assert "tokens" not in _words(call)
    for hidden in (_CANARY, _RUN[:8], failing["DUCKIE_BASE_URL"]):
        assert hidden not in said.stderr


def test_a_call_that_is_refused_for_an_argument_names_the_kind_of_error_only() -> None:
    said = ran("call", "list_runs", f"limit={_CANARY}", "--sandbox", RUNDOWN_LOG="json")
    (event,) = _events(said.stderr)
    assert (event["outcome"], event["requests"]) == ("InvalidArgument", 0)
    assert "asked" not in event
    assert _CANARY not in said.stderr


def test_without_it_nothing_is_logged(failing: Mapping[str, str]) -> None:
    assert ran("call", "list_runs", **failing).stderr == ""


def test_a_wrong_value_is_a_configuration_error(command: Command) -> None:
    said = command("check", "--sandbox", RUNDOWN_LOG=_CANARY)
    assert said == (2, "", "rundown-mcp: RUNDOWN_LOG: takes info, debug, json\n")


def test_an_exception_is_one_object_with_its_kind_and_place() -> None:
    code = (
        "import logging; from rundown_mcp.logs import Detail, log_in_detail, set_up_logging\n"
        "set_up_logging(); log_in_detail(Detail.JSON)\n"
        "try: {}['can' + 'ary']\n"
        "except KeyError: logging.getLogger('mcp').exception('failed')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    (event,) = _events(done.stderr)
    assert (event["level"], event["logger"], event["event"]) == ("error", "mcp", "failed")
    assert event["exception"].split("\n")[0] == "KeyError"
    assert _CANARY not in done.stderr


@pytest.mark.parametrize(("token", "sandbox", "before"), [("", "1", []), (_KEY, "0", ["No provider is configured."])])
def test_as_json_serve_tells_where_it_is_in_a_field(token: str, sandbox: str, before: list[str]) -> None:
    given = {"RUNDOWN_HTTP_TOKEN": token, "RUNDOWN_SANDBOX": sandbox}
    with serving("serve", "--port", "0", until="/mcp", RUNDOWN_LOG="json", quiet=True, **given) as server:
        *said, listening = _events("\n".join(server.lines))
        alive = httpx.get(listening["address"].replace("/mcp", "/healthz"), timeout=20)
    assert alive.status_code == 200
    assert (listening["level"], listening["event"]) == ("info", "listening")
    assert listening["asks_for_token"] is bool(token)
    assert [event["event"][: len(start)] for event, start in zip(said, before, strict=True)] == before
    assert all("--sandbox" in event["event"] for event in said)


def test_as_json_what_keeps_serve_from_starting_is_an_object_too() -> None:
    said = ran("serve", "--sandbox", "--host", "10.0.0.1", RUNDOWN_LOG="json")
    (event,) = _events(said.stderr)
    assert (said.returncode, event["level"]) == (2, "error")
    assert event["event"].startswith("RUNDOWN_HTTP_TOKEN, ")


def test_without_a_provider_serve_starts_and_says_first_what_to_set() -> None:
    with serving("serve", "--port", "0", until="/mcp") as server:
        first, second = server.lines
    assert first.startswith("rundown-mcp: No provider is configured. Set one or more of DUCKIE_API_KEY, ")
    assert second.split()[-1] == server.address
