"""The errors that a user can meet; each carries a text of our own, never a vendor's body, a path or a key.

RundownError
├── SettingsError            wrong settings: exit code 2, names the variable or option and the mend
├── NotConfigured            no provider is set up
├── NotPermitted             the caller's token does not open this
├── InvalidArgument          a parameter's value: which one, what is valid
│   ├── InvalidRef           no run is named by this text; nothing was sent
│   ├── AmbiguousRef         several runs are named; carries the candidates
│   └── StepNotFound         the run has no such step, message or part
├── RunNotFound              no such run, or this key cannot see it
├── Unsupported              the provider has no such filter or listing
└── ConnectionFailure        one connection failed; carries its name
    ├── Unauthorized         401: the key is missing, wrong, expired or revoked
    ├── Forbidden            403: the key lacks a scope or cannot see the workspace
    ├── NotFound             404: nothing there, or nothing that this key can see
    ├── RateLimited          429: when to try again
    │   └── Paced            not sent, to stay within the rate limit
    ├── BadRequest           other 4xx: the provider refused what we sent
    ├── Unavailable          5xx, time-out, refused, TLS, DNS
    └── UnexpectedBody       no JSON, other JSON than documented, too large or too deep
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rundown_mcp.domain.ref import Ref
    from rundown_mcp.domain.text import Untrusted

_QUOTED_LENGTH = 60
_QUOTED_TEXTS = 5
_INTERNAL_ERROR = 500
_MARKUP = str.maketrans({"<": "\\u003c", "]": "\\u005d"})


def quoted(text: str) -> str:
    """What a caller typed, repeated in an error: one line of JSON, cut where it is long.

    A caller may repeat text from outside, so no Markdown link, HTML or placeholder of ours comes out of it.
    """
    shown = text if len(text) <= _QUOTED_LENGTH else text[:_QUOTED_LENGTH] + "…"
    return json.dumps(shown).translate(_MARKUP)


def quoted_some(texts: Sequence[str]) -> str:
    """The first few of the texts that a caller typed, and how many more there are."""
    rest = len(texts) - _QUOTED_TEXTS
    return ", ".join(map(quoted, texts[:_QUOTED_TEXTS])) + (f" and {rest} more" if rest > 0 else "")


class RundownError(Exception):
    """Anything that goes wrong in a way that its reader can do something about.

    `message` is for the assistant: what is wrong, the valid values or the mend, the next call; `short` is the same in a
    few words, for a receipt that has other things to say as well. `data` is text from outside that belongs to it, such
    as the names that would have been valid: it goes through the gate and into a fence.
    """

    def __init__(self, message: str, *, data: Sequence[Untrusted] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.data = tuple(data)

    def __str__(self) -> str:
        return self.message

    @property
    def short(self) -> str:
        """The error in a few words."""
        return self.message


class SettingsError(RundownError):
    """Settings that cannot be used; the message names the variable or option and the mend."""


class NotConfigured(RundownError):
    """No connection is set up; the message names the variables and `--sandbox`."""


class NotPermitted(RundownError):
    """The caller's token does not open what was asked for; the message names what it opens."""


class InvalidArgument(RundownError):
    """A parameter's value is not valid."""

    def __init__(self, parameter: str, problem: str, *, data: Sequence[Untrusted] = ()) -> None:
        super().__init__(f"{parameter}: {problem}", data=data)
        self.parameter = parameter


class InvalidRef(InvalidArgument):
    """A text that names no run by its form."""


class AmbiguousRef(InvalidArgument):
    """A short ref or bare id that names more than one run."""

    def __init__(self, parameter: str, problem: str, candidates: Sequence[Ref]) -> None:
        super().__init__(parameter, problem)
        self.candidates = tuple(candidates)


class RunNotFound(RundownError):
    """No such run, or a run that no key here can see."""


class StepNotFound(InvalidArgument):
    """The run has no such step, message or part."""


class Unsupported(RundownError):
    """What was asked for does not exist at this provider; `names` are the parameters, the text says what it has."""

    def __init__(self, message: str, *, names: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.names = tuple(names)

    @property
    def short(self) -> str:
        """Which parameters it lacks."""
        return f"has no {'/'.join(self.names)}" if self.names else self.message


class ConnectionFailure(RundownError):
    """A connection that could not answer.

    `short` is `429, try again in 30 s`; the message is the whole sentence with the mend. `lacked_time` says that the
    caller's deadline kept it from being tried again.
    """

    lacked_time = False

    def __init__(self, connection: str, short: str, message: str) -> None:
        super().__init__(message)
        self.connection = connection
        self._short = short

    @property
    def short(self) -> str:
        """The kind of failure."""
        return self._short

    def add_tries(self, tries: int) -> None:
        """Say in both texts how often the request was made."""
        often = "once" if tries == 1 else f"{tries} times"
        self._short += f", tried {often}"
        self.message += f" It was tried {often}."


class Unauthorized(ConnectionFailure):
    """401: the key is missing, wrong, expired or revoked."""


class Forbidden(ConnectionFailure):
    """403: the key lacks a scope, or may not see the workspace."""


class NotFound(ConnectionFailure):
    """404: nothing there, or nothing that this key can see."""


class RateLimited(ConnectionFailure):
    """429; `retry_after_s` is in seconds, None where the provider did not say."""

    def __init__(self, connection: str, short: str, message: str, *, retry_after_s: float | None) -> None:
        super().__init__(connection, short, message)
        self.retry_after_s = retry_after_s


class Paced(RateLimited):
    """A request that was not sent: within the provider's rate limit its turn comes too late for the caller."""


class BadRequest(ConnectionFailure):
    """A 4xx other than those above: the provider refused the request that we made."""


class Unavailable(ConnectionFailure):
    """No usable answer came: 5xx (`status`), or none at all (`status` is None): time-out, refused, TLS, DNS.

    `retry_after_s` is in seconds, None where the provider did not say.
    """

    def __init__(
        self,
        connection: str,
        short: str,
        message: str,
        *,
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(connection, short, message)
        self.status = status
        self.retry_after_s = retry_after_s


class UnexpectedBody(ConnectionFailure):
    """An answer came that is no JSON, not the documented JSON, too large or nested too deep."""


def is_of_the_connection(failure: ConnectionFailure) -> bool:
    """Whether every other run would meet the same failure; over one run, a provider stumbles (500)."""
    if isinstance(failure, Unavailable):
        return failure.status != _INTERNAL_ERROR
    return isinstance(failure, RateLimited | Unauthorized)
