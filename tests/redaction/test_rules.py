"""The rule table: every form is found where it stands, by its own kind of rule, and what is near it is not."""

from __future__ import annotations

import re
from random import Random

import pytest
from tests.redaction.masks import masked

from rundown_mcp.redaction.rules import TABLE, Rule, example
from rundown_mcp.redaction.secrets import vendor_keys
from rundown_mcp.redaction.sight import Sight

FORMS = [(rule, form) for rule in TABLE for form in rule.forms]
NEVER = [(rule, form) for rule in TABLE for form in rule.never]
SURROUNDINGS = ("{}", "I used {} today", '{{"note":"{}"}}', "({})", "key={}", "line\n{}\nline")


def names(cases: list[tuple[Rule, str]]) -> list[str]:
    return [f"{rule.kind} {form}" for rule, form in cases]


@pytest.mark.parametrize(("rule", "form"), FORMS, ids=names(FORMS))
def test_a_key_of_the_form_is_masked_whole_wherever_it_stands(rule: Rule, form: str) -> None:
    rng = Random(form)  # noqa: S311 - repeatable, no secret
    for surrounding in SURROUNDINGS:
        text = example(form, rng)
        shown = masked(surrounding.format(text))
        before, after = surrounding.format("\0").split("\0")
        assert shown.startswith(before), shown
        assert shown.endswith(after), shown
        assert re.fullmatch(r"(?:https://)?\[secret:[a-z-]+\]", shown[len(before) : len(shown) - len(after)]), shown


@pytest.mark.parametrize(("rule", "form"), NEVER, ids=names(NEVER))
def test_what_is_near_the_form_is_not_the_rules(rule: Rule, form: str) -> None:
    text = example(form, Random(form))  # noqa: S311 - repeatable, no secret
    found = {hit.value for hit in vendor_keys(Sight(f"I used {text} today"))}
    assert rule.kind not in found


@pytest.mark.parametrize(("rule", "form"), FORMS, ids=names(FORMS))
def test_a_key_inside_a_longer_word_is_not_cut_out_of_it(rule: Rule, form: str) -> None:
    text = example(form, Random(form))  # noqa: S311 - repeatable, no secret
    for hit in vendor_keys(Sight(f"x{text}x")):
        assert hit.start > 0 or hit.end == len(text) + 2


def test_every_rule_says_where_its_form_is_from() -> None:
    for rule in TABLE:
        assert rule.source.startswith(("https://", "form seen in ")), rule
        assert re.fullmatch(r"[a-z]+(?:-[a-z]+)*", rule.kind), rule
        assert rule.forms


def test_no_form_is_a_key_itself() -> None:
    for _, form in FORMS + NEVER:
        assert "{" in form
        assert list(vendor_keys(Sight(form))) == []
