"""What the steps behind a place in a run did: repeated a call, took over, supplied what was missing, showed it done."""

from __future__ import annotations

import re
from typing import Final

from rundown_mcp.analysis.asked import Asked, AskedOnce
from rundown_mcp.analysis.assess import Assessment
from rundown_mcp.analysis.fallback import Declaration, declared_by
from rundown_mcp.analysis.fate import Fate
from rundown_mcp.analysis.inputs import Inputs, Likeness
from rundown_mcp.analysis.kinds import FailureKind, kind_of_error
from rundown_mcp.analysis.names import (
    hands_over,
    is_fallback,
    name_of,
    only_reads,
    stands_in,
    what_it_does,
    words_of,
    words_of_text,
)
from rundown_mcp.analysis.phrases import BY_HAND, MOST, NOT_FOUND, TURNED_DOWN, UNTAKEN
from rundown_mcp.analysis.supplied import Supplies
from rundown_mcp.analysis.took_effect import Effects
from rundown_mcp.domain.run import Step, StepState

_MOST_COMPARED: Final = 16
_PASSING: Final = frozenset({FailureKind.UNAVAILABLE, FailureKind.RATE, FailureKind.SERVER})


class Later:
    """The steps behind a place in a run; filled from the last step to the first."""

    def __init__(self, asked: AskedOnce, *, ended_well: bool, goes_on: bool) -> None:
        """`goes_on`: the run has not ended, so that what is open may still succeed."""
        self._asked = asked
        self._goes_on = goes_on
        self._went_on = ended_well or goes_on
        self._next: Assessment | None = None
        self._next_went_on = False
        self._succeeded: dict[object, Inputs] = {}
        self._open: dict[object, Inputs] = {}
        self._has_succeeded: dict[str, tuple[bool, bool]] = {}
        self._supplies = Supplies()
        self._effects = Effects()
        self._standing_in: list[tuple[Assessment, Asked, frozenset[str], bool]] = []

    def add(self, item: Assessment, *, made_good: bool) -> None:
        """Take in the step before those that are known; `made_good`: it failed, and they made it good."""
        step, went_on = item.step, self._went_on
        asked = self._asked.of(step)
        done, name = what_it_does(step), name_of(step)
        open_states = {StepState.UNKNOWN, *((StepState.RUNNING, StepState.WAITING) if self._goes_on else ())}
        kept = self._succeeded if item.state is StepState.OK else self._open if item.state in open_states else None
        if done is not None and kept is not None and not item.stopped:
            kept.setdefault(done, Inputs()).add(asked)
        if name is not None:
            before = self._has_succeeded.get(name, (False, False))
            is_ok = made_good or item.state is StepState.OK
            self._has_succeeded[name] = (before[0] or is_ok, before[1] or (is_ok and went_on))
        if item.state is StepState.OK and step.tool is not None:
            self._supplies.add(step, asked, went_on=went_on)
        self._effects.add(item, asked, went_on=went_on)
        other_words = stands_in(step)
        if other_words is not None and len(self._standing_in) < _MOST_COMPARED:
            self._standing_in.append((item, asked, other_words, went_on))
        self._next, self._next_went_on = item, went_on
        self._went_on = went_on or item.state is StepState.OK or (step.tool is not None and not hands_over(step))

    def fate_of(self, item: Assessment) -> Fate:
        """What became of a step that failed: the best of what is known."""
        step = item.step
        asked = self._asked.of(step)
        not_found = item.error is not None and item.error.head(MOST).matches(NOT_FOUND)
        supplied = self._supplies.fate_of(step, asked, not_found=not_found)
        took_effect = self._effects.fate_of(item, asked)
        repeated = max(
            self._repeated(step, asked), self._put_right(item, asked), self._resumed(item), self._taken_later(item)
        )
        return max(repeated, self._fell_back(item, asked), supplied, took_effect)

    def _repeated(self, step: Step, asked: Asked) -> Fate:
        """The same tool on like input."""
        done = what_it_does(step)
        if done is None:
            return Fate.STANDING
        again = self._succeeded[done].like(asked) if done in self._succeeded else Likeness.OTHER
        tried = self._open[done].like(asked) if done in self._open else Likeness.OTHER
        if again is Likeness.SAME:
            return Fate.RECOVERED
        return Fate.UNCERTAIN if {again, tried} != {Likeness.OTHER} else Fate.STANDING

    def _resumed(self, item: Assessment) -> Fate:
        """A titled step that is no call, which a passing disturbance ended, and that went well at once again."""
        step, following = item.step, self._next
        said = item.error or step.content
        if step.tool is not None or step.title is None or said is None or kind_of_error(said) not in _PASSING:
            return Fate.STANDING
        if following is None or following.state is not StepState.OK:
            return Fate.STANDING
        return Fate.RECOVERED if what_it_does(following.step) == what_it_does(step) else Fate.STANDING

    def _put_right(self, item: Assessment, asked: Asked) -> Fate:
        """The same tool on what the error finds fault with, put right: an id misheard, a field refused by its name."""
        succeeded = self._succeeded.get(what_it_does(item.step))
        if succeeded is None or item.error is None:
            return Fate.STANDING
        said = item.error.head(MOST)
        if said.matches(NOT_FOUND) and succeeded.has_a_slip_of(asked):
            return Fate.UNCERTAIN
        if said.matches(TURNED_DOWN) and succeeded.has_another_choice_for(asked):
            return Fate.UNCERTAIN
        if kind_of_error(item.error) is not FailureKind.INVALID:
            return Fate.STANDING
        if succeeded.has_another_spelling_of(asked):
            return Fate.RECOVERED
        is_corrected = succeeded.has_a_correction_of(asked, words_of_text(said.folded()))
        return Fate.UNCERTAIN if is_corrected else Fate.STANDING

    def _taken_later(self, item: Assessment) -> Fate:
        """The same hand-over, which nobody took and somebody took later, maybe not whom it was meant for."""
        done = what_it_does(item.step)
        was_taken = done in self._succeeded or done in self._open
        untaken = hands_over(item.step) and item.error is not None and item.error.head(MOST).matches(UNTAKEN)
        return Fate.UNCERTAIN if was_taken and untaken else Fate.STANDING

    def _fell_back(self, item: Assessment, asked: Asked) -> Fate:
        """A declared fallback: a text of the failed step, or a later step that calls itself one."""
        declared = declared_by(item)
        if declared is Declaration.MISSED and self._asked_next_for(asked):
            return Fate.RECOVERED
        if declared in {Declaration.TOLERATED, Declaration.MISSED}:
            return Fate.UNCERTAIN if self._went_on else Fate.STANDING
        took_over = self._took_over(declared, item.step, asked) if isinstance(declared, frozenset) else Fate.STANDING
        return max(took_over, self._stood_in(item.step, asked), self._flagged(item.step))

    def _asked_next_for(self, asked: Asked) -> bool:
        """Whether the next call read what a cache was asked for, whose key holds the thing's id (`user:88`)."""
        following = self._next.step if self._next is not None and self._next.state is StepState.OK else None
        if following is None or following.tool is None or not (self._next_went_on and only_reads(following.tool.name)):
            return False
        keys = [value for _, value in asked.leaves]
        return any(id_ in re.split(r"[^\w-]+", key) for key in keys for id_ in self._asked.of(following).id_values)

    def _took_over(self, aims: frozenset[str], step: Step, asked: Asked) -> Fate:
        """Whether what a text names as fallback succeeded, and the run went on from that.

        Where it names no tool of the run, that can only be the next call, and is proven only if that has to do with it.
        """
        named = [self._has_succeeded[name] for name in aims - {name_of(step)} if name in self._has_succeeded]
        if named:
            succeeded, went_on = (any(flags) for flags in zip(*named, strict=True))
            return Fate.RECOVERED if went_on else Fate.UNCERTAIN if succeeded else Fate.STANDING
        following = self._next
        if following is None or following.state is not StepState.OK or hands_over(following.step):
            return Fate.STANDING
        said = frozenset[str]().union(*map(words_of_text, aims))
        given = self._asked.of(following.step)
        is_meant = bool(words_of(following.step.label) & said) or bool(asked.id_values & given.id_values)
        proven = is_meant and self._next_went_on and not said & BY_HAND
        return Fate.RECOVERED if proven else Fate.UNCERTAIN

    def _stood_in(self, step: Step, asked: Asked) -> Fate:
        """Whether a later step calls itself the fallback of this one, by its name or by where it stands."""
        own, best = words_of(step.tool.name if step.tool else None), Fate.STANDING
        for item, given, words, went_on in self._standing_in:
            is_named = bool(own) and own <= words
            follows = item is self._next and is_fallback(item.step)
            reads_the_same = bool(asked.leaves) and asked.leaves == given.leaves and _both_read(step, item.step)
            is_meant = is_named or follows or reads_the_same
            if item.state is not StepState.OK or not is_meant or _are_of_two_things(asked, given):
                continue
            proven = went_on and (is_named or reads_the_same or bool(own & words) or item.step.tool is None)
            best = max(best, Fate.RECOVERED if proven else Fate.UNCERTAIN)
        return best

    def _flagged(self, step: Step) -> Fate:
        """Whether the next step's input says that it is a fallback, for this one or for whatever came before it."""
        item = self._next
        given = item.step.tool.input if item is not None and item.step.tool else None
        if item is None or given is None or item.state is not StepState.OK:
            return Fate.STANDING
        name = name_of(step)
        for key in ("fallback_for", "fallbackFor", "instead_of", "insteadOf"):
            value = given.child(key)
            if value is not None and name is not None and value.folded() == name:
                return Fate.RECOVERED if self._next_went_on else Fate.UNCERTAIN
        flags = (given.child(key) for key in ("fallback", "is_fallback", "isFallback"))
        if any(flag is not None and flag.flag() is True for flag in flags):
            return Fate.RECOVERED if self._next_went_on else Fate.UNCERTAIN
        return Fate.STANDING


def _are_of_two_things(one: Asked, other: Asked) -> bool:
    """Whether two calls of different tools, each with ids, have none in common."""
    return bool(one.ids) and bool(other.ids) and not one.id_values & other.id_values


def _both_read(*steps: Step) -> bool:
    return all(step.tool is not None and only_reads(step.tool.name) for step in steps)
