"""What a status other than 200 becomes: one failure with its mend, and no more requests than it needs."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import stamina
from starlette.responses import JSONResponse, RedirectResponse, Response
from tests.harness import served
from tests.transport.asking import KEY, Answering, api_at, api_of

from rundown_mcp.domain.errors import (
    BadRequest,
    ConnectionFailure,
    Forbidden,
    NotFound,
    Paced,
    RateLimited,
    Unauthorized,
    Unavailable,
    UnexpectedBody,
)

pytestmark = pytest.mark.anyio

CANARY = "body-canary-93"


def body(status: int, text: str = CANARY, **headers: str) -> JSONResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JSONResponse({"error": {"code": CANARY, "message": text}}, status, headers=named)


async def failure(answering: Answering, *, scope: str | None = None) -> ConnectionFailure:
    async with api_of(answering) as api:
        with pytest.raises(ConnectionFailure) as raised:
            await api.get(f"/runs/path-{CANARY}", scope=scope)
    error = raised.value
    for text in (error.message, error.short, str(error), repr(error)):
        assert CANARY not in text
        assert KEY not in text
    assert error.message.startswith("duckie: ")
    assert error.connection == "duckie"
    return error


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (401, Unauthorized, "DUCKIE_API_KEY"),
        (404, NotFound, "nothing there, or nothing this key can see"),
        (400, BadRequest, "400"),
        (409, BadRequest, "409"),
        (422, BadRequest, "422"),
        (304, UnexpectedBody, "304, a redirect"),
    ],
)
async def test_a_refusal_is_named_and_not_asked_again(status: int, kind: type[ConnectionFailure], said: str) -> None:
    answering = Answering(body(status) if status != 304 else Response(status_code=304))
    error = await failure(answering)
    assert type(error) is kind
    assert said in error.message
    assert str(status) in error.short
    assert "tried" not in error.message
    assert len(answering.requests) == 1


@pytest.mark.parametrize(
    ("text", "given", "said"),
    [
        ("needs api:core:write, please", "api:runs:read", "lacks the scope api:core:write"),
        ("no", "api:runs:read", "lacks the scope api:runs:read"),
        ("no", None, "it may not see this"),
        ("x" * 40_000 + " api:core:read", None, "it may not see this"),
    ],
)
async def test_a_403_names_the_scope_of_the_body_or_else_the_one_that_the_request_needs(
    text: str, given: str | None, said: str
) -> None:
    answering = Answering(body(403, text))
    error = await failure(answering, scope=given)
    assert type(error) is Forbidden
    assert said in error.message
    assert said in error.short
    assert "DUCKIE_API_KEY" in error.message
    assert len(answering.requests) == 1


@pytest.mark.parametrize(
    ("status", "what", "mend"),
    [
        (400, "request refused", "leave out ids and filters one by one"),
        (404, "nothing there", 'list_config(kind="agents") names agents. Where no list works: DUCKIE_BASE_URL.'),
        (405, "no reading at this address", "DUCKIE_BASE_URL probably names another API"),
        (408, "the provider gave up waiting", "Try again."),
        (409, "in conflict with a change", "call again in a minute"),
        (410, "gone", "list anew without it"),
        (414, "request too long", "fewer or shorter values"),
        (418, "request refused", "a proxy or firewall may have given it, or DUCKIE_BASE_URL names another API."),
        (422, "request refused", "Where the plainest call fails too, check DUCKIE_BASE_URL."),
    ],
)
async def test_every_other_refusal_says_what_is_wrong_and_where_to_look(status: int, what: str, mend: str) -> None:
    error = await failure(Answering(body(status)))
    assert error.message.startswith(f"duckie: {status}, {what}")
    assert mend in error.message


async def test_a_403_whose_body_is_damaged_is_still_a_403() -> None:
    answering = Answering(Response(b"no gzip", 403, headers={"content-encoding": "gzip"}))
    assert "api:runs:read" in (await failure(answering, scope="api:runs:read")).message
    assert len(answering.requests) == 1


@pytest.mark.parametrize(("status", "requests"), [(500, 1), (501, 1), (502, 3), (503, 3), (504, 3)])
async def test_a_server_error_says_how_often_it_was_tried(status: int, requests: int) -> None:
    answering = Answering(body(status))
    error = await failure(answering)
    assert isinstance(error, Unavailable)
    assert error.status == status
    assert str(status) in error.short
    tried = "tried once" if requests == 1 else f"tried {requests} times"
    assert error.message.endswith(f"It was {tried}.")
    assert error.short.endswith(tried)
    assert len(answering.requests) == requests


async def test_a_passing_fault_is_tried_again_until_an_answer_comes() -> None:
    answering = Answering(body(503), JSONResponse({"ok": True}))
    async with api_of(answering) as api:
        assert await api.get("/runs") == {"ok": True}
    assert len(answering.requests) == 2


async def test_what_follows_a_retry_counts_both() -> None:
    answering = Answering(body(503), body(401))
    error = await failure(answering)
    assert isinstance(error, Unauthorized)
    assert "tried 2 times" in error.message


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_server_error_that_asks_for_a_long_wait_is_told_at_once_with_its_end(status: int) -> None:
    answering = Answering(body(status, retry_after="90"))
    error = await failure(answering)
    assert error.message == f"duckie: the provider failed with {status}. Try again in 90 s. It was tried once."
    assert len(answering.requests) == 1


async def test_behind_a_rate_limit_no_request_is_sent_and_each_is_told_when() -> None:
    answering = Answering(body(429, retry_after="77"), JSONResponse({}))
    async with api_of(answering) as api:
        with pytest.raises(RateLimited, match=r"429, .* try again in 77 s\. It was tried once"):
            await api.get("/runs")
        with pytest.raises(Paced) as raised:
            await api.get("/agents")
    assert raised.value.short in {f"told to wait by a 429, try again in {wait} s" for wait in (59, 60)}
    assert "tried" not in raised.value.message
    assert len(answering.requests) == 1


async def test_a_rate_limit_that_asks_for_no_wait_is_tried_again() -> None:
    answering = Answering(body(429, retry_after="0"), JSONResponse([1]))
    async with api_of(answering) as api:
        assert await api.get("/runs") == [1]
    assert len(answering.requests) == 2


@pytest.mark.parametrize(
    ("header", "requests", "seconds"),
    [
        ("90", 1, "try again in 90 s"),
        (format_datetime(datetime.now(UTC) + timedelta(hours=30), usegmt=True), 1, "try again in 10"),
        (format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True), 3, "try again in 1 s"),
        ("soon", 3, "try again in a minute"),
        (None, 3, "try again in a minute"),
    ],
    ids=["seconds", "date ahead", "date past", "a word", "none"],
)
async def test_a_rate_limit_says_when_to_try_again_and_what_was_tried(
    header: str | None, requests: int, seconds: str
) -> None:
    answering = Answering(body(429, retry_after=header) if header else body(429))
    error = await failure(answering)
    assert isinstance(error, RateLimited)
    assert seconds in error.message
    assert seconds in error.short
    assert "tried once" in error.message if requests == 1 else f"tried {requests} times" in error.message
    assert len(answering.requests) == requests


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed_and_the_key_stays_here(status: int) -> None:
    elsewhere = Answering(JSONResponse({"stolen": True}))
    with served(elsewhere.app) as address:
        here = Answering(RedirectResponse(f"{address}/login", status))
        error = await failure(here)
    assert isinstance(error, UnexpectedBody)
    assert f"{status}, a redirect" in error.message
    assert "rundown-mcp check" in error.message
    assert elsewhere.requests == []
    assert len(here.requests) == 1


async def test_what_is_logged_of_a_retry_holds_neither_key_nor_body() -> None:
    told: list[str] = []
    hooks = stamina.instrumentation.get_on_retry_hooks()
    stamina.instrumentation.set_on_retry_hooks(
        [lambda details: told.append(f"{details} {details.caused_by.__context__}")]
    )
    try:
        await failure(Answering(body(503)))
    finally:
        stamina.instrumentation.set_on_retry_hooks(hooks)
    assert len(told) == 2
    assert KEY not in "".join(told)
    assert CANARY not in "".join(told)


async def test_a_key_that_no_header_can_carry_is_not_sent_and_not_shown() -> None:
    async with api_at("http://127.0.0.1:9", key="clé-canary") as api:
        with pytest.raises(BadRequest) as raised:
            await api.get("/runs")
    assert "DUCKIE_API_KEY" in raised.value.message
    assert "canary" not in raised.value.message


@pytest.mark.parametrize("value", ["x" * 70_000, "\ud800"])
async def test_a_parameter_that_no_address_can_hold_is_not_sent(value: str) -> None:
    async with api_at("http://127.0.0.1:9") as api:
        with pytest.raises(BadRequest, match="not sent"):
            await api.get("/runs", [("search", value)])
