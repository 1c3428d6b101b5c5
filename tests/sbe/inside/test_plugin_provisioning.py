"""The page *Provisioning*: what administrators see of what SCIM does, and nobody else."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import pytest
from abilian.core.models.subjects import User
from abilian.wsgi import app
from starlette.testclient import TestClient

from sbe_scim.app import Ports, create_app
from sbe_scim.config import Settings
from sbe_scim.sbe_plugin import provisioning
from sbe_scim.service import drifts
from sbe_scim.store import sources, tokens
from tests.sbe.inside.support import ADMIN, Sbe

BASE = "http://scim.example.org/scim/v2"
PAGE = "/admin/provisioning"


@pytest.fixture(scope="module", autouse=True)
def page() -> None:
    provisioning.set_up(app)


@pytest.fixture(scope="module")
def scim(ports: Ports) -> Iterator[TestClient]:
    with ports.transactions.write() as transaction:
        issuer = "https://sso.example.org/realms/agents"
        source = sources.add(transaction.connection, "agents", dialect="keycloak", issuer=issuer)
        token = tokens.create(transaction.connection, source.id, None)
    receiver = create_app(Settings(base_url=BASE, directory="sbe"), ports)
    with TestClient(receiver, base_url=BASE, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


def person(login: str, **more: Any) -> dict[str, Any]:
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": login,
        "externalId": f"id-of-{login}",
        "name": {"givenName": "Zoé", "familyName": login},
        "emails": [{"value": f"{login}@example.org", "primary": True}],
        **more,
    }


def shown(sbe: Sbe, who: str = "", language: str = "en") -> str:
    answer = sbe.login(*ADMIN).get(PAGE, query_string={"who": who}, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def test_it_tells_of_each_source_how_many_it_has_here(sbe: Sbe, scim: TestClient) -> None:
    before = shown(sbe)
    assert "never" in before
    scim.post("/Users", json=person("first")).raise_for_status()
    now = shown(sbe)
    assert "https://sso.example.org/realms/agents" in now
    assert "never" not in now
    assert "Nobody is refused" in now


def test_it_is_in_the_menu_of_the_administration_in_french_too(sbe: Sbe, scim: TestClient) -> None:
    page = sbe.login(*ADMIN).get("/admin/settings", headers={"Accept-Language": "fr"})
    assert f'href="{PAGE}"' in page.text
    assert "Provisionnement" in page.text
    assert "Dernier contact" in shown(sbe, language="fr")


def test_nobody_else_sees_it(sbe: Sbe, scim: TestClient) -> None:
    sbe.local_account("curious@example.org", password="Secret-1")
    assert sbe.login("curious@example.org", "Secret-1").get(PAGE).status_code == 403
    assert app.test_client().get(PAGE).status_code in (302, 401, 403)


def test_who_is_refused_stands_there_with_the_remedy(sbe: Sbe, scim: TestClient) -> None:
    sbe.local_account("taken@example.org", password="Secret-1")
    assert scim.post("/Users", json=person("taken")).status_code == 409
    now = shown(sbe)
    assert "taken <taken@example.org>" in now
    assert "sbe-scim sbe adopt --source agents --mail taken@example.org" in now


def test_one_persons_journal_is_found_by_address_and_name(sbe: Sbe, scim: TestClient) -> None:
    user = scim.post("/Users", json=person("sought")).raise_for_status().json()["id"]
    scim.put(f"/Users/{user}", json=person("sought", title="Cheffe")).raise_for_status()
    for who in ("sought", "sought@example.org", "id-of-sought", user):
        assert "replace" in shown(sbe, who), who
    assert "has nothing of this person" in shown(sbe, "<script>nobody</script>")
    assert "&lt;script&gt;" in sbe.login(*ADMIN).get(PAGE, query_string={"who": "<script>nobody</script>"}).text


def test_what_was_repaired_and_who_was_closed_by_hand_is_told(sbe: Sbe, scim: TestClient, ports: Ports) -> None:
    user = scim.post("/Users", json=person("changed")).raise_for_status().json()["id"]
    with sbe.models() as session:
        session.query(User).filter(User.email == "changed@example.org").update({"last_name": "By hand"})
    transactions, directory = ports
    with transactions.read() as transaction:
        source = sources.require(transaction.connection, "agents")
    for kind, one in drifts.find(transactions, source).drifts:  # type: ignore[arg-type, unused-ignore]
        drifts.mend(transactions, directory, source, kind, one)  # type: ignore[arg-type, unused-ignore]
    now = shown(sbe)
    assert f"User {user}: last_name" in now
    assert "closed by hand" not in now
    with sbe.models() as session:
        session.query(User).filter(User.email == "changed@example.org").update({"can_login": False})
    scim.put(f"/Users/{user}", json=person("changed", title="Chef")).raise_for_status()
    now = shown(sbe)
    assert "Accounts closed by hand" in now
    assert "Zoé changed" in now
