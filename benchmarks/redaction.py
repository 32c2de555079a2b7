"""Measure redaction against its goals: recall and false positives by class and half, canaries, speed, cost."""

from __future__ import annotations

import gc
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Final

import anyio

from benchmarks.corpus import canary_runs, clean, evasions, foreign, fresh, identities, mixed, personal, secrets
from benchmarks.corpus.canaries import Aviary, seen
from benchmarks.corpus.item import Half, Item, Planted, seeded
from benchmarks.corpus.judge import changed, leaks
from benchmarks.corpus.shapes import SHAPES
from benchmarks.report import Options, Report, Row
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted, as_text
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate

RECALL_GOALS: Final = {
    "secret, told": 0.98,
    "secret, bare": 0.60,
    "email": 0.99,
    "ip": 0.99,
    "phone": 0.80,
    "card": 0.95,
    "iban": 0.97,
    "national id": None,
    "birth date": None,
    "postcode": None,
    "known identity": 0.98,
    "evasion": 0.85,
}
"""The least share of planted values that must not be readable; None where no goal was set."""
CLEAN_GOALS: Final = {
    "provider ids": 0.0,
    "look-alikes": 0.01,
    "prose and code": 0.01,
    "word that is a name": 0.01,
    "foreign word that is a name": None,
}
"""The greatest share of clean items that may be changed; None where no goal was set."""

CANARIES: Final = 10_000
_RUNS_WITH_CANARIES: Final = 60
LEAST_MB_S: Final = 2.0
_MIXED_BYTES: Final = 1_000_000
SIZES: Final = (16_384, 32_768, 65_536)
MOST_GROWTH: Final = 1.25
"""The greatest exponent of cost by size, from 16 to 64 KB, that counts as linear: 1 is linear, 2 is quadratic."""
_TIMINGS: Final = 5
_SLOW_S: Final = 0.5


@dataclass(slots=True)
class Count:
    """How many of a class and half were judged, how many badly, and in which forms."""

    total: int = 0
    bad: int = 0
    forms: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """The share that was judged badly."""
        return self.bad / self.total if self.total else 0.0


def run(options: Options) -> Report:
    """Measure everything; takes a minute or two."""
    counts = _judged(options)
    rows = [_recall_row(group, goal, counts) for group, goal in RECALL_GOALS.items()]
    rows += [_recall_row(group, None, counts) for group in foreign.GROUPS if (group, Half.TUNING) in counts]
    rows += [
        _fresh_row(group, counts[group, Half.HELD_OUT]) for group in fresh.GROUPS if (group, Half.HELD_OUT) in counts
    ]
    rows += [_clean_row(group, goal, counts) for group, goal in CLEAN_GOALS.items()]
    leaked, made = anyio.run(_canaries, options.seed)
    rows.append(_figure(f"strict: canaries of {made:,} that leak", str(len(leaked)), "0", reached=not leaked))
    speed, sparse = (_speed(options.seed, dirty) for dirty in (0.25, 0.02))
    rows.append(_figure("speed, MB/s on one core", f"{speed:.2f}", f"≥ {LEAST_MB_S:.0f}", reached=speed >= LEAST_MB_S))
    rows.append(_figure("speed, MB/s where little is masked", f"{sparse:.2f}", "–", reached=None))
    growth = {name: _growth(name) for name in SHAPES}
    worst = max(growth, key=lambda name: growth[name].exponent)
    steep = [name for name in SHAPES if growth[name].exponent > MOST_GROWTH]
    label = f"cost by size, worst exponent of {len(SHAPES)} shapes"
    rows.append(_figure(label, f"{growth[worst].exponent:.2f}", f"≤ {MOST_GROWTH}", reached=not steep))
    notes = [f"steepest shape: {worst}, {growth[worst]}"]
    notes += [f"steeper than linear: {name}, {growth[name]}" for name in steep]
    slowest = max(growth, key=lambda name: growth[name].seconds[-1])
    notes.append(f"slowest shape: {slowest}, {growth[slowest]}")
    return Report(
        "redaction", ("class", "tuning", "held-out", "goal"), tuple(rows), (*notes, *_misses(counts, options))
    )


def _gate(people: Sequence[str] = ()) -> Gate:
    return Gate(Policy.BALANCED, Tagger(b"benchmark")).knowing(Untrusted(name, Kind.IDENTITY) for name in people)


def _shown(gate: Gate, value: JsonValue) -> str:
    return str(gate.safe(Untrusted(value, Kind.TEXT if isinstance(value, str) else Kind.PAYLOAD)))


def items(seed: int, count: int) -> Iterator[Item]:
    """The whole corpus: `count` items a class and half."""
    for module in (secrets, personal, identities, clean, evasions):
        for half in Half:
            yield from module.every(half, seeded(seed, f"{module.__name__}/{half}"), count)
    yield from foreign.every(seed, count)
    yield from fresh.every(seed, count)


