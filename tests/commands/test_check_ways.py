"""`check` names what is wrong on the way to a provider: certificates, proxies, names, clocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import trustme
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.commands.conftest import Command
from tests.commands.proxying import Proxy, proxying
from tests.harness import served

from rundown_mcp.commands.check import clock_note, how_far
from rundown_mcp.domain.errors import Unauthorized

_KEY = "dk" + "_canary_" + "0" * 12
_BUNDLE = "RUNDOWN_CA_BUNDLE"
_NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def _runs(date: datetime | None = None) -> Starlette:
    def answer(_: Request) -> Response:
        return JSONResponse({"data": []}, headers={"date": format_datetime(date)} if date else {})

    return Starlette(routes=[Route("/{path:path}", answer)])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def bundle(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def _certificate(authority: trustme.CA, folder: Path, host: str, **times: datetime) -> str:
    path = folder / "server.pem"
    authority.issue_cert(host, **times).private_key_and_cert_chain_pem.write_to_path(str(path))  # type: ignore[arg-type] # only times
    return str(path)


@pytest.mark.parametrize(
    ("host", "days", "by", "said"),
    [
        ("127.0.0.1", (-1, 1), [_BUNDLE], "duckie: configured, reachable, authorised ({}): no runs yet"),
        ("127.0.0.1", (-1, 1), [], "TLS certificate not trusted. Where a company proxy inspects TLS"),
        ("127.0.0.1", (-2, -1), [_BUNDLE], "TLS certificate expired. Compare this machine's clock first"),
        ("127.0.0.1", (1, 2), [_BUNDLE], "TLS certificate not valid yet. Compare this machine's clock first"),
        ("other.test", (-1, 1), [_BUNDLE], "TLS certificate of another host. Check the host of the base URL"),
    ],
)
def test_a_certificate_is_judged_by_what_is_wrong_with_it(
    command: Command, authority: trustme.CA, bundle: str, tmp_path: Path,
    host: str, days: tuple[int, int], by: list[str], said: str,
) -> None:  # fmt: skip
    start, end = (datetime.now(UTC) + timedelta(days=day) for day in days)
    file = _certificate(authority, tmp_path, host, not_before=start, not_after=end)
    with served(_runs(), ssl_certfile=file) as address:
        done = command("check", DUCKIE_API_KEY=_KEY, DUCKIE_BASE_URL=f"{address}/api", **dict.fromkeys(by, bundle))
    assert said in re.sub(r"\d+ ms", "{}", done.out)
    assert (done.code, done.err) == (int("NOT reachable" in done.out), "")
    assert "127.0.0.1" not in done.out


@pytest.fixture
def duckie_test(authority: trustme.CA, bundle: str, tmp_path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The port of a server that is `duckie.test`, a host that only a proxy can find, and settings that ask it."""
    with served(_runs(), ssl_certfile=_certificate(authority, tmp_path, "duckie.test")) as address:
        yield (
            int(address.rpartition(":")[2]),
            {"DUCKIE_API_KEY": _KEY, "DUCKIE_BASE_URL": "https://duckie.test/api", "RUNDOWN_CA_BUNDLE": bundle},
        )


def test_a_proxy_is_used_and_named_without_its_password(
    command: Command, duckie_test: tuple[int, Mapping[str, str]]
) -> None:
    port, settings = duckie_test
    with proxying(Proxy(port=port)) as proxy:
        said = command("check", HTTPS_PROXY=f"http://user:{_KEY}@{proxy.address}", **settings)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("duckie: configured, reachable through the proxy of HTTPS_PROXY, authorised (")
    (asked,) = proxy.asked
    assert asked.startswith("CONNECT duckie.test:443 HTTP/1.1\r\n")
    assert "proxy-authorization: basic" in asked.lower()
    for hidden in (_KEY, "user", proxy.address):
        assert hidden not in said.out
    assert _KEY not in asked


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (407, "password asked for by the proxy (407). Give it in all_proxy: http://user:password@host:port."),
        (403, "refused by the proxy. Have the proxy of all_proxy let the host through, or put it in NO_PROXY."),
    ],
)
def test_a_proxy_that_refuses_is_the_cause(
    command: Command, duckie_test: tuple[int, Mapping[str, str]], status: int, why: str
) -> None:
    with proxying(Proxy(status=status)) as proxy:
        said = command("check", all_proxy=proxy.address, **duckie_test[1])
    assert (said.code, said.err) == (1, "")
    assert said.out.startswith("duckie: configured, NOT reachable through the proxy of all_proxy (")
    assert f"no answer, {why}" in said.out
    assert "canary" not in said.out


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "http://proxy.invalid:8080"])
def test_a_proxy_that_is_not_there_is_the_cause(
    command: Command, duckie_test: tuple[int, Mapping[str, str]], address: str
) -> None:
    said = command("check", HTTPS_PROXY=address, **duckie_test[1])
    assert (said.code, said.err) == (1, "")
    assert "NOT reachable through the proxy of HTTPS_PROXY (" in said.out
    assert "no answer, proxy not reachable. Check HTTPS_PROXY; put the host in NO_PROXY where no" in said.out


