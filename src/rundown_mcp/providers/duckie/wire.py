"""Duckie's JSON for runs, as its documents show it: only ids are required."""

from __future__ import annotations

from pydantic import Field

from rundown_mcp.transport.wire import (
    Flag,
    Id,
    Integer,
    Json,
    Many,
    Maybe,
    Moment,
    Number,
    Text,
    Texts,
    WireBody,
    WireModel,
)


class WireTicket(WireModel):
    """The ticket or conversation at its source."""

    id: Text = None
    title: Text = None
    url: Text = None


class WireNamed(WireModel):
    """An agent or a category."""

    id: Text = None
    name: Text = None


class WireResolution(WireModel):
    """What the run meant for the customer."""

    type: Text = None
    summary: Text = None


class WireTrigger(WireModel):
    """What started the run; `message_text` and `latest_comment` come in a detail only."""

    event_type: Text = None
    source: Text = None
    timestamp: Moment = None
    ticket_status: Text = None
    ticket_priority: Text = None
    ticket_tags: Texts = Field(default_factory=list)
    trigger_message_type: Text = None
    internal_notes_only: Flag = None
    is_messaging_ticket: Flag = None
    customer_name: Text = None
    message_text: Text = None
    latest_comment: Text = None


class WirePending(WireModel):
    """The call that waits for a human; the flags speak of `params`."""

    step_id: Text = None
    tool_id: Text = None
    tool_name: Text = None
    tool_type: Text = None
    params: Json = None
    redacted: Flag = None
    truncated: Flag = None


class WireApproval(WireModel):
    """Whether the run waits for a human, and with which call."""

    waiting_for_approval: Flag = None
    pending: Maybe[WirePending] = None


class WireRun(WireModel):
    """A row of the list of runs. `duration_seconds` is a number of seconds; there is no end time.

    Source: docs.duckie.ai/api-reference/runs/list-runs.
    """

    id: Id
    created_at: Moment = None
    updated_at: Moment = None
    status: Text = None
    source: Text = None
    duration_seconds: Number = None
    ticket: Maybe[WireTicket] = None
    agent: Maybe[WireNamed] = None
    category: Maybe[WireNamed] = None
    resolution: Maybe[WireResolution] = None
    trigger: Maybe[WireTrigger] = None
    approval: Maybe[WireApproval] = None
    scheduled_resume_at: Moment = None


class WireMessage(WireModel):
    """A message of the conversation; `source_timestamp` is when it was written, `recorded_at` when Duckie took it."""

    id: Text = None
    order: Integer = None
    role: Text = None
    user_name: Text = None
    message: Text = None
    source_timestamp: Moment = None
    recorded_at: Moment = None


class WireTool(WireModel):
    """The tool call of a step; the flags speak of its payloads."""

    name: Text = None
    type: Text = None
    input: Json = None
    output: Json = None
    redacted: Flag = None
    truncated: Flag = None
    error: Json = None


class WireStep(WireModel):
    """One step; `tool_call` is the only `type` that the documents name."""

    id: Text = None
    order: Integer = None
    timestamp: Moment = None
    type: Text = None
    title: Text = None
    content: Text = None
    status: Text = None
    duration_seconds: Number = None
    tool: Maybe[WireTool] = None


class WireEvaluation(WireModel):
    """An attribute that an evaluation gave the run."""

    name: Text = None
    value: Text = None


class WireRunDetail(WireBody, WireRun):
    """A run with its conversation and steps.

    Source: docs.duckie.ai/api-reference/runs/retrieve-a-run.
    """

    conversation: Many[WireMessage] = Field(default_factory=list)
    steps: Many[WireStep] = Field(default_factory=list)
    evaluation_attributes: Many[WireEvaluation] = Field(default_factory=list)


class WireDetailBody(WireModel):
    """The body of one run."""

    data: WireRunDetail


class WirePagination(WireModel):
    """Where the next page begins.

    Source: docs.duckie.ai/api/pagination-and-filtering.
    """

    next_cursor: Text = None
    has_more: Flag = None


class WireListBody(WireModel):
    """The body of every list; its rows are validated one by one, so that an odd one does not cost the page."""

    data: Json
    pagination: Maybe[WirePagination] = None

    @property
    def next_token(self) -> str | None:
        """The next page's cursor, or None at the end; a flag that says that there is none outweighs a cursor."""
        page = self.pagination
        return None if page is None or page.has_more is False else page.next_cursor or None

    @property
    def leads_nowhere(self) -> bool:
        """Whether more follows, but no cursor says where."""
        return self.next_token is None and self.pagination is not None and bool(self.pagination.has_more)


class WireToolOption(WireModel):
    """A tool name that runs have recorded.

    Source: docs.duckie.ai/api/pagination-and-filtering.
    """

    tool_name: Id
    display_name: Text = None
    run_count: Integer = None
