"""Founds the company: gives every agent, tool, use case, workspace and rule of the catalogue its id."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rundown_mcp.sandbox import catalogue
from rundown_mcp.sandbox.ids import Ids
from rundown_mcp.sandbox.model import Agent, ChatAgent, Tool, Trigger, UseCase, Version


@dataclass(frozen=True)
class Rule:
    """A published guideline, guardrail or runbook."""

    id: str
    name: str
    text: str
    kind: str
    written: datetime


@dataclass(frozen=True)
class Workspace:
    """One of the workspaces that a chat token opens."""

    id: str
    name: str
    opened: datetime


@dataclass(frozen=True)
class Company:
    """What is set up, before anything ran."""

    tools: Mapping[str, Tool]
    desk_agents: tuple[Agent, ...]
    guidelines: tuple[Rule, ...]
    guardrails: tuple[Rule, ...]
    runbooks: tuple[Rule, ...]
    organization_id: str
    use_cases: tuple[UseCase, ...]
    reviewer_ids: tuple[str, ...]
    workspaces: tuple[Workspace, ...]
    chat_agents: tuple[ChatAgent, ...]


def found(rng: random.Random, now: datetime) -> Company:
    """The same company for the same source of chance; everything was set up between 300 and 60 days before `now`."""
    ids = Ids(rng)

    def long_ago() -> datetime:
        moment = now - timedelta(days=rng.uniform(60, 300))
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def rules(rows: tuple[catalogue.RuleRow, ...]) -> tuple[Rule, ...]:
        return tuple(Rule(ids.uuid(), row.name, row.text, row.kind, long_ago()) for row in rows)

    tools = _tools(ids)
    workspaces = tuple(Workspace(ids.base32("j57"), name, long_ago()) for name in catalogue.WORKSPACES)
    return Company(
        tools=tools,
        desk_agents=tuple(
            Agent(
                ids.uuid(), row.name, row.about, row.instructions, long_ago(), tuple(tools[name] for name in row.tools)
            )
            for row in catalogue.DESK_AGENTS
        ),
        guidelines=rules(catalogue.GUIDELINES),
        guardrails=rules(catalogue.GUARDRAILS),
        runbooks=rules(catalogue.RUNBOOKS),
        organization_id=ids.uuid(),
        use_cases=tuple(_use_case(ids, row, long_ago()) for row in catalogue.USE_CASES),
        reviewer_ids=(ids.uuid(), ids.uuid()),
        workspaces=workspaces,
        chat_agents=tuple(
            _chat_agent(ids, row, workspaces[row.workspace], long_ago()) for row in catalogue.CHAT_AGENTS
        ),
    )


def _tools(ids: Ids) -> dict[str, Tool]:
    homes: dict[str, str] = {}
    tools = {}
    for row in catalogue.DESK_TOOLS:
        home_id = homes.setdefault(row.home, ids.uuid() if row.kind == "mcp" else row.home.lower().replace(" ", "-"))
        public_id = {
            "builtin": f"duckie:{row.name}",
            "app": f"app:{home_id}.{row.name}",
            "custom": f"custom:{ids.uuid()}",
            "mcp": f"mcp:{ids.uuid()}",
        }[row.kind]
        tools[row.name] = Tool(public_id, *row[:5], home_id, row.writes, row.needs_approval, row.parameters)
    return tools


def _use_case(ids: Ids, row: catalogue.UseCaseRow, opened: datetime) -> UseCase:
    versions = tuple(
        Version(ids.uuid(), 40 + at, live=live, published=opened + timedelta(days=14 * at))
        for at, live in enumerate((False, False, True))
    )
    return UseCase(
        id=ids.uuid(),
        name=row.name,
        about=row.about,
        instructions="",
        opened=opened,
        slug=row.slug,
        direction=row.direction,
        nodes={name: ids.uuid() for name in row.nodes},
        columns=row.columns,
        versions=versions,
    )


def _chat_agent(ids: Ids, row: catalogue.AgentRow, workspace: Workspace, opened: datetime) -> ChatAgent:
    return ChatAgent(
        id=ids.base32("ag"),
        name=row.name,
        about=row.about,
        instructions=row.instructions,
        opened=opened,
        workspace_id=workspace.id,
        triggers=(Trigger(ids.base32("tr"), f"{row.name} inbox", "message"),),
    )
