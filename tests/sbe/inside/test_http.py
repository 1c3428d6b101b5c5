"""The receiver's HTTP application over Abilian SBE: what a request leaves behind on both sides."""

from __future__ import annotations

import base64
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
from abilian.core.extensions import db
from abilian.core.models.subjects import Group, User
from abilian.sbe.apps.communities.models import Community
from abilian.services import index_service
from abilian.services.auth.models import LoginSession
from abilian.services.preferences.models import UserPreference
from abilian.wsgi import app
from sqlalchemy import event, inspect, text
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from sbe_scim.app import Ports, create_app
from sbe_scim.config import Settings
from sbe_scim.service import forgetting
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


def test_creates_of_a_bulk_share_commits_and_each_is_whole_or_not_at_all(
    sbe: Sbe, http: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sbe_scim.http.writer.LONGEST", float("inf"))
    sbe.local_account("shared-taken@example.org")
    sbe.local_account("Shared-Capitals@example.org")
    names = ["a", "taken", "b", "A", "capitals", "c", *map(str, range(30))]
    creates = [
        {"method": "POST", "path": "/Users", "bulkId": str(number), "data": person(f"shared-{name}")}
        for number, name in enumerate(names)
    ]
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": creates}
    committed: list[object] = []

    def note(connection: object) -> None:
        committed.append(connection)

    event.listen(Engine, "commit", note)
    try:
        answers = http.post(f"{BASE}/Bulk", json=body).json()["Operations"]
    finally:
        event.remove(Engine, "commit", note)
    refused = {names[number] for number, answer in enumerate(answers) if answer["status"] == "409"}
    assert refused == {"taken", "A", "capitals"}
    assert [answer["status"] for answer in answers].count("201") == len(names) - len(refused)
    assert len(committed) < len(names) / 2
    made = [name for name in names if name not in refused]
    keys = {f"abilian.core.models.subjects.User:{sbe.known(f'shared-{name}@example.org')['id']}" for name in made}
    sbe.indexed()
    with app.app_context(), index_service.index().searcher() as searcher:
        assert keys <= {document["object_key"] for document in searcher.documents()}
    for name in ("taken", "capitals"):
        found = http.get(f"{BASE}/Users", params={"filter": f'userName eq "shared-{name}"'}).json()
        assert found["totalResults"] == 0


def test_a_bulk_reaches_accounts_and_groups(sbe: Sbe, http: TestClient) -> None:
    group = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "bulk/team",
        "members": [{"value": "bulkId:one"}, {"value": "bulkId:two"}],
    }
    manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    operations = [
        {"method": "POST", "path": "/Groups", "bulkId": "team", "data": group},
        *(
            {
                "method": "POST",
                "path": "/Users",
                "bulkId": name,
                "data": person(f"bulk-{name}", **{manager: {"manager": {"value": f"bulkId:{other}"}}}),
            }
            for name, other in (("one", "two"), ("two", "one"))
        ),
        {"method": "POST", "path": "/Users", "bulkId": "again", "data": person("bulk-one")},
        {"method": "DELETE", "path": "/Users/bulkId:two"},
    ]
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations}
    answers = http.post(f"{BASE}/Bulk", json=body).json()["Operations"]
    assert [answer["status"] for answer in answers] == ["201", "201", "201", "409", "204"]
    assert sbe.group("bulk/team") == {"bulk-one@example.org"}
    assert sbe.known("bulk-one@example.org")["can_login"]
    assert not sbe.known("bulk-two@example.org")["can_login"]


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


@pytest.mark.usefixtures("no_broker")
def test_a_broker_that_is_down_does_not_fail_the_request(sbe: Sbe, http: TestClient) -> None:
    created(http.post(f"{BASE}/Users", json=person("brokerless")))
    assert sbe.account("brokerless@example.org")


def test_health_touches_the_database_of_abilian_sbe(http: TestClient) -> None:
    assert http.get("http://scim.example.org/healthz").json()["status"] == "ok"


