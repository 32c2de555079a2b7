"""The forms in which a person's stated name may stand elsewhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice, product
from typing import Final

from rundown_mcp.redaction.characters import unusual
from rundown_mcp.redaction.romanised import romanised

COMMON: Final = frozenset(
    "will may mark grace hope joy rose bill art dean faith april june august summer dawn chance rich frank "
    "grant jack miles "
    "chase drew pat sue rob nick don ray guy max page young long short king price white black brown green an do "
    "my so ho in "
    "oh no to go la le de da van von bin al el ben sam dan ian kim lee rae star sky angel christian destiny "
    "harmony melody "
    "iris lily ruby violet olive ivy heather holly robin jay wren clay cliff glen heath lance pierce reed rod "
    "roman rusty skip "
    "sonny stone trip wade ward wolf bush cook cooper day field fields ford fox gray hill hunt hunter lake land "
    "lane law love "
    "major marsh mason mill mills moon moore north west east south park parks pool post potter power powers "
    "reader rice rivers "
    "sharp shepherd silver small snow speed steel street strong swan taylor tower turner walker wall waters "
    "weaver wise wood "
    "woods bank banks bell best bird bishop bond book booth boss bright bridge brook brooks bull burns butler "
    "case cash church "
    "clear close coin cross curry dancer deal dial down drum early earl english fine fish flowers friend fuller "
    "german good "
    "hand hands hard hay head high hook house ice ink just keen key keys kind knight last light little lock "
    "lord lot low man "
    "mann marks martin means more new nice noble page paper peace peak penny piece pope pride prince queen "
    "quick rain ready "
    "real root round royal rush sample scales self shade shields shore singer smart smiley soul spring starr "
    "still story sun "
    "sweet swift teller temple track train true valley vice war watch way weeks wells wing winter word words "
    "work world worth "
    "yard account card order mail number time name date data hero ace rock buddy chip hank harry tom dick mike "
    "jerry gene "
    "victor norm otto tag sommer klein gross lang kurz jung alt koch mai rot schwarz weiss braun stark reich "
    "engel sonntag "
    "freitag fink vogel stein berg bach wald feld".split()
) - {
    "berg",
    "stein",
    "taylor",
    "martin",
    "victor",
    "mason",
    "cooper",
    "walker",
    "turner",
    "moore",
    "ian",
    "otto",
    "harry",
}
"""Names that are words as well: as part of a name they are masked only in the name's own capitals."""

ROLES: Final = frozenset(
    "customer test user agent admin administrator support unknown guest bot assistant system team service "
    "anonymous client "
    "caller visitor demo example null none mr mrs ms miss dr prof sir herr frau dame senor senora sr sra jr ii "
    "iii mme mlle "
    "dhr mevr signor signora sig doctor the and und y e i de da do dos das di del della der den van von zu zum "
    "zur la le les "
    "el al bin ibn ter ten op af av of inc ltd gmbh llc co corp company support-team operator staff employee manager "
    "kunde kundin gast cliente invitado client-name first last name".split()
)
"""Parts of a stated name that name nobody by themselves."""

_SINGLE: Final = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ı": "i",
        "ς": "σ",
        "ħ": "h",
        "ŧ": "t",
        "ŀ": "l",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "‐": "-",
        "‑": "-",
        "–": "-",
    }
)
_SPELT: Final = (
    ("ü", "ue"),
    ("ö", "oe"),
    ("ä", "ae"),
    ("ß", "ss"),
    ("å", "aa"),
    ("ø", "oe"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("þ", "th"),
    ("ñ", "ny"),
)
_RESPELT: Final = (("ue", "u"), ("oe", "o"), ("ae", "a"), ("ss", "ß"), ("aa", "a"))
_JOINS: Final = re.compile("[-'’]")
_MOST_PARTS: Final = 8
_MOST_SPELLINGS: Final = 32
_UNSPACED: Final = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2,6}")
TITLES: Final = "さん|様|さま|くん|君|ちゃん|氏|先生|先輩|女士|小姐|师傅|師傅|经理|經理|同学|同學|님|씨"
"""What stands behind a part of a name, where scripts put no space between names and words."""
_SHORTEST: Final = 3
_SHORTEST_RESPELT: Final = 4


ACCENTS: Final = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f]+")
"""Combining marks that may be left out: Latin accents, Hebrew and Arabic vowels. Marks of other scripts are letters."""
ACCENT: Final = "\u0300"
"""What every one of them is folded into."""


class _Folding(dict[int, int]):
    """Each character without case and accent, one for one, worked out when it first occurs."""

    def __missing__(self, point: int) -> int:
        character = chr(point).translate(_SINGLE)
        if ACCENTS.fullmatch(character):
            character = ACCENT
        lower = character.lower() if len(character.lower()) == 1 else character
        base = "".join(part for part in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(part)).lower()
        folded = (base if len(base) == 1 else lower).translate(_SINGLE)
        self[point] = ord(folded)
        return self[point]


