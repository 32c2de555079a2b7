"""Ask an API for JSON: one GET, bounded in time and size, with every failure named in words of our own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Final
from urllib.parse import quote

import httpx

from rundown_mcp.domain.errors import (
    BadRequest,
    ConnectionFailure,
    Forbidden,
    NotFound,
    RateLimited,
    Unauthorized,
    Unavailable,
    UnexpectedBody,
)
from rundown_mcp.domain.text import JsonValue
from rundown_mcp.events import UNOBSERVED, Endpoint, Events, RequestEvent
from rundown_mcp.threads import in_thread
from rundown_mcp.trace import trace_headers
from rundown_mcp.transport import network
from rundown_mcp.transport.body import ENCODING, BodyError, parse_json, read_body
from rundown_mcp.transport.flight import SingleFlight
from rundown_mcp.transport.rate_limit import RateLimit
from rundown_mcp.transport.retry import WAITS, Waits, retry_after_s, try_again, with_retries
from rundown_mcp.transport.throttle import Throttle, Turn

_ERROR_BODY_BYTES: Final = 16_384
_SCOPE: Final = re.compile(rb"\bapi:[a-z]{2,20}:(?:read|write)\b")
_LARGE_BYTES: Final = 65_536
"""A body of more is parsed beside the event loop; a smaller one in less time than the way to a thread and back."""
_SERVER_ERRORS: Final = 500
_PARAMETERS: Final = (
    "request refused",
    "The provider does not take one of the values that were passed: leave out ids and filters one by one, ids first, "
    "or a cursor, which may be too old. Where the plainest call fails too, check {url}.",
)
_TOO_LONG: Final = ("request too long", "Pass fewer or shorter values.")
_OTHER_REFUSAL: Final = (
    "request refused",
    "An unusual answer for such an API: a proxy or firewall may have given it, or {url} names another API. "
    "Run `rundown-mcp check`.",
)
_REFUSALS: Final[Mapping[int, tuple[str, str]]] = {
    400: _PARAMETERS,
    405: ("no reading at this address", "{url} probably names another API or a web page. Run `rundown-mcp check`."),
    408: ("the provider gave up waiting", "Try again."),
    409: ("in conflict with a change", "It is being changed at the provider; call again in a minute."),
    410: (
        "gone",
        "It was removed at the provider, or a cursor is too old: list anew without it.",
    ),
    413: _TOO_LONG,
    414: _TOO_LONG,
    422: _PARAMETERS,
    431: _TOO_LONG,
}
"""What a status of 4xx means, in a few words, and what to look at or to call next."""


def segment(text: str) -> str:
    """An id as one segment of a path: everything that could bend the path is percent-encoded, `.` and `..` too."""
    return "%2E" * len(text) if text in {".", ".."} else quote(text, safe="", errors="replace")


@dataclass(frozen=True, slots=True)
class Labels:
    """What an error tells the operator to look at: the places of the key and of the base URL, and of the proxy.

    `beside_key` says in sentences what else may be wrong where a key is refused.
    """

    key: str
    url: str = "the base URL"
    proxy: str | None = None
    beside_key: str = ""


class JsonApi:
    """One connection's way to its provider; `get` is safe to call concurrently.

    `headers` hold the key and go nowhere but to `base_url`. `rate_limits` are the provider's, the first that matches a
    path counting; `waits` are those between tries; `events` are told of each.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        connection: str,
        base_url: str,
        headers: Mapping[str, str],
        labels: Labels,
        rate_limits: Sequence[RateLimit] = (),
        waits: Waits = WAITS,
        events: Events = UNOBSERVED,
    ) -> None:
        self.connection = connection
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._headers = {**headers, "accept": "application/json", "accept-encoding": ENCODING}
        self._labels = labels
        self._events = events
        self._endpoint = _endpoint(connection, httpx.URL(base_url))
        self._waits = waits
        self._throttle = Throttle(connection, rate_limits, waits)
        self._flights = SingleFlight[tuple[str, tuple[tuple[str, str], ...]], JsonValue]()

    async def get(self, path: str, params: Sequence[tuple[str, str]] = (), *, scope: str | None = None) -> JsonValue:
        """GET `<base URL><path>?<params>` and decode its JSON.

        `path` begins with a slash and is made of constant parts and `segment()`s; a name may stand in `params` more
        than once. `scope` is the permission that the request needs, for the text of a 403. Passing faults (429, 502,
        503, 504, a connection that fails or stays silent) are tried again while the caller's deadline allows. The
        same request under way twice is made once: what comes is shared, and must not be changed.

        Raises:
            ConnectionFailure: one of its kinds; the text never holds a key, a body or an exception's text.
        """
        tries = count(1)

        async def attempt() -> JsonValue:
            request = self._request(path, params)
            with self._events.request(self._endpoint, path, next(tries)) as event:
                async with self._throttle.turn(path) as turn:
                    with event.sending():
                        request.headers.update(trace_headers())
                        return await self._send(request, scope, turn, event)

        return await self._flights.get((path, tuple(params)), lambda: with_retries(attempt, self._waits))

    async def _send(self, request: httpx.Request, scope: str | None, turn: Turn, event: RequestEvent) -> JsonValue:
        try:
            response = await self._client.send(request, stream=True, follow_redirects=False)
            event.status = response.status_code
            try:
                self._throttle.heard(turn, response.status_code, response.headers)
                if not response.is_success:
                    raise await self._refusal(response, scope)
                body = await read_body(response)
                event.size = len(body)
            finally:
                await response.aclose()
        except (httpx.HTTPError, OSError) as error:
            kind = network.describe(error, self._labels.proxy)
            raise Unavailable(
                self.connection, kind.short, f"{self.connection}: no answer, {kind.short}. {kind.mend}"
            ) from None
        try:
            parse = partial(parse_json, body, response.headers.get("content-type", ""))
            return await in_thread(parse) if len(body) > _LARGE_BYTES else parse()
        except BodyError as error:
            raise UnexpectedBody(self.connection, error.short, f"{self.connection}: {error.message}") from None

    def _request(self, path: str, params: Sequence[tuple[str, str]]) -> httpx.Request:
        try:
            request = self._client.build_request(
                "GET", self._base_url + path, params=httpx.QueryParams(list(params)) if params else None
            )
            request.headers.update(self._headers)
        except (httpx.InvalidURL, UnicodeEncodeError):
            name = self.connection
            raise BadRequest(
                name,
                "request not sent",
                f"{name}: the request was not sent: its parameters, or the key in {self._labels.key}, are too long "
                "or hold characters that HTTP cannot carry.",
            ) from None
        return request

    async def _refusal(self, response: httpx.Response, scope: str | None) -> ConnectionFailure:
        """The failure that a status other than 2xx means."""
        name, status = self.connection, response.status_code
        wait_s = retry_after_s(response.headers.get("retry-after"))
        match status:
            case 401:
                return Unauthorized(
                    name,
                    "401, key refused",
                    f"{name}: 401, the key was refused: wrong, expired or revoked. Set {self._labels.key} anew."
                    f"{self._labels.beside_key}",
                )
            case 403:
                missing = await _stated_scope(response) or scope
                need = f"it lacks the scope {missing}" if missing else "it may not see this"
                return Forbidden(
                    name,
                    f"403, {need}",
                    f"{name}: 403, the key in {self._labels.key} is known but {need}. "
                    f"Give the key that permission at the provider, or use another key.{self._labels.beside_key}",
                )
            case 404:
                return NotFound(
                    name,
                    "404, not found",
                    f"{name}: 404, nothing there, or nothing this key can see. Check the ids that were passed; "
                    f'list_config(kind="agents") names agents. Where no list works: {self._labels.url}.',
                )
            case 429:
                when = "try again in a minute" if wait_s is None else try_again(wait_s)
                return RateLimited(
                    name,
                    f"429, {when}",
                    f"{name}: 429, the provider's rate limit is used up; {when}.",
                    retry_after_s=wait_s,
                )
            case _ if status >= _SERVER_ERRORS:
                when = "Try again later" if wait_s is None else try_again(wait_s).capitalize()
                return Unavailable(
                    name,
                    f"{status} from the provider",
                    f"{name}: the provider failed with {status}. {when}.",
                    status=status,
                    retry_after_s=wait_s,
                )
            case _ if response.is_redirect:
                return UnexpectedBody(
                    name,
                    f"{status}, a redirect",
                    f"{name}: {status}, a redirect instead of an answer, which is not followed. "
                    "A login page or a wrong base URL? Run `rundown-mcp check`.",
                )
            case _:
                short, mend = _REFUSALS.get(status, _OTHER_REFUSAL)
                return BadRequest(
                    name, f"{status}, {short}", f"{name}: {status}, {short}. {mend.format(url=self._labels.url)}"
                )


def _endpoint(connection: str, url: httpx.URL) -> Endpoint:
    return Endpoint(connection, url.host, url.port or (443 if url.scheme == "https" else 80))


async def _stated_scope(response: httpx.Response) -> str | None:
    """The scope that a refusal's body names, if it can be read and does."""
    try:
        found = _SCOPE.search(await read_body(response, _ERROR_BODY_BYTES))
    except httpx.HTTPError:
        return None
    return found[0].decode() if found else None
