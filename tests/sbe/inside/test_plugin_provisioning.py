"""What administrators see of what SCIM does: the page *Provisioning*, and the forms of what it governs."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from abilian.core.models.subjects import Group, User
from abilian.sbe.apps.communities.models import Community
from abilian.wsgi import app
from sqlalchemy import select
from starlette.testclient import TestClient

from sbe_scim.app import Ports, create_app
from sbe_scim.config import Settings
from sbe_scim.sbe_plugin import governed, lists, provisioning
from sbe_scim.service import drifts
from sbe_scim.store import guards, sources, tables, tokens
from sbe_scim.store.clock import now
from tests.sbe.inside.support import ADMIN, Sbe

BASE = "http://scim.example.org/scim/v2"
PAGE = "/admin/provisioning"


@pytest.fixture(scope="module", autouse=True)
def page() -> None:
    provisioning.set_up(app)
    governed.set_up(app)
    lists.set_up(app)


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


def test_what_is_held_of_a_source_is_told_with_what_to_do(sbe: Sbe, scim: TestClient, ports: Ports) -> None:
    user = scim.post("/Users", json=person("leaver")).raise_for_status().json()["id"]
    assert "source release" not in shown(sbe)
    with ports.transactions.write() as transaction:
        source = sources.require(transaction.connection, "agents").id
        found = select(tables.resource.c.pk).where(tables.resource.c.id == user)
        pk = int(transaction.connection.execute(found).scalar() or 0)
        guards.hold(transaction.connection, source, pk, now())
    assert "losses of access are held (people and groups: 1)" in shown(sbe)
    assert "sbe-scim source release agents" in shown(sbe, language="fr")
    with ports.transactions.write() as transaction:
        guards.release(transaction.connection, source, now())
    assert "source release" not in shown(sbe)


def test_a_source_in_shadow_mode_is_warned_of(sbe: Sbe, scim: TestClient, ports: Ports) -> None:
    assert "watched" not in shown(sbe)
    with ports.transactions.write() as transaction:
        sources.add(transaction.connection, "watched", shadow=True)
    assert "Source watched is in shadow mode" in shown(sbe)
    assert "sbe-scim source set --live watched" in shown(sbe, language="fr")
    with ports.transactions.write() as transaction:
        sources.remove(transaction.connection, "watched")


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
    adopt = "sbe-scim sbe adopt --source agents --mail taken@example.org"
    assert f"adopt the account: {adopt}" in now
    assert f"adoptez le compte : {adopt}" in shown(sbe, language="fr")


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
    assert "Compared" not in shown(sbe)
    drifts.check(transactions, directory, source, repair=True)  # type: ignore[arg-type, unused-ignore]
    now = shown(sbe)
    assert re.search(r"Compared[\s\S]*agents</th><td>[^<]+</td>\s*<td>1</td><td>1</td><td>0</td><td>0</td>", now)
    assert "may be an accident" not in now
    assert f"User {user}: last_name" in now
    assert "closed by hand" not in now
    with sbe.models() as session:
        session.query(User).filter(User.email == "changed@example.org").update({"can_login": False})
    scim.put(f"/Users/{user}", json=person("changed", title="Chef")).raise_for_status()
    now = shown(sbe)
    assert "Accounts closed by hand" in now
    assert "Zoé changed" in now


def test_what_is_held_waits_for_somebody_and_that_is_told(sbe: Sbe, scim: TestClient, ports: Ports) -> None:
    for number in range(4):
        scim.post("/Users", json=person(f"many{number}")).raise_for_status()
    with sbe.models() as session:
        session.query(User).filter(User.email.like("many%")).update({"last_name": "Hand"}, synchronize_session=False)
    transactions, directory = ports
    with transactions.read() as transaction:
        source = sources.require(transaction.connection, "agents")
    drifts.check(transactions, directory, source, repair=True)  # type: ignore[arg-type, unused-ignore]
    assert "may be an accident" in shown(sbe)
    assert "Retenus" in shown(sbe, language="fr")
    drifts.check(transactions, directory, source, repair=True, everything=True)  # type: ignore[arg-type, unused-ignore]
    assert "may be an accident" not in shown(sbe)


class TestForms:
    """What an identity provider governs is read-only, whoever sends what."""

    MANAGED = "Managed by Keycloak (realm agents): to be changed there."

    def form(self, sbe: Sbe, path: str, language: str = "en") -> str:
        answer = sbe.login(*ADMIN).get(path, headers={"Accept-Language": language})
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)

    def post(self, sbe: Sbe, path: str, **values: str) -> None:
        browser = sbe.login(*ADMIN)
        (token,) = set(re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(path).text))
        sent = {"csrf_token": token, "__action": "edit", "password": "", "confirm_password": "", **values}
        answer = browser.post(path, data=sent)
        assert answer.status_code == 302, re.findall(r'class="[^"]*has-error[\s\S]{0,800}', answer.text)

    def test_of_an_account_everything_else_is_changed(self, sbe: Sbe, scim: TestClient) -> None:
        scim.post("/Users", json=person("governed")).raise_for_status()
        path = f"/admin/users/{sbe.known('governed@example.org')['id']}"
        shown = self.form(sbe, path)
        assert shown.count(self.MANAGED) == 3
        assert len(re.findall(r"<input[^>]* readonly", shown)) == 3
        assert "Géré par Keycloak (realm agents)" in self.form(sbe, path, "fr")
        # Whether they may log in is the administrator's to say: what is not sent is off.
        self.post(sbe, path, email="other@example.org", first_name="By", last_name="hand")
        account = sbe.known("governed@example.org")
        assert (account["first_name"], account["last_name"], account["can_login"]) == ("Zoé", "governed", False)

    @pytest.mark.parametrize("name", [{"familyName": "Suharto"}, {"givenName": "Prince"}, {"formatted": "Ōe Ken"}])
    def test_who_has_one_name_is_closed_by_hand(self, sbe: Sbe, scim: TestClient, name: dict[str, str]) -> None:
        (login,) = name
        scim.post("/Users", json=person(login, name=name)).raise_for_status()
        mail = f"{login}@example.org".lower()
        before = sbe.known(mail)
        assert "" in (before["first_name"], before["last_name"])
        self.post(sbe, f"/admin/users/{before['id']}", email=mail, first_name="", last_name="")
        after = sbe.known(mail)
        assert not after["can_login"]
        assert (after["first_name"], after["last_name"]) == (before["first_name"], before["last_name"])

    def test_of_a_group_everything_else_is_changed(self, sbe: Sbe, scim: TestClient) -> None:
        body = {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
            "displayName": "Governed",
            "externalId": "g",
        }
        scim.post("/Groups", json=body).raise_for_status()
        with sbe.models() as session:
            id = session.query(Group).filter(Group.name == "Governed").one().id
        path = f"/admin/groups/{id}/edit"
        assert self.form(sbe, path).count(self.MANAGED) == 1
        self.post(sbe, path, name="By hand", description="Told by hand")
        with sbe.models() as session:
            row = session.get(Group, id)
            assert (row.name, row.description) == ("Governed", "Told by hand")

    def test_what_was_made_by_hand_is_free(self, sbe: Sbe, scim: TestClient) -> None:
        id = sbe.local_account("free@example.org")
        assert "Managed by" not in self.form(sbe, f"/admin/users/{id}")
        self.post(sbe, f"/admin/users/{id}", email="freed@example.org", first_name="Free", last_name="Person")
        assert sbe.known("freed@example.org")["first_name"] == "Free"

    def test_nobody_joins_or_leaves_a_group_by_themselves(
        self, sbe: Sbe, scim: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
        member = scim.post("/Users", json=person("member")).json()["id"]
        body = {"displayName": "Board", "externalId": "board", "members": [{"value": member}]}
        schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"]
        scim.post("/Groups", json={"schemas": schemas, **body}).raise_for_status()
        sbe.local_account("outsider@example.org")
        sbe.set_password("member@example.org", "pass")
        with sbe.models() as session:
            session.add(Group(name="Made by hand"))
            session.flush()
            ids = {row.name: row.id for row in session.query(Group)}

        def ask(who: str, action: str, group: str) -> int:
            form = {"action": action, "return_url": "/"}
            return int(sbe.login(who, "pass").post(f"/social/groups/{ids[group]}", data=form).status_code)

        assert ask("outsider@example.org", "join", "Board") == ask("member@example.org", "leave", "Board") == 403
        assert sbe.group("Board") == {"member@example.org"}
        assert ask("outsider@example.org", "join", "Made by hand") == 302
        assert sbe.group("Made by hand") == {"outsider@example.org"}

    def test_only_managers_of_a_community_add_a_list_of_people(
        self, sbe: Sbe, scim: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
        scim.post("/Users", json=person("plain")).raise_for_status()
        sbe.set_password("plain@example.org", "pass")
        with sbe.models() as session:
            community = Community(name="Listed", type="participative")
            session.add(community)
            session.flush()
            community.set_membership(session.query(User).filter(User.email == "plain@example.org").one(), "member")
            pages = f"/communities/{community.slug}/members/wizard"
        raised = {"existing_account": json.dumps({"plain@example.org": "manager"}), "new_accounts": "[]"}
        another = {"email": "beside@example.org", "first_name": "Be", "last_name": "Side", "role": "member"}
        made = {"existing_account": "{}", "new_accounts": json.dumps([another])}

        member = sbe.login("plain@example.org", "pass")
        assert member.post(f"{pages}/complete", data=made).status_code == 403
        assert member.post(f"{pages}/complete", data=raised).status_code == 403
        assert member.get(f"{pages}/step1").status_code == 403
        assert sbe.account("beside@example.org") is None
        admin = sbe.login(*ADMIN)
        assert admin.get(f"{pages}/step1").status_code == 200
        assert admin.post(f"{pages}/complete", data=raised).status_code == 302
        # A manager now.
        assert member.get(f"{pages}/step1").status_code == 200

    def test_a_list_of_people_finds_them_in_any_case(
        self, sbe: Sbe, scim: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
        scim.post("/Users", json=person("cased")).raise_for_status()
        with sbe.models() as session:
            community = Community(name="Cased", type="participative")
            session.add(community)
            session.flush()
            slug = community.slug
        for data in (
            {"wizard-emails": "new@example.org, Cased@Example.org"},
            {"csv_file": (BytesIO(b"new@example.org;N;N;member\nCased@Example.org;C;C;member"), "list.csv")},
        ):
            answer = sbe.login(*ADMIN).post(f"/communities/{slug}/members/wizard/step2", data=data)
            assert answer.status_code == 200
            (told,) = re.findall(r'name="wizard-emails" value="([^"]*)"', answer.text)
            statuses = {one["email"]: one["status"] for one in json.loads(html.unescape(told))}
            assert statuses == {"new@example.org": "new", "cased@example.org": "existing"}
