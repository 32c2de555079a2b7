"""Builds src/rundown_mcp/views/o200k.bin from rs-bpe's o200k_base, or tries the counter on random texts.

``python scripts/build_token_table.py`` writes the table; ``--fuzz N`` compares N random texts with the real encoding
and prints those that are counted below it; ``--seed`` starts the texts elsewhere.
"""

import argparse
import random
import re
import struct
import sys
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from pathlib import Path

from rs_bpe.bpe import openai

from rundown_mcp.views.tokens import count_tokens

TABLE = Path(__file__).parents[1] / "src/rundown_mcp/views/o200k.bin"
VOCABULARY = 199_998
MERGES = 16_000
LETTERLESS_MERGES_BELOW = 35_000
WORDS_BELOW = 55_000
WORD = re.compile(rb" ?[A-Z]?[a-z]+")
LETTER_OR_DIGIT = re.compile(rb"[0-9A-Za-z]")
UNICODE = "14.0.0"
EMOJI_BLOCKS = range(0x1F000, 0x1FB00)
NO_CHARACTERS = {
    *range(0xFDD0, 0xFDF0),
    *(plane + end for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)),
}
SURROGATES = range(0xD800, 0xE000)

encoding = openai.o200k_base()


def vocabulary() -> list[bytes]:
    """Every token's bytes by rank; those that are no UTF-8 alone are read beside bytes that complete them."""
    ids = single_bytes()
    heads = [b"", b"\xc3", b"\xe1", b"\xe1\x80", b"\xf1", b"\xf1\x80", b"\xf1\x80\x80"]
    tails = [b"", *(first + b"\x80" * more for first, more in product((b"\x80", b"\xa0", b"\x90"), range(3)))]
    tokens = []
    unread = []
    for rank in range(VOCABULARY):
        found = b""
        for head, tail in product(heads, tails):
            text = encoding.decode([*(ids[b] for b in head), rank, *(ids[b] for b in tail)])
            if text is not None:
                found = text.encode()[len(head) : len(head) + len(text.encode()) - len(head) - len(tail)]
                break
        if not found:
            unread.append(rank)
        tokens.append(found)
    # What never stands in UTF-8 (C0, C1, F5 to FF) cannot be read, and cannot be met in a text either.
    missing = sorted({bytes([b]) for b in range(256)} - set(tokens))
    if len(missing) != len(unread):
        raise SystemExit("some tokens could not be read")
    for rank, byte in zip(unread, missing, strict=True):
        tokens[rank] = byte
    return tokens


def single_bytes() -> dict[int, int]:
    """Byte → its token, read off characters that are encoded byte by byte."""
    ids: dict[int, int] = {}
    for code_point in [*range(0x800), *range(0x800, 0x110000, 61)]:
        if code_point not in SURROGATES:
            data = chr(code_point).encode()
            tokens = encoding.encode(chr(code_point))
            if len(tokens) == len(data):
                ids.update(zip(data, tokens, strict=True))
    return ids


def class_code(code_point: int) -> int:
    """Index into the stand-ins of ``tokens.py``."""
    char = chr(code_point)
    category = unicodedata.category(char)
    if category == "Cn" and code_point not in NO_CHARACTERS:
        return 6 if code_point in EMOJI_BLOCKS else 7
    other = 5 if char.isspace() else 6
    return {"Lu": 0, "Lt": 0, "Ll": 1, "Lm": 2, "Lo": 2}.get(category, {"M": 3, "N": 4}.get(category[0], other))


def build() -> bytes:
    """The data file, as ``tokens._table`` reads it."""
    if unicodedata.unidata_version != UNICODE:
        raise SystemExit(f"needs a Python with Unicode {UNICODE} (3.11)")
    tokens = vocabulary()
    if not {str(n).zfill(width).encode() for width in (1, 2, 3) for n in range(10**width)} <= set(tokens):
        raise SystemExit("not every group of digits is a token")
    letterless = [token for token in tokens[MERGES:LETTERLESS_MERGES_BELOW] if not LETTER_OR_DIGIT.search(token)]
    merges = b"\xff".join(tokens[:MERGES] + letterless)
    words = defaultdict(list)
    for token in tokens[MERGES:WORDS_BELOW]:
        if WORD.fullmatch(token):
            words[len(token)].append(token)
    counts = [len(words[length]) for length in range(1, max(words) + 1)]
    codes = [class_code(code_point) for code_point in range(0x110000)]
    starts = [i for i in range(0x110000) if i == 0 or codes[i] != codes[i - 1]]
    sys.stdout.write(f"{MERGES} merges, {len(letterless)} without letters, {sum(counts)} words, {len(starts)} ranges\n")
    data = struct.pack(f"<{3 + len(counts)}I", len(merges), len(counts), len(starts), *counts)
    data += merges + b"".join(b"".join(sorted(words[length])) for length in sorted(words))
    data += struct.pack(f"<{len(starts)}I", *starts) + bytes(codes[start] for start in starts)
    return zlib.compress(data, 9)


