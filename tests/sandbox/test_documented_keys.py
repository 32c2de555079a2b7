"""The imitated bodies have the keys that the vendors' pages show, no more and no fewer."""

from typing import Any

import pytest
from tests.sandbox.asking import Ask

from rundown_mcp.sandbox.world import World

pytestmark = pytest.mark.anyio

Shape = dict[str, Any]


def words(text: str) -> Shape:
    return dict.fromkeys(text.split())


DUCKIE_ROW: Shape = {
    **words("id created_at updated_at status source duration_seconds scheduled_resume_at"),
    "ticket": words("id title url"),
    "agent": words("id name"),
    "category": words("id name"),
    "resolution": words("type summary"),
    "trigger": words(
        "event_type source timestamp ticket_status ticket_priority ticket_tags trigger_message_type "
        "internal_notes_only is_messaging_ticket customer_name"
    ),
    "approval": {
        "waiting_for_approval": None,
        "pending": {**words("step_id tool_id tool_name tool_type redacted truncated"), "params": any},
    },
}
DUCKIE_RUN: Shape = {
    **DUCKIE_ROW,
    "agent": words("id name description"),
    "trigger": {**DUCKIE_ROW["trigger"], **words("message_text latest_comment")},
    "conversation": [words("id order role user_name message source_timestamp recorded_at")],
    "steps": [
        {
            **words("id order timestamp type title content status duration_seconds"),
            "tool": {**words("name type error redacted truncated"), "input": any, "output": any},
        }
    ],
    "evaluation_attributes": [words("id attribute_id name description value recorded_at")],
}
DUCKIE_AGENT: Shape = {
    **words(
        "id name description status last_run_at instructions tool_ids resolution_tracking resolution_rule_ids "
        "knowledge_tags guideline_ids guardrail_ids attribute_ids category_ids included_runbook_ids "
        "excluded_runbook_ids included_workflow_ids excluded_workflow_ids created_at updated_at"
    ),
    "start_with": words("type id name"),
    "model_config": any,
}
DUCKIE_TOOL: Shape = {
    **words("id name description is_write_action requires_approval enabled created_at updated_at"),
    "parameters": [words("name type required description has_preset_value")],
    "duckie": words("category availability"),
    "app": words("integration_id integration_name connection_status"),
    "custom": {
        **words("endpoint method body_format http_timeout_sec"),
        "headers": [words("name value")],
        "auth": any,
    },
    "mcp": {**words("server_id server_name mcp_tool_name"), "input_schema": any},
}
VERSION = words(
    "id slug org_id use_case_id version_number name is_published is_live environment source_version_id timestamp "
    "published_at is_deleted description created_by"
)
ISSUE = words(
    "id use_case_id org_id run_id run_version_id status priority created_at type updated_at assignee created_by "
    "updated_by message_id correction correction_reason northstar_id"
)
CALL_HEAD = "id org_id use_case_id version_id status annotation timestamp"
OLD_MESSAGE: Shape = {
    **words("id session_id chat_session_id role content name is_filler is_interrupted timestamp"),
    "tool_calls": [{"function": words("name arguments")}],
    "latency_breakdown": words("network initial_wait transcriber eos eos_wait llm tts"),
}
CALL_ROW: Shape = {**words(CALL_HEAD), "completed_at": None, "data": any}
ACTION: Shape = {
    **words("type timestamp integration_name event_name node_id"),
    "output": any,
    "intermediate": {
        **words("id run_id node_id event_id session_id name error timestamp data_deleted"),
        "data": any,
    },
}
SESSION: Shape = {
    **words("type id duration actions timestamp sip_code sip_reason"),
    "messages": [{**OLD_MESSAGE, **words("is_natural_cut data_deleted")}],
}
OLD_CALL: Shape = {
    "run": words(CALL_HEAD),
    "sessions": [
        {
            **words(
                "id org_id use_case_id version_id run_id room_name agent_id user_number status type duration timestamp"
            ),
            "messages": [OLD_MESSAGE],
            "node_outputs": [
                {
                    **words("id run_id node_id event_id session_id chat_session_id name is_multiple error timestamp"),
                    "data": any,
                    "event": words("id name"),
                }
            ],
        }
    ],
}
USE_CASE: Shape = {
    **words("id org_id icon name source_use_case_version_id slug order timestamp data_retention_days webhooks"),
    "run_columns": [words("group_id variable_id name")],
    "versions": [VERSION],
}
CHAT_ROW: Shape = {
    **words(
        "id run_id agent_id workspace_id status disposition contact_id conversation_id trigger_id error duration_ms "
        "total_cost trace_id created_at completed_at"
    ),
    "token_usage": words("input output"),
}
CHAT_RUN: Shape = {
    **CHAT_ROW,
    **words("session_id disposition_reason trigger_event_id response reflection"),
    "tool_trace": [{"name": None, "input": any, "output": any}],
}
CHAT_AGENT: Shape = {
    **words(
        "id workspace_id name description version instructions operation_mode autopilot_schedule "
        "custom_response_delay_ms auto_mark_as_done response_language responseflow skill_ids enabled created_at "
        "updated_at"
    ),
    "guardrails": [words("id title knowledge")],
    "output_schema": [words("name description type is_required")],
    "triggers": [
        {**words("id workspace_id name description type enabled created_at updated_at"), "config": any},
    ],
}
ESCALATION = words(
    "id workspace_id type conversation_id contact_id agent_run_id agent_id disposition disposition_reason status "
    "created_at reviewed_at reviewed_by guest_message proposed_response request_for_additional_info "
    "questions_for_operator"
)
CHAT_MESSAGE: Shape = {
    **words("id workspace_id conversation_id channel body direction status sent_at created_at"),
    "sender": words("user_id external_id name"),
}
CONTACT: Shape = {
    **words(
        "id workspace_id first_name last_name image_url type inbox_type_id archived ai_paused last_message_at "
        "created_at"
    ),
    "channels": [words("id type value")],
}

