"""The registry: every vendor that runs can be read from."""

from __future__ import annotations

from typing import Final

from rundown_mcp.provider import ProviderSpec
from rundown_mcp.providers.conduit import SPEC as CONDUIT
from rundown_mcp.providers.duckie import SPEC as DUCKIE
from rundown_mcp.providers.happyrobot import SPEC as HAPPYROBOT

PROVIDERS: Final[dict[str, ProviderSpec]] = {spec.name: spec for spec in (DUCKIE, HAPPYROBOT, CONDUIT)}


def titles() -> str:
    """The vendors in a sentence: `Duckie, HappyRobot and Conduit`."""
    *others, last = [spec.title for spec in PROVIDERS.values()]
    return f"{', '.join(others)} and {last}"


def key_variables() -> str:
    """The variables that hold keys: `DUCKIE_API_KEY, HAPPYROBOT_API_KEY, CONDUIT_API_KEY`."""
    return ", ".join(spec.variable() for spec in PROVIDERS.values())


def variables_beside_keys() -> str:
    """What most accounts need besides a key: `HappyRobot: HAPPYROBOT_ORGANIZATION_ID too`."""
    return "; ".join(
        f"{spec.title}: {', '.join(map(spec.variable, spec.beside_key))} too"
        for spec in PROVIDERS.values()
        if spec.beside_key
    )
