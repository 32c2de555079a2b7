"""UUIDs in full, in short, and in the one way in which they are written here."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rundown_mcp.domain.uuids import UUID, UUID_FORM, UUID_START, canonical_id, is_uuid


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.uuids(), st.integers(8, 36), st.booleans())
def test_a_uuid_and_its_starts_fit_in_any_case(uuid: object, length: int, upper: bool) -> None:  # noqa: FBT001 - drawn
    text = str(uuid).upper() if upper else str(uuid)
    assert is_uuid(text)
    assert canonical_id(text) == str(uuid)
    assert UUID_START.fullmatch(text[:length])
    assert re.search(UUID_FORM, text, re.IGNORECASE)
    assert not UUID_START.fullmatch(text[:7])
    assert not is_uuid(text[:35])


@pytest.mark.parametrize("text", ["", "tool-options", "run_1", "3c90c3cc-0d44-4b50-8888-8dd25736052a\n"])
def test_anything_else_is_kept_as_it_came(text: str) -> None:
    assert not UUID.fullmatch(text)
    assert canonical_id(text) == text
