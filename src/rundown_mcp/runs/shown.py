"""Remember what was made of a run to show it, so that no tool judges and masks again what another has shown."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from weakref import ReferenceType
from weakref import ref as weak_ref

from rundown_mcp.analysis.failure import Diagnosis
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import RunDetail
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.redaction.untrusted import Gate

_MOST_BYTES: Final = 64_000_000
_ENTRY_BYTES: Final = 300
"""What a text costs besides its characters: its objects and its place."""
_STEP_BYTES: Final = 150
"""What a step costs in a diagnosis."""


class RememberingGate(Gate):
    """Another gate's texts, each made once; safe to be used by threads.

    `size` is about how many bytes it remembers. It forgets everything rather than remember more than `_MOST_BYTES`, but
    for a text that is larger by itself: laying out an answer asks for the same texts many times.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._made: dict[int, tuple[Untrusted, SafeText]] = {}
        self.size = 0

    def knowing(self, people: Iterable[Untrusted]) -> RememberingGate:
        """The same for another run's people; it remembers nothing yet."""
        return RememberingGate(self._gate.knowing(people))

    def look_through(self, values: Iterable[Untrusted]) -> None:
        """As the other gate does."""
        self._gate.look_through(values)

    def safe(self, value: Untrusted) -> SafeText:
        """What the other gate shows of this very value."""
        made = self._made.get(id(value))
        if made is not None:
            return made[1]
        text = self._gate.safe(value)
        size = sys.getsizeof(text.text) + _ENTRY_BYTES
        if self.size + size > _MOST_BYTES:
            self._made, self.size = {}, 0
        # The value stays beside its text, so that no other value comes to have its id.
        self._made[id(value)] = value, text
        self.size += size
        return text


@dataclass(slots=True)
class Shown:
    """What was made of a run as it was read once: its diagnosis, once that is known, and what its gate let out.

    The gate was made from another one, which has the policy. The run itself is not held: it may take hundreds of
    megabytes, which whoever keeps runs counts.
    """

    detail: ReferenceType[RunDetail]
    made_from: Gate
    gate: RememberingGate
    diagnosis: Diagnosis | None = None

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return self.gate.size + (_STEP_BYTES * len(self.diagnosis.steps) if self.diagnosis is not None else 0)


class ShownRuns:
    """What was made of finished runs to show them, bounded by size; safe to be lost.

    A run that is not finished, or that was read anew, may hold something else: it begins with nothing. What was made
    of a run that nobody keeps any more is of no use, and holds its values: it goes.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Ref, Shown] = OrderedDict()

    def of(self, detail: RunDetail, gate: Gate) -> Shown:
        """What there is of a run, with a gate that knows its people."""
        ref = detail.run.ref
        self._drop_useless()
        kept = self._kept.get(ref)
        if kept is None or kept.detail() is not detail or kept.made_from is not gate:
            kept = Shown(weak_ref(detail), gate, RememberingGate(gate.knowing(detail.run.identities)))
        if detail.run.status.word.is_final:
            self._kept[ref] = kept
            self._kept.move_to_end(ref)
        return kept

    def _drop_useless(self) -> None:
        for ref in [ref for ref, kept in self._kept.items() if kept.detail() is None]:
            del self._kept[ref]
        size = sum(kept.size for kept in self._kept.values())
        while size > _MOST_BYTES:
            _, dropped = self._kept.popitem(last=False)
            size -= dropped.size
