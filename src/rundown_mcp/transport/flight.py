"""Do what several ask for at the same time once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import anyio

from rundown_mcp.domain.errors import ConnectionFailure, Paced
from rundown_mcp.transport.lane import is_bulk

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(slots=True)
class _Flight(Generic[T]):
    """Work under way, and how it ended: with results, a failure, or neither where who did it was cancelled.

    `deadline` is that of who does it.
    """

    deadline: float
    landed: anyio.Event = field(default_factory=anyio.Event)
    results: list[T] = field(default_factory=list)
    failure: ConnectionFailure | None = None


class SingleFlight(Generic[K, T]):
    """Work that has the same key while it is under way is done once, and all who asked get its result or its failure.

    Where the task that does it is cancelled, the next one that waits does it anew. One that had no time to wait for
    its turn fails alone, because the others may have more; one that had none to try again, with those who have no more
    than it. A quick read does not wait for one of a survey.
    """

    def __init__(self) -> None:
        self._flights: dict[tuple[K, bool], _Flight[T]] = {}

    async def get(self, key: K, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` gives, here or in another task that has it under way.

        Raises:
            ConnectionFailure: that of the work.
        """
        place = (key, is_bulk())
        while (flight := self._flights.get(place)) is not None:
            await flight.landed.wait()
            failure = flight.failure
            if failure and not (failure.lacked_time and anyio.current_effective_deadline() > flight.deadline):
                raise failure.with_traceback(None)  # else it would grow by a piece for each who waited
            if flight.results:
                return flight.results[0]
        flight = self._flights[place] = _Flight(anyio.current_effective_deadline())
        try:
            flight.results.append(await work())
        except ConnectionFailure as fault:
            flight.failure = None if isinstance(fault, Paced) else fault
            raise
        finally:
            del self._flights[place]
            flight.landed.set()
        return flight.results[0]
