"""Runs woven at random from pieces of which each has one fate: do the rules take one piece for another's?"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.failure.case import Case
from benchmarks.failure.vendors import answers, asks, call, conduit, duckie, happyrobot, session, traced

COUNT: Final = 300
_READS: Final = ("get_payment", "lookup_order", "find_booking", "check_stock", "get_guest")
_DEEDS: Final = ("charge_card", "update_booking", "create_label", "grant_access", "book_slot")
_ERRORS: Final = (
    "HTTP 504 Gateway Timeout from host {n}",
    "HTTP 429 Too Many Requests: retry after {n} s",
    "access token expired (trace {n})",
    "validation failed: field {n} is required",
)


@dataclass(frozen=True)
class _Act:
    """A call; `fate` is `ok`, or what becomes of its failure."""

    tool: str
    given: Mapping[str, object]
    error: str | None = None
    fate: str = "ok"


class _Weaver:
    """Draws pieces; no two calls of one tool are about the same thing unless a piece means them to be."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - draws test runs, no secrets
        self._number = 0

    def _fresh(self) -> int:
        self._number += 1
        return self._number

    def _call(self, tools: Sequence[str] = (*_READS, *_DEEDS)) -> tuple[str, dict[str, object]]:
        tool = self.rng.choice(tools)
        # The same orders occur with many tools; each tool has its own second number of each.
        given: dict[str, object] = {"order_id": f"A-{self.rng.randint(1, 3)}", "line": f"{tool[:2]}{self._fresh()}"}
        if self.rng.random() < 0.5:
            given |= {"currency": "EUR", "limit": 10}
        return tool, given

    def _error(self) -> str:
        return self.rng.choice(_ERRORS).format(n=100 + self._fresh())

    def noise(self) -> list[_Act]:
        """A call that goes well."""
        return [_Act(*self._call())]

    def retried(self) -> list[_Act]:
        """A call that fails once or twice, then succeeds with the same input under other request ids."""
        tool, given = self._call()
        acts = [
            _Act(tool, {**given, "request_id": f"r-{self._fresh()}"}, self._error(), "recovered")
            for _ in range(self.rng.randint(1, 2))
        ]
        return [*acts, _Act(tool, {**given, "request_id": f"r-{self._fresh()}"})]

    def another(self) -> list[_Act]:
        """A call that fails, and one of the same tool about something else that succeeds."""
        tool, given = self._call()
        other = {**given, "line": f"{tool[:2]}{self._fresh()}"}
        return [_Act(tool, given, self._error(), "standing"), _Act(tool, other)]

    def corrected(self) -> list[_Act]:
        """A call that fails, and succeeds with another value for the same thing."""
        tool, given = self._call()
        return [
            _Act(tool, {**given, "pieces": "two"}, self._error(), "candidate"),
            _Act(tool, {**given, "pieces": 2}),
        ]

    def fallen_back(self) -> list[_Act]:
        """A miss that names its fallback."""
        number = self._fresh()
        stand_in, given = f"search_index_{number}", {"term": f"t{number}"}
        error = f"nothing cached; falling back to {stand_in}"
        return [_Act(f"cache_get_{number}", given, error, "recovered"), _Act(stand_in, given)]

    def denied(self) -> list[_Act]:
        """An error that denies a fallback."""
        tool, given = self._call()
        return [_Act(tool, given, f"{self._error()}; no fallback available", "standing")]

    def fatal(self) -> list[_Act]:
        """A failure, and perhaps one that follows from it."""
        tool, given = self._call(_DEEDS)
        acts = [_Act(tool, given, self._error(), "standing")]
        if self.rng.random() < 0.5:
            later, other = self._call(tuple(name for name in _DEEDS if name != tool))
            acts.append(_Act(later, other, f"{tool} gave nothing to go on with", "standing"))
        return acts

    def run(self) -> tuple[list[_Act], str]:
        """The calls of a run in their order, and its status."""
        pieces = [self.noise() for _ in range(self.rng.randint(1, 6))]
        kinds = (self.retried, self.another, self.corrected, self.fallen_back, self.denied, self.fatal)
        pieces += [self.rng.choice(kinds)() for _ in range(self.rng.randint(1, 4))]
        acts: list[_Act] = []
        while any(pieces):
            acts.append(self.rng.choice([piece for piece in pieces if piece]).pop(0))
        acts += self.noise()
        fails = any(act.fate == "standing" for act in acts) and self.rng.random() < 0.7
        return acts, "failed" if fails else "completed"


def _case(seed: int) -> Case:
    weaver = _Weaver(seed)
    acts, status = weaver.run()
    vendor = ("duckie", "conduit", "happyrobot")[seed % 3]
    output = {"state": "fine", "n": seed}
    # The session of a telephone call is itself the first step.
    offset = 2 if vendor == "happyrobot" else 1
    if vendor == "duckie":
        made = duckie(
            status, *(call(act.tool, act.given, None if act.error else output, error=act.error) for act in acts)
        )
    elif vendor == "conduit":
        made = conduit(
            status, *(traced(act.tool, act.given, _answer(act, output, weaver.rng)) for act in acts), response="Done."
        )
    else:
        messages = [
            message
            for place, act in enumerate(acts)
            for message in (
                asks(act.tool, act.given, 10 * place + 1),
                answers(act.tool, _answer(act, output, weaver.rng), 10 * place + 5),
            )
        ]
        made = happyrobot(status, session(*messages, duration=10 * len(acts)))
    fates = {fate: [number for number, act in enumerate(acts, offset) if act.fate == fate] for fate in _FATES}
    return Case(
        name=f"woven run {seed} of {vendor}",
        run=made,
        first=fates["standing"][0] if fates["standing"] else None,
        later=tuple(fates["standing"][1:]),
        recovered=tuple(fates["recovered"]),
        candidates=tuple(fates["candidate"]),
        why="each piece has its own fate",
    )


_FATES: Final = ("standing", "recovered", "candidate")


def _answer(act: _Act, output: dict[str, object], rng: random.Random) -> object:
    """What a call gives back where the vendor states nothing: an error in one of its forms, or the output."""
    if act.error is None:
        return output
    forms = (
        {"error": act.error},
        json.dumps({"error": {"message": act.error}}),
        {"ok": False, "message": act.error},
        {"result": {"error": act.error}},
        f"Error: {act.error}",
    )
    return rng.choice(forms)


CASES: tuple[Case, ...] = tuple(map(_case, range(COUNT)))
