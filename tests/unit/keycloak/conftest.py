"""Fixtures of the tests of enabling a realm."""

from __future__ import annotations

import pytest

from sbe_scim.keycloak import components


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read components again after a lost answer, but without the pauses."""
    monkeypatch.setattr(components, "REREAD_AFTER", (0.0, 0.0))
