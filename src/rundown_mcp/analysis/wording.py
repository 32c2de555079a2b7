"""The words of a masked error text that say what went wrong: no names, no ids, nothing that says nothing."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

from rundown_mcp.analysis.masking import MARK

_PARTS: Final = re.compile(
    r"[:：;；()\[\]{}（）【】\n|<>=]+|\s[-–—]+\s|[.!?。！？]+(?=\s|$)|[。、，,]+(?=\s|$)",
)
"""At a colon, a dash between words, the end of a sentence or of an item, a bracket."""
_DENSE: Final = 2
"""What a character counts for of a script that writes whole syllables or words with it."""
_TOKEN: Final = re.compile(rf"{MARK}|[^\W_]+(?:['’_.\-][^\W_]+)*|#\w+")
_CAMEL: Final = re.compile(r"[A-ZÀ-Þ]+(?=[A-ZÀ-Þ][a-zß-ÿ])|[A-ZÀ-Þ]?[a-zß-ÿ]+|[A-ZÀ-Þ]+|[^\W\d_]+")
_PARTICLES: Final = frozenset("van von der den de da del della la le bin ibn al el dos di du y of".split())
_GERMAN: Final = frozenset("der die das und nicht wird ist wurde bitte für".split())
"""Where these stand, every noun is capitalised."""
_EMPTY: Final = frozenset(
    """
    a an the is are was were be been being has have had this that these those to for in from with at by of on and or
    your our you we it its as please error exception http https statu code message request response failed failure fail
    err no der die das ein eine el la los las un una le les
    """.split()
)
_ORDINARY: Final = frozenset(
    """
    accept access account address agent amount api application argument array attempt attribute authentication
    authorization bad bearer body boolean bucket cannot card certificate client column conflict connection contact
    content context could credential customer data database date deadline deadlock delete denied detail does duplicate
    email entity enum error exceeded exception exclusive expected expired failed failure false field file float
    forbidden format function gateway get host identifier index input integer internal invalid item json key last length
    limit line list lock login malformed maximum message method minimum missing model name network no none not null
    number object only operation order page parameter password patch path payload payment permission phone please policy
    post process property protocol provider put quota range rate read reason recipient record reduce region request
    required requires resource response result role route row schema scope section server service session share size
    socket status string table throttled throttling time timeout token too tool true type unable unauthorized
    unavailable undefined unexpected unknown unsupported update upstream url user validation value version webhook
    worker workspace write
    """.split()
)
"""Words that errors are written in: capitalised in the middle of a sentence, they are no names."""


def segments(text: str) -> frozenset[frozenset[str]]:
    """The words of each part of a masked text; a part ends where the text takes up something else."""
    script = _script(text)
    parts = (frozenset(_words(part, script)) for part in _PARTS.split(text))
    return frozenset(part for part in parts if part)


def _words(part: str, script: str) -> Iterator[str]:
    """The words of one segment that stay, folded, without those that say nothing."""
    tokens = _TOKEN.findall(_spaced(part))
    names = _names(tokens)
    for index, token in enumerate(tokens):
        if token == MARK or index in names or _is_id(token) or _is_foreign(token, script):
            continue
        yield from (word for word in _split(token) if word not in _EMPTY)


def _is_foreign(token: str, script: str) -> bool:
    """Whether a token is in another script than the text; technical words are Latin in texts of any script."""
    mine = _script(token)
    return mine not in {script, "LATIN"}


def _names(tokens: Sequence[str]) -> set[int]:
    """The places of words that are capitalised as names are: inside a sentence, or beside another such word."""
    shouts = sum(token.isupper() for token in tokens) * 2 > len(tokens)
    german = len(_GERMAN.intersection(tokens)) > 1
    titles = [] if shouts else [index for index, token in enumerate(tokens) if _is_title(token)]
    names = {index for index in titles if index > 0 and not german}
    for one, other in pairwise(titles):
        between = range(one + 1, other)
        if all(tokens[index].casefold() in _PARTICLES for index in between):
            names.update((one, other, *between))
    return names


def _spaced(part: str) -> str:
    """Scripts that write no spaces are parted from the Latin words and the digits among them."""
    return part if part.isascii() else _seams().sub(" ", part)


@cache
def _seams() -> re.Pattern[str]:
    latin, other = r"[\da-zA-ZÀ-ɏḀ-ỿ]", r"[^\W\d_a-zA-ZÀ-ɏḀ-ỿ]"
    return re.compile(f"(?<={other})(?={latin})|(?<={latin})(?={other})")


def _is_id(token: str) -> bool:
    """Whether a token is an id or a number: it holds a digit, or its case goes up and down."""
    if token.startswith("#") or any(character.isdigit() for character in token):
        return True
    pieces = _CAMEL.findall(token) if token.isascii() else []
    return len(token) >= 8 and len(pieces) > 3 and len(token) / len(pieces) < 2.5  # noqa: PLR2004 - words are longer


def _is_title(token: str) -> bool:
    """Whether a word is capitalised and none of those that errors are written in."""
    bare = re.sub(r"['’\-]", "", token)
    is_title = bare[:1].isupper() and any(letter.islower() for letter in bare)
    return is_title and (bare[1:].islower() or bare != token) and token.casefold() not in _ORDINARY


def _split(token: str) -> Iterator[str]:
    """The words of a token: of snake_case, kebab-case, dotted.case and CamelCase, in the singular."""
    for piece in re.split(r"[_.\-]", token):
        for word in _CAMEL.findall(piece) if piece.isascii() and not piece.isupper() else (piece,):
            yield _singular(unicodedata.normalize("NFKC", word).casefold())


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word  # noqa: PLR2004


def _script(text: str) -> str:
    """The script that most of a text is written in; dense ones count for more."""
    counts: Counter[str] = Counter()
    for letter in filter(str.isalpha, text):
        script = _script_of(letter)
        counts[script] += _DENSE if script in {"CJK", "HANGUL"} else 1
    return max(counts, key=lambda script: (counts[script], script == "LATIN"), default="LATIN")


@lru_cache(maxsize=4096)
def _script_of(letter: str) -> str:
    word = unicodedata.name(letter, "LATIN").split(" ", 1)[0]
    return "CJK" if word in {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "FULLWIDTH"} else word
