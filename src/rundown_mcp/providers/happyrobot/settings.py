"""What an account at HappyRobot needs: its key, its organisation where a user has several, its address."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class HappyRobotSettings(BaseModel):
    """Settings of one HappyRobot connection; `organization_id` goes into a header, so it is one printable word.

    Source: docs.happyrobot.ai/platform-api-reference/runs/get-a-run-by-id.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    api_key: SecretStr
    organization_id: Annotated[str, Field(pattern=r"^[!-~]{1,200}$")] | None = None
    base_url: str = "https://platform.happyrobot.ai/api/v1"
