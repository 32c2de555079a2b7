"""Plants a word in everything that a vendor says, so that a test can see where it goes."""

import json
import re
from datetime import datetime

import httpx

from rundown_mcp.transport.wire import Json

_KEPT_KEYS = re.compile(r"id|.*_id|next_cursor|limit|type", re.ASCII)


class Planted(httpx.AsyncBaseTransport):
    """Passes requests on and appends `canary` to the strings of every answer, but for ids, cursors, types and times."""

    def __init__(self, inner: httpx.AsyncBaseTransport, canary: str) -> None:
        self._inner = inner
        self._canary = canary

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        body = json.loads(await answer.aread())
        content = json.dumps(self._planted(body)).encode()
        return httpx.Response(answer.status_code, stream=httpx.ByteStream(content))

    def _planted(self, value: Json, key: str = "") -> Json:
        if isinstance(value, dict):
            return {name: self._planted(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [self._planted(item, key) for item in value]
        if not isinstance(value, str) or _KEPT_KEYS.fullmatch(key) or _is_time(value):
            return value
        return f"{value} {self._canary}"


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def holds_canary(value: Json, canary: str) -> bool:
    """Whether the word stands anywhere in a value."""
    return canary in repr(value)
