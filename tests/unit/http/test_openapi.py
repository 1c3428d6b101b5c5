"""The OpenAPI document is one, and says what the receiver does."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from starlette.routing import Route

from sbe_scim.config import SCIM_PATH
from sbe_scim.openapi import document
from sbe_scim.protocol import (
    BULK_REQUEST_URN,
    SEARCH_REQUEST_URN,
    Registry,
    default_registry,
    read_schema,
    registry,
)
from tests.unit.http.client import Receiver
from tests.unit.rig import GROUP, USER, group_body, patch_body, user_body

#: The base URL itself is no path below it, and /Me is answered 501.
LEFT_OUT = {"", "/Me"}
TOWN = "urn:ietf:params:scim:schemas:extension:town:2.0:User"


def made(scim: Receiver, known: Registry | None = None) -> dict[str, Any]:
    return document(known or default_registry(), scim.settings)


def faults(described: dict[str, Any], name: str, body: Any) -> list[str]:
    """What of a body is not as a schema of the document has it."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
    return [error.message for error in Draft202012Validator(schema).iter_errors(body)]


def test_it_is_a_document_of_openapi(scim: Receiver) -> None:
    validate(made(scim))


def test_it_has_every_path_and_method_and_no_other(scim: Receiver) -> None:
    served = {
        (route.path.removeprefix(SCIM_PATH), method.lower())
        for route in scim.app.routes
        if isinstance(route, Route) and route.path.startswith(SCIM_PATH)
        for method in route.methods or ()
        if method != "HEAD"
    }
    told = {(path, method) for path, item in made(scim)["paths"].items() for method in item if method != "parameters"}
    assert told == {(path, method) for path, method in served if path not in LEFT_OUT}
    assert len(told) > 15


def test_bodies_and_answers_are_as_it_says(scim: Receiver) -> None:
    described = made(scim)
    body = user_body(
        "ann",
        externalId="1",
        title="Maire",
        emails=[{"value": "ann@example.org", "type": "work", "primary": True}],
        name={"familyName": "Élu"},
    )
    assert faults(described, USER.name, body | {"id": "x", "meta": {}}) == []
    user = scim.post("/Users", body).json()
    group = scim.post("/Groups", group_body("Élus", user["id"])).json()
    change = patch_body({"op": "replace", "path": "title", "value": "Adjointe"})
    assert faults(described, "PatchOp", change) == []
    bulk = {
        "schemas": [BULK_REQUEST_URN],
        "Operations": [
            {"method": "POST", "path": "/Users", "bulkId": "b", "data": user_body("bob")},
            {"method": "DELETE", "path": "/Users/nobody"},
        ],
    }
    assert faults(described, "BulkRequest", bulk) == []
    answers = {
        USER.name: [user, scim.request("PATCH", f"/Users/{user['id']}", change).json()],
        GROUP.name: [group],
        f"{USER.name}List": [scim.get("/Users").json(), scim.get("/Users?cursor=&count=1").json()],
        f"{GROUP.name}List": [scim.get("/Groups").json()],
        "BulkResponse": [scim.post("/Bulk", bulk).json()],
        "ResourceList": [scim.post("/.search", {"schemas": [SEARCH_REQUEST_URN]}).json()],
        "Error": [scim.get("/Users/nobody").json()],
    }
    assert {name: [faults(described, name, one) for one in all_of] for name, all_of in answers.items()} == {
        name: [[] for _ in all_of] for name, all_of in answers.items()
    }


@pytest.mark.parametrize("wrong", [{"active": "yes"}, {"emails": {"value": "a"}}, {"name": "Ann"}, {"id": 1}])
def test_what_is_otherwise_is_found(scim: Receiver, wrong: dict[str, Any]) -> None:
    user = scim.post("/Users", user_body("ann")).json()
    assert faults(made(scim), USER.name, user | wrong) != []


def test_it_has_an_operators_extensions_too(scim: Receiver) -> None:
    town = read_schema({"id": TOWN, "name": "Town", "attributes": [{"name": "parkings", "type": "integer"}]})
    described = made(scim, registry([town]))
    user = scim.post("/Users", user_body("ann")).json()
    assert faults(described, USER.name, user | {TOWN: {"parkings": 2}}) == []
    assert faults(described, USER.name, user | {TOWN: {"parkings": "two"}}) != []
