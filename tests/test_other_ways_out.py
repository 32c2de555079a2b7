"""Nothing planted leaves by a prompt, a resource or a completion, and each says where runs are imitated."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Final

import pytest
from mcp import Client, StdioServerParameters
from mcp_types import INVALID_PARAMS
from tests.commands.launching import MODULE, environment
from tests.eras import ERAS, Era, address, completed, prompted, refused_prompt, refused_resource, resource, speaking
from tests.harness import served
from tests.tools.filled import Canaries
from tests.tools.handmade import ID, Handmade, settings
from tests.tools.reading import parts
from tests.tools.sandboxed import full_refs, world

from rundown_mcp.access.rules import NO_RULES
from rundown_mcp.connect import open_runs
from rundown_mcp.domain.run import Named
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.http_app import build_http_app
from rundown_mcp.provider import ToolOption
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings, Settings

pytestmark = pytest.mark.anyio

ARGUMENTS: Final = ("connection", "provider", "agent", "tool", "status", "since", "run", "id")
SECRET: Final = "sk_" + "live_" + "a1B2c3D4" * 4
ADDRESS: Final = "ottilie" + "@mail.example"


async def everything(client: Client, refs: list[str]) -> AsyncIterator[tuple[str, str]]:
    """Every prompt, resource and completion about these runs, each with what it is."""
    yield "triage_failures", await prompted(client, "triage_failures")
    yield "connections", await resource(client, "rundown://connections")
    for ref in refs:
        yield f"explain_run {ref}", await prompted(client, "explain_run", run=ref)
        yield f"handoff_report {ref}", await prompted(client, "handoff_report", run=ref)
        yield f"resource {ref}", await resource(client, address(ref))
    for argument in ARGUMENTS:
        yield f"completion {argument}", "\n".join((await completed(client, argument)).values)


@pytest.mark.parametrize("policy", [Policy.BALANCED, Policy.STRICT])
async def test_no_secret_or_address_that_the_sandbox_planted_leaves(policy: Policy) -> None:
    planted = world().planted
    never = [*planted.secrets, *planted.emails]
    if policy is Policy.STRICT:
        never += [*planted.phones, *planted.names, *planted.cards]
    refs = [refs[0] for refs in full_refs().values()]
    async with speaking(server=ServerSettings(sandbox=True, redaction=policy)) as client:
        async for what, said in everything(client, refs):
            assert [value for value in never if value in said] == [], what


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("policy", [Policy.BALANCED, Policy.STRICT])
@pytest.mark.parametrize("kind", list(Kind))
async def test_no_secret_or_address_leaves_whatever_field_it_came_in(era: Era, policy: Policy, kind: Kind) -> None:
    canaries = Canaries(kind, suffix=f" {SECRET} {ADDRESS} end")
    option: ToolOption = canaries.model(ToolOption, "option")
    agents = [canaries.model(Named, "agent"), Named(canaries.untrusted("id"), None), Named(None, _name("Plain"))]
    provider = Handmade(details=[canaries.detail()], tools=[option, ToolOption(name=_name("plain"))], names=agents)
    async with speaking(provider, server=settings(policy), era=era) as client:
        async for what, said in everything(client, [f"duckie:{ID}"]):
            assert SECRET not in said, what
            assert ADDRESS not in said, what
            if policy is Policy.STRICT and kind not in {Kind.NAME, Kind.ID, Kind.WORD}:
                assert "CANARY" not in said, what
            if what.startswith(("handoff_report", "resource")):
                before, _, after = parts(said)
                assert "CANARY" not in "\n".join([before, *after]), what
        assert (await completed(client, "tool")).values == ["plain"]


def _name(text: str) -> Untrusted:
    return Untrusted(text, Kind.NAME)


@pytest.mark.parametrize("era", ERAS)
async def test_a_server_process_serves_them_too_and_says_that_its_runs_are_imitated(era: Era) -> None:
    launch = StdioServerParameters(command=MODULE[0], args=[*MODULE[1:], "--sandbox"], env=environment())
    async with Client(launch, mode=era) as client:
        assert client.server_capabilities.completions is not None
        assert len((await client.list_prompts()).prompts) == 3
        ref = (await completed(client, "run", "duckie:")).values[0]
        async for what, said in everything(client, [ref]):
            assert what.startswith("completion") or "sandbox" in said, what
            assert said, what
        assert re.search(r"^run: duckie:", "\n".join(parts(await resource(client, address(ref)))[1]))


@pytest.mark.parametrize("era", ERAS)
async def test_they_are_served_over_http_with_the_same_errors(era: Era) -> None:
    settings = Settings(ServerSettings(sandbox=True), ())
    server = build_server(lambda: open_runs(settings, world=world()), settings.server)
    with served(build_http_app(server, settings.server, NO_RULES, host="127.0.0.1"), lifespan="on") as url:
        async with Client(f"{url}/mcp", mode=era) as client:
            async for what, said in everything(client, [full_refs()["conduit.label_created"][0]]):
                assert said, what
            code, said = await refused_resource(client, "run://conduit/%2e%2e")
            assert (code, "Nothing was sent" in said) == (INVALID_PARAMS, True)
            code, said = await refused_prompt(client, "explain_run")
            assert (code, said.startswith("run: is required")) == (INVALID_PARAMS, True)
