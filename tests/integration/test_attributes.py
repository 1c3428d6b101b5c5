"""Attributes arrive by the map, and what the realm cannot hold is told and declared."""

from __future__ import annotations

from sbe_scim.keycloak import Enablement, KeycloakAdmin, enable
from sbe_scim.keycloak.profile import NO_LOCALES, UNDECLARED, Unheld
from tests.environment.chain import ENTERPRISE, Chain

FRENCH = "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User"
MAPPING = [
    f"service={ENTERPRISE}:department",
    f"siret={FRENCH}:siret",
    f"unite={FRENCH}:organizationalUnit",
    'telephone=phoneNumbers[type eq "work"].value',
    "applications=entitlements.value",
    "locale=locale",
    "username=nickName",
]
PERSON = {
    "service": ["Achats"],
    "siret": ["13002526500013"],
    "unite": ["DINUM"],
    "telephone": ["02", "01"],
    "applications": ["wiki", "archives"],
    "locale": ["fr"],
}


def test_what_the_realm_cannot_hold_is_told_declared_and_arrives(chain: Chain) -> None:
    server, realm = chain.keycloak, chain.realm
    strict = chain.admin.request("GET", f"/{realm}/users/profile").json()
    del strict["unmanagedAttributePolicy"]
    chain.admin.request("PUT", f"/{realm}/users/profile", json=strict)
    wanted = Enablement(realm, chain.receiver.url_for(server), attribute_mapping=MAPPING)
    with KeycloakAdmin(server.url, server.admin_user, server.admin_password) as admin:
        done = enable(admin, wanted)
        names = ["applications", "service", "siret", "telephone", "unite"]
        unknown = [Unheld(name, UNDECLARED) for name in names]
        assert done.unheld == sorted([*unknown, Unheld("locale", NO_LOCALES)], key=lambda one: one.name)
        chain.admin.create_user(realm, username="avant", attributes=PERSON)
        chain.see_user("avant", lambda user: "phoneNumbers" not in user and "locale" not in user)

        declaring = Enablement(realm, wanted.receiver, declare_attributes=True)
        done = enable(admin, declaring)
        assert done.declared == names
        assert done.unheld == [Unheld("locale", NO_LOCALES)]
        locales = {"internationalizationEnabled": True, "supportedLocales": ["fr"]}
        chain.admin.request("PUT", f"/{realm}", json=locales)
        done = enable(admin, declaring)
        assert (done.declared, done.unheld) == ((), [])

    chain.admin.create_user(realm, username="apres", attributes=PERSON)
    user = chain.see_user("apres")
    assert user[ENTERPRISE]["department"] == "Achats"
    assert user[FRENCH] == {"siret": "13002526500013", "organizationalUnit": "DINUM"}
    assert user["phoneNumbers"] == [{"value": "01", "type": "work"}, {"value": "02", "type": "work"}]
    assert {one["value"] for one in user["entitlements"]} == {"wiki", "archives"}
    assert user["locale"] == "fr"
    assert user["nickName"] == "apres"
