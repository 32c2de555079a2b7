"""Twenty-odd accounts, each at a provider that fails in its own way: one server process meets them all."""

from __future__ import annotations

import contextlib
import json
import secrets
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import anyio
import httpx
import trustme
from anyio.abc import ByteStream
from anyio.streams.tls import TLSStream
from tests.faults.bad_server import BadServer, Exchange, Greeting, head
from tests.faults.behaviours import BODY, CANARY, answers
from tests.faults.faults import FAULTS, Fault

from rundown_mcp.domain.text import JsonValue
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.sandbox.app import build_app
from rundown_mcp.sandbox.world import World

CUSTOMER: Final = CANARY
"""What a customer wrote: stands in every body, and may stand in the answer about a run that could be read."""
PROXY_PASSWORD: Final = f"proxy{secrets.token_hex(8)}"


async def _echoes_in_an_answer(exchange: Exchange) -> None:
    """A run that could be read, in whose texts and headers the key stands."""
    key = exchange.request.headers["authorization"]
    body = json.dumps(_with(f" {CUSTOMER} {key}", (await exchange.imitated()).json())).encode()
    await exchange.send(head(200, len(body), x_key=key, set_cookie=f"key={key}", link=f"<{key}>"), body)


def _with(more: str, value: JsonValue) -> JsonValue:
    """The same with more at the end of every text of several words."""
    match value:
        case dict():
            return {key: _with(more, item) for key, item in value.items()}
        case list():
            return [_with(more, item) for item in value]
        case str() if " " in value:
            return value + more
        case _:
            return value


async def _echoes_in_an_error(exchange: Exchange) -> None:
    """An error that repeats the request: in its status line, headers and body."""
    key = exchange.request.headers["authorization"]
    body = f'{{"error": "{key} lacks api:core:read, said {CUSTOMER}"}}'.encode()
    told = f"HTTP/1.1 403 {key}\r\ncontent-length: {len(body)}\r\nwww-authenticate: {key}\r\nretry-after: {key}\r\n\r\n"
    await exchange.send(told.encode(), body)


async def _echoes_what_is_no_http(exchange: Exchange) -> None:
    await exchange.send(exchange.request.headers["authorization"].encode(), b"\r\n\r\n", BODY)


_READ: Final = Fault(behave=_echoes_in_an_answer, kind="status: ", mend="")
FAILING: Final[Mapping[str, Fault]] = {
    **{
        name: FAULTS[name]
        for name in (
            *("unknown host", "refused", "reset within a body", "certificate that nobody vouches for", "half a body"),
            *("400", "401", "403", "404", "500", "503", "302 to another host", "HTML", "no HTTP"),
            *("JSON that breaks off", "gzip of 1 GB", "33 MB", "nested 100,000 deep", "JSON that is {}", "two lengths"),
        )
    },
    # How far it came in its waiting depends on the machine.
    "429": replace(FAULTS["429, no time"], kind="429"),
    "409": Fault(behave=answers(409), kind="409, in conflict", mend=""),
    "proxy with a password": replace(FAULTS["proxy that wants a password"], base=lambda _: "https://proxied.invalid"),
    "echo in an answer": _READ,
    "echo in an error": Fault(behave=_echoes_in_an_error, kind="403, .*api:core:read", mend=""),
    "echo that is no HTTP": Fault(behave=_echoes_what_is_no_http, kind="connection broke off", mend=""),
}
"""What goes wrong, by a name of ours."""
_OF_ANOTHER_HOST: Final = Fault(
    base=lambda server: server.base.replace("http:", "https:"), kind="TLS certificate of another host", mend=""
)


@dataclass(frozen=True)
class Account:
    """A connection, its key, and what goes wrong with it."""

    name: str
    key: str
    fault: Fault
    server: BadServer

    @property
    def may_be_read(self) -> bool:
        """Whether nothing fails but discretion."""
        return self.fault is _READ

    @property
    def variable(self) -> str:
        """Where its key stands."""
        return f"KEY_OF_{self.name.upper()}"

    @property
    def table(self) -> str:
        """Its part of the file that `RUNDOWN_CONFIG` names."""
        base = self.fault.base(self.server) if self.fault.base else self.server.base
        return f'[connections.{self.name}]\nprovider = "duckie"\napi_key_env = "{self.variable}"\nbase_url = "{base}"\n'


@contextlib.asynccontextmanager
async def failing_accounts(world: World, folder: Path) -> AsyncIterator[tuple[list[Account], dict[str, str]]]:
    """The accounts, and the settings of a server that has them all."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    faults = {**FAILING, "certificate of another host": replace(_OF_ANOTHER_HOST, greet=_speaks_tls_by(authority))}
    api = PROVIDERS["duckie"].imitate(world)
    imitation = httpx.ASGITransport(build_app([api]))
    async with anyio.create_task_group() as tasks:
        accounts = []
        for number, fault in enumerate(faults.values()):
            server = BadServer(imitation, path=api.prefix, behave=fault.behave, greet=fault.greet)
            server.elsewhere = "http://127.0.0.1:9"
            await server.open(tasks)
            key = api.environment["DUCKIE_API_KEY"] if fault is _READ else f"dk_{secrets.token_hex(16)}"
            accounts.append(Account(f"account{number}", key, fault, server))
        (folder / "rundown.toml").write_text("".join(account.table for account in accounts), encoding="utf-8")
        proxy = next(account.server.address for account in accounts if account.fault.proxied)
        yield (
            accounts,
            {
                "RUNDOWN_CONFIG": str(folder / "rundown.toml"),
                "RUNDOWN_CA_BUNDLE": str(folder / "ca.pem"),
                "HTTPS_PROXY": proxy.replace("//", f"//user:{PROXY_PASSWORD}@"),
                "NO_PROXY": "name.invalid",
                **{account.variable: account.key for account in accounts},
            },
        )
        tasks.cancel_scope.cancel()


def _speaks_tls_by(authority: trustme.CA) -> Greeting:
    """TLS with a certificate that the server trusts, for a host that it did not ask for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("other.test").configure_cert(context)

    async def greet(stream: ByteStream) -> ByteStream:
        return await TLSStream.wrap(stream, server_side=True, ssl_context=context)

    return greet
