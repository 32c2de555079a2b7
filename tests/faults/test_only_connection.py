"""Each fault at the only connection: every call ends in time with an error that says what is wrong and what to do."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import anyio
import pytest
from tests.faults.behaviours import CANARY
from tests.faults.calls import COMPLETIONS, EVERY, Answer, answers_of
from tests.faults.faults import FAULTS, TRIED, Fault
from tests.faults.street import Street, asking_street, faulty, opened

from rundown_mcp.sandbox.world import World

pytestmark = [
    pytest.mark.anyio,
    # httpx leaves the socket of a TLS handshake that was cancelled to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

AFTER = {name: EVERY[name] for name in ("get_run", "list_config")}
"""What shows that a server goes on as if nothing had been."""


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_every_call_says_what_is_wrong_and_the_next_one_is_answered(
    world: World, fault: Fault, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    problems: list[str] = []

    async def look_at(street: Street, name: str) -> None:
        async with asking_street(street, monkeypatch, name, fault=fault, broken=name) as asked:
            with faulty(street.servers[name], fault):
                answers = await answers_of(asked.client, EVERY, street.ref(name))
            problems.extend(f"{name}: {problem}" for problem in _problems(street, name, fault, answers))
            if fault.may_recover:
                after = await answers_of(asked.client, AFTER, street.ref(name))
                problems.extend(f"{name}, after: {call}: {answer}" for call, answer in after.items() if answer.failed)

    async with opened(world) as street, anyio.create_task_group() as tasks:
        for name in fault.at:
            tasks.start_soon(look_at, street, name)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert CANARY not in caplog.text
    assert problems == [], "\n".join(problems)


def _problems(street: Street, name: str, fault: Fault, answers: dict[str, Answer]) -> Iterator[str]:
    """What of a fault's answers is not as promised."""
    for call, answer in answers.items():
        shown = f"{call}: {answer}"
        if any(hidden in answer.text for hidden in (CANARY, *street.keys)):
            yield f"shows what it must not: {shown}"
        if call in COMPLETIONS:
            if answer.failed or answer.text:
                yield f"offers something: {shown}"
            continue
        wanted = [f"^{name}:", fault.kind, fault.mend, *([TRIED] if fault.passes else [])]
        if not answer.failed or any(re.search(pattern, answer.text) is None for pattern in wanted):
            yield shown
