"""Settings, headers and the shapes of ids."""

import pytest
from pydantic import ValidationError
from tests.providers.conduit.conduit_server import AGENT, RUN

from rundown_mcp.domain.query import Filter
from rundown_mcp.domain.ref import is_safe_id
from rundown_mcp.providers.conduit import SPEC
from rundown_mcp.providers.conduit.settings import ConduitSettings


def settings(**values: object) -> ConduitSettings:
    return ConduitSettings.model_validate({"api_key": "a key", **values})


def test_a_key_is_enough() -> None:
    made = settings()
    assert (made.base_url, made.workspace_id) == ("https://api.conduit.ai/v1", None)
    assert SPEC.headers(made) == {"Authorization": "Bearer a key"}
    assert "a key" not in repr(made)


@pytest.mark.parametrize("workspace", ["", "a b", "a\n", "a\x00b", "é", " ", "x" * 129])
def test_a_workspace_is_a_printable_token(workspace: str) -> None:
    with pytest.raises(ValidationError):
        settings(workspace_id=workspace)


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError):
        settings(workspace="w")


@pytest.mark.parametrize("text", [f"{AGENT}/{RUN}", "agent_01/run-0001"])
def test_a_full_id_is_an_agents_id_and_a_runs(text: str) -> None:
    assert SPEC.id_shape.fullmatch(text)
    assert SPEC.short_shape.fullmatch(text)
    assert is_safe_id(text)


@pytest.mark.parametrize("text", ["ar77c0dy", RUN])
def test_a_short_ref_is_the_start_of_the_runs_part(text: str) -> None:
    assert SPEC.short_shape.fullmatch(text)
    assert not SPEC.id_shape.fullmatch(text)


@pytest.mark.parametrize("text", ["", "ar77c0d", "a" * 65, "ar77 c0dy", "../../etc", f"{AGENT}/{RUN}/x", f"/{RUN}"])
def test_anything_else_is_no_ref(text: str) -> None:
    assert not SPEC.short_shape.fullmatch(text)
    assert not SPEC.id_shape.fullmatch(text)


@pytest.mark.parametrize("path", ["/v1/agents/{}/runs/{}", "/w/agents/{}/runs/{}/", "/w/x/agents/{}/runs/{}/trace"])
def test_a_web_address_holds_both_ids(path: str) -> None:
    for found in (SPEC.url_id.search(path.format(AGENT, RUN)), SPEC.url_id.match(path.format(AGENT, RUN))):
        assert found is not None
        assert (found["agent"], found["id"]) == (AGENT, RUN)


def test_a_web_address_may_hold_the_runs_id_alone() -> None:
    found = SPEC.url_id.search(f"/w/runs/{RUN}/trace")
    assert found is not None
    assert (found["agent"], found["id"]) == (None, RUN)


@pytest.mark.parametrize(
    "path", ["/agents", f"/agents/{AGENT}/runs", f"/agents/a%2Fb/runs/{RUN}", f"/agents/{AGENT}/runs/{RUN}é"]
)
def test_other_addresses_hold_none(path: str) -> None:
    assert SPEC.url_id.search(path) is None


def test_the_filters_are_those_of_the_plan() -> None:
    assert SPEC.filters == frozenset(Filter) - {Filter.METADATA, Filter.ANNOTATION}
