"""The client of ``scim2-client``, which others wrote, over a connection of the tests."""

from __future__ import annotations

from typing import Any

import httpx
from scim2_client import BaseSyncSCIMClient, RequestNetworkException


class Client(BaseSyncSCIMClient):
    """It sends and checks; how is the library's own."""

    def __init__(self, client: httpx.Client, **more: Any) -> None:
        super().__init__(**more)
        self._client = client

    def _stays_under_base_url(self, endpoint: str) -> bool:
        return not endpoint.startswith("http")

    def _parse_json(self, response: Any) -> Any:
        return response.json()

    def request(self, method: str, url: str, **more: Any) -> httpx.Response:
        """Send a request."""
        try:
            return self._client.request(method, url, **more)
        except httpx.TransportError:
            raise RequestNetworkException from None
