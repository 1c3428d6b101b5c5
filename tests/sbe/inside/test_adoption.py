"""An Abilian SBE of some years meets its identity provider: accounts and groups are adopted, and given back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import pytest
from abilian.core.models.subjects import Group, User
from abilian.sbe.apps.communities.models import Community
from abilian.services import security_service
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient

from sbe_scim.app import Ports, create_app
from sbe_scim.cli import main
from sbe_scim.cli.sbe import started
from sbe_scim.config import Settings
from sbe_scim.directory.sbe.tables import adoption
from sbe_scim.store import sources, tokens
from tests.sbe.inside.support import ADMIN, Sbe
from tests.unit.keycloak.fake import ISSUER, FakeKeycloak

BASE = "http://scim.example.org/scim/v2"
LOGIN = ("--server", "https://sso.example.org", "--realm", "agents")
PASSWORD = "a password of their own"
_numbers = count()


@dataclass(frozen=True)
class Outcome:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


Run = Callable[..., Outcome]


@pytest.fixture(scope="module")
def clients(ports: Ports) -> Iterator[dict[str, TestClient]]:
    """Two sources, each with its client."""
    with ports.transactions.write() as transaction:
        made = {
            name: sources.add(transaction.connection, name, dialect="keycloak", issuer=issuer)
            for name, issuer in (("agents", ISSUER), ("partners", None))
        }
        keys = {name: tokens.create(transaction.connection, source.id, None) for name, source in made.items()}
    app = create_app(Settings(base_url=BASE, directory="sbe"), ports)
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        content = {"Content-Type": "application/scim+json"}
        headers = {name: content | {"Authorization": f"Bearer {key}"} for name, key in keys.items()}
        others = {name: TestClient(app, base_url=BASE, headers=sent) for name, sent in headers.items()}
        for other in others.values():
            other.portal = client.portal
        yield others


@pytest.fixture
def http(clients: dict[str, TestClient]) -> TestClient:
    return clients["agents"]


@pytest.fixture
def run_apart(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``sbe-scim sbe`` with an Abilian SBE of its own, as beside a receiver."""

    def command(*arguments: str) -> Outcome:
        code = main(("sbe", *arguments))
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return command


