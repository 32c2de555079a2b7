"""HappyRobot: agents that call, write and act along workflows (the v1 API)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from rundown_mcp.domain.query import Filter
from rundown_mcp.domain.uuids import UUID, UUID_FORM, UUID_START
from rundown_mcp.provider import ProviderSpec, RunProvider
from rundown_mcp.providers.happyrobot.settings import HappyRobotSettings

if TYPE_CHECKING:
    from rundown_mcp.sandbox.app import ImitatedApi
    from rundown_mcp.sandbox.world import World
    from rundown_mcp.transport.json_api import JsonApi

_URL_ID: Final = re.compile(
    rf"^.*(?:/runs?/|[?&#](?:run_id|run)=)(?P<id>{UUID_FORM})(?![0-9A-Za-z-]).*$", re.IGNORECASE | re.ASCII
)
"""A run's id in an address: behind `/runs/` in the path, or as the value of `run_id` or `run` in the query."""


def _headers(settings: HappyRobotSettings) -> Mapping[str, str]:
    headers = {"authorization": f"Bearer {settings.api_key.get_secret_value()}"}
    if settings.organization_id is not None:
        headers["x-organization-id"] = settings.organization_id
    return headers


def _open(connection: str, settings: HappyRobotSettings, api: JsonApi) -> RunProvider:  # noqa: ARG001 - same for all vendors
    from rundown_mcp.providers.happyrobot.client import HappyRobotClient  # noqa: PLC0415 - start-up pays for what is used

    return HappyRobotClient(connection, api)


def _imitate(world: World) -> ImitatedApi:
    from rundown_mcp.providers.happyrobot.sandbox import imitate  # noqa: PLC0415 - only a sandbox needs it

    return imitate(world)


SPEC: Final = ProviderSpec(
    name="happyrobot",
    title="HappyRobot",
    settings=HappyRobotSettings,
    headers=_headers,
    open=_open,
    imitate=_imitate,
    id_shape=UUID,
    short_shape=UUID_START,
    shape_hint="happyrobot:<uuid> or its first 8 characters or more (happyrobot:3c90c3cc)",
    url_id=_URL_ID,
    web_hosts=frozenset({"platform.happyrobot.ai", "platform.eu.happyrobot.ai", "app.happyrobot.ai"}),
    filters=frozenset(Filter) - {Filter.OUTCOME, Filter.TICKET, Filter.SOURCE},
    beside_key=("organization_id",),
)
