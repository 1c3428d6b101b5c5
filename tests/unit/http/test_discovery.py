"""What the receiver says of itself is true, and open to everyone."""

from __future__ import annotations

from typing import Any

import pytest

from sbe_scim.store import open_database, sources, tokens
from tests.unit.http.client import BASE_URL, Receiver
from tests.unit.rig import group_body, patch_body, user_body

STANDING = "urn:ietf:params:scim:schemas:extension:sbe-scim:2.0:ServiceProviderConfig"
OPEN = ("/ServiceProviderConfig", "/Schemas", "/ResourceTypes")


def read(scim: Receiver, path: str) -> Any:
    response = scim.get(path, headers={"authorization": None})
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("path", OPEN)
def test_discovery_cannot_be_filtered(scim: Receiver, path: str) -> None:
    response = scim.get(f"{path}?filter=id%20pr")
    assert response.status_code == 403
    assert "www-authenticate" not in response.headers


def test_the_configuration_says_what_is_so(scim: Receiver) -> None:
    config = read(scim, "/ServiceProviderConfig")
    assert {
        name: config[name]["supported"] for name in ("patch", "bulk", "filter", "changePassword", "sort", "etag")
    } == {
        "patch": True,
        "bulk": True,
        "filter": True,
        "changePassword": False,
        "sort": True,
        "etag": True,
    }
    assert config["filter"]["maxResults"] == scim.settings.page_limit
    limits = {"maxOperations": scim.settings.bulk_limit, "maxPayloadSize": scim.settings.body_limit}
    assert config["bulk"] == {"supported": True, **limits}
    assert config["authenticationSchemes"][0]["type"] == "oauthbearertoken"


@pytest.mark.parametrize("collection", ["/Schemas", "/ResourceTypes"])
def test_each_listed_description_is_at_its_location(scim: Receiver, collection: str) -> None:
    listed = read(scim, collection)
    assert listed["totalResults"] == len(listed["Resources"]) > 1
    for resource in listed["Resources"]:
        location = resource["meta"]["location"]
        assert location == f"{BASE_URL}{collection}/{resource['id']}"
        assert read(scim, location.removeprefix(BASE_URL)) == resource


def test_every_resource_type_is_served_with_schemas_that_are_described(scim: Receiver) -> None:
    schemas = {schema["id"] for schema in read(scim, "/Schemas")["Resources"]}
    for kind in read(scim, "/ResourceTypes")["Resources"]:
        assert scim.get(kind["endpoint"]).status_code == 200
        assert {kind["schema"], *(extension["schema"] for extension in kind["schemaExtensions"])} <= schemas


@pytest.mark.parametrize("suffix", ["", "/scim/v2"])
def test_the_metadata_name_the_resource_and_no_way_to_a_token(scim: Receiver, suffix: str) -> None:
    assert read(scim, f"/.well-known/oauth-protected-resource{suffix}") == {
        "resource": BASE_URL,
        "bearer_methods_supported": ["header"],
    }


def standing(scim: Receiver, token: str | None = None) -> dict[str, Any]:
    """What the configuration says to who shows a token, by default that of ``staff``."""
    response = scim.get("/ServiceProviderConfig", headers={"authorization": f"Bearer {token or scim.token}"})
    assert response.status_code == 200, response.text
    config = response.json()
    assert STANDING in config["schemas"]
    shown: dict[str, Any] = config[STANDING]
    return shown


def other_source(scim: Receiver) -> str:
    """A token of a source beside ``staff``."""
    engine = open_database(scim.settings.database)
    with engine.begin() as connection:
        token = tokens.create(connection, sources.add(connection, "other").id)
    engine.dispose()
    return token


def test_each_version_moves_the_highest_change_of_its_source(scim: Receiver) -> None:
    assert standing(scim)["highestChange"] == 0
    seen = [0]

    def moved() -> bool:
        seen.append(standing(scim)["highestChange"])
        return seen[-1] > seen[-2]

    ann = scim.created("/Users", user_body("ann"))["id"]
    assert moved()
    group = scim.created("/Groups", group_body("Élus", ann))["id"]
    assert moved()
    assert scim.request("PUT", f"/Users/{ann}", user_body("ann")).status_code == 200
    assert not moved(), "nothing was changed"
    title = patch_body({"op": "replace", "path": "title", "value": "Maire"})
    assert scim.request("PATCH", f"/Users/{ann}", title).status_code == 200
    assert moved()
    assert scim.post("/Users", user_body("ANN")).status_code == 409
    assert not moved(), "a refusal changes nothing"
    for path in (f"/Users/{ann}", f"/Groups/{group}"):
        assert scim.request("DELETE", path).status_code == 204
        assert moved()


def test_no_source_sees_what_becomes_of_another(scim: Receiver) -> None:
    token = other_source(scim)
    scim.created("/Users", user_body("ann"))
    assert standing(scim, token)["highestChange"] == 0
    before = standing(scim)
    other = {"authorization": f"Bearer {token}"}
    assert scim.post("/Users", user_body("bob"), headers=other).status_code == 201
    assert standing(scim) == before
    assert standing(scim, token)["highestChange"] > before["highestChange"]
    assert standing(scim, token)["generationId"] == before["generationId"]


@pytest.mark.parametrize("authorization", [None, "Bearer nobody", "Basic eDp5", "x"])
def test_who_is_no_source_sees_the_configuration_alone(scim: Receiver, authorization: str | None) -> None:
    scim.created("/Users", user_body("ann"))
    generation = standing(scim)["generationId"]
    answer = scim.get("/ServiceProviderConfig", headers={"authorization": authorization})
    assert answer.status_code == 200
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]
    assert STANDING not in answer.json()
    assert generation not in answer.text


def test_a_source_that_is_disabled_sees_the_configuration_alone(scim: Receiver) -> None:
    token = other_source(scim)
    engine = open_database(scim.settings.database)
    with engine.begin() as connection:
        sources.disable(connection, "other")
    engine.dispose()
    answer = scim.get("/ServiceProviderConfig", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, STANDING in answer.json()) == (200, False)
