"""`serve` and `sandbox`: processes on a loopback port."""

from __future__ import annotations

import contextlib
import gc
import signal
import socket
import sys
from pathlib import Path
from typing import Literal

import anyio
import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from sse_starlette.sse import AppStatus
from starlette.types import Receive, Scope, Send
from tests.commands.conftest import Command
from tests.commands.launching import exported, serving
from tests.harness import Asked, rows

from rundown_mcp.commands.listening import listen, serve_until_interrupted
from rundown_mcp.domain.errors import RundownError

_TOKEN = "t0k" + "en" * 7
_WAYS_IN = "RUNDOWN_HTTP_TOKEN, [tokens.NAME] or RUNDOWN_OAUTH_ISSUER"


async def _first_ref(address: str, mode: Literal["auto", "legacy"]) -> str:
    headers = {"authorization": f"Bearer {_TOKEN}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=20) as http_client,
        Client(streamable_http_client(address, http_client=http_client), mode=mode) as client,
    ):
        assert "sandbox" in (client.instructions or "")
        answer = await Asked(client).text("list_runs", limit=1)
        return rows(answer)[0]["ref"]


def test_serve_answers_both_eras_with_the_token_and_ends_at_an_interrupt_though_a_request_is_open() -> None:
    with (
        contextlib.closing(socket.socket()) as stuck,
        serving("serve", "--port", "0", "--sandbox", until="/mcp", RUNDOWN_HTTP_TOKEN=_TOKEN) as server,
    ):
        assert not any(_TOKEN in line for line in server.lines)
        if sys.platform == "linux":
            assert _TOKEN not in Path(f"/proc/{server.process.pid}/cmdline").read_text(encoding="utf-8")
        assert anyio.run(_first_ref, server.address, "auto") == anyio.run(_first_ref, server.address, "legacy")
        url = httpx.URL(server.address)
        alive = httpx.get(url.copy_with(path="/healthz"))
        assert (alive.json(), alive.headers.get("server")) == ({"status": "ok"}, None)
        assert httpx.post(url, json={}).status_code == 401
        assert httpx.post(url, json={}, headers={"authorization": "Bearer wrong"}).status_code == 401
        stuck.connect((url.host, url.port or 0))
        head = f"POST /mcp HTTP/1.1\r\nhost: {url.netloc.decode()}\r\nauthorization: Bearer {_TOKEN}\r\n"
        stuck.sendall(f"{head}content-length: 100\r\n\r\n{{".encode())
        assert httpx.get(url.copy_with(path="/healthz")).status_code == 200
        server.process.send_signal(signal.SIGINT)
        assert stuck.recv(1) == b""


@pytest.mark.parametrize(
    ("variables", "missing"),
    [
        ({}, _WAYS_IN),
        ({"RUNDOWN_HTTP_TOKEN": _TOKEN}, "RUNDOWN_ALLOWED_HOSTS"),
        ({"RUNDOWN_HTTP_TOKEN": _TOKEN, "RUNDOWN_ALLOWED_HOSTS": "mcp.example.com"}, "RUNDOWN_ALLOWED_ORIGINS"),
    ],
)
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "10.0.0.1", "example.com"])  # noqa: S104 - refused
def test_serve_on_other_addresses_names_what_has_to_be_set(
    command: Command, host: str, variables: dict[str, str], missing: str
) -> None:
    said = command("serve", "--host", host, "--port", "0", "--sandbox", **variables)
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[-1].startswith(f"rundown-mcp: {missing}: required where --host is not loopback; set")
    assert _TOKEN not in said.err


@pytest.mark.parametrize("host", ["127.0.0.1", "::"])
def test_serve_does_not_start_open_where_its_token_was_not_filled_in(command: Command, host: str) -> None:
    unfilled = {"RUNDOWN_HTTP_TOKEN": "${TOKEN}"}
    said = command("serve", "--host", host, "--port", "0", "--sandbox", **unfilled)
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[-1].startswith("rundown-mcp: RUNDOWN_HTTP_TOKEN: an unexpanded placeholder, which")


@pytest.mark.parametrize(
    ("issuer", "audience", "said"),
    [
        (
            "https://id.example.com",
            "",
            "RUNDOWN_OAUTH_AUDIENCE: required with RUNDOWN_OAUTH_ISSUER; set it, or neither",
        ),
        ("", "api://rundown", "RUNDOWN_OAUTH_ISSUER: required with RUNDOWN_OAUTH_AUDIENCE; set it, or neither"),
        (
            "https://a.example",
            "api://rundown",
            "RUNDOWN_ALLOWED_HOSTS: required where RUNDOWN_OAUTH_AUDIENCE is no web address; "
            "give the host that clients ask, such as mcp.example.com",
        ),
        (
            "https://a.example",
            "https://mcp.example.com/mcp",
            "RUNDOWN_ALLOWED_HOSTS: required where --host is not loopback; set it, or serve on 127.0.0.1",
        ),
    ],
)
def test_what_is_missing_beside_an_issuer_is_named_and_a_token_is_not(
    command: Command, issuer: str, audience: str, said: str
) -> None:
    variables = {"RUNDOWN_OAUTH_ISSUER": issuer, "RUNDOWN_OAUTH_AUDIENCE": audience}
    answer = command("serve", "--sandbox", "--host", "::", "--port", "0", **variables)
    assert (answer.code, answer.err.splitlines()[-1]) == (2, f"rundown-mcp: {said}")


