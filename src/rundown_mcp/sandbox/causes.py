"""What goes wrong, in the words of the systems that it goes wrong in; ids, numbers and hosts differ each time."""

import random

from rundown_mcp.sandbox.ids import Ids


class Causes:
    """Error texts; each call writes the same cause anew, with other particulars."""

    def __init__(self, rng: random.Random, ids: Ids) -> None:
        self._rng = rng
        self._ids = ids

    def _host(self, name: str) -> str:
        return f"{name}-{self._rng.choice(('eu', 'us'))}-{self._rng.randint(1, 9)}.harborline.example"

    def gateway_timeout(self) -> str:
        """The payment gateway does not answer."""
        ids, seconds = self._ids, self._rng.choice((30000, 30001, 30004))
        return (
            f"HTTP 504 Gateway Timeout from https://{self._host('pay')}/v2/charges/ch_{ids.hex(14)}: "
            f"upstream did not answer within {seconds} ms (request {ids.uuid()})"
        )

    def expired_credential(self) -> str:
        """The CRM refuses the service account's credential."""
        return (
            f"HTTP 401 Unauthorized from https://{self._host('crm')}/api/customers: "
            f"access token expired (token id {self._ids.hex(8)}, trace {self._ids.hex(16)})"
        )

    def invalid_input(self) -> str:
        """A tool refuses its input."""
        value = self._rng.choice(("two", "2 adults", "", "zwei"))
        return f"HTTP 422: validation failed: travellers: expected integer, got {value!r} (ref {self._ids.hex(10)})"

    def rate_limited(self, service: str = "fares") -> str:
        """A tool's service wants fewer requests."""
        wait = self._rng.randint(11, 58)
        return f"HTTP 429 Too Many Requests from {self._host(service)}: quota exceeded, retry after {wait} s"

    def context_overflow(self) -> str:
        """The prompt has become too long for the model."""
        tokens = self._rng.randint(128_400, 171_000)
        return (
            "context_length_exceeded: this model's maximum context length is 128000 tokens, "
            f"however the messages resulted in {tokens} tokens (request req_{self._ids.hex(12)})"
        )

    def no_knowledge(self, topic: str) -> str:
        """Nothing is written about what the customer asks."""
        score = round(self._rng.uniform(0.11, 0.38), 2)
        return f"No knowledge found for {topic!r}: best match {score} is below the threshold 0.45"

    def model_overloaded(self) -> str:
        """The model's provider is down: the outage."""
        return (
            f"model provider returned 503 Service Unavailable: overloaded "
            f"(region {self._rng.choice(('eu-west-1', 'eu-central-1'))}, request req_{self._ids.hex(12)})"
        )

    def expired_certificate(self) -> str:
        """The carriers' host has let its certificate lapse: new in the last 24 hours."""
        return f"TLS handshake with {self._host('carriers')}:443 failed: certificate has expired"

    def unknown_host(self) -> str:
        """The old inventory's name no longer resolved: stopped some days ago."""
        return f"getaddrinfo ENOTFOUND inventory-old-{self._rng.randint(1, 4)}.harborline.example"

    def webhook_refused(self) -> str:
        """The transport system answers a workflow's webhook with an error."""
        return (
            f"Request failed with status code 502: POST https://{self._host('tms')}/hooks/loads/L-{self._ids.digits(5)}"
        )

    def connection_timeout(self) -> str:
        """A call's media never connected."""
        return f"connection timeout after {self._rng.randint(20, 32)} s: no media from trunk-{self._rng.randint(1, 6)}"
