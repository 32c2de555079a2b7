"""Small builders of runs in the vendors' own JSON, read through the real wire models and mappings."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import RunDetail
from rundown_mcp.providers.conduit import mapping as conduit_mapping
from rundown_mcp.providers.conduit.wire import AgentRunBody
from rundown_mcp.providers.duckie import mapping as duckie_mapping
from rundown_mcp.providers.duckie.wire import WireDetailBody
from rundown_mcp.providers.happyrobot import mapping as happyrobot_mapping
from rundown_mcp.providers.happyrobot.wire import WireRunDetail

Json = dict[str, Any]
LOST: Final = "HTTP 504 Gateway Timeout: upstream did not answer"
BUSY: Final = "HTTP 429 Too Many Requests: retry after 11 s"
PAY: Final = {"order_id": "A-100201", "amount": 119, "currency": "EUR"}
_BEGIN: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_UUID: Final = "00000001-0000-4000-8000-000000000000"
_NOTHING: Final = object()


def at(seconds: float) -> str:
    """So many seconds after the run began."""
    return (_BEGIN + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


# --- Duckie


def call(
    name: str,
    given: object = None,
    output: object = None,
    *,
    error: object = None,
    status: str | None = _NOTHING,  # type: ignore[assignment]
    **fields: object,
) -> Json:
    """A tool call; `status` is failed where there is an error, else completed. Other `fields` replace the step's."""
    flags = {flag: fields.pop(flag, False) for flag in ("redacted", "truncated")}
    state = ("failed" if error else "completed") if status is _NOTHING else status
    tool = {"name": name, "type": "custom_tool", "input": given, "output": output, "error": error, **flags}
    return {"type": "tool_call", "title": name.replace("_", " "), "status": state, "tool": tool, **fields}


def note(kind: str, title: str, status: str = "completed", content: str | None = None, **fields: object) -> Json:
    """A step that calls no tool."""
    return {"type": kind, "title": title, "status": status, "content": content, "tool": None, **fields}


def reply(text: str = "Done.", status: str = "completed") -> Json:
    """The agent answers the customer."""
    return note("response", "Reply to the customer", status, text)


def escalate(reason: str = "Needs a person.") -> Json:
    """The agent hands over to a person."""
    return call("escalate_to_human", {"reason": reason}, {"queue": "tier-2", "assigned": True})


def duckie(
    status: str,
    *steps: Json,
    outcome: str | None = None,
    reason: str | None = None,
    said: tuple[tuple[str, str], ...] = (),
    **fields: object,
) -> RunDetail:
    """A Duckie run; `said` are (role, text)."""
    body = {
        "id": _UUID,
        "status": status,
        "created_at": at(0),
        "agent": {"id": "a", "name": "Desk"},
        "resolution": {"type": outcome, "summary": reason} if outcome or reason else None,
        "steps": [
            {"id": f"s{place}", "order": place, "timestamp": at(place), "duration_seconds": 1, **step}
            for place, step in enumerate(steps)
        ],
        "conversation": [
            {"id": f"m{place}", "order": place, "role": role, "message": text, "recorded_at": at(place)}
            for place, (role, text) in enumerate(said)
        ],
        **fields,
    }
    wire = WireDetailBody.model_validate({"data": _sent(body)})
    return duckie_mapping.to_detail(wire.data, Ref("duckie", _UUID))


# --- Conduit


def traced(name: str, given: object = None, output: object = None) -> Json:
    """An entry of the tool trace: it has no state, no time and no error."""
    return {"name": name, "input": given, "output": output}


def conduit(status: str, *trace: Json, **fields: object) -> RunDetail:
    """A Conduit run; `error`, `reflection`, `disposition`, `disposition_reason` and `response` are its fields."""
    body = {"id": "ar1", "agent_id": "ag1", "status": status, "created_at": at(0), "tool_trace": list(trace), **fields}
    wire = AgentRunBody.model_validate({"data": _sent(body)})
    return conduit_mapping.to_detail(Ref("conduit", "ag1/ar1"), wire.data)


# --- HappyRobot


def says(role: str, text: str, second: float, **fields: object) -> Json:
    """A message of a call."""
    return {"id": f"m{second}", "role": role, "content": text, "timestamp": at(second), **fields}


def asks(name: str, given: object, second: float, **fields: object) -> Json:
    """A message that calls a tool; its arguments are a JSON string."""
    calls = [{"function": {"name": name, "arguments": json.dumps(given)}}]
    return says("assistant", "", second, tool_calls=calls, **fields)


def answers(name: str, output: object, second: float, **fields: object) -> Json:
    """A tool's answer; anything but a text is a JSON string."""
    return says("tool", output if isinstance(output, str) else json.dumps(output), second, name=name, **fields)


def session(*messages: Json, second: float = 0, **fields: object) -> Json:
    """A telephone call; `status`, `sip_code`, `sip_reason`, `failure_reason` and `duration` are its fields."""
    return {
        "type": "session",
        "id": f"c{second}",
        "timestamp": at(second),
        "messages": list(messages),
        "status": "completed",
        **fields,
    }


def node(name: str, second: float, output: object = None, *, error: object = None, data: object = None) -> Json:
    """A node of the workflow."""
    inner = {"id": f"n{second}", "name": name, "data": data, "error": error, "timestamp": at(second)}
    return {
        "type": "action",
        "timestamp": at(second),
        "integration_name": "Webhook",
        "event_name": "POST",
        "intermediate": inner,
        "output": output,
    }


def happyrobot(status: str, *events: Json, **fields: object) -> RunDetail:
    """A HappyRobot run; `issues` and `annotation` are its fields."""
    body = {"id": _UUID, "status": status, "timestamp": at(0), "events": list(events), **fields}
    return happyrobot_mapping.to_detail(WireRunDetail.model_validate(_sent(body)), Ref("happyrobot", _UUID), {})


def _sent(body: Json) -> Json:
    """The body as it comes over the wire."""
    sent: Json = json.loads(json.dumps(body))
    return sent
