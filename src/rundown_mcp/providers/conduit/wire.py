"""Conduit's JSON as it comes: nothing is required, odd values bend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Field

from rundown_mcp.transport.wire import Flag, Integer, Json, Many, Maybe, Moment, Number, Text, WireBody, WireModel


def _loose_id(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


LooseId: TypeAlias = Annotated[str | None, BeforeValidator(_loose_id)]
"""An id, or None where it is missing or no id at all: whether that matters is for the reader of the row to say."""


class Listing(WireModel):
    """One page of any list.

    Source: docs.conduit.ai/api-reference/introduction
    """

    data: Json = None
    next_cursor: Text = None
    has_more: Flag = None

    @property
    def following(self) -> str | None:
        """The cursor of the next page; a flag that says that there is none outweighs a cursor."""
        return None if self.has_more is False else self.next_cursor or None

    @property
    def leads_nowhere(self) -> bool:
        """Whether more follows, but no cursor says where."""
        return self.following is None and bool(self.has_more)


class Workspace(WireModel):
    """A workspace of the token. The documents show no such object; both spellings of its id occur in other bodies.

    Source: docs.conduit.ai/api-reference/introduction
    """

    id: LooseId = None
    workspace_id: LooseId = None

    @property
    def key(self) -> str | None:
        """The id, under whichever name it came."""
        return self.id or self.workspace_id


class AgentTrigger(WireModel):
    """What can start an agent.

    Source: docs.conduit.ai/api-reference/agents/list
    """

    id: LooseId = None
    name: Text = None
    type: Text = None


def _triggers(value: object) -> list[object] | None:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else None


Triggers: TypeAlias = Annotated[list[AgentTrigger] | None, BeforeValidator(_triggers)]
"""None where no list came: an unknown number of triggers is not 0."""


class Guardrail(WireModel):
    """A rule of an agent.

    Source: docs.conduit.ai/api-reference/agents/list
    """

    id: LooseId = None
    title: Text = None
    knowledge: Text = None


class Agent(WireModel):
    """An agent's configuration. Unknown keys are dropped here: agents are kept for minutes, their prompts need not be.

    Source: docs.conduit.ai/api-reference/agents/list
    """

    model_config = ConfigDict(extra="ignore")

    id: LooseId = None
    workspace_id: Text = None
    name: Text = None
    description: Text = None
    version: Text = None
    operation_mode: Text = None
    response_language: Text = None
    enabled: Flag = None
    skill_ids: Json = None
    triggers: Triggers = None
    guardrails: Many[Guardrail] = Field(default_factory=list)

    def trigger(self, trigger_id: str | None) -> AgentTrigger | None:
        """The trigger of that id, None where the agent has none (any more)."""
        return next((each for each in self.triggers or [] if trigger_id and each.id == trigger_id), None)


class TokenUsage(WireModel):
    """Tokens in and out.

    Source: docs.conduit.ai/api-reference/agents/get-run
    """

    input: Integer = None
    output: Integer = None


class TracedCall(WireModel):
    """A tool call: neither time, nor state, nor error is part of it.

    Source: docs.conduit.ai/api-reference/agents/get-run
    """

    name: Text = None
    input: Json = None
    output: Json = None


class AgentRun(WireBody):
    """A run; the fields from `session_id` on come with a single run only, not with a list's rows.

    `id` is what paths take, `run_id` another name of the run that they do not.

    Source: docs.conduit.ai/api-reference/agents/get-run, docs.conduit.ai/api-reference/agents/list-runs
    """

    id: LooseId = None
    run_id: LooseId = None
    agent_id: Text = None
    status: Text = None
    disposition: Text = None
    contact_id: Text = None
    conversation_id: Text = None
    trigger_id: Text = None
    error: Json = None
    duration_ms: Number = None
    token_usage: Maybe[TokenUsage] = None
    total_cost: Number = None
    trace_id: Text = None
    created_at: Moment = None
    completed_at: Moment = None
    session_id: Text = None
    disposition_reason: Text = None
    trigger_event_id: Text = None
    response: Text = None
    reflection: Text = None
    tool_trace: Json = None


class AgentRunBody(WireModel):
    """The body of a single run.

    Source: docs.conduit.ai/api-reference/agents/get-run
    """

    data: AgentRun


class Sender(WireModel):
    """Who wrote a message; one of the workspace's users where `user_id` is there.

    Source: docs.conduit.ai/api-reference/conversations/messages
    """

    user_id: LooseId = None
    name: Text = None


class ChatMessage(WireModel):
    """A message of a conversation, which names no run.

    Source: docs.conduit.ai/api-reference/conversations/messages
    """

    id: LooseId = None
    workspace_id: Text = None
    conversation_id: Text = None
    body: Text = None
    direction: Text = None
    status: Text = None
    sent_at: Moment = None
    created_at: Moment = None
    sender: Maybe[Sender] = None

    @property
    def at(self) -> datetime | None:
        """When it was sent, or when Conduit took it in."""
        return self.sent_at or self.created_at


class Channel(WireModel):
    """One way to reach a contact: `value` is an address or a number.

    Source: docs.conduit.ai/api-reference/contacts/get
    """

    value: Text = None


class Contact(WireModel):
    """A guest.

    Source: docs.conduit.ai/api-reference/contacts/get
    """

    first_name: Text = None
    last_name: Text = None
    channels: Many[Channel] = Field(default_factory=list)


class ContactBody(WireModel):
    """The body of a contact.

    Source: docs.conduit.ai/api-reference/contacts/get
    """

    data: Contact