@pytest.fixture
def run(run_apart: Run, ports: Ports, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``sbe-scim sbe`` with the Abilian SBE that is started already: to start one takes a third of a second."""
    monkeypatch.setattr(started, "open_sbe", lambda: ports)
    return run_apart


@pytest.fixture
def word() -> str:
    """Names of a test's own start with it."""
    return f"w{next(_numbers)}"


def person(login: str, mail: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "externalId": f"id-of-{login}",
        "userName": login,
        "name": {"givenName": "Hélène", "familyName": login},
        "emails": [{"value": mail or f"{login}@example.org", "primary": True}],
        "active": True,
        **more,
    }


def team(name: str, members: list[str]) -> dict[str, Any]:
    listed = [{"value": member} for member in members]
    schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"]
    return {"schemas": schemas, "externalId": f"id-of-{name}", "displayName": name, "members": listed}


def created(answer: Any) -> str:
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def state(sbe: Sbe, id: int) -> dict[str, Any]:
    """All that belongs to an account and that no adoption may touch."""
    with sbe.models() as session:
        row = session.get(User, id)
        roles = session.execute(text("SELECT role, object_id FROM roleassignment WHERE user_id = :id"), {"id": id})
        owned = session.execute(text("SELECT id FROM entity WHERE owner_id = :id"), {"id": id})
        return {
            "password": row.password,
            "can_login": row.can_login,
            "deleted_at": row.deleted_at,
            "groups": {group.name for group in row.groups},
            "communities": {(one.community.name, str(one.role)) for one in row.communautes_membership},
            "roles": sorted(map(tuple, roles), key=str),
            "owned": sorted(one for (one,) in owned),
        }


def made_by_hand(sbe: Sbe, mail: str, **columns: Any) -> int:
    with sbe.models() as session:
        user = User(**{"email": mail, "first_name": "By", "last_name": "Hand", "can_login": True, **columns})
        # A hash would take a quarter of a second.
        user.password = PASSWORD
        session.add(user)
        session.flush()
        return int(user.id)


def group_by_hand(sbe: Sbe, name: str, members: list[int]) -> int:
    with sbe.models() as session:
        group = Group(name=name)
        session.add(group)
        session.flush()
        group.members.update(session.get(User, member) for member in members)
        session.flush()
        return int(group.id)


def community_of(sbe: Sbe, name: str, owner: int, members: list[int]) -> None:
    """A community with people, which somebody owns."""
    with sbe.models() as session:
        community = Community(name=name, type="participative", owner=session.get(User, owner))
        session.add(community)
        session.flush()
        for member in members:
            community.set_membership(session.get(User, member), "manager" if member == owner else "member")
        session.flush()


def listed(run: Run, *more: str) -> dict[str, dict[str, Any]]:
    return {row["mail"]: row for row in run("adopt", "--source", "agents", "--list", "--json", *more).rows}


@pytest.fixture
def keycloak(monkeypatch: pytest.MonkeyPatch) -> FakeKeycloak:
    """The Keycloak that every address leads to; the password is known."""
    fake = FakeKeycloak()

    def handle(_transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        request.read()
        return fake.answer(request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", "right")
    return fake


def test_twenty_accounts_are_adopted_with_all_that_they_have(
    sbe: Sbe, http: TestClient, run: Run, word: str, keycloak: FakeKeycloak
) -> None:
    logins = [f"{word}.{number}" for number in range(23)]
    ids = [made_by_hand(sbe, f"{login}@Example.org" if login.endswith("7") else f"{login}@example.org")
           for login in logins[:20]]  # fmt: skip
    group_by_hand(sbe, f"{word} by hand", ids[:5])
    community_of(sbe, f"{word} community", ids[0], ids[:3])
    before = [state(sbe, id) for id in ids]
    assert before[0]["owned"]
    assert before[0]["communities"] == {(f"{word} community", "manager")}

    # The first sync, nobody adopted: who is there is refused and left alone.
    answers = [http.post("/Users", json=person(login)) for login in logins]
    assert [answer.status_code for answer in answers] == [409] * 20 + [201] * 3
    scim_ids = [str(answer.json().get("id")) for answer in answers]
    group = created(http.post("/Groups", json=team(f"{word} team", scim_ids[20:])))
    assert [state(sbe, id) for id in ids] == before

    keycloak.people = [
        {"email": f"{login}@example.org", "emailVerified": True, "enabled": True, "firstName": "Hélène"}
        for login in logins
    ]
    dry = run("adopt", "--source", "agents", "--all-matching", *LOGIN, "--dry-run", "--json").rows
    assert sum(row["result"] == "would be adopted" for row in dry) == 20
    assert http.post("/Users", json=person(logins[0])).status_code == 409
    done = run("adopt", "--source", "agents", "--all-matching", *LOGIN, "--json").rows
    assert {row["id"] for row in done if row["result"] == "adopted"} == set(ids)
    assert [state(sbe, id) for id in ids] == before

    # What `keycloak retry --refused` sends.
    scim_ids[:20] = [created(http.post("/Users", json=person(login))) for login in logins[:20]]
    assert http.put(f"/Groups/{group}", json=team(f"{word} team", scim_ids)).status_code == 200
    for id, known in zip(ids, before, strict=True):
        assert state(sbe, id) == known | {"groups": known["groups"] | {f"{word} team"}}
    assert sbe.group(f"{word} team") == {f"{login}@example.org" for login in logins}
    with sbe.models() as session:
        assert session.query(User).filter(User.email.like(f"{word}.%")).count() == 23
    assert sbe.known(f"{logins[0]}@example.org")["first_name"] == "Hélène"
    again = run("adopt", "--source", "agents", "--mail", f"{logins[0]}@example.org", "--json").rows
    assert again == [{"id": ids[0], "mail": f"{logins[0]}@example.org", "result": "the source has it"}]


def test_the_list_says_of_each_account_whether_it_can_be_adopted_and_why_not(
    sbe: Sbe, clients: dict[str, TestClient], run: Run, word: str
) -> None:
    def mail(name: str) -> str:
        return f"{word}.{name}@example.org"

    made_by_hand(sbe, mail("free"))
    made_by_hand(sbe, mail("closed"), can_login=False)
    made_by_hand(sbe, f"{word}.nobody")
    made_by_hand(sbe, mail("waiting"))
    made_by_hand(sbe, mail("asked"))
    direct, by_group = made_by_hand(sbe, mail("admin")), made_by_hand(sbe, mail("chief"))
    chiefs = group_by_hand(sbe, f"{word} chiefs", [by_group])
    with sbe.models() as session:
        security_service.grant_role(session.get(User, direct), "admin")
        security_service.grant_role(session.get(Group, chiefs), "manager")
    created(clients["agents"].post("/Users", json=person(f"{word}.linked")))
    created(clients["partners"].post("/Users", json=person(f"{word}.partner")))
    removed = created(clients["agents"].post("/Users", json=person(f"{word}.removed")))
    assert clients["agents"].delete(f"/Users/{removed}").status_code == 204
    assert run("adopt", "--source", "agents", "--mail", mail("waiting")).code == 0
    assert run("adopt", "--source", "partners", "--mail", mail("asked")).code == 0

    found = listed(run)
    assert {name: row["verdict"] for name, row in found.items() if name.startswith(word)} == {
        mail("free"): "free",
        mail("closed"): "closed",
        f"{word}.nobody": "no_mail",
        mail("waiting"): "waiting",
        mail("asked"): "other_source",
        mail("admin"): "administrator",
        mail("chief"): "administrator",
        mail("linked"): "linked",
        mail("partner"): "other_source",
        mail("removed"): "removed",
    }
    assert found[mail("chief")]["roles"] == ["manager"]
    assert found[mail("partner")]["told"] == "source partners has it"
    assert "system@example.com" not in found
    assert f"{word}.free@example.org" in run("adopt", "--source", "agents", "--list").out


def test_only_verified_addresses_match_and_administrators_and_closed_accounts_never(
    sbe: Sbe, http: TestClient, run: Run, word: str, keycloak: FakeKeycloak
) -> None:
    names = ("good", "unverified", "twice", "off", "absent", "admin", "closed")
    ids = {name: made_by_hand(sbe, f"{word}.{name}@example.org", can_login=name != "closed") for name in names}
    with sbe.models() as session:
        security_service.grant_role(session.get(User, ids["admin"]), "admin")
    keycloak.people = [
        {"email": f"{word}.{name}@example.org", "emailVerified": name != "unverified", "enabled": name != "off"}
        for name in (*names, "twice")
        if name != "absent"
    ]
    done = run("adopt", "--source", "agents", "--all-matching", *LOGIN, "--json").rows
    assert {row["mail"]: row["result"] for row in done if row["mail"].startswith(word)} == {
        f"{word}.good@example.org": "adopted",
        f"{word}.unverified@example.org": "the realm has not verified it",
        f"{word}.twice@example.org": "several people of the realm have it",
        f"{word}.off@example.org": "the realm has disabled its holder, whom the source would close",
        f"{word}.absent@example.org": "nobody in the realm has it",
        f"{word}.admin@example.org": "an administrator: name it alone, by --mail",
        f"{word}.closed@example.org": "closed here, the source would open it: name it by --mail",
    }
    statuses = {name: http.post("/Users", json=person(f"{word}.{name}")).status_code for name in names}
    assert statuses == {name: 201 if name == "good" else 409 for name in names}
    refused = run("adopt", "--source", "agents", "--mail", f"{word}.unverified@example.org", *LOGIN)
    assert (refused.code, "the realm has not verified it" in refused.err) == (1, True)


def test_the_list_tells_what_the_realm_has_and_who_waits_refused(
    sbe: Sbe, run: Run, word: str, keycloak: FakeKeycloak
) -> None:
    for name in ("one", "two"):
        made_by_hand(sbe, f"{word}.{name}@example.org")
    keycloak.people = [{"email": f"{word}.one@example.org", "emailVerified": True, "enabled": True, "firstName": "Zoé"}]
    keycloak.refused = [{"type": "USER", "mail": f"{word}.one@example.org"}, {"type": "GROUP", "mail": None}]
    assert not listed(run, *LOGIN)[f"{word}.one@example.org"]["refused"]
    keycloak.endpoints = [{"name": "sbe-scim", "enabled": True}]
    found = listed(run, *LOGIN)
    one, two = found[f"{word}.one@example.org"], found[f"{word}.two@example.org"]
    assert (one["realm"], one["realm_name"], one["refused"]) == ("verified", "Zoé", True)
    assert (two["realm"], two["realm_name"], two["refused"]) == ("absent", None, False)
    told = run("adopt", "--source", "agents", "--list", *LOGIN).out
    assert "the realm has verified it (Zoé)" in told


def test_a_realm_that_is_not_the_sources_vouches_for_nobody(
    sbe: Sbe, run: Run, word: str, keycloak: FakeKeycloak
) -> None:
    made_by_hand(sbe, f"{word}@example.org")
    keycloak.people = [{"email": f"{word}@example.org", "emailVerified": True, "enabled": True}]
    keycloak.issuer = "https://sso.example.org/realms/others"
    done = run("adopt", "--source", "agents", "--all-matching", *LOGIN)
    assert (done.code, "is not that of source 'agents'" in done.err) == (1, True)
    assert listed(run)[f"{word}@example.org"]["verdict"] == "free"


def test_an_administrator_is_adopted_alone_and_stays_one(sbe: Sbe, http: TestClient, run: Run, word: str) -> None:
    admin, other = f"{word}.admin@example.org", f"{word}.other@example.org"
    id, _ = made_by_hand(sbe, admin), made_by_hand(sbe, other)
    with sbe.models() as session:
        security_service.grant_role(session.get(User, id), "admin")
    both = run("adopt", "--source", "agents", "--mail", admin, "--mail", other)
    assert both.code == 1
    assert f"{admin} ({id}): an administrator: name it alone, by --mail" in both.err
    assert listed(run)[other]["verdict"] == "free"
    assert run("adopt", "--source", "agents", "--mail", admin).code == 0
    created(http.post("/Users", json=person(f"{word}.admin")))
    assert state(sbe, id)["roles"] == [("admin", None)]


def test_the_system_and_who_is_not_there_are_never_adopted(run: Run) -> None:
    for mail in ("system@example.com", "nobody@example.org"):
        done = run("adopt", "--source", "agents", "--mail", mail)
        assert (done.code, f"No account has the address {mail}" in done.err) == (1, True)


def made_twins(sbe: Sbe, mail: str) -> list[int]:
    """Two accounts whose addresses differ in case only; none on PostgreSQL, which has a unique index against them."""
    one = made_by_hand(sbe, mail)
    with sbe.models() as session:
        on_postgresql = session.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        with pytest.raises(IntegrityError):
            made_by_hand(sbe, mail.title())
        return []
    return [one, made_by_hand(sbe, mail.title())]


def test_twins_are_refused_with_both_ids(sbe: Sbe, http: TestClient, run: Run, word: str) -> None:
    if twins := made_twins(sbe, f"{word}@example.org"):
        done = run("adopt", "--source", "agents", "--mail", f"{word}@example.org")
        assert done.code == 1
        assert f"accounts {twins[0]} and {twins[1]} have this address but for its case" in done.err
    assert http.post("/Users", json=person(word)).status_code == 409


def test_one_who_has_got_a_twin_since_the_adoption_is_not_taken(
    sbe: Sbe, http: TestClient, run: Run, word: str
) -> None:
    made_by_hand(sbe, f"{word}@example.org")
    assert run("adopt", "--source", "agents", "--mail", f"{word}@example.org").code == 0
    with sbe.models() as session:
        on_postgresql = session.get_bind().dialect.name == "postgresql"
    if not on_postgresql:
        made_by_hand(sbe, f"{word.title()}@example.org")
    assert http.post("/Users", json=person(word)).status_code == (201 if on_postgresql else 409)


def test_another_source_does_not_get_what_was_adopted_for_one(
    sbe: Sbe, clients: dict[str, TestClient], run: Run, word: str
) -> None:
    id = made_by_hand(sbe, f"{word}@example.org")
    assert run("adopt", "--source", "agents", "--mail", f"{word}@example.org").code == 0
    second = run("adopt", "--source", "partners", "--mail", f"{word}@example.org")
    assert (second.code, "source agents may take it" in second.err) == (1, True)
    assert clients["partners"].post("/Users", json=person(f"{word}-p", f"{word}@example.org")).status_code == 409
    created(clients["agents"].post("/Users", json=person(word)))
    assert sbe.known(f"{word}@example.org")["id"] == id


def test_who_comes_at_the_same_moment_as_the_adoption_is_refused_or_linked_whole(
    sbe: Sbe, http: TestClient, run_apart: Run, word: str
) -> None:
    mails = [f"{word}.{number}@example.org" for number in range(6)]
    ids = [made_by_hand(sbe, mail) for mail in mails]
    group_by_hand(sbe, word, ids)
    before = [state(sbe, id) for id in ids]
    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(http.post, "/Users", json=person(mail.split("@")[0])) for mail in mails * 2]
        assert (
            run_apart("adopt", "--source", "agents", *(part for mail in mails for part in ("--mail", mail))).code == 0
        )
        statuses = [future.result().status_code for future in sent]
    assert set(statuses) <= {201, 409}
    for mail in mails:
        http.post("/Users", json=person(mail.split("@")[0]))
    assert [state(sbe, id) for id in ids] == before
    assert {listed(run_apart)[mail]["verdict"] for mail in mails} == {"linked"}
    for mail in mails:
        query = {"filter": f'userName eq "{mail.split("@")[0]}"'}
        assert http.get("/Users", params=query).json()["totalResults"] == 1


def test_what_was_adopted_and_never_sent_is_as_before_and_can_be_withdrawn(
    sbe: Sbe, http: TestClient, run: Run, word: str
) -> None:
    id = made_by_hand(sbe, f"{word}@example.org")
    before = sbe.known(f"{word}@example.org")
    assert run("adopt", "--source", "agents", "--mail", f"{word}@example.org").code == 0
    assert sbe.known(f"{word}@example.org") == before
    undone = run("unadopt", "--source", "agents", "--mail", f"{word}@example.org", "--json").rows
    assert undone == [{"id": id, "kind": "user", "name": f"{word}@example.org", "result": "withdrawn"}]
    assert http.post("/Users", json=person(word)).status_code == 409
    assert sbe.known(f"{word}@example.org") == before
    again = run("unadopt", "--source", "agents", "--mail", f"{word}@example.org")
    assert (again.code, "nothing was done" in again.err) == (1, True)


def test_what_was_taken_is_given_back_as_it_is_and_not_taken_again(
    sbe: Sbe, http: TestClient, run: Run, word: str
) -> None:
    id = made_by_hand(sbe, f"{word}@example.org")
    assert run("adopt", "--source", "agents", "--mail", f"{word}@example.org").code == 0
    user = created(http.post("/Users", json=person(word)))
    group = created(http.post("/Groups", json=team(word, [user])))
    before = state(sbe, id)
    assert before["groups"] == {word}
    undone = run("unadopt", "--source", "agents", "--mail", f"{word}@example.org", "--json").rows
    assert [row["result"] for row in undone] == ["released"]
    assert state(sbe, id) == before
    assert http.get(f"/Users/{user}").status_code == 404
    assert "members" not in http.get(f"/Groups/{group}").json()
    assert http.put(f"/Users/{user}", json=person(word, active=False)).status_code == 404
    assert http.post("/Users", json=person(word)).status_code == 409
    assert http.delete(f"/Groups/{group}").status_code == 204
    assert state(sbe, id) == before | {"groups": set()}
    with sbe.models() as session:
        kept = session.execute(select(adoption).where(adoption.c.sbe_id == id)).one()
        journal = text("SELECT target_id FROM scim_journal WHERE operation = 'unadopt'")
        assert (user,) in session.execute(journal).all()
    assert kept.taken is not None
    assert kept.ended is not None
    assert kept.allowed_by == kept.ended_by
    # And once more from the beginning.
    assert run("adopt", "--source", "agents", "--mail", f"{word}@example.org").code == 0
    created(http.post("/Users", json=person(word)))
    assert sbe.known(f"{word}@example.org")["id"] == id


@pytest.mark.parametrize("what", ["--mail", "--group"])
def test_a_role_that_came_by_a_rule_goes_with_what_is_given_back(
    sbe: Sbe, http: TestClient, run: Run, word: str, what: str
) -> None:
    id, name = made_by_hand(sbe, f"{word}@example.org"), f"{word} team"
    group_by_hand(sbe, name, [])
    mail = f"{word}@example.org"
    assert run("adopt", "--source", "agents", "--mail", mail).code == 0
    assert run("adopt", "--source", "agents", "--group", name).code == 0
    user = created(http.post("/Users", json=person(word)))
    created(http.post("/Groups", json=team(name, [user])))
    before = state(sbe, id)
    assert run("role", "add", "--source", "agents", "--group", name, "--role", "admin").code == 0
    assert state(sbe, id) == before | {"roles": [("admin", None)]}
    assert run("unadopt", "--source", "agents", what, mail if what == "--mail" else name).code == 0
    assert state(sbe, id) == before


def test_a_leaver_who_was_adopted_is_not_taken_again_once_opened_by_hand(
    sbe: Sbe, http: TestClient, run: Run, word: str
) -> None:
    made_by_hand(sbe, f"{word}@example.org")
    assert run("adopt", "--source", "agents", "--mail", f"{word}@example.org").code == 0
    user = created(http.post("/Users", json=person(word)))
    assert http.delete(f"/Users/{user}").status_code == 204
    with sbe.models() as session:
        session.query(User).filter(User.email == f"{word}@example.org").update({"can_login": True, "deleted_at": None})
    assert http.post("/Users", json=person(word)).status_code == 409
    assert run("adopt", "--source", "agents", "--mail", f"{word}@example.org").code == 0
    created(http.post("/Users", json=person(word)))


def test_an_account_that_was_deleted_after_its_adoption_leaves_nothing_to_its_successor(
    sbe: Sbe, http: TestClient, run: Run, word: str
) -> None:
    made_by_hand(sbe, f"{word}@example.org")
    assert run("adopt", "--source", "agents", "--mail", f"{word}@example.org").code == 0
    id = sbe.delete(f"{word}@example.org")
    made_by_hand(sbe, f"{word}@example.org", id=id)
    assert listed(run)[f"{word}@example.org"]["verdict"] == "free"
    assert http.post("/Users", json=person(word)).status_code == 409


def test_a_group_is_adopted_before_the_source_sends_it_and_nobody_leaves_it(
    sbe: Sbe, http: TestClient, run: Run, word: str
) -> None:
    local = made_by_hand(sbe, f"{word}.local@example.org")
    id = group_by_hand(sbe, word, [local])
    sbe.community(word, word)
    with sbe.models() as session:
        # To link a group replaces its members by those of the community.
        group = session.get(Group, id)
        group.members.add(session.get(User, local))
    dry = run("adopt", "--source", "agents", "--group", word, "--dry-run", "--json").rows
    assert dry == [
        {
            "id": id, "name": word, "result": "would be adopted", "members_stay": 1, "members_join": None,
            "in_place_of": None, "community": word, "roles": [],
        }
    ]  # fmt: skip
    done = run("adopt", "--source", "agents", "--group", word)
    assert (done.code, f"gets the community {word!r}" in done.err) == (0, True)
    user = created(http.post("/Users", json=person(f"{word}.new")))
    group = created(http.post("/Groups", json=team(word, [user])))
    both = {f"{word}.local@example.org", f"{word}.new@example.org"}
    assert sbe.group(word) == both
    assert sbe.communities(f"{word}.local@example.org") == sbe.communities(f"{word}.new@example.org") == {word}
    # A replace by the source moves its own people only.
    assert http.put(f"/Groups/{group}", json=team(word, [])).status_code == 200
    assert sbe.group(word) == {f"{word}.local@example.org"}
    assert run("adopt", "--source", "agents", "--group", word, "--json").rows[0]["result"] == "adopted already"


def test_a_group_is_named_and_taken_as_names_are_compared(sbe: Sbe, http: TestClient, run: Run, word: str) -> None:
    id = group_by_hand(sbe, f"{word} Été", [])
    assert run("adopt", "--source", "agents", "--group", f" {word}  e\u0301TE\u0301", "--json").rows[0]["id"] == id
    created(http.post("/Groups", json=team(f"{word}\u00a0Été", [])))
    with sbe.models() as session:
        assert [row.id for row in session.query(Group).filter(Group.name.like(f"{word}%"))] == [id]


def test_a_group_that_the_source_has_doubled_is_made_one(sbe: Sbe, http: TestClient, run: Run, word: str) -> None:
    local = made_by_hand(sbe, f"{word}.local@example.org")
    id = group_by_hand(sbe, word, [local])
    people = [created(http.post("/Users", json=person(f"{word}.{number}"))) for number in range(3)]
    group = created(http.post("/Groups", json=team(word, people)))
    with sbe.models() as session:
        doubled = session.query(Group).filter(Group.name == word, Group.id != id).one().id
    dry = run("adopt", "--source", "agents", "--group", word, "--dry-run", "--json").rows[0]
    assert (dry["members_stay"], dry["members_join"], dry["in_place_of"]) == (1, 3, doubled)
    assert run("adopt", "--source", "agents", "--group", word).code == 0
    mails = {f"{word}.local@example.org", *(f"{word}.{number}@example.org" for number in range(3))}
    assert sbe.group(word) == mails
    operation = {"op": "remove", "path": f'members[value eq "{people[0]}"]'}
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]}
    assert http.patch(f"/Groups/{group}", json=body).status_code == 200
    assert sbe.group(word) == mails - {f"{word}.0@example.org"}
    # And back: the row stays, the source's group goes.
    assert run("unadopt", "--source", "agents", "--group", word, "--json").rows[0]["result"] == "released"
    assert sbe.group(word) == mails - {f"{word}.0@example.org"}
    assert http.get(f"/Groups/{group}").status_code == 404
    with sbe.models() as session:
        assert session.query(Group).filter(Group.name == word).one().id == id


