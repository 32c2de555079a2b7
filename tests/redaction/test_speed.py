"""Masking a text takes as long as the text is, whatever it holds and however many people are known."""

import time

import pytest
from tests.redaction.opening import gate

from rundown_mcp.domain.text import Kind, Untrusted

ADVERSARIAL = [
    *("@", "a@", "a.@", "a@b.", "x@y.z.", "eyJ", "eyJ-", "eyJ_", "eyJabcdefghij.", "eyJabcdefghij.eyJ", "-----BEGIN "),
    *("-----BEGIN " + "PRIVATE KEY-----", "://", "a://", "aa://b:", "aa://b:c", "aa://b:c@", "://:", " ", "\n", "\\"),
    *(
        "Maria ",
        "Maria Lopez ",
        "Maria  ",
        "Lopez, ",
        "Maria-",
        "password=",
        'password:"',
        'password: "a',
        "bearer ",
        "token a",
    ),
    *(
        "sk-",
        "dk_" + "live_",
        "gh",
        "AKIA",
        "<",
        "](",
        "[",
        "[ ",
        "[email#",
        "\u200b",
        "\U000e0041",
        "a",
        "1",
        "-",
        "_",
        "=",
        '"',
    ),
]


@pytest.mark.parametrize("piece", ADVERSARIAL)
def test_no_text_takes_longer_than_its_length(piece: str) -> None:
    opened = gate(people=("Maria Lopez", "maria@example.com", "+1 555 010 0000"))
    text = piece * (98_304 // len(piece))
    begun = time.process_time()
    assert opened.safe(Untrusted(text, Kind.TEXT))
    assert time.process_time() - begun < 5


def test_many_known_people_cost_no_more_than_few() -> None:
    opened = gate(people=tuple(f"Given{number} Family{number}" for number in range(2000)))
    text = "Given7 family7 Given8x " * 10_000
    assert "Given7" not in str(opened.safe(Untrusted(text, Kind.TEXT)))
