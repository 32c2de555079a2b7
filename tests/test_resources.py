"""The resources: what stands at an address is what the tools answer, and no other address is let through."""

from __future__ import annotations

import logging
import re

import anyio
import pytest
from mcp import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS
from tests.eras import ERAS, Era, address, refused_resource, resource, speaking
from tests.harness import Asked
from tests.tools.handmade import ID, Handmade, detail, step, unauthorized
from tests.tools.sandboxed import fixed, full_refs, ref_of, world

from rundown_mcp.connect import open_runs
from rundown_mcp.domain.run import RunDetail
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings, Settings

pytestmark = pytest.mark.anyio

RUN = f"run://duckie/{ID}"
CONNECTIONS = "rundown://connections"


@pytest.mark.parametrize("era", ERAS)
async def test_a_client_finds_the_connections_and_the_form_of_a_runs_address(era: Era) -> None:
    async with speaking(era=era) as client:
        (listed,) = (await client.list_resources()).resources
        (template,) = (await client.list_resource_templates()).resource_templates
    assert (listed.uri, listed.mime_type) == (CONNECTIONS, "text/plain")
    assert (template.uri_template, template.mime_type) == ("run://{connection}/{id}", "text/plain")
    assert all((listed.name, listed.title, listed.description))
    assert "%2F" in (template.description or "")


@pytest.mark.parametrize("era", ERAS)
async def test_a_run_reads_exactly_as_its_triage(era: Era) -> None:
    async with speaking(era=era) as client:
        for refs in list(full_refs().values())[:40]:
            said = await resource(client, address(refs[0]))
            assert fixed(said) == fixed(await Asked(client).text("get_run", run=refs[0]))
            assert "\ncoverage: sandbox " in said


@pytest.mark.parametrize("era", ERAS)
async def test_the_connections_read_exactly_as_their_list(era: Era) -> None:
    async with speaking(era=era) as client:
        said = await resource(client, CONNECTIONS)
        assert fixed(said) == fixed(await Asked(client).text("list_config", kind="connections"))
        assert "\ncoverage: sandbox " in said


async def test_every_form_of_an_id_is_taken() -> None:
    full = ref_of("conduit.label_created")
    agent, _, run_id = full.removeprefix("conduit:").partition("/")
    async with speaking() as client:
        said = [
            fixed(await resource(client, f"run://conduit/{form}"))
            for form in (f"{agent}%2F{run_id}", f"{agent}%2f{run_id}", run_id, run_id[:10])
        ]
        said_by_short = await resource(client, "run://duckie/" + ref_of("duckie.marathon").partition(":")[2][:8])
    assert len(set(said)) == 1
    assert "run: " + ref_of("duckie.marathon") in said_by_short


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    "uri",
    [
        "run://duckie/",
        "run://duckie",
        f"run://duckie/{ID}/",
        f"run://duckie/{ID}?x=1",
        f"run://duckie/{ID}#x",
        f"run://duckie/a/{ID}",
        "run://duckie/..",
        f"run://duckie/../{ID}",
        f"run://duckie/..%2F{ID}",
        "run://duckie/%2e%2e",
        f"run://duckie/%2E%2E%2F{ID}",
        f"run://duckie/%252e%252e%252f{ID}",
        f"run://duckie/{ID}%252F{ID}",
        f"run://duckie/{ID}%2F..",
        f"run://duckie/{ID}%2F",
        f"run://duckie/%2F{ID}",
        f"run://duckie/{ID}%2F{ID}%2F{ID}",
        "run://duckie/" + "".join(f"%{ord(letter):02x}" for letter in ID),
        f"run://duckie/{ID}%00",
        f"run://duckie/{ID}%0a",
        f"run://duckie/{ID}\n",
        f"run://duckie/ {ID}",
        f"run://duckie/{ID}%5C..",
        f"run://duckie/{ID}\\..",
        f"run://duckie/{ID}%c0%ae",
        f"run://duckie/{ID}\uff0f{ID}",
        f"run://duckie/{ID[:-1]}\u0661",
        f"run://duckie%2F{ID}",
        f"run://duckie%2f..%2F/{ID}",
        f"run://user@duckie/{ID}",
        f"run://duckie:80/{ID}",
        f"run://DUCKIE/{ID}",
        f"RUN://duckie/{ID}",
        f"run:duckie/{ID}",
        f"run:///{ID}",
        f"run://nowhere/{ID}",
        f"run://nowhere/{ID[:8]}",
        "run://duckie/zzzzzzzz",
        "run://duckie/3c90",
        "run://duckie/" + "a" * 60_000,
        f"https://duckie.example/runs/{ID}",
        "file:///etc/passwd",
        "rundown://connections/",
        "rundown://Connections",
        "rundown://connections/../x",
        "rundown://secrets",
        "![x](https://evil.example)<img src=x>",
        "",
    ],
    ids=lambda uri: ascii(uri[:60]),
)
async def test_any_other_address_is_refused_before_anything_is_sent(
    era: Era, uri: str, caplog: pytest.LogCaptureFixture
) -> None:
    provider = Handmade(details=[detail(step(1))])
    with caplog.at_level(logging.WARNING):
        async with speaking(provider, era=era) as client:
            code, said = await refused_resource(client, uri)
    assert code == INVALID_PARAMS
    assert "Nothing was sent to a provider." in said
    assert "run://{connection}/{id}" in said or "Accepted: " in said
    assert not re.search(r"\]\(|<img|[\n\x00]", said)
    assert len(said) < 700
    assert provider.asked == []
    assert not caplog.records


