"""Which proxy is on the way, and which setting is said to name it."""

from __future__ import annotations

import os
import sys

import pytest

from rundown_mcp.proxy import Proxy, proxy_to

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system's settings count too")

_URL = "https://api.duckie.test:8443/v1"
_AT = "http://proxy.test:3128"


@pytest.mark.parametrize(
    ("variables", "url", "expected"),
    [
        ({}, _URL, None),
        ({"HTTP_PROXY": _AT}, _URL, None),
        ({"HTTPS_PROXY": _AT}, _URL, Proxy("HTTPS_PROXY", _AT)),
        ({"HTTPS_PROXY": _AT}, _URL.replace("https", "HTTPS"), Proxy("HTTPS_PROXY", _AT)),
        ({"HTTPS_PROXY": "http://other.test", "https_proxy": _AT}, _URL, Proxy("https_proxy", _AT)),
        ({"HTTPS_PROXY": _AT, "https_proxy": ""}, _URL, None),
        ({"ALL_PROXY": _AT}, _URL, Proxy("ALL_PROXY", _AT)),
        ({"ALL_PROXY": "http://other.test", "HTTPS_PROXY": _AT}, _URL, Proxy("HTTPS_PROXY", _AT)),
        ({"HTTPS_PROXY": "proxy.test:3128"}, _URL, Proxy("HTTPS_PROXY", _AT)),
        ({"HTTPS_PROXY": _AT, "NO_PROXY": "duckie.test"}, _URL, None),
        ({"HTTPS_PROXY": _AT, "no_proxy": "other.test, .duckie.test"}, _URL, None),
        ({"HTTPS_PROXY": _AT, "NO_PROXY": "api.duckie.test:8443"}, _URL, None),
        ({"HTTPS_PROXY": _AT, "NO_PROXY": "api.duckie.test:443"}, _URL, Proxy("HTTPS_PROXY", _AT)),
        ({"HTTPS_PROXY": _AT, "NO_PROXY": "uckie.test"}, _URL, Proxy("HTTPS_PROXY", _AT)),
        ({"HTTPS_PROXY": _AT}, "https://127.0.0.1:8443", None),
        ({"HTTPS_PROXY": _AT}, "https://[::1]:8443", None),
        ({"ALL_PROXY": _AT}, "http://localhost:8443", None),
    ],
)
def test_a_proxy_is_the_one_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], url: str, expected: Proxy | None
) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_to(url) == expected


def test_the_address_of_a_proxy_is_not_shown() -> None:
    assert "proxy.test" not in repr(Proxy("HTTPS_PROXY", _AT))