def test_a_proxy_that_speaks_tls_is_judged_by_the_same_certificates(
    command: Command, authority: trustme.CA, bundle: str, tmp_path: Path
) -> None:
    settings = {"DUCKIE_API_KEY": _KEY, "DUCKIE_BASE_URL": "https://duckie.test/api"}
    with served(_runs(), ssl_certfile=_certificate(authority, tmp_path, "127.0.0.1")) as no_proxy:
        trusted = command("check", HTTPS_PROXY=no_proxy, **settings, **{_BUNDLE: bundle})
        strange = command("check", HTTPS_PROXY=no_proxy, **settings)
    assert "no answer, refused by the proxy." in trusted.out
    assert "no answer, TLS certificate not trusted." in strange.out


def test_a_certificate_behind_a_proxy_is_not_the_proxys_fault(
    command: Command, duckie_test: tuple[int, Mapping[str, str]]
) -> None:
    port, settings = duckie_test
    with proxying(Proxy(port=port)) as proxy:
        said = command("check", HTTPS_PROXY=proxy.address, **{**settings, "RUNDOWN_CA_BUNDLE": ""})
    assert "NOT reachable through the proxy of HTTPS_PROXY (" in said.out
    assert "no answer, TLS certificate not trusted." in said.out


@pytest.mark.parametrize("spared", ["duckie.test", ".test", "*"])
def test_a_host_of_no_proxy_is_asked_without(
    command: Command, duckie_test: tuple[int, Mapping[str, str]], spared: str
) -> None:
    with proxying(Proxy()) as proxy:
        said = command("check", HTTPS_PROXY=proxy.address, NO_PROXY=spared, **duckie_test[1])
    assert proxy.asked == []
    assert re.search(r"NOT reachable \(.*host name not found \(DNS\)", said.out)


@pytest.mark.parametrize(
    "proxy",
    [
        f"socks5://user:{_KEY}@127.0.0.1:1",
        "gopher://canary",
        "http://canary:port",
        "http://:1",
        "http://ca\\nary",
        "http://canary é",
        "http://canary:0",
        "http://[canary",
        "http://192.0.2.256:8080",
    ],
)
@pytest.mark.parametrize("command_line", [["check"], ["serve", "--port", "0"], []])
def test_a_proxy_that_cannot_be_used_is_wrong_configuration(
    command: Command, command_line: list[str], proxy: str
) -> None:
    said = command(*command_line, HTTPS_PROXY=proxy, DUCKIE_API_KEY=_KEY)
    assert said == (2, "", "rundown-mcp: HTTPS_PROXY: no usable proxy; give http://host:port, or unset it\n")


@pytest.mark.parametrize(("minutes", "said"), [(-12, "12 min ahead of"), (61, "60 min behind"), (2, None)])
def test_a_clock_that_is_off_is_said(command: Command, minutes: int, said: str | None) -> None:
    with served(_runs(datetime.now(UTC) + timedelta(minutes=minutes)), date_header=False) as address:
        done = command("check", DUCKIE_API_KEY=_KEY, DUCKIE_BASE_URL=address)
    assert (done.code, done.err) == (0, "")
    told = f": no runs yet. This machine's clock is {said} the provider's: set it" if said else ": no runs yet\n"
    assert told in done.out


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("", ""),
        ("canary", ""),
        ("Sun, 22 Nov 2026 10:05:00 GMT", ""),
        ("Sun, 22 Nov 2026 10:05:01 GMT", "5 min behind"),
        ("Sun, 22 Nov 2026 09:54:59 -0000", "5 min ahead"),
        ("Sun, 99 Nov 2026 10:05:01 GMT", ""),
    ],
)
def test_a_clock_is_off_from_five_minutes_on(date: str, said: str) -> None:
    note = clock_note(date, _NOW)
    assert said in note
    assert bool(said) is bool(note)


def test_a_slow_connection_is_said_to_be_slow() -> None:
    assert how_far(None, "", 5.1) == "reachable, authorised, slow"
    assert how_far(None, " through a proxy", 4.9) == "reachable through a proxy, authorised"
    assert how_far(Unauthorized("", "", ""), "", 6) == "reachable, NOT authorised"
