"""Writes docs/tools.md from what the server tells a client: `python -m scripts.build_tools_page`.

The answers are those of the sandbox whose clock the tests stop too.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from mcp import Client
from mcp_types import Prompt, Tool
from scripts.shown import DOCS, shown, write
from tests.harness import Asked
from tests.tools.sandboxed import in_sandbox, ref_of

from rundown_mcp.commands.tool_help import parameters

PAGE = DOCS / "tools.md"
WINDOW = {"since": "2026-11-19T12:00", "until": "2026-11-20T12:00"}


def examples() -> dict[str, dict[str, Any]]:
    """For each tool the arguments of the call whose answer is shown."""
    failed = ref_of("duckie.payment_gateway_504")
    return {
        "list_runs": {"status": ["failed"], **WINDOW, "limit": 5},
        "get_run": {"run": failed},
        "get_step": {"run": failed, "step": "first_failure"},
        "search_run": {"run": ref_of("duckie.failure_and_consequence"), "query": "order"},
        "triage_failures": {**WINDOW, "limit": 3},
        "run_stats": {**WINDOW, "group_by": "provider"},
        "compare_runs": {"run": ref_of("duckie.failure_and_consequence")},
        "list_tool_options": {"provider": ["duckie"], "search": "refund"},
        "list_config": {"kind": "guardrails", "type": ["restriction"]},
    }


INTRODUCTION = """\
# Tools, prompts and resources

What a client is told by the server, and one answer of each tool from the sandbox, whole. All of it only reads. This
page is written by `python -m scripts.build_tools_page`.

A list may also come as one value. A value that cannot be taken is answered with what the parameter takes, an unknown
parameter with those that there are. `max_tokens` is at most what `RUNDOWN_MAX_TOKENS` says. In the answers `NONCE` and
`CURSOR` stand in place of what differs from call to call.
"""


async def page() -> str:
    """The whole page."""
    async with in_sandbox() as asked:
        tools = (await asked.client.list_tools()).tools
        sections = [INTRODUCTION, "## Tools\n"]
        for tool in tools:
            sections += [*_tool(tool, tools[0]), await _example(asked, tool.name)]
        return "\n".join([*sections, await _prompts(asked.client), await _resources(asked.client)])


def _tool(tool: Tool, first: Tool) -> Iterator[str]:
    yield f"### {tool.name}\n\n{tool.description}\n"
    yield "| parameter | type | default | takes |\n|---|---|---|---|"
    for one in parameters(tool.input_schema, first.input_schema):
        given = one.default or (str(_usual_tokens(tool.name)) if one.name == "max_tokens" else "")
        default = given if given in {"", "required"} else f"`{given}`"
        yield f"| `{one.name}` | {one.kind} | {default} | {_cell(one.takes)} |"
    yield ""


def _usual_tokens(tool: str) -> int:
    """The default of `max_tokens`, which no schema states: the operator's cap may lie below it."""
    tokens: int = import_module(f"rundown_mcp.tools.{tool}").DEFAULT_TOKENS
    return tokens


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "\\<")


async def _example(asked: Asked, tool: str) -> str:
    arguments = examples()[tool]
    return shown(tool, arguments, await asked.text(tool, **arguments))


async def _prompts(client: Client) -> str:
    parts = ["## Prompts\n"]
    for prompt in (await client.list_prompts()).prompts:
        parts.append(f"### {prompt.name}\n\n**{prompt.title}** {prompt.description}\n")
        parts += _arguments(prompt)
    return "\n".join(parts)


def _arguments(prompt: Prompt) -> Iterator[str]:
    yield "| argument | | takes |\n|---|---|---|"
    for one in prompt.arguments or ():
        yield f"| `{one.name}` | {'required' if one.required else ''} | {_cell(one.description or '')} |"
    yield ""


async def _resources(client: Client) -> str:
    listed = [(one.uri, one.description) for one in (await client.list_resources()).resources]
    templates = (await client.list_resource_templates()).resource_templates
    listed += [(one.uri_template, one.description) for one in templates]
    return "\n".join(["## Resources\n", *(f"- `{uri}`: {about}" for uri, about in listed), ""])


if __name__ == "__main__":
    write(PAGE, page, __doc__)