def _judged(options: Options) -> dict[tuple[str, Half], Count]:
    """Recall counts planted values, false positives count items."""
    counts: dict[tuple[str, Half], Count] = {}
    for item in items(options.seed, options.count):
        count = counts.setdefault((item.group, item.half), Count())
        shown = _shown(_gate(item.people), item.value)
        bad: Sequence[Planted | Item] = leaks(item, shown) if item.planted else [item] * changed(item, shown)
        count.total += len(item.planted) or 1
        count.bad += len(bad)
        if bad:
            count.forms[item.form] += 1
    return counts


def _recall_row(group: str, goal: float | None, counts: dict[tuple[str, Half], Count]) -> Row:
    shares = [1 - counts[group, half].share for half in Half]
    reached = None if goal is None else min(shares) >= goal
    return Row((group, *(f"{share:.3f}" for share in shares), f"≥ {goal:.2f}" if goal else "–"), reached)


def _clean_row(group: str, goal: float | None, counts: dict[tuple[str, Half], Count]) -> Row:
    shares = [counts[group, half].share for half in Half]
    figures = (f"{share:.4f}" for share in shares)
    limit = "–" if goal is None else f"≤ {goal:.2f}" if goal else "0"
    return Row((f"masked wrongly: {group}", *figures, limit), None if goal is None else max(shares) <= goal)


def _fresh_row(group: str, count: Count) -> Row:
    clean = group.endswith("wrongly")
    return Row((group, "", f"{count.share:.4f}" if clean else f"{1 - count.share:.3f}", "–"), None)


def _figure(label: str, figure: str, goal: str, *, reached: bool | None) -> Row:
    return Row((label, "", figure, goal), reached)


async def _canaries(seed: int) -> tuple[set[str], int]:
    """The canaries that leak, and how many there were: through whole answers, the rest through the gate alone."""
    rng = seeded(seed, "canaries")
    aviary = Aviary(rng)
    told = [answer async for answer in canary_runs.answers(aviary, rng, _RUNS_WITH_CANARIES)]
    leaked = set(seen(told, aviary.made))
    gate = Gate(Policy.STRICT, Tagger(b"benchmark"))
    while len(aviary.made) < CANARIES:
        value = aviary.any()
        leaked |= set(seen([str(gate.safe(value))], aviary.made))
    return leaked, len(aviary.made)


def _speed(seed: int, dirty: float) -> float:
    """Megabytes (10⁶ bytes of UTF-8) a second of processor time over a mixed corpus: the median of several passes."""
    documents = mixed.documents(seed, _MIXED_BYTES, dirty=dirty)
    size = sum(len(as_text(document).encode()) for document in documents)
    gate = _gate(mixed.PEOPLE)
    _shown(gate, documents[0])
    passes = [_timed(gate, documents) for _ in range(3)]
    return size / statistics.median(passes) / 1e6


def _timed(gate: Gate, documents: Sequence[JsonValue]) -> float:
    """Seconds of processor time, which other work on the machine does not lengthen much.

    The collector of cycles rests, as it does in the server (`rundown_mcp.threads`): here it would look through all that
    the other benchmarks left.
    """
    gc.collect()
    gc.disable()
    try:
        start = time.process_time()
        for document in documents:
            _shown(gate, document)
        return time.process_time() - start
    finally:
        gc.enable()


@dataclass(frozen=True, slots=True)
class Growth:
    """Seconds that a shape costs at each of the sizes, in order."""

    seconds: tuple[float, ...]

    @property
    def exponent(self) -> float:
        """1 where four times the size costs four times as much, 2 where it costs sixteen times."""
        return log(self.seconds[-1] / self.seconds[0]) / log(SIZES[-1] / SIZES[0])

    def __str__(self) -> str:
        per_kilobyte = (f"{second / size * 1024 * 1e6:.0f}" for second, size in zip(self.seconds, SIZES, strict=True))
        return f"exponent {self.exponent:.2f}, {' / '.join(per_kilobyte)} µs a KB at 16/32/64 KB"


def _growth(name: str) -> Growth:
    """What a shape costs; measured anew where it looks steep, because other work on the machine may be the cause."""
    gate = _gate(mixed.PEOPLE)
    values = [SHAPES[name](size) for size in SIZES]
    best = Growth(tuple(_typical(gate, value) for value in values))
    for _ in range(2):
        if best.exponent <= MOST_GROWTH or best.seconds[-1] > 2 * _SLOW_S:
            break
        best = min(best, Growth(tuple(_typical(gate, value) for value in values)), key=lambda one: one.exponent)
    return best


def _typical(gate: Gate, value: JsonValue) -> float:
    """The median of several runs; of a slow one, one."""
    first = _timed(gate, [value])
    if first > _SLOW_S:
        return first
    return statistics.median([first, *(_timed(gate, [value]) for _ in range(_TIMINGS - 1))])


def _misses(counts: dict[tuple[str, Half], Count], options: Options) -> list[str]:
    """The forms that were missed most, by class and half; of the held-out half only on purpose, by `--misses`."""
    lines = []
    for (group, half), count in counts.items():
        forms = [f"{form} ×{number}" for form, number in count.forms.most_common(options.misses)]
        if forms:
            lines.append(f"missed: {group}, {half}: {'; '.join(forms)}")
    return lines
