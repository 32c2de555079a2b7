"""What a Conduit connection is set up with."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class ConduitSettings(BaseModel):
    """One account at Conduit.

    `workspace_id` narrows the connection to one workspace; without it all workspaces of the token are read.

    Source: docs.conduit.ai/api-reference/introduction
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    api_key: SecretStr
    base_url: str = "https://api.conduit.ai/v1"
    workspace_id: Annotated[str, Field(pattern=r"^[!-~]{1,128}$")] | None = None
