"""Every variable and every key of the file: default, valid, unusable, and what is said of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.harness import settings_from

from rundown_mcp.account import is_loopback
from rundown_mcp.domain.errors import SettingsError
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.settings import ServerSettings, Settings, load_settings

_KEY = "can" + "ary" + "-key-0123456789"


def _refused(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        settings_from(monkeypatch, variables)
    message = caught.value.message
    assert "\n" not in message
    assert "canary" not in message
    return message


def test_an_empty_environment_gives_the_documented_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_from(monkeypatch, {})
    assert settings == Settings(ServerSettings(), ())
    server = settings.server
    assert (server.redaction, server.max_tokens, server.structured) == (Policy.BALANCED, 8000, False)
    assert (server.http_token, server.allowed_hosts, server.allowed_origins) == (None, (), ())
    assert (server.timeout_s, server.ca_bundle, server.config, server.sandbox) == (45.0, None, None, False)


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        *(("REDACTION", policy.value, "redaction", policy) for policy in Policy),
        ("REDACTION", " strict\n", "redaction", Policy.STRICT),
        ("MAX_TOKENS", "200", "max_tokens", 200),
        ("MAX_TOKENS", "200000", "max_tokens", 200_000),
        ("STRUCTURED", "1", "structured", True),
        ("STRUCTURED", "0", "structured", False),
        ("ALLOWED_HOSTS", "MCP.example.com, [::1]:80 ,a:*,", "allowed_hosts", ("mcp.example.com", "[::1]:80", "a:*")),
        ("ALLOWED_ORIGINS", "https://App.example.com", "allowed_origins", ("https://app.example.com",)),
        ("TIMEOUT_S", "1.5", "timeout_s", 1.5),
        ("SANDBOX", "1 ", "sandbox", True),
    ],
)
def test_a_variable_sets_its_field(
    monkeypatch: pytest.MonkeyPatch, variable: str, text: str, field: str, value: object
) -> None:
    assert getattr(settings_from(monkeypatch, {f"RUNDOWN_{variable}": text}).server, field) == value


def test_the_token_is_taken_without_the_space_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    token = settings_from(monkeypatch, {"RUNDOWN_HTTP_TOKEN": f" {_KEY}\n"}).server.http_token
    assert token is not None
    assert token.get_secret_value() == _KEY
    assert _KEY not in repr(token)


@pytest.mark.parametrize(
    ("variable", "text", "takes"),
    [
        ("REDACTION", "canary", "strict, balanced, off"),
        ("REDACTION", "OFF", "strict, balanced, off"),
        ("MAX_TOKENS", "199", "200 to 200000"),
        ("MAX_TOKENS", "200001", "200 to 200000"),
        ("MAX_TOKENS", "canary", "200 to 200000"),
        ("STRUCTURED", "canary", "1 or 0"),
        ("SANDBOX", "canary", "1 or 0"),
        ("HTTP_TOKEN", "canary canary", "printable ASCII without spaces"),
        ("HTTP_TOKEN", "canaryé", "printable ASCII without spaces"),
        ("ALLOWED_HOSTS", "https://canary.example", "host names such as"),
        ("ALLOWED_HOSTS", "*", "host names such as"),
        ("ALLOWED_ORIGINS", "null", "origins such as"),
        ("ALLOWED_ORIGINS", "canary.example", "origins such as"),
        ("ALLOWED_ORIGINS", "https://canary.example/", "origins such as"),
        ("OAUTH_ISSUER", "canary", "the issuer of an authorisation server, such as"),
        ("OAUTH_ISSUER", "http://canary.example", "the issuer of an authorisation server, such as"),
        ("OAUTH_ISSUER", "https://canary.example/?a", "the issuer of an authorisation server, such as"),
        ("OAUTH_AUDIENCE", "canary canary", "no spaces and quotes"),
        ("OAUTH_AUDIENCE", 'canary"', "no spaces and quotes"),
        ("TIMEOUT_S", "0.9", "1 to 600"),
        ("TIMEOUT_S", "601", "1 to 600"),
        ("TIMEOUT_S", "nan", "1 to 600"),
        ("CA_BUNDLE", "/nowhere/canary.pem", "give the path of a PEM file"),
        ("CONFIG", "/nowhere/canary.toml", "there is no such file; give the path of a TOML file"),
        ("CONFIG", "/", "the file cannot be read; give the path of a TOML file"),
        ("CONFIG", "~nobody-of-this-name/canary", "give the path of a TOML file"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_what_is_taken(
    monkeypatch: pytest.MonkeyPatch, variable: str, text: str, takes: str
) -> None:
    message = _refused(monkeypatch, {f"RUNDOWN_{variable}": text})
    assert message.startswith(f"RUNDOWN_{variable}: ")
    assert takes in message


_ALL_VARIABLES = [
    *(f"RUNDOWN_{field.upper()}" for field in ServerSettings.model_fields),
    *(f"{spec.name.upper()}_{field.upper()}" for spec in PROVIDERS.values() for field in spec.settings.model_fields),
]


@pytest.mark.parametrize("empty", ["", "  ", "${SOMETHING}", "${input:key}", " $SOMETHING_2 "])
def test_what_is_empty_or_a_placeholder_counts_as_not_set(monkeypatch: pytest.MonkeyPatch, empty: str) -> None:
    settings = settings_from(monkeypatch, dict.fromkeys(_ALL_VARIABLES, empty))
    assert (settings.server, settings.connections) == (ServerSettings(), ())
    assert settings.unexpanded == (tuple(sorted(_ALL_VARIABLES)) if "$" in empty else ())


def test_an_unexpanded_optional_variable_leaves_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_from(
        monkeypatch, {"CONDUIT_API_KEY": _KEY, "CONDUIT_WORKSPACE_ID": "${X}", "CONDUIT_BASE_URL": ""}
    )
    (connection,) = settings.connections
    assert (connection.values.workspace_id, connection.values.base_url) == (None, "https://api.conduit.ai/v1")
    assert settings.placeholders.startswith("CONDUIT_WORKSPACE_ID: not set")


def test_the_sandbox_asks_for_no_key_and_reads_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"DUCKIE_API_KEY": "wrong key", "RUNDOWN_CONFIG": "/nowhere", "CONDUIT_API_KEY": "${X}"}
    settings_from(monkeypatch, {})
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    by_option = load_settings(sandbox=True)
    monkeypatch.setenv("RUNDOWN_SANDBOX", "1")
    assert by_option == load_settings()
    assert (by_option.connections, by_option.unexpanded) == ((), ())


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("duckie", "https://app.useduckie.ai/api/v1"),
        ("happyrobot", "https://platform.happyrobot.ai/api/v1"),
        ("conduit", "https://api.conduit.ai/v1"),
    ],
)
def test_a_key_makes_a_connection_of_its_vendors_name(monkeypatch: pytest.MonkeyPatch, name: str, default: str) -> None:
    (connection,) = settings_from(monkeypatch, {f"{name.upper()}_API_KEY": f" {_KEY} "}).connections
    assert (connection.name, connection.key_variable) == (name, f"{name.upper()}_API_KEY")
    assert connection.values.api_key.get_secret_value() == _KEY
    assert connection.values.base_url == default
    assert _KEY not in repr(connection)


@pytest.mark.parametrize("key", ["two words", "tab\there", "ümlaut", "new\nline", "x" * 4097, "nul\x7f"])
def test_a_key_that_no_header_can_carry_is_refused(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    message = _refused(monkeypatch, {"HAPPYROBOT_API_KEY": f"canary{key}"})
    assert message == "HAPPYROBOT_API_KEY: takes printable ASCII without spaces; paste it anew"


@pytest.mark.parametrize("quote", ['"', "'", "`"])
@pytest.mark.parametrize("variable", ["HAPPYROBOT_API_KEY", "HAPPYROBOT_ORGANIZATION_ID", "HAPPYROBOT_BASE_URL"])
def test_quotes_that_were_pasted_with_a_value_are_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, quote: str
) -> None:
    pasted = {"HAPPYROBOT_API_KEY": _KEY, variable: f"{quote}{_KEY}{quote}"}
    assert _refused(monkeypatch, pasted) == f"{variable}: has quotes round it; leave them out"


def test_a_field_that_its_vendor_bounds_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    message = _refused(monkeypatch, {"CONDUIT_API_KEY": _KEY, "CONDUIT_WORKSPACE_ID": "canary" * 30})
    assert message.startswith("CONDUIT_WORKSPACE_ID: not of the form that Conduit uses")


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://eu.example.com/api/v1", "https://eu.example.com/api/v1"),
        ("HTTPS://eu.example.com:8443/api//", "HTTPS://eu.example.com:8443/api"),
        ("https://10.0.0.1", "https://10.0.0.1"),
        ("http://127.0.0.1:9000/x/", "http://127.0.0.1:9000/x"),
        ("http://127.8.9.1", "http://127.8.9.1"),
        ("http://[::1]:9000/x", "http://[::1]:9000/x"),
        ("http://LocalHost:1", "http://LocalHost:1"),
    ],
)
def test_a_base_url_is_https_or_loopback(monkeypatch: pytest.MonkeyPatch, url: str, taken: str) -> None:
    (connection,) = settings_from(monkeypatch, {"DUCKIE_API_KEY": _KEY, "DUCKIE_BASE_URL": url}).connections
    assert connection.values.base_url == taken


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://canary.example", "in clear"),
        ("http://127.0.0.1.canary.example", "in clear"),
        ("http://localhost.canary.example", "in clear"),
        ("http://10.0.0.1", "in clear"),
        ("http://0.0.0.0", "in clear"),
        ("http://[::2]", "in clear"),
        ("https://canary@example.com", "no user"),
        ("https://@example.com", "no user"),
        ("https://good.example\\@canary.example", "no user"),
        ("https://example.com/?canary=1", "query"),
        ("https://example.com/?", "query"),
        ("https://example.com/#", "fragment"),
        ("canary.example/api", "not a web address"),
        ("ftp://canary.example", "not a web address"),
        ("file:///canary", "not a web address"),
        ("https://", "not a web address"),
        ("https://192.0.2.256", "not a web address"),
        ("https://exa\\mple", "not a web address"),
        ("https://example.com:99999", "not a web address"),
        ("https://example.com:0", "not a web address"),
        ("https://[::1", "not a web address"),
        ("https://exa\nmple.com", "without spaces"),
        ("https://exämple.com", "printable ASCII"),
    ],
)
def test_any_other_base_url_is_refused(monkeypatch: pytest.MonkeyPatch, url: str, why: str) -> None:
    message = _refused(monkeypatch, {"DUCKIE_API_KEY": _KEY, "DUCKIE_BASE_URL": url})
    assert message.startswith("DUCKIE_BASE_URL: ")
    assert why in message


def test_loopback_is_this_machine_only() -> None:
    assert [is_loopback(host) for host in ("localhost", "127.0.0.2", "::1")] == [True] * 3
    assert [is_loopback(host) for host in ("", "0.0.0.0", "::", "example.com", "localhost.")] == [False] * 5  # noqa: S104


class _File:
    """A configuration file in a folder of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._monkeypatch = monkeypatch
        self.folder = folder

    def key_file(self, name: str, content: bytes, mode: int = 0o600) -> None:
        (self.folder / name).write_bytes(content)
        (self.folder / name).chmod(mode)

    def load(self, text: str | bytes, **variables: str) -> Settings:
        path = self.folder / "rundown.toml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return settings_from(self._monkeypatch, {"RUNDOWN_CONFIG": str(path), **variables})

    def refused(self, text: str | bytes, **variables: str) -> str:
        with pytest.raises(SettingsError) as caught:
            self.load(text, **variables)
        message = caught.value.message
        assert message.startswith("RUNDOWN_CONFIG: ")
        assert "\n" not in message
        assert "canary" not in message
        assert str(self.folder) not in message
        return message.removeprefix("RUNDOWN_CONFIG: ")


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> _File:
    return _File(monkeypatch, tmp_path)


