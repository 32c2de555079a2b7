"""A key appears in no output, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.commands.conftest import Command
from tests.commands.launching import ran
from tests.harness import served

from rundown_mcp.sandbox.app import build_app

_KEY = "can" + "ary" + "-0123456789"


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """Settings whose connections fail: another API, and refused ports; each with a key."""
    key_file = tmp_path / "key"
    key_file.write_text(_KEY + "-file")
    key_file.chmod(0o600)
    config = tmp_path / "rundown.toml"
    config.write_text(
        '[connections.other]\nprovider = "conduit"\napi_key_file = "key"\nbase_url = "http://127.0.0.1:1"'
    )
    with served(build_app([])) as address:
        yield {
            "DUCKIE_API_KEY": _KEY,
            "DUCKIE_BASE_URL": f"{address}/html",
            "HAPPYROBOT_API_KEY": _KEY,
            "HAPPYROBOT_ORGANIZATION_ID": _KEY,
            "HAPPYROBOT_BASE_URL": "https://127.0.0.1:1",
            "RUNDOWN_CONFIG": str(config),
            "PYTHONWARNINGS": "always",
            "HTTPX_LOG_LEVEL": "trace",
        }


def test_no_answer_and_no_log_shows_a_key_a_path_or_a_search(failing: Mapping[str, str], tmp_path: Path) -> None:
    said = ran("call", "list_runs", "search=needle", **failing)
    assert (said.returncode, said.stderr) == (1, "")
    assert all(name in said.stdout for name in ("duckie", "happyrobot", "other"))
    assert _KEY not in said.stdout
    assert str(tmp_path) not in said.stdout


def test_check_names_the_places_of_keys_only(command: Command, failing: Mapping[str, str], tmp_path: Path) -> None:
    said = command("check", **failing)
    assert (said.code, said.err) == (1, "")
    assert [line.partition(":")[0] for line in said.out.splitlines()] == ["duckie", "happyrobot", "other"]
    assert _KEY not in said.out
    assert str(tmp_path) not in said.out


@pytest.mark.parametrize(
    "wrong",
    [
        {"DUCKIE_API_KEY": f"{_KEY} {_KEY}"},
        {"DUCKIE_API_KEY": f"{_KEY}é"},
        {"DUCKIE_API_KEY": _KEY, "DUCKIE_BASE_URL": f"https://user:{_KEY}@example.com"},
        {"DUCKIE_API_KEY": _KEY, "DUCKIE_BASE_URL": f"https://example.com?key={_KEY}"},
        {"HAPPYROBOT_API_KEY": _KEY, "HAPPYROBOT_ORGANIZATION_ID": f"{_KEY} {_KEY}"},
        {"CONDUIT_API_KEY": _KEY, "CONDUIT_WORKSPACE_ID": _KEY * 20},
        {"RUNDOWN_HTTP_TOKEN": f"{_KEY} {_KEY}"},
        {"RUNDOWN_REDACTION": _KEY},
        {"RUNDOWN_CONFIG": f"/{_KEY}"},
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_not_shown(command: Command, wrong: dict[str, str]) -> None:
    said = command("check", **wrong)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"rundown-mcp: {list(wrong)[-1]}: ")
    assert said.err.count("\n") == 1
    assert "canary" not in said.err
