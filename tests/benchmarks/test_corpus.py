"""The benchmark's corpus: the same every time, valid where it must be, and judged as a reader would."""

from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from benchmarks.corpus import (
    clean,
    evasions,
    foreign,
    fresh,
    identities,
    names,
    numbers,
    personal,
    phones,
    secrets,
    vendors,
)
from benchmarks.corpus.canaries import Aviary, seen
from benchmarks.corpus.canary_runs import answers
from benchmarks.corpus.item import Half, Item, Planted, Reading, grown, seeded
from benchmarks.corpus.judge import changed, leaks
from benchmarks.corpus.mixed import documents
from benchmarks.corpus.shapes import SHAPES
from benchmarks.redaction import CLEAN_GOALS, RECALL_GOALS, items
from benchmarks.report import Report, Row

from rundown_mcp.domain.text import as_text
from rundown_mcp.redaction.policy import Policy

COUNT = 120
LENGTHS = {"BE": 16, "DE": 22, "FR": 27, "GB": 22, "LC": 32, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "SC": 31, "TR": 26}
BY_HALF = (
    vendors.KEYS,
    vendors.TOLD_ONLY,
    secrets.TOLD,
    secrets.CONNECTIONS,
    secrets.LINKS,
    phones.SPELLINGS,
    personal.IDS,
    names.PEOPLE,
    names.WORD_NAMES,
    clean.PROVIDER_IDS,
    clean.LOOK_ALIKES,
    evasions.HIDINGS,
)


def of_group(group: str) -> list[Item]:
    return [item for item in items(7, COUNT) if item.group == group]


def test_the_same_seed_makes_the_same_corpus_and_another_seed_another() -> None:
    assert list(items(3, 30)) == list(items(3, 30))
    assert list(items(3, 30)) != list(items(4, 30))


def test_every_class_has_items_in_both_halves() -> None:
    counted = Counter(
        (item.group, item.half) for item in items(7, COUNT) if item.group not in foreign.GROUPS + fresh.GROUPS
    )
    assert set(counted) == {(group, half) for group in chain(RECALL_GOALS, CLEAN_GOALS) for half in Half}


@pytest.mark.parametrize("shapes", BY_HALF, ids=range(len(BY_HALF)))
def test_no_shape_stands_in_both_halves(shapes: dict[Half, dict[str, object]]) -> None:
    tuning, held_out = shapes[Half.TUNING], shapes[Half.HELD_OUT]
    assert not set(tuning) & set(held_out)
    assert not {str(value) for value in tuning.values()} & {str(value) for value in held_out.values()}


def test_cards_pass_the_luhn_check_in_every_length_from_12_to_19() -> None:
    digits = [planted.value for item in of_group("card") for planted in item.planted]
    assert all(map(numbers.luhn_valid, digits))
    assert {len(value) for value in digits} == set(range(12, 20))
    assert numbers.luhn_valid("4111" + "1" * 12)
    assert not numbers.luhn_valid("4111" + "1" * 11 + "2")


@pytest.mark.parametrize("country", numbers.IBAN_FORMS)
def test_ibans_hold_their_check_digits(country: str) -> None:
    value = numbers.iban(country, seeded(1, country))
    assert numbers.iban_valid(value)
    assert len(value) == LENGTHS.get(country, len(value))
    assert 15 <= len(value) <= 34


def test_published_examples_pass_the_check_digits() -> None:
    assert numbers.iban_valid("GB82WEST12345698765432")
    assert numbers.verhoeff_digit("236") == "3"
    assert numbers.pesel_digit("4405140135") == "9"
    assert numbers.cpf_digits("111444777") == "35"
    assert numbers.fiscal_letter("RSSMRA85T10A562") == "S"


def test_long_order_numbers_fail_the_luhn_check() -> None:
    found = [item for item in of_group("look-alikes") if item.form in {"fedex", "swiss order"}]
    assert found
    assert not any(numbers.luhn_valid(item.kept[0]) for item in found)


def test_what_is_planted_can_be_read_before_it_is_masked() -> None:
    for item in items(7, COUNT):
        assert leaks(item, as_text(item.value)) == list(item.planted), (item.form, item.value)


def test_clean_items_hold_nothing_that_counts_as_masked() -> None:
    clean_items = [item for item in items(7, COUNT) if not item.planted]
    assert clean_items
    assert not any(changed(item, as_text(item.value)) for item in clean_items)


def test_a_placeholder_or_a_missing_text_is_a_change() -> None:
    item = Item(group="look-alikes", form="sha", half=Half.TUNING, value="see abc", kept=("abc",))
    assert changed(item, "see [id#k3f9ab]")
    assert changed(item, "see …")
    assert not changed(item, "see abc")


def test_a_secret_leaks_by_half_and_not_by_less() -> None:
    value = grown("{an:20}", seeded(1, "half"))
    item = Item(group="", form="", half=Half.TUNING, value="", planted=(Planted(value, 10),))
    assert leaks(item, f"token {value[5:15]}") == list(item.planted)
    assert leaks(item, f"token {value[:9]} [secret:token] {value[11:]}") == []


def test_masked_digits_are_not_joined_across_the_placeholder() -> None:
    planted = Planted("+49 30 1234567", 7, Reading.DIGITS)
    item = Item(group="phone", form="", half=Half.TUNING, value="", planted=(planted,))
    assert leaks(item, "call +49 [phone#234567] at 12:34") == []
    assert leaks(item, "call 030/1234567") == [planted]


def test_no_sentence_holds_a_part_of_a_name() -> None:
    sentences = [sentence.casefold() for half in Half for sentence in identities.SENTENCES[half]]
    people = [name for half in Half for line in names.PEOPLE[half].values() for name in line.split("|")]
    words = {word.casefold() for name in people for word in name.split() if len(word) >= 4}
    assert not [word for word in words if any(word in sentence for sentence in sentences)]


def test_there_are_at_least_28_shapes_and_each_has_about_the_size_asked_for() -> None:
    assert len(SHAPES) >= 28
    for name, make in SHAPES.items():
        small, large = (len(as_text(make(size))) for size in (4096, 16_384))
        assert 3 < large / small < 5, name
        assert 0.5 < large / 16_384 < 3, name


def test_the_mixed_corpus_is_of_the_size_asked_for() -> None:
    assert sum(len(as_text(document)) for document in documents(1, 100_000)) >= 100_000
    assert documents(1, 10_000) == documents(1, 10_000)


@pytest.mark.anyio
async def test_canaries_are_seen_where_the_policy_lets_them_out() -> None:
    rng = seeded(1, "canaries")
    aviary = Aviary(rng)
    told = [answer async for answer in answers(aviary, rng, 2, Policy.OFF)]
    assert len(set(seen(told, aviary.made))) > len(aviary.made) // 2


def test_a_page_gets_the_table_between_its_marks(tmp_path: Path) -> None:
    rows = (Row(("email", "1"), reached=True), Row(("ip", "1"), reached=False))
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- benchmark redaction -->\nold\n<!-- /benchmark -->\nb\n", encoding="utf-8")
    report = Report("redaction", ("class", "goal"), rows)
    report.write_into(page)
    lines = page.read_text(encoding="utf-8").splitlines()
    assert lines[2:6] == [
        "| class | goal | reached |",
        "| --- | --- | --- |",
        "| email | 1 | yes |",
        "| ip | 1 | NO |",
    ]
    assert "old" not in lines
    assert (lines[0], lines[-1]) == ("a", "b")
    assert report.missed
