"""Writes what was said in a call as HappyRobot's messages.

A tool call is two messages: an assistant's with `tool_calls`, whose arguments are a JSON string, and a tool's with the
result as text. Where the documents are silent: latencies are milliseconds, and stand at spoken assistant messages only.
"""

import json
from datetime import timedelta

from rundown_mcp.sandbox.ids import derived_uuid
from rundown_mcp.sandbox.model import CallRun, Message, Session, Step
from rundown_mcp.sandbox.web import as_text

Body = dict[str, object]

_ROLES = {"customer": "user", "agent": "assistant", "event": "event"}
_LATENCIES = ("network", "initial_wait", "transcriber", "eos", "eos_wait", "llm", "tts")


def messages_of(run: CallRun, session: Session, number: int) -> list[Body]:
    """The messages of the run's session `number`, in the order of time."""
    said = [_said(run, session, message) for message in run.messages if message.session == number]
    called = [body for step in run.steps if step.session == number for body in _called(run, session, step)]
    return sorted((*said, *called), key=lambda body: str(body["timestamp"]))


def _message(run: CallRun, session: Session, role: str, content: str, parts: Body) -> Body:
    body: Body = {
        "id": "",
        "session_id": session.id,
        "chat_session_id": None,
        "role": role,
        "content": content,
        "tool_calls": None,
        "name": None,
        "is_filler": False,
        "is_interrupted": False,
        "is_natural_cut": False,
        "latency_breakdown": None,
        "timestamp": "",
        "data_deleted": run.forgotten,
        **parts,
    }
    if run.forgotten:
        body |= {"content": "", "tool_calls": None}
    return body


def _said(run: CallRun, session: Session, message: Message) -> Body:
    parts: Body = {
        "id": message.id,
        "timestamp": as_text(message.at),
        "is_filler": "filler" in message.marks,
        "is_interrupted": "interrupted" in message.marks,
        "is_natural_cut": "natural_cut" in message.marks,
    }
    if message.role == "agent" and not parts["is_filler"]:
        base = int(message.id[:4], 16) % 300
        parts["latency_breakdown"] = {name: base + 37 * place for place, name in enumerate(_LATENCIES)}
    return _message(run, session, _ROLES[message.role], message.text, parts)


def _called(run: CallRun, session: Session, step: Step) -> tuple[Body, Body]:
    call: Body = {
        "id": step.id,
        "timestamp": as_text(step.at),
        "tool_calls": [{"function": {"name": step.title, "arguments": json.dumps(step.input, ensure_ascii=False)}}],
    }
    result: Body = {
        "id": derived_uuid(f"result of {step.id}"),
        "timestamp": as_text(step.at + timedelta(seconds=step.seconds or 0)),
        "name": step.title,
    }
    output = json.dumps(step.output, ensure_ascii=False)
    return _message(run, session, "assistant", "", call), _message(run, session, "tool", output, result)
