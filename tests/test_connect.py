"""Settings → clients: headers, redirects, certificates, proxies, and the secret that signs cursors."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from tests.commands.launching import NOWHERE
from tests.harness import asking, receipt, rows, served, settings_from

from rundown_mcp.connect import document_fetcher, open_runs
from rundown_mcp.domain.errors import ConnectionFailure, SettingsError
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.sandbox.app import build_app
from rundown_mcp.sandbox.world import World, build_world
from rundown_mcp.state import tool_context
from rundown_mcp.transport.document import NotFetched

pytestmark = pytest.mark.anyio

_KEY = "can" + "ary" + "-key-0123456789"


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(seed=5, runs=20)


def _recording(seen: list[Request], answer: Response) -> Starlette:
    async def record(request: Request) -> Response:
        seen.append(request)
        return answer

    return Starlette(routes=[Route("/{path:path}", record, methods=["GET", "POST", "PUT", "DELETE", "CONNECT"])])


def _variables(address: str) -> dict[str, str]:
    return {
        "DUCKIE_API_KEY": f"{_KEY}-d",
        "DUCKIE_BASE_URL": f"{address}/d",
        "HAPPYROBOT_API_KEY": f"{_KEY}-h",
        "HAPPYROBOT_ORGANIZATION_ID": "org-1",
        "HAPPYROBOT_BASE_URL": f"{address}/h",
        "CONDUIT_API_KEY": f"{_KEY}-c",
        "CONDUIT_BASE_URL": f"{address}/c/",
    }


async def test_each_connection_sends_its_key_in_a_header_of_a_get_only(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Request] = []
    with served(_recording(seen, JSONResponse({}))) as address:
        settings = settings_from(monkeypatch, _variables(address))
        async with open_runs(settings) as runs:
            assert [connection.name for connection in runs.connections] == ["duckie", "happyrobot", "conduit"]
            assert seen == []
            for connection in runs.connections:
                with pytest.raises(ConnectionFailure):
                    await connection.provider.probe()
    assert {request.method for request in seen} == {"GET"}
    assert {request.url.path[1] for request in seen} == {"d", "h", "c"}
    for request in seen:
        assert request.headers["authorization"] == f"Bearer {_KEY}-{request.url.path[1]}"
        assert _KEY not in str(request.url)
        assert request.headers["user-agent"].startswith("rundown-mcp/")
        assert request.headers.get("x-organization-id") == ("org-1" if request.url.path[1] == "h" else None)


async def test_no_redirect_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere: list[Request] = []
    with (
        served(_recording(elsewhere, JSONResponse({}))) as other,
        served(_recording([], RedirectResponse(f"{other}/taken"))) as address,
    ):
        settings = settings_from(monkeypatch, {"DUCKIE_API_KEY": _KEY, "DUCKIE_BASE_URL": address})
        async with open_runs(settings) as runs:
            with pytest.raises(ConnectionFailure, match=r"307, a redirect"):
                await runs.connections[0].provider.probe()
    assert elsewhere == []


async def test_connections_go_by_the_proxy_that_was_set_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", NOWHERE)
    settings = settings_from(monkeypatch, {"DUCKIE_API_KEY": _KEY})
    monkeypatch.delenv("HTTPS_PROXY")
    async with open_runs(settings) as runs:
        with pytest.raises(ConnectionFailure, match=r"proxy not reachable\. Check HTTPS_PROXY"):
            await runs.connections[0].provider.probe()


async def test_a_proxy_never_sees_a_key_that_goes_to_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    proxied: list[Request] = []
    asked: list[Request] = []
    with served(_recording(proxied, JSONResponse({}))) as proxy, served(_recording(asked, JSONResponse({}))) as address:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        settings = settings_from(monkeypatch, {"DUCKIE_API_KEY": _KEY, "DUCKIE_BASE_URL": address})
        async with open_runs(settings) as runs:
            with pytest.raises(ConnectionFailure):
                await runs.connections[0].provider.probe()
    assert proxied == []
    assert len(asked) >= 1


async def test_a_certificate_is_trusted_only_where_the_operator_named_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, world: World
) -> None:
    api = PROVIDERS["duckie"].imitate(world)
    authority, bundle, server = trustme.CA(), tmp_path / "ca.pem", tmp_path / "server.pem"
    authority.cert_pem.write_to_path(str(bundle))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(server))
    with served(build_app([api]), ssl_certfile=str(server)) as address:
        assert address.startswith("https://")
        variables = {**api.environment, "DUCKIE_BASE_URL": address + api.prefix}
        async with asking(settings_from(monkeypatch, variables)) as client:
            error = await client.error("list_runs")
        assert "TLS certificate not trusted" in error
        assert "RUNDOWN_CA_BUNDLE" in error
        async with asking(settings_from(monkeypatch, {**variables, "RUNDOWN_CA_BUNDLE": str(bundle)})) as client:
            assert rows(await client.text("list_runs", limit=1))


async def test_certificates_that_are_gone_when_connections_open_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundle = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(bundle))
    settings = settings_from(monkeypatch, {"DUCKIE_API_KEY": "k" * 20, "RUNDOWN_CA_BUNDLE": str(bundle)})
    bundle.unlink()
    with pytest.raises(SettingsError, match=r"^RUNDOWN_CA_BUNDLE: cannot be read"):
        async with open_runs(settings):
            pass


async def test_a_public_document_is_fetched_with_the_same_certificates(tmp_path: Path) -> None:
    authority, bundle, server = trustme.CA(), tmp_path / "ca.pem", tmp_path / "server.pem"
    authority.cert_pem.write_to_path(str(bundle))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(server))
    with served(_recording([], JSONResponse({"keys": []})), ssl_certfile=str(server)) as address:
        with pytest.raises(NotFetched, match=r"^TLS certificate not trusted$"):
            await document_fetcher(None)(address + "/keys")
        assert await document_fetcher(bundle)(address + "/keys") == {"keys": []}


async def test_a_public_document_is_fetched_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    proxied: list[Request] = []
    with served(_recording(proxied, Response(status_code=407))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        with pytest.raises(NotFetched, match=r"^(password asked for|refused) by the proxy"):
            await document_fetcher(None)("https://id.example.com/keys")


async def test_the_sandbox_asks_no_network_and_opens_every_vendor(
    monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://nowhere")
    async with asking(settings_from(monkeypatch, {"RUNDOWN_SANDBOX": "1"}), world=world) as client:
        said = receipt(await client.text("list_runs", limit=1))
    assert said["coverage"] == "sandbox (imitated data); duckie ok, happyrobot ok, conduit ok"


async def _secret(monkeypatch: pytest.MonkeyPatch, **variables: str) -> bytes:
    async with open_runs(settings_from(monkeypatch, variables)) as runs:
        return runs.secret


async def test_the_secret_is_equal_for_equal_connections_and_no_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    duckie = {"DUCKIE_API_KEY": _KEY, "DUCKIE_BASE_URL": "https://a.example/x"}
    both = {**duckie, "CONDUIT_API_KEY": _KEY}
    first = await _secret(monkeypatch, **both)
    assert first == await _secret(monkeypatch, **dict(reversed(both.items())))
    assert first == await _secret(monkeypatch, **{**both, "DUCKIE_BASE_URL": "https://a.example/x/"})
    assert first == await _secret(monkeypatch, **both, RUNDOWN_MAX_TOKENS="500")
    config = tmp_path / "rundown.toml"
    config.write_text('[connections.duckie-eu]\nprovider = "duckie"\napi_key_env = "CONDUIT_API_KEY"\n')
    others = [
        await _secret(monkeypatch, **duckie),
        await _secret(monkeypatch, **{**both, "DUCKIE_API_KEY": f"{_KEY}2"}),
        await _secret(monkeypatch, **{**both, "DUCKIE_BASE_URL": "https://b.example/x"}),
        await _secret(monkeypatch, **both, CONDUIT_WORKSPACE_ID="ws"),
        await _secret(monkeypatch, **both, RUNDOWN_CONFIG=str(config)),
        await _secret(monkeypatch),
        await _secret(monkeypatch, RUNDOWN_SANDBOX="1"),
    ]
    assert len({first, *others}) == 8
    assert _KEY.encode() not in first


async def test_two_sandbox_servers_read_each_others_cursors(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await _secret(monkeypatch, RUNDOWN_SANDBOX="1") == await _secret(monkeypatch, RUNDOWN_SANDBOX="1")


async def test_processes_with_the_same_connections_give_the_same_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    tags = []
    for key in (_KEY, _KEY, f"{_KEY}2"):
        settings = settings_from(monkeypatch, {"DUCKIE_API_KEY": key})
        async with open_runs(settings) as runs:
            gate = tool_context(runs, settings.server).gate
            tags.append(gate.safe(Untrusted("ada@lovelace.example", Kind.TEXT)).text)
    assert tags[0].startswith("[email#")
    assert tags[0] == tags[1] != tags[2]