ALPHABETS = [
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "0123456789abcdef",
    "etaoinshr ",
    "01234567890.,:-T+Z",
    "abcdeXYZ0123456789+/=",
    "aAbBcC",
    "'sStTdDmMrRvVeElLſ’ ab",
    " \t\n\r",
    " \t\n\r\x0b\x0c\x85\xa0\u2028\u3000x",
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
    '{}[]":,\n 1a',
    "\t-|a1 \n",
    "/\n\r.:!a",
    "_-.aA1",
    "äöüßéèñçÄÖÜÉaest ",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя ",
    "АБВабв'1 ",
    "αβγδεζηθικλμνξοπρστυφχψως ",
    "اأإبتثجحخدذرزسشصضطظعغفقكلمنهوي ",
    "אבגדהוזחטיכלמנסעפצקרשת ",
    "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह ािीुूृेैोौंः्",
    "กขคงจชซญดตถทธนบปผพฟภมยรลวศสหอะาิีึืุูเแโใไ่้",
    "的一是不了人我在有他这中大来上国个到说们为子和你地出",
    "あいうえおかきくけこさしすせそアイウエオ日本語。、",
    "가나다라마바사아자차카타파하 은는이가",
    "😀🙂🔥👍🏽👩‍💻🏳️‍🌈🇩🇪🇫🇷\u200d\ufe0f",
    "a\u0300\u0301\u0302\u0323\u035f",
    "⟦⟧│─┌└•·…—–“”‘’«»",
    "\x00\x01\x07\x1b\x1c\x1f\x7f\x80\x9f",
    "\u200b\u200e\u202e\ufeff\u00ada ",
    "ªºǅǲʰٱ٠१Ⅷ²½㊿𝐀𝟘",
    "\ud800\udfffa\ufffd",
    "∀∂∈ℝ∧∪≡∞↑↗↨↻⇣┐┼╔╘░►☺♀ﬁ�⑀₂ἠḂӥẄɐː⍎אԱა",
]
SAMPLES = [
    "Refund for order A-1009", "HTTP 504 from payment gateway", "⟦data k3f9⟧", "[email#k3f9]", "2026-11-21T04:10:09Z",
    "duckie:3c90c3cc", "getHTTPResponseCode", "snake_case_name", "KEBAB-CASE", "don't",
    "WE'LL", "l’été", "Straße", "привет мир", "日本語のテキスト",
    "안녕하세요", "مرحبا", "नमस्ते", "สวัสดี", '{"a": [1, 2.5, null], "b": "x"}',
    "# Title\n\n- item", "\r\n", "\n\n", "    ", "\t",
    " ", "https://example.com/a/b?c=d", "0x7fff", "e3b0c442", "return self._cache[key]",
    "<div class='x'>", "!!!", "///",
]  # fmt: skip


def random_text(rng: random.Random) -> str:
    """One text: an alphabet, several mixed, runs, samples glued, bytes read as Latin-1, or any code points."""
    length = rng.choice((3, 8, 20, 60))
    shapes: list[Callable[[], Iterable[str]]] = [
        lambda: rng.choices(rng.choice(ALPHABETS), k=length),
        lambda: rng.choices("".join(rng.sample(ALPHABETS, 2)), k=length),
        lambda: rng.choices("".join(ALPHABETS), k=length),
        lambda: (rng.choice(rng.choice(ALPHABETS)) * rng.randrange(1, 40) for _ in range(4)),
        lambda: rng.choices(SAMPLES, k=1 + length // 8),
        lambda: (rng.choice(SAMPLES)[rng.randrange(8) :] + rng.choice(rng.choice(ALPHABETS)) for _ in range(5)),
        lambda: (chr(rng.randrange(256)) for _ in range(length)),
        lambda: map(chr, neighbours(rng, length)),
        lambda: (chr(rng.randrange(0x110000)) for _ in range(length)),
        lambda: encoding.decode([rng.randrange(VOCABULARY)]) or " " if length else "",
        lambda: ((encoding.decode([rng.randrange(VOCABULARY)]) or "") for _ in range(1 + length // 8)),
    ]
    return "".join(rng.choice(shapes)())


def neighbours(rng: random.Random, length: int) -> Iterator[int]:
    """Code points of one block, where scripts live."""
    start = rng.choice((rng.randrange(0x3100), rng.randrange(0x11_0000 - 128), rng.randrange(0x1_0000, 0x1_FFFF)))
    return (start + rng.randrange(128) for _ in range(length))


def real_count(text: str) -> int:
    """What o200k_base makes of the text, a lone surrogate read as U+FFFD."""
    return int(encoding.count(re.sub("[\ud800-\udfff]", "\ufffd", text)))


def fuzz(texts: int, seed: int) -> int:
    """Compare; return how many texts were counted below the real encoding."""
    rng = random.Random(seed)  # noqa: S311 - repeatable texts, no secrets
    below = bound = real = 0
    for _ in range(texts):
        text = random_text(rng)
        counted, true = count_tokens(text), real_count(text)
        bound += counted
        real += true
        if counted < true:
            below += 1
            sys.stdout.write(f"{counted} < {true}: {text!a}\n")
    sys.stdout.write(f"{texts} texts, {below} counted too low, bound / real = {bound / real:.3f}\n")
    return below


def main() -> int:
    """Build, or fuzz; the exit code is 1 where a text was counted too low."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fuzz", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.fuzz:
        return min(1, fuzz(arguments.fuzz, arguments.seed))
    TABLE.write_bytes(build())
    sys.stdout.write(f"{TABLE}: {TABLE.stat().st_size} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
