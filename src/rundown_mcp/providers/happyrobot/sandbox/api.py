"""Answers HappyRobot's endpoints: runs, recordings, use cases, issues.

Where the documents are silent or contradict themselves: a bad parameter is 400 `{"message"}`; `use_case_id` may be
missing, as its text says that it defaults to all; `status` may be missing, as its stated default is none of its
values; runs of one timestamp are ordered by id; a malformed run id is unknown; `node_output_filters`, whose form on
the wire is nowhere described, is refused.
"""

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.routing import BaseRoute

from rundown_mcp.providers.happyrobot.sandbox import bodies
from rundown_mcp.providers.happyrobot.sandbox.messages import Body
from rundown_mcp.sandbox.ids import derived
from rundown_mcp.sandbox.model import CallRun, UseCase
from rundown_mcp.sandbox.web import Refused, as_moment, as_text, as_whole_number, bearer, elsewhere, get
from rundown_mcp.sandbox.world import World

_MOST_ROWS = 5000
_DEFAULT_ROWS = 1000
_MOST_DAYS = 7


def _refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> Refused:
    return Refused(status, {"message": message}, headers)


class Api:
    """The endpoints over one world, for one key of one organization."""

    def __init__(self, world: World, key: str, organization_id: str) -> None:
        self._world = world
        self._key = key
        self._organization_id = organization_id

    def routes(self) -> list[BaseRoute]:
        """Every route, relative to /api/v1."""
        return [
            get("/runs", self._guard, self._runs),
            get("/runs/{id}", self._guard, self._run),
            get("/runs/{id}/recordings", self._guard, self._recordings),
            get("/use-cases", self._guard, self._use_cases),
            get("/use-cases/{id}", self._guard, self._use_case),
            get("/issues", self._guard, self._issues),
            elsewhere(lambda: _refusal(404, "Not found.")),
        ]

    def _guard(self, request: Request) -> Mapping[str, str]:
        if request.method != "GET":
            raise _refusal(405, "The method is not allowed.", {"Allow": "GET"})
        token = (bearer(request) or "").encode()
        organization = request.headers.get("x-organization-id")
        if not hmac.compare_digest(token, self._key.encode()) or organization != self._organization_id:
            raise _refusal(401, "The user is not authenticated.")
        return {}

    def _runs(self, request: Request) -> object:
        limit = _number(request, "limit", _DEFAULT_ROWS)
        if limit > _MOST_ROWS:
            raise _refusal(400, f"limit must be at most {_MOST_ROWS}.")
        offset = _number(request, "offset", 0)
        tests = _tests(request)
        newest_first = _word(request, "sort", ("asc", "desc")) != "asc"
        found = [run for run in self._world.calls if all(test(run) for test in tests)]
        found.sort(key=lambda run: (run.started, run.id), reverse=newest_first)
        return [bodies.list_row(self._organization_id, run) for run in found[offset : offset + limit]]

    def _find(self, request: Request) -> CallRun:
        wanted = request.path_params["id"].lower()
        for run in self._world.calls:
            if run.id == wanted:
                return run
        raise _refusal(404, "The run was not found.")

    def _run(self, request: Request) -> object:
        return bodies.detail(self._organization_id, self._find(request))

    def _recordings(self, request: Request) -> object:
        """One address for each call that connected; signed, so that it opens without a key."""
        run, wanted = self._find(request), request.query_params.get("session_id")
        days = _number(request, "url_expires_in_days", 1)
        if not 1 <= days <= _MOST_DAYS:
            raise _refusal(400, f"url_expires_in_days must be from 1 to {_MOST_DAYS}.")
        return {
            "recordings": [
                {
                    "session_id": session.id,
                    "url": f"https://recordings.example/{session.id}.mp3?expires={days * 86400}"
                    f"&signature={derived(self._world.seed, session.id, 64)}",
                }
                for session in run.sessions
                if session.seconds and wanted in {None, session.id}
            ]
        }

    def _use_cases(self, _: Request) -> object:
        return [
            {
                **self._use_case_body(use_case),
                "versions": [
                    bodies.version_body(self._organization_id, use_case.id, version) for version in use_case.versions
                ],
            }
            for use_case in self._world.company.use_cases
        ]

    def _use_case(self, request: Request) -> object:
        wanted = request.path_params["id"].lower()
        for use_case in self._world.company.use_cases:
            if use_case.id == wanted:
                return self._use_case_body(use_case)
        raise _refusal(404, "The use case was not found.")

    def _use_case_body(self, use_case: UseCase) -> Body:
        columns = [
            {"group_id": use_case.nodes[node], "variable_id": name, "name": name.replace("_", " ").capitalize()}
            for node, name in use_case.columns
        ]
        return {
            "id": use_case.id,
            "org_id": self._organization_id,
            "icon": "phone",
            "name": use_case.name,
            "source_use_case_version_id": None,
            "slug": use_case.slug,
            "order": None,
            "run_columns": columns,
            "timestamp": as_text(use_case.opened),
            "data_retention_days": None,
            "webhooks": None,
        }

    def _issues(self, request: Request) -> object:
        use_case_id, run_id = request.query_params.get("use_case_id"), request.query_params.get("run_id")
        return [
            issue
            for run in reversed(self._world.calls)
            if (not use_case_id or run.agent.id == use_case_id.lower()) and (not run_id or run.id == run_id.lower())
            for issue in bodies.issues_of(self._organization_id, run)
        ]


def _single(request: Request, name: str) -> str | None:
    found = request.query_params.getlist(name)
    if len(found) > 1:
        raise _refusal(400, f"{name} must be given once.")
    return found[0] if found else None


def _number(request: Request, name: str, default: int) -> int:
    text = _single(request, name)
    number = default if text is None else as_whole_number(text)
    if number is None:
        raise _refusal(400, f"{name} must be a non-negative number.")
    return number


def _word(request: Request, name: str, words: tuple[str, ...]) -> str | None:
    text = _single(request, name)
    if text is not None and text not in words:
        raise _refusal(400, f"{name} must be one of {', '.join(words)}.")
    return text


def _moment(request: Request, name: str) -> datetime | None:
    text = _single(request, name)
    moment = None if text is None else as_moment(text)
    if text is not None and moment is None:
        raise _refusal(400, f"{name} must be a date-time.")
    return moment


def _between(
    start: datetime | None, end: datetime | None, of: Callable[[CallRun], datetime | None]
) -> Callable[[CallRun], bool]:
    """Both ends included; without a bound, runs that have no such moment pass too."""

    def test(run: CallRun) -> bool:
        moment = of(run)
        if moment is None:
            return start is None and end is None
        return (start is None or start <= moment) and (end is None or moment <= end)

    return test


def _tests(request: Request) -> list[Callable[[CallRun], bool]]:
    if "node_output_filters" in request.query_params:
        raise _refusal(400, "node_output_filters is not imitated.")
    use_case_id = (_single(request, "use_case_id") or "").lower()
    status = _word(request, "status", tuple(bodies.STATUSES.values()))
    return [
        lambda run: not use_case_id or run.agent.id == use_case_id,
        lambda run: status is None or bodies.STATUSES[run.status] == status,
        _between(_moment(request, "start"), _moment(request, "end"), lambda run: run.started),
        _between(_moment(request, "completed_start"), _moment(request, "completed_end"), lambda run: run.ended),
    ]
