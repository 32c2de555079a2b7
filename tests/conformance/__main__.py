"""Run what others made against our server: conformance suite, Inspector, authorisation server, bundler."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.commands.launching import MODULE, environment
from tests.conformance.bundle import run_bundle
from tests.conformance.fixtures import build_fixture_server
from tests.conformance.inspector import run_inspector
from tests.conformance.oauth import run_oauth
from tests.conformance.packages import NotInstallable, Packages, installed
from tests.conformance.suite import LEGACY, MODERN, NEED_NO_FIXTURES, NEED_SESSIONS, Verdict, only, run_suite
from tests.harness import served

from rundown_mcp.access.rules import NO_RULES
from rundown_mcp.http_app import build_http_app
from rundown_mcp.settings import ServerSettings, Settings


def main() -> int:
    """Try everything, and print each verdict and their count."""
    logging.disable(logging.WARNING)  # the suite provokes refusals
    try:
        packages = installed()
    except NotInstallable as reason:
        print(f"conformance: skipped: {reason}")
        return 0
    started = time.monotonic()
    passed = failed = 0
    for title, verdicts in _all(packages):
        print(title)
        for verdict in verdicts:
            print(f"  {'✓' if verdict.passed else '✗'} {verdict.name}: {verdict.note}")
            passed, failed = passed + verdict.passed, failed + (not verdict.passed)
    print("left out: the scenarios tasks-*, an optional extension that the SDK does not have")
    print(f"conformance: {passed} passed, {failed} failed, {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


def _all(packages: Packages) -> Iterator[tuple[str, Iterator[Verdict]]]:
    yield "packaging/mcpb", run_bundle(packages)
    with _serve() as url:
        for version, names in NEED_NO_FIXTURES.items():
            yield f"serve --sandbox, {version}", only(run_suite(packages, url, version), names)
        yield "serve --sandbox and stdio, Inspector", run_inspector(packages, url)
    yield "serve --sandbox with an authorisation server", run_oauth(packages)
    with _fixtures(sessions=False) as url:
        legacy = (one for one in run_suite(packages, url, LEGACY) if one.name not in NEED_SESSIONS)
        yield f"with fixtures, {LEGACY}", legacy
        yield f"with fixtures, {MODERN}", run_suite(packages, url, MODERN)
    with _fixtures(sessions=True) as url:
        yield f"with fixtures and sessions, {LEGACY}", only(run_suite(packages, url, LEGACY), NEED_SESSIONS)


@contextlib.contextmanager
def _serve() -> Iterator[str]:
    """The command as its users start it; gives the address that it prints."""
    with subprocess.Popen(
        [*MODULE, "serve", "--sandbox", "--port", "0"], env=environment(), stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stderr is not None
        try:
            yield process.stderr.readline().rpartition(" ")[2].strip()
        finally:
            process.terminate()


@contextlib.contextmanager
def _fixtures(*, sessions: bool) -> Iterator[str]:
    settings = Settings(ServerSettings(sandbox=True), ())
    server = build_fixture_server(settings, sessions=sessions)
    # With sessions there are streams that stay open, which `serve` refuses.
    app = (
        server.streamable_http_app()
        if sessions
        else build_http_app(server, settings.server, NO_RULES, host="127.0.0.1")
    )
    with served(app, lifespan="on") as address:
        yield f"{address}/mcp"


if __name__ == "__main__":
    sys.exit(main())
