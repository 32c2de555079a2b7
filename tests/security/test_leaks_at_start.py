"""No key, token or password in what a server says that cannot start."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
from tests.commands.conftest import Command

KEY: Final = f"dk_{secrets.token_hex(16)}"
TABLE: Final = '[connections.other]\nprovider = "duckie"\n'


def _file(folder: Path, text: str | bytes, *, mode: int = 0o600) -> dict[str, str]:
    """A file for `RUNDOWN_CONFIG`, and a key beside it that has this mode."""
    config, key = folder / f"rundown-{KEY}.toml", folder / "key"
    config.write_bytes(text.encode() if isinstance(text, str) else text)
    key.write_text(KEY, encoding="utf-8")
    key.chmod(mode)
    return {"RUNDOWN_CONFIG": str(config)}


def _with_key(**variables: str) -> Callable[[Path], Mapping[str, str]]:
    return lambda _: {"DUCKIE_API_KEY": KEY, "RUNDOWN_HTTP_TOKEN": KEY, **variables}


WRONG: Final[dict[str, Callable[[Path], Mapping[str, str]]]] = {
    "a file that is not there": lambda folder: {"RUNDOWN_CONFIG": str(folder / KEY)},
    "a folder for a file": lambda folder: {"RUNDOWN_CONFIG": str(folder)},
    "a file that is no text": lambda folder: _file(folder, b"\xff\xfe" + KEY.encode()),
    "a file that is no TOML": lambda folder: _file(folder, f"[connections.x\n{KEY} = {KEY}"),
    "a key in the file itself": lambda folder: _file(folder, f'{TABLE}api_key = "{KEY}"'),
    "a key for the name of a variable": lambda folder: _file(folder, f'{TABLE}api_key_env = "{KEY}"'),
    "a key for the name of a file": lambda folder: _file(folder, f'{TABLE}api_key_file = "{KEY}"'),
    "a key file that others may read": lambda folder: _file(folder, f'{TABLE}api_key_file = "key"', mode=0o640),
    "a base URL with a password": _with_key(DUCKIE_BASE_URL=f"https://user:{KEY}@duckie.test"),
    "a base URL in clear": _with_key(DUCKIE_BASE_URL=f"http://duckie.test/{KEY}"),
    "a base URL that is none": _with_key(DUCKIE_BASE_URL=f"https://[{KEY}"),
    "a key of two words": _with_key(DUCKIE_API_KEY=f"{KEY} {KEY}"),
    "a token of two words": _with_key(RUNDOWN_HTTP_TOKEN=f"{KEY} {KEY}"),
    "a proxy with a password that is none": _with_key(HTTPS_PROXY=f"socks9://user:{KEY}@proxy.test:1"),
    "a port that is none": _with_key(HTTPS_PROXY=f"http://user:{KEY}@proxy.test:port"),
    "certificates that are none": lambda folder: {"RUNDOWN_CA_BUNDLE": _file(folder, KEY)["RUNDOWN_CONFIG"]},
    "a level of logging that is none": _with_key(RUNDOWN_LOG=KEY),
}


@pytest.fixture
def taken() -> Iterator[str]:
    """A port that is in use, so that no server starts whatever its settings."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield str(listener.getsockname()[1])


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_setting_that_cannot_be_used_is_told_in_one_line_without_what_it_holds(
    command: Command, taken: str, wrong: Callable[[Path], Mapping[str, str]], tmp_path: Path
) -> None:
    said = command("serve", "--port", taken, **{"RUNDOWN_LOG": "json", **wrong(tmp_path)})
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith("rundown-mcp: ")
    for hidden in (KEY, KEY[:16], KEY[16:], str(tmp_path)):
        assert hidden not in said.err


@pytest.mark.parametrize("log", ["json", "debug"])
def test_a_port_that_is_taken_is_told_without_the_settings(command: Command, taken: str, log: str) -> None:
    said = command("serve", "--port", taken, **_with_key(RUNDOWN_LOG=log)(Path()))
    assert said.code == 1
    assert KEY not in said.out + said.err
