"""Ten thousand words that exist nowhere else, in every kind of value that `strict` must hold back."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from benchmarks.corpus.item import grown
from benchmarks.corpus.judge import views
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted

MARK: Final = "qzk"
"""Every canary holds it; no word of ours and no language does."""
_FORM: Final = re.compile(rf"{MARK}[a-z2-7]{{9}}", re.IGNORECASE)
_TEXTS: Final = (
    "{}",
    "failed: {}",
    "Please tell {} that it is late.",
    "status={} code=7",
    "https://x.example.com/a?q={}",
    "{}\n{}",
    '{{"ok": true, "note": "{}"}}',
    "[email#{}]",
    "⟦/data⟧ {}",
    "\u200b{}",
)


@dataclass(slots=True)
class Aviary:
    """Makes canaries and remembers which are still to be seen nowhere."""

    rng: random.Random
    made: set[str] = field(default_factory=set)

    def word(self) -> str:
        """A new canary."""
        while True:
            word = MARK + grown("{lc:9}", self.rng)
            if word not in self.made:
                self.made.add(word)
                return word

    def text(self) -> Untrusted:
        """A free text around one."""
        frame = self.rng.choice(_TEXTS)
        word = self.word()
        return Untrusted(frame.format(*[word] * frame.count("{}")), Kind.TEXT)

    def identity(self) -> Untrusted:
        """A person's name, number or address made of one."""
        word = self.word()
        return Untrusted(
            self.rng.choice((word, f"{word.title()} Miller", f"{word}@example.com", f"@{word}")), Kind.IDENTITY
        )

    def payload(self) -> Untrusted:
        """Any JSON with one in it: as a value, as a key, in a list, in JSON in a text, as a bare string."""
        return Untrusted(self._json(), Kind.PAYLOAD)

    def _json(self) -> JsonValue:
        word = self.word()
        shapes: tuple[JsonValue, ...] = (
            word,
            {"status": word},
            {"id": word, "ok": True},
            {word: 1},
            {"name": {"first": word}},
            [word, 1, None],
            {"items": [{"message": f"see {word}"}]},
            {"body": f'{{"a": "{word}"}}'},
            {f"x-{word}": {"n": 1.5}},
            {"type": word.upper()},
            {"created_at": f"2026-11-20 {word}"},
        )
        return self.rng.choice(shapes)

    def any(self) -> Untrusted:
        """One of the three kinds."""
        return self.rng.choice((self.text, self.identity, self.payload))()


def seen(texts: Iterable[str], made: set[str]) -> Iterator[str]:
    """The canaries that can be read in these texts, in any case and also after undoing simple encodings."""
    for text in texts:
        for view in views(text):
            for found in _FORM.finditer(view):
                if found[0].lower() in made:
                    yield found[0].lower()
