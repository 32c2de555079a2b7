"""Refs in full and in short."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rundown_mcp.domain.ref import SHORT_LENGTH, Ref, RefIndex, is_safe_id, short_forms

ids = st.text("ab", min_size=1, max_size=12).map(lambda text: "aaaaaaa" + text) | st.uuids().map(str)
refs = st.builds(Ref, st.sampled_from(["duckie", "duckie-eu"]), ids) | st.builds(
    lambda agent, run: Ref("conduit", f"{agent}/{run}"), st.sampled_from(["ag1", "ag2"]), ids
)


def index_of(refs: list[Ref]) -> dict[str, RefIndex]:
    return {name: RefIndex(ref for ref in refs if ref.connection == name) for name in {ref.connection for ref in refs}}


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.lists(refs, max_size=12), st.lists(refs, max_size=12))
@example([Ref("conduit", "ag1/aaaaaaaaa"), Ref("conduit", "ag2/aaaaaaaaa"), Ref("conduit", "ag1/aaaaaaaab")], [])
def test_a_short_form_is_the_shortest_start_that_names_one_run(wanted: list[Ref], known: list[Ref]) -> None:
    short = short_forms(wanted, index_of(known))
    assert set(short) == set(wanted)
    assert len(set(short.values())) == len(short)
    everything = {*wanted, *known}
    for ref, form in short.items():
        connection, _, start = form.partition(":")
        twins = {other for other in everything - {ref} if other.connection == ref.connection}
        assert connection == ref.connection
        if any(other.run_part == ref.run_part for other in twins):
            assert form == str(ref)
            continue
        assert ref.run_part.startswith(start)
        assert len(start) >= min(SHORT_LENGTH, len(ref.run_part))
        alike = [other for other in twins if other.run_part.startswith(start)]
        assert not alike or start == ref.run_part
        if len(start) > SHORT_LENGTH:
            assert any(other.run_part.startswith(start[:-1]) for other in twins)


def test_short_forms_are_those_of_the_contract() -> None:
    duckie = Ref("duckie", "3c90c3cc-0d44-4b50-8888-8dd25736052a")
    conduit = Ref("conduit", "ag_1/ar77c0dy12")
    assert short_forms([duckie, conduit], {}) == {duckie: "duckie:3c90c3cc", conduit: "conduit:ar77c0dy"}
    near = Ref("duckie", "3c90c3cc-0d45-4b50-8888-8dd25736052a")
    assert short_forms([duckie], index_of([near])) == {duckie: "duckie:3c90c3cc-0d44"}
    assert short_forms([duckie], index_of([Ref("duckie-eu", near.id)])) == {duckie: "duckie:3c90c3cc"}
    assert str(conduit) == "conduit:ag_1/ar77c0dy12"
    assert conduit.run_part == "ar77c0dy12"


def test_an_id_that_is_the_start_of_another_is_given_whole() -> None:
    short, long = Ref("conduit", "a/run_12345"), Ref("conduit", "a/run_123456")
    assert short_forms([short, long], {}) == {short: "conduit:run_12345", long: "conduit:run_123456"}


def test_nothing_has_no_short_forms() -> None:
    assert short_forms([], index_of([Ref("duckie", "a")])) == {}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(ids, max_size=12, unique=True), st.data())
def test_an_index_that_grew_and_shrank_finds_what_a_search_of_all_would(parts: list[str], data: st.DataObject) -> None:
    everything = [Ref("conduit", f"{agent}/{part}") for part in parts for agent in ("ag2", "ag1")]
    gone = data.draw(st.sets(st.sampled_from(everything))) if everything else set()
    index = RefIndex(everything[:5])
    for ref in everything[5:]:
        index.add(ref)
    for ref in gone:
        index.remove(ref)
    left = [ref for ref in everything if ref not in gone]
    for start in {part[:length] for part in parts for length in (0, 8, 10, len(part))}:
        assert index.starting_with(start) == sorted(
            (ref for ref in left if ref.run_part.startswith(start)), key=lambda ref: (ref.run_part, ref.id)
        )


@pytest.mark.parametrize("text", ["a", "3c90c3cc-0d44-4b50-8888-8dd25736052a", "ag_1/ar77", "a.b~c_d-e", "A" * 128])
def test_ids_of_the_vendors_are_safe(text: str) -> None:
    assert is_safe_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a/..",
        "a/../b",
        "a//b",
        "a/b/c",
        "/a",
        "a/",
        "a b",
        "a\n",
        'a"',
        "é",
        "a?b",
        "a#",
        "a%2F",
        "A" * 129,
    ],
)
def test_what_would_bend_a_path_or_a_call_is_not(text: str) -> None:
    assert not is_safe_id(text)
