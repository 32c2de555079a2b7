"""What an account at HappyRobot needs: its key, its organisation where a user has several, its address."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, SecretStr, StringConstraints


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


class HappyRobotSettings(BaseModel):
    """Settings of one HappyRobot connection; `organization_id` goes into a header, so it is one printable word.

    Source: docs.happyrobot.ai/platform-api-reference/runs/get-a-run-by-id.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    api_key: SecretStr
    organization_id: Annotated[
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[!-~]+$")] | None,
        BeforeValidator(_blank_is_none),
    ] = None
    base_url: str = "https://platform.happyrobot.ai/api/v1"
