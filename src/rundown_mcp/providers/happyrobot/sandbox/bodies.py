"""Writes telephone runs as HappyRobot's JSON: rows, the present shape of a run, and the older one.

Documented at https://docs.happyrobot.ai/platform-api-reference/runs/get-a-run-by-id and in the vendor's v1
specification. Where they are silent: the node that starts a run is an action without `intermediate`.
"""

from rundown_mcp.providers.happyrobot.sandbox.messages import Body, messages_of
from rundown_mcp.sandbox.ids import derived_uuid
from rundown_mcp.sandbox.model import CallRun, Issue, Session, Step, UseCase, Version
from rundown_mcp.sandbox.web import as_text, as_text_or_null

STATUSES = {
    "queued": "scheduled",
    "running": "running",
    "completed": "completed",
    "cancelled": "canceled",
    "failed": "failed",
}


def _head(organization_id: str, run: CallRun) -> Body:
    return {
        "id": run.id,
        "org_id": organization_id,
        "use_case_id": run.agent.id,
        "version_id": run.version_id,
        "status": STATUSES[run.status],
        "annotation": run.annotation,
        "timestamp": as_text(run.started),
    }


def list_row(organization_id: str, run: CallRun) -> Body:
    """A run in `GET /runs`; `data` holds the columns of the use case's table, keyed by node and variable."""
    use_case = run.use_case
    columns = use_case.columns if use_case else ()
    nodes = use_case.nodes if use_case else {}
    data = {f"{nodes[node]}.{name}": run.columns[name] for node, name in columns if name in run.columns}
    return {**_head(organization_id, run), "data": data, "completed_at": as_text_or_null(run.ended)}


def detail(organization_id: str, run: CallRun) -> Body:
    """A run in `GET /runs/{run_id}`."""
    if run.old_shape:
        return _old_detail(organization_id, run)
    return {
        **_head(organization_id, run),
        "completed_at": as_text_or_null(run.ended),
        "events": _events(run),
        "issues": issues_of(organization_id, run),
        "version": version_body(organization_id, run.agent.id, run.version) if run.version else None,
    }


def issues_of(organization_id: str, run: CallRun) -> list[Body]:
    """What reviewers noted about the run."""
    return [_issue(organization_id, run, issue) for issue in run.issues]


def version_body(organization_id: str, use_case_id: str, version: Version) -> Body:
    """A version of a use case."""
    return {
        "id": version.id,
        "slug": f"v-{version.number}",
        "org_id": organization_id,
        "use_case_id": use_case_id,
        "version_number": version.number,
        "name": f"Version {version.number}",
        "is_published": True,
        "is_live": version.live,
        "environment": "production" if version.live else "staging",
        "source_version_id": None,
        "timestamp": as_text(version.published),
        "published_at": as_text(version.published),
        "is_deleted": False,
        "description": None,
        "created_by": None,
    }


def _events(run: CallRun) -> list[Body]:
    events: list[Body] = []
    if run.sessions and isinstance(run.use_case, UseCase):
        name, node_id = next(iter(run.use_case.nodes.items()))
        output = None if run.forgotten else {"phone_number": run.person.e164}
        events.append(
            {
                "type": "action",
                "timestamp": as_text(run.started),
                "integration_name": "Voice",
                "event_name": name,
                "output": output,
                "node_id": node_id,
            }
        )
    events += [_session(run, session, number) for number, session in enumerate(run.sessions)]
    events += [_action(run, step) for step in run.steps if step.session is None]
    return sorted(events, key=lambda event: str(event["timestamp"]))


def _session(run: CallRun, session: Session, number: int) -> Body:
    return {
        "type": "session",
        "id": session.id,
        "duration": session.seconds,
        "actions": [],
        "messages": messages_of(run, session, number),
        "timestamp": as_text(session.at),
        "sip_code": session.sip_code,
        "sip_reason": session.sip_reason,
    }


def _action(run: CallRun, step: Step) -> Body:
    tool = step.tool
    node_id = tool.id if tool else ""
    output = None if run.forgotten else step.output
    return {
        "type": "action",
        "timestamp": as_text(step.at),
        "integration_name": tool.home if tool else "",
        "event_name": tool.title if tool else "",
        "intermediate": {
            "id": step.id,
            "run_id": run.id,
            "node_id": node_id,
            "event_id": derived_uuid(f"event of {node_id}"),
            "session_id": None,
            "name": step.title,
            "data": output,
            "error": step.error,
            "timestamp": as_text(step.at),
            "data_deleted": run.forgotten,
        },
        "output": output,
        "node_id": node_id,
    }


def _issue(organization_id: str, run: CallRun, issue: Issue) -> Body:
    return {
        "id": issue.id,
        "use_case_id": run.agent.id,
        "org_id": organization_id,
        "run_id": run.id,
        "run_version_id": run.version_id,
        "status": issue.status,
        "priority": issue.priority,
        "created_at": as_text(issue.at),
        "type": issue.kind,
        "updated_at": as_text(issue.at),
        "assignee": None,
        "created_by": issue.author_id,
        "updated_by": issue.author_id,
        "message_id": issue.message_id,
        "correction": issue.correction,
        "correction_reason": issue.reason,
        "northstar_id": None,
    }


def _old_detail(organization_id: str, run: CallRun) -> Body:
    """The shape of the earliest page: the run, and its sessions with messages and node outputs."""
    nodes = [step for step in run.steps if step.session is None]
    sessions = []
    for number, session in enumerate(run.sessions):
        messages = messages_of(run, session, number)
        for message in messages:
            del message["is_natural_cut"], message["data_deleted"]
        sessions.append(
            {
                "id": session.id,
                "org_id": organization_id,
                "use_case_id": run.agent.id,
                "version_id": run.version_id,
                "run_id": run.id,
                "room_name": f"room-{session.id[:8]}",
                "agent_id": derived_uuid(f"agent of {run.agent.id}"),
                "user_number": run.person.e164,
                "status": session.status,
                "type": run.use_case.direction if run.use_case else "inbound",
                "duration": session.seconds,
                "timestamp": as_text(session.at),
                "messages": messages,
                "node_outputs": [_node_output(run, step) for step in nodes],
            }
        )
    return {"run": _head(organization_id, run), "sessions": sessions}


def _node_output(run: CallRun, step: Step) -> Body:
    node_id = step.tool.id if step.tool else ""
    event_id = derived_uuid(f"event of {node_id}")
    return {
        "id": step.id,
        "run_id": run.id,
        "node_id": node_id,
        "event_id": event_id,
        "session_id": None,
        "chat_session_id": None,
        "name": step.title,
        "data": step.output,
        "is_multiple": False,
        "error": step.error,
        "timestamp": as_text(step.at),
        "event": {"id": event_id, "name": step.tool.title if step.tool else ""},
    }
