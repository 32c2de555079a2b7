"""Every field of the vendors' documented bodies can be read: a canary in each of them comes out in some answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from tests.test_documents import AGENT, CALL, RUN, UUID, Vendor, stored, vendor
from tests.tools.reading import next_calls, parts

from rundown_mcp.transport.wire import Json

pytestmark = pytest.mark.anyio

START = datetime(2024, 1, 1, 3, 4, 5, tzinfo=UTC)
KEPT: dict[str, dict[str, Json]] = {
    # What decides how a body is read stays as the document has it.
    "duckie": {"data.id": UUID, "data.status": "paused", "data.approval.pending.redacted": False}
    | {"data.steps[0].tool.redacted": False},
    "happyrobot": {"id": UUID, "status": "failed", "events[0].type": "action"},
    "conduit": {"data.id": RUN, "data.agent_id": AGENT, "data.status": "failed", "data.error": "canary-error"},
    "happyrobot's call": {"id": CALL, "status": "failed", "events[0].type": "session", "events[1].type": "action"}
    | {"events[0].sip_code": "200", "events[0].sip_reason": "canary-sip", "events[0].user_number": "+15550100"}
    | {"events[0].messages[2].role": "tool", "events[0].messages[2].name": "find_load"}
    | {"events[0].messages[1].tool_calls[0].function.arguments": '{"load":"canary-load"}'}
    | {"events[0].messages[1].tool_calls[0].function.name": "find_load"},
}
SAID = {
    # Flags, and figures in our words.
    "duckie": {
        "data.duration_seconds": "took 16m",
        "data.steps[0].duration_seconds": "took: 17m",
        "data.trigger.internal_notes_only": "internal_notes_only: true",
        "data.trigger.is_messaging_ticket": "is_messaging_ticket: true",
        "data.approval.waiting_for_approval": "waits: for approval of ",
        "data.approval.pending.truncated": "approval input: canary",
        "data.steps[0].tool.truncated": "[truncated:provider]",
    },
    "happyrobot": {
        "version.is_published": '"is_published":true',
        "version.is_live": '"is_live":true',
        "version.is_deleted": '"is_deleted":true',
    },
    "conduit": {"data.duration_ms": "took 1s"},
    "happyrobot's call": {
        "version.is_published": '"is_published":true',
        "version.is_live": '"is_live":true',
        "version.is_deleted": '"is_deleted":false',
        "events[0].duration": "took: 16m",
        "events[0].messages[1].tool_calls[0].function.arguments": '"canary-load"',
    },
}
NOT_SHOWN = {
    "duckie": {"data.approval.pending.redacted", "data.steps[0].tool.redacted"},  # false: the value itself is shown
    "happyrobot": set[str](),
    "conduit": set[str](),
    "happyrobot's call": {
        # false, of flags that an answer names where they are true
        *(f"events[0].messages[{n}].{flag}" for n in range(3) for flag in ("is_filler", "is_interrupted")),
        *(f"events[0].messages[{n}].{flag}" for n in range(3) for flag in ("is_natural_cut", "data_deleted")),
        "events[1].intermediate.data_deleted",
    },
}
BODIES = {
    "duckie": (f"duckie:{UUID}", f"/runs/{UUID}", "document_duckie_retrieve_a_run"),
    "happyrobot": (f"happyrobot:{UUID}", f"/runs/{UUID}", "document_happyrobot_get_a_run_by_id"),
    "conduit": (f"conduit:{AGENT}/{RUN}", f"/agents/{AGENT}/runs/{RUN}", "document_conduit_get_agent_run"),
    "happyrobot's call": (f"happyrobot:{CALL}", f"/runs/{CALL}", "happyrobot_v1_get_run"),
}


class Canaries:
    """A body with something of its own in every leaf that is not null; `leaves` says what, by path."""

    def __init__(self, kept: Mapping[str, Json]) -> None:
        self.kept = kept
        self.leaves: dict[str, str] = {}

    def planted(self, value: Json, path: str = "") -> Json:
        if path in self.kept:
            self.leaves[path] = str(self.kept[path])
            return self.kept[path]
        if isinstance(value, dict):
            return {key: self.planted(item, f"{path}.{key}".lstrip(".")) for key, item in value.items()}
        if isinstance(value, list):
            return [self.planted(item, f"{path}[{index}]") for index, item in enumerate(value)]
        if value is None:
            return None
        return self._leaf(value, path)

    def _leaf(self, value: Json, path: str) -> Json:
        number = len(self.leaves)
        if isinstance(value, bool):
            self.leaves[path] = ""
            return value
        if isinstance(value, int | float):
            self.leaves[path] = str(number + 1000)
            return number + 1000
        if path.endswith(("_at", "timestamp")):
            at = START + timedelta(days=number, seconds=number)
            self.leaves[path] = f"{at:%Y-%m-%d %H:%M:%S}"
            return at.isoformat()
        self.leaves[path] = f"canary{number:03}"
        return self.leaves[path]


async def everything(here: Vendor, run: str) -> Iterator[str]:
    """Each line of the whole of `get_run` with detail `full`, and of every page of every step, message and line."""
    answer = await here.client.text("get_run", run=run, detail="full", max_tokens=8000)
    lines = parts(answer)[1]
    for name in [line.partition(":")[0].removeprefix("step ") for line in lines if not line.startswith("  ")]:
        pages = await here.client.text("get_step", run=run, step=name)
        lines += parts(pages)[1]
        while calls := next_calls(pages):
            pages = await here.client.text(calls[0][0], **calls[0][1])
            lines += parts(pages)[1]
    return iter(lines)


@pytest.mark.parametrize("name", BODIES)
async def test_every_field_of_a_documented_body_can_be_read(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    run, path, sample = BODIES[name]
    canaries = Canaries(KEPT[name])
    body = canaries.planted(json.loads(stored(sample)))
    wanted = {**canaries.leaves, **SAID[name]}
    provider = run.partition(":")[0]
    async with vendor(monkeypatch, provider, {path: body, "/use-cases": []}, redaction="off") as here:
        said = "\n".join(await everything(here, run)).replace("T", " ")
    assert {
        leaf: text for leaf, text in wanted.items() if not text or text.replace("T", " ") not in said
    }.keys() == NOT_SHOWN[name], said
