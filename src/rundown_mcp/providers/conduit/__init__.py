"""Conduit, described: its settings, how a client is opened, what its ids look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from rundown_mcp.domain.query import Filter
from rundown_mcp.provider import ProviderSpec, RunProvider
from rundown_mcp.providers.conduit.settings import ConduitSettings
from rundown_mcp.transport.rate_limit import RateLimit

if TYPE_CHECKING:
    from rundown_mcp.sandbox.app import ImitatedApi
    from rundown_mcp.sandbox.world import World
    from rundown_mcp.transport.json_api import JsonApi

_ID: Final = r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}"

_RATE_LIMITS: Final = (RateLimit(120),)
"""By the workspace; a token that sees several is kept to the limit of one. Source: docs.conduit.ai/rate-limits"""


def _headers(settings: ConduitSettings) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {settings.api_key.get_secret_value()}"}


def _open(connection: str, settings: ConduitSettings, api: JsonApi) -> RunProvider:
    from rundown_mcp.providers.conduit.client import ConduitClient  # noqa: PLC0415 - only where a connection is opened

    return ConduitClient(connection, settings, api)


def _imitate(world: World) -> ImitatedApi:
    from rundown_mcp.providers.conduit.sandbox import imitate  # noqa: PLC0415 - only where the sandbox is asked for

    return imitate(world)


SPEC: Final = ProviderSpec(
    name="conduit",
    title="Conduit",
    settings=ConduitSettings,
    headers=_headers,
    open=_open,
    imitate=_imitate,
    id_shape=re.compile(rf"{_ID}/{_ID}", re.ASCII),
    short_shape=re.compile(rf"(?:{_ID}/)?{_ID}", re.ASCII),
    shape_hint="conduit:<agent_id>/<run_id> or the first 8 characters or more of the run's id (conduit:ar77c0dy)",
    url_id=re.compile(rf"^(?:.*/agents/(?P<agent>{_ID})|(?!.*/agents/).*)/runs/(?P<id>{_ID})(?:/.*)?$", re.ASCII),
    web_hosts=frozenset({"app.conduit.ai", "base.conduit.ai", "conduit.ai", "www.conduit.ai"}),
    filters=frozenset(Filter) - {Filter.METADATA, Filter.ANNOTATION},
    rate_limits=_RATE_LIMITS,
)
