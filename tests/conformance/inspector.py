"""The Inspector's command line against a server: each method, as somebody would type it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.conformance.packages import Packages
from tests.conformance.suite import LEGACY, MODERN, Verdict

_TOOL_ERROR: Final = 5
"""The exit code where a tool's answer is an error."""
_AT_ONCE: Final = 3
_CONNECT_MS: Final = 60_000


@dataclass(frozen=True)
class _Asked:
    """A method with its options; `said` finds in the result what `expected` is compared with."""

    method: str
    options: Sequence[str]
    said: Callable[[dict[str, Any]], object]
    expected: object
    code: int = 0
    over_stdio: bool = True
    """Each try over stdio starts a server: what differs by no transport is tried over HTTP alone."""


def _text(result: dict[str, Any]) -> str:
    ((content,),) = (result.get("content") or result.get("contents") or [result["messages"][0]["content"]],)
    return str(content["text"])


def _call(arguments: str) -> Sequence[str]:
    return ("--tool-name", "list_runs", "--tool-args-json", arguments)


_METHODS: Final = (
    _Asked("tools/list", ["--strict"], lambda result: len(result["tools"]), 9),
    _Asked("tools/call", _call('{"limit": 2}'), lambda result: "shown: 2" in _text(result), expected=True),
    _Asked(
        "tools/call",
        _call('{"limit": 0}'),
        _text,
        "limit: takes a whole number from 1 to 100",
        code=_TOOL_ERROR,
        over_stdio=False,
    ),
    _Asked(
        "resources/list",
        [],
        lambda result: [one["uri"] for one in result["resources"]],
        ["rundown://connections"],
        over_stdio=False,
    ),
    _Asked(
        "resources/templates/list",
        [],
        lambda result: [one["uriTemplate"] for one in result["resourceTemplates"]],
        ["run://{connection}/{id}"],
        over_stdio=False,
    ),
    _Asked(
        "resources/read",
        ["--uri", "rundown://connections"],
        lambda result: "happyrobot\tHappyRobot" in _text(result),
        expected=True,
    ),
    _Asked(
        "prompts/list",
        [],
        lambda result: sorted(one["name"] for one in result["prompts"]),
        ["explain_run", "handoff_report", "triage_failures"],
        over_stdio=False,
    ),
    _Asked(
        "prompts/get",
        ["--prompt-name", "triage_failures", "--prompt-args", "since=7d"],
        lambda result: "7d" in _text(result),
        expected=True,
    ),
)


def run_inspector(packages: Packages, url: str) -> Iterator[Verdict]:
    """The methods over stdio and at `url`, in both eras."""
    stdio = [str(Path(sys.executable).with_name("rundown-mcp")), "-e", "RUNDOWN_SANDBOX=1"]
    tried = [
        (transport, target, era, asked)
        for transport, target in (("stdio", stdio), ("http", [url, "--transport", "http", "--stored-auth-only"]))
        for era in ("legacy", "modern")
        for asked in (_initialize(era), *_METHODS)
        if asked.over_stdio or transport == "http"
    ]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(lambda each: _verdict(packages, *each), tried)


def _initialize(era: str) -> _Asked:
    version = {"legacy": LEGACY, "modern": MODERN}[era]
    return _Asked("initialize", [], lambda result: result["protocolVersion"], version)


def _verdict(packages: Packages, transport: str, target: Sequence[str], era: str, asked: _Asked) -> Verdict:
    name = " ".join((transport, era, asked.method, *asked.options))
    how = ("--protocol-era", era, "--connect-timeout", str(_CONNECT_MS), "--format", "json", "-q")
    done = packages.run("inspector", "--cli", *target, "--method", asked.method, *asked.options, *how)
    if done.returncode != asked.code:
        return Verdict(name, passed=False, note=f"exit code {done.returncode}: {done.stderr}")
    said = asked.said(json.loads(done.stdout)["result"])
    return Verdict(name, passed=said == asked.expected, note=f"{said!r}")
