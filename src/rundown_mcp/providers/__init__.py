"""The registry: every vendor that runs can be read from."""

from __future__ import annotations

from typing import Final

from rundown_mcp.provider import ProviderSpec
from rundown_mcp.providers.conduit import SPEC as CONDUIT
from rundown_mcp.providers.duckie import SPEC as DUCKIE
from rundown_mcp.providers.happyrobot import SPEC as HAPPYROBOT

PROVIDERS: Final[dict[str, ProviderSpec]] = {spec.name: spec for spec in (DUCKIE, HAPPYROBOT, CONDUIT)}
