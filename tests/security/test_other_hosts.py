"""No argument and no provider's answer makes the server contact another host: a listener there hears nothing."""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import urlsplit

import anyio
import pytest
from tests.faults.bad_server import BadServer, Behaviour, Exchange, head
from tests.faults.calls import EVERY, answers_of
from tests.faults.street import opened
from tests.harness import Asked
from tests.security.served_street import street_served, with_each_text
from tests.tools.reading import next_calls

from rundown_mcp.domain.text import JsonValue
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.sandbox.world import World

pytestmark = pytest.mark.anyio

RUN: Final = "runs/3c90c3cc-0d44-4b50-8888-8dd25736052a"


def addresses_of(canary: BadServer, base: str) -> list[str]:
    """Web addresses of the listener, as written by who wants to be taken for somebody else."""
    port, ours = urlsplit(canary.address).port, urlsplit(base).netloc
    hosts = ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "0.0.0.0")  # noqa: S104 - asked for
    return [
        *(f"http://{host}:{port}/{RUN}" for host in hosts),
        f"http://{ours}@127.0.0.1:{port}/{RUN}",
        f"http://127.0.0.1:{port}#@{ours}/{RUN}",
        f"http://127.0.0.1:{port}\\@{ours}/{RUN}",
        f"http://user:password@127.0.0.1:{port}/{RUN}",
        f"http:127.0.0.1:{port}/{RUN}",
        f"//127.0.0.1:{port}/{RUN}",
        f"HTTP://127.0.0.1:{port}/{RUN}",
        f"{base}/../../@127.0.0.1:{port}/{RUN}",
        f"{base}/{RUN}?next=http://127.0.0.1:{port}/{RUN}",
        f"gopher://127.0.0.1:{port}/{RUN}",
        "file:///etc/passwd",
        f"file://127.0.0.1:{port}/{RUN}",
    ]


async def test_a_web_address_in_an_argument_is_read_and_never_asked(world: World) -> None:
    async with opened(world) as street, street_served(street) as (client, _):
        tools = (await client.list_tools()).tools
        for number, address in enumerate(addresses_of(street.elsewhere, street.servers["duckie"].base)):
            async with anyio.create_task_group() as tasks:
                for tool, arguments in with_each_text(tools, address, street.ref("duckie")):
                    # One form in every parameter; the others where a web address is looked at, and in a cursor.
                    if number == 0 or address in {arguments.get(name) for name in ("run", "other", "cursor")}:
                        tasks.start_soon(client.call_tool, tool, arguments)
        assert street.elsewhere.connections == 0


MEMBERS: Final = (
    *("next", "next_url", "next_page", "next_cursor", "cursor", "previous", "links", "_links", "href", "url", "uri"),
    *(
        "base_url",
        "redirect",
        "redirect_url",
        "location",
        "callback",
        "webhook_url",
        "recording_url",
        "$ref",
        "$schema",
    ),
)


def points_to(address: str) -> Behaviour:
    """The provider's answer with the address in every member and header that a careless client might follow."""

    async def behave(exchange: Exchange) -> None:
        body = json.dumps(_pointing((await exchange.imitated()).json(), address)).encode()
        headers = {
            "location": address,
            "content_location": address,
            "link": f'<{address}>; rel="next", <{address}>; rel="preload"',
            "refresh": f"0; url={address}",
            "alt_svc": f'h2="{urlsplit(address).netloc}"; ma=60',
        }
        await exchange.send(head(200, len(body), **headers), body)

    return behave


def _pointing(value: JsonValue, address: str) -> JsonValue:
    match value:
        case dict():
            more: dict[str, JsonValue] = {"has_more": True} if "has_more" in value else {}
            own = {key: _pointing(item, address) for key, item in value.items()}
            return {**own, **dict.fromkeys(MEMBERS, address), **more}
        case list():
            return [_pointing(item, address) for item in value]
        case _:
            return value


async def test_an_address_in_an_answer_is_data_and_never_asked(world: World) -> None:
    async with opened(world) as street, street_served(street) as (client, _):
        for server in street.servers.values():
            server.behave = points_to(f"{street.elsewhere.address}/{RUN}")
        for name in PROVIDERS:
            await answers_of(client, EVERY, street.ref(name))
        answer = await Asked(client).text("list_runs", limit=2)
        for tool, arguments in next_calls(answer):
            await client.call_tool(tool, arguments)
        assert all(server.requests for server in street.servers.values())
        assert street.elsewhere.connections == 0


async def test_no_redirect_is_followed(world: World) -> None:
    async with opened(world) as street, street_served(street) as (client, _):
        for status in (300, 301, 302, 303, 305, 307, 308, 401, 407):
            for server in street.servers.values():
                server.behave = _leads_away(status)
            answers = await answers_of(client, EVERY, street.ref("duckie"))
            assert answers["get_run"].failed
            assert str(status) in answers["get_run"].text
        assert street.elsewhere.connections == 0


def _leads_away(status: int) -> Behaviour:
    async def behave(exchange: Exchange) -> None:
        to = f"{exchange.elsewhere}/{RUN}"
        await exchange.answer(status, b"{}", location=to, www_authenticate=f'Bearer resource_metadata="{to}"')

    return behave
