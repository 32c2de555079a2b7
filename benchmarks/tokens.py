"""Measure what answers cost a model in o200k tokens, and the same questions through a generic proxy beside them."""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Final

import anyio
from tests.harness import asking, rows
from tests.questions.bank import BANK
from tests.questions.question import Question, answers, missing
from tests.tools.reading import tokens
from tests.tools.sandboxed import world

from benchmarks.long_run import FAILS_AT, STEP_BYTES, STEPS, world_with_it
from benchmarks.report import Options, Report, Row
from rundown_mcp.providers.duckie.sandbox.bodies import detail
from rundown_mcp.settings import ServerSettings, Settings

MOST_CATALOGUE: Final = 3_200
MOST_CARD: Final = 500
MOST_LIST: Final = 1_900
LEAST_RATIO: Final = 20
_LISTED: Final = 50
_LONG_BODY: Final = 20_000
"""Only whole runs of sixty steps are longer; the sandbox has two, and several questions meet them."""
_SHORT: Final = re.compile(r"(?:duckie|happyrobot|conduit):(\w{8})")
_SETTINGS: Final = Settings(ServerSettings(sandbox=True), ())


@dataclass(frozen=True, slots=True)
class Asking:
    """What a question's answers cost, how many facts are missing, and each body's cost through the proxy, if any."""

    name: str
    calls: int
    ours: int
    missing: int
    bodies: tuple[int, ...] = ()

    @property
    def theirs(self) -> int:
        return sum(self.bodies)

    @property
    def ratio(self) -> float:
        return self.theirs / self.ours


def run(_: Options) -> Report:
    """Measure everything; takes about half a minute."""
    catalogue = anyio.run(catalogue_cost)
    card, whole, named = anyio.run(card_cost)
    listed, listed_rows = anyio.run(list_cost)
    asked = anyio.run(_bank)
    rows = [
        _figure("catalogue of nine tools, as it goes over the wire", catalogue, MOST_CATALOGUE),
        _figure(f"triage card of a failed run of {STEPS} steps of 5 KB", card, MOST_CARD, holds=named),
        _figure(f"{_LISTED} runs listed", listed, MOST_LIST, holds=listed_rows == _LISTED),
    ]
    notes = [
        f"the run of {STEPS} steps in the vendor's JSON: {whole:,} tokens; its failure at step {FAILS_AT}, the two "
        f"errors before it that were made good and the one that follows from it are {'' if named else 'NOT '}told apart"
    ]
    return Report("tokens", ("what", "tokens", "goal"), (*rows, *_asked_rows(asked)), (*notes, *_asked_notes(asked)))


def _figure(label: str, figure: int, most: int, *, holds: bool = True) -> Row:
    return Row((label, f"{figure:,}", f"≤ {most:,}"), holds and figure <= most)


def _asked_rows(asked: Sequence[Asking]) -> list[Row]:
    ours, lacking = sum(one.ours for one in asked), [one.name for one in asked if one.missing]
    rows = [
        Row((f"{len(asked)} questions, {sum(one.calls for one in asked)} calls", f"{ours:,}", "–"), None),
        Row(("questions of which a fact is missing", str(len(lacking)), "0"), not lacking),
    ]
    compared = [one for one in asked if one.bodies]
    if compared:
        theirs = sum(one.theirs for one in compared)
        calls = sum(len(one.bodies) for one in compared)
        goal = f"≥ {LEAST_RATIO} ×"
        rows += [
            Row((f"the same through a generic proxy, {calls} calls", f"{theirs:,}", "–"), None),
            Row(
                ("the proxy's tokens to ours, all questions", f"{theirs / ours:.1f} ×", goal),
                theirs / ours >= LEAST_RATIO,
            ),
            Row(("– the median question", f"{statistics.median(one.ratio for one in compared):.1f} ×", "–"), None),
        ]
        small = sum(body for one in compared for body in one.bodies if body <= _LONG_BODY)
        rows.append(
            Row((f"– leaving out its bodies of over {_LONG_BODY:,} tokens", f"{small / ours:.1f} ×", "–"), None)
        )
        rows += [_part(compared, many=many) for many in (True, False)]
    return rows


