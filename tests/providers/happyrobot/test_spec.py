"""What the registry knows of HappyRobot: settings, headers, the shapes of ids and addresses."""

import pytest
from pydantic import SecretStr, ValidationError

from rundown_mcp.domain.query import Filter
from rundown_mcp.providers.happyrobot import SPEC
from rundown_mcp.providers.happyrobot.settings import HappyRobotSettings

UUID = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
KEY = SecretStr("key")


def test_the_key_goes_into_a_header_and_the_organisation_beside_it_where_set() -> None:
    assert SPEC.headers(HappyRobotSettings(api_key=KEY)) == {"authorization": "Bearer key"}
    settings = HappyRobotSettings(api_key=KEY, organization_id=UUID)
    assert SPEC.headers(settings) == {"authorization": "Bearer key", "x-organization-id": UUID}


@pytest.mark.parametrize("odd", ["a b", "a\nb", "a\r\nx-other: 1", "é", "a\x00", "x" * 201])
def test_an_organisation_that_no_header_can_hold_is_refused_without_being_repeated(odd: str) -> None:
    with pytest.raises(ValidationError) as failure:
        HappyRobotSettings(api_key=KEY, organization_id=odd)
    assert odd not in str(failure.value)


def test_filters_are_those_that_api_row_or_detail_can_answer() -> None:
    assert frozenset(Filter) - SPEC.filters == {Filter.OUTCOME, Filter.TICKET, Filter.SOURCE}


def test_a_short_id_is_a_start_of_a_uuid_of_8_to_36_characters() -> None:
    for length in range(37):
        fits = SPEC.short_shape.fullmatch(UUID[:length]) is not None
        assert fits is (length >= 8), length
    assert SPEC.short_shape.fullmatch("3c90c3cc-0d444") is None
    assert SPEC.short_shape.fullmatch("g" * 8) is None
    assert SPEC.id_shape.fullmatch(UUID)
    assert SPEC.id_shape.fullmatch(UUID.upper())
    assert SPEC.id_shape.fullmatch(UUID[:35]) is None


@pytest.mark.parametrize(
    "address",
    [
        f"/runs/{UUID}",
        f"/acme/workflows/w1/runs/{UUID}/details",
        f"/runs/{UUID}?tab=graph",
        f"/workflow/w1?run_id={UUID}",
        f"/workflow/w1?tab=x&run={UUID}&y=1",
        f"/api/v1/runs/{UUID}",
    ],
)
def test_a_web_address_gives_the_runs_id(address: str) -> None:
    found = SPEC.url_id.search(address)
    assert found is not None
    assert found["id"] == UUID


@pytest.mark.parametrize("address", [f"/use-cases/{UUID}", f"/runs/{UUID}0", "/runs/", f"/x?rerun_id={UUID}"])
def test_an_address_without_a_run_gives_none(address: str) -> None:
    assert SPEC.url_id.search(address) is None
