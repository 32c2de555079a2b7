"""Bare wire values become neutral ones."""

from datetime import timedelta

import pytest
from tests.providers.comparing import plain, same, text, word

from rundown_mcp.domain.run import Outcome, OutcomeWord, RunStatus, Status
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.transport.values import each_once, error_value, payload, span, to_outcome, to_status, value

WORDS = {"done": Status.COMPLETED, "failed": Status.FAILED}


@pytest.mark.parametrize("content", [None, ""])
def test_what_is_absent_or_empty_is_no_text(content: str | None) -> None:
    assert value(content, Kind.TEXT) is None


@pytest.mark.parametrize("content", ["a", 0, False, [], {}])
def test_anything_else_is_kept_with_its_kind(content: JsonValue) -> None:
    same(value(content, Kind.NAME), Untrusted(content, Kind.NAME))


def test_a_payload_may_be_empty_and_keeps_its_flags() -> None:
    assert payload(None, redacted=False) is None
    carried = payload(None, redacted=True)
    assert carried is not None
    assert (carried.redacted, carried.truncated) == (True, None)
    same(payload(""), Untrusted("", Kind.PAYLOAD))
    same(payload({}, redacted=False), Untrusted({}, Kind.PAYLOAD, redacted=False))
    same(payload(1, truncated=True), Untrusted(1, Kind.PAYLOAD, truncated=True))


@pytest.mark.parametrize(
    "nothing",
    [
        *(None, "", " \n", False, 0, 0.0, [], {}, "none", "None", "NULL", " false ", "No error", "0 errors"),
        *({"code": None, "message": ""}, [None], {"errors": [{}]}),
    ],
)
def test_what_says_that_there_was_no_error_is_none(nothing: JsonValue) -> None:
    assert error_value(nothing) is None


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("boom", "boom"),
        ([None, "x"], '[null,"x"]'),
        ([[[[[[[None]]]]]]], "[[[[[[[null]]]]]]]"),
        ({"code": 5}, '{"code":5}'),
        (True, "true"),
        (504, "504"),
        ("none found", "none found"),
    ],
)
def test_an_error_is_text_whatever_it_came_as(content: JsonValue, shown: str) -> None:
    same(error_value(content), text(shown))


@pytest.mark.parametrize(
    ("seconds", "length"),
    [(None, None), (-0.5, None), (1e300, None), (0, timedelta(0)), (82.5, timedelta(seconds=82.5))],
)
def test_a_length_of_time_is_none_where_there_is_none(seconds: float | None, length: timedelta | None) -> None:
    assert span(seconds) == length


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("failed", RunStatus(Status.FAILED)),
        (" Failed ", RunStatus(Status.FAILED)),
        ("done", RunStatus(Status.COMPLETED, word("done"))),
        ("DONE", RunStatus(Status.COMPLETED, word("DONE"))),
        ("paused", RunStatus(Status.UNKNOWN, word("paused"))),
        ("unknown", RunStatus(Status.UNKNOWN)),
        ("", RunStatus(Status.UNKNOWN)),
        (None, RunStatus(Status.UNKNOWN)),
    ],
)
def test_a_status_keeps_the_vendors_word_where_it_is_another(given: str | None, wanted: RunStatus) -> None:
    same(to_status(given, WORDS), wanted)


@pytest.mark.parametrize(
    ("given", "reason", "wanted"),
    [
        (None, None, None),
        (" ", "", None),
        ("Resolved ", None, Outcome(word=OutcomeWord.RESOLVED)),
        ("handed_over", "why", Outcome(native=word("handed_over"), reason=text("why"))),
        (None, "why", Outcome(reason=text("why"))),
    ],
)
def test_an_outcome_is_one_of_ours_or_the_vendors_word(
    given: str | None, reason: str | None, wanted: Outcome | None
) -> None:
    same(to_outcome(given, reason), wanted)


def test_people_are_known_once_whatever_the_case() -> None:
    people = [None, *(Untrusted(name, Kind.IDENTITY) for name in ("Ilse Brandt", "ILSE brandt", "Bo"))]
    assert plain(each_once(people)) == plain([people[1], people[3]])
