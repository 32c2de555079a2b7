"""What the tables of tokens and scopes may say, and how it is told what is wrong with them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.harness import settings_from

from rundown_mcp.access.caller import EVERYTHING, Caller, Grant
from rundown_mcp.access.rules import AccessRules
from rundown_mcp.domain.errors import SettingsError
from rundown_mcp.http_access import load_access

_TOOLS = ("list_runs", "get_run")
_SECRET = "canary" + "0123" * 4
_OAUTH = {"RUNDOWN_OAUTH_ISSUER": "https://id.example.com", "RUNDOWN_OAUTH_AUDIENCE": "api://rundown"}


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rules:
    return Rules(tmp_path, monkeypatch)


class Rules:
    """Writes a file, and reads it as `serve` does, with two connections set up."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch

    def read(self, text: str, **variables: str) -> AccessRules:
        (self.folder / "config.toml").write_text(text, encoding="utf-8")
        given = {
            "DUCKIE_API_KEY": "duckie-key",
            "CONDUIT_API_KEY": "conduit-key",
            "RUNDOWN_CONFIG": str(self.folder / "config.toml"),
            **variables,
        }
        return load_access(settings_from(self._monkeypatch, given), _TOOLS)

    def refused(self, text: str, **variables: str) -> str:
        with pytest.raises(SettingsError) as error:
            self.read(text, **variables)
        assert _SECRET not in str(error.value)
        assert str(self.folder) not in str(error.value)
        return str(error.value)


def test_without_a_file_the_variables_token_is_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_from(monkeypatch, {"RUNDOWN_HTTP_TOKEN": _SECRET})
    (only,) = load_access(settings, _TOOLS).tokens
    assert (only.name, only.token.get_secret_value(), only.grant) == ("default", _SECRET, EVERYTHING)
    assert load_access(settings_from(monkeypatch, {}), _TOOLS) == AccessRules()


def test_tokens_and_scopes_open_what_their_tables_name(rules: Rules) -> None:
    (rules.folder / "two").write_text(f" {_SECRET}2\n", encoding="utf-8")
    (rules.folder / "two").chmod(0o600)
    read = rules.read(
        """
        [tokens.one]
        token_env = "TOKEN_ONE"
        [tokens.two]
        token_file = "two"
        connections = ["duckie"]
        tools = ["get_run"]
        [tokens.scraper]
        token_env = "TOKEN_THREE"
        connections = []
        tools = []
        metrics = true
        [scopes."runs:read"]
        [scopes."https://example.com/runs.support"]
        connections = []
        """,
        TOKEN_ONE=_SECRET,
        TOKEN_THREE=f"{_SECRET}3",
        **_OAUTH,
    )
    assert [(one.name, one.token.get_secret_value(), one.grant) for one in read.tokens] == [
        ("one", _SECRET, EVERYTHING),
        ("two", f"{_SECRET}2", Grant(frozenset({"duckie"}), frozenset({"get_run"}), metrics=False)),
        ("scraper", f"{_SECRET}3", Grant(frozenset(), frozenset(), metrics=True)),
    ]
    assert read.scopes == {
        "runs:read": EVERYTHING,
        "https://example.com/runs.support": Grant(connections=frozenset(), metrics=False),
    }
    assert read.tell_callers_apart


