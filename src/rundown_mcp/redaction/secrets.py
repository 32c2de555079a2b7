"""Secrets in text, by the forms that vendors give their keys and by what stands before them."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from rundown_mcp.redaction.placeholders import PLACED, secret

_PREFIXED: Final = (
    (
        "private-key",
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\s\\n]{0,20000}"
        r"(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?",
    ),
    (
        # From the start of its word, so that a word of many `eyJ` is read once and not once for each.
        "jwt",
        r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*?eyJ[A-Za-z0-9_-]{8})[A-Za-z0-9_-]++\.eyJ[A-Za-z0-9_-]{8,}+"
        r"(?:\.[A-Za-z0-9_-]*+)?",
    ),
    ("duckie-key", r"\bdk_(?:live|test|mcp_access)_[A-Za-z0-9_-]{8,}"),
    ("happyrobot-key", r"\b(?:hr|sk)_(?:live|test)_[A-Za-z0-9_-]{8,}"),
    ("conduit-key", r"\bcapi_[A-Za-z0-9_-]{8,}"),
    ("aws-key", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    ("github-token", r"\b(?:gh[opusr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})"),
    ("gitlab-token", r"\bglpat-[A-Za-z0-9_-]{16,}"),
    ("slack-token", r"\bxox[abeoprs]-[A-Za-z0-9-]{8,}"),
    ("stripe-key", r"\b(?:rk|pk)_(?:live|test)_[A-Za-z0-9]{8,}"),
    ("google-key", r"\bAIza[A-Za-z0-9_-]{30,}"),
    ("model-key", r"\bsk-[A-Za-z0-9_-]{16,}"),
)

_SPOKEN: Final = (
    (
        # A word behind them (`basic troubleshooting`) is none: a token holds a digit, a `=` or mixed case, or is long.
        "token",
        r"(?i:\b(?:bearer|basic|token)\s+)"
        r"(?P<value>(?=[A-Za-z._~+/-]*?(?:[0-9=]|[a-z][A-Z])|[A-Za-z._~+/-]{20})[A-Za-z0-9._~+/=-]{12,})",
    ),
    ("password", r"(?i:\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@]*:)(?P<value>[^\s/\"<>]+)(?=@)"),
    (
        "value",
        r"(?i:(?:api[_-]?key|access[_-]?key|secret|password|passwd|pwd|auth[_-]?token|access[_-]?token"
        r"|refresh[_-]?token|signature)\b\\{0,2}[\"']?\s{0,3}[=:]\s{0,3}\\{0,2}[\"']?)"
        r"(?P<value>(?!(?i:null|none|true|false|undefined)\b)(?:(?<=\")[^\"\\]{4,}(?=\")|[^\s\"'&,;<>{}\[\]]{4,}))",
    ),
)

_SECRET_KEYS: Final = frozenset(
    "password passwd pwd passphrase secret clientsecret apikey accesskey secretkey privatekey token accesstoken "
    "refreshtoken authtoken idtoken sessiontoken bearertoken authorization proxyauthorization cookie setcookie "
    "credential credentials signature userpassword".split()
)


@cache
def _patterns() -> tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    """Compiled on first use, because a server that answers nothing yet needs none of them."""
    prefixed = "|".join(f"(?P<{name.replace('-', '_')}>{pattern})" for name, pattern in _PREFIXED)
    return re.compile(prefixed, re.ASCII), tuple((name, re.compile(f"{PLACED}|{pattern}")) for name, pattern in _SPOKEN)


def mask_secrets(text: str) -> str:
    """Replace every secret that is found by its placeholder."""
    prefixed, spoken = _patterns()
    text = prefixed.sub(lambda found: secret((found.lastgroup or "key").replace("_", "-")), text)
    for name, pattern in spoken:
        text = pattern.sub(lambda found, name=name: _mask_value(found, name), text)  # type: ignore[misc]
    return text


def _mask_value(found: re.Match[str], name: str) -> str:
    """Keep what introduces the value, replace the value; leave a placeholder that stands there already."""
    value = found["value"]
    if value is None or re.fullmatch(PLACED, value):
        return found[0]
    start = found.start("value") - found.start()
    return found[0][:start] + secret(name) + found[0][start + len(value) :]


def is_secret_key(name: str) -> bool:
    """Whether a payload's key names a secret: `userPassword`, `API-Key`, `access_token`."""
    folded = re.sub(r"[^a-z0-9]", "", name.casefold())
    return folded in _SECRET_KEYS or folded.endswith(("password", "secret", "apikey", "accesstoken", "privatekey"))
