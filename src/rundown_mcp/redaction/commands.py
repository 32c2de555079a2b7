"""Secrets in command lines, and logins of which only the place tells what is the password."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from rundown_mcp.redaction import words
from rundown_mcp.redaction.engine import Pattern, compiled
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import ASSIGNED, SECRET, Found
from rundown_mcp.redaction.values import has_digit, reference


@cache
def _flag() -> Pattern:
    return compiled(
        r"(?i)(?:^|[\s\"'`\x00])(?:--?(?P<name>[a-z][a-z0-9_-]{1,40})(?:=|[ \t]{1,3}|[\"'],?[ \t]{0,2}[\"'])[\"']?"
        r"|(?:mysql|mysqldump|mysqladmin|mariadb|sshpass|docker login|redis-cli|mongo|mongosh|clickhouse-client|"
        r"smbclient|lftp|"
        r"ldapsearch|az login|htpasswd|zip|unzip|7z|sqlcmd|bcp)[^\n\x00]{0,80}? -[pPaw][ \t]{0,2}[\"']?"
        r"|openssl[^\n\x00]{0,80}? -k[ \t]{1,2}[\"']?"
        r"|(?:curl|wget|http|httpie|ab)[^\n\x00]{0,120}? (?:-u|--user|-a|--auth)[ =]{0,2}[\"']?[^\s:\"']{1,64}:)"
        r"(?P<value>[^\s\"'`\x00\x02]{3,512})"
    )


@cache
def _login_word() -> Pattern:
    return compiled(r"(?i)credentials?|creds|log[ -]?in|zugangsdaten|anmeldedaten|identifiants|credenciales")


@cache
def _login() -> Pattern:
    """User and password side by side: `credentials: anna / s3cret`, 'login anna:s3cret'."""
    return compiled(
        r"(?i)(?:credentials?|creds|log[ -]?in|zugangsdaten|anmeldedaten|identifiants|credenciales)"
        r"(?:[ \t]+(?:are|is|was|were|with|sind|lauten|ist|son|sont|details|data|info))?[ \t]{0,2}:?[ \t]{0,2}"
        r"[\"'`(]?[^\s/:|\"'`\x00\x02]{2,64}[\"'`]?(?:[ \t]?[/|:,][ \t]?|[ \t]+(?:and|und|et|y|with)[ \t]+)[\"'`]?"
        r"(?P<value>[^\s\"'`/|,;<>()\x00\x02][^\s\"'`,;<>()\x00\x02]{3,127})"
    )


@cache
def _piped() -> Pattern:
    """What a command is given on its standard input as a password: `echo s3cret | sudo -S …`."""
    return compiled(
        r"\b(?:echo|printf)(?: -[a-z]{1,3})? [\"']?(?P<value>[^\s\"'|\x00\x02]{3,256})[\"']? ?\| ?"
        r"(?:sudo[^\n|\x00]{0,40} -S|[^\n|\x00]{0,120}--(?:password-stdin|with-token|passphrase-fd))\b"
    )


@cache
def _passed() -> Pattern:
    """A user's name and password as programs pass them: `auth=("anna", "s3cret")`, `BasicAuth('anna', 's3cret')`."""
    return compiled(
        r"(?i)auth[ \t]?=?[ \t]?\([\"'][^\"'\n\x00]{1,64}[\"'], ?[\"'](?P<value>[^\"'\n\x00\x02]{3,256})[\"']\)"
    )


@cache
def _identified() -> Pattern:
    """A user's password in SQL; of other things, prose says 'identified by', too."""
    return compiled(
        r"(?:(?i:\b(?:create|alter)\s{1,4}(?:user|role)|\bgrant)\s[^;\x00]{1,160}?\s(?i:identified)|\bIDENTIFIED)"
        r"(?i:\s{1,4}with\s{1,4}[^\s;\x00]{1,64})?(?i:\s{1,4}by(?:\s{1,4}password)?)\s{1,4}[\"'`]?"
        r"(?P<value>[^\s\"'`;\x00\x02]{3,256})"
    )


def command_secrets(sight: Sight) -> Iterator[Found]:
    """What flags with a secret's name take, what commands take as a password, and passwords beside a user's name."""
    data = sight.data
    if _login_word().search(data) is not None:
        for found in _login().finditer(data):
            if has_digit(data[slice(*found.span("value"))]):
                yield Found(*found.span("value"), SECRET, "value", ASSIGNED)
    if b"|" in data:
        yield from _values(_piped(), data)
    if b"uth" in data:
        yield from _values(_passed(), data)
    if b"dentified" in data or b"IDENTIFIED" in data:
        yield from _values(_identified(), data)
    if b"-" in data:
        for found in _flag().finditer(data):
            name = found.span("name")
            told = name[0] < 0 or words.is_secret_name(sight.text[slice(*name)])
            if told and reference().match(data, found.start("value")) is None:
                yield Found(*found.span("value"), SECRET, "value", ASSIGNED)


def _values(pattern: Pattern, data: bytes) -> Iterator[Found]:
    return (Found(*found.span("value"), SECRET, "value", ASSIGNED) for found in pattern.finditer(data))
