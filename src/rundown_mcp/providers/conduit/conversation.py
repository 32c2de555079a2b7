"""What was said in a run: its part of the conversation, which Conduit keeps apart from it, and who the guest is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from rundown_mcp.domain.errors import ConnectionFailure
from rundown_mcp.domain.run import Message, Run, RunDetail
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.provider import walk_pages
from rundown_mcp.providers.conduit.listing import read_page
from rundown_mcp.providers.conduit.mapping import REPLY_ONLY, reply_message
from rundown_mcp.providers.conduit.wire import ChatMessage, ContactBody
from rundown_mcp.transport.json_api import JsonApi, segment
from rundown_mcp.transport.unread import unread
from rundown_mcp.transport.values import each_once, value
from rundown_mcp.transport.wire import decode

MOST_PAGES: Final = 5
"""Pages of a conversation, newest first, in which a run is looked for: 120 requests a minute serve everything."""

Params = Sequence[tuple[str, str]]

_MESSAGES: Final = "the list of messages"
_ROLES: Final = {"inbound": "guest", "outbound": "assistant"}
_STAFF: Final = "team"
_PART: Final = (
    "messages: from what the guest wrote last before this run to its end, by their times, as they name no run; "
    "the rest of the conversation is not shown"
)
_NO_START: Final = "messages: the newest of the whole conversation, as the run has no start"
_NOT_SENT: Final = "sending failed"
_APART: Final = "the run's reply; not among the messages that were read"


async def read_conversation(api: JsonApi, workspace: Params, detail: RunDetail) -> RunDetail:
    """The run with the messages that its `thread` leads to, its `reply` among them.

    The contact is asked for to know what to mask; where it cannot be had, the run says so.

    Raises:
        ConnectionFailure: the messages could not be read.
    """
    thread = dict(detail.thread)
    part = await _read_part(api, workspace, thread["conversation"], detail.run, detail.reply)
    messages = tuple(_to_messages(part.rows, detail.reply))
    people = [message.author for message in messages if message.author and message.author.kind is Kind.IDENTITY]
    missing = [*detail.missing, *part.missing]
    if "contact" in thread:
        try:
            people += await _guest(api, workspace, thread["contact"])
        except ConnectionFailure as failure:
            missing.append(f"contact not read, so that less is known to be masked: {failure.short}")
    notes = [note for note in detail.notes if note != REPLY_ONLY]
    return replace(
        detail,
        run=replace(detail.run, identities=each_once([*detail.run.identities, *people])),
        messages=messages,
        reply=None,
        notes=(*notes, *([part.note] if part.note else [])),
        missing=tuple(missing),
        thread=(),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A run's part of its conversation, oldest first.

    `is_whole` says that nothing older can belong to it. `note` says what is shown where that is not all there is,
    `missing` what could not be read.
    """

    rows: tuple[ChatMessage, ...]
    is_whole: bool
    note: str = ""
    missing: tuple[str, ...] = ()


async def _read_part(api: JsonApi, workspace: Params, conversation_id: str, run: Run, reply: Untrusted | None) -> _Part:
    """Read the conversation from its newest message back to before the run, for `MOST_PAGES` at the most.

    Source: docs.conduit.ai/api-reference/conversations/messages
    """
    path = f"/conversations/{segment(conversation_id)}/messages"
    read = partial(read_page, api, path, [*workspace, ("order", "desc")], ChatMessage, what=_MESSAGES)
    rows: list[ChatMessage] = []
    pages = odd = 0
    missing = ""
    async with aclosing(walk_pages(read, connection=api.connection, what=_MESSAGES)) as walk:
        async for _, page in walk:
            rows += page.items
            odd += page.unusable
            pages += 1
            if _part(rows, run, reply).is_whole:
                break
            if pages == MOST_PAGES and page.next_token is not None:
                missing = f"only the newest {len(rows) + odd} messages of its conversation were looked through"
                break
    part = _part(rows, run, reply)
    unread_rows = f"messages that could not be read: {odd}" if odd else ""
    return replace(part, missing=tuple(filter(None, (missing, unread_rows))))


