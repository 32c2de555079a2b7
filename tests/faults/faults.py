"""The faults: what a provider, or what stands in front of it, does wrong, and what has to be said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from tests.faults import behaviours as does
from tests.faults.bad_server import BadServer, Behaviour, Greeting, head, well
from tests.faults.behaviours import BODY, CANARY, MB

TRIED: Final = "tried (once|[23] times)"
_WAITED: Final = r"no answer within \d+(\.\d)? s|timed out"
_CHECK: Final = "rundown-mcp check"
_KEY: Final = "[A-Z]+_API_KEY"
_AGAIN: Final = "[Tt]ry again|again later"
_PROXY: Final = "proxy"
_FELT_LIMIT: Final = "429, .*try again in a minute|held back .* paced to .*; try again in [0-9]+ s"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with every answer of a server, and what is said of it.

    `kind` is a pattern for what errors and receipts call it, `mend` one for what an error advises besides. `passes`: it
    may be over soon, so it is said how often it was tried. `hangs`: nothing but the time of the call ends it. `base`
    gives the base URL where it is not the server's own; `proxied`: the server is a proxy on the way to another.
    `holds_back`: the connection asks for nothing for a while after it.
    `at` are the providers that it is tried at: one, where it costs the machine so much that this has to do for all.
    """

    kind: str
    mend: str
    behave: Behaviour = well
    greet: Greeting | None = None
    passes: bool = False
    hangs: bool = False
    base: Callable[[BadServer], str] | None = None
    proxied: bool = False
    holds_back: bool = False
    at: tuple[str, ...] = ("duckie", "happyrobot", "conduit")

    @property
    def may_recover(self) -> bool:
        """Whether the same connection answers once the fault is over: a base URL stays what it is."""
        return self.base is None and not self.holds_back


def _https(server: BadServer) -> str:
    return server.base.replace("http:", "https:")


def _nowhere(server: BadServer) -> str:
    """Port 9, at which nobody listens: the system gives no test a port below 1024."""
    return server.base.replace(server.address, "http://127.0.0.1:9")


def _unknown_host(_: BadServer) -> str:
    return "https://name.invalid/api"


_HTML: Final = f"<!doctype html><title>{CANARY}</title><p>Sign in".encode()
_HEAD: Final = head(200, 5000, x_request_id=CANARY)
_silence = partial(Fault, kind=_WAITED, mend=_AGAIN, hangs=True)

REFUSALS: Final = {
    "401": Fault(behave=does.answers(401), kind="401, (the )?key (was )?refused", mend=_KEY),
    "403": Fault(
        behave=does.answers(403), kind="403, .*it (lacks the scope api:[a-z]+:read|may not see this)", mend=_KEY
    ),
    "403 that names a scope": Fault(
        behave=does.answers(403, f'{{"error": "{CANARY} needs api:core:read"}}'.encode()),
        kind="403, .*it lacks the scope api:core:read",
        mend=_KEY,
    ),
    "404": Fault(behave=does.answers(404), kind="404, not|does not exist", mend="ids|list_runs"),
    "400": Fault(behave=does.answers(400), kind="400, request refused", mend="leave out|name one"),
    "418": Fault(behave=does.answers(418), kind="418, request refused", mend=f"{_CHECK}|name one"),
    "429, seconds": Fault(
        behave=does.answers(429, retry_after="77"),
        kind="429, .*try again in [67][0-9] s|held back .* a 429; try again in [1-6][0-9] s",
        mend="",
        passes=True,
        holds_back=True,
    ),
    "429, a date": Fault(
        behave=does.is_limited_until_a_date,
        kind="429, .*try again in [67][0-9] s|held back .* a 429; try again in [1-6][0-9] s",
        mend="",
        passes=True,
        holds_back=True,
    ),
    "429, no time": Fault(behave=does.answers(429), kind=_FELT_LIMIT, mend="", passes=True),
    "429, no time that is one": Fault(
        behave=does.answers(429, retry_after=CANARY), kind=_FELT_LIMIT, mend="", passes=True
    ),
    **{
        str(status): Fault(behave=does.answers(status), kind=f"(failed with )?{status}", mend=_AGAIN, passes=True)
        for status in (500, 502, 503, 504)
    },
    **{
        f"{status} to another host": Fault(behave=does.redirects(status), kind=f"{status}, a redirect", mend=_CHECK)
        for status in (301, 302, 307)
    },
}
"""Whole answers of another status than 200."""

