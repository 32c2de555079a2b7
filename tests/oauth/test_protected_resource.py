"""What a client without a token learns: where the metadata is, what it holds, and the challenges."""

from __future__ import annotations

import httpx
import pytest
from mcp.client.auth.utils import build_protected_resource_metadata_discovery_urls
from mcp.shared.auth import ProtectedResourceMetadata
from starlette.applications import Starlette

from rundown_mcp.domain.errors import SettingsError
from rundown_mcp.oauth.protected_resource import ProtectedResource, resource_address

_WELL_KNOWN = "/.well-known/oauth-protected-resource"


def _client(resource: str, issuer: str = "https://id.example.com/") -> httpx.AsyncClient:
    app = Starlette(routes=[*ProtectedResource(resource, issuer, ("runs:east", "runs:read")).routes()])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://mcp.example.com")


@pytest.mark.anyio
async def test_metadata_names_the_issuer_to_the_letter_and_any_page_may_read_it() -> None:
    async with _client("https://mcp.example.com/mcp") as client:
        answer = await client.get(f"{_WELL_KNOWN}/mcp", headers={"origin": "https://app.example.com"})
        assert answer.json() == {
            "resource": "https://mcp.example.com/mcp",
            "authorization_servers": ["https://id.example.com/"],
            "scopes_supported": ["runs:east", "runs:read"],
            "bearer_methods_supported": ["header"],
            "resource_name": "Rundown",
        }
        assert answer.headers["access-control-allow-origin"] == "*"
        read = ProtectedResourceMetadata.model_validate_json(answer.content)
        assert [str(read.resource), *map(str, read.authorization_servers)] == [
            "https://mcp.example.com/mcp",
            "https://id.example.com/",
        ]
        asked_first = await client.options(
            f"{_WELL_KNOWN}/mcp",
            headers={
                "origin": "https://app.example.com",
                "access-control-request-method": "GET",
                "access-control-request-headers": "mcp-protocol-version",
            },
        )
        assert (asked_first.status_code, asked_first.headers["access-control-allow-origin"]) == (200, "*")
        assert (await client.post(f"{_WELL_KNOWN}/mcp")).status_code == 405


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("resource", "address"),
    [
        ("https://mcp.example.com/mcp", f"https://mcp.example.com{_WELL_KNOWN}/mcp"),
        ("https://mcp.example.com", f"https://mcp.example.com{_WELL_KNOWN}"),
        ("https://mcp.example.com/", f"https://mcp.example.com{_WELL_KNOWN}"),
        ("https://mcp.example.com:8443/team/mcp", f"https://mcp.example.com:8443{_WELL_KNOWN}/team/mcp"),
        ("https://mcp.example.com/mcp/", f"https://mcp.example.com{_WELL_KNOWN}/mcp/"),
    ],
)
async def test_metadata_is_at_its_address_and_where_clients_look_who_were_not_told(resource: str, address: str) -> None:
    assert ProtectedResource(resource, "https://id.example.com", ()).metadata_address == address
    async with _client(resource) as client:
        for url in (address, *build_protected_resource_metadata_discovery_urls(None, "https://mcp.example.com/mcp")):
            assert (await client.get(httpx.URL(url).path)).json()["resource"] == resource
        assert (await client.get(f"{_WELL_KNOWN}/other")).status_code == 404


@pytest.mark.parametrize(
    ("audience", "hosts", "resource"),
    [
        ("https://mcp.example.com/mcp", (), "https://mcp.example.com/mcp"),
        ("http://127.0.0.1:8000/mcp", ("mcp.example.com",), "http://127.0.0.1:8000/mcp"),
        ("api://1b4c", ("mcp.example.com", "other.example.com"), "https://mcp.example.com/mcp"),
        ("rundown", ("mcp.example.com:8443",), "https://mcp.example.com:8443/mcp"),
        ("rundown", ("mcp.example.com:*",), "https://mcp.example.com/mcp"),
        ("https://mcp.example.com/mcp?team=1", ("mcp.example.com",), "https://mcp.example.com/mcp"),
        ("http://mcp.example.com/mcp", ("mcp.example.com",), "https://mcp.example.com/mcp"),
    ],
)
def test_the_resource_is_the_audience_or_the_first_host(audience: str, hosts: tuple[str, ...], resource: str) -> None:
    assert resource_address(audience, hosts) == resource


def test_without_a_host_there_is_no_resource() -> None:
    with pytest.raises(SettingsError, match=r"^RUNDOWN_ALLOWED_HOSTS: required where RUNDOWN_OAUTH_AUDIENCE is no web"):
        resource_address("api://1b4c", ())


def test_a_challenge_says_what_is_wrong_and_what_to_ask_for() -> None:
    challenge = ProtectedResource("https://mcp.example.com", "https://id.example.com", ("a", "b")).challenge
    where = f'resource_metadata="https://mcp.example.com{_WELL_KNOWN}"'
    assert challenge.unauthorized(sent=False) == f'Bearer scope="a b", {where}'
    assert challenge.unauthorized(sent=True) == f'Bearer error="invalid_token", scope="a b", {where}'
    assert challenge.forbidden(("a",)) == f'Bearer error="insufficient_scope", scope="a", {where}'
