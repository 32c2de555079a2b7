"""Writes chat runs, and what belongs to them, as Conduit's JSON.

Where the documents are silent: a workspace is its id, name and date; what a run that has not ended lacks is null; a
contact has no more than its own page shows.
"""

from rundown_mcp.sandbox.casting import Contact
from rundown_mcp.sandbox.company import Workspace
from rundown_mcp.sandbox.ids import derived
from rundown_mcp.sandbox.model import ChatAgent, ChatRun, Message
from rundown_mcp.sandbox.web import as_text, as_text_or_null

Body = dict[str, object]

STATUSES = {"queued": "accepted", "running": "running", "completed": "completed", "failed": "failed"}
_CHANNEL = "unthreaded_email"


def list_row(run: ChatRun) -> Body:
    """A run in `GET /agents/{id}/runs`: https://docs.conduit.ai/api-reference/agents/list-runs."""
    return {
        "id": run.id,
        "run_id": run.run_id,
        "agent_id": run.agent.id,
        "workspace_id": run.workspace_id,
        "status": STATUSES[run.status],
        "disposition": run.outcome,
        "contact_id": run.contact_id,
        "conversation_id": run.conversation_id,
        "trigger_id": run.trigger_id,
        "error": run.error,
        "duration_ms": round((run.ended - run.started).total_seconds() * 1000) if run.ended else None,
        "token_usage": {"input": run.tokens[0], "output": run.tokens[1]} if run.tokens else None,
        "total_cost": run.cost,
        "trace_id": run.trace_id,
        "created_at": as_text(run.started),
        "completed_at": as_text_or_null(run.ended),
    }


def detail(run: ChatRun) -> Body:
    """A run in `GET /agents/{id}/runs/{run_id}`: https://docs.conduit.ai/api-reference/agents/get-run."""
    return {
        **list_row(run),
        "session_id": run.session_id,
        "disposition_reason": run.reason,
        "trigger_event_id": run.trigger_event_id,
        "response": run.reply,
        "reflection": run.reflection,
        "tool_trace": [{"name": step.title, "input": step.input, "output": step.output} for step in run.steps],
    }


def workspace_body(workspace: Workspace) -> Body:
    """A workspace that the token opens."""
    return {"id": workspace.id, "name": workspace.name, "created_at": as_text(workspace.opened)}


def agent_body(agent: ChatAgent) -> Body:
    """An agent: https://docs.conduit.ai/api-reference/agents/list."""
    opened = as_text(agent.opened)
    return {
        "id": agent.id,
        "workspace_id": agent.workspace_id,
        "name": agent.name,
        "description": agent.about,
        "version": "v2",
        "instructions": agent.instructions,
        "guardrails": [
            {"id": "guardrail_1", "title": "No promises of refunds", "knowledge": "Cite the rate's terms or hand over."}
        ],
        "operation_mode": "autopilot",
        "autopilot_schedule": None,
        "custom_response_delay_ms": None,
        "auto_mark_as_done": False,
        "response_language": None,
        "responseflow": True,
        "output_schema": [],
        "skill_ids": [],
        "enabled": True,
        "triggers": [
            {
                "id": trigger.id,
                "workspace_id": agent.workspace_id,
                "name": trigger.name,
                "description": None,
                "type": trigger.kind,
                "config": {"inboxTypeId": "guest", "channels": [_CHANNEL]},
                "enabled": True,
                "created_at": opened,
                "updated_at": opened,
            }
            for trigger in agent.triggers
        ],
        "created_at": opened,
        "updated_at": opened,
    }


def escalation_body(run: ChatRun) -> Body:
    """The escalation that a run made: https://docs.conduit.ai/api-reference/escalations/list, with the newer fields."""
    asked = next((message.text for message in run.messages if message.role == "customer"), None)
    return {
        "id": run.escalation_id,
        "workspace_id": run.workspace_id,
        "type": "chat",
        "conversation_id": run.conversation_id,
        "contact_id": run.contact_id,
        "agent_run_id": run.id,
        "agent_id": run.agent.id,
        "disposition": run.outcome,
        "disposition_reason": run.reason,
        "status": "pending",
        "created_at": as_text(run.ended or run.started),
        "reviewed_at": None,
        "reviewed_by": None,
        "guest_message": asked,
        "proposed_response": run.reply,
        "request_for_additional_info": None,
        "questions_for_operator": run.reason,
    }


def message_body(run: ChatRun, message: Message) -> Body:
    """A message of a conversation: https://docs.conduit.ai/api-reference/conversations/messages."""
    inbound = message.role == "customer"
    at = as_text(message.at)
    return {
        "id": f"yh7t{derived(0, message.id, 28)}",
        "workspace_id": run.workspace_id,
        "conversation_id": run.conversation_id,
        "channel": _CHANNEL,
        "body": message.text,
        "direction": "inbound" if inbound else "outbound",
        "status": "received" if inbound else "sent",
        "sent_at": at,
        "created_at": at,
        "sender": {"user_id": None, "external_id": None, "name": run.person.name if inbound else run.agent.name},
    }


def contact_body(contact: Contact, last_message: str | None) -> Body:
    """A contact: https://docs.conduit.ai/api-reference/contacts/get."""
    first, _, last = contact.person.name.partition(" ")
    return {
        "id": contact.id,
        "workspace_id": contact.workspace_id,
        "first_name": first,
        "last_name": last or None,
        "image_url": None,
        "type": None,
        "inbox_type_id": "guest",
        "archived": False,
        "ai_paused": False,
        "last_message_at": last_message,
        "created_at": as_text(contact.first_seen),
        "channels": [{"id": contact.channel_id, "type": _CHANNEL, "value": contact.person.email}],
    }
