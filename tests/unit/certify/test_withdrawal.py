"""Whether a receiver has noticed that a key is gone."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest

from sbe_scim.certify import withdrawal
from sbe_scim.certify.provider import RefusedError

KID = "former"


def kid(authorization: str) -> str:
    """The key that a token names."""
    header = authorization.removeprefix("Bearer ").partition(".")[0]
    named: str = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))["kid"]
    return named


@pytest.mark.parametrize(
    ("status", "reason", "noticed"),
    [(401, "wrong_signature", False), (401, "unknown_key", True), (503, None, True)],
)
def test_a_key_is_gone_where_its_signature_is_no_longer_looked_at(
    monkeypatch: pytest.MonkeyPatch, status: int, reason: str | None, noticed: bool
) -> None:
    asked: list[str] = []

    def get(_url: str, *, headers: dict[str, str], **_more: Any) -> httpx.Response:
        asked.append(kid(headers["Authorization"]))
        # Of any other key it may say that it has just looked for it.
        return httpx.Response(status, json={"reason": reason}) if asked[-1] == KID else httpx.Response(503, json={})

    monkeypatch.setattr(httpx, "get", get)

    assert withdrawal.noticed("http://receiver/scim/v2", "https://sso.example.org/realms/r", KID) is noticed
    assert asked[1:] == [KID]
    assert asked[0] != KID, "it is asked for a key that makes it look"


def test_a_receiver_that_is_away_has_noticed_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def get(*_arguments: Any, **_more: Any) -> httpx.Response:
        raise httpx.ConnectError("refused")

    monkeypatch.setattr(httpx, "get", get)
    with pytest.raises(RefusedError, match="does not answer"):
        withdrawal.noticed("http://receiver/scim/v2", "https://sso.example.org/realms/r", KID)
