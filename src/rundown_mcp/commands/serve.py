"""MCP over Streamable HTTP, for a team or for clients that take an address."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Final

from rundown_mcp.access.rules import AccessRules
from rundown_mcp.commands.exporting import exported_spans
from rundown_mcp.commands.listening import listen, serve_until_interrupted
from rundown_mcp.commands.start import read_settings
from rundown_mcp.commands.terminal import complain
from rundown_mcp.connect import document_fetcher, open_runs
from rundown_mcp.http_access import guessable, load_access
from rundown_mcp.http_app import build_http_app, host_in_url
from rundown_mcp.logs import writes_json
from rundown_mcp.observe import observed
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings
from rundown_mcp.tools.catalogue import TOOL_NAMES

if TYPE_CHECKING:
    from rundown_mcp.oauth.resource_server import ResourceServer
    from rundown_mcp.observe.metrics import Metrics

_LOG: Final = logging.getLogger(__name__)


def run_serve(*, sandbox: bool, host: str, port: int) -> int:
    """Serve until interrupted; says on stderr where."""
    settings = read_settings(sandbox=sandbox)
    access = load_access(settings, TOOL_NAMES)
    metrics = _metrics() if settings.server.metrics else None
    events = observed() if metrics is None else observed(metrics)
    server = build_server(
        lambda: open_runs(settings, events=events), settings.server, access, events=events, eager=True
    )
    oauth = _oauth(settings.server, access)
    app = build_http_app(server, settings.server, access, host=host, oauth=oauth, metrics=metrics)
    with exported_spans(), listen(host, port) as listener:
        address = f"http://{host_in_url(host)}:{listener.getsockname()[1]}/mcp"
        serve_until_interrupted(
            app,
            listener,
            lifespan=True,
            grace_s=settings.server.timeout_s,  # no call takes longer, so that each is answered
            announce=lambda: _announce(address, settings.server, access),
            refused=None if metrics is None else metrics.refused,
        )
    return 0


def _announce(address: str, server: ServerSettings, access: AccessRules) -> None:
    asks_for_token = bool(access.tokens or access.trusted)
    if writes_json():
        _LOG.info("listening", extra={"facts": {"address": address, "asks_for_token": asks_for_token}})
    else:
        open_to_all = "" if asks_for_token else "asks nobody for a token: "
        print(f"rundown-mcp: {open_to_all}{address}", file=sys.stderr, flush=True)
    if short := guessable(server, access):
        complain(
            f"{', '.join(short)}: shorter than 16 characters, which can be guessed; make one with "
            'python -c "import secrets; print(secrets.token_urlsafe(32))"'
        )


def _oauth(server: ServerSettings, access: AccessRules) -> ResourceServer | None:
    if access.trusted is None:
        return None
    from rundown_mcp.oauth.resource_server import open_resource_server  # noqa: PLC0415 - 150 ms, only for OAuth

    return open_resource_server(access.trusted, access.scopes, server.allowed_hosts, document_fetcher(server.ca_bundle))


def _metrics() -> Metrics:
    """None have been counted yet."""
    from rundown_mcp.observe.metrics import Metrics  # noqa: PLC0415 - prometheus-client, 30 ms, only for who asks

    return Metrics()
