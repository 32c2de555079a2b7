"""What happens here that somebody may observe: a call of a client, and each try of a request that is made for it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from rundown_mcp.access.caller import present_caller

OK: Final = "ok"


@dataclass(slots=True)
class CallEvent:
    """One call of a client; `caller` is the operator's name for whoever made it.

    `asked` are the connections that a request was sent to, each once, in their order.
    `tokens` are those of the answer, `masked` what stands masked in it, counted by kind; they are told only where
    `answer_wanted`. `outcome` is `ok`, or the kind of the exception that it ended with. Every member is a name or a
    number of ours, so that an observer may tell all of them.
    """

    name: str
    number: int
    answer_wanted: bool
    caller: str | None = None
    asked: dict[str, None] = field(default_factory=dict)
    requests: int = 0
    tokens: int | None = None
    masked: Mapping[str, int] = field(default_factory=dict)
    outcome: str = OK
    took_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What a connection asks: its name, and the host and port of its base URL."""

    connection: str
    host: str
    port: int


@dataclass(slots=True)
class RequestEvent:
    """One try of one request, part of the call that it is made for; `attempt` counts from 1.

    `path` holds `*` for each id. `waited_s` is how long it stood in line, None where its turn never came; `took_s`
    includes it. `size` is that of the body in bytes, unpacked. `outcome` is as that of a call.
    """

    endpoint: Endpoint
    path: str
    attempt: int
    call: CallEvent | None
    observers: tuple[Observer, ...]
    status: int | None = None
    size: int | None = None
    waited_s: float | None = None
    outcome: str = OK
    took_s: float = 0.0
    began: float = field(default_factory=time.perf_counter)

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Its turn has come: what is done within is the request itself."""
        self.waited_s = time.perf_counter() - self.began
        if self.call is not None:
            self.call.asked[self.endpoint.connection] = None
            self.call.requests += 1
        with ExitStack() as stack:
            for observer in self.observers:
                stack.enter_context(observer.sending(self))
            yield


class Observer:
    """Is told of what happens; does nothing about it where it does not say otherwise."""

    def wants_answer(self) -> bool:
        """Whether to find out, for the call that begins, what its answer holds."""
        return False

    def call_began(self, call: CallEvent) -> None:
        """A call began."""

    def call_ended(self, call: CallEvent) -> None:
        """A call ended; everything is known of it."""

    def sending(self, request: RequestEvent) -> AbstractContextManager[object]:  # noqa: ARG002 - for who overrides it
        """What to do around a request from when its turn has come to its end; its exception passes through."""
        return nullcontext()

    def request_ended(self, request: RequestEvent) -> None:
        """A try ended, or its turn never came; everything is known of it."""


_CALL: Final[ContextVar[CallEvent | None]] = ContextVar("call", default=None)


@dataclass(frozen=True, slots=True)
class Events:
    """Tells observers what happens."""

    observers: tuple[Observer, ...] = ()
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @contextmanager
    def call(self, name: str) -> Iterator[CallEvent]:
        """What is done within is a call; `name` is one of a fixed few, and never what a client made up."""
        call = CallEvent(
            name, next(self._numbers), any(one.wants_answer() for one in self.observers), present_caller().name
        )
        began = time.perf_counter()
        token = _CALL.set(call)
        for observer in self.observers:
            observer.call_began(call)
        try:
            yield call
        except BaseException as error:
            call.outcome = type(error).__name__
            raise
        finally:
            _CALL.reset(token)
            call.took_s = time.perf_counter() - began
            for observer in self.observers:
                observer.call_ended(call)

    @contextmanager
    def request(self, endpoint: Endpoint, path: str, attempt: int) -> Iterator[RequestEvent]:
        """What is done within is a try of a request, from standing in line on; see `RequestEvent.sending`."""
        request = RequestEvent(endpoint, _without_ids(path), attempt, _CALL.get(), self.observers)
        try:
            yield request
        except BaseException as error:
            request.outcome = type(error).__name__
            raise
        finally:
            request.took_s = time.perf_counter() - request.began
            for observer in self.observers:
                observer.request_ended(request)


UNOBSERVED: Final = Events()
"""Nobody is told."""


def _without_ids(path: str) -> str:
    """`/agents/a1b2c3d4/runs` → `/agents/*/runs`: every second part of a path is one thing of the kind before it."""
    return "/".join("*" if index and index % 2 == 0 else part for index, part in enumerate(path.split("/")))
