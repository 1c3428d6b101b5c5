"""A client is told in the answer what of its request was dropped."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from sbe_scim.http.responses import dropped
from tests.unit.http.client import Receiver
from tests.unit.rig import ENTERPRISE_URN, GROUP_URN, USER_URN, group_body, patch_body, user_body


def told(response: httpx.Response) -> str | None:
    assert response.is_success, response.text
    header: str | None = response.headers.get("scim-dropped")
    return header


BODY: dict[str, Any] = {
    "schemas": [USER_URN, "urn:exemple:schema"],
    "userName": "ann",
    "activ": False,
    "name": {"givenName": "Ann", "petName": "Annie"},
    "emails": [{"value": "ann@example.org"}, {"type": "home"}],
    ENTERPRISE_URN: {"shoeSize": 38, "department": "DSI"},
    "urn:exemple:extension:2.0:User": {"grade": "A"},
}
NAMES = (
    f"urn:exemple:schema, activ, name.petName, emails.value, {ENTERPRISE_URN}:shoeSize, urn:exemple:extension:2.0:User"
)


def test_a_post_and_a_put_tell_what_they_dropped(scim: Receiver) -> None:
    created = scim.post("/Users", BODY)
    assert told(created) == NAMES
    path = f"/Users/{created.json()['id']}"
    assert told(scim.request("PUT", path, BODY)) == NAMES
    assert told(scim.request("PUT", path, user_body("ann"))) is None


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        ({"op": "add", "path": "memebers", "value": [{"value": "x"}]}, "memebers"),
        ({"op": "remove", "path": "memebers"}, "memebers"),
        ({"op": "replace", "value": {"memebers": [], "displayNam": "x"}}, "memebers, displayNam"),
        ({"op": "add", "path": f"{GROUP_URN}:memebers", "value": []}, f"{GROUP_URN}:memebers"),
        ({"op": "add", "path": "urn:exemple:2.0:Group:grade", "value": "A"}, "urn:exemple:2.0:Group:grade"),
        ({"op": "add", "path": 'memebers[value eq "secret"].x', "value": "A"}, "memebers"),
        ({"op": "replace", "path": "displayName", "value": "Mairie"}, None),
    ],
)
def test_a_patch_tells_what_it_dropped(scim: Receiver, operation: dict[str, Any], names: str | None) -> None:
    group = scim.created("/Groups", group_body("Mairie"))
    response = scim.request("PATCH", f"/Groups/{group['id']}", patch_body(operation))
    assert (response.status_code, told(response), response.json()) == (200, names, group)


def test_an_answer_without_body_tells_it_too(scim: Receiver) -> None:
    ids = [scim.created("/Users", user_body(f"u{number}"))["id"] for number in range(201)]
    group = scim.created("/Groups", group_body("Mairie", *ids))
    response = scim.request("PATCH", f"/Groups/{group['id']}", patch_body({"op": "add", "path": "nope", "value": 1}))
    assert (response.status_code, told(response)) == (204, "nope")


def test_the_journal_has_the_same_names(scim: Receiver) -> None:
    scim.post("/Users", BODY)
    assert ", ".join(json.loads(scim.journal()[-1]["dropped"])) == NAMES


def test_nothing_but_names_is_told(scim: Receiver) -> None:
    body = user_body("ann", **{"ann@example.org <Ann>": 1, "a\r\nset-cookie: b": 1, "é": 1, "x" * 201: 1})
    response = scim.post("/Users", body)
    assert told(response) == "(malformed name)"
    assert "set-cookie" not in response.headers


def test_many_names_are_counted() -> None:
    names = [f"name{number:03}" for number in range(500)]
    (header,) = dropped(names).values()
    first, _, rest = header.partition(", (")
    shown = first.split(", ")
    assert shown == names[: len(shown)]
    assert rest == f"{500 - len(shown)} more)"
    assert len(header) < 1_100
    assert dropped(["x" * 2_000]) == {"scim-dropped": "(1 more)"}
    assert dropped(()) == {}
