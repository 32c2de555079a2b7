"""What a provider is: the clients that list and read runs, their optional abilities, and how a vendor is described."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar, runtime_checkable

from rundown_mcp.domain.errors import UnexpectedBody, Unsupported
from rundown_mcp.domain.query import Filter, RunQuery
from rundown_mcp.domain.run import Named, Run, RunDetail
from rundown_mcp.domain.text import Untrusted
from rundown_mcp.transport.rate_limit import RateLimit

if TYPE_CHECKING:
    from pydantic import BaseModel

    from rundown_mcp.sandbox.app import ImitatedApi
    from rundown_mcp.sandbox.world import World
    from rundown_mcp.transport.json_api import JsonApi

T = TypeVar("T")

MOST_PAGES: Final = 100
"""Pages of one list, other than runs, that are read in one go: 10,000 rows or more."""


NO_WAY_ON: Final = "more exist, but the provider gave no cursor to them"
"""The note of a page that says that others follow and not where."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a provider's list, in the provider's order.

    `next_token` is the provider's own way to the next page, opaque to everybody else; None ends the list. `unusable`
    counts rows that held no usable id and had to be left out. `notes` say in our words what else is missing.
    """

    items: tuple[T, ...]
    next_token: str | None = None
    unusable: int = 0
    notes: tuple[str, ...] = ()


async def walk_pages(
    read: Callable[[str | None], Awaitable[Page[T]]], *, connection: str, what: str, token: str | None = None
) -> AsyncGenerator[tuple[str | None, Page[T]]]:
    """Read a list from the page of `token` on (None: the first) to its end; gives each page behind its own token.

    Raises:
        UnexpectedBody: a page leads back to one that was read, or there are more than `MOST_PAGES`.
    """
    seen = {token}
    for _ in range(MOST_PAGES):
        page = await read(token)
        yield token, page
        if page.next_token is None:
            return
        token = page.next_token
        if token in seen:
            raise _endless(connection, f"{what} has no end: its pages go in a circle")
        seen.add(token)
    raise _endless(connection, f"{what} has no end within {MOST_PAGES} pages")


def _endless(connection: str, problem: str) -> UnexpectedBody:
    return UnexpectedBody(connection, "a list without end", f"{connection}: {problem}.")


@dataclass(frozen=True, slots=True)
class RunStream:
    """One list of runs at a provider, newest first: all of an account, of one agent, or of one status.

    `key` tells the streams of one plan apart and is the same in every process; `params` are whatever the client
    needs to read it again.
    """

    key: str
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPlan:
    """How a connection answers a query.

    `streams` are read and merged. `here` are the filters that the API lacks and a row can answer; `needs_detail` says
    that each row's run must be fetched to apply `tool`. `notes` go into the receipt (`has no status queued`).
    `matched_agents` are those of the query's agents that this connection knows. `seeks` says that the API can start
    a list at a time, so that a walk can be resumed without the pages before it. `partial` says that some
    of its lists could not be found out.
    """

    streams: tuple[RunStream, ...]
    here: frozenset[Filter] = frozenset()
    needs_detail: bool = False
    notes: tuple[str, ...] = ()
    matched_agents: frozenset[str] = frozenset()
    seeks: bool = False
    partial: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOption:
    """A tool name that runs have recorded; `runs` is how many, None where the provider does not count."""

    name: Untrusted
    display_name: Untrusted | None = None
    runs: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigItem:
    """One thing that is set up at a provider. `facts` are small structured values by our names for them."""

    id: Untrusted | None = None
    name: Untrusted | None = None
    facts: tuple[tuple[str, Untrusted], ...] = ()
    text: Untrusted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigQuery:
    """What `list_config` is asked for; the last five are filters of tools (and `types` of guardrails too)."""

    kind: str
    types: tuple[str, ...] = ()
    search: str | None = None
    is_write_action: bool | None = None
    requires_approval: bool | None = None
    integration_id: str | None = None
    mcp_server_id: str | None = None

    @property
    def used(self) -> tuple[str, ...]:
        """The parameters that are set, by their names in the tool."""
        values = {
            "type": self.types or None,
            "search": self.search,
            "is_write_action": self.is_write_action,
            "requires_approval": self.requires_approval,
            "integration_id": self.integration_id,
            "mcp_server_id": self.mcp_server_id,
        }
        return tuple(name for name, value in values.items() if value is not None)


class RunProvider(Protocol):
    """A client of one vendor's API with one account's key. Every method raises `ConnectionFailure` kinds."""

    async def plan(self, query: RunQuery) -> ListPlan:
        """Work out which lists to read for a query, resolving agent names.

        Raises:
            Unsupported: the query holds filters that neither the API nor a row can answer.
        """
        ...

    async def list_page(self, stream: RunStream, query: RunQuery, *, token: str | None, size: int) -> Page[Run]:
        """Read one page of a stream, newest first, with every filter of `query` that the API has.

        `size` is a wish from 1 to 1000; the client bounds it to what its API takes. `query.until` may lie before the
        time that the plan was made for, which is how a walk is resumed where the plan `seeks`.
        """
        ...

    async def get_run(self, run_id: str) -> RunDetail:
        """Read one run by the `id` of its `Ref`.

        Raises:
            NotFound: no such run, or none that this key can see.
        """
        ...

    async def agents(self) -> Sequence[Named]:
        """The agents of the account (use cases at HappyRobot), kept for some minutes."""
        ...

    async def probe(self) -> str:
        """Make the cheapest request that proves key and address; returns what was seen, in our words."""
        ...


@runtime_checkable
class ListsTools(Protocol):
    """The ability to say which tool names runs have recorded."""

    async def tool_options(self) -> Page[ToolOption]:
        """All recorded tool names, in the provider's order, on one page; those without a name are its unusable ones."""
        ...


