"""The official conformance suite against a server: which scenarios of a requirement set pass, and why others do not."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.conformance.packages import Packages

LEGACY: Final = "2025-11-25"
MODERN: Final = "2026-07-28"

NEED_NO_FIXTURES: Final = {
    LEGACY: {
        "completion-complete",
        "dns-rebinding-protection",
        "ping",
        "prompts-list",
        "resources-list",
        "server-initialize",
        "server-session-lifecycle",
        "server-sse-multiple-streams",
        "tools-list",
    },
    MODERN: {
        "caching",
        "completion-complete",
        "dns-rebinding-protection",
        "http-header-validation",
        "input-required-result-ignore-extra-params",
        "input-required-result-missing-input-response",
        "input-required-result-unsupported-methods",
        "input-required-result-validate-input",
        "prompts-list",
        "resources-list",
        "sep-2164-resource-not-found",
        "server-sse-multiple-streams",
        "tools-list",
    },
}
"""What any server has to pass as it is."""

NEED_SESSIONS: Final = {
    "elicitation-sep1034-defaults",
    "elicitation-sep1330-enums",
    "server-sse-polling",
    "tools-call-elicitation",
    "tools-call-sampling",
}
"""In the legacy era a client's reply, or the rest of a stream, finds its call by the session; `serve` keeps none."""

_OUT_OF_CORE: Final = "tasks-"
"""The tasks extension: optional, never scored, and not in the SDK."""

_SUMMARY: Final = re.compile(r"^([✓✗]) ([\w-]+): (\d+) passed, \d+ failed", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    """Whether one thing that was tried went as it has to; `note` says how much was checked, or what was wrong."""

    name: str
    passed: bool
    note: str


def run_suite(packages: Packages, url: str, requirements: str) -> Iterator[Verdict]:
    """Each scenario of a requirement set, tried on the server at `url`; the tasks extension is left out."""
    with tempfile.TemporaryDirectory() as out:
        wanted = ("--requirements", requirements, "-o", out)
        done = packages.run("conformance", "server", "--url", url, *wanted)
        found = _SUMMARY.findall(done.stdout)
        if not found:
            yield Verdict(requirements, passed=False, note=f"the suite did not run: {done.stderr or done.stdout}")
        for mark, name, checks in found:
            if not name.startswith(_OUT_OF_CORE):
                note = f"{checks} checks" if mark == "✓" else _problems(Path(out), name)
                yield Verdict(name, passed=mark == "✓", note=note)


def _problems(out: Path, scenario: str) -> str:
    checks = [
        check for path in out.glob(f"server-{scenario}-2???-*/checks.json") for check in json.loads(path.read_text())
    ]
    return "; ".join(f"{check['id']}: {check.get('errorMessage')}" for check in checks if check["status"] == "FAILURE")


def only(verdicts: Iterator[Verdict], names: set[str]) -> Iterator[Verdict]:
    """The verdicts with these names; one that was not given is a failure."""
    found = {verdict.name: verdict for verdict in verdicts}
    for name in sorted(names):
        yield found.get(name) or Verdict(name, passed=False, note="not in the set")
