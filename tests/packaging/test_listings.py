"""The bundle's manifest and the registry's server.json hold what the settings have, and what hosts accept."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from scripts import build_packaging
from tests.harness import settings_from

from rundown_mcp import __version__
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.redaction.policy import Policy

MANIFEST: dict[str, Any] = json.loads(build_packaging.MANIFEST.read_text(encoding="utf-8"))
SERVER: dict[str, Any] = json.loads(build_packaging.SERVER.read_text(encoding="utf-8"))
VARIABLES = {spec.variable(field) for spec in PROVIDERS.values() for field in spec.settings.model_fields}
SECRETS = {
    spec.variable(field)
    for spec in PROVIDERS.values()
    for field, info in spec.settings.model_fields.items()
    if info.annotation is SecretStr
}


@pytest.mark.parametrize(
    ("kept", "made"),
    [(build_packaging.MANIFEST, build_packaging.manifest), (build_packaging.SERVER, build_packaging.server)],
    ids=["manifest", "server"],
)
def test_neither_file_is_stale(kept: Path, made: Any) -> None:  # noqa: ANN401 - either of two functions
    text = kept.read_text(encoding="utf-8")
    assert text == build_packaging.written(made()), "write it anew: python -m scripts.build_packaging"


def test_the_version_stands_in_one_place() -> None:
    (package,) = SERVER["packages"]
    assert {MANIFEST["version"], SERVER["version"], package["version"]} == {__version__}
    project = (build_packaging.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'dynamic = ["version"]' in project
    assert f'"{__version__}"' not in project


def test_the_bundle_asks_for_every_variable_and_hides_the_keys() -> None:
    asked, env = MANIFEST["user_config"], MANIFEST["server"]["mcp_config"]["env"]
    assert set(env) == VARIABLES | {"RUNDOWN_REDACTION", "RUNDOWN_SANDBOX"}
    assert all(value == f"${{user_config.{name.lower()}}}" for name, value in env.items())
    assert {name.lower() for name in env} == set(asked)
    assert {name.upper() for name, one in asked.items() if one.get("sensitive")} == SECRETS
    assert not any(one["required"] for one in asked.values())


def test_what_a_user_leaves_empty_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_from(monkeypatch, MANIFEST["server"]["mcp_config"]["env"])
    assert (settings.connections, settings.server.sandbox) == ((), False)
    assert settings.server.redaction is Policy.BALANCED


def test_what_the_form_offers_by_default_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = MANIFEST["user_config"]
    defaults = {name.upper(): str(one["default"]).lower() for name, one in asked.items() if "default" in one}
    settings = settings_from(monkeypatch, {**defaults, **dict.fromkeys(SECRETS, "key-of-no-account")})
    assert [one.name for one in settings.connections] == list(PROVIDERS)
    assert settings.server.sandbox is False


def test_the_registrys_listing_keeps_what_its_schema_of_2025_12_11_demands() -> None:
    """The schema itself is not ours to copy: these are its patterns and lengths for what the listing uses."""
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", SERVER["name"])
    assert 1 <= len(SERVER["title"]) <= 100
    assert 1 <= len(SERVER["description"]) <= 100
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", SERVER["version"])
    assert SERVER["$schema"].endswith("/schemas/2025-12-11/server.schema.json")
    assert set(SERVER) == {"$schema", "name", "title", "description", "version", "packages"}
    (package,) = SERVER["packages"]
    variables = package.pop("environmentVariables")
    assert package == {
        "registryType": "pypi",
        "identifier": "rundown-mcp",
        "version": __version__,
        "runtimeHint": "uvx",
        "transport": {"type": "stdio"},
    }
    for variable in variables:
        assert set(variable) <= {"name", "description", "format", "isRequired", "isSecret", "default"}
        assert variable["format"] == "string"
        assert {type(variable["isRequired"]), type(variable["isSecret"])} == {bool}
        assert type(variable.get("default", "")) is str
    assert {one["name"] for one in variables} == VARIABLES
    assert {one["name"] for one in variables if one["isSecret"]} == SECRETS


def test_the_readme_names_the_listing_as_the_registry_wants_it() -> None:
    readme = (build_packaging.ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.count(f"<!-- mcp-name: {SERVER['name']} -->") == 1
