"""What was said in a run: which messages of its conversation are asked for, and which of them are its own."""

from collections.abc import Sequence
from typing import Any

import pytest
from tests.providers.conduit.conduit_server import AGENT, RUN, WORKSPACES, Params, Server, opened, refused
from tests.providers.serving import stored

from rundown_mcp.domain.errors import Forbidden, UnexpectedBody
from rundown_mcp.domain.run import Message, RunDetail
from rundown_mcp.domain.text import Kind
from rundown_mcp.providers.conduit.conversation import MOST_PAGES
from rundown_mcp.transport.wire import Json

pytestmark = pytest.mark.anyio

CONVERSATION, CONTACT = "cv77c0dy0mgdpzmqz6tesry8w184002s", "co77c0dy0mgdpzmqz6tesry8w184002s"
MESSAGES = f"/conversations/{CONVERSATION}/messages"
REPLY = stored("document_conduit_get_agent_run")["data"]["response"]
"""The document's run is of 03:14:15 to 03:14:19.213."""


def said(clock: str | None, body: str, direction: str = "inbound", **fields: Json) -> dict[str, Json]:
    at = f"2026-04-03T03:{clock}.000Z" if clock else None
    return {"id": body, "body": body, "direction": direction, "sent_at": at, **fields}


def answering(newest_first: Sequence[Json], **run: Json) -> Server:
    """The document's run with its conversation and contact; `run` are fields of the run that differ."""
    server = Server()
    body = stored("document_conduit_get_agent_run")
    body["data"] |= run
    server.answers |= {
        f"/agents/{AGENT}/runs/{RUN}": lambda _: body,
        MESSAGES: lambda _: {"data": list(newest_first), "next_cursor": None, "has_more": False},
        f"/contacts/{CONTACT}": lambda _: stored("conduit_contact"),
    }
    return server


async def told(server: Server, workspace: str | None = None) -> RunDetail:
    async with opened(server, workspace) as client:
        return await client.read_conversation(await client.get_run(f"{AGENT}/{RUN}"))


def texts(detail: RunDetail) -> list[str]:
    return [shown(message)["text"] for message in detail.messages]


def shown(message: Message) -> dict[str, Any]:
    names = ("id", "role", "author", "text", "extra")
    values = {name: getattr(message, name) for name in names}
    return {name: value.canonical() for name, value in values.items() if value is not None}


async def test_the_newest_messages_and_the_contact_are_asked_for_within_the_workspace() -> None:
    server = answering([said("14:12", "Hello")])
    await told(server, WORKSPACES[0])
    workspace = f"workspace_id={WORKSPACES[0]}"
    assert [path for path in server.asked if not path.startswith("/agents")] == [
        f"{MESSAGES}?{workspace}&order=desc&limit=100",
        f"/contacts/{CONTACT}?{workspace}",
    ]


async def test_the_messages_of_a_run_are_those_since_the_last_answer_before_it_and_until_its_end() -> None:
    detail = await told(
        answering(
            [
                said("20:00", "A later question"),
                said("14:18", REPLY, "outbound"),
                said("14:16", "Are you there?"),
                said("14:12", "Is it confirmed?"),
                said("13:00", "Hello again"),
                said("12:00", "An earlier answer", "outbound"),
                said("11:00", "An earlier question"),
            ]
        )
    )
    assert texts(detail) == ["Hello again", "Is it confirmed?", "Are you there?", REPLY]
    assert [message.number for message in detail.messages] == [1, 2, 3, 4]
    assert [shown(message)["role"] for message in detail.messages] == ["guest", "guest", "guest", "assistant"]
    (note,) = detail.notes
    assert note.endswith("the rest of the conversation is not shown")
    assert (detail.missing, detail.thread) == ((), ())


async def test_a_conversation_that_is_all_of_one_run_needs_no_note() -> None:
    detail = await told(answering([said("14:18", REPLY, "outbound"), said("14:12", "Hello")]))
    assert (texts(detail), detail.notes) == (["Hello", REPLY], ())


async def test_a_reply_that_is_sent_after_the_end_is_the_runs_and_other_late_messages_are_not() -> None:
    late = [
        said("40:00", REPLY, "outbound"),
        said("30:00", REPLY, "inbound"),
        said("14:29", f" {REPLY} ", "outbound"),
        said("14:12", "Hello"),
    ]
    detail = await told(answering(late))
    assert texts(detail) == ["Hello", f" {REPLY} "]
    assert len(detail.notes) == 1


async def test_a_reply_that_no_message_says_is_still_shown_and_marked() -> None:
    detail = await told(answering([said("14:12", "Hello")]))
    assert texts(detail) == ["Hello", REPLY]
    assert [message.notes for message in detail.messages] == [
        (),
        ("the run's reply; not among the messages that were read",),
    ]
    assert [message.number for message in detail.messages] == [1, 2]


async def test_of_a_run_without_a_start_the_newest_messages_are_shown_and_that_is_said() -> None:
    newest = [said("50:00", "Second", "outbound"), said("01:00", "First", "outbound")]
    detail = await told(answering(newest, created_at=None, completed_at=None, response=None))
    assert texts(detail) == ["First", "Second"]
    assert detail.notes == ("messages: the newest of the whole conversation, as the run has no start",)


