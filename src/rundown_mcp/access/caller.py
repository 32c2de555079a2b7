"""Who asks, and what they may use: the caller of the request that is being answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Protocol


@dataclass(frozen=True, slots=True)
class Grant:
    """These tools may be called, to ask these connections; None is every one. `metrics` tell of all callers."""

    connections: frozenset[str] | None = None
    tools: frozenset[str] | None = None
    metrics: bool = True

    def covers(self, tool: str) -> bool:
        """Whether a tool may be called at all."""
        return self.tools is None or tool in self.tools


EVERYTHING: Final = Grant()


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who may ask.

    `name` is the operator's word for them, for logs and metrics. `counted_as` is what their requests are counted by;
    it may tell a person, and is shown nowhere.
    """

    name: str | None = None
    counted_as: str = ""
    grants: tuple[Grant, ...] = (EVERYTHING,)

    def may_call(self, tool: str) -> bool:
        """Whether a tool is there for them."""
        return any(grant.covers(tool) for grant in self.grants)

    def may_see_metrics(self) -> bool:
        """Whether they may see how everybody's calls went."""
        return any(grant.metrics for grant in self.grants)

    def may_ask(self, tool: str) -> frozenset[str] | None:
        """The connections that they may ask with a tool; None is every one."""
        reached: frozenset[str] = frozenset()
        for grant in self.grants:
            if grant.covers(tool):
                if grant.connections is None:
                    return None
                reached |= grant.connections
        return reached


OF_ISSUER: Final = "oauth"
"""The name of everybody whose token an authorisation server gave out."""
ANYBODY: Final = Caller()
"""Where nobody has to say who they are: over stdio, and over HTTP where no token is asked for."""
_PRESENT: Final[ContextVar[Caller]] = ContextVar("caller", default=ANYBODY)


def present_caller() -> Caller:
    """Who asked what is being answered."""
    return _PRESENT.get()


@contextmanager
def on_behalf_of(caller: Caller) -> Iterator[None]:
    """Within it, this is the present caller."""
    token = _PRESENT.set(caller)
    try:
        yield
    finally:
        _PRESENT.reset(token)


class Verifier(Protocol):
    """Knows some bearer tokens."""

    async def caller_of(self, token: str) -> Caller | None:
        """Whose token it is; None where it is none that this verifier takes.

        Raises:
            InsufficientScope: it is somebody's, but opens nothing here.
            Unverifiable: it cannot be said now.
        """
        ...


class InsufficientScope(Exception):
    """A valid token without a scope that opens anything; `scopes` are those that would."""

    def __init__(self, scopes: tuple[str, ...]) -> None:
        super().__init__("insufficient scope")
        self.scopes = scopes


class Unverifiable(Exception):
    """What a token is checked against cannot be read now."""
