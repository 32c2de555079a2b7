"""Each fault at one connection of three: the others answer, and the receipt says what is missing and why."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.faults.behaviours import CANARY
from tests.faults.calls import EVERY, OF_A_RUN, OF_MANY, Answer, answers_of
from tests.faults.faults import FAULTS, SILENCES, Fault
from tests.faults.street import Street, asking_street, faulty, opened
from tests.harness import receipt

from rundown_mcp.providers import PROVIDERS
from rundown_mcp.sandbox.world import World

pytestmark = [
    pytest.mark.anyio,
    # httpx leaves the socket of a TLS handshake that was cancelled to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

TRIED_HERE = {
    name: fault
    for name, fault in FAULTS.items()
    if name not in SILENCES or name in {"no answer", "half a body", "TLS that is never spoken"}
}
"""Silences cost their time, and differ in nothing that the other connections could see: some stand for all."""
BROKEN = {name: fault.at[number % len(fault.at)] for number, (name, fault) in enumerate(TRIED_HERE.items())}
"""The connection at which each fault is tried: one after the other."""
SILENCE_S = 15
"""Enough for the healthy connections to answer on a busy machine."""


@pytest.mark.parametrize("name", TRIED_HERE)
async def test_the_others_answer_and_the_receipt_tells_what_is_missing(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault, broken = FAULTS[name], BROKEN[name]
    healthy = next(one for one in PROVIDERS if one != broken)
    async with (
        opened(world) as street,
        asking_street(street, monkeypatch, *PROVIDERS, fault=fault, broken=broken, silence_s=SILENCE_S) as asked,
    ):
        with faulty(street.servers[broken], fault):
            answers = await answers_of(asked.client, EVERY, street.ref(healthy))
        problems = list(_problems(street, broken, fault, answers))
    assert problems == [], "\n".join(problems)


def _problems(street: Street, broken: str, fault: Fault, answers: dict[str, Answer]) -> Iterator[str]:
    """What of a fault's answers is not as promised."""
    for call, answer in answers.items():
        shown = f"{call}: {answer}"
        if any(hidden in answer.text for hidden in (CANARY, *street.keys)):
            yield f"shows what it must not: {shown}"
        if answer.failed:
            yield shown
        elif call in OF_MANY:
            item = re.search(rf"{broken} left out \(.*", receipt(answer.text)["coverage"])
            if item is None or re.search(fault.kind, item[0]) is None:
                yield f"does not say what is missing: {shown}"
            if any(f"{name} left out" in answer.text for name in PROVIDERS if name != broken):
                yield f"leaves out a connection that is well: {shown}"
        elif call in OF_A_RUN and broken in answer.text:
            yield f"names a connection that it does not need: {shown}"
