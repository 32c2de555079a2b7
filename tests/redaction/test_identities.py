"""Known people: every way in which a text may name somebody whom the run's own fields state."""

from __future__ import annotations

import pytest
from tests.redaction.masks import masked, tags

from rundown_mcp.redaction.identities import NOBODY, known

ANNA = (
    "Anna Berg",
    "Berg, Anna",
    "ANNA BERG",
    "anna  berg",
    "anna\nberg",
    "A. Berg",
    "Anna B.",
    "Anna",
    "Berg",
    "anna.berg",
    "annaberg",
    "anna_berg84",
    "Dr. Berg",
    "Ann\u0061\u0301 Berg",
)
OTHERS = (
    (
        "José Müller-Weiß",
        ("Jose Mueller-Weiss", "josé müller weiß", "MÜLLER-WEISS, JOSÉ", "Muller", "jose", "José Müller"),
    ),
    ("Łukasz Żółć", ("lukasz zolc", "Zolc, Lukasz", "ŁUKASZ")),
    ("Νέαρχος Ξηροδήμας", ("ΝΈΑΡΧΟΣ ΞΗΡΟΔΉΜΑΣ", "νεαρχος ξηροδημας", "Ξηροδήμας Νέαρχος")),
    ("Иванов Пётр", ("Петру", "Ивановым", "Пётр Иванов", "иванову петру")),
    ("Νίκος Παπαδόπουλος", ("Νίκου", "Παπαδόπουλου")),
    ("Анна Иванова", ("Анны", "Ивановой", "Иванову", "АННА ИВАНОВА", "иванова анна", "Иванова")),
    ("李 小龙", ("李小龙", "小龙 李", "小龙")),
    ("王伟", ("王伟", "\\u738b\\u4f1f")),
    ("田中太郎", ("田中太郎",)),
    ("สมชาย ใจดี", ("สมชายใจดี", "ใจดี สมชาย", "สมชาย")),
    ("যুবরাজ পাল", ("যুবরাজ পাল", "পাল যুবরাজ")),
    ("Bo Xu", ("BO XU", "Xu Bo", "boxu", "bo_xu")),
    ("José Pérez", ("Jose\u0301 Pe\u0301rez", "Jos\\u00e9 P\\u00e9rez", "joseperez", "jose.perez", "perez_jose")),
    ("Jose\u0301 Pe\u0301rez", ("José Pérez", "jose perez")),
    ("O'Brien, Mary", ("Mary O'Brien", "mary o’brien", "obrien")),
)


@pytest.mark.parametrize("written", ANNA)
def test_a_person_is_masked_however_the_name_is_written(written: str) -> None:
    shown = masked(f"We told {written} about it", people=known(["Anna Berg"]))
    assert "[person]" in shown
    assert not any(word in shown.lower() for word in ("anna", "berg"))
    assert shown.startswith("We told ")
    assert shown.endswith(" about it")


@pytest.mark.parametrize(("stated", "written"), [(name, form) for name, forms in OTHERS for form in forms])
def test_accents_scripts_and_order_hide_nobody(stated: str, written: str) -> None:
    shown = masked(f"We told {written} about it", people=known([stated]))
    assert shown.startswith("We told [person]")
    assert shown.endswith("] about it")
    assert not any(len(part) > 1 and part in shown for part in written.split())


@pytest.mark.parametrize(
    ("stated", "written", "left"),
    [
        ("王伟", "请王先生回电", "请[person]先生回电"),
        ("田中太郎", "田中さんと太郎様", "[person]さんと[person]様"),
        ("김민수", "김민수씨, 민수씨, 김 씨", "[person]씨, [person]씨, [person] 씨"),
        ("田中太郎", "太郎の田中", "太郎の田中"),
    ],
)
def test_a_part_of_an_unspaced_name_is_masked_where_a_title_follows(stated: str, written: str, left: str) -> None:
    assert masked(written, people=known([stated])) == left


def test_a_possessive_keeps_its_ending() -> None:
    assert masked("Anna's order", people=known(["Anna Berg"])) == "[person]'s order"


@pytest.mark.parametrize("text", ["Susanna", "Bergen", "Annabel and Hamburger", "annals of the sandberg"])
def test_a_name_inside_another_word_is_not_the_name(text: str) -> None:
    assert masked(text, people=known(["Anna Berg"])) == text


def test_a_name_that_is_a_word_counts_in_its_capitals_only() -> None:
    people = known(["Will May"])
    assert masked("Will said he will, and may call in May", people=people) == (
        "[person] said he will, and may call in [person]"
    )
    assert masked("will may", people=people) == "[person]"


