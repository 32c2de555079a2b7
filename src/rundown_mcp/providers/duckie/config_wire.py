"""Duckie's JSON for what is set up, without what is secret about it.

The models drop unknown keys instead of keeping them: a custom tool's endpoint, headers and credentials, and an agent's
instructions, go no further than the decoder.
"""

from __future__ import annotations

from pydantic import ConfigDict

from rundown_mcp.transport.wire import Flag, Json, Maybe, Moment, Text, WireModel


class _Closed(WireModel):
    model_config = ConfigDict(extra="ignore")


class WireStart(_Closed):
    """What an agent begins with, such as a runbook or a workflow."""

    type: Text = None
    name: Text = None


class WireAgent(_Closed):
    """An agent.

    Source: docs.duckie.ai/api-reference/agents/list-agents.
    """

    id: Text = None
    name: Text = None
    description: Text = None
    status: Text = None
    last_run_at: Moment = None
    start_with: Maybe[WireStart] = None
    tool_ids: Json = None
    guideline_ids: Json = None
    guardrail_ids: Json = None
    resolution_tracking: Flag = None


class WireBuiltin(_Closed):
    """What only a tool of Duckie's own has."""

    availability: Text = None


class WireApp(_Closed):
    """What only a tool of an integration has."""

    integration_id: Text = None
    integration_name: Text = None
    connection_status: Text = None


class WireCustom(_Closed):
    """What only a customer's own tool has; it may hold secrets, so that nothing of it is read."""


class WireMcp(_Closed):
    """What only a tool of an MCP server has."""

    server_id: Text = None
    server_name: Text = None


class WireToolConfig(_Closed):
    """A tool; its id begins with `duckie:`, `app:`, `custom:` or `mcp:`.

    Source: docs.duckie.ai/api-reference/tools/list-tools.
    """

    id: Text = None
    name: Text = None
    description: Text = None
    is_write_action: Flag = None
    requires_approval: Flag = None
    enabled: Flag = None
    duckie: Maybe[WireBuiltin] = None
    app: Maybe[WireApp] = None
    custom: Maybe[WireCustom] = None
    mcp: Maybe[WireMcp] = None


class WireRule(_Closed):
    """A guideline, guardrail or runbook, whose shapes no document shows: the usual fields, where they are there.

    Source: docs.duckie.ai/api/overview.
    """

    id: Text = None
    name: Text = None
    title: Text = None
    type: Text = None
    status: Text = None
    description: Text = None
    summary: Text = None
