"""Counts the o200k_base tokens of a text from above: never fewer than the real encoding, without its vocabulary.

Why the bound holds. The encoding cuts a text into pieces by a fixed pattern and then, within each piece, keeps merging
the adjacent pair that stands earliest in its list of merges. Here the pieces are cut exactly as it cuts them, but only
the first merges of that list are known. Everything known comes before everything unknown, so the merging here makes
the very steps the real one makes and stops earlier; each step that is left out could only have joined two tokens into
one. (For a piece without ASCII letters and digits, only merges without them matter, and more of those are known.) Three
further facts lower the count where that is certain: a piece of one to three ASCII digits is one token, a piece in a
list of whole words is one token, and where the join of two neighbours that the merging left apart stands in that list,
the real one cannot leave both apart.

The table beside this module (``o200k.bin``) is made by ``scripts/build_token_table.py``. It holds the opening of the
merge order, a list of further ASCII words that are one token, and the classes of code points that the pattern asks for;
it is no vocabulary: about a fifth of the encoding's strings, no token ids, and no text can be encoded with it.
"""

import re
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from heapq import heapify, heappop, heappush
from itertools import accumulate, count, pairwise
from pathlib import Path
from typing import Final, NamedTuple

_CONTRACTION: Final = r"(?:'(?:[sStTmMdD\u017f]|[rRvV][eE]|[lL][lL]))?"
_PIECE: Final = (
    rf"[^\r\nA-Za-z0-9\u017fª]?[A-Zªº]*[a-z\u017fªº]+{_CONTRACTION}"
    rf"|[^\r\nA-Za-z0-9\u017fª]?[A-Zªº]+[a-z\u017fªº]*{_CONTRACTION}"
    r"|[0-9]{1,3}"
    r"| ?[^\sA-Za-z0-9\u017fª]+[\r\n/]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""The pattern of o200k_base over stand-ins; ASCII and the long s (a contraction's letter) stand for themselves."""

_STAND_INS: Final = "Aaªº0\t!¿"
"""Upper or title case, lower case, other letter, mark, number, space, the rest, what Unicode 14 does not know: the
order of the table's class codes. A mark is part of words and of punctuation alike.
"""

_FUSING: Final = 2
_UNKNOWN_CODE_POINT: Final = 3
_BLOCK: Final = 128
_LONGEST_MERGED: Final = 8192
_MERGES: Final = 16_000
"""All merges below this rank are in the table, and some way above it those that hold no ASCII letter or digit."""
_NO_RANK: Final = 1 << 30
_REMEMBERED: Final = 8192
_REMEMBERED_LENGTH: Final = 48


@lru_cache(maxsize=8)
def count_tokens(text: str) -> int:
    """Return at least as many tokens as o200k_base makes of ``text``; special tokens count as the plain text they are.

    A lone surrogate, which no encoding takes, counts as U+FFFD. A code point that Unicode 14 does not know costs three
    more than its bytes do, because releases of the pattern's engine differ about it. A run of more than 8192 bytes with
    no boundary in it (one letter for pages) costs its bytes.

    Where ``a`` ends in a newline, ``count_tokens(a + b) <= count_tokens(a) + count_tokens(b)``, so lines can be added
    up. Where ``b`` begins with neither ``/`` nor an empty or blank line, both sides are equal. Else newlines or a slash
    fuse with what ends ``a``, and the real encoding itself may make more of the whole than of the parts; a text that
    begins so is charged two more, which was enough in all texts tried.
    """
    return _opening(text) + sum(map(_COSTS.__getitem__, _pieces(text)))


class _Costs(dict[str, int]):
    """Piece → the most tokens that it can be; filled as pieces are met, emptied when full."""

    def __missing__(self, piece: str) -> int:
        cost = _cost(piece)
        if len(piece) <= _REMEMBERED_LENGTH:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[piece] = cost
        return cost


class _StandIns(dict[int, str]):
    """Code point → its stand-in in the pattern, for ``str.translate``; emptied when full."""

    def __missing__(self, code_point: int) -> str:
        char = chr(code_point)
        if not char.isascii() and char != "\u017f":
            table = _table()
            char = _STAND_INS[table.class_codes[bisect_right(table.class_starts, code_point) - 1]]
        if len(self) >= _REMEMBERED:
            self.clear()
        self[code_point] = char
        return char


_COSTS: Final = _Costs()
_CLASSES: Final = _StandIns()


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The pieces, and places where a text may be cut without changing any: they keep blocks small, and most ASCII."""
    return re.compile(_PIECE, re.ASCII), re.compile(r"[!-~](?= )|\n(?=[!-.0-~])")


def _opening(text: str) -> int:
    return _FUSING if re.match(r"\s*[\r\n]|/", text) else 0


def _pieces(text: str) -> Iterator[str]:
    piece, safe_cut = _patterns()
    start = 0
    while start < len(text):
        cut = safe_cut.search(text, start + _BLOCK)
        end = cut.end() if cut else len(text)
        block = text[start:end]
        start = end
        if block.isascii():
            yield from piece.findall(block)
        else:
            ends = accumulate(map(len, piece.findall(block.translate(_CLASSES))), initial=0)
            yield from (block[left:right] for left, right in pairwise(ends))


def _cost(piece: str) -> int:
    if piece.isascii():
        return 1 if piece.isdigit() else _merged_length(piece.encode())
    unknown = piece.translate(_CLASSES).count(_STAND_INS[-1])
    encoded = re.sub("[\ud800-\udfff]", "\ufffd", piece).encode()
    return _merged_length(encoded) + _UNKNOWN_CODE_POINT * unknown


def _merged_length(piece: bytes) -> int:
    """How many parts are left when the known merges are done, less those that known words make certain to join.

    Where the join of two neighbours is a token, at least one of the two ends up in a larger token, through a merge of
    that pair or of one of the pairs beside it. So each merge settles three pairs in a row at most.
    """
    table = _table()
    if piece in table.ranks or _is_word(piece, table):
        return 1
    if len(piece) > _LONGEST_MERGED:
        return len(piece)
    parts = _merge(piece, table.ranks, _MERGES if re.search(rb"[0-9A-Za-z]", piece) else _NO_RANK)
    certain = 0
    settled = -1
    for i, (left, right) in enumerate(pairwise(parts)):
        if i > settled and _is_word(left + right, table):
            certain += 1
            settled = i + 2
    return len(parts) - certain


def _merge(piece: bytes, ranks: dict[bytes, int], limit: int) -> list[bytes]:
    """Join the pair of lowest rank, the leftmost of equals, until no pair has a rank below the limit."""
    size = len(piece)
    parts = [piece[i : i + 1] for i in range(size)]
    before = list(range(-1, size - 1))
    after = list(range(1, size + 1))
    rank_of = ranks.get
    queue = [rank * size + i for i in range(size - 1) if (rank := rank_of(piece[i : i + 2], _NO_RANK)) < limit]
    heapify(queue)
    while queue:
        rank, i = divmod(heappop(queue), size)
        j = after[i]
        if j == size or not parts[i] or rank_of(joined := parts[i] + parts[j]) != rank:
            continue
        parts[i], parts[j] = joined, b""
        after[i] = j = after[j]
        if j < size:
            before[j] = i
            if (rank_right := rank_of(joined + parts[j], _NO_RANK)) < limit:
                heappush(queue, rank_right * size + i)
        if (h := before[i]) >= 0 and (rank_left := rank_of(parts[h] + joined, _NO_RANK)) < limit:
            heappush(queue, rank_left * size + h)
    return [part for part in parts if part]


class _Table(NamedTuple):
    """The data file: merges by rank, words by length (sorted, back to back), where classes start and which they are."""

    ranks: dict[bytes, int]
    words: dict[int, bytes]
    class_starts: tuple[int, ...]
    class_codes: bytes


@cache
def _table() -> _Table:
    """Read the data file: three sizes and the words' counts by length, then merges, words, and class ranges."""
    data = zlib.decompress(Path(__file__).with_name("o200k.bin").read_bytes())
    merges, longest, ranges = struct.unpack_from("<3I", data)
    counts = struct.unpack_from(f"<{longest}I", data, 12)
    at = 12 + 4 * longest
    ranks = dict(zip(data[at : at + merges].split(b"\xff"), count(), strict=False))
    at += merges
    words = {}
    for length, how_many in enumerate(counts, 1):
        words[length] = data[at : at + length * how_many]
        at += length * how_many
    return _Table(ranks, words, struct.unpack_from(f"<{ranges}I", data, at), data[at + 4 * ranges :])


def _is_word(piece: bytes, table: _Table) -> bool:
    width = len(piece)
    words = table.words.get(width, b"")
    low, high = 0, len(words) // width
    while low < high:
        middle = (low + high) // 2
        found = words[middle * width : (middle + 1) * width]
        if found == piece:
            return True
        if found < piece:
            low = middle + 1
        else:
            high = middle
    return False
