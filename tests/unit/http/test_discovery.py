"""What the receiver says of itself is true, and open to everyone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.http.client import BASE_URL, Receiver

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
        "bulk": False,
        "filter": True,
        "changePassword": False,
        "sort": False,
        "etag": True,
    }
    assert config["filter"]["maxResults"] == scim.settings.page_limit
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
