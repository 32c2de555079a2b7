"""What an account at Duckie needs: its key, and the address where it is not the usual one."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, SecretStr


class DuckieSettings(BaseModel):
    """Settings of one Duckie connection.

    Source: docs.duckie.ai/api/authentication.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    api_key: SecretStr
    base_url: str = "https://app.useduckie.ai/api/v1"
