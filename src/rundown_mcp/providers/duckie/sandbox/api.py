"""Answers Duckie's endpoints: runs, the tool names that they recorded, and what is set up.

Where the documents are silent: configuration is listed newest first, what has no date last.
"""

import re
from collections import Counter
from collections.abc import Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute

from rundown_mcp.providers.duckie.sandbox import bodies, queries, setup
from rundown_mcp.providers.duckie.sandbox.bodies import Body
from rundown_mcp.providers.duckie.sandbox.gate import Gate
from rundown_mcp.providers.duckie.sandbox.queries import UUID, InvalidRequestError
from rundown_mcp.sandbox.company import Rule
from rundown_mcp.sandbox.model import Tool
from rundown_mcp.sandbox.web import Answer, as_text, cursor_of, elsewhere, get, page_of
from rundown_mcp.sandbox.world import World

SCOPES = frozenset(f"api:{kind}:read" for kind in ("runs", "tools", "agents", "guidelines", "guardrails", "runbooks"))
_TOOL_ID = re.compile(rf"(duckie|app):.+|(custom|mcp):{UUID.pattern}", re.IGNORECASE)


class Api:
    """The endpoints over one world."""

    def __init__(self, world: World, gate: Gate) -> None:
        self._world = world
        self._gate = gate

    def routes(self) -> list[BaseRoute]:
        """Every route, relative to /api/v1."""
        company = self._world.company
        routes = [
            self._route("/runs", "runs", "runs", self._runs),
            self._route("/runs/tool-options", "runs", "tool-options", self._tool_options),
            self._route("/runs/{id}", "runs", "run", self._run),
            self._route("/tools", "tools", "configuration", self._tools),
            self._route("/tools/{id:path}", "tools", "configuration", self._tool),
            self._route("/agents", "agents", "configuration", lambda request: self._page(request, self._agents())),
            self._route("/agents/{id}", "agents", "configuration", self._agent),
        ]
        rules = {
            "guidelines": company.guidelines,
            "guardrails": company.guardrails,
            "runbooks": company.runbooks,
        }
        for kind, found in rules.items():
            listing = self._guardrails if kind == "guardrails" else self._rules(found)
            routes.append(self._route(f"/{kind}", kind, "configuration", listing))
            routes.append(self._route(f"/{kind}/{{id}}", kind, "configuration", self._rule(found)))
        return [*routes, elsewhere(self._gate.no_such_path)]

    def _route(self, path: str, kind: str, bucket: str, answer: Answer) -> BaseRoute:
        def answer_or_400(request: Request) -> object:
            try:
                return answer(request)
            except InvalidRequestError as invalid:
                raise self._gate.refusal(400, "invalid_request", str(invalid)) from invalid

        return get(path, self._gate.guard(f"api:{kind}:read", bucket), answer_or_400)

    def _found(self, bodies_by_id: dict[str, Body], wanted: str) -> Body:
        if wanted not in bodies_by_id:
            raise self._gate.refusal(404, "not_found", "Not found")
        return {"data": bodies_by_id[wanted]}

    def _runs(self, request: Request) -> object:
        query = request.query_params
        limit, after = queries.limit_of(query, 50, 100), queries.cursor_of(query)
        tests = queries.run_tests(query)
        passed = [run for run in self._world.tickets if all(test(run) for test in tests)]
        page, more = page_of(passed, lambda run: (as_text(run.started), run.id), after, limit)
        return _listed([bodies.list_row(run) for run in page], limit, more=more)

    def _run(self, request: Request) -> object:
        wanted = request.path_params["id"].lower()
        if not UUID.fullmatch(wanted):
            raise InvalidRequestError("run_id must be a UUID")
        found = {run.id: bodies.detail(run) for run in self._world.tickets if run.id == wanted}
        return self._found(found, wanted)

    def _tool_options(self, _: Request) -> object:
        """Ordered by count, then name: the documents show one row only."""
        counted = Counter(name for run in self._world.tickets for name in queries.tool_names_of(run))
        tools = self._world.company.tools
        rows = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        return {
            "data": [{"tool_name": name, "display_name": tools[name].title, "run_count": count} for name, count in rows]
        }

    def _page(self, request: Request, rows: Sequence[Body]) -> object:
        limit, after = queries.limit_of(request.query_params, 100, 200), queries.cursor_of(request.query_params)
        page, more = page_of(rows, lambda row: (str(row["created_at"] or ""), str(row["id"])), after, limit)
        return _listed(page, limit, more=more)

    def _agents(self) -> list[Body]:
        last = {run.agent.id: run.started for run in self._world.tickets}
        company = self._world.company
        return [setup.agent_body(company, agent, last.get(agent.id)) for agent in company.desk_agents]

    def _agent(self, request: Request) -> object:
        wanted = request.path_params["id"].lower()
        if not UUID.fullmatch(wanted):
            raise InvalidRequestError("agent_id must be a UUID")
        return self._found({str(body["id"]): body for body in self._agents()}, wanted)

    def _tools(self, request: Request) -> object:
        query = request.query_params
        kinds = queries.values(query, "type", words=frozenset(bodies.TOOL_TYPES.values()))
        writes, approval = queries.flag(query, "is_write_action"), queries.flag(query, "requires_approval")
        servers, search = queries.uuids(query, "mcp_server_id"), query.get("search", "").casefold()
        integration = query.get("integration_id")

        def wanted(tool: Tool) -> bool:
            texts = (tool.name, tool.about, tool.home if tool.kind in {"app", "mcp"} else "")
            return (
                (not kinds or bodies.TOOL_TYPES[tool.kind] in kinds)
                and (writes is None or tool.writes is writes)
                and (approval is None or tool.needs_approval is approval)
                and (integration is None or (tool.kind == "app" and tool.home_id == integration))
                and (not servers or (tool.kind == "mcp" and tool.home_id in servers))
                and any(search in text.casefold() for text in texts)
            )

        company = self._world.company
        return self._page(request, [setup.tool_body(company, tool) for tool in company.tools.values() if wanted(tool)])

    def _tool(self, request: Request) -> object:
        wanted = request.path_params["id"]
        if not _TOOL_ID.fullmatch(wanted):
            raise InvalidRequestError("tool_id must be duckie:<id>, app:<id>, custom:<uuid> or mcp:<uuid>")
        company = self._world.company
        return self._found({tool.id: setup.tool_body(company, tool) for tool in company.tools.values()}, wanted)

    def _guardrails(self, request: Request) -> object:
        kinds = queries.values(request.query_params, "type", words=frozenset({"escalation", "restriction"}))
        rules = [rule for rule in self._world.company.guardrails if not kinds or rule.kind in kinds]
        return self._page(request, [setup.rule_body(rule) for rule in rules])

    def _rules(self, rules: Sequence[Rule]) -> Answer:
        return lambda request: self._page(request, [setup.rule_body(rule) for rule in rules])

    def _rule(self, rules: Sequence[Rule]) -> Answer:
        return lambda request: self._found(
            {rule.id: setup.rule_body(rule) for rule in rules}, request.path_params["id"].lower()
        )


def _listed(rows: Sequence[Body], limit: int, *, more: bool) -> Body:
    last = rows[-1] if more and rows else None
    cursor = cursor_of({"created_at": str(last["created_at"] or ""), "id": str(last["id"])}) if last else None
    return {"data": rows, "pagination": {"limit": limit, "next_cursor": cursor, "has_more": more}}