def test_groups_that_cannot_be_told_apart_or_would_lose_something_are_refused(
    sbe: Sbe, clients: dict[str, TestClient], run: Run, word: str
) -> None:
    one, two = group_by_hand(sbe, f"{word} twice", []), group_by_hand(sbe, f"{word} twice", [])
    created(clients["partners"].post("/Groups", json=team(f"{word} theirs", [])))
    created(clients["agents"].post("/Groups", json=team(f"{word} needed", [])))
    sbe.community(word, f"{word} needed")
    group_by_hand(sbe, f"{word} needed", [])
    for name, told in (
        (f"{word} twice", f"groups {one} and {two} are both named"),
        (f"{word} theirs", "source partners has it"),
        (f"{word} needed", "a community, role or audit of Abilian SBE needs that one"),
        (f"{word} nowhere", "no group is named"),
    ):
        done = run("adopt", "--source", "agents", "--group", name)
        assert (done.code, told in done.err) == (1, True), done.err


def test_all_that_waits_is_withdrawn_at_once_and_nothing_else(sbe: Sbe, http: TestClient, run: Run, word: str) -> None:
    run("unadopt", "--source", "agents", "--waiting")
    for name in ("taken", "left"):
        made_by_hand(sbe, f"{word}.{name}@example.org")
        assert run("adopt", "--source", "agents", "--mail", f"{word}.{name}@example.org").code == 0
    group_by_hand(sbe, word, [])
    assert run("adopt", "--source", "agents", "--group", word).code == 0
    created(http.post("/Users", json=person(f"{word}.taken")))
    undone = run("unadopt", "--source", "agents", "--waiting", "--json").rows
    assert {row["name"] for row in undone} == {f"{word}.left@example.org", word}
    assert listed(run)[f"{word}.taken@example.org"]["verdict"] == "linked"


def test_an_unknown_source_is_told(run: Run) -> None:
    done = run("adopt", "--source", "nobody", "--mail", ADMIN[0])
    assert (done.code, "no source is named 'nobody'" in done.err) == (1, True)
