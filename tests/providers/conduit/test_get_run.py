"""One run, the agents, and the probe: what is asked for and what comes of it."""

import pytest
from tests.providers.conduit.conduit_server import (
    AGENT,
    OTHER_AGENT,
    RUN,
    WORKSPACES,
    Server,
    opened,
    refused,
    sample,
)
from tests.providers.conduit.flat import flat
from tests.providers.serving import stored

from rundown_mcp.domain.errors import Forbidden, InvalidRef, NotFound, Unauthorized, UnexpectedBody
from rundown_mcp.provider import RunProvider

pytestmark = pytest.mark.anyio


async def test_a_run_is_asked_for_by_its_agents_id_and_its_own() -> None:
    server = Server()
    async with opened(server) as client:
        detail = await client.get_run(f"{AGENT}/{RUN}")
    assert server.asked[0] == f"/agents/{AGENT}/runs/{RUN}"
    assert str(detail.run.ref) == f"conduit:{AGENT}/{RUN}"
    assert flat(detail.run.agent)["name"] == ("name", "Reservations")


async def test_a_configured_workspace_is_sent_with_every_request() -> None:
    server = Server()
    async with opened(server, WORKSPACES[0]) as client:
        await client.get_run(f"{AGENT}/{RUN}")
        await client.probe()
    workspace = f"workspace_id={WORKSPACES[0]}"
    assert server.asked == [
        f"/agents/{AGENT}/runs/{RUN}?{workspace}",
        f"/agents?{workspace}&limit=100",
        f"/agents?{workspace}&limit=100",
    ]


async def test_agents_that_cannot_be_listed_cost_a_run_its_agents_name_and_nothing_else() -> None:
    server = Server()
    server.answers["/workspaces"] = lambda _: refused(403)
    async with opened(server) as client:
        first = await client.get_run(f"{AGENT}/{RUN}")
        await client.get_run(f"{AGENT}/{RUN}")
    assert flat(first.run.agent) == {"id": ("id", AGENT)}
    assert server.asked.count("/workspaces?limit=100") == 1


@pytest.mark.parametrize("own_id", [None, 5.5, "", "a b", "../x", "x/y"])
async def test_a_body_with_an_odd_id_is_the_run_that_was_asked_for(own_id: object) -> None:
    server = Server()
    body = stored("document_conduit_get_agent_run")
    body["data"]["id"] = own_id
    server.answers[f"/agents/{AGENT}/runs/{RUN}"] = lambda _: body
    async with opened(server) as client:
        detail = await client.get_run(f"{AGENT}/{RUN}")
    assert detail.run.ref.id == f"{AGENT}/{RUN}"


async def test_a_run_that_was_found_under_another_name_has_the_ref_of_its_own_id() -> None:
    server = Server()
    server.answers[f"/agents/{AGENT}/runs/run_9f3a1c7e"] = lambda _: stored("document_conduit_get_agent_run")
    async with opened(server) as client:
        detail = await client.get_run(f"{AGENT}/run_9f3a1c7e")
    assert detail.run.ref.id == f"{AGENT}/{RUN}"
    assert detail.run.aliases == ("run_9f3a1c7e",)


@pytest.mark.parametrize("run_id", [RUN, "", "/", f"{AGENT}/", f"/{RUN}", f"{AGENT}/{RUN}/x", f"{AGENT}/a b"])
async def test_what_is_no_full_id_is_refused_before_anything_is_sent(run_id: str) -> None:
    server = Server()
    async with opened(server) as client:
        with pytest.raises(InvalidRef):
            await client.get_run(run_id)
    assert server.asked == []


@pytest.mark.parametrize(("status", "kind"), [(404, NotFound), (403, Forbidden), (401, Unauthorized)])
async def test_a_refusal_is_told_by_its_kind(status: int, kind: type[Exception]) -> None:
    server = Server()
    server.answers[f"/agents/{AGENT}/runs/{RUN}"] = lambda _: refused(status)
    async with opened(server) as client:
        with pytest.raises(kind):
            await client.get_run(f"{AGENT}/{RUN}")


@pytest.mark.parametrize("body", [None, [], {"data": None}, {"data": []}, {}])
async def test_a_run_without_its_envelope_is_an_undocumented_answer(body: object) -> None:
    server = Server()
    server.answers[f"/agents/{AGENT}/runs/{RUN}"] = lambda _: body
    async with opened(server) as client:
        with pytest.raises(UnexpectedBody):
            await client.get_run(f"{AGENT}/{RUN}")


async def test_agents_are_named() -> None:
    async with opened(Server()) as client:
        provider: RunProvider = client
        agents = await provider.agents()
    assert flat(agents) == {
        "[0].id": ("id", AGENT),
        "[0].name": ("name", "Reservations"),
        "[1].id": ("id", OTHER_AGENT),
        "[1].name": ("name", "Concierge"),
    }


async def test_a_probe_makes_one_request() -> None:
    server = Server()
    async with opened(server) as client:
        assert await client.probe() == "2 workspaces"
    assert server.asked == ["/workspaces?limit=100"]


async def test_a_probe_of_one_workspace_counts_its_agents() -> None:
    async with opened(Server(), WORKSPACES[0]) as client:
        assert await client.probe() == "1 agent"


async def test_a_probe_does_not_claim_to_have_seen_more_than_a_page() -> None:
    server = Server()
    server.answers["/workspaces"] = lambda _: {"data": [{"id": "w1"}], "next_cursor": "c", "has_more": True}
    async with opened(server) as client:
        assert await client.probe() == "at least 1 workspace"


async def test_a_probe_falls_back_to_agents_where_workspaces_cannot_be_listed() -> None:
    server = Server()
    server.answers["/workspaces"] = lambda _: refused(404)
    server.answers["/agents"] = lambda _: sample("agents_second")
    async with opened(server) as client:
        assert await client.probe() == "1 agent"


async def test_a_probe_with_a_wrong_key_fails() -> None:
    server = Server()
    server.answers["/workspaces"] = lambda _: refused(401)
    async with opened(server) as client:
        with pytest.raises(Unauthorized):
            await client.probe()
