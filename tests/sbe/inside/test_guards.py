"""What a provisioning source may not do, and what must not break while it works."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from abilian.core.models.subjects import Group, User
from abilian.services import index_service, security_service

from sbe_scim.app import Ports
from sbe_scim.directory.port import DirectoryGroup, DirectoryUser
from sbe_scim.directory.sbe.administrators import LastAdministrator
from sbe_scim.protocol.errors import Held, Uniqueness
from sbe_scim.service.undoing import undo
from tests.sbe.inside.support import ADMIN, IndexWorker, MakeGroup, MakeUser, Sbe, Scim, broker_at
from tests.unit.rig import GROUP, USER, Recording, Rig


@pytest.fixture
def only_provisioned_administrator(
    sbe: Sbe, scim: Scim, user: MakeUser, group: MakeGroup
) -> Iterator[tuple[DirectoryUser, DirectoryGroup]]:
    """The one enabled administrator is a provisioned user, through a provisioned group; undone at the end."""
    # A group that ever had a role stays in Abilian SBE for its audit: each test needs another name.
    boss, team = user("boss@example.org"), group(f"administrators {uuid4()}")
    scim.user_saved(boss)
    scim.group_saved(team)
    scim.members_changed(team.id, [boss.id], [])
    with sbe.models() as session:
        security_service.grant_role(session.query(Group).filter(Group.name == team.display_name).one(), "admin")
        session.query(User).filter(User.email == ADMIN[0]).one().can_login = False
    yield boss, team
    with sbe.models() as session:
        session.query(User).filter(User.email == ADMIN[0]).one().can_login = True
    scim.user_removed(boss.id)
    scim.group_removed(team.id)


def test_the_last_administrator_stays(
    sbe: Sbe, scim: Scim, user: MakeUser, only_provisioned_administrator: tuple[DirectoryUser, DirectoryGroup]
) -> None:
    boss, team = only_provisioned_administrator
    refused: list[Callable[[], None]] = [
        lambda: scim.user_removed(boss.id),
        lambda: scim.user_saved(user("boss@example.org", id=boss.id, active=False)),
        lambda: scim.members_changed(team.id, [], [boss.id]),
        lambda: scim.group_removed(team.id),
    ]
    for work in refused:
        with pytest.raises(LastAdministrator) as refusal:
            work()
        assert (refusal.value.status, refusal.value.to_message()["reason"]) == (409, "last_administrator")
    account = sbe.known("boss@example.org")
    assert account["can_login"]
    assert account["groups"] == {team.display_name}
    scim.user_saved(user("boss@example.org", id=boss.id, name={"familyName": "Renamed"}))
    assert sbe.known("boss@example.org")["last_name"] == "Renamed"


def test_another_administrator_is_enough(
    sbe: Sbe, scim: Scim, user: MakeUser, only_provisioned_administrator: tuple[DirectoryUser, DirectoryGroup]
) -> None:
    boss, team = only_provisioned_administrator
    second = user("second.boss@example.org")
    scim.user_saved(second)
    scim.members_changed(team.id, [second.id], [])
    scim.members_changed(team.id, [], [boss.id])
    assert sbe.group(team.display_name) == {"second.boss@example.org"}
    scim.members_changed(team.id, [boss.id], [second.id])


def test_one_address_posted_in_parallel_makes_one_account(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    outcomes: list[str] = []
    requests = scim.transactions.concurrency
    together = threading.Barrier(requests)

    def create() -> None:
        together.wait()
        try:
            scim.user_saved(user("parallel@example.org"))
            outcomes.append("made")
        except Uniqueness:
            outcomes.append("taken")

    threads = [threading.Thread(target=create) for _ in range(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made"] + ["taken"] * (requests - 1)
    assert sbe.account("parallel@example.org")


@pytest.mark.usefixtures("no_broker")
def test_a_broker_that_is_down_costs_the_index_and_nothing_else(
    sbe: Sbe, scim: Scim, user: MakeUser, caplog: pytest.LogCaptureFixture
) -> None:
    scim.user_saved(user("no.broker@example.org"))
    assert sbe.account("no.broker@example.org")
    messages = [record.getMessage() for record in caplog.records if record.name.startswith("sbe_scim")]
    assert len(messages) == 1
    assert "sbe-scim sbe reindex" in messages[0]
    assert "no.broker" not in caplog.text


@pytest.fixture
def silent_broker(ports: Ports, worker: IndexWorker, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A broker that takes connections and never answers."""
    monkeypatch.setenv("TESTING_DIRECT_FUNCTION_CALL", "")
    with socket.create_server(("127.0.0.1", 0)) as server, worker.away(), broker_at(server):
        yield


@pytest.mark.timeout(30)
@pytest.mark.usefixtures("silent_broker")
def test_a_broker_that_never_answers_holds_nobody_up_for_long(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    scim.user_saved(user("silent.broker@example.org"))
    assert sbe.account("silent.broker@example.org")


def test_no_folder_for_uploads_can_fail_what_is_committed(
    sbe: Sbe, scim: Scim, user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", refuse)
        scim.user_saved(user("no.folder@example.org"))
    assert sbe.account("no.folder@example.org")


def test_a_new_account_is_found_by_search(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    from abilian.wsgi import app

    scim.user_saved(user("search@example.org", name={"givenName": "Fridolin", "familyName": "Cherche"}))
    sbe.indexed()
    with app.test_request_context():
        from flask import g

        g.is_manager = True
        found = [hit["name"] for hit in index_service.search("Fridolin")]
    assert found == ["Fridolin Cherche"]


def test_nothing_personal_is_logged(
    scim: Scim, user: MakeUser, group: MakeGroup, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    one, team = user("secret.person@example.org"), group("secret team")
    scim.user_saved(one)
    scim.group_saved(team)
    scim.members_changed(team.id, [one.id], [])
    with pytest.raises(Uniqueness):
        scim.user_saved(user("Secret.Person@example.org"))
    output = "".join(capfd.readouterr()) + caplog.text
    assert "ecret.person" not in output


def test_a_storm_leaves_accounts_as_they_are_and_who_went_gets_theirs_back(sbe: Sbe, ports: Ports) -> None:
    rig = Rig(Recording(*ports))
    mails = [f"storm{number}@example.org" for number in range(10)]
    people = [rig.create_user(mail, emails=[{"value": mail, "primary": True}])["id"] for mail in mails]
    team = f"storm {uuid4()}"
    group = rig.create_group(team, *people)["id"]
    before = [sbe.known(mail) for mail in mails]
    rig.delete(USER, people[0])
    rig.patch(USER, people[1], {"op": "replace", "path": "active", "value": False})
    with pytest.raises(Held):
        rig.patch(GROUP, group, {"op": "remove", "path": "members"})
    with pytest.raises(Held):
        rig.delete(USER, people[2])
    now = [sbe.known(mail) for mail in mails]
    assert [account["can_login"] for account in now] == [False] * 2 + [True] * 8
    assert now[2:] == before[2:]

    done = undo(*ports, rig.staff, 30)
    assert (done.restored, done.activated, done.refused) == (1, 1, {})
    assert all(sbe.known(mail)["can_login"] and sbe.known(mail)["groups"] == {team} for mail in mails)
