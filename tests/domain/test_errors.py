"""Errors say what is wrong in words of ours, and repeat what was typed harmlessly."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rundown_mcp.domain import errors
from rundown_mcp.domain.errors import (
    AmbiguousRef,
    ConnectionFailure,
    InvalidArgument,
    InvalidRef,
    RateLimited,
    RundownError,
    StepNotFound,
    Unavailable,
    Unsupported,
    quoted,
    quoted_some,
)
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.text import Kind, Untrusted


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.text(st.characters() | st.sampled_from("<>[]()!\n\u202e⟦⟧"), max_size=80))
def test_what_was_typed_is_repeated_on_one_plain_line(text: str) -> None:
    shown = quoted(text)
    assert json.loads(shown) == (text if len(text) <= 60 else text[:60] + "…")
    assert shown.isascii()
    assert shown.isprintable()
    assert "]" not in shown
    assert "<" not in shown


@pytest.mark.parametrize("text", ["duckie:3c90c3cc", "a b", "x=1"])
def test_what_was_typed_plainly_reads_plainly(text: str) -> None:
    assert quoted(text) == f'"{text}"'


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn: dict[str, str] = {}
    above = ["RundownError"]
    for line in (errors.__doc__ or "").splitlines():
        branch, mark, rest = line.partition("── ")
        if mark:
            depth = len(branch) // 4 + 1
            name = rest.split()[0]
            above[depth:] = [name]
            drawn[name] = above[depth - 1]
    found = {
        item.__name__: item.__base__.__name__
        for item in vars(errors).values()
        if isinstance(item, type) and issubclass(item, RundownError) and item is not RundownError and item.__base__
    }
    assert drawn == found


def test_an_error_is_its_message() -> None:
    error = RundownError("What is wrong.", data=[Untrusted("canary", Kind.NAME)])
    assert (str(error), error.message, error.short) == ("What is wrong.",) * 3
    assert error.data == (Untrusted("canary", Kind.NAME),)
    assert "canary" not in repr(error)


@pytest.mark.parametrize("kind", [InvalidArgument, InvalidRef, StepNotFound])
def test_a_bad_argument_names_its_parameter(kind: type[InvalidArgument]) -> None:
    error = kind("limit", "takes 1 to 100")
    assert error.message == "limit: takes 1 to 100"
    assert error.parameter == "limit"


def test_an_ambiguous_ref_carries_its_candidates() -> None:
    error = AmbiguousRef("run", "names 2 runs", [Ref("duckie", "a"), Ref("duckie", "b")])
    assert error.candidates == (Ref("duckie", "a"), Ref("duckie", "b"))
    assert error.message == "run: names 2 runs"


def test_what_a_provider_lacks_is_named_in_short() -> None:
    assert Unsupported("duckie has no such thing.", names=["tool", "search"]).short == "has no tool/search"
    assert Unsupported("duckie has no such thing.").short == "duckie has no such thing."


@pytest.mark.parametrize(("tries", "often"), [(1, "once"), (2, "2 times"), (3, "3 times")])
def test_a_failure_says_how_often_it_was_tried(tries: int, often: str) -> None:
    failure: ConnectionFailure = Unavailable("duckie", "503 from the provider", "duckie: failed.", status=503)
    failure.add_tries(tries)
    assert failure.short == f"503 from the provider, tried {often}"
    assert str(failure) == failure.message == f"duckie: failed. It was tried {often}."


def test_a_failure_keeps_what_retries_and_users_need() -> None:
    limited = RateLimited("duckie", "429", "duckie: 429.", retry_after_s=3.5)
    assert (limited.connection, limited.short, limited.retry_after_s) == ("duckie", "429", 3.5)
    assert Unavailable("duckie", "timed out", "duckie: timed out.").status is None


def test_many_texts_are_quoted_in_part_and_the_rest_counted() -> None:
    assert quoted_some(["a", "b"]) == '"a", "b"'
    assert quoted_some([str(number) for number in range(100)]) == '"0", "1", "2", "3", "4" and 95 more'
