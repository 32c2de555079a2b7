"""Which steps a run's own texts name as the cause: its error, its outcome's reason, the agent's reflection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from rundown_mcp.analysis.asked import asked_of
from rundown_mcp.analysis.assess import Assessment, Basis, Clue
from rundown_mcp.analysis.members import Members, message_of
from rundown_mcp.analysis.names import IDENTIFIER, is_distinct, name_of, only_reads
from rundown_mcp.analysis.phrases import CALL_TIMED_OUT, DOUBTED, MOST, SAYS_IT_FAILED, SENTENCE, as_a_tool, blaming
from rundown_mcp.analysis.stops import gave_nothing
from rundown_mcp.domain.run import RunDetail, StepState
from rundown_mcp.domain.text import Untrusted

_LEAST: Final = 12
_QUOTED: Final = 200
"""Characters of an error by which a text that quotes it is known: it may quote the beginning only."""
_MOST_TEXTS: Final = 50
"""How many error texts, and names of several words, are looked for in a text."""
_OPEN: Final = frozenset({StepState.UNKNOWN, StepState.RUNNING, StepState.WAITING})


class Names:
    """The steps of a run, to be found in a text by their tool's name or by their error."""

    def __init__(self, steps: Sequence[Assessment]) -> None:
        self._by_name: dict[str, list[Assessment]] = {}
        self._failed = [item for item in steps if item.error is not None and item.error.size >= _LEAST]
        for item in steps:
            name = name_of(item.step)
            if name:
                self._by_name.setdefault(name, []).append(item)

    def named_in(self, text: Untrusted) -> list[Assessment]:
        """The steps that a text names, in their order: by their error where it holds any, else by their tool's name.

        A name that is an everyday word (`search`) counts where the text says that it is a tool, or that it failed.
        """
        text = text.head(MOST)
        quoted = [item for item in self._to_be_quoted() if any(text.contains(said) for said in _words_of_error(item))]
        if quoted:
            return quoted
        words = text.words(IDENTIFIER, MOST)
        names = [name for name in self._by_name.keys() & words if self._is_meant(name, text)]
        names += islice((name for name in self._by_name if " " in name and text.contains(name)), _MOST_TEXTS)
        return sorted((item for name in names for item in self._by_name[name]), key=lambda item: item.step.number)

    def _is_meant(self, name: str, text: Untrusted) -> bool:
        tool = self._by_name[name][0].step.tool
        return is_distinct(tool.name if tool else None) or text.matches(as_a_tool(name))

    def _to_be_quoted(self) -> Iterable[Assessment]:
        return [*self._failed[:_MOST_TEXTS], *self._failed[_MOST_TEXTS:][-_MOST_TEXTS:]]


def _words_of_error(item: Assessment) -> Iterator[str]:
    """By what a text that quotes an error is known: its beginning, or the message of one that is an object."""
    if item.error is not None:
        yield item.error.head(_QUOTED).folded()
        message = None if item.error.is_text else message_of(Members(item.error.unpacked()))
        if message is not None and message.size >= _LEAST:
            yield message.head(_QUOTED).folded()


def of_the_end(detail: RunDetail) -> Iterator[tuple[Clue, Untrusted]]:
    """What a run that failed or was escalated says of why, the surest first."""
    if detail.run.error is not None:
        yield Clue.RUN_ERROR, detail.run.error
    if detail.run.outcome is not None and detail.run.outcome.reason is not None:
        yield Clue.REASON, detail.run.outcome.reason


def _accusations(detail: RunDetail) -> Iterator[tuple[Clue, Untrusted]]:
    """As `of_the_end`, and the sentences of the agent's reflection that tell of something going wrong."""
    yield from of_the_end(detail)
    if detail.reflection is not None:
        accusing = detail.reflection.sentences(SENTENCE, SAYS_IT_FAILED, MOST)
        if accusing is not None:
            yield Clue.REFLECTION, accusing


def chosen_among(detail: RunDetail, standing: Sequence[Assessment], causes: Mapping[int, int]) -> Assessment | None:
    """The standing failure that the run says it ended with; the first of them where it says nothing of that.

    None where it names a later one that may well follow from the first: the two have an id in common.
    """
    first, names = standing[0], Names(standing)
    for _, text in of_the_end(detail):
        named = names.named_in(text)
        if not named:
            continue
        if any(item is first for item in named) or named[0].step.number in causes:
            return first
        return None if _have_an_id_in_common(first, named[0]) else named[0]
    return first


def _have_an_id_in_common(one: Assessment, other: Assessment) -> bool:
    mine, theirs = (asked_of(item.step).id_values for item in (one, other))
    return bool(mine & theirs)


def accused(
    detail: RunDetail, steps: Sequence[Assessment], uncertain: Sequence[Assessment]
) -> tuple[Assessment | None, tuple[Assessment, ...]]:
    """Of a failed run in which no failure stands: the step that its texts name, and the others that they name.

    A step can be the verdict where it may have failed: its failure is uncertain, nothing tells how it ended, or no
    state is stated and the text says that it failed. Any other that went well is a candidate at most.
    """
    names = Names([*uncertain, *(item for item in steps if item.state is not StepState.FAILED)])
    for clue, text in _accusations(detail):
        named = names.named_in(text)
        if not named:
            continue
        suspects = [item for item in named if _may_be_it(item, named, text)]
        tools = {name_of(item.step) for item in suspects}
        if len(tools) != 1:
            return None, tuple(named)
        culprit = next((item for item in suspects if item.state is StepState.FAILED), suspects[-1])
        return _as_culprit(culprit, clue, text), tuple(
            item for item in named if item is not culprit and item in suspects
        )
    return _unanswered(detail, steps), ()


def _may_be_it(item: Assessment, named: Sequence[Assessment], text: Untrusted) -> bool:
    """Whether a step that a text names may have failed: it did, nothing tells, or the text blames just this deed.

    What a lookup gave is there to see.
    """
    if item.state is StepState.FAILED or item.state in _OPEN:
        return True
    tool = item.step.tool
    if len(named) > 1 or tool is None or tool.name is None or only_reads(tool.name):
        return False
    said = text.sentences(SENTENCE, blaming(tool.name.folded()), MOST)
    return item.step.native_status is None and said is not None and not said.matches(DOUBTED)


def _unanswered(detail: RunDetail, steps: Sequence[Assessment]) -> Assessment | None:
    """The one call that gave nothing back, where the run says that some call did not answer, and not which."""
    silent = [item for item in steps if gave_nothing(item)]
    said = next((pair for pair in of_the_end(detail) if pair[1].head(MOST).matches(CALL_TIMED_OUT)), None)
    return _as_culprit(silent[0], *said) if said is not None and len(silent) == 1 else None


def _as_culprit(item: Assessment, clue: Clue, text: Untrusted) -> Assessment:
    if item.state is StepState.FAILED:
        return item
    return replace(item, state=StepState.FAILED, basis=Basis.INFERRED, clue=clue, error=text)
