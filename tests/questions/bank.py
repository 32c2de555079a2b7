"""The bank of questions, all themes together."""

from __future__ import annotations

from typing import Final

from tests.questions import counted, many, single
from tests.questions.question import Question

BANK: Final[tuple[Question, ...]] = (*many.MANY, *single.SINGLE, *counted.COUNTED)
HINDERED: Final[tuple[Question, ...]] = counted.HINDERED
"""Questions that the tools cannot answer, each with what the answer has to admit."""
