"""HappyRobot's JSON for runs and use cases, as its documents show it over time: only ids are required."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, model_validator

from rundown_mcp.transport.wire import (
    Flag,
    Id,
    Json,
    JsonObject,
    Many,
    Maybe,
    Moment,
    Number,
    Text,
    WireBody,
    WireModel,
)


class WireRun(WireModel):
    """A row of the list of runs, and what a detail shares with it.

    `timestamp` is when the run was triggered, `completed_at` when its last node gave an output. `data` holds the
    columns that the customer defined for the runs table, by `<node or group id>.<variable id>`.

    Source: docs.happyrobot.ai/platform-api-reference/runs/get-runs.
    """

    id: Id
    use_case_id: Text = None
    version_id: Text = None
    status: Text = None
    annotation: Text = None
    timestamp: Moment = None
    completed_at: Moment = None
    data: JsonObject = Field(default_factory=dict)


class WireMessage(WireModel):
    """A message of a session; a `tool` message answers a call of the tool `name`.

    Source: platform.happyrobot.ai/api/v1/openapi.json, `GET /runs/{run_id}`, event type `session`.
    """

    id: Text = None
    role: Text = None
    content: Json = None
    tool_calls: Json = None
    name: Text = None
    is_filler: Flag = None
    is_interrupted: Flag = None
    is_natural_cut: Flag = None
    latency_breakdown: Json = None
    timestamp: Moment = None
    data_deleted: Flag = None


class WireNodeOutput(WireModel):
    """What a node of the workflow worked with and how it went; `error` is null where nothing failed."""

    id: Text = None
    name: Text = None
    data: Json = None
    error: Json = None
    timestamp: Moment = None
    data_deleted: Flag = None
    event: Json = None


class WireEvent(WireBody):
    """An event of a run: an `action` of a node, or a `session` (a call or chat) with its messages.

    The fields of both are read from every event, because older and newer bodies differ in which they send. `duration`
    is in seconds, `sip_code` a number in a string. `node_outputs` come in the oldest shape only.

    Source: docs.happyrobot.ai/platform-api-reference/runs/get-a-run-by-id;
    platform.happyrobot.ai/api/v1/openapi.json, `GET /runs/{run_id}`.
    """

    type: Text = None
    id: Text = None
    timestamp: Moment = None
    integration_name: Text = None
    event_name: Text = None
    intermediate: Maybe[WireNodeOutput] = None
    output: Json = None
    status: Text = None
    duration: Number = None
    sip_code: Text = None
    sip_reason: Text = None
    failure_reason: Text = None
    user_number: Text = None
    messages: Many[WireMessage] = Field(default_factory=list)
    node_outputs: Many[WireNodeOutput] = Field(default_factory=list)


class WireIssue(WireModel):
    """A reviewer's mark on a run or on one of its messages."""

    status: Text = None
    priority: Text = None
    type: Text = None
    message_id: Text = None
    correction: Text = None
    correction_reason: Text = None


class WireVersion(WireModel):
    """The version of the use case that ran; `environment` is staging or production."""

    id: Text = None
    name: Text = None
    slug: Text = None
    version_number: Text = None
    environment: Text = None
    is_live: Flag = None


class WireRunDetail(WireBody, WireRun):
    """A run with its events, whichever of the documented shapes it came in.

    `is_oldest_shape` tells of a body that holds the run under `run` and beside it `sessions`.

    Source: docs.happyrobot.ai/platform-api-reference/runs/get-a-run-by-id.
    """

    events: Many[WireEvent] = Field(default_factory=list)
    issues: Many[WireIssue] = Field(default_factory=list)
    version: Maybe[WireVersion] = None
    sessions: Many[WireEvent] = Field(default_factory=list)
    is_oldest_shape: bool = False

    @model_validator(mode="before")
    @classmethod
    def _flatten(cls, body: object) -> object:
        """Bring the oldest shape to the form of the current one, with the sessions kept apart."""
        if not isinstance(body, Mapping):
            return body
        run = body.get("run")
        if isinstance(run, Mapping) and ("sessions" in body or "id" not in body):
            return {**run, "sessions": body.get("sessions"), "is_oldest_shape": True}
        return {**body, "sessions": None, "is_oldest_shape": False}


class WireUseCase(WireModel):
    """A use case: what HappyRobot calls an agent's workflow. `versions` is absent where they were not sent.

    Source: platform.happyrobot.ai/api/v1/openapi.json, `GET /use-cases`.
    """

    id: Id
    name: Text = None
    slug: Text = None
    data_retention_days: Number = None
    run_columns: Json = None
    versions: Json = None