CONNECTIONS: Final = {
    "refused": Fault(base=_nowhere, kind="connection refused", mend="base URL", passes=True),
    "unknown host": Fault(base=_unknown_host, kind="host name not found", mend="DNS", passes=True),
    "closed at once": Fault(greet=does.greets_with(), kind="connection broke off", mend=_AGAIN, passes=True),
    "closed without an answer": Fault(behave=does.says(), kind="connection broke off", mend=_AGAIN, passes=True),
    "reset without an answer": Fault(
        behave=does.says_then_resets(), kind="connection broke off", mend=_AGAIN, passes=True
    ),
    "reset within a body": Fault(
        behave=does.says_then_resets(_HEAD, BODY), kind="connection broke off", mend=_AGAIN, passes=True
    ),
    "certificate that nobody vouches for": Fault(
        base=_https, greet=does.speaks_tls, kind="TLS certificate not trusted", mend="RUNDOWN_CA_BUNDLE", passes=True
    ),
    "no TLS": Fault(
        base=_https,
        greet=does.greets_with(b"HTTP/1.1 400 No\r\n\r\n", BODY),
        kind="TLS failed",
        mend=_PROXY,
        passes=True,
    ),
    "TLS that is broken off": Fault(
        base=_https,
        greet=does.greets_with(),
        kind="TLS failed",
        mend=_PROXY,
        passes=True,
    ),
    "proxy that wants a password": Fault(
        base=_unknown_host,
        behave=does.answers(407),
        kind="password asked for by the proxy",
        mend="HTTPS_PROXY",
        passes=True,
        proxied=True,
    ),
    "proxy that cannot reach it": Fault(
        base=_unknown_host,
        behave=does.answers(502),
        kind="refused by the proxy",
        mend="HTTPS_PROXY",
        passes=True,
        proxied=True,
    ),
}
"""Connections that fail before or within an answer."""

SILENCES: Final = {
    "connection that is accepted and left alone": _silence(greet=does.hangs),
    "TLS that is never spoken": _silence(greet=does.hangs, base=_https),
    "no answer": _silence(behave=does.says_then_hangs()),
    "half a head": _silence(behave=does.says_then_hangs(_HEAD[:-2])),
    "half a body": _silence(behave=does.says_then_hangs(_HEAD, BODY)),
    "half a packed body": _silence(
        behave=does.says_then_hangs(head(200, 5000, content_encoding="gzip"), does.packed()[:60])
    ),
    "body that drips": _silence(behave=does.drips(_HEAD, b" ", every_s=0.2)),
    "head that drips": _silence(behave=does.drips(_HEAD[:-2], b"x-y: z\r\n", every_s=0.2)),
    "interim answers for ever": _silence(behave=does.drips(b"", b"HTTP/1.1 102 Wait\r\n\r\n", every_s=0.05)),
    "chunks that drip": _silence(
        behave=does.drips(head(200, None, transfer_encoding="chunked"), b"1\r\n \r\n", every_s=0.2)
    ),
}
"""What never ends by itself."""

_broken = partial(Fault, kind="connection broke off", mend=_AGAIN, passes=True)
_no_json = partial(Fault, kind="no JSON|no valid JSON|an empty body", mend="wrong base URL")
_packed = partial(Fault, kind="body could not be decompressed", mend=_PROXY, passes=True)
_large = partial(Fault, kind="32 MB", mend="", at=("duckie",))

