"""Which failures are put together, and which never are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from benchmarks.grouping import SEEDS, measured
from benchmarks.grouping_held_out import HELD_OUT
from benchmarks.grouping_tuned import TUNED
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tools.handmade import AT, detail, step, text

from rundown_mcp.analysis.groups import Group, grouped
from rundown_mcp.analysis.signature import Failure, failure_of, failure_of_row
from rundown_mcp.domain.run import Named, StepState

Told = tuple[str | None, Any, float]
"""A tool, its error, and the minutes after the first at which it happened."""


def failures(told: Sequence[Told]) -> list[Failure]:
    found = []
    for number, (tool, error, minutes) in enumerate(told):
        at = AT + timedelta(minutes=minutes)
        if tool is None:
            failure = failure_of_row(detail(number=number, started_at=at, error=text(error)).run)
        elif isinstance(error, str):
            failure = failure_of(detail(step(1, StepState.FAILED, tool, error=error), number=number, started_at=at))
        else:
            failure = failure_of(detail(step(1, StepState.UNKNOWN, tool, output=error), number=number, started_at=at))
        assert failure is not None
        found.append(failure)
    return found


def parts(told: Sequence[Told]) -> list[list[int]]:
    """The groups as places in what was told."""
    found = failures(told)
    place = {failure.ref: index for index, failure in enumerate(found)}
    return sorted(sorted(place[failure.ref] for failure in group.failures) for group in grouped(found))


def the_group(told: Sequence[Told]) -> Group:
    (group,) = grouped(failures(told))
    return group


OUTAGE: list[Told] = [
    ("charge", "connect ECONNREFUSED 10.0.0.1:443", 0),
    ("charge", "timeout after 30000 ms", 5),
    ("charge", "HTTP 503", 10),
    ("charge", "Error: socket hang up", 12),
    ("charge", {"status": 504, "message": "upstream is silent"}, 15),
]


def test_the_texts_of_one_outage_are_one_group_that_keeps_its_texts_apart() -> None:
    group = the_group(OUTAGE)
    assert len(group.texts) == 5
    assert len(the_group([*OUTAGE, ("charge", "timeout after 4 s", 20)]).texts) == 5


def test_what_was_down_at_another_time_is_another_group() -> None:
    later: Told = ("charge", "HTTP 502: bad luck", 60 * 9)
    assert parts([*OUTAGE, later]) == [[0, 1, 2, 3, 4], [5]]


def test_what_was_down_at_the_same_time_elsewhere_is_another_group() -> None:
    assert parts([*OUTAGE, ("mail", "connect ECONNREFUSED 10.9.9.9:25", 6)]) == [[0, 1, 2, 3, 4], [5]]


def test_refused_and_reset_connections_are_one_outage_only_for_as_long_as_outages_last() -> None:
    refused = [("charge", "connection refused", 60.0 * hour) for hour in range(0, 20, 2)]
    reset = [("charge", "connection reset by peer", 60.0 * hour + 5) for hour in range(0, 20, 2)]
    assert parts([*refused, *reset]) == [list(range(10)), list(range(10, 20))]
    assert len(parts([*refused[:3], *reset[:3]])) == 1


def test_one_tool_that_asks_two_services_tells_of_two_outages() -> None:
    told: list[Told] = [
        ("http_request", "connection refused: pay.acme.example:443", 0),
        ("http_request", "connection reset by peer: crm.acme.example:443", 1),
    ]
    assert parts(told) == [[0], [1]]


def test_runs_of_which_nothing_is_known_but_their_agent_are_grouped_by_that() -> None:
    def silent(number: int, name: str) -> Failure:
        found = failure_of(detail(number=number, agent=Named(name=text(name))))
        assert found is not None
        return found

    groups = grouped([silent(1, "Desk"), silent(2, "desk"), silent(3, "Refunds")])
    assert [len(group.failures) for group in groups] == [2, 1]


def test_one_service_that_is_down_is_one_group_whichever_tools_met_it() -> None:
    told: list[Told] = [
        ("charge", "HTTP 504 from https://pay-us-1.acme.example/charges: no answer", 0),
        ("refund", "HTTP 504 from https://pay-eu-2.acme.example/charges: no answer", 600),
        ("notes", "HTTP 504 from https://crm-eu-2.acme.example/charges: no answer", 600),
        ("payout", "connect ETIMEDOUT pay-eu-9.acme.example:443", 604),
    ]
    assert parts(told) == [[0, 1, 3], [2]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HTTP 401: access refused", "HTTP 422: access refused"),
        ("HTTP 401: token expired", "HTTP 403: missing scope 'a.b'"),
        ("HTTP 401: token expired", "HTTP 401: invalid api key"),
        ("HTTP 422: amount: must be positive", "HTTP 422: currency: must be known"),
        ("HTTP 404: booking 5 not found", "HTTP 404: customer 5 not found"),
        ("HTTP 503", "HTTP 429"),
        ("HTTP 504: no answer", "certificate has expired"),
        ("HTTP 504: no answer", "getaddrinfo ENOTFOUND a.example"),
        ("HTTP 500: it broke", "HTTP 503"),
        ("rate limit exceeded", "you exceeded your monthly quota"),
        ("TypeError: cannot read 'a'", "TypeError: cannot read property 'b'"),
        ("certificate has expired", "self-signed certificate"),
        ("QueuePool limit of size 5 reached, connection timed out", "HTTP 504: upstream timed out"),
    ],
)
def test_different_causes_of_one_tool_at_one_time_are_never_joined(one: str, other: str) -> None:
    assert parts([("charge", one, 0), ("charge", other, 1), ("charge", one, 2), ("charge", other, 3)]) == [
        [0, 2],
        [1, 3],
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "HTTP 402: card_declined: Your card was declined. (request a1)",
            {"error": {"code": "card_declined", "message": "Your card was declined."}, "status": 402},
        ),
        ("Tool says: HTTP 404: property 5 does not exist", "No property A-1 exists"),
        ({"error": {"code": "LOCK_ROW", "message": "row a1 is locked"}}, "LOCK_ROW: row b2 is locked (try 3)"),
        ("HTTP 401", {"status": 401, "message": "access token expired"}),
        ("HTTP 401: access token expired", "HTTP 401: JWT expired at 2026-01-01"),
    ],
)  # fmt: skip
def test_one_error_written_in_two_ways_is_one_group(one: object, other: object) -> None:
    assert parts([("charge", one, 0), ("charge", other, 1)]) == [[0, 1]]


def test_a_text_that_two_causes_say_is_joined_to_neither() -> None:
    told: list[Told] = [
        ("crm", "FIELD_MISSING: required field is missing: [phone]", 0),
        ("crm", "FIELD_MISSING: required field is missing: [region]", 1),
        ("crm", "FIELD_MISSING: required field is missing", 2),
    ]
    assert parts(told) == [[0], [1], [2]]


def test_a_text_that_says_two_things_makes_no_one_cause_of_them() -> None:
    told: list[Told] = [
        ("crm", "amount must be set; currency must be known", 0),
        ("crm", "amount must be set", 1),
        ("crm", "currency must be known", 2),
    ]
    assert [1, 2] not in [[place for place in part if place] for part in parts(told)]


def test_a_bare_refusal_is_joined_to_neither_of_two_kinds_of_credential_trouble() -> None:
    told: list[Told] = [("a", "HTTP 401: token expired", 0), ("a", "HTTP 401: invalid key", 1), ("a", "HTTP 401", 2)]
    assert parts(told) == [[0], [1], [2]]


def test_a_word_that_hardly_ever_comes_twice_is_a_name() -> None:
    words = "umbrella kayak lantern rucksack stove poncho".split()
    told: list[Told] = [("stock", f"no product named {word}", index * 90) for index, word in enumerate(words)]
    assert len(parts(told)) == 1
    fields: list[Told] = [("stock", f"product lacks {word}", index) for index in range(4) for word in words[:3]]
    assert len(parts(fields)) == 3


def test_a_run_that_names_no_tool_joins_what_says_the_same_of_one_tool_alone() -> None:
    said = "context window of the model is used up by the messages"
    assert parts([("llm", said, 0), (None, f"run failed: {said}", 600)]) == [[0, 1]]
    assert parts([("llm", said, 0), ("other", said, 300), (None, said, 600)]) == [[0], [1], [2]]
    assert parts([("llm", "out of luck", 0), (None, "out of luck", 1)]) == [[0], [1]], "too few words to be sure"


def test_failures_without_a_time_are_grouped_by_what_they_say() -> None:
    found = [failure_of(detail(step(1, StepState.FAILED, "a", error=said), number=number, started_at=None))
             for number, said in enumerate(("HTTP 503", "HTTP 503", "connection refused"))]  # fmt: skip
    groups = grouped(failure for failure in found if failure is not None)
    assert [len(group.failures) for group in groups] == [2, 1]


@given(order=st.permutations(range(12)), data=st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_order_in_which_failures_come_makes_no_difference(order: list[int], data: st.DataObject) -> None:
    errors = ["HTTP 503", "timeout after 5 s", "HTTP 401: token expired", "HTTP 401", "HTTP 404: order 5 not found",
              "HTTP 422: amount: bad", "no product named kayak", "no product named stove", "x broke in y"]  # fmt: skip
    told: list[Told] = [
        (
            data.draw(st.sampled_from(["a", "b", None])),
            data.draw(st.sampled_from(errors)),
            data.draw(st.integers(0, 300)),
        )
        for _ in range(12)
    ]
    found = failures(told)
    shuffled = [found[index] for index in order]
    assert [{item.ref for item in group.failures} for group in grouped(found)] == [
        {item.ref for item in group.failures} for group in grouped(shuffled)
    ]
    assert sorted(item.ref for group in grouped(found) for item in group.failures) == sorted(item.ref for item in found)


def test_thousands_of_different_texts_are_grouped_without_comparing_each_with_each() -> None:
    told: list[Told] = [
        ("a", f"{'HTTP 503' if number % 2 else 'timeout'}: {_word(number)} {_word(number * 7)} went away", number)
        for number in range(2000)
    ]
    assert sum(map(len, parts(told))) == 2000


def _word(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in f"{number:05}")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("half", ["tuned", "held out", "both"])
def test_hundreds_of_failures_with_known_causes_are_grouped_by_them(half: str, seed: int) -> None:
    causes = {"tuned": TUNED, "held out": HELD_OUT, "both": (*TUNED, *HELD_OUT)}[half]
    precision, recall = measured(causes, seed)
    assert precision >= 0.99
    assert recall >= 0.95
