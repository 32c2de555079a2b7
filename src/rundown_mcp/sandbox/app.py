"""One Starlette application that serves every imitated API under its own prefix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount


@dataclass(frozen=True)
class ImitatedApi:
    """A provider's API, imitated.

    `routes` are relative to `prefix` and answer every path beneath it, in the provider's own form of error where
    there is nothing. `environment` holds the settings whose values it accepts as credentials, `base_url_variable`
    the one that has to point at it.
    """

    name: str
    prefix: str
    routes: Sequence[BaseRoute]
    environment: Mapping[str, str]
    base_url_variable: str


def build_app(apis: Sequence[ImitatedApi]) -> Starlette:
    """Mounts each API; it never redirects, as the real ones have no reason to."""
    app = Starlette(routes=[Mount(api.prefix, routes=list(api.routes)) for api in apis])
    app.router.redirect_slashes = False
    return app
