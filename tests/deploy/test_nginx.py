"""`deploy/nginx.conf` as it stands: a client behind TLS, two server processes, answers that stream."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import anyio
import httpx
import httpx2
import pytest
import trustme
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.commands.launching import MODULE, Served, serving
from tests.eras import ERAS, Era
from tests.harness import Asked, rows, served
from tests.tools.reading import next_calls

from rundown_mcp.providers import PROVIDERS
from rundown_mcp.sandbox.app import build_app
from rundown_mcp.sandbox.world import build_world

NGINX: Final = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIGURATION: Final = Path(__file__).parents[2] / "deploy" / "nginx.conf"
HOST: Final = "mcp.example.com"
TOKEN: Final = "t0k" + "en" * 7

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(NGINX is None, reason="nginx is not installed")]


@dataclass
class Provider:
    """An imitated API that answers while its gate is open."""

    app: ASGIApp
    gate: threading.Event = field(default_factory=threading.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await anyio.to_thread.run_sync(self.gate.wait)
        await self.app(scope, receive, send)


@dataclass(frozen=True)
class Site:
    """Where nginx listens, for which certificates, before which servers; `provider` is who they ask."""

    port: int
    trusted: ssl.SSLContext
    servers: list[Served]

    def post(
        self, *, host: str = HOST, asks_for: str = HOST, token: str = TOKEN, content: bytes = b"{}"
    ) -> httpx.Response:
        """One request, with this Host, to the certificate of the host that it asks for."""
        headers = {"host": host, "authorization": f"Bearer {token}", "content-type": "application/json"}
        with httpx.Client(verify=self.trusted) as client:
            url = f"https://127.0.0.1:{self.port}/mcp"
            return client.post(url, headers=headers, content=content, extensions={"sni_hostname": asks_for})

    @contextlib.asynccontextmanager
    async def client(self, era: Era) -> AsyncIterator[Client]:
        """A client that knows the site by its name."""

        async def by_name(request: httpx2.Request) -> None:
            request.headers["host"] = HOST
            request.extensions = {**request.extensions, "sni_hostname": HOST}

        known = {"authorization": f"Bearer {TOKEN}"}
        async with (
            httpx2.AsyncClient(verify=self.trusted, headers=known, event_hooks={"request": [by_name]}) as http_client,
            Client(
                streamable_http_client(f"https://127.0.0.1:{self.port}/mcp", http_client=http_client), mode=era
            ) as client,
        ):
            yield client


@pytest.fixture(scope="module")
def provider() -> Iterator[tuple[Provider, dict[str, str]]]:
    """The provider, and the settings of a server that asks it."""
    api = PROVIDERS["duckie"].imitate(build_world(seed=11, runs=24))
    provider = Provider(build_app([api]))
    with served(provider) as address:
        yield provider, {**api.environment, api.base_url_variable: address + api.prefix}
        provider.gate.set()


@pytest.fixture(scope="module")
def site(provider: tuple[Provider, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("nginx")
    authority = trustme.CA()
    variables = {
        **provider[1],
        "RUNDOWN_HTTP_TOKEN": TOKEN,
        "RUNDOWN_ALLOWED_HOSTS": HOST,
        "RUNDOWN_LOG": "info",
    }
    with contextlib.ExitStack() as stack:
        servers = [
            stack.enter_context(serving("serve", "--port", "0", until="/mcp", command=MODULE, quiet=False, **variables))
            for _ in range(2)
        ]
        port = stack.enter_context(_nginx(folder, authority.issue_cert(HOST), servers))
        trusted = ssl.create_default_context()
        authority.configure_trust(trusted)
        yield Site(port, trusted, servers)


@contextlib.contextmanager
def _nginx(folder: Path, certificate: trustme.LeafCert, servers: list[Served]) -> Iterator[int]:
    """nginx with our configuration, on a free port, which it gives; paths and ports are all that is changed."""
    certificate.private_key_pem.write_to_path(str(folder / f"{HOST}.key"))
    certificate.cert_chain_pems[0].write_to_path(str(folder / f"{HOST}.crt"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = CONFIGURATION.read_text(encoding="utf-8")
    ours = {"/etc/rundown-mcp/tls": str(folder), "listen 443": f"listen 127.0.0.1:{port}"}
    ours |= {f"127.0.0.1:{8000 + number}": httpx.URL(one.address).netloc.decode() for number, one in enumerate(servers)}
    for theirs, here in ours.items():
        assert theirs in text
        text = text.replace(theirs, here)
    user = f"{pwd.getpwuid(os.getuid()).pw_name} {grp.getgrgid(os.getgid()).gr_name}"
    temporary = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"user {user}; pid {folder}/pid; events {{}} http {{ access_log off; {temporary}\n{text}}}", encoding="utf-8"
    )
    command = [NGINX or "", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    subprocess.run([*command, "-t", "-q"], check=True)
    subprocess.run(command, check=True)  # comes back when it listens
    try:
        yield port
    finally:
        subprocess.run([*command, "-s", "stop"], check=True)


@pytest.mark.parametrize("era", ERAS)
async def test_what_a_call_tells_on_its_way_comes_at_once(
    site: Site, provider: tuple[Provider, dict[str, str]], era: Era
) -> None:
    gate = provider[0].gate
    gate.clear()

    async def note(progress: float, total: float | None, message: str | None) -> None:
        gate.set()  # until this was heard, the provider says nothing

    async with site.client(era) as client:
        with anyio.fail_after(30):
            result = await client.call_tool("triage_failures", {"since": "2w"}, progress_callback=note)
    assert not result.is_error


@pytest.mark.parametrize("era", ERAS)
async def test_a_walk_goes_on_at_either_process(
    site: Site, provider: tuple[Provider, dict[str, str]], era: Era
) -> None:
    provider[0].gate.set()
    async with site.client(era) as client:
        asked = Asked(client)
        answer = await asked.text("list_runs", limit=2)
        refs = [row["ref"] for row in rows(answer)]
        while more := next((given for _, given in next_calls(answer) if "cursor" in given), None):
            answer = await asked.text("list_runs", **{**more, "limit": 2})
            refs += [row["ref"] for row in rows(answer)]
    assert len(refs) == len(set(refs)) > 10
    assert all(any("name=list_runs" in line for line in server.lines) for server in site.servers)


def test_strangers_get_no_further_than_nginx_or_the_token(site: Site) -> None:
    assert site.post(token=TOKEN[1:]).status_code == 401
    assert site.post(host="evil.example").status_code in {404, 421}
    with pytest.raises(httpx.ConnectError, match="SSL"):
        site.post(asks_for="evil.example")
    assert site.post(content=b" " * (5 << 20)).status_code == 413
