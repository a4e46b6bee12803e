"""A client for each agency."""

from __future__ import annotations

from fastapi.testclient import TestClient

from services.settings import Settings


def token(settings: Settings, agency: str) -> str:
    """This agency's token."""
    return (settings.credentials / f"{agency}.token").read_text().strip()


def bearer(settings: Settings, agency: str) -> dict[str, str]:
    """The header with this agency's token."""
    return {"Authorization": f"Bearer {token(settings, agency)}"}


class Asking:
    """Asks as an agency."""

    def __init__(self, client: TestClient, settings: Settings) -> None:
        self.client = client
        self.settings = settings

    def __call__(self, agency: str, path: str, **query: str) -> tuple[int, dict[str, object]]:
        """The status and the JSON of a GET below ``/api/v1``."""
        response = self.client.get(
            f"/api/v1/{path}", params=query, headers=bearer(self.settings, agency)
        )
        body: dict[str, object] = response.json()
        return response.status_code, body
