"""A source is handed over to another, as Abilian SBE shows it: the same accounts, groups, communities and roles."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from abilian.core.models.subjects import User
from abilian.sbe.apps.communities.models import Community
from abilian.services import security_service
from sqlalchemy import select

from sbe_scim.app import Ports
from sbe_scim.directory.sbe import rulebook, tables
from sbe_scim.service import hand_over_plans, handing_over
from sbe_scim.service.records import StoredRecords
from sbe_scim.store import Source, sources
from tests.sbe.inside.support import Sbe
from tests.unit.rig import GROUP, USER, Recording, Rig, user_body


@pytest.fixture(scope="session")
def rig(ports: Ports) -> Rig:
    """The service over Abilian SBE."""
    return Rig(Recording(*ports))


@pytest.fixture
def realms(ports: Ports) -> tuple[Source, Source]:
    """A realm, and the one that comes in its place."""
    with ports.transactions.write() as transaction:
        word = uuid4().hex[:10]
        former, to = (sources.add(transaction.connection, f"{word}-{name}") for name in ("former", "to"))
        return former, to


def body(realm: Source, name: str, **more: Any) -> dict[str, Any]:
    """Somebody as a realm sends them; the name is that of the test's realms."""
    mail = f"{realm.name.split('-')[0]}.{name}@example.org"
    return user_body(mail, emails=[{"value": mail, "primary": True}], **more)


def rule(ports: Ports, source: Source, **said: Any) -> None:
    with ports.transactions.write() as transaction:
        session: Any = transaction.session  # type: ignore[attr-defined, unused-ignore]
        rulebook.add(session, StoredRecords(transaction.connection), source.name, **said)


def rules(ports: Ports, source: Source) -> set[tuple[str | None, str | None]]:
    """Which groups and values the rules of a source mean."""
    columns = tables.rule.c
    with ports.transactions.read() as transaction:
        query = select(columns.group_id, columns.value).where(columns.source == source.name)
        return {(row[0], row[1]) for row in transaction.connection.execute(query)}


def hand_over(rig: Rig, former: Source, to: Source) -> hand_over_plans.Plan:
    with rig.ports.write() as writing:
        sources.disable(writing.connection, former.name)
        plan = hand_over_plans.plan(writing.connection, former, to, "user-name")
        handing_over.carry_out(writing, rig.ports, plan)
    return plan


def undo(rig: Rig, plan: hand_over_plans.Plan) -> None:
    with rig.ports.write() as writing:
        sources.disable(writing.connection, plan.to)
        handing_over.undo(writing, rig.ports, plan)


def account(sbe: Sbe, mail: str) -> dict[str, Any]:
    """An account, but for when its pages were last looked at."""
    return {name: value for name, value in sbe.known(mail).items() if name not in ("last_active", "updated_at")}


def roles(sbe: Sbe, mail: str) -> tuple[bool, set[str]]:
    """Whether somebody is an administrator, and of which communities a member."""
    with sbe.models() as session:
        user = session.query(User).filter(User.email == mail).one()
        return bool(security_service.has_role(user, "admin")), sbe.communities(mail)


def test_accounts_groups_and_roles_are_the_same_and_follow_the_new_source(
    rig: Rig, ports: Ports, sbe: Sbe, realms: tuple[Source, Source]
) -> None:
    former, to = realms
    sent = body(former, "ann", externalId="a-1", roles=[{"value": "chief"}])
    mail = sent["userName"]
    ann = rig.create(USER, sent, former)["id"]
    team = rig.create_group(f"{former.name} team", ann, source=former)["id"]
    with sbe.models() as session:
        session.add(Community(name=f"{former.name} town", type="participative"))
    rule(ports, former, group=f"{former.name} team", role="admin")
    rule(ports, former, value="chief", role="member", community=f"{former.name} town")
    sbe.set_password(mail, "secret")
    browser = sbe.login(mail, "secret")
    before, held = account(sbe, mail), roles(sbe, mail)
    assert held == (True, {f"{former.name} town"})

    plan = hand_over(rig, former, to)
    assert (account(sbe, mail), roles(sbe, mail), sbe.signed_in(browser)) == (before, held, mail)
    assert rules(ports, to) == {(team, None), (None, "chief")}
    undo(rig, plan)
    assert (account(sbe, mail), roles(sbe, mail)) == (before, held)
    assert rules(ports, former) == {(team, None), (None, "chief")}

    hand_over(rig, former, to)
    rig.replace(USER, ann, sent | {"externalId": "b-1", "title": "Maire"}, to)
    after = sbe.known(mail)
    assert (after["id"], after["can_login"], roles(sbe, mail)) == (before["id"], True, held)
    rig.patch(GROUP, team, {"op": "remove", "path": "members"}, source=to)
    rig.replace(USER, ann, sent | {"externalId": "b-1", "roles": []}, to)
    assert roles(sbe, mail) == (False, set())


def test_a_group_that_both_have_is_one_with_the_rules_of_both(
    rig: Rig, ports: Ports, sbe: Sbe, realms: tuple[Source, Source]
) -> None:
    former, to = realms
    ann, zoe = body(former, "ann"), body(to, "zoe")
    name = f"{former.name} Paie"
    team = rig.create_group(name, rig.create(USER, ann, former)["id"], source=former)["id"]
    twin = rig.create_group(name, rig.create(USER, zoe, to)["id"], source=to)["id"]
    rule(ports, to, group=name, role="admin")
    assert (roles(sbe, ann["userName"])[0], roles(sbe, zoe["userName"])[0]) == (False, True)
    hand_over(rig, former, to)
    assert rules(ports, to) == {(team, None)}
    assert sbe.group(name) == {ann["userName"], zoe["userName"]}
    assert roles(sbe, zoe["userName"])[0] is True
    assert roles(sbe, ann["userName"])[0] is True, "the rule means the group that is left"
    assert rig.search(GROUP, f'id eq "{twin}"', source=to)["totalResults"] == 0
