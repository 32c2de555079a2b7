"""No key, token or customer's word in what a server says or logs, whatever goes wrong: a search for planted ones."""

from __future__ import annotations

import base64
import contextlib
import re
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import anyio
import httpx
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from tests.commands.launching import environment, serving
from tests.faults.calls import OF_A_RUN, Answer, Call, answers_of, asking_for
from tests.security.accounts import CUSTOMER, PROXY_PASSWORD, Account, failing_accounts

from rundown_mcp.sandbox.world import World

pytestmark = pytest.mark.anyio

TOKEN: Final = f"token{secrets.token_hex(12)}"
TYPED: Final = f"typed{secrets.token_hex(6)}"
"""What a client looks for."""
PATHS: Final = ("/healthz", "/metrics", "/elsewhere")
"""What a server says over HTTP besides MCP, asked with the token and without."""
RUNDOWN: Final = (
    sys.executable,
    "-c",
    """
import os, sys
import rundown_mcp.server
from rundown_mcp.cli import main

STARTS = {"subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"}
sys.addaudithook(lambda event, _: print("started a child:", event, file=sys.stderr) if event in STARTS else None)

async def crash(context, search: str):
    '''Fail as what nobody thought of does, with all that an exception's text may hold.'''
    raise RuntimeError(search, [key.get_secret_value() for key in context.runs.keys], dict(os.environ))

rundown_mcp.server.TOOLS = (*rundown_mcp.server.TOOLS, crash)
raise SystemExit(main(sys.argv[1:]))
""",
)
"""The command, with one tool more, which crashes; it says on stderr when it starts a process."""


Over = Callable[[Mapping[str, str], Path, list[str]], contextlib.AbstractAsyncContextManager[Client]]
"""Starts a server, and puts all that it says besides the answers to its client into the list, by its end."""


@contextlib.asynccontextmanager
async def over_stdio(variables: Mapping[str, str], folder: Path, said: list[str]) -> AsyncIterator[Client]:
    process = StdioServerParameters(command=RUNDOWN[0], args=[*RUNDOWN[1:]], env=environment(**variables))
    with (folder / "stderr").open("w+", encoding="utf-8") as stderr:
        async with Client(stdio_client(process, errlog=stderr)) as client:
            yield client
        stderr.seek(0)
        said.append(stderr.read())


@contextlib.asynccontextmanager
async def over_http(variables: Mapping[str, str], folder: Path, said: list[str]) -> AsyncIterator[Client]:
    given = {**variables, "RUNDOWN_HTTP_TOKEN": TOKEN}
    known = {"authorization": f"Bearer {TOKEN}"}
    with serving("serve", "--port", "0", until="/mcp", command=RUNDOWN, quiet=False, **given) as server:
        async with (
            httpx2.AsyncClient(headers=known, timeout=90) as http_client,
            Client(streamable_http_client(server.address, http_client=http_client)) as client,
        ):
            yield client
        async with httpx.AsyncClient(base_url=server.address.removesuffix("/mcp")) as stranger:
            for path in PATHS:
                for headers in (known, {}, {"authorization": f"Bearer {TOKEN}x"}):
                    answer = await stranger.get(path, headers=headers)
                    said += [answer.text, str(answer.headers)]
        assert any("rundown_calls" in text for text in said)
        if sys.platform == "linux":
            said.append(await anyio.Path(f"/proc/{server.process.pid}/cmdline").read_text(encoding="utf-8"))
    said += server.lines


@pytest.mark.parametrize("log", ["json", "debug"])
@pytest.mark.parametrize("over", [over_stdio, over_http])
async def test_nothing_planted_is_said_or_logged(world: World, tmp_path: Path, over: Over, log: str) -> None:
    answers: dict[str, dict[str, Answer]] = {}
    said: list[str] = []
    at_once = anyio.CapacityLimiter(18)  # with their calls fewer than one caller may have under way
    more = {"RUNDOWN_LOG": log, "RUNDOWN_TIMEOUT_S": "15", "RUNDOWN_METRICS": "1"}
    async with (
        failing_accounts(world, tmp_path) as (accounts, variables),
        over({**variables, **more}, tmp_path, said) as client,
        anyio.create_task_group() as tasks,
    ):

        async def ask(account: Account) -> None:
            run = f"{account.name}:{world.tickets[-1].id}"
            async with at_once:
                answers[account.name] = await answers_of(client, _calls_of(account), run)

        for account in accounts:
            tasks.start_soon(ask, account)
        crash = await answers_of(client, {"crash": asking_for("crash", search=TYPED)}, "")
    assert crash["crash"] == Answer("Error executing tool crash", failed=True)
    assert list(_unlike(accounts, answers)) == []

    keys = [*(account.key for account in accounts), TOKEN, PROXY_PASSWORD]
    logs = "\n".join(said)
    assert [*_found([*keys, CUSTOMER, TYPED, world.tickets[-1].id], logs)] == []
    assert re.search(r"started a child: \w", logs) is None
    assert {"get_run", "RuntimeError", "Unauthorized", accounts[0].name} <= {*re.findall(r"\w+", logs)}
    for account in accounts:
        text = "\n".join(answer.text for answer in answers[account.name].values())
        never = keys if account.may_be_read else [*keys, CUSTOMER]
        assert [*_found(never, text)] == [], account.fault.kind


def _calls_of(account: Account) -> dict[str, Call]:
    """Calls that reach a provider in different ways."""
    return {
        **{name: OF_A_RUN[name] for name in ("get_run", "get_step", "resource run://")},
        "list_runs": asking_for("list_runs", provider=account.name, search=TYPED),
        "list_config": asking_for("list_config", kind="agents", provider=account.name),
    }


def _unlike(accounts: list[Account], answers: Mapping[str, Mapping[str, Answer]]) -> Iterator[str]:
    """Accounts that did not fail as they should have, or not at all."""
    for account in accounts:
        answer = answers[account.name]["get_run"]
        # On a busy machine any of them may take all the time that there is.
        kind = f"{account.fault.kind}|no answer within"
        if answer.failed is account.may_be_read or re.search(kind, answer.text) is None:
            yield f"{account.fault.kind}: {answer}"
        read = "".join(one.text for one in answers[account.name].values())
        if account.may_be_read and not (CUSTOMER in read and "[secret:" in read):
            yield f"not what the provider said: {read}"


def _found(planted: Iterable[str], text: str) -> Iterator[str]:
    """What of these stands in the text, as it is, in part or encoded."""
    for secret in planted:
        half = len(secret) // 2
        forms = {
            secret,
            secret[half:],
            secret[:half],
            *(_base64(f"{before}{secret}") for before in ("", "Bearer ", "user:")),
        }
        yield from (form for form in forms if form in text)


def _base64(text: str) -> str:
    """Without the end, which depends on what follows."""
    return base64.b64encode(text.encode()).decode()[:-4]
