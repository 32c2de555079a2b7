"""`check`: a line a connection."""

from __future__ import annotations

import re
import socket

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from tests.commands.conftest import Command
from tests.harness import served

_KEY = "wrong" + "-key-" + "0" * 12


def test_every_connection_that_works_is_one_line_with_its_time(command: Command, vendors: dict[str, str]) -> None:
    said = command("check", **vendors)
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["duckie", "happyrobot", "conduit"]
    assert all(re.search(r": configured, reachable, authorised \(\d+ ms\): .", line) for line in lines)


def test_the_sandbox_is_said_to_be_one(command: Command) -> None:
    said = command("check", RUNDOWN_SANDBOX="1")
    assert (said.code, said.err) == (0, "")
    assert [line.partition(" (sandbox), reachable")[0] for line in said.out.splitlines()] == [
        "duckie: configured",
        "happyrobot: configured",
        "conduit: configured",
    ]


def test_a_wrong_key_fails_and_names_its_variable_and_the_others_are_checked(
    command: Command, vendors: dict[str, str]
) -> None:
    said = command("check", **{**vendors, "CONDUIT_API_KEY": _KEY})
    assert (said.code, said.err) == (1, "")
    *good, bad = said.out.splitlines()
    assert all("reachable, authorised" in line for line in good)
    assert re.match(r"conduit: configured, reachable, NOT authorised \(\d+ ms\): 401.*Set CONDUIT_API_KEY anew", bad)
    assert _KEY not in said.out


@pytest.mark.parametrize(
    ("variable", "value", "hint"),
    [
        ("HAPPYROBOT_ORGANIZATION_ID", _KEY, " Or HAPPYROBOT_ORGANIZATION_ID is not of this key's account."),
        ("HAPPYROBOT_ORGANIZATION_ID", "", " Or HAPPYROBOT_ORGANIZATION_ID is missing: set it."),
        ("CONDUIT_WORKSPACE_ID", _KEY, " Or CONDUIT_WORKSPACE_ID is not of this key's account."),
    ],
)
def test_what_an_account_is_narrowed_to_may_be_wrong_too(
    command: Command, vendors: dict[str, str], variable: str, value: str, hint: str
) -> None:
    said = command("check", **{**vendors, variable: value})
    (bad,) = [line for line in said.out.splitlines() if "NOT" in line]
    assert bad.startswith(f"{variable.partition('_')[0].lower()}: configured, reachable, ")
    assert bad.endswith(hint)
    assert (said.code, _KEY in said.out) == (1, False)
    called = command("call", "list_runs", f"provider={bad.partition(':')[0]}", **{**vendors, variable: value})
    assert called.out.endswith(f"{hint}\n")
    assert (called.code, _KEY in called.out) == (1, False)


def test_nothing_at_the_base_url_is_told_of_the_base_url_alone(command: Command) -> None:
    with served(_answering(404)) as address:
        said = command("check", DUCKIE_API_KEY=_KEY, DUCKIE_BASE_URL=f"{address}/api")
    assert said.out.endswith("): 404, nothing there. Check DUCKIE_BASE_URL, its path too.\n")


def test_a_missing_scope_is_named(command: Command) -> None:
    with served(_answering(403)) as address:
        said = command("check", DUCKIE_API_KEY=_KEY, DUCKIE_BASE_URL=f"{address}/api")
    assert "it lacks the scope api:runs:read. Give the key that permission" in said.out


def _answering(status: int) -> Starlette:
    def answer(_: Request) -> Response:
        if status == 200:
            return HTMLResponse("<html><title>Sign in</title></html>")
        return JSONResponse({"error": "canary"}, status, headers={"retry-after": "90"})

    return Starlette(routes=[Route("/{path:path}", answer)])


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, "reachable, NOT usable ({}): got an HTML page instead of JSON"),
        (403, "reachable, authorised, NOT allowed ({}): 403"),
        (500, "reachable, NOT usable ({}): the provider failed with 500"),
        (302, "reachable, NOT usable ({}): 302"),
        (429, "reachable, NOT usable now ({}): 429"),
    ],
)
def test_it_says_how_far_a_request_came(command: Command, status: int, state: str) -> None:
    with served(_answering(status)) as address:
        said = command("check", DUCKIE_API_KEY=_KEY, DUCKIE_BASE_URL=f"{address}/api")
    assert (said.code, said.err) == (1, "")
    assert re.sub(r"\d+ ms", "{}", said.out).startswith(f"duckie: configured, {state}")
    assert said.out.count("\n") == 1
    assert "canary" not in said.out
    assert "rundown-mcp check" not in said.out


def test_a_refused_port_is_not_reachable(command: Command) -> None:
    said = command("check", DUCKIE_API_KEY=_KEY, DUCKIE_BASE_URL="http://127.0.0.1:1/api")
    assert (said.code, said.err) == (1, "")
    assert "duckie: configured, NOT reachable" in said.out
    assert "connection refused" in said.out


def test_a_silent_server_is_given_up_after_the_time_of_a_call(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        said = command("check", DUCKIE_API_KEY=_KEY, DUCKIE_BASE_URL=address, RUNDOWN_TIMEOUT_S="1")
    assert said.code == 1
    assert re.search(r"NOT reachable \(1\d\d\d ms\): no answer within 1 s", said.out)


def test_nothing_configured_is_wrong_usage_with_the_mend(command: Command) -> None:
    said = command("check", CONDUIT_API_KEY="${CONDUIT_API_KEY}")
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert said.err.startswith("rundown-mcp: No provider is configured. Set one or more of DUCKIE_API_KEY")
    assert "CONDUIT_API_KEY: not set, an unexpanded placeholder" in said.err


def test_a_variable_that_looks_misspelt_is_said_and_those_of_others_are_not(command: Command) -> None:
    others = {"RUNDOWN_MCP_PORT": "tcp://10.0.0.1:8000", "RUNDOWN_MCP_SERVICE_HOST": "10.0.0.1", "RUNDOWN_TIMEOUT": ""}
    said = command("check", "--sandbox", RUNDOWN_REDACTON="strict", RUNDOWN_TIMEOUT_MS="9", **others)
    assert said.code == 0
    assert said.err.splitlines() == [
        "rundown-mcp: RUNDOWN_REDACTON: is no setting; was RUNDOWN_REDACTION meant?",
        "rundown-mcp: RUNDOWN_TIMEOUT_MS: is no setting; was RUNDOWN_TIMEOUT_S meant?",
    ]


def test_a_placeholder_is_said_where_another_connection_is_there(command: Command, vendors: dict[str, str]) -> None:
    said = command("check", **{**vendors, "DUCKIE_API_KEY": "$DUCKIE_API_KEY"})
    assert said.code == 0
    assert said.err.startswith("rundown-mcp: DUCKIE_API_KEY: not set, an unexpanded placeholder")
    assert [line.partition(":")[0] for line in said.out.splitlines()] == ["happyrobot", "conduit"]