@runtime_checkable
class ListsConfig(Protocol):
    """The ability to list what is set up."""

    @property
    def config_kinds(self) -> Mapping[str, frozenset[str]]:
        """The kinds that this provider has, each with the parameters of `ConfigQuery` that its API filters by."""
        ...

    async def list_config(self, query: ConfigQuery, *, token: str | None, size: int) -> Page[ConfigItem]:
        """One page of a kind.

        It is asked only for what `config_kinds` holds: one of its kinds, with filters of that kind, each with a value
        that the tool takes. `search` may be set for any kind: where the API lacks it, the caller looks at names.

        Raises:
            InvalidArgument: a value that the vendor's API would refuse.
        """
        ...


@runtime_checkable
class ReadsConversations(Protocol):
    """The ability to read what was said in a run where its own body does not hold that."""

    async def read_conversation(self, detail: RunDetail) -> RunDetail:
        """The run with the messages that its `thread` leads to; only those that belong to it, or it says which.

        The people who took part are among the identities of the run that is given back.

        Raises:
            ConnectionFailure: the messages could not be read.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSpec:
    """A vendor: what its settings are, how to open a client, what its ids look like.

    `settings` is a pydantic model with at least `api_key` (SecretStr) and `base_url`; each field becomes a variable
    `<NAME>_<FIELD>`. `headers` gives the request headers that hold the key. `open` and `imitate` import their modules
    when called, so that start-up does not pay for what is not used. `id_shape` matches a full id, as in `Ref.id`;
    `short_shape` a short ref's part behind the colon; `shape_hint` describes both to a user. `url_id` finds the id in a
    web address's path (group `id`, and `agent` where needed) on the connection's own host or one of `web_hosts`.
    `rate_limits` are those that the vendor documents; of several that match a path the first counts. `beside_key` are
    the settings that most accounts need besides a key.
    """

    name: str
    title: str
    settings: type[BaseModel]
    headers: Callable[[Any], Mapping[str, str]]
    open: Callable[[str, Any, JsonApi], RunProvider]
    imitate: Callable[[World], ImitatedApi]
    id_shape: re.Pattern[str]
    short_shape: re.Pattern[str]
    shape_hint: str
    url_id: re.Pattern[str]
    web_hosts: frozenset[str] = field(default_factory=frozenset)
    filters: frozenset[Filter] = field(default_factory=frozenset)
    rate_limits: tuple[RateLimit, ...] = ()
    beside_key: tuple[str, ...] = ()

    def variable(self, field_name: str = "api_key") -> str:
        """The variable of a field of `settings`: `DUCKIE_API_KEY`."""
        return f"{self.name}_{field_name}".upper()


def refuse_lacking(query: RunQuery, spec: ProviderSpec, connection: str) -> None:
    """Refuse a query whose filters a vendor lacks; needs no request.

    Raises:
        Unsupported: with the names of those filters, and in its text those that there are.
    """
    lacking = [name.value for name in Filter if name in query.used - spec.filters]
    if lacking:
        have = ", ".join(name.value for name in Filter if name in spec.filters)
        raise Unsupported(f"{connection} cannot filter runs by {', '.join(lacking)}; it can by {have}", names=lacking)
