"""Writes helpdesk runs as Duckie's JSON, field by field from its own pages.

Where the pages are silent: step types other than `tool_call`, step statuses, roles and sources are words of ours;
optional objects are null when there is nothing to say; `redacted` and `truncated` are left out when unknown.
"""

from rundown_mcp.sandbox.model import Message, Step, TicketRun
from rundown_mcp.sandbox.web import as_text, as_text_or_null

TOOL_TYPES = {"builtin": "duckie_tool", "app": "app_tool", "custom": "custom_tool", "mcp": "mcp_tool"}
_WITH_TICKET_PAGE = frozenset({"zendesk", "intercom", "email"})

Body = dict[str, object]


def seconds_of(run: TicketRun) -> int | None:
    """Whole seconds from start to end, or to the pause; None while it runs."""
    return round((run.ended - run.started).total_seconds()) if run.ended else None


def list_row(run: TicketRun) -> Body:
    """A run in `GET /runs`: https://docs.duckie.ai/api-reference/runs/list-runs."""
    return {
        "id": run.id,
        "created_at": as_text(run.started),
        "updated_at": as_text(run.ended or run.started),
        "status": run.status,
        "source": None if run.bare else run.source,
        "duration_seconds": seconds_of(run),
        "ticket": None if run.bare else _ticket(run),
        "agent": {"id": run.agent.id, "name": run.agent.name},
        "category": {"id": run.category[0], "name": run.category[1]} if run.category and not run.bare else None,
        "resolution": {"type": run.outcome, "summary": run.reason} if run.outcome or run.reason else None,
        "trigger": None if run.bare else _trigger(run),
        "approval": None if run.bare else _approval(run),
        "scheduled_resume_at": as_text_or_null(run.resume_at),
    }


def detail(run: TicketRun) -> Body:
    """A run in `GET /runs/{run_id}`: https://docs.duckie.ai/api-reference/runs/retrieve-a-run."""
    body = list_row(run)
    body["agent"] = {"id": run.agent.id, "name": run.agent.name, "description": run.agent.about}
    if not run.bare:
        asked = [message.text for message in run.messages if message.role == "customer"]
        texts = {"message_text": asked[0] if asked else None, "latest_comment": asked[-1] if asked else None}
        body["trigger"] = _trigger(run) | texts
    body["conversation"] = [_message(order, message) for order, message in enumerate(run.messages)]
    body["steps"] = [_step(order, step) for order, step in enumerate(run.steps)]
    body["evaluation_attributes"] = [
        {
            "id": mark.id,
            "attribute_id": mark.attribute_id,
            "name": mark.name,
            "description": mark.about,
            "value": mark.value,
            "recorded_at": as_text(run.ended or run.started),
        }
        for mark in run.marks
    ]
    return body


def _ticket(run: TicketRun) -> Body:
    url = f"https://help.harborline.example/tickets/{run.ticket_id}" if run.source in _WITH_TICKET_PAGE else None
    return {"id": run.ticket_id, "title": run.title, "url": url}


def _trigger(run: TicketRun) -> Body:
    return {
        "event_type": run.event,
        "source": run.source,
        "timestamp": as_text(run.started),
        "ticket_status": "open",
        "ticket_priority": run.priority,
        "ticket_tags": list(run.tags),
        "trigger_message_type": "customer",
        "internal_notes_only": run.notes_only,
        "is_messaging_ticket": run.messaging,
        "customer_name": run.person.name,
    }


def _flags(step: Step) -> Body:
    known = {"redacted": step.redacted, "truncated": step.truncated}
    return {name: value for name, value in known.items() if value is not None}


def _approval(run: TicketRun) -> Body:
    step = run.pending
    if step is None or step.tool is None:
        return {"waiting_for_approval": False, "pending": None}
    pending: Body = {
        "step_id": step.id,
        "tool_id": step.tool.id,
        "tool_name": step.tool.name,
        "tool_type": TOOL_TYPES[step.tool.kind],
        "params": step.input,
    }
    return {"waiting_for_approval": True, "pending": pending | _flags(step)}


def _message(order: int, message: Message) -> Body:
    return {
        "id": message.id,
        "order": order,
        "role": message.role,
        "user_name": message.name,
        "message": message.text,
        "source_timestamp": as_text(message.at),
        "recorded_at": as_text(message.at),
    }


def _step(order: int, step: Step) -> Body:
    tool: Body | None = None
    if step.tool is not None:
        tool = {
            "name": step.tool.name,
            "type": TOOL_TYPES[step.tool.kind],
            "input": step.input,
            "output": step.output,
            **_flags(step),
            "error": step.error,
        }
    return {
        "id": step.id,
        "order": order,
        "timestamp": as_text(step.at),
        "type": step.kind,
        "title": step.title or None,
        "content": step.text,
        "status": step.status,
        "duration_seconds": step.seconds,
        "tool": tool,
    }
