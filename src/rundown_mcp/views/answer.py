"""An answer: our lines, a fence with text from outside, and the receipt that every answer ends with."""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from rundown_mcp.domain.text import JsonValue, SafeText
from rundown_mcp.redaction.placeholders import FORMS
from rundown_mcp.views.format import plural

Cell = str | SafeText
"""What a view may print: our own words, or text that passed the gate."""

_NONCE_BYTES: Final = 5
_CUT: Final = re.compile(r"\[cut: \d+/\d+ chars\]")
"""`cut_note` of a finished answer; text that imitates one was escaped and does not match."""


def new_nonce() -> str:
    """Eight characters that no text from outside can guess."""
    return b32encode(secrets.token_bytes(_NONCE_BYTES)).decode().lower()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under one header line, tab-separated; an absent value is an empty cell."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def lines(self) -> list[str]:
        """The header and the rows."""
        return ["\t".join(self.columns), *("\t".join(map(str, row)) for row in self.rows)]

    def facts(self) -> Mapping[str, JsonValue]:
        """The same as columns and rows."""
        return {"columns": list(self.columns), "rows": [[str(cell) for cell in row] for row in self.rows]}


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of the form `label: text`, or bare text where the label is empty."""

    items: tuple[tuple[str, Cell], ...]

    def lines(self) -> list[str]:
        """One line an item."""
        return [f"{label}: {text}" if label else str(text) for label, text in self.items]

    def facts(self) -> Mapping[str, JsonValue]:
        """The same as pairs of label and text."""
        return {"lines": [[label, str(text)] for label, text in self.items]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an answer covers, and how to go on; every part that is empty is left out."""

    coverage: tuple[str, ...]
    sandbox: bool = False
    shown: str = ""
    window: str = ""
    cut: tuple[str, ...] = ()
    next: tuple[str, ...] = ()

    def lines(self, inside: Sequence[str]) -> list[str]:
        """The receipt's lines; what was masked and cut in the lines of the answer that it ends is counted there."""
        source = "sandbox (imitated data); " if self.sandbox else ""
        shortened = sum(len(_CUT.findall(line)) for line in inside)
        cuts = [*self.cut, plural(shortened, "text") + " shortened"] if shortened else self.cut
        return [
            f"{label}: {text}"
            for label, text in (
                ("coverage", source + ", ".join(self.coverage)),
                ("shown", self.shown),
                ("window", self.window),
                ("masked", counted(masked_in(inside))),
                ("cut", "; ".join(cuts)),
                ("next", " | ".join(self.next)),
            )
            if text
        ]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One tool's answer. `head` is ours; `blocks` hold text from outside and stand inside one fence."""

    receipt: Receipt
    head: tuple[str, ...] = ()
    blocks: tuple[Table | Lines, ...] = ()
    nonce: str = field(default_factory=new_nonce)

    def offering(self, may_call: Callable[[str], bool]) -> Answer:
        """The same answer, with no next call that its reader may not make."""
        offered = tuple(one for one in self.receipt.next if may_call(one.partition("(")[0]))
        return self if offered == self.receipt.next else replace(self, receipt=replace(self.receipt, next=offered))

    def marked_anew(self) -> Answer:
        """The same answer between marks of its own, as text from outside may by now know the others."""
        other = replace(self, nonce=new_nonce())
        # No text holds the old mark but between the lines: it was made by chance, after all of them.
        other.__dict__["_text"] = self._text.replace(self.nonce, other.nonce)
        return other

    def text(self) -> str:
        """The answer as an assistant reads it."""
        return self._text

    @cached_property
    def _text(self) -> str:
        """Laid out once: it is weighed before it is sent, and often twice."""
        inside = [line for block in self.blocks for line in block.lines()]
        return "\n".join([*self.head, *fenced(inside, self.nonce), *self.receipt.lines(inside)])

    def facts(self) -> Mapping[str, JsonValue]:
        """The same facts as JSON; what came from outside stands under `data`."""
        inside = [line for block in self.blocks for line in block.lines()]
        return {
            "head": list(self.head),
            "data": [block.facts() for block in self.blocks],
            "receipt": self.receipt.lines(inside),
        }


def fenced(lines: Sequence[str], nonce: str) -> list[str]:
    """Lines with text from outside, between marks that it cannot forge; nothing where there are none."""
    return [f"⟦data {nonce}⟧", *lines, f"⟦/data {nonce}⟧"] if lines else []


def masked_in(lines: Sequence[str]) -> Counter[str]:
    """How often each kind of what is masked or withheld stands in these lines."""
    counts: Counter[str] = Counter()
    for line in lines:
        for found in FORMS.finditer(line):
            if found["vendor"]:
                counts[f"{found['vendor']} by provider"] += 1
            else:
                counts[found["personal"] or found["secret"] or found["withheld"]] += 1
    return counts


def counted(kinds: Mapping[str, int]) -> str:
    """`2 email, 1 phone`: in the order of their names; empty where there is none."""
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
