from __future__ import annotations

import re
from pathlib import Path

import pytest

from sbe_scim.keycloak import Enablement, KeycloakError, enable
from sbe_scim.keycloak.profile import (
    DEFAULT_MAPPING,
    ENTERPRISE,
    NO_LOCALES,
    UNDECLARED,
    Unheld,
    attributes,
    declaring,
    unheld,
)
from tests.unit.keycloak.fake import FakeKeycloak, admin

CONNECTOR = Path(__file__).parents[3] / "keycloak-event-listener/src/main/java/com/abilian/sbe/scim/project"
FRENCH = {"internationalizationEnabled": True, "supportedLocales": ["fr"]}


def test_the_default_mapping_is_that_of_the_connector() -> None:
    source = (CONNECTOR / "AttributeMapping.java").read_text()
    listed = source[source.index("DEFAULT =") : source.index(");", source.index("DEFAULT ="))]
    joined = re.sub(r'"\s*\+\s*ENTERPRISE\s*\+\s*"', f"{ENTERPRISE}:", listed)
    said = [line.replace(r"\"", '"') for line in re.findall(r'"((?:[^"\\]|\\.)*)"', joined)]
    assert said == list(DEFAULT_MAPPING)


def test_a_list_has_several_values() -> None:
    lines = ["a=title", 'b=phoneNumbers[type eq "work"].value', "c=entitlements.value", f"d={ENTERPRISE}:manager.value"]
    assert attributes([*lines, "", "a=x"]) == {"a": False, "b": True, "c": True, "d": False}


@pytest.mark.parametrize(
    ("profile", "missing"),
    [
        ({}, ["title"]),
        ({"attributes": [{"name": "title"}]}, []),
        ({"unmanagedAttributePolicy": "ENABLED"}, []),
        ({"unmanagedAttributePolicy": "ADMIN_EDIT"}, []),
        ({"unmanagedAttributePolicy": "ADMIN_VIEW"}, ["title"]),
    ],
)
def test_a_realm_holds_what_its_profile_knows_or_lets_pass(profile: dict[str, object], missing: list[str]) -> None:
    assert unheld(["title", "email"], profile, FRENCH) == [Unheld(name, UNDECLARED) for name in missing]


@pytest.mark.parametrize(
    "realm",
    [{}, {"internationalizationEnabled": False, "supportedLocales": ["fr"]}, {"internationalizationEnabled": True}],
)
def test_a_realm_without_locales_holds_none_whatever_its_profile_says(realm: dict[str, object]) -> None:
    everything = {"attributes": [{"name": "locale"}], "unmanagedAttributePolicy": "ENABLED"}
    assert unheld(["locale"], everything, realm) == [Unheld("locale", NO_LOCALES)]
    assert unheld(["locale"], everything, FRENCH) == []


def test_what_is_declared_is_set_by_administrators_alone_and_the_rest_stays() -> None:
    profile = {"attributes": [{"name": "email"}], "groups": [{"name": "g"}]}
    made = declaring(profile, ["phone"], {"phone": True})
    assert made["groups"] == profile["groups"]
    assert made["attributes"] == [
        {"name": "email"},
        {"name": "phone", "multivalued": True, "permissions": {"view": ["admin", "user"], "edit": ["admin"]}},
    ]


def test_a_realm_that_is_enabled_but_not_declared_is_told_so() -> None:
    class Refusing(FakeKeycloak):
        def _profile(self, request):  # type: ignore[no-untyped-def]
            answer = super()._profile(request)
            return answer if request.method == "GET" else type(answer)(400, json={"errorMessage": "bad"})

    server = Refusing(profile={"attributes": []})
    wanted = Enablement("agents", "https://sbe.example.org/scim/v2", declare_attributes=True)
    with pytest.raises(KeycloakError, match="The realm is enabled, but its attributes could not be declared"):
        enable(admin(server), wanted)
    assert len(server.components) == 1