def test_stdio_and_other_commands_start_without_the_variables_of_tokens(rules: Rules) -> None:
    why = rules.refused('[tokens.one]\ntoken_env = "TOKEN_ONE"')
    assert why == (
        "RUNDOWN_CONFIG: [tokens.one]: token_env: TOKEN_ONE, which token_env names, is not set; set it, or name another"
    )
    # `settings_from`, which every command begins with, took the same file.


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tokens = 1", "tokens takes tables [tokens.NAME] and nothing else"),
        ("[tokens]", "tokens holds no table [tokens.NAME]; add one, or take tokens away"),
        ("[scopes]", 'scopes holds no table [scopes."NAME"]; add one, or take scopes away'),
        ("tokens.a = 1", "[tokens.a]: takes a table with token_env or token_file"),
        ("[tokens.'A B']", 'token "A B": a name takes up to 32 of a-z'),
        ("[tokens.a]", "[tokens.a]: give either token_env or token_file"),
        ("[tokens.a]\ntoken_env = 'A'\ntoken_file = 'a'", "give either token_env or token_file"),
        ("[tokens.a]\ntoken_env = 1", '"token_env" takes a text in quotes'),
        (f"[tokens.a]\ntoken = '{_SECRET}'", "token: takes no token itself; name its variable in token_env"),
        ("[tokens.a]\nscope = 'x'", 'unknown key "scope"; takes connections, metrics, token_env, token_file, tools'),
        ("[tokens.a]\ntools = 'get_run'", 'tools takes a list of names in quotes: tools = ["…"]'),
        ("[tokens.a]\nmetrics = 1", "[tokens.a]: metrics takes true or false"),
        ("[tokens.a]\ntools = [1]", "tools takes a list of names in quotes"),
        ("[tokens.a]\ntools = ['get_runs']", 'tools: there is no "get_runs"; there are list_runs, get_run'),
        ("[tokens.a]\nconnections = ['happyrobot']", 'there is no "happyrobot"; there are duckie, conduit'),
        ("[tokens.a]\ntoken_env = 'SPACED'", "[tokens.a]: token_env: takes printable ASCII without spaces"),
        ("[tokens.default]\ntoken_env = 'GOOD'", "[tokens.default] is the name of RUNDOWN_HTTP_TOKEN's"),
        ("[tokens.a]\ntoken_env = 'RUNDOWN_HTTP_TOKEN'", "[tokens.a] holds the same token as default"),
        (
            "[tokens.a]\ntoken_file = 'missing'",
            "token_file: there is no such file; give the path of",
        ),
        ("[tokens.oauth]\ntoken_env = 'GOOD'", "[tokens.oauth]: names whom an authorisation server gave a token"),
        ("[scopes.a]\nconnection = 'x'", '[scopes.a]: unknown key "connection"; takes connections, metrics, tools'),
        ("[scopes.'a b']", 'scope "a b": a scope takes printable ASCII without spaces'),
        ("[scopes.'a:b']\ntools = ['x']", '[scopes."a:b"]: tools: there is no "x"'),
        ("[scopes.a]", "[scopes] need RUNDOWN_OAUTH_ISSUER and RUNDOWN_OAUTH_AUDIENCE; set both"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(rules: Rules, text: str, why: str) -> None:
    given = {"SPACED": f"{_SECRET} {_SECRET}", "GOOD": f"{_SECRET}3", "RUNDOWN_HTTP_TOKEN": _SECRET}
    message = rules.refused(text, **given)
    assert message.startswith("RUNDOWN_CONFIG: ")
    assert why in message


def test_scopes_without_an_issuer_are_refused(rules: Rules) -> None:
    assert rules.refused("[scopes.a]\nconnections = ['duckie']") == (
        "RUNDOWN_CONFIG: [scopes] need RUNDOWN_OAUTH_ISSUER and RUNDOWN_OAUTH_AUDIENCE; set both"
    )


@pytest.mark.parametrize("variable", ["RUNDOWN_HTTP_TOKEN", *_OAUTH])
def test_a_placeholder_where_a_token_or_an_issuer_should_stand_opens_nothing(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    settings = settings_from(monkeypatch, {variable: "${RUNDOWN_TEAM}"})
    with pytest.raises(SettingsError, match=f"^{variable}: an unexpanded placeholder, which would let everybody in"):
        load_access(settings, _TOOLS)


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_a_token_file_that_others_may_read_is_refused(rules: Rules) -> None:
    (rules.folder / "open").write_text(_SECRET, encoding="utf-8")
    (rules.folder / "open").chmod(0o644)
    assert "token_file may be read by others; chmod 600 it" in rules.refused('[tokens.a]\ntoken_file = "open"')


def test_in_the_sandbox_its_own_connections_are_granted(rules: Rules) -> None:
    read = rules.read(
        '[tokens.a]\ntoken_env = "A_TOKEN"\nconnections = ["happyrobot"]', A_TOKEN=_SECRET, RUNDOWN_SANDBOX="1"
    )
    assert read.tokens[0].grant.connections == frozenset({"happyrobot"})


def test_with_several_grants_a_connection_is_open_to_the_tools_of_the_same_grant_only() -> None:
    both = Caller(
        "both", "", (Grant(frozenset({"a"}), frozenset({"x"})), Grant(frozenset({"b"}), frozenset({"x", "y"})))
    )
    assert [both.may_ask(tool) for tool in "xyz"] == [{"a", "b"}, {"b"}, frozenset()]
    assert [both.may_call(tool) for tool in "xyz"] == [True, True, False]
    wide = Caller("wide", "", (Grant(tools=frozenset({"x"})), Grant(frozenset({"a"}))))
    assert [wide.may_ask(tool) for tool in "xy"] == [None, frozenset({"a"})]