def test_an_answer_of_two_parts_does_not_wait_for_the_first_to_be_acknowledged() -> None:
    with (
        contextlib.closing(listen("127.0.0.1", 0)) as listener,
        contextlib.closing(socket.create_connection(listener.getsockname())),
        contextlib.closing(listener.accept()[0]) as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


@pytest.mark.parametrize(("token", "open_to_all"), [("", True), (_TOKEN, False)])
def test_serve_says_where_it_asks_nobody_for_a_token(token: str, open_to_all: bool) -> None:  # noqa: FBT001
    with serving("serve", "--port", "0", "--sandbox", until="/mcp", RUNDOWN_HTTP_TOKEN=token) as server:
        assert server.lines[-1].startswith("rundown-mcp: asks nobody for a token: http://") is open_to_all


def test_serve_says_which_tokens_can_be_guessed_and_how_to_make_one(tmp_path: Path) -> None:
    short, long = "x" * 15, "y" * 16
    for name, token in (("oncall", short), ("support", long)):
        (tmp_path / name).write_text(token)
        (tmp_path / name).chmod(0o600)
    config = tmp_path / "rundown.toml"
    config.write_text('[tokens.oncall]\ntoken_file = "oncall"\n[tokens.support]\ntoken_file = "support"\n')
    given = {"RUNDOWN_HTTP_TOKEN": short[:-1], "RUNDOWN_CONFIG": str(config)}
    with serving("serve", "--port", "0", "--sandbox", until="/mcp", quiet=False, **given) as server:
        assert server.lines[0].endswith(server.address)
    (said,) = server.lines[1:]
    assert said.startswith("rundown-mcp: RUNDOWN_HTTP_TOKEN, [tokens.oncall]: shorter than 16 characters")
    assert 'python -c "import secrets; ' in said
    assert short[:-1] not in said


@pytest.mark.parametrize("arguments", [("sandbox", "--runs", "5"), ("serve", "--sandbox")])
def test_a_port_in_use_is_one_line(command: Command, arguments: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = command(*arguments, "--port", str(port))
    assert (said.code, said.out) == (1, "")
    assert said.err.count("\n") == 1
    assert said.err.startswith(f"rundown-mcp: cannot listen on 127.0.0.1 port {port}")
    assert "--port" in said.err


def test_a_host_that_is_no_name_is_one_line(command: Command) -> None:
    allowed = {"RUNDOWN_ALLOWED_HOSTS": "a.example", "RUNDOWN_ALLOWED_ORIGINS": "https://a.example"}
    said = command("serve", "--sandbox", "--host", "a..b", "--port", "0", RUNDOWN_HTTP_TOKEN=_TOKEN, **allowed)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("rundown-mcp: cannot listen on a..b port 0")


def test_the_sandbox_prints_the_documented_addresses_and_the_seed_decides_the_world(
    command: Command, vendors: dict[str, str]
) -> None:
    paths = {name: httpx.URL(value).path for name, value in vendors.items() if name.endswith("_BASE_URL")}
    assert paths == {
        "DUCKIE_BASE_URL": "/duckie/api/v1",
        "HAPPYROBOT_BASE_URL": "/happyrobot/api/v1",
        "CONDUIT_BASE_URL": "/conduit/v1",
    }
    with serving("sandbox", "--port", "0", "--runs", "12", "--seed", "4", until="CONDUIT_BASE_URL") as other:
        printed = exported(other.lines)
        assert printed.keys() == vendors.keys()
        first, second = (_refs(command("call", "list_runs", "limit=100", **env).out) for env in (vendors, printed))
    assert len(first) == 40
    assert len(second) == 12
    assert first.isdisjoint(second)


def _refs(answer: str) -> set[str]:
    return {row["ref"] for row in rows(answer)}


def test_a_server_that_cannot_start_announces_nothing_and_fails() -> None:
    announced: list[str] = []

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": ""})

    with listen("127.0.0.1", 0) as listener, pytest.raises(RundownError, match="could not start"):
        serve_until_interrupted(broken, listener, lifespan=True, grace_s=1, announce=lambda: announced.append("up"))
    assert announced == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_server_collects_garbage_once_it_is_up_and_ends_as_interrupted_by_either_signal(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AppStatus, "should_exit", False)  # else no stream of a later test in this process would answer
    collecting: list[bool] = []

    def announced() -> None:
        collecting.append(gc.isenabled() and gc.get_freeze_count() > 0)
        signal.raise_signal(number)

    before = signal.getsignal(signal.SIGTERM)
    gc.disable()
    try:
        with listen("127.0.0.1", 0) as listener, pytest.raises(KeyboardInterrupt):
            serve_until_interrupted(_nothing, listener, lifespan=False, grace_s=1, announce=announced)
    finally:
        gc.enable()
        gc.unfreeze()
    assert collecting == [True]
    assert signal.getsignal(signal.SIGTERM) == before


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError


def test_a_command_leaves_collecting_on(command: Command) -> None:
    assert command("call", "list_runs", "limit=1", "--sandbox").code == 0
    assert gc.isenabled()
