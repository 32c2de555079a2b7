"""Writes what is set up in Duckie as its JSON: agents, tools, guidelines, guardrails, runbooks.

The objects of guidelines, guardrails and runbooks are not documented: id, name, status, their text and times are ours.
"""

from datetime import datetime

from rundown_mcp.providers.duckie.sandbox.bodies import Body
from rundown_mcp.sandbox.company import Company, Rule
from rundown_mcp.sandbox.model import Agent, Tool
from rundown_mcp.sandbox.web import as_text, as_text_or_null


def agent_body(company: Company, agent: Agent, last_run: datetime | None) -> Body:
    """An agent: https://docs.duckie.ai/api-reference/agents/list-agents."""
    return {
        "id": agent.id,
        "name": agent.name,
        "description": agent.about,
        "status": "published",
        "last_run_at": as_text_or_null(last_run),
        "start_with": None,
        "instructions": agent.instructions,
        "model_config": {"temperature": 0.2},
        "tool_ids": [tool.id for tool in agent.tools],
        "resolution_tracking": True,
        "resolution_rule_ids": [],
        "knowledge_tags": ["public"],
        "guideline_ids": [rule.id for rule in company.guidelines],
        "guardrail_ids": [rule.id for rule in company.guardrails],
        "attribute_ids": [],
        "category_ids": [],
        "included_runbook_ids": [rule.id for rule in company.runbooks],
        "excluded_runbook_ids": [],
        "included_workflow_ids": [],
        "excluded_workflow_ids": [],
        "created_at": as_text(agent.opened),
        "updated_at": as_text(agent.opened),
    }


def tool_body(company: Company, tool: Tool) -> Body:
    """A tool: https://docs.duckie.ai/api-reference/tools/list-tools; of its four kinds one object is filled."""
    built_in = tool.kind == "builtin"
    written = None if built_in else as_text(company.desk_agents[0].opened)
    return {
        "id": tool.id,
        "name": tool.name,
        "description": tool.about,
        "is_write_action": tool.writes,
        "requires_approval": tool.needs_approval,
        "enabled": True,
        "parameters": [
            {"name": name, "type": "string", "required": True, "description": None, "has_preset_value": False}
            for name in tool.parameters
        ],
        "duckie": {"category": "core", "availability": "all"} if built_in else None,
        "app": _app(tool) if tool.kind == "app" else None,
        "custom": _custom(tool) if tool.kind == "custom" else None,
        "mcp": _mcp(tool) if tool.kind == "mcp" else None,
        "created_at": written,
        "updated_at": written,
    }


def _app(tool: Tool) -> Body:
    return {"integration_id": tool.home_id, "integration_name": tool.home, "connection_status": "connected"}


def _custom(tool: Tool) -> Body:
    return {
        "endpoint": f"https://{tool.home}/v1/{tool.name}",
        "method": "POST",
        "body_format": "json",
        "headers": [{"name": "content-type", "value": "application/json"}],
        "http_timeout_sec": 30,
        "auth": {"type": "none"},
    }


def _mcp(tool: Tool) -> Body:
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in tool.parameters}}
    return {
        "server_id": tool.home_id,
        "server_name": tool.home,
        "mcp_tool_name": tool.name,
        "input_schema": schema,
    }


def rule_body(rule: Rule) -> Body:
    """A guideline, guardrail or runbook; only guardrails have a `type`."""
    body: Body = {"id": rule.id, "name": rule.name, "status": "published", "content": rule.text}
    if rule.kind:
        body["type"] = rule.kind
    return body | {"created_at": as_text(rule.written), "updated_at": as_text(rule.written)}