def test_a_file_adds_several_accounts_of_one_vendor(file: _File) -> None:
    file.key_file("keys.txt", b"\xef\xbb\xbf" + _KEY.encode() + b"-file\r\n")
    settings = file.load(
        b"\xef\xbb\xbf"
        b"""
        [connections.duckie-eu]
        provider = "duckie"
        api_key_env = "DUCKIE_EU_API_KEY"
        base_url = "https://eu.example.com/api/"

        [connections.robots]
        provider = "happyrobot"
        api_key_file = "keys.txt"
        organization_id = "org-1"
        """,
        DUCKIE_API_KEY=_KEY,
        DUCKIE_EU_API_KEY=f" {_KEY}-eu ",
    )
    found = [(one.name, one.spec.name, one.key_variable, one.values.base_url) for one in settings.connections]
    assert found == [
        ("duckie", "duckie", "DUCKIE_API_KEY", "https://app.useduckie.ai/api/v1"),
        ("duckie-eu", "duckie", "DUCKIE_EU_API_KEY", "https://eu.example.com/api"),
        ("robots", "happyrobot", "the api_key_file of [connections.robots]", "https://platform.happyrobot.ai/api/v1"),
    ]
    keys = [one.values.api_key.get_secret_value() for one in settings.connections]
    assert keys == [_KEY, f"{_KEY}-eu", f"{_KEY}-file"]
    assert settings.connections[2].values.organization_id == "org-1"


