"""What an ordinary day brings, for speed: messages, payloads and logs of several sizes, mostly clean."""

from __future__ import annotations

import random

from benchmarks.corpus import clean, identities, personal, secrets
from benchmarks.corpus.item import Half, Item, seeded
from rundown_mcp.domain.text import JsonValue, as_text

SIZES = (200, 1_000, 4_000, 20_000, 60_000)
PEOPLE = ("Maria Schneider", "+493012345678", "maria.schneider@example.com")


def _piece(rng: random.Random, dirty: float) -> Item:
    half = rng.choice(list(Half))
    share = rng.random()
    if share >= dirty:
        return rng.choice((clean.prose, clean.prose, clean.look_alike, clean.provider_id))(half, rng)
    if share < 0.6 * dirty:
        return rng.choice((personal.email, personal.phone, personal.ip, personal.card))(half, rng)
    return rng.choice((secrets.told, identities.named))(half, rng)


def documents(seed: int, total: int, *, dirty: float = 0.25) -> list[JsonValue]:
    """Texts and payloads by turns, of the sizes above, at least `total` characters altogether.

    They are made of pieces of some 60 characters; `dirty` is the share of pieces that hold something to mask.
    """
    rng = seeded(seed, "mixed")
    made: list[JsonValue] = []
    size = 0
    while size < total:
        for number, wanted in enumerate(SIZES):
            pieces: list[JsonValue] = []
            length = 0
            while length < wanted:
                pieces.append(_piece(rng, dirty).value)
                length += len(as_text(pieces[-1])) + 1
            as_payload = (number + len(made)) % 2 == 0
            made.append({"items": pieces} if as_payload else "\n".join(map(as_text, pieces)))
            size += length
    return made
