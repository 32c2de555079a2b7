"""A vendor's stories, with how often and when each is told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Pen = TypeVar("Pen")
TWO_WEEKS_H = 336.0


@dataclass(frozen=True)
class Story(Generic[Pen]):
    """One kind of run: `weight` is its share among the vendor's, `hours` the youngest and oldest start before now.

    `agents` limits it to agents of these names.
    """

    name: str
    tell: Callable[[Pen], None]
    weight: float
    hours: tuple[float, float]
    at_least: int
    at_most: int | None
    agents: tuple[str, ...]


@dataclass
class Shelf(Generic[Pen]):
    """The stories of one vendor, in the order in which they were written."""

    vendor: str
    stories: list[Story[Pen]] = field(default_factory=list)

    def story(
        self, weight: float = 1.0, *, hours: tuple[float, float] = (0.4, TWO_WEEKS_H), at_least: int = 2,
        at_most: int | None = None, agents: tuple[str, ...] = (),
    ) -> Callable[[Callable[[Pen], None]], Callable[[Pen], None]]:  # fmt: skip
        """Puts the decorated function on the shelf under its own name."""

        def put(tell: Callable[[Pen], None]) -> Callable[[Pen], None]:
            name = getattr(tell, "__name__", "story")
            self.stories.append(Story(name, tell, weight, hours, at_least, at_most, agents))
            return tell

        return put