def test_a_file_in_the_home_directory_is_found(file: _File, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(file.folder))
    monkeypatch.setenv("USERPROFILE", str(file.folder))
    file.key_file("key", _KEY.encode())
    (file.folder / "rundown.toml").write_text('[connections.a]\nprovider = "duckie"\napi_key_file = "~/key"\n')
    (connection,) = settings_from(monkeypatch, {"RUNDOWN_CONFIG": "~/rundown.toml"}).connections
    assert connection.name == "a"


def test_an_empty_file_adds_nothing(file: _File) -> None:
    assert file.load("").connections == ()


def _table(**keys: Any) -> str:  # noqa: ANN401 - any TOML value
    given = {"provider": "duckie", "api_key_env": "EU_KEY", **keys}
    lines = (f"{name} = {value!r}" for name, value in given.items() if value is not None)
    return "[connections.duckie-eu]\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"provider": None}, "provider is one of duckie, happyrobot, conduit"),
        ({"provider": "canary"}, "provider is one of duckie, happyrobot, conduit"),
        ({"provider": 5}, '"provider" takes a text in quotes'),
        ({"base_url": ["canary"]}, '"base_url" takes a text in quotes'),
        ({"provider": " duckie"}, "provider is one of duckie, happyrobot, conduit"),
        ({"api_key": "canary"}, "api_key: takes no key itself; name its variable in api_key_env"),
        ({"api_key": 5}, "api_key: takes no key itself; name its variable in api_key_env"),
        ({"api_key_env": None, "api_key": "canary"}, "api_key: takes no key itself; name its variable in api_key_env"),
        ({"bace_url": "canary"}, 'unknown key "bace_url"; takes api_key_env, api_key_file, base_url, provider'),
        ({"organization_id": "canary"}, 'unknown key "organization_id"'),
        ({"api_key_env": None}, "give either api_key_env or api_key_file"),
        ({"api_key_file": "canary"}, "give either api_key_env or api_key_file"),
        ({"api_key_env": "canary-that-is-a-key"}, "api_key_env: its variable is not set; set it"),
        ({"api_key_env": ""}, "api_key_env: its variable is not set; set it"),
        ({"api_key_env": "UNEXPANDED_KEY"}, "UNEXPANDED_KEY, which api_key_env names, is not set; set it"),
        ({"api_key_env": "TOKEN"}, "TOKEN, which api_key_env names, is not set; set it"),
        ({"api_key_env": "APIKEY2"}, "APIKEY2, which api_key_env names, is not set; set it"),
        ({"api_key_env": "Q7" * 8}, "api_key_env: its variable is not set; set it"),
        ({"api_key_env": "QWERTYUIOPASD"}, "api_key_env: its variable is not set; set it"),
        ({"api_key_env": "TWO_WORDS"}, "api_key_env: takes printable ASCII without spaces"),
        ({"base_url": "http://canary.example"}, "base_url: plain http would send the key in clear"),
    ],
)
def test_a_table_that_cannot_be_used_is_named(file: _File, keys: dict[str, Any], why: str) -> None:
    message = file.refused(_table(**keys), EU_KEY=_KEY, UNEXPANDED_KEY="${UNEXPANDED_KEY}", TWO_WORDS="canary canary")
    assert message.startswith("[connections.duckie-eu]")
    assert why in message


