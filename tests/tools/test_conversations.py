"""Conversations that a provider keeps apart from its runs: what reads them, and what becomes of a failure."""

from __future__ import annotations

import json

import pytest
from starlette.responses import JSONResponse
from tests.harness import receipt, rows
from tests.test_documents import AGENT, CONDUIT_RUN, CONTACT, CONVERSATION, RUN, stored, vendor
from tests.tools.handmade import ID, Handmade, asking_handmade, detail, step
from tests.tools.reading import next_calls, parts
from tests.tools.sandboxed import in_sandbox, ref_of, world

pytestmark = pytest.mark.anyio

REF = f"conduit:{AGENT}/{RUN}"
MESSAGES = f"/conversations/{CONVERSATION}/messages"
TALK = {f"/v1{MESSAGES}", f"/v1/contacts/{CONTACT}"}


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_run", {"detail": "conversation"}),
        ("get_run", {"detail": "full"}),
        ("get_step", {"step": "M1"}),
        ("search_run", {"query": "confirm"}),
    ],
)
async def test_what_shows_messages_reads_the_conversation_once(
    monkeypatch: pytest.MonkeyPatch, tool: str, arguments: dict[str, str]
) -> None:
    async with vendor(monkeypatch, "conduit", CONDUIT_RUN) as here:
        for _ in range(2):
            answer = await here.client.text(tool, run=REF, **arguments)
            assert "can you confirm my booking?" in answer
            assert "Jane" not in answer
            assert receipt(answer)["coverage"] == "conduit ok"
    assert [path for path, _ in here.asked if path in TALK] == [f"/v1{MESSAGES}", f"/v1/contacts/{CONTACT}"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_run", {}),
        ("get_run", {"detail": "timeline"}),
        ("get_step", {"step": "1"}),
        ("get_step", {"step": "run"}),
    ],
)
async def test_what_shows_no_messages_makes_no_request_for_them(
    monkeypatch: pytest.MonkeyPatch, tool: str, arguments: dict[str, str]
) -> None:
    async with vendor(monkeypatch, "conduit", CONDUIT_RUN) as here:
        await here.client.text(tool, run=REF, **arguments)
    assert not [path for path, _ in here.asked if path in TALK]


async def test_whom_a_conversation_told_of_is_masked_in_every_later_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    path = next(path for path in CONDUIT_RUN if path.endswith(f"/runs/{RUN}"))
    run = json.loads(stored(str(CONDUIT_RUN[path])).replace(b'"confirmed"', b'"held for Jane Doe"'))
    async with vendor(monkeypatch, "conduit", {**CONDUIT_RUN, path: run}) as here:
        for arguments in ({"detail": "conversation"}, {"detail": "full"}, {"detail": "timeline"}):
            assert "Jane" not in await here.client.text("get_run", run=REF, **arguments)
        for _ in range(2):
            step = await here.client.text("get_step", run=REF, step="1")
            assert "held for [person#" in step
    assert [path for path, _ in here.asked].count(f"/v1{path}") == 1


async def test_the_card_names_the_call_that_reads_the_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    async with vendor(monkeypatch, "conduit", CONDUIT_RUN) as here:
        calls = next_calls(await here.client.text("get_run", run=REF))
        assert calls[-1][1]["detail"] == "conversation"
        error = await here.client.error("get_step", run=REF, step="9")
        assert "step 1, messages, listed by detail=conversation of get_run" in error


async def test_the_number_of_a_hit_opens_the_message() -> None:
    run = next(run for run in world().chats if run.story == "escalated")
    async with in_sandbox() as asked:
        ref = ref_of("conduit.escalated")
        (hit, *_) = rows(await asked.text("search_run", run=ref, query="check in before 3 pm"))
        answer = await asked.text("get_step", run=ref, step=hit["step"])
    assert run.messages[0].text in answer
    assert "role: guest" in answer
    assert run.person.name not in answer


async def test_a_conversation_that_cannot_be_read_leaves_the_run_readable_and_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bodies = {name: body for name, body in CONDUIT_RUN.items() if name != MESSAGES}
    async with vendor(monkeypatch, "conduit", bodies) as here:
        answer = await here.client.text("get_run", run=REF, detail="conversation")
        assert receipt(answer)["coverage"] == "conduit ok (conversation not read: 404, not found)"
        assert "note: a run here holds the last reply only, not the conversation" in answer
        assert "\nmessages: none could be read\nreply: " in answer
        assert receipt(answer)["shown"] == "messages not read"
        full = await here.client.text("get_run", run=REF, detail="full")
        assert "reflection: " in full
        assert receipt(full)["coverage"] == "conduit ok (conversation not read: 404, not found)"
        error = await here.client.error("get_step", run=REF, step="m1")
        assert " has no m1 among what could be read (conversation not read: 404, not found). It has step 1" in error
        assert "the text of its reply (step=reply)" in error
        reply = await here.client.text("get_step", run=REF, step="reply")
        assert parts(reply)[1] == [next(line for line in answer.split("\n") if line.startswith("reply: "))[7:]]
    assert [path for path, _ in here.asked].count(f"/v1{MESSAGES}") == 3


async def test_a_run_of_which_no_conversation_was_recorded_says_so_in_a_line() -> None:
    async with asking_handmade(Handmade(details=[detail(step(1, tool="charge"))])) as asked:
        answer = await asked.text("get_run", run=f"duckie:{ID}", detail="conversation")
    assert parts(answer)[1][-1] == "messages: none, the provider recorded no conversation"
    assert receipt(answer)["shown"] == "0 messages"
    assert next_calls(answer)[0][1]["detail"] == "timeline"


async def test_messages_that_were_not_asked_for_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = f"{RUN[:-2]}zz"
    path = next(path for path in CONDUIT_RUN if path.endswith(f"/runs/{RUN}"))
    run = json.loads(stored(str(CONDUIT_RUN[path])))
    run["data"] |= {"id": alone, "conversation_id": None}
    bodies = {**CONDUIT_RUN, path.replace(RUN, alone): run}
    async with vendor(monkeypatch, "conduit", bodies) as here:
        assert receipt(await here.client.text("get_run", run=REF))["shown"].endswith(", messages not read")
        answer = await here.client.text("compare_runs", run=REF, other=REF.replace(RUN, alone))
    assert "\nmessages: unknown here, 1 there\n" in answer


async def test_a_scope_that_the_key_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = JSONResponse({"error": "This token lacks api:conversations:read"}, 403)
    async with vendor(monkeypatch, "conduit", {**CONDUIT_RUN, MESSAGES: refusal}) as here:
        answer = await here.client.text("get_run", run=REF, detail="conversation")
    assert "(conversation not read: 403, it lacks the scope api:conversations:read)" in receipt(answer)["coverage"]


async def test_a_run_of_which_something_is_missing_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = {name: body for name, body in CONDUIT_RUN.items() if CONTACT not in name}
    async with vendor(monkeypatch, "conduit", bodies) as here:
        for _ in range(2):
            answer = await here.client.text("get_run", run=REF, detail="conversation")
            assert "contact not read, so that less is known to be masked: 404" in receipt(answer)["coverage"]
            assert "Jane" not in answer, "who wrote a message is masked by the message itself"
    assert [path for path, _ in here.asked].count(f"/v1{MESSAGES}") == 2
