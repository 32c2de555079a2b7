"""Take answers apart: the fence, the receipt, the calls that it names, and the real count of tokens."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import pytest

from rundown_mcp.views.tokens import count_tokens

_FENCED = re.compile(r"⟦data (?P<nonce>[a-z2-7]{8})⟧\n(?P<inside>.*)\n⟦/data (?P=nonce)⟧\n", re.DOTALL)
_CALL = re.compile(r"(?P<tool>[a-z_]+)\((?P<arguments>.*)\)")
_LABELS = ("coverage", "shown", "window", "masked", "cut", "next")


tokens: Callable[[str], int] = count_tokens
"""What an answer costs by the real o200k_base; by our own count on a Python that rs-bpe has no wheel for."""
if find_spec("rs_bpe"):
    from rs_bpe.bpe import openai

    tokens = openai.o200k_base().count
by_real_tokens = pytest.mark.skipif(tokens is count_tokens, reason="rs-bpe has no wheel for this Python")
"""For what an answer may cost at the most: our own count is never lower, but often a little higher."""


def parts(answer: str) -> tuple[str, list[str], list[str]]:
    """What stands before the fence, the lines inside it, and the receipt's lines; checks the form of it all."""
    found = _FENCED.search(answer)
    before, inside, after = answer, "", answer
    if found is not None:
        before, inside, after = answer[: found.start()], found["inside"], answer[found.end() :]
        assert inside.count("⟦") == inside.count("⟧") == 0, "a fence inside the fence"
    lines = after.split("\n")
    if found is None:
        start = next(index for index, line in enumerate(lines) if line.startswith("coverage: "))
        before, lines = "\n".join(lines[:start]), lines[start:]
    labels = [line.split(": ")[0] for line in lines]
    assert labels == [label for label in _LABELS if label in labels], labels
    assert labels[:2] == ["coverage", "shown"]
    return before, inside.split("\n") if inside else [], lines


def next_calls(answer: str) -> list[tuple[str, dict[str, Any]]]:
    """The calls that a receipt names, as tool and arguments; fails where one does not parse."""
    line = next((line for line in parts(answer)[2] if line.startswith("next: ")), "next: ")
    calls = []
    for written in filter(None, line.removeprefix("next: ").split(" | ")):
        found = _CALL.fullmatch(written)
        assert found is not None, written
        calls.append((found["tool"], _arguments(found["arguments"])))
    return calls


def _arguments(written: str) -> dict[str, Any]:
    decoder, arguments, at = json.JSONDecoder(), {}, 0
    while at < len(written):
        name, _, _ = written[at:].partition("=")
        arguments[name], at = decoder.raw_decode(written, at + len(name) + 1)
        assert written[at : at + 2] in ("", ", ")
        at += 2
    return arguments