def _part(newest_first: Sequence[ChatMessage], run: Run, reply: Untrusted | None) -> _Part:
    """What of a conversation belongs to a run, as its messages name none.

    Taken to belong are the messages of the run's time, what the guest wrote before it that nobody had answered yet,
    and the run's own reply, which may be sent late. One without a time is as old as the newer one beside it.
    """
    ours: list[ChatMessage] = []
    late_reply: ChatMessage | None = None
    at: datetime | None = None
    later = 0
    for row in newest_first:
        at = row.at or at
        if at is not None and run.ended_at is not None and at > run.ended_at:
            later += 1
            late_reply = row if _says(row, reply) else late_reply
        elif run.started_at is None or at is None or at >= run.started_at or _role(row) == "guest":
            ours.append(row)
        else:
            return _Part(_with_reply(ours, late_reply, reply), is_whole=True, note=_PART)
    others = later > (late_reply is not None)
    note = _NO_START if run.started_at is None else _PART if others else ""
    return _Part(_with_reply(ours, late_reply, reply), is_whole=False, note=note)


def _with_reply(
    newest_first: list[ChatMessage], late_reply: ChatMessage | None, reply: Untrusted | None
) -> tuple[ChatMessage, ...]:
    """The rows oldest first, with the reply behind them where it was sent after the run's end."""
    sent_in_time = late_reply is None or any(_says(row, reply) for row in newest_first)
    late = () if sent_in_time or late_reply is None else (late_reply,)
    return (*reversed(newest_first), *late)


def _says(row: ChatMessage, reply: Untrusted | None) -> bool:
    """Whether a message is the run's reply, word for word."""
    told = reply is not None and row.body is not None and reply.equals(row.body)
    return told and _role(row) != "guest"


def _to_messages(rows: Sequence[ChatMessage], reply: Untrusted | None) -> Iterator[Message]:
    """The messages, numbered from 1; the run's reply is the last where none of them says the same."""
    for number, row in enumerate(rows, 1):
        yield _message(number, row)
    if reply is not None and not any(_says(row, reply) for row in rows):
        yield replace(reply_message(len(rows) + 1, reply), notes=(_APART,))


def _message(number: int, row: ChatMessage) -> Message:
    role = _role(row)
    name = row.sender.name if row.sender else None
    told_twice = ("created_at",) if row.sent_at and row.created_at not in {None, row.sent_at} else ()
    return Message(
        number=number,
        id=value(row.id, Kind.ID),
        role=value(role, Kind.WORD),
        author=value(name, Kind.NAME if role == _ROLES["outbound"] else Kind.IDENTITY),
        text=value(row.body, Kind.TEXT),
        at=row.at,
        notes=(_NOT_SENT,) if (row.status or "").strip().casefold() == "failed" else (),
        extra=unread(row, "sender.user_id", "status", *told_twice),
    )


def _role(row: ChatMessage) -> str | None:
    """Who wrote a message: the guest, the agent, or one of the team; the vendor's word where it is neither way."""
    way = (row.direction or "").strip().casefold()
    if way == "outbound" and row.sender is not None and row.sender.user_id is not None:
        return _STAFF
    return _ROLES.get(way, row.direction)


async def _guest(api: JsonApi, workspace: Params, contact_id: str) -> list[Untrusted]:
    """The name, addresses and numbers of a contact.

    Source: docs.conduit.ai/api-reference/contacts/get
    """
    sent = await api.get(f"/contacts/{segment(contact_id)}", workspace)
    contact = decode(ContactBody, sent, connection=api.connection, what="the contact").data
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    found = (value(told, Kind.IDENTITY) for told in (name, *(channel.value for channel in contact.channels)))
    return [identity for identity in found if identity is not None]