def _part(compared: Sequence[Asking], *, many: bool) -> Row:
    """Questions that need more than ten bodies, and those that need fewer."""
    some = [one for one in compared if (len(one.bodies) > 10) is many]
    label = "more than ten" if many else "at most ten"
    ratio = sum(one.theirs for one in some) / sum(one.ours for one in some)
    return Row((f"– {len(some)} questions for which it reads {label} bodies", f"{ratio:.1f} ×", "–"), None)


def _asked_notes(asked: Sequence[Asking]) -> list[str]:
    notes = [f"{one.name}: {one.missing} facts are missing" for one in asked if one.missing]
    if not all(one.bodies for one in asked):
        return [*notes, "no yardstick: FastMCP is not installed (pip install -e '.[benchmarks]')"]
    ranked = sorted(asked, key=lambda one: one.ratio)
    below = sum(one.ratio < 1 for one in asked)
    notes.append(
        f"dearer than the proxy: {below} of {len(asked)} questions; {LEAST_RATIO} times cheaper or more: "
        f"{sum(one.ratio >= LEAST_RATIO for one in asked)}"
    )
    notes += [
        f"{label}: " + "; ".join(f"{one.name} {one.theirs:,} to {one.ours:,}" for one in some)
        for label, some in (("least gain", ranked[:5]), ("most gain", ranked[:-6:-1]))
    ]
    return notes


async def catalogue_cost() -> int:
    async with asking(_SETTINGS, world=world()) as asked:
        tools = (await asked.client.list_tools()).tools
    assert len(tools) == 9
    listed = [tool.model_dump(by_alias=True, exclude_none=True, mode="json") for tool in tools]
    return tokens(json.dumps(listed, ensure_ascii=False, separators=(",", ":")))


async def card_cost() -> tuple[int, int, bool]:
    """Tokens of the card and of the vendor's whole body, and whether the card says what the run's author knows."""
    long_world, long_run = world_with_it()
    body = json.dumps(detail(long_run), ensure_ascii=False, separators=(",", ":"))
    assert len(body) >= STEPS * STEP_BYTES
    async with asking(_SETTINGS, world=long_world) as asked:
        card = await asked.text("get_run", run=f"duckie:{long_run.id}")
    error = long_run.steps[FAILS_AT - 1].error or ""
    said = (
        f"failed at step {FAILS_AT} of {STEPS} charge_card",
        error,
        "recovered: step 30, 90 failed",
        f"step {STEPS}",
    )
    return tokens(card), tokens(body), all(text in card for text in said)


async def list_cost() -> tuple[int, int]:
    """Tokens of the newest fifty runs of all vendors, and how many rows came."""
    async with asking(_SETTINGS, world=world()) as asked:
        answer = await asked.text("list_runs", limit=_LISTED)
    return tokens(answer), len(rows(answer))


async def _bank() -> list[Asking]:
    found = []
    async with asking(_SETTINGS, world=world()) as asked:
        for question in BANK:
            told = await answers(question, world(), asked)
            lacking = len(missing(question, world(), told))
            found.append(Asking(question.name, len(told), sum(map(tokens, told)), lacking))
    if find_spec("fastmcp") is None:
        return found
    theirs = await _through_the_proxy()
    return [replace(one, bodies=tuple(map(tokens, theirs[one.name]))) for one in found]


async def _through_the_proxy() -> dict[str, list[str]]:
    """What a model reads for each question; every run that the facts name is among it."""
    from benchmarks.plans import PLANS  # noqa: PLC0415 - needs FastMCP, which only this yardstick does
    from benchmarks.proxy import proxies  # noqa: PLC0415 - as above
    from benchmarks.sweeps import Reader  # noqa: PLC0415 - as above

    read: dict[str, list[str]] = {}
    async with proxies(world()) as proxy:
        for question in BANK:
            proxy.read.clear()
            await PLANS[question.name](Reader(proxy), world())
            read[question.name] = list(proxy.read)
            unread = _runs_of(question) - {run for run in _runs_of(question) if run in "".join(proxy.read)}
            assert not unread, f"{question.name}: the proxy's plan did not read {unread}"
    return read


def _runs_of(question: Question) -> set[str]:
    """The short ids of the runs that a question's facts name."""
    facts = [(fact,) if isinstance(fact, str) else fact for fact in question.facts(world())]
    return {found[1] for texts in facts for text in texts if (found := _SHORT.fullmatch(text))}