def run_command(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command beside this Abilian SBE."""
    words = (sys.executable, "-m", "sbe_scim", *words)
    environment = os.environ | {"SBE_SCIM_DIRECTORY": "sbe"}
    return subprocess.run(words, capture_output=True, text=True, check=False, env=environment)


def output(*words: str) -> str:
    """What a command prints that succeeds."""
    done = run_command(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def command(*words: str) -> Any:
    """What a command says with ``--json``."""
    return json.loads(output(*words, "--json"))


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


def held_anywhere(words: tuple[str, ...]) -> list[str]:
    """Tables whose rows have one of these words, and ``index`` where the search index has."""
    Sbe().indexed()
    with app.app_context():
        connection = db.session().connection()
        names = inspect(connection).get_table_names()
        rows = {name: str(connection.execute(text(f'SELECT * FROM "{name}"')).fetchall()) for name in names}
        with index_service.index().searcher() as searcher:
            rows["index"] = str(list(searcher.documents()))
    return [name for name, said in rows.items() if any(word.lower() in said.lower() for word in words)]


@dataclass(frozen=True)
class Author:
    """Somebody who has used Abilian SBE: their SCIM id, and what they wrote."""

    user: str
    community: int
    words: tuple[str, ...] = ("Quitterie", "Partante", "quitterie@example.org", "10.9.8.7")


@pytest.fixture(scope="module")
def author(sbe: Sbe, http: TestClient) -> Author:
    name = {"givenName": "Quitterie", "familyName": "Partante"}
    user = created(http.post(f"{BASE}/Users", json=person("quitterie", name=name)))
    sbe.local_account("follower@example.org")
    with sbe.models() as session:
        account = session.query(User).filter(User.email == "quitterie@example.org").one()
        account.photo = b"a photo"
        session.add(UserPreference(user=account, key="colour", value="mauve"))
        session.add(LoginSession(user=account, ip_address="10.9.8.7", user_agent="Firefox"))
        session.query(User).filter(User.email == "follower@example.org").one().follow(account)
        wrote = Community(name="Ce qui reste", type="informative", creator=account, owner=account)
        session.add(wrote)
        session.flush()
        return Author(user, wrote.id)


def test_an_export_has_what_abilian_sbe_holds(author: Author) -> None:
    (resource,) = json.loads(output("export", author.user))["resources"]
    account = resource["account"]
    (user,) = account["user"]
    assert (user["first_name"], user["email"], base64.b64decode(user["photo"])) == (
        "Quitterie",
        "quitterie@example.org",
        b"a photo",
    )
    assert "password" not in user
    assert [one["ip_address"] for one in account["login_session"]] == ["10.9.8.7"]
    assert [one["key"] for one in account["user_preference"]] == ["colour"]
    assert "Ce qui reste" in [one["name"] for one in account["entity"]]
    assert resource["document"]["name"]["familyName"] == "Partante"


def test_of_an_erased_person_only_what_they_wrote_is_left(sbe: Sbe, http: TestClient, author: Author) -> None:
    refused = run_command("erase", author.user, "--yes")
    assert (refused.returncode, "is active" in refused.stderr) == (1, True)
    assert {"user", "scim_resource", "login_session", "index"} <= set(held_anywhere(author.words))
    operation = {"op": "replace", "path": "active", "value": False}
    assert http.patch(f"{BASE}/Users/{author.user}", json=patch(operation)).status_code == 200
    output("erase", author.user, "--yes")
    assert held_anywhere(author.words) == []
    with sbe.models() as session:
        wrote = session.get(Community, author.community)
        account = wrote.creator
        row = account.id
        assert (wrote.name, wrote.creator_name, wrote.owner_name) == ("Ce qui reste", "Anonyme", "Anonyme")
        assert (account.photo, account.can_login, account.email) == (
            None,
            False,
            f"erased-{account.id}@erased.invalid",
        )
        follower = session.query(User).filter(User.email == "follower@example.org").one()
        assert (list(follower.followees), list(account.preferences)) == ([], [])
    assert "Anonyme" in sbe.people()
    name = {"givenName": "Quitterie", "familyName": "Partante"}
    created(http.post(f"{BASE}/Users", json=person("quitterie", name=name)))
    assert sbe.known("quitterie@example.org")["id"] != row


def test_who_is_forgotten_keeps_their_name_in_abilian_sbe_until_somebody_erases_them(
    sbe: Sbe, http: TestClient, ports: Ports
) -> None:
    user = created(http.post(f"{BASE}/Users", json=person("long-gone")))
    assert http.delete(f"{BASE}/Users/{user}").status_code == 204
    with ports.transactions.write() as transaction:
        connection = transaction.connection
        connection.execute(text("UPDATE scim_resource SET deleted = 1 WHERE id = :id"), {"id": user})
        assert forgetting.forget(connection, 2, 200) == 1
    account = sbe.known("long-gone@example.org")
    assert (account["first_name"], account["can_login"]) == ("Hélène", False)
    assert "Hélène" in output("export", "Long-Gone@example.org")
    output("erase", "long-gone@example.org", "--yes")
    assert sbe.account("long-gone@example.org") is None


def test_an_account_that_somebody_opened_again_is_not_erased(sbe: Sbe, http: TestClient) -> None:
    user = created(http.post(f"{BASE}/Users", json=person("opened-again")))
    assert http.delete(f"{BASE}/Users/{user}").status_code == 204
    with sbe.models() as session:
        session.query(User).filter(User.email == "opened-again@example.org").one().can_login = True
    refused = run_command("erase", user, "--yes")
    assert (refused.returncode, "the account in Abilian SBE is open" in refused.stderr) == (1, True)
    assert sbe.known("opened-again@example.org")["first_name"] == "Hélène"
    assert "opened-again" in output("export", user)


@pytest.fixture(scope="module")
def tolerant(http: TestClient, ports: Ports) -> dict[str, str]:
    """The headers of a source of dialect ``generic``."""
    with ports.transactions.write() as transaction:
        source = sources.add(transaction.connection, "tolerant")
        return {"Authorization": f"Bearer {tokens.create(transaction.connection, source.id, None)}"}


@pytest.mark.parametrize("renamed", [True, False])
def test_a_new_person_gets_the_address_of_a_leaver_and_an_account_of_their_own(
    http: TestClient, sbe: Sbe, tolerant: dict[str, str], renamed: bool
) -> None:
    login = "renamed" if renamed else "not-renamed"
    leaver = http.post("/Users", json=person(login), headers=tolerant).json()
    known = sbe.known(f"{login}@example.org")["id"]
    gone = [{"op": "replace", "path": "active", "value": False}]
    if renamed:
        gone.append({"op": "replace", "path": "userName", "value": f"deleted-{login}"})
    assert http.patch(f"/Users/{leaver['id']}", json=patch(*gone), headers=tolerant).status_code == 200
    mails = [{"value": f"{login}@example.org", "primary": True}]
    fresh = person(f"{login}-2", emails=mails)
    assert http.post("/Users", json=fresh, headers=tolerant).status_code == 201
    account = sbe.known(f"{login}@example.org")
    assert account["id"] != known
    assert account["can_login"]
    left = sbe.known(f"{leaver['id']}@removed.invalid")
    assert (left["id"], left["can_login"]) == (known, False)
    back = [{"op": "replace", "path": "active", "value": True}]
    refused = http.patch(f"/Users/{leaver['id']}", json=patch(*back), headers=tolerant)
    assert (refused.status_code, refused.json()["reason"]) == (400, "mail_missing")
    back.append({"op": "add", "path": "emails", "value": [{"value": f"{login}-back@example.org"}]})
    assert http.patch(f"/Users/{leaver['id']}", json=patch(*back), headers=tolerant).status_code == 200
    assert sbe.known(f"{login}-back@example.org")["id"] == known