@pytest.mark.parametrize(
    ("stated", "text"),
    [("Анна Иванова", "анналы и Иван"), ("Ли Вэй", "лист"), ("Иванов Пётр", "петрушка"), ("Νίκος", "νικηφόρος")],
)
def test_a_word_that_only_begins_like_a_name_is_not_the_name(stated: str, text: str) -> None:
    assert masked(text, people=known([stated])) == text


def test_roles_and_titles_name_nobody() -> None:
    text = "The customer asked support; Dr. who? customer test"
    assert masked(text, people=known(["Test Customer", "Support Team", "Dr. Berg"])) == text


@pytest.mark.parametrize(
    "written",
    [
        "+49 171 1234567",
        "0171 1234567",
        "0171/1234567",
        "+491711234567",
        "0049 171 1234567",
        "(0171) 123-4567",
        "171 1234567",
        "1711234567",
    ],
)
def test_a_known_number_is_masked_in_any_format(written: str) -> None:
    for stated in ("+49 171 1234567", "+491711234567"):
        assert masked(f"from {written} today", people=known([stated])) == "from [phone] today"


def test_a_person_has_one_tag_in_one_run() -> None:
    people = known(["Anna Berg", "Anna", "anna.berg@example.org"])
    found = tags("Anna Berg or Berg or ANNA or A. Berg and anna berg", people=people)
    assert len(found) == 5
    assert len(set(found)) == 1


def test_known_addresses_and_handles_are_masked() -> None:
    people = known(["anna.b84@example.org", "@annab_84"])
    assert masked("ANNA.B84@EXAMPLE.ORG, handle anna.b84, @annab_84", people=people).count("[") == 3


def test_nobody_is_known_where_nothing_is_stated() -> None:
    assert known(["", " ", "x"]) is NOBODY
    assert masked("Anna Berg", people=NOBODY) == "Anna Berg"


@pytest.mark.parametrize(
    "stated", ["a" * 5000, "(((", "[a-z]+ .*", "\x00\x00", ", ,", "- - -", "\ue000x\ue001", "😀 😀"]
)
def test_odd_names_break_nothing(stated: str) -> None:
    masked("Some text, about (((something))) [a-z]+ else", people=known([stated]))


def test_an_address_made_of_a_known_name_is_an_address() -> None:
    people = known(["Anna Berg"])
    told = "login anna.berg@mail.example"
    assert tags(told, people=people) == tags(told)
    assert masked(told, people=people) == "login [email]"


def test_a_hyphen_before_a_name_does_not_keep_its_cases_from_being_found() -> None:
    for name, case in (
        ("-Иван", "Ивану"),
        ("-Олег", "Олегу"),
        ("-Глеб", "Глебом"),
        ("-Марат", "Марату"),
        ("-Семён", "Семёну"),
        ("-Тимур", "Тимуру"),
        ("-Роман", "Роману"),
        ("-Павел", "Павелу"),
    ):
        assert masked(f"called {case} back", people=known([name])) == "called [person] back"


def test_people_are_remembered_where_they_are_few_and_no_more_of_a_name_than_is_looked_for() -> None:
    few, many = ["Anna Berg", "+49 170 1234567"], [f"Anna Berg-{n}" for n in range(100)]
    assert known(few) is known(few)
    assert known(many) is not known(many)
    assert known([f" {'a' * 300}"]) is known([f"{'a' * 1_000_000} "])


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("Иван Петров", "Ivan Petrov"),
        ("Иван Петров", "PETROV"),
        ("Иван Петров", "ipetrov"),
        ("Дмитрий Жуковский", "Dmitry Zhukovsky"),
        ("Дмитрий Жуковский", "Dmitrii Zhukovskii"),
        ("Юлия Хрущёва", "Yulia Khrushcheva"),
        ("Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos"),
    ],
)
def test_a_name_in_another_script_is_known_in_latin_letters(stated: str, written: str) -> None:
    assert masked(f"call from {written} today", people=known([stated])) == "call from [person] today"


def test_an_address_that_joins_a_name_gives_the_name() -> None:
    people = known(["priya.raghunathan@example.org"])
    found = tags("Priya Raghunathan, RAGHUNATHAN PRIYA or priya.raghunathan@example.org", people=people)
    assert len(found) == 3
    assert len(set(found)) == 1
    assert masked("Priya", people=people) == "Priya"


@pytest.mark.parametrize(
    "office", ["order.status@example.org", "help-desk@example.org", "j.b@example.org", "a.berg7@b.org"]
)
def test_the_address_of_an_office_names_nobody(office: str) -> None:
    text = "the order status is open, ask the help desk, J B or a berg"
    assert masked(text, people=known([office])) == text