@pytest.mark.parametrize(
    ("name", "content", "mode", "why"),
    [
        ("missing", None, 0o600, "there is no such file"),
        ("nul\\u0000", None, 0o600, "cannot be read"),
        ("~nobody-of-this-name/key", None, 0o600, "there is no such file"),
        (".", None, 0o600, "cannot be read"),
        ("utf16", "canary".encode("utf-16"), 0o600, "cannot be read"),
        ("empty", b"", 0o600, "is empty; put the key there"),
        ("blank", b"\xef\xbb\xbf \n", 0o600, "is empty; put the key there"),
        ("lines", b"canary\ncanary", 0o600, "takes printable ASCII"),
        pytest.param(
            "open",
            b"canary",
            0o644,
            "may be read by others; chmod 600",
            marks=pytest.mark.skipif(os.name != "posix", reason="modes"),
        ),
        pytest.param(
            "group",
            b"canary",
            0o640,
            "may be read by others; chmod 600",
            marks=pytest.mark.skipif(os.name != "posix", reason="modes"),
        ),
    ],
)
def test_a_key_file_that_cannot_be_used_is_named_by_its_table(
    file: _File, name: str, content: bytes | None, mode: int, why: str
) -> None:
    if content is not None:
        file.key_file(name, content, mode)
    message = file.refused(f'[connections.x]\nprovider = "duckie"\napi_key_file = "{name}"')
    assert message.startswith("[connections.x]")
    assert "api_key_file" in message
    assert why in message


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_a_credential_of_systemd_may_show_rights_of_its_group_and_none_of_others(file: _File) -> None:
    table = '[connections.x]\nprovider = "duckie"\napi_key_file = "key"'
    file.key_file("key", b"canary", 0o440)
    assert file.load(table, CREDENTIALS_DIRECTORY=str(file.folder)).connections
    assert "may be read by others" in file.refused(table, CREDENTIALS_DIRECTORY=str(file.folder.parent))
    file.key_file("key", b"canary", 0o444)
    assert "may be read by others" in file.refused(table, CREDENTIALS_DIRECTORY=str(file.folder))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[connections.a]\ncanary\n", "no valid TOML, line 2"),
        ("[connections.a]\nprovider = 'canary\n", "no valid TOML, end of document"),
        ("[connections.a", "no valid TOML, end of document"),
        ("[connections.a]\n[connections.a]", "no valid TOML, line 2"),
        (b"\xff\xfe canary", "not UTF-8; save it as UTF-8"),
        ("canary".encode("utf-16"), "not UTF-8; save it as UTF-8"),
        ("a = " + "[" * 100_000, "nests too deep"),
        (
            "[connection.a]\nprovider = 'canary'",
            'unknown key "connection"; takes tables [connections.NAME], [tokens.NAME]',
        ),
        ("api_key = 'canary'", '[scopes."NAME"] and nothing else'),
        ("connections = 'canary'", "takes tables [connections.NAME] and nothing else"),
        ("[[connections]]\nprovider = 'canary'", "takes tables [connections.NAME] and nothing else"),
        ("connections.a = 'canary'", "[connections.a]: takes a table with provider, and api_key_env or api_key_file"),
        ("[connections.a.b]\nc = 'canary'", '[connections.a]: "b" takes a text in quotes'),
        ("[connections.conduit]\nprovider = 'duckie'", "[connections.conduit]: the name of a vendor goes to"),
        ("[connections.'']", '"": a name takes up to 32 of a-z'),
        ("[connections.'a\\nb']".replace("'", '"'), "a name takes up to 32 of a-z"),
        ("[connections.'Big Name']", '"Big Name": a name takes up to 32 of a-z'),
        ("[connections." + "a" * 33 + "]", "a name takes up to 32 of a-z"),
        ("[connections.-a]", "a name takes up to 32 of a-z"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(file: _File, text: str | bytes, why: str) -> None:
    assert why in file.refused(text)


def test_a_name_that_a_variable_already_made_is_refused(file: _File) -> None:
    text = _table().replace("duckie-eu", "duckie")
    assert file.load(text, EU_KEY=_KEY).connections[0].key_variable == "EU_KEY"
    message = file.refused(text, EU_KEY=_KEY, DUCKIE_API_KEY=_KEY)
    assert message.startswith("[connections.duckie] is already the connection made from DUCKIE_API_KEY; choose")


def test_a_file_that_holds_no_certificate_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bundle = tmp_path / "canary.pem"
    bundle.write_text("canary")
    message = _refused(monkeypatch, {"RUNDOWN_CA_BUNDLE": str(bundle)})
    assert message == "RUNDOWN_CA_BUNDLE: holds no certificates; give the path of a PEM file"
