"""What the tests of masking share: one tagger, one way to see a masked text as a reader would."""

from __future__ import annotations

import re
from random import Random

from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.redaction.identities import NOBODY, Identities
from rundown_mcp.redaction.masking import mask_text
from rundown_mcp.redaction.placeholders import CLOSE, OPEN, Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.rules import TABLE, example
from rundown_mcp.redaction.untrusted import Gate

TAGGER = Tagger(b"a key of the tests, long enough.")


def masked(text: str, *, policy: Policy = Policy.BALANCED, people: Identities = NOBODY) -> str:
    """The masked text, with its tags replaced by their kinds: `[email]`, `[secret:value]`."""
    shown = mask_text(text, policy=policy, tagger=TAGGER, people=people).replace(OPEN, "[").replace(CLOSE, "]")
    return re.sub(r"\[([a-z]+)#[a-z2-7]{6}\]", r"[\1]", shown)


def tags(text: str, *, people: Identities = NOBODY) -> list[str]:
    """The tags that a masked text holds, in order."""
    shown = mask_text(text, policy=Policy.BALANCED, tagger=TAGGER, people=people)
    return re.findall(rf"{OPEN}([a-z]+#[a-z2-7]{{6}}){CLOSE}", shown)


def gate(policy: Policy = Policy.BALANCED, *people: str) -> Gate:
    """A gate that knows these people."""
    return Gate(policy, TAGGER).knowing([Untrusted(person, Kind.IDENTITY) for person in people])


def payload(value: JsonValue, policy: Policy = Policy.BALANCED, *people: str) -> str:
    """A payload as the gate shows it, tags replaced by their kinds."""
    shown = gate(policy, *people).safe(Untrusted(value, Kind.PAYLOAD)).text
    return re.sub(r"\[([a-z]+)#[a-z2-7]{6}\]", r"[\1]", shown)


def key(kind: str, seed: int = 1) -> str:
    """A text of the first form of a kind in the table: like a key, and nobody's."""
    rule = next(rule for rule in TABLE if rule.kind == kind)
    return example(rule.forms[0], Random(seed))  # noqa: S311 - repeatable, no secret
