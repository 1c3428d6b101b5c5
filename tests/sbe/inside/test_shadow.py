"""A source in shadow mode, as Abilian SBE shows it: nothing, until it goes live; then all that it should have."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from abilian.core.models.subjects import Group, User
from abilian.sbe.apps.communities.models import Community
from abilian.services import security_service

from sbe_scim.app import Ports
from sbe_scim.directory.sbe import SbeDirectory, SbeTransactions, adoptions, rulebook, without_mail
from sbe_scim.directory.sbe.links import Kind
from sbe_scim.protocol import InvalidValue, Uniqueness
from sbe_scim.service import drifts, shadow_reports
from sbe_scim.service.going_live import Applied, go_live
from sbe_scim.service.records import StoredRecords
from sbe_scim.service.shadow_reports import ADOPT, CREATE, DISABLE, Line
from sbe_scim.store import Source, sources
from tests.sbe.inside.support import Sbe, writes
from tests.unit.rig import USER, Recording, Rig, user_body


@pytest.fixture(scope="session")
def rig(ports: Ports) -> Rig:
    """The service over Abilian SBE."""
    return Rig(Recording(*ports))


@pytest.fixture
def trial(ports: Ports) -> Source:
    """A source in shadow mode."""
    with ports.transactions.write() as transaction:
        return sources.add(transaction.connection, f"trial-{uuid4().hex[:10]}", shadow=True)


def body(trial: Source, name: str, **more: Any) -> dict[str, Any]:
    mail = address(trial, name)
    return user_body(mail, emails=[{"value": mail, "primary": True}], **more)


def address(trial: Source, name: str) -> str:
    return f"{trial.name}.{name}@example.org"


def adopt(ports: Ports, trial: Source, kind: Kind, model: Any, number: int) -> None:
    with ports.transactions.write() as transaction:
        session: Any = transaction.session  # type: ignore[attr-defined, unused-ignore]
        adoptions.allow(transaction.connection, kind, session.get(model, number), trial.name, "operator")


def live(ports: Ports, trial: Source) -> Applied:
    return go_live(ports.transactions, ports.directory, trial.name)


def report(ports: Ports, trial: Source) -> dict[str, Line]:
    """By name, without the test's own part."""
    with ports.transactions.read() as reading:
        source = sources.require(reading.connection, trial.name)
    found = shadow_reports.report(ports.transactions, ports.directory, source)
    return {line.name.removeprefix(f"{trial.name}").strip(". ").partition("@")[0]: line for line in found}


def drifted(ports: Ports, source: Source) -> list[Any]:
    """What the comparison finds, and brings back."""
    assert isinstance(ports.transactions, SbeTransactions)
    assert isinstance(ports.directory, SbeDirectory)
    return drifts.check(ports.transactions, ports.directory, source, repair=True).rows


def everything(sbe: Sbe) -> tuple[list[Any], list[Any]]:
    """All accounts and groups, with who is in which."""
    with sbe.models() as session:
        users = [(one.id, one.email, one.can_login, one.deleted_at) for one in session.query(User).order_by(User.id)]
        groups = session.query(Group).order_by(Group.id).all()
        return users, [(one.id, one.name, sorted(member.email for member in one.members)) for one in groups]


def test_nothing_reaches_abilian_sbe_until_it_is_live_and_then_everything_does(
    rig: Rig, ports: Ports, sbe: Sbe, trial: Source
) -> None:
    with sbe.models() as session:
        session.add(Community(name=f"{trial.name} town", type="participative"))
    before = everything(sbe)
    ann = rig.create(USER, body(trial, "ann", title="Maire", roles=[{"value": "chief"}]), trial)["id"]
    bob = rig.create(USER, body(trial, "bob"), trial)["id"]
    eve, gil = (rig.create(USER, body(trial, name), trial)["id"] for name in ("eve", "gil"))
    rig.create_group(f"{trial.name} team", ann, bob, eve, source=trial)
    with ports.transactions.write() as transaction:
        models: Any = transaction.session  # type: ignore[attr-defined, unused-ignore]
        records = StoredRecords(transaction.connection)
        rulebook.add(
            models, records, trial.name, group=f"{trial.name} team", role="member", community=f"{trial.name} town"
        )
        rulebook.add(models, records, trial.name, value="chief", role="admin")
    with writes() as seen:
        rig.patch(USER, ann, {"op": "replace", "path": "name.familyName", "value": "Martin"}, source=trial)
        rig.patch(USER, gil, {"op": "replace", "path": "active", "value": False}, source=trial)
        rig.delete(USER, eve, trial)
    assert "index" not in seen
    assert drifted(ports, trial) == []
    assert everything(sbe) == before

    told = report(ports, trial)
    assert {name: (line.what, line.reason) for name, line in told.items()} == {
        "ann": (CREATE, None),
        "bob": (CREATE, None),
        "gil": (DISABLE, None),
        "eve": ("delete", None),
        "team": (CREATE, None),
    }
    assert told["team"].members == 2
    assert {name: told[name].roles for name in ("ann", "bob", "gil")} == {
        "ann": ("admin", f"member of {trial.name} town"),
        "bob": (f"member of {trial.name} town",),
        "gil": (),
    }
    assert everything(sbe) == before

    done = live(ports, trial)
    assert (done.refused, dict(done.done)) == ([], {("User", "created"): 2, ("Group", "created"): 1})
    account = sbe.known(address(trial, "ann"))
    assert (account["last_name"], account["can_login"], account["groups"]) == ("Martin", True, {f"{trial.name} team"})
    assert sbe.account(address(trial, "eve")) is None
    assert sbe.account(address(trial, "gil")) is None
    assert sbe.group(f"{trial.name} team") == {address(trial, "ann"), address(trial, "bob")}
    assert sbe.communities(address(trial, "bob")) == {f"{trial.name} town"}
    with sbe.models() as session:
        found = session.query(User).filter(User.email == address(trial, "ann")).one()
        assert security_service.has_role(found, "admin")

    with ports.transactions.read() as reading:
        source = sources.require(reading.connection, trial.name)
    assert (source.shadow, source.applying) == (None, None)
    assert drifted(ports, source) == []
    rig.patch(USER, gil, {"op": "replace", "path": "active", "value": True}, source=source)
    assert sbe.known(address(trial, "gil"))["can_login"]
    rig.delete(USER, ann, source)
    assert not sbe.known(address(trial, "ann"))["can_login"]


