"""Two lanes to a provider: quick reads, which somebody waits for, and the many details of a survey."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_IN_BULK: Final = ContextVar("in_bulk", default=False)


@contextmanager
def in_bulk() -> Iterator[None]:
    """Every request made in here, and in the tasks started in here, is one of many and lets quick ones by."""
    token = _IN_BULK.set(True)
    try:
        yield
    finally:
        _IN_BULK.reset(token)


def is_bulk() -> bool:
    """Whether the present task reads one of many."""
    return _IN_BULK.get()
