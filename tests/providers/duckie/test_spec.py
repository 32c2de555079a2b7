"""How Duckie is described: settings, key header, id shapes."""

import pytest
from pydantic import ValidationError

from rundown_mcp.domain.query import Filter
from rundown_mcp.providers.duckie import SPEC
from rundown_mcp.providers.duckie.settings import DuckieSettings

RUN_ID = "3c90c3cc-0d44-4b50-8888-8dd25736052a"


def test_the_key_goes_into_a_bearer_header_and_the_address_has_a_default() -> None:
    settings = DuckieSettings.model_validate({"api_key": "abc"})
    assert SPEC.headers(settings) == {"Authorization": "Bearer abc"}
    assert settings.base_url == "https://app.useduckie.ai/api/v1"
    assert "abc" not in repr(settings)


def test_an_unknown_setting_is_refused_without_showing_its_value() -> None:
    with pytest.raises(ValidationError) as refused:
        DuckieSettings.model_validate({"api_key": "abc", "organization": "hidden-value"})
    assert "hidden-value" not in str(refused.value)


@pytest.mark.parametrize("text", [RUN_ID, RUN_ID.upper()])
def test_a_uuid_in_any_case_is_a_run_id(text: str) -> None:
    assert SPEC.id_shape.fullmatch(text)


@pytest.mark.parametrize(
    "text", ["tool-options", RUN_ID[:-1], RUN_ID + "0", RUN_ID.replace("-", ""), RUN_ID + "\n", ""]
)
def test_anything_else_is_no_run_id(text: str) -> None:
    assert not SPEC.id_shape.fullmatch(text)


@pytest.mark.parametrize("length", range(8, 37))
def test_every_start_of_an_id_from_8_characters_on_is_a_short_ref(length: int) -> None:
    assert SPEC.short_shape.fullmatch(RUN_ID[:length])


@pytest.mark.parametrize("text", [RUN_ID[:7], "3c90c3ccd", "3c90c3cc-0d44x", "tool-opt", "3c90c3cc--"])
def test_what_begins_no_uuid_is_no_short_ref(text: str) -> None:
    assert not SPEC.short_shape.fullmatch(text)


@pytest.mark.parametrize(
    "path",
    [
        f"/api/v1/runs/{RUN_ID}",
        f"/runs/{RUN_ID}/steps/11111111-0000-4000-8000-000000000000",
        f"/agents/11111111-0000-4000-8000-000000000000/run/{RUN_ID}",
        f"/agents/11111111-0000-4000-8000-000000000000/analyze/{RUN_ID}/",
    ],
)
def test_the_runs_id_is_found_in_a_path(path: str) -> None:
    found = SPEC.url_id.search(path)
    assert found is not None
    assert found["id"] == RUN_ID


@pytest.mark.parametrize("path", ["/api/v1/runs/tool-options", "/runs", f"/runs/{RUN_ID}0"])
def test_a_path_without_a_run_holds_no_id(path: str) -> None:
    assert SPEC.url_id.search(path) is None


def test_all_filters_but_annotation_can_be_answered() -> None:
    assert set(Filter) - SPEC.filters == {Filter.ANNOTATION}
