"""All imitations in one application, and what they all hold to."""

import ast
from pathlib import Path
from typing import Any

import httpx
import pytest

import rundown_mcp
from rundown_mcp.providers.conduit import sandbox as conduit
from rundown_mcp.providers.duckie import sandbox as duckie
from rundown_mcp.providers.happyrobot import sandbox as happyrobot
from rundown_mcp.sandbox.app import build_app
from rundown_mcp.sandbox.world import World

pytestmark = pytest.mark.anyio

PACKAGE = Path(rundown_mcp.__file__).parent


async def test_one_application_serves_all_three(world: World) -> None:
    apis = [duckie.imitate(world), happyrobot.imitate(world), conduit.imitate(world)]
    transport = httpx.ASGITransport(app=build_app(apis))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        for api, errors in zip(apis, ({"error"}, {"message"}, {"error"}), strict=True):
            answer = await client.get(f"{api.prefix}/nowhere")
            assert (answer.status_code, set(answer.json())) == (404, errors)
        assert (await client.get("/elsewhere")).status_code == 404
        assert (await client.get("/conduit/v1/agents/")).status_code == 404


async def test_keys_have_the_vendors_forms_and_follow_from_the_seed(world: World, fresh_world: World) -> None:
    for imitate, variable, prefix in (
        (duckie.imitate, "DUCKIE_API_KEY", "dk_" + "live_"),
        (happyrobot.imitate, "HAPPYROBOT_API_KEY", "sk_" + "live_"),
        (conduit.imitate, "CONDUIT_API_KEY", "ca" + "pi_"),
    ):
        api: Any = imitate(world)
        assert api.environment[variable].startswith(prefix)
        assert api.environment == imitate(fresh_world).environment
        assert api.base_url_variable == variable.replace("API_KEY", "BASE_URL")


def test_the_second_reading_imports_nothing_of_the_first() -> None:
    files = [*PACKAGE.glob("sandbox/**/*.py"), *PACKAGE.glob("providers/*/sandbox/**/*.py")]
    assert len(files) > 25
    for file in files:
        own = "rundown_mcp.sandbox"
        allowed = [own]
        if "providers" in file.parts:
            allowed.append(f"rundown_mcp.providers.{file.parts[file.parts.index('providers') + 1]}.sandbox")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith("rundown_mcp") or any(name.startswith(one) for one in allowed), (file, name)
                assert name.partition(".")[0] not in {"httpx", "pydantic", "mcp"}, (file, name)
