"""What the commands begin with: the settings, what an operator should know about them, and collecting garbage."""

from __future__ import annotations

import gc

from rundown_mcp.commands.terminal import complain
from rundown_mcp.domain.errors import SettingsError
from rundown_mcp.logs import log_in_detail
from rundown_mcp.settings import Settings, load_settings, misspelt


def read_settings(*, sandbox: bool, needs_connection: bool = False) -> Settings:
    """The settings, which logging now goes by.

    Says on stderr where no provider is set up, and which variables hold an unexpanded placeholder or look misspelt.

    Raises:
        SettingsError: they cannot be used, or `needs_connection` and there is none.
    """
    settings = load_settings(sandbox=sandbox)
    if settings.server.log is not None:
        log_in_detail(settings.server.log)
    for name, meant in misspelt().items():
        complain(f"{name}: is no setting; was {meant} meant?")
    if not settings.server.sandbox and not settings.connections:
        if needs_connection:
            raise SettingsError(settings.how_to_configure)
        complain(settings.how_to_configure)
    elif settings.unexpanded:
        complain(settings.placeholders)
    return settings


def begin_collecting() -> None:
    """Collect garbage from now on, which the command does not do until it has started.

    What is there by now stays: to look through all of it for cycles held answers up by 40 ms again and again.
    """
    gc.freeze()
    gc.enable()