_MAY_BE_ABSENT = {"redacted", "truncated", "intermediate"}


def fits(body: object, shape: object, seen: set[str], where: str = "") -> None:
    """Compares keys all the way down; null fits anything, and `seen` collects every path that held a value."""
    if body is None or shape is any:
        return
    if isinstance(shape, list):
        assert isinstance(body, list), where
        for item in body:
            fits(item, shape[0], seen, f"{where}[]")
    elif isinstance(shape, dict):
        assert isinstance(body, dict), where
        assert set(shape) - _MAY_BE_ABSENT <= set(body) <= set(shape), (where, set(body) ^ set(shape))
        for name, value in body.items():
            fits(value, shape[name], seen, f"{where}.{name}")
    else:
        assert not isinstance(body, dict), where
    seen.add(where)


def paths(shape: object, where: str = "") -> set[str]:
    if isinstance(shape, list):
        return paths(shape[0], f"{where}[]") | {where}
    if isinstance(shape, dict):
        return {path for name, inner in shape.items() for path in paths(inner, f"{where}.{name}")} | {where}
    return set() if shape is any else {where}


async def test_duckie_s_bodies_have_the_documented_keys(world: World, ask_duckie: Ask) -> None:
    seen: set[str] = set()
    for run in world.tickets:
        fits((await ask_duckie(f"/runs/{run.id}")).json()["data"], DUCKIE_RUN, seen)
    assert paths(DUCKIE_RUN) - seen == set()
    seen = set()
    fits((await ask_duckie("/runs?limit=100")).json()["data"], [DUCKIE_ROW], seen)
    assert {path for path in paths([DUCKIE_ROW]) - seen if "pending" not in path and "resume" not in path} == set()
    seen = set()
    fits((await ask_duckie("/agents")).json()["data"], [DUCKIE_AGENT], seen)
    fits((await ask_duckie("/tools")).json()["data"], [DUCKIE_TOOL], seen)
    page = (await ask_duckie("/runs")).json()
    assert {*page, *page["pagination"]} == {"data", "pagination", "limit", "next_cursor", "has_more"}


async def test_happyrobot_s_bodies_have_the_documented_keys(world: World, ask_happyrobot: Ask) -> None:
    seen: set[str] = set()
    fits((await ask_happyrobot("/runs")).json(), [CALL_ROW], seen)
    assert paths([CALL_ROW]) - seen == set()
    events: set[str] = set()
    for run in world.calls:
        body = (await ask_happyrobot(f"/runs/{run.id}")).json()
        if run.old_shape:
            fits(body, OLD_CALL, seen)
            continue
        for event in body.pop("events"):
            fits(event, ACTION if event["type"] == "action" else SESSION, events)
        fits(body, {**words(CALL_HEAD), "completed_at": None, "issues": [ISSUE], "version": VERSION}, seen)
    never = {".messages[].chat_session_id", ".intermediate.session_id"}
    assert (paths(SESSION) | paths(ACTION)) - events - never == set()
    fits((await ask_happyrobot("/use-cases")).json(), [USE_CASE], seen)


async def test_conduit_s_bodies_have_the_documented_keys(world: World, ask_conduit: Ask) -> None:
    seen: set[str] = set()
    for run in world.chats:
        fits((await ask_conduit(f"/agents/{run.agent.id}/runs/{run.id}")).json()["data"], CHAT_RUN, seen)
    assert paths(CHAT_RUN) - seen == set()
    for agent in world.company.chat_agents:
        fits((await ask_conduit(f"/agents/{agent.id}/runs")).json()["data"], [CHAT_ROW], seen)
        fits((await ask_conduit(f"/agents/{agent.id}")).json()["data"], CHAT_AGENT, seen)
    run = next(run for run in world.chats if run.escalation_id)
    rows = (await ask_conduit("/escalations", {"workspace_id": run.workspace_id})).json()["data"]
    fits(rows, [ESCALATION], seen)
    messages = (await ask_conduit(f"/conversations/{run.conversation_id}/messages")).json()["data"]
    fits(messages, [CHAT_MESSAGE], seen)
    fits((await ask_conduit(f"/contacts/{run.contact_id}")).json()["data"], CONTACT, seen)