async def test_a_message_without_a_time_stands_with_the_newer_one_beside_it() -> None:
    rows = [
        said(None, "Newest"),
        said("20:00", "Later"),
        said(None, "Later too"),
        said("14:16", "Ours", "outbound"),
        said(None, "Ours too", "outbound"),
        said("12:00", "Before", "outbound"),
    ]
    assert texts(await told(answering(rows, response=None))) == ["Ours too", "Ours", "Newest"]


async def test_who_wrote_is_told_apart_and_people_are_known_to_be_masked() -> None:
    sender = {"external_id": None}
    rows = [
        said("14:18", "By one of the team", "outbound", sender={**sender, "user_id": "m48k", "name": "Alex M"}),
        said("14:17", REPLY, "outbound", sender={**sender, "user_id": None, "name": "Reservations"}),
        said("14:12", "Hello", status="received", channel="sms", sender={**sender, "name": "Janey"}),
    ]
    detail = await told(answering(rows))
    assert [shown(message)["role"] for message in detail.messages] == ["guest", "assistant", "team"]
    kinds = [message.author.kind for message in detail.messages if message.author]
    assert kinds == [Kind.IDENTITY, Kind.NAME, Kind.IDENTITY]
    known = [identity.canonical() for identity in detail.run.identities]
    assert known == ["Janey", "Alex M", "Jane Doe", "jane@example.com"]
    assert '"channel": "sms"' not in shown(detail.messages[0])["extra"]
    assert shown(detail.messages[0])["extra"] == '\0{"channel":"sms","status":"received"}'
    assert shown(detail.messages[2])["extra"] == '\0{"sender":{"user_id":"m48k"}}'


async def test_a_message_that_never_went_out_says_so() -> None:
    detail = await told(answering([said("14:18", REPLY, "outbound", status="Failed"), said("14:12", "Hello")]))
    assert [message.notes for message in detail.messages] == [(), ("sending failed",)]


async def test_a_long_conversation_is_read_back_to_the_run_and_no_further() -> None:
    pages = [
        {"data": [said("50:00", f"Late {number}", "outbound") for number in range(3)], "next_cursor": "2"},
        {"data": [said("14:16", "Ours"), said("10:00", "Before", "outbound")], "next_cursor": "3", "has_more": True},
        {"data": [said("09:00", "Long before")], "next_cursor": None},
    ]
    server = answering([], response=None)

    def page(params: Params) -> Json:
        return pages[int(params.get("cursor", "1")) - 1]

    server.answers[MESSAGES] = page
    detail = await told(server)
    assert (texts(detail), detail.missing) == (["Ours"], ())
    assert sum(path.startswith(MESSAGES) for path in server.asked) == 2


async def test_a_run_that_lies_too_far_back_says_so() -> None:
    server = answering([])

    def page(params: Params) -> Json:
        number = int(params.get("cursor", "0"))
        return {"data": [said("50:00", f"Late {number}")], "next_cursor": str(number + 1), "has_more": True}

    server.answers[MESSAGES] = page
    detail = await told(server)
    assert sum(path.startswith(MESSAGES) for path in server.asked) == MOST_PAGES
    assert detail.missing == ("only the newest 5 messages of its conversation were looked through",)
    assert texts(detail) == [REPLY]


async def test_messages_that_are_no_objects_are_counted() -> None:
    detail = await told(answering(["odd", said("14:16", "Ours"), None, 7], response=None))
    assert (texts(detail), detail.missing) == (["Ours"], ("messages that could not be read: 3",))


async def test_a_contact_that_cannot_be_read_costs_nothing_but_what_it_would_have_masked() -> None:
    server = answering([said("14:12", "Hello")])
    server.answers[f"/contacts/{CONTACT}"] = lambda _: refused(403)
    detail = await told(server)
    assert texts(detail) == ["Hello", REPLY]
    (missing,) = detail.missing
    assert missing.startswith("contact not read, so that less is known to be masked: 403")


@pytest.mark.parametrize("contact", [None, "", "a b", "x/../y"])
async def test_a_contact_that_has_no_usable_id_is_not_asked_for(contact: Json) -> None:
    server = answering([said("14:12", "Hello")], contact_id=contact)
    assert texts(await told(server)) == ["Hello", REPLY]
    assert not any(path.startswith("/contacts") for path in server.asked)


@pytest.mark.parametrize("conversation", [None, "", "a b", "../agents", 10**200])
async def test_a_conversation_without_a_usable_id_leads_nowhere(conversation: Json) -> None:
    async with opened(answering([], conversation_id=conversation)) as client:
        assert (await client.get_run(f"{AGENT}/{RUN}")).thread == ()


@pytest.mark.parametrize(("answer", "kind"), [(refused(403), Forbidden), ({"data": None}, UnexpectedBody)])
async def test_messages_that_cannot_be_read_are_a_failure_of_their_own(answer: Json, kind: type[Exception]) -> None:
    server = answering([])
    server.answers[MESSAGES] = lambda _: answer
    with pytest.raises(kind):
        await told(server)
    assert not any(path.startswith("/contacts") for path in server.asked)
