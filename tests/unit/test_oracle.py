"""The oracle of every answer sees what is wrong with one."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests import oracle
from tests.unit.rig import GROUP_URN, USER_URN

ID = "2819c223-7f76-453a-919d-413861904646"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
ANN: dict[str, Any] = {"schemas": [USER_URN], "id": ID, "userName": "ann", "active": True}
TEAM: dict[str, Any] = {"schemas": [GROUP_URN], "id": ID, "displayName": "team"}


def answer(method: str, path: str, body: Any, status: int = 200) -> httpx.Response:
    request = httpx.Request(method, f"https://scim.example.org/scim/v2{path}")
    headers = {"content-type": "application/scim+json"}
    return httpx.Response(status, json=body, headers=headers, request=request)


def listed(*resources: Any, **more: Any) -> dict[str, Any]:
    return {"schemas": [LIST], "totalResults": len(resources), "Resources": list(resources)} | more


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", f"/Users/{ID}", ANN, 200),
        ("POST", "/Users", ANN, 201),
        ("PUT", f"/Groups/{ID}", TEAM, 200),
        ("GET", "/Users", listed(ANN), 200),
        ("POST", "/.search", listed(ANN, TEAM), 200),
        ("GET", "/Users", {"schemas": [ERROR], "status": "404", "detail": "x", "reason": "ours"}, 404),
    ],
)
def test_what_is_right_is_taken(method: str, path: str, body: Any, status: int) -> None:
    oracle.check(answer(method, path, body, status))


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "told"),
    [
        ("GET", f"/Users/{ID}", ANN | {"id": None}, 200, "id"),
        ("GET", f"/Users/{ID}", ANN | {"active": "yes, of course"}, 200, "active"),
        ("POST", "/Users", ANN | {"password": "x"}, 201, "password"),
        ("PATCH", f"/Users/{ID}", ANN | {"shoeSize": 42}, 200, "shoeSize"),
        ("GET", f"/Users/{ID}", ANN | {"emails": [{"value": "a@b.fr", "primary": True}] * 2}, 200, "primary"),
        ("GET", f"/Groups/{ID}", TEAM | {"userName": "ann"}, 200, "userName"),
        ("GET", "/Groups", listed(ANN), 200, "Resources"),
        ("GET", "/Users", listed(ANN, nextCursor="a b"), 200, "nextCursor"),
        ("GET", "/Users", {"status": "four", "detail": "x", "more": 1}, 404, "more"),
        ("POST", "/Bulk", {"Operations": [{"method": "PUT", "status": "200"}]}, 200, "location"),
        ("GET", "/ServiceProviderConfig", {"patch": {"supported": "perhaps"}}, 200, "patch"),
    ],
)
def test_what_is_wrong_is_told(method: str, path: str, body: Any, status: int, told: str) -> None:
    with pytest.raises(oracle.WrongAnswer, match=told):
        oracle.check(answer(method, path, body, status))