@pytest.mark.parametrize("era", ERAS)
async def test_a_run_that_is_not_there_is_not_found(era: Era) -> None:
    async with speaking(Handmade(), era=era) as client:
        code, said = await refused_resource(client, RUN)
    assert code == INVALID_PARAMS
    assert "does not exist, or the key in DUCKIE_API_KEY cannot see it" in said


@pytest.mark.parametrize("era", ERAS)
async def test_a_provider_that_refuses_is_an_error_in_the_words_of_the_tools(era: Era) -> None:
    async with speaking(Handmade(failure=unauthorized("duckie")), era=era) as client:
        code, said = await refused_resource(client, RUN)
    assert code == INTERNAL_ERROR
    assert said == "duckie: the key in DUCKIE_API_KEY was refused."


async def test_an_ambiguous_id_is_refused_with_the_candidates() -> None:
    provider = Handmade(details=[detail(step(1)), detail(step(1), number=1)])
    async with speaking(provider) as client:
        code, said = await refused_resource(client, f"run://duckie/{ID[:10]}")
    assert code == INVALID_PARAMS
    assert f"- duckie:{ID}" in said


async def test_without_a_connection_an_address_says_what_to_set() -> None:
    async with speaking(server=ServerSettings()) as client:
        for uri in (RUN, CONNECTIONS):
            code, said = await refused_resource(client, uri)
            assert code == INTERNAL_ERROR
            assert "DUCKIE_API_KEY" in said


class Silent(Handmade):
    """Never answers."""

    async def get_run(self, run_id: str) -> RunDetail:
        await anyio.sleep_forever()
        raise AssertionError


async def test_a_read_ends_within_the_operators_time() -> None:
    async with speaking(Silent(), server=ServerSettings(timeout_s=1)) as client:
        code, said = await refused_resource(client, RUN)
    assert code == INTERNAL_ERROR
    assert "duckie: no answer within 0.8 s" in said


async def test_lists_may_be_kept_by_anybody_and_what_stands_at_an_address_by_nobody() -> None:
    async with speaking() as client:
        for listed in (
            await client.list_resources(),
            await client.list_resource_templates(),
            await client.list_prompts(),
        ):
            assert (listed.ttl_ms, listed.cache_scope) == (300_000, "public")
        read = await client.read_resource(CONNECTIONS)
        assert (read.ttl_ms, read.cache_scope) == (0, "private")


async def test_nothing_is_answered_outside_of_a_request() -> None:
    settings = Settings(ServerSettings(sandbox=True), ())
    server = build_server(lambda: open_runs(settings, world=world()), settings.server)
    with pytest.raises(MCPError, match="only a request"):
        await server.read_resource(CONNECTIONS)
