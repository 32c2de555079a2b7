"""What the operator said of who may use what over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from rundown_mcp.access.caller import EVERYTHING, Grant
from rundown_mcp.access.tokens import NamedToken


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """The authorisation server whose access tokens are taken; `audience` is for whom they have to be made out."""

    issuer: str
    audience: str


@dataclass(frozen=True, slots=True)
class AccessRules:
    """The tokens that were given out, and what each scope of an authorisation server opens."""

    tokens: tuple[NamedToken, ...] = ()
    scopes: Mapping[str, Grant] = field(default_factory=dict)
    trusted: TrustedIssuer | None = None

    @property
    def tell_callers_apart(self) -> bool:
        """Whether what there is to see depends on who asks."""
        grants = [*(one.grant for one in self.tokens), *self.scopes.values()]
        return any(grant != EVERYTHING for grant in grants)


NO_RULES: Final = AccessRules()
"""Where nobody is asked who they are."""
