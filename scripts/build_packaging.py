"""Writes packaging/mcpb/manifest.json and server.json from the settings: `python -m scripts.build_packaging`.

With `--stage FOLDER` it puts there, besides, what a bundle holds, for `mcpb pack FOLDER`.
"""

import argparse
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from rundown_mcp import __version__
from rundown_mcp.provider import ProviderSpec
from rundown_mcp.providers import PROVIDERS, titles
from rundown_mcp.redaction.policy import Policy

ROOT = Path(__file__).parents[1]
MANIFEST = ROOT / "packaging" / "mcpb" / "manifest.json"
SERVER = ROOT / "server.json"
BUNDLED = ("pyproject.toml", "README.md", "LICENSE", "src")
"""What the host of a bundle builds the server from, beside the manifest."""
NAME = "rundown-mcp"
REGISTRY_NAME = f"io.github.{NAME}/{NAME}"
"""The publisher's own namespace in the MCP registry, proven by the same name in the README."""
TITLE = "Rundown"
DESCRIPTION = f"What AI agents on {titles()} did: which runs failed, where, and why"


@dataclass(frozen=True)
class Variable:
    """A setting as a form asks for it."""

    name: str
    title: str
    about: str
    secret: bool = False
    default: str | None = None


def variables() -> Iterator[Variable]:
    """Every variable of every vendor."""
    for spec in PROVIDERS.values():
        for field, info in spec.settings.model_fields.items():
            yield Variable(
                spec.variable(field),
                f"{spec.title} {field.replace('_', ' ').replace('api', 'API').replace('url', 'URL')}",
                _about(spec, field),
                secret=info.annotation is SecretStr,
                default=info.default if isinstance(info.default, str) else None,
            )


def _about(spec: ProviderSpec, field: str) -> str:
    match field:
        case "api_key":
            return f"Key of the {spec.title} API; empty where {spec.title} is not used"
        case "base_url":
            return f"Address of the {spec.title} API"
        case _ if field in spec.beside_key:
            return "Most accounts need it beside the key"
        case _:
            return "Empty: all that the key can see"


def manifest() -> dict[str, Any]:
    """The manifest of the bundle, whose host runs the server with uv."""
    asked = {
        one.name.lower(): {
            "type": "string",
            "title": one.title,
            "description": one.about,
            "required": False,
            **({"sensitive": True} if one.secret else {}),
            **({"default": one.default} if one.default else {}),
        }
        for one in variables()
    }
    asked |= {
        "rundown_redaction": {
            "type": "string",
            "title": "Redaction",
            "description": f"What is masked: {', '.join(policy.value for policy in Policy)}",
            "required": False,
            "default": Policy.BALANCED.value,
        },
        "rundown_sandbox": {
            "type": "boolean",
            "title": "Sandbox",
            "description": "Imitated providers instead of the real ones: no key and no network needed",
            "required": False,
            "default": False,
        },
    }
    return {
        "manifest_version": "0.4",
        "name": NAME,
        "display_name": TITLE,
        "version": __version__,
        "description": DESCRIPTION,
        "author": {"name": "The rundown-mcp authors"},
        "license": "MIT",
        "server": {
            "type": "uv",
            "entry_point": "src/rundown_mcp/__main__.py",
            "mcp_config": {
                "command": "uv",
                "args": ["run", "--directory", "${__dirname}", NAME],
                "env": {name.upper(): f"${{user_config.{name}}}" for name in asked},
            },
        },
        "tools_generated": True,
        "prompts_generated": True,
        "compatibility": {"runtimes": {"python": ">=3.11"}},
        "user_config": asked,
    }


def server() -> dict[str, Any]:
    """What the MCP registry lists."""
    return {
        "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
        "name": REGISTRY_NAME,
        "title": TITLE,
        "description": DESCRIPTION,
        "version": __version__,
        "packages": [
            {
                "registryType": "pypi",
                "identifier": NAME,
                "version": __version__,
                "runtimeHint": "uvx",
                "transport": {"type": "stdio"},
                "environmentVariables": [
                    {
                        "name": one.name,
                        "description": one.about,
                        "format": "string",
                        "isRequired": False,
                        "isSecret": one.secret,
                        **({"default": one.default} if one.default else {}),
                    }
                    for one in variables()
                ],
            }
        ],
    }


def written(content: dict[str, Any]) -> str:
    """JSON as it stands in a file."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def stage(folder: Path) -> None:
    """Put into a new folder what a bundle holds."""
    folder.mkdir(parents=True)
    shutil.copy(MANIFEST, folder)
    for name in BUNDLED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(ROOT / name, folder)


def main() -> None:
    """Write both files; stage a bundle where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", type=Path, metavar="FOLDER", help="a folder that is not there yet")
    given = parser.parse_args()
    MANIFEST.write_text(written(manifest()), encoding="utf-8")
    SERVER.write_text(written(server()), encoding="utf-8")
    if given.stage is not None:
        stage(given.stage)


if __name__ == "__main__":
    main()