BODIES: Final = {
    "no HTTP": _broken(behave=does.says(f"SSH-2.0-{CANARY}\r\n".encode())),
    "no status": _broken(behave=does.says(b"HTTP/1.1 nope\r\n\r\n", BODY)),
    "head of 1 MB": _broken(behave=does.answers(200, x_long=CANARY * (MB // len(CANARY)))),
    "head without end": _broken(behave=does.drips(_HEAD[:-2], b"x-y: z\r\n" * 500, every_s=0)),
    "header without a name": _broken(behave=does.says(b"HTTP/1.1 200 OK\r\n: x\r\n\r\n", BODY)),
    "two lengths": _broken(
        behave=does.says(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 7\r\n\r\n", BODY)
    ),
    "length that is too long": _broken(behave=does.says(_HEAD, BODY)),
    "length that is too short": _no_json(behave=does.says(head(200, len(BODY) - 5), BODY)),
    "chunk that is none": _broken(behave=does.says(head(200, None, transfer_encoding="chunked"), b"zz\r\n", BODY)),
    "chunk that breaks off": _broken(behave=does.says(head(200, None, transfer_encoding="chunked"), b"ff\r\n", BODY)),
    "JSON that breaks off": _no_json(behave=does.answers(200, BODY[:-9])),
    "two JSON values": _no_json(behave=does.answers(200, BODY + BODY)),
    "text": _no_json(behave=does.answers(200, CANARY.encode())),
    "empty": _no_json(behave=does.answers(200, b"")),
    "no content": _no_json(behave=does.says(b"HTTP/1.1 204 No\r\n\r\n")),
    "HTML": Fault(behave=does.answers(200, _HTML, content_type="text/html"), kind="HTML", mend="login page"),
    "HTML that calls itself JSON": Fault(behave=does.answers(200, _HTML), kind="HTML", mend="login page"),
    "brotli": _packed(behave=does.answers(200, content_encoding="br")),
    "gzip twice": _packed(behave=does.answers(200, does.packed(does.packed()), content_encoding="gzip, gzip")),
    "gzip that is none": _packed(behave=does.answers(200, content_encoding="gzip")),
    "gzip that is damaged": _packed(behave=does.answers(200, does.packed(damaged=True), content_encoding="gzip")),
    "gzip that is cut": _packed(behave=does.answers(200, does.packed()[:-9], content_encoding="gzip")),
    "gzip of 1 GB": _large(behave=does.sends_a_bomb),
    "33 MB": _large(behave=does.answers(200, b'["' + CANARY.encode() * (33 * MB // len(CANARY)))),
    "nested 100,000 deep": Fault(
        behave=does.answers(200, b'{"data":' + b"[" * 100_000), kind="too deep|limit of 500", mend=""
    ),
    "2,000,000 values": Fault(
        behave=does.answers(200, b'{"data":[' + b"{}," * 2_000_000),
        kind="too many values|1,000,000 values",
        mend="",
        at=("duckie",),
    ),
}
"""Answers of status 200 that hold no JSON, or too much."""

_shape = partial(Fault, kind="undocumented", mend="fields|list of rows|shape")

SHAPES: Final = {
    **{
        f"JSON that is {body.replace(CANARY, 'text')}": _shape(behave=does.answers(200, body.encode()))
        for body in ("null", "17", f'"{CANARY}"', "{}", '{"data":null}', '{"data":7}', f'{{"data":"{CANARY}"}}')
    },
    # HappyRobot's lists are bare, so that there this is one without rows.
    "JSON that is []": _shape(behave=does.answers(200, b"[]"), at=("duckie", "conduit")),
}
"""JSON of another shape than documented."""

FAULTS: Final = {**REFUSALS, **CONNECTIONS, **SILENCES, **BODIES, **SHAPES}
