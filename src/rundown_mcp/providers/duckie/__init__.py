"""Duckie: customer support agents that work on tickets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from rundown_mcp.domain.query import Filter
from rundown_mcp.domain.uuids import UUID, UUID_FORM, UUID_START
from rundown_mcp.provider import ProviderSpec, RunProvider
from rundown_mcp.providers.duckie.settings import DuckieSettings
from rundown_mcp.transport.rate_limit import RateLimit

if TYPE_CHECKING:
    from rundown_mcp.sandbox.app import ImitatedApi
    from rundown_mcp.sandbox.world import World
    from rundown_mcp.transport.json_api import JsonApi

_URL_ID: Final = re.compile(rf"^(?:.*/runs?/|.*/)(?P<id>{UUID_FORM})(?:[/?#].*)?$", re.IGNORECASE | re.ASCII)
"""A run's id in a path: behind `runs/` where that stands there, else the last segment that is a UUID."""

_RATE_LIMITS: Final = (
    RateLimit(600, re.compile(r"/runs$")),
    RateLimit(600, re.compile(r"/runs/tool-options$")),
    RateLimit(2400, re.compile(r"/runs/")),
    RateLimit(2400),
)
"""By the key, for lists of runs, recorded tools, runs and configuration. Source: docs.duckie.ai/api/rate-limits"""


def _headers(settings: DuckieSettings) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {settings.api_key.get_secret_value()}"}


def _open(connection: str, settings: DuckieSettings, api: JsonApi) -> RunProvider:  # noqa: ARG001 - same for all vendors
    from rundown_mcp.providers.duckie.client import DuckieClient  # noqa: PLC0415 - start-up pays only for what is used

    return DuckieClient(connection, api)


def _imitate(world: World) -> ImitatedApi:
    from rundown_mcp.providers.duckie.sandbox import imitate  # noqa: PLC0415 - only a sandbox needs it

    return imitate(world)


SPEC: Final = ProviderSpec(
    name="duckie",
    title="Duckie",
    settings=DuckieSettings,
    headers=_headers,
    open=_open,
    imitate=_imitate,
    id_shape=UUID,
    short_shape=UUID_START,
    shape_hint="duckie:<uuid> or its first 8 characters or more (duckie:3c90c3cc)",
    url_id=_URL_ID,
    web_hosts=frozenset({"app.useduckie.ai", "app.duckie.ai"}),
    filters=frozenset(Filter) - {Filter.ANNOTATION},
    rate_limits=_RATE_LIMITS,
)