_FOLDING: Final = _Folding()
_FEW: Final = 64
"""So many different letters are replaced one after the other: half the time of a look at each character of a text."""


def folded(text: str, lower: str | None = None) -> str:
    """The text without case and accents, each character one for one; `lower` is `text.lower()` where that is known."""
    lower = text.lower() if lower is None else lower
    if text.isascii():
        return lower
    if len(lower) != len(text):
        return text.translate(_FOLDING)
    folds = [(letter, fold) for letter in unusual(lower) if (fold := chr(_FOLDING[ord(letter)])) != letter]
    if len(folds) > _FEW:
        return lower.translate(_FOLDING)
    for letter, fold in folds:
        lower = lower.replace(letter, fold)
    return lower


def bare(text: str) -> str:
    """The same for a stated name, its combining marks taken off first."""
    if text.isascii():
        return text.lower()
    return folded(ACCENTS.sub("", unicodedata.normalize("NFKC", text)))


def parts_of(name: str) -> list[str]:
    """A name's words, the given name first: `Berg, Anna` is turned round, titles and roles stay where they are."""
    name = unicodedata.normalize("NFKC", " ".join(name.split()))
    family, comma, given = name.partition(",")
    ordered = f"{given} {family}" if comma and given.strip() and "," not in given else name.replace(",", " ")
    return [part for part in (word.strip('.()[]"“”') for word in ordered.split()) if part][:_MOST_PARTS]


def spellings(part: str) -> list[str]:
    """The folded forms of one word: without accents, umlauts spelt out and spelt-out ones folded, in Latin letters."""
    plain = bare(part)
    spelt = unicodedata.normalize("NFC", part).lower()
    forms = {plain, *romanised(spelt)}
    for letter, letters in () if spelt.isascii() else _SPELT:
        if letter in spelt:
            forms.add(bare(spelt.replace(letter, letters)))
            spelt_all = spelt
            for other, others in _SPELT:
                spelt_all = spelt_all.replace(other, others)
            forms.add(bare(spelt_all))
    for letters, letter in _RESPELT:
        if letters in plain and len(plain) > _SHORTEST_RESPELT:
            forms.add(plain.replace(letters, letter))
    if "-" in plain or "'" in plain:
        forms |= {form.replace("-", mark).replace("'", "") for form in list(forms) for mark in ("-", " ", "")}
    return sorted(form for form in forms if form)


def spellings_within(part: str) -> Iterator[str]:
    """The folded forms of a word and of those that it is made of with hyphens or apostrophes."""
    for word in _within(part):
        yield from spellings(word)


def _within(part: str) -> dict[str, None]:
    return dict.fromkeys((*_JOINS.split(part), part))


def unspaced_parts(parts: list[str]) -> Iterator[str]:
    """The family and given names that one unspaced Chinese, Japanese or Korean word may be made of, folded."""
    for part in map(bare, parts):
        if _UNSPACED.fullmatch(part):
            yield from {part[:1], part[:2], part[1:], part[2:]} - {part, ""}


def whole_forms(parts: list[str]) -> Iterator[tuple[str, ...]]:
    """The whole name, folded, in every spelling: as stated, reversed, without middle names."""
    named = [part for part in parts if bare(part) not in ROLES]
    orders = {tuple(parts): None, tuple(named): None}
    if named:
        orders[tuple(parts[::-1])] = None
    if len(named) > 1:
        first, last = named[0], named[-1]
        orders |= dict.fromkeys([(first, last), (*named[1:], first), (last, *named[:-1]), (last, first)])
    for order in orders:
        if len(order) > 1:
            yield from islice(product(*map(spellings, order)), _MOST_SPELLINGS)


def initial_forms(parts: list[str]) -> Iterator[tuple[str, ...]]:
    """A given name's initial and the family name, and the other way round: `A. Berg`, `Anna B.`, `aberg`."""
    named = [part for part in parts if bare(part) not in ROLES]
    if len(named) < 2:
        return
    for one, other in ((named[0], named[-1]), (named[-1], named[0])):
        initials = sorted({form[:1] for form in (bare(one), *romanised(bare(one)))})
        for word, initial in product(spellings(other), initials) if len(bare(other)) >= _SHORTEST else ():
            yield initial, word
            yield word, initial


def single_forms(parts: list[str]) -> Iterator[tuple[str, str]]:
    """Each word of a name that may stand for its bearer, folded, with the word in the capitals that it must have.

    The capitals are empty where any will do.
    """
    for part in parts:
        for word in _within(part):
            plain = bare(word)
            short = len(plain) < _SHORTEST and plain.isascii()
            if plain in ROLES or (short and (plain in COMMON or not plain[1:])):
                continue
            for form in spellings(word):
                yield form, word if short or plain in COMMON else ""
