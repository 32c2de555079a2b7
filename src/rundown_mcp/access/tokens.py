"""Bearer tokens that the operator gave out, each by its name."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import SecretStr

from rundown_mcp.access.caller import EVERYTHING, Caller, Grant


@dataclass(frozen=True, slots=True)
class NamedToken:
    """One token, and what it opens. Several of them let one be replaced while both work."""

    name: str
    token: SecretStr
    grant: Grant = EVERYTHING


class NamedTokens:
    """Knows the operator's tokens; however far a wrong one is right, the answer takes the same time."""

    def __init__(self, tokens: Iterable[NamedToken]) -> None:
        self._callers = [
            (one.token.get_secret_value().encode(), Caller(one.name, f"token {one.name}", (one.grant,)))
            for one in tokens
        ]

    async def caller_of(self, token: str) -> Caller | None:
        """Whose token it is; every one is compared, so that nothing tells which came near."""
        given = token.encode()
        matching = [caller for known, caller in self._callers if hmac.compare_digest(given, known)]
        return matching[0] if matching else None
