"""What a vendor says leaves its client as text from outside and never as a bare string."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum

import pytest
from tests.providers.comparing import plain
from tests.providers.opening import RUN_IDS, opened
from tests.providers.planting import holds_canary

from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import is_safe_id
from rundown_mcp.provider import ProviderSpec
from rundown_mcp.providers import PROVIDERS

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("spec", PROVIDERS.values(), ids=list(PROVIDERS))]


async def test_no_text_of_the_vendor_leaves_the_client_as_a_bare_string(spec: ProviderSpec) -> None:
    canary = "canary-7f3a"
    planted = 0
    async with opened(spec, canary=canary) as here:
        for row in await here.all(RunQuery()):
            detail = await here.provider.get_run(row.ref.id)
            planted += holds_canary(plain(detail), canary)
            for place, word in bare_strings(detail):
                assert canary not in word, place
                assert is_ours(spec, place, word), (place, word)
    assert planted == len(RUN_IDS[spec.name])


def bare_strings(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Every string outside `Untrusted`, by the path of fields that leads to it; positions in a list are left out."""
    if isinstance(value, str) and not isinstance(value, Enum):
        yield place, value
    elif is_dataclass(value) and not isinstance(value, type):
        for item in fields(value):
            yield from bare_strings(getattr(value, item.name), f"{place}.{item.name}")
    elif isinstance(value, tuple | list):
        for item in value:
            yield from bare_strings(item, place)


def is_ours(spec: ProviderSpec, place: str, word: str) -> bool:
    """Whether a bare string may stand in a place: a ref, another id, a note or a label of our own."""
    match place.rpartition(".")[2]:
        case "connection":
            return word == spec.name
        case "id":
            return place == ".run.ref.id" and spec.id_shape.fullmatch(word) is not None
        case "aliases" | "thread":
            return is_safe_id(word)
        case "facts":
            return word.replace("_", "").isalpha() and word.islower()
        case "notes":
            return True  # the canary tells whose words they are
        case _:
            return False
