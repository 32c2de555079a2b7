"""Whose name an e-mail address is made of."""

from __future__ import annotations

import re
from typing import Final

from rundown_mcp.redaction.names import COMMON, ROLES, bare

_OFFICES: Final = frozenset(
    "order orders status care help helpdesk desk info sales billing contact service reply noreply news newsletter "
    "office hello accounts accounting payments payment shop store returns booking bookings reservations frontdesk "
    "reception events marketing press jobs careers legal security abuse postmaster webmaster alerts "
    "notifications notification feedback dispatch operations finance online mobile digital global".split()
)
"""Words of addresses that name an office and no person."""
_NO_NAMES: Final = COMMON | ROLES | _OFFICES
_SHORTEST: Final = 3
_MOST: Final = 3


def person_of(address: str) -> list[str]:
    """A person's words in an address that joins them, `anna.berg@…`; none where one may be no name."""
    words = re.split("[._-]", address.partition("@")[0])
    named = all(word.isalpha() and len(word) >= _SHORTEST and word not in _NO_NAMES for word in map(bare, words))
    return words if named and 2 <= len(words) <= _MOST else []
