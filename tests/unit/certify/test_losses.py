"""What takes access away is known by its request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sbe_scim.certify.losses import takes_away


def patch(**operation: Any) -> dict[str, Any]:
    return {"Operations": [{"op": "replace", "path": "title", "value": "x"}, {"op": "Replace", **operation}]}


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("DELETE", None),
        ("PUT", {"userName": "ann", "active": False}),
        ("PATCH", patch(path="active", value=False)),
        ("PATCH", patch(path="active", value="False")),
        ("PATCH", patch(value={"active": False})),
    ],
)
def test_a_deactivation_is_seen_in_every_form(method: str, body: Any) -> None:
    assert takes_away(method, json.dumps(body).encode())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"active": true}',
        b'{"active": 0}',
        b'{"title": "false"}',
        b'{"Operations": 1}',
        b'{"Operations": [1, {"path": "title", "value": false}, {"value": {"active": true}}]}',
    ],
)
def test_anything_else_is_not(body: bytes) -> None:
    assert not takes_away("PATCH", body)
