"""Ids in the vendors' forms, and keys that look like keys, all drawn from one seeded source."""

import hashlib
import random
import uuid

_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"
_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Ids:
    """Draws ids; the same seed gives the same ids in the same order."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def uuid(self) -> str:
        """A lower-case UUID of version 4."""
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))

    def base32(self, prefix: str, length: int = 32) -> str:
        """`prefix` and random lower-case characters, `length` in all."""
        return prefix + "".join(self._rng.choices(_BASE32, k=length - len(prefix)))

    def hex(self, length: int) -> str:
        """Lower-case hexadecimal digits."""
        return f"{self._rng.getrandbits(4 * length):0{length}x}"

    def digits(self, length: int) -> str:
        """Decimal digits, the first never 0."""
        return str(self._rng.randrange(10 ** (length - 1), 10**length))

    def alnum(self, length: int) -> str:
        """Letters of both cases and digits."""
        return "".join(self._rng.choices(_ALNUM, k=length))


def derived(seed: int, label: str, length: int = 32) -> str:
    """Characters that follow from a seed and a label alone, wherever they are asked for; at most 64."""
    return hashlib.sha256(f"{seed}/{label}".encode()).hexdigest()[:length]


def derived_uuid(label: str) -> str:
    """A UUID shaped as version 4 that follows from a label: for what belongs to something that has an id already."""
    return str(uuid.UUID(bytes=hashlib.sha256(label.encode()).digest()[:16], version=4))
