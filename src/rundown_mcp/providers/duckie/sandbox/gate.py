"""Lets a request in to Duckie's imitation: method, key, scope, rate limits, in this order; and words every refusal."""

import hmac
import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from rundown_mcp.sandbox.web import Budget, Clock, Guard, Refused, Taken, bearer

_MALFORMED = "Authorization header must be 'Bearer <api_key>'"


@dataclass(frozen=True)
class Limits:
    """Requests a minute, by default as documented: https://docs.duckie.ai/api/rate-limits."""

    lists: int = 600
    reads: int = 2400
    key: int = 5000
    bad_keys: int = 60


class Gate:
    """Accepts one key; 401, 403 and 429 are worded as on https://docs.duckie.ai/api/errors."""

    def __init__(self, key: str, scopes: frozenset[str], limits: Limits | None, clock: Clock) -> None:
        figures, kept = limits or Limits(), limits is not None
        self._key = key
        self._scopes = scopes
        self._numbers = itertools.count(1)
        self._bad_keys = Budget(figures.bad_keys, clock, kept)
        self._whole = Budget(figures.key, clock, kept)
        self._buckets = {
            "runs": Budget(figures.lists, clock, kept),
            "tool-options": Budget(figures.lists, clock, kept),
            "run": Budget(figures.reads, clock, kept),
            "configuration": Budget(figures.reads, clock, kept),
        }

    def refusal(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Refused:
        """An error in Duckie's form, with a request id of its own."""
        request_id = f"req_{next(self._numbers):08d}"
        return Refused(status, {"error": {"code": code, "message": message, "request_id": request_id}}, headers)

    def no_such_path(self) -> Refused:
        """Undocumented; the usual form of a 404 is the likeliest."""
        return self.refusal(404, "not_found", "Not found")

    def guard(self, scope: str, bucket: str) -> Guard:
        """The guard of a route that needs `scope` and counts against `bucket`."""

        def guard(request: Request) -> Mapping[str, str]:
            if request.method != "GET":
                raise self.refusal(405, "invalid_request", "Method not allowed", {"Allow": "GET"})
            self._authenticate(request)
            if scope not in self._scopes:
                raise self.refusal(403, "permission_denied", "API key does not have the required scope")
            return self._count(bucket)

        return guard

    def _authenticate(self, request: Request) -> None:
        token = bearer(request)
        if token is not None and hmac.compare_digest(token.encode(), self._key.encode()):
            return
        taken = self._bad_keys.take(request.client.host if request.client else "")
        self._refuse_when_spent(taken)
        raise self.refusal(401, "unauthenticated", _MALFORMED if token is None else "Invalid API key")

    def _count(self, bucket: str) -> Mapping[str, str]:
        """Counts against the key and the bucket; the headers tell of the one that has less left."""
        taken = [self._buckets[bucket].take(self._key), self._whole.take(self._key)]
        for one in taken:
            self._refuse_when_spent(one)
        tighter = min(taken, key=lambda one: one.remaining)
        return {
            "X-RateLimit-Limit": str(tighter.limit),
            "X-RateLimit-Remaining": str(tighter.remaining),
            "X-RateLimit-Reset": str(tighter.reset_at),
        }

    def _refuse_when_spent(self, taken: Taken) -> None:
        if taken.wait_s is not None:
            raise self.refusal(429, "rate_limited", "Rate limit exceeded", {"Retry-After": str(taken.wait_s)})
