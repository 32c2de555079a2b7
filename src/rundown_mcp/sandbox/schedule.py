"""Decides how many runs each story gets, and when they start."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from rundown_mcp.sandbox.stories.shelf import Story

Pen = TypeVar("Pen")

_RECENT = ((0.5, 0.0, 24.0), (0.2, 24.0, 48.0), (0.3, 48.0, 336.0))


def counts(rng: random.Random, stories: Sequence[Story[Pen]], runs: int) -> list[int]:
    """How often each story is told, `runs` in all: first its least number, then by weight, up to its most.

    Fewer runs than the least numbers need: each story once, as far as they go, in an order drawn by chance.
    """
    told = [story.at_least for story in stories]
    if sum(told) > runs:
        told = [0] * len(stories)
        order = rng.sample(range(len(stories)), len(stories))
        for turn in range(runs):
            told[order[turn % len(order)]] += 1
        return told
    while missing := runs - sum(told):
        open_ = [at for at, story in enumerate(stories) if story.at_most is None or told[at] < story.at_most]
        whole = sum(stories[at].weight for at in open_)
        shares = {at: int(missing * stories[at].weight / whole) for at in open_}
        if not any(shares.values()):
            shares = dict.fromkeys(rng.sample(open_, min(missing, len(open_))), 1)
        for at, share in shares.items():
            most = stories[at].at_most
            told[at] += share if most is None else min(share, most - told[at])
    return told


def starts(rng: random.Random, story: Story[Pen], count: int, now: datetime) -> list[datetime]:
    """Moments within the story's hours, the last two days the busiest; every fifth is the same as the one before."""
    moments: list[datetime] = []
    for at in range(count):
        if at % 5 == 4:  # noqa: PLR2004 equal starts are rare, and page borders must bear them
            moments.append(moments[-1])
            continue
        age = timedelta(hours=_age_h(rng, *story.hours))
        moment = now - age
        moments.append(moment.replace(microsecond=moment.microsecond // 1000 * 1000))
    return moments


def _age_h(rng: random.Random, youngest: float, oldest: float) -> float:
    bands = [(weight, max(low, youngest), min(high, oldest)) for weight, low, high in _RECENT]
    bands = [band for band in bands if band[1] < band[2]]
    _, low, high = rng.choices(bands, weights=[band[0] for band in bands])[0]
    return rng.uniform(low, high)