def test_an_account_made_by_hand_is_told_and_taken_once_somebody_has_said_so(
    rig: Rig, ports: Ports, sbe: Sbe, trial: Source
) -> None:
    sbe.local_account(address(trial, "ann"))
    with pytest.raises(Uniqueness) as refused:
        rig.create(USER, body(trial, "ann"), trial)
    assert refused.value.reason == "account_taken"
    line = report(ports, trial)["ann"]
    assert (line.what, line.reason, line.mail) == (ADOPT, "account_taken", address(trial, "ann"))
    with sbe.models() as session:
        by_hand = session.query(User).filter(User.email == address(trial, "ann")).one()
        team = Group(name=f"{trial.name} team", public=False)
        session.add(team)
        session.flush()
        rows = by_hand.id, team.id
    adopt(ports, trial, Kind.USER, User, rows[0])
    adopt(ports, trial, Kind.GROUP, Group, rows[1])
    before = everything(sbe)
    ann = rig.create(USER, body(trial, "ann"), trial)["id"]
    rig.create_group(f"{trial.name} team", ann, source=trial)
    assert everything(sbe) == before
    told = report(ports, trial)
    assert [(told[name].what, told[name].reason) for name in ("ann", "team")] == [(ADOPT, None), (ADOPT, None)]
    live(ports, trial)
    assert sbe.known(address(trial, "ann"))["id"] == rows[0]
    assert sbe.group(f"{trial.name} team") == {address(trial, "ann")}
    with sbe.models() as session:
        assert session.query(Group).filter(Group.name == f"{trial.name} team").one().id == rows[1]


def test_a_leaver_of_the_shadow_who_has_an_account_made_by_hand_is_out_once_it_is_live(
    rig: Rig, ports: Ports, sbe: Sbe, trial: Source
) -> None:
    number = sbe.local_account(address(trial, "ann"))
    adopt(ports, trial, Kind.USER, User, number)
    ann = rig.create(USER, body(trial, "ann"), trial)["id"]
    rig.patch(USER, ann, {"op": "replace", "path": "active", "value": False}, source=trial)
    assert sbe.known(address(trial, "ann"))["can_login"]
    line = report(ports, trial)["ann"]
    assert (line.what, line.detail) == (DISABLE, "the account that is there is closed")
    assert live(ports, trial).done == {("User", "deactivated"): 1}
    assert not sbe.known(address(trial, "ann"))["can_login"]


def test_who_has_an_account_made_by_hand_since_is_told_and_nobody_is_doubled(
    rig: Rig, ports: Ports, sbe: Sbe, trial: Source
) -> None:
    ann, _ = (rig.create(USER, body(trial, name), trial)["id"] for name in ("ann", "bob"))
    rig.create_group(f"{trial.name} team", ann, source=trial)
    number = sbe.local_account(address(trial, "ann"))
    done = live(ports, trial)
    assert [(found.id, why.reason) for _, found, why in done.refused] == [(ann, "account_taken")]
    assert sbe.known(address(trial, "bob"))["can_login"]
    assert sbe.group(f"{trial.name} team") == set()
    line = report(ports, trial)["ann"]
    assert (line.what, line.reason, line.id) == (ADOPT, "account_taken", ann)
    adopt(ports, trial, Kind.USER, User, number)
    assert live(ports, trial).done == {("User", "adopted"): 1}
    assert sbe.known(address(trial, "ann"))["id"] == number
    assert sbe.group(f"{trial.name} team") == {address(trial, "ann")}


def test_who_needs_a_mail_address_is_refused_as_if_it_were_live(rig: Rig, ports: Ports, trial: Source) -> None:
    with pytest.raises(InvalidValue) as refused:
        rig.create(USER, user_body(f"{trial.name}-zoe"), trial)
    assert refused.value.reason == "mail_missing"
    with ports.transactions.write() as transaction:
        without_mail.choose(transaction.connection, trial.id, True)
    zoe = rig.create(USER, user_body(f"{trial.name}-zoe"), trial)["id"]
    assert live(ports, trial).done == {("User", "created"): 1}
    with ports.transactions.write() as transaction:
        assert ports.directory.accounts(transaction, StoredRecords(transaction.connection)).unknown([zoe]) == set()
