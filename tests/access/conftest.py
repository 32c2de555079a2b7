"""A server that tells callers apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.access.asking import served_with, token

_CONFIG = """
[tokens.oncall]
token_file = "oncall"

[tokens.support]
token_env = "SUPPORT_TOKEN"
connections = ["duckie"]

[tokens.lister]
token_file = "lister"
tools = ["list_runs", "run_stats"]

[tokens.reader]
token_file = "reader"
tools = ["get_run"]

[tokens.nobody]
token_file = "nobody"
connections = []

[tokens.scraper]
token_file = "scraper"
tools = []
metrics = true
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a token for everything, one connection, two tools, one tool, no connection, the metrics alone."""
    folder = tmp_path_factory.mktemp("access")
    with pytest.MonkeyPatch.context() as patched, served_with(_config(folder, patched)) as found:
        yield found


def _config(folder: Path, patched: pytest.MonkeyPatch) -> Path:
    patched.setenv("SUPPORT_TOKEN", token("support"))
    for name in ("oncall", "lister", "reader", "nobody", "scraper"):
        (folder / name).write_text(token(name), encoding="utf-8")
        (folder / name).chmod(0o600)
    config = folder / "config.toml"
    config.write_text(_CONFIG, encoding="utf-8")
    return config
