"""The receiver's HTTP application over Abilian SBE: what a request leaves behind on both sides."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from abilian.core.models.subjects import Group
from sqlalchemy import text
from starlette.testclient import TestClient

from sbe_scim.app import Ports, create_app
from sbe_scim.config import Settings
from sbe_scim.store import sources, tokens
from tests.sbe.inside.support import Sbe

BASE = "http://scim.example.org/scim/v2"


@pytest.fixture(scope="session")
def http(ports: Ports) -> Iterator[TestClient]:
    app = create_app(Settings(base_url=BASE, directory="sbe"), ports)
    with ports.transactions.write() as transaction:
        source = sources.add(transaction.connection, "keycloak", dialect="keycloak", strictness="tolerant")
        token = tokens.create(transaction.connection, source.id, None)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
    with TestClient(app, base_url=BASE, headers=headers, raise_server_exceptions=False) as client:
        yield client


def person(login: str, **more: Any) -> dict[str, Any]:
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "externalId": f"id-of-{login}",
        "userName": login,
        "name": {"givenName": "Hélène", "familyName": login.title()},
        "emails": [{"value": f"{login}@example.org", "type": "work", "primary": True}],
        "active": True,
        **more,
    }


def patch(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": list(operations)}


@dataclass(frozen=True)
class Team:
    """People and groups whose names start with ``word``, by their SCIM ids."""

    word: str
    people: list[str]
    groups: list[str]

    @property
    def names(self) -> tuple[str, str]:
        """The names of the groups."""
        return f"{self.word} one", f"{self.word} two"

    def mail(self, number: int) -> str:
        """The address of one of the people."""
        return f"{self.word}-{number}@example.org"

    def body(self, name: str, people: list[str]) -> dict[str, Any]:
        """A group of this name and these people."""
        members = [{"value": member} for member in people]
        return {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name, "members": members}


def created(answer: httpx.Response) -> str:
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_person_is_created_changed_disabled_enabled_and_deleted(sbe: Sbe, http: TestClient) -> None:
    user = created(http.post(f"{BASE}/Users", json=person("martin")))
    assert "Hélène Martin" in sbe.people()
    sbe.set_password("martin@example.org", "secret")
    browser = sbe.login("martin@example.org", "secret")

    changed = person("martin", name={"givenName": "Hélène", "familyName": "Durand"}, active=False)
    assert http.put(f"{BASE}/Users/{user}", json=changed).status_code == 200
    assert "Hélène Durand" in sbe.people()
    assert sbe.signed_in(browser) is None

    operation = {"op": "replace", "path": "active", "value": True}
    assert http.patch(f"{BASE}/Users/{user}", json=patch(operation)).json()["active"] is True
    assert sbe.signed_in(browser) == "martin@example.org"

    assert http.delete(f"{BASE}/Users/{user}").status_code == 204
    assert http.get(f"{BASE}/Users/{user}").status_code == 404
    assert sbe.signed_in(browser) is None
    row = sbe.known("martin@example.org")["id"]
    assert created(http.post(f"{BASE}/Users", json=person("martin"))) != user
    assert sbe.known("martin@example.org")["id"] == row


def test_a_group_and_its_members(sbe: Sbe, http: TestClient) -> None:
    one = created(http.post(f"{BASE}/Users", json=person("group-one")))
    two = created(http.post(f"{BASE}/Users", json=person("group-two")))
    body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "direction/achats"}
    group = created(http.post(f"{BASE}/Groups", json=body | {"members": [{"value": one}]}))
    assert sbe.group("direction/achats") == {"group-one@example.org"}
    operations: list[dict[str, Any]] = [
        {"op": "add", "path": "members", "value": [{"value": two}]},
        {"op": "remove", "path": f'members[value eq "{one}"]'},
        {"op": "replace", "path": "displayName", "value": "direction/marchés"},
    ]
    assert http.patch(f"{BASE}/Groups/{group}", json=patch(*operations)).status_code == 200
    assert sbe.group("direction/marchés") == {"group-two@example.org"}
    assert http.delete(f"{BASE}/Users/{two}").status_code == 204
    assert sbe.group("direction/marchés") == set()
    assert http.delete(f"{BASE}/Groups/{group}").status_code == 204
    assert sbe.group("direction/marchés") is None


@pytest.fixture
def team(sbe: Sbe, http: TestClient) -> Team:
    """Three people in two groups, the first of which is linked to a community."""
    word = f"team{uuid4().hex}"
    people = [created(http.post(f"{BASE}/Users", json=person(f"{word}-{number}"))) for number in range(3)]
    made = Team(word, people, [])
    for name in made.names:
        made.groups.append(created(http.post(f"{BASE}/Groups", json=made.body(name, []))))
    sbe.community(word, made.names[0])
    for group, name in zip(made.groups, made.names, strict=True):
        assert http.put(f"{BASE}/Groups/{group}", json=made.body(name, people)).status_code == 200
    return made


def test_who_was_deleted_by_hand_is_back_in_every_group_after_a_replace(sbe: Sbe, http: TestClient, team: Team) -> None:
    sbe.delete(team.mail(1))
    operation = {"op": "remove", "path": f'members[value eq "{team.people[2]}"]'}
    assert http.patch(f"{BASE}/Groups/{team.groups[0]}", json=patch(operation)).status_code == 200
    assert sbe.group(team.names[0]) == {team.mail(0)}
    answer = http.put(f"{BASE}/Users/{team.people[1]}", json=person(f"{team.word}-1"))
    assert answer.json()["meta"]["version"] == 'W/"1"'
    assert sbe.group(team.names[0]) == {team.mail(0), team.mail(1)}
    assert sbe.group(team.names[1]) == {team.mail(0), team.mail(1), team.mail(2)}
    assert sbe.communities(team.mail(1)) == {team.word}


def test_a_membership_in_spite_of_a_missing_account_is_kept_until_there_is_one(
    sbe: Sbe, http: TestClient, team: Team
) -> None:
    late = created(http.post(f"{BASE}/Users", json=person(f"{team.word}-late")))
    sbe.delete(f"{team.word}-late@example.org")
    operation = {"op": "add", "path": "members", "value": [{"value": late}]}
    assert http.patch(f"{BASE}/Groups/{team.groups[0]}", json=patch(operation)).status_code == 200
    assert sbe.group(team.names[0]) == {team.mail(0), team.mail(1), team.mail(2)}
    assert http.put(f"{BASE}/Users/{late}", json=person(f"{team.word}-late")).status_code == 200
    assert f"{team.word}-late@example.org" in (sbe.group(team.names[0]) or ())
    assert sbe.communities(f"{team.word}-late@example.org") == {team.word}


@pytest.mark.parametrize("by", ["replace", "rename", "member"])
def test_a_group_that_was_deleted_by_hand_comes_back_with_its_members(
    sbe: Sbe, http: TestClient, team: Team, by: str
) -> None:
    name, members = team.names[1], [team.mail(0), team.mail(1), team.mail(2)]
    with sbe.models() as session:
        session.delete(session.query(Group).filter(Group.name == name).one())
    if by == "replace":
        answer = http.put(f"{BASE}/Groups/{team.groups[1]}", json=team.body(name, team.people))
    elif by == "rename":
        name = f"{name}, renamed"
        answer = http.put(f"{BASE}/Groups/{team.groups[1]}", json=team.body(name, team.people[:2]))
        members.pop()
    else:
        operation = {"op": "remove", "path": f'members[value eq "{team.people[2]}"]'}
        answer = http.patch(f"{BASE}/Groups/{team.groups[1]}", json=patch(operation))
        members.pop()
    assert answer.status_code == 200, answer.text
    assert sbe.group(name) == set(members)


def test_the_configuration_tells_how_far_the_source_has_come(http: TestClient) -> None:
    def told() -> dict[str, Any]:
        config = http.get(f"{BASE}/ServiceProviderConfig").json()
        extension: dict[str, Any] = config["urn:ietf:params:scim:schemas:extension:sbe-scim:2.0:ServiceProviderConfig"]
        return extension

    first = told()
    created(http.post(f"{BASE}/Users", json=person("counted")))
    second = told()
    assert second["generationId"] == first["generationId"]
    assert second["highestChange"] > first["highestChange"]


def test_a_conflict_leaves_nothing_on_either_side(sbe: Sbe, http: TestClient) -> None:
    sbe.local_account("local@example.org")
    answer = http.post(f"{BASE}/Users", json=person("local"))
    assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")
    assert "local@example.org" not in answer.text
    assert http.get(f"{BASE}/Users", params={"filter": 'userName eq "local"'}).json()["totalResults"] == 0
    assert sbe.known("local@example.org")["first_name"] == "Local"
    assert created(http.post(f"{BASE}/Users", json=person("local", emails=[{"value": "other@example.org"}])))


def test_no_mail_address_is_an_invalid_value(http: TestClient) -> None:
    answer = http.post(f"{BASE}/Users", json=person("mailless", emails=[]))
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")
    assert "e-mail address" in answer.json()["detail"]


@pytest.mark.parametrize("given", ["nul\x00", "\ud800"])
def test_text_that_a_database_cannot_hold_is_refused(http: TestClient, given: str) -> None:
    body = person(f"odd-{ord(given[-1])}", name={"givenName": given, "familyName": "x"})
    assert http.post(f"{BASE}/Users", content=json.dumps(body)).status_code in (201, 400)


def test_one_person_posted_in_parallel_arrives_once(sbe: Sbe, http: TestClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: http.post(f"{BASE}/Users", json=person("crowd")).status_code, range(8)))
    assert sorted(answers) == [201] + [409] * 7
    with sbe.models() as session:
        assert session.execute(text("SELECT count(*) FROM \"user\" WHERE email = 'crowd@example.org'")).scalar() == 1


def test_a_broker_that_is_down_does_not_fail_the_request(
    sbe: Sbe, http: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TESTING_DIRECT_FUNCTION_CALL")
    created(http.post(f"{BASE}/Users", json=person("brokerless")))
    assert sbe.account("brokerless@example.org")


def test_health_touches_the_database_of_abilian_sbe(http: TestClient) -> None:
    assert http.get("http://scim.example.org/healthz").json()["status"] == "ok"


def command(*words: str) -> Any:
    """What a command says about this Abilian SBE, with ``--json``."""
    words = (sys.executable, "-m", "sbe_scim", *words, "--json")
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env=os.environ | {"SBE_SCIM_DIRECTORY": "sbe"}
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_who_is_refused_for_a_hand_made_account_or_for_want_of_an_address_is_named(sbe: Sbe, http: TestClient) -> None:
    sbe.local_account("Handmade@example.org")
    assert http.post(f"{BASE}/Users", json=person("handmade")).json()["reason"] == "account_taken"
    assert http.post(f"{BASE}/Users", json=person("no-mail", emails=[])).json()["reason"] == "mail_missing"
    taken, missing = command("journal", "refused")[-2:]
    assert (taken["name"], taken["mail"], taken["external_id"]) == (
        "handmade",
        "handmade@example.org",
        "id-of-handmade",
    )
    assert "sbe-scim sbe adopt --source keycloak --mail handmade@example.org" in taken["remedy"]
    assert (missing["name"], missing["mail"], missing["reason"]) == ("no-mail", None, "mail_missing")
    sbe.delete("Handmade@example.org")
    created(http.post(f"{BASE}/Users", json=person("handmade")))
    assert [one["status"] for one in command("journal", "person", "handmade")] == [409, 201]
    assert [one["name"] for one in command("journal", "refused")][-1:] == ["no-mail"]
