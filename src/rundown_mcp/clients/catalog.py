"""The clients that an entry can be put into, and how each is told of keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from rundown_mcp.clients.json_form import JsonForm
from rundown_mcp.clients.toml_form import TomlForm


class Keys(Enum):
    """How a client lets a server have a key that does not stand in the client's file."""

    REFERENCE = auto()
    """It puts the variable in place of `reference`."""
    PROMPT = auto()
    """It asks for the key once and keeps it in the system's store of secrets."""
    NAME = auto()
    """It passes on the variables that are named."""
    FILE = auto()
    """It passes nothing on: the server reads the key from a file of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client; `project` is its file in a project's folder, None where it has none that it can be given here.

    `reference` is how an entry names a variable; `typed` says that its entries state `"type": "stdio"`.
    """

    title: str
    documentation: str
    form: JsonForm | TomlForm
    keys: Keys
    reference: str = ""
    typed: bool = False
    project: str | None = None
    restart: str


_SERVERS: Final = JsonForm("mcpServers")

CLIENTS: Final[Mapping[str, Client]] = {
    "claude-desktop": Client(
        title="Claude Desktop",
        documentation="https://modelcontextprotocol.io/docs/develop/connect-local-servers",
        form=_SERVERS,
        keys=Keys.FILE,
        restart="Quit Claude Desktop and start it again",
    ),
    "claude-code": Client(
        title="Claude Code",
        documentation="https://code.claude.com/docs/en/mcp",
        form=_SERVERS,
        keys=Keys.REFERENCE,
        # Without the empty default, Claude Code warns of each variable that is not set, or drops the entry.
        reference="${%s:-}",
        typed=True,
        project=".mcp.json",
        restart="Start Claude Code anew",
    ),
    "cursor": Client(
        title="Cursor",
        documentation="https://cursor.com/docs/mcp",
        form=_SERVERS,
        keys=Keys.REFERENCE,
        reference="${env:%s}",
        typed=True,
        project=".cursor/mcp.json",
        restart="Restart Cursor",
    ),
    "vscode": Client(
        title="VS Code",
        documentation="https://code.visualstudio.com/docs/agents/reference/mcp-configuration",
        form=JsonForm("servers", comments=True),
        keys=Keys.PROMPT,
        reference="${env:%s}",
        typed=True,
        project=".vscode/mcp.json",
        restart="Run “MCP: List Servers” in VS Code and start it there",
    ),
    "windsurf": Client(
        title="Windsurf",
        documentation="https://docs.devin.ai/desktop/cascade/mcp",
        form=_SERVERS,
        keys=Keys.REFERENCE,
        reference="${env:%s}",
        restart="Restart Windsurf (as Devin Desktop, its new name, it reads what `install devin` writes)",
    ),
    "devin": Client(
        title="Devin Desktop",
        documentation="https://docs.devin.ai/cli/extensibility/mcp/configuration",
        form=JsonForm("mcpServers", comments=True),
        keys=Keys.FILE,
        restart="Restart Devin Desktop",
    ),
    "codex": Client(
        title="Codex",
        documentation="https://developers.openai.com/codex/mcp",
        form=TomlForm(),
        keys=Keys.NAME,
        project=".codex/config.toml",
        restart="Start Codex anew",
    ),
}
