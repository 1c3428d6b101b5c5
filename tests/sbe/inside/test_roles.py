"""Roles and communities by groups, and by values of SCIM's ``roles``: through the service, seen in Abilian SBE."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from abilian.core.models.subjects import Group, User
from abilian.sbe.apps.communities.models import Community
from abilian.services import security_service
from click.testing import CliRunner
from sqlalchemy import select

from sbe_scim.app import Ports
from sbe_scim.cli import root
from sbe_scim.directory.sbe import rulebook, tables
from sbe_scim.directory.sbe.administrators import LastAdministrator
from sbe_scim.directory.sbe.rules import RuleError
from sbe_scim.service import restoring
from sbe_scim.service.records import StoredRecords
from tests.sbe.inside.support import ADMIN, Sbe, writes
from tests.unit.rig import GROUP, USER, Recording, Rig, group_body, user_body

ADMIN_PAGE = "/admin/settings"


@pytest.fixture(scope="session")
def rig(ports: Ports) -> Rig:
    """The service over Abilian SBE."""
    return Rig(Recording(*ports))


@dataclass
class Town:
    """People, groups and rules of one test, with names of its own."""

    rig: Rig
    ports: Ports
    sbe: Sbe
    word: str = field(default_factory=lambda: f"t{uuid4().hex[:10]}")
    rules: list[int] = field(default_factory=list)

    def mail(self, name: str) -> str:
        """The address of somebody."""
        return f"{self.word}.{name}@example.org"

    def person(self, name: str, **more: Any) -> str:
        """Somebody new; returns their SCIM id."""
        return str(self.rig.create(USER, self.body(name, **more))["id"])

    def body(self, name: str, **more: Any) -> dict[str, Any]:
        """A user as sent."""
        return user_body(self.mail(name), emails=[{"value": self.mail(name), "primary": True}], **more)

    def group(self, name: str, *members: str) -> str:
        """A group of this name; returns its SCIM id."""
        return str(self.rig.create_group(f"{self.word}/{name}", *members)["id"])

    def rule(self, **said: Any) -> int:
        """Add a rule; a ``group`` and a ``community`` are names of this test."""
        if "group" in said:
            said["group"] = f"{self.word}/{said['group']}"
        if "community" in said:
            said["community"] = f"{self.word} {said['community']}"
        with self.ports.transactions.write() as transaction:
            added = rulebook.add(transaction.session, StoredRecords(transaction.connection), "staff", **said)  # type: ignore[attr-defined, unused-ignore]
        self.rules.append(added.id)
        return added.id

    def forget(self, number: int) -> None:
        """Remove a rule."""
        with self.ports.transactions.write() as transaction:
            rulebook.remove(transaction.session, StoredRecords(transaction.connection), number)  # type: ignore[attr-defined, unused-ignore]
        self.rules.remove(number)

    def community(self, name: str) -> str:
        """A community that no group is linked to; returns the path of its page."""
        with self.sbe.models() as session:
            community = Community(name=f"{self.word} {name}", type="participative")
            session.add(community)
            session.flush()
            return f"/communities/{community.slug}/"

    def by_hand(self, name: str, community: str, role: str | None) -> None:
        """What an administrator does on the page of a community's members."""
        with self.sbe.models() as session:
            user = session.query(User).filter(User.email == self.mail(name)).one()
            here = session.query(Community).filter(Community.name == f"{self.word} {community}").one()
            if role is None:
                here.remove_membership(user)
            else:
                here.set_membership(user, role)

    def role(self, name: str, community: str) -> tuple[str | None, str | None]:
        """Somebody's role in a community, and on its documents."""
        with self.sbe.models() as session:
            user = session.query(User).filter(User.email == self.mail(name)).one()
            here = session.query(Community).filter(Community.name == f"{self.word} {community}").one()
            roles = security_service.get_roles(user, here.folder, no_group_roles=True)
            return (str(here.get_role(user)) if here.get_role(user) else None, str(roles[0]) if roles else None)

    def size(self, community: str) -> int:
        """How many members a community says it has."""
        with self.sbe.models() as session:
            here = session.query(Community).filter(Community.name == f"{self.word} {community}").one()
            return int(here.membership_count)

    def is_administrator(self, name: str) -> bool:
        """Whether somebody has the role everywhere."""
        with self.sbe.models() as session:
            user = session.query(User).filter(User.email == self.mail(name)).one()
            return bool(security_service.has_role(user, "admin"))

    def browser(self, name: str) -> Any:
        """A session of somebody."""
        self.sbe.set_password(self.mail(name), "secret")
        return self.sbe.login(self.mail(name), "secret")

    def restore(self, kind: Any, who: str) -> None:
        """What ``sbe-scim restore`` does."""
        with self.ports.transactions.write() as transaction:
            found = restoring.find(transaction.connection, kind, who)
            restoring.restore(transaction, self.ports.directory, kind, found, 30)

    def given(self, user_id: str) -> list[tuple[str, str | None]]:
        """What is recorded of somebody: role and previous role."""
        table = tables.given.c
        with self.ports.transactions.read() as transaction:
            query = select(table.role, table.previous).where(table.user_id == user_id).order_by(table.community)
            return [tuple(row) for row in transaction.connection.execute(query)]


@pytest.fixture
def town(rig: Rig, ports: Ports, sbe: Sbe) -> Iterator[Town]:
    made = Town(rig, ports, sbe)
    yield made
    for number in list(made.rules):
        made.forget(number)


def add(*members: str) -> dict[str, Any]:
    return {"op": "add", "path": "members", "value": [{"value": member} for member in members]}


def take(member: str) -> dict[str, Any]:
    return {"op": "remove", "path": f'members[value eq "{member}"]'}


def test_a_group_makes_administrators_in_an_open_session_and_unmakes_them(town: Town) -> None:
    one = town.person("one")
    group = town.group("admins")
    town.rule(group="admins", role="admin")
    browser = town.browser("one")
    assert browser.get(ADMIN_PAGE).status_code == 403
    town.rig.patch(GROUP, group, add(one))
    assert browser.get(ADMIN_PAGE).status_code == 200
    town.rig.patch(GROUP, group, {"op": "replace", "path": "displayName", "value": f"{town.word}/renamed"})
    assert browser.get(ADMIN_PAGE).status_code == 200
    town.rig.patch(GROUP, group, take(one))
    assert browser.get(ADMIN_PAGE).status_code == 403
    assert town.given(one) == []


def test_a_community_opens_with_the_group_and_closes_with_it(town: Town) -> None:
    one = town.person("one")
    group = town.group("team")
    page = town.community("Project")
    town.rule(group="team", community="Project", role="member")
    browser = town.browser("one")
    assert browser.get(page).status_code == 403
    town.rig.patch(GROUP, group, add(one))
    assert browser.get(page, follow_redirects=True).status_code == 200
    assert (town.role("one", "Project"), town.size("Project")) == (("member", "writer"), 1)
    town.rig.patch(GROUP, group, take(one))
    assert browser.get(page).status_code == 403
    assert (town.role("one", "Project"), town.size("Project")) == ((None, None), 0)


Change = Callable[[Town, str, str], object]
WAYS: dict[str, tuple[Change, Change]] = {
    "patch": (
        lambda town, group, one: town.rig.patch(GROUP, group, add(one)),
        lambda town, group, _: town.rig.patch(GROUP, group, {"op": "remove", "path": "members"}),
    ),
    "put": (
        lambda town, group, one: town.rig.replace(GROUP, group, group_body(f"{town.word}/way", one)),
        lambda town, group, _: town.rig.replace(GROUP, group, group_body(f"{town.word}/way")),
    ),
    "delete": (
        lambda town, group, one: town.rig.patch(GROUP, group, add(one)),
        lambda town, group, _: town.rig.delete(GROUP, group),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_into_a_group_and_out_of_it_counts(town: Town, way: str) -> None:
    one, group = town.person("one"), town.group("way")
    town.community("Ways")
    town.rule(group="way", role="admin")
    town.rule(group="way", community="Ways", role="manager")
    come, go = WAYS[way]
    come(town, group, one)
    assert (town.is_administrator("one"), town.role("one", "Ways")) == (True, ("manager", "manager"))
    assert town.given(one) == [("admin", None), ("manager", None)]
    go(town, group, one)
    assert (town.is_administrator("one"), town.role("one", "Ways")) == (False, (None, None))
    assert town.given(one) == []


def test_who_is_restored_has_account_groups_and_what_these_give_again(town: Town) -> None:
    one = town.person("one", externalId=f"{town.word}-1")
    team = town.group("team", one)
    town.community("Project")
    town.rule(group="team", role="admin")
    town.rule(group="team", community="Project", role="member")
    account = town.sbe.known(town.mail("one"))["id"]
    town.rig.delete(USER, one)
    assert not town.is_administrator("one")
    town.restore(USER, town.mail("one"))
    again = town.sbe.known(town.mail("one"))
    assert (again["id"], again["can_login"], again["groups"]) == (account, True, {f"{town.word}/team"})
    assert (town.is_administrator("one"), town.role("one", "Project")) == (True, ("member", "writer"))
    town.rig.delete(GROUP, team)
    assert not town.is_administrator("one")
    town.restore(GROUP, f"{town.word}/team")
    assert town.sbe.group(f"{town.word}/team") == {town.mail("one")}
    assert town.is_administrator("one")


def test_a_rule_holds_at_once_for_who_is_in_and_ends_at_once(town: Town) -> None:
    one, two = town.person("one"), town.person("two", active=False)
    town.group("ready", one, two)
    town.community("Ready")
    numbers = [town.rule(group="ready", role="admin"), town.rule(group="ready", community="Ready", role="member")]
    for name in ("one", "two"):
        assert town.is_administrator(name)
        assert town.role(name, "Ready") == ("member", "writer")
    for number in numbers:
        town.forget(number)
    for name in ("one", "two"):
        assert not town.is_administrator(name)
        assert town.role(name, "Ready") == (None, None)


def test_a_role_that_two_groups_give_goes_with_the_last(town: Town) -> None:
    one = town.person("one")
    first, second = town.group("first", one), town.group("second", one)
    town.community("Shared")
    town.rule(group="first", role="admin")
    town.rule(group="second", role="admin")
    town.rule(group="first", community="Shared", role="manager")
    town.rule(group="second", community="Shared", role="member")
    assert town.role("one", "Shared")[0] == "manager"
    town.rig.patch(GROUP, first, take(one))
    assert (town.is_administrator("one"), town.role("one", "Shared")) == (True, ("member", "writer"))
    town.rig.delete(GROUP, second)
    assert (town.is_administrator("one"), town.role("one", "Shared")) == (False, (None, None))


def test_who_is_in_a_group_by_another_has_what_the_outer_gives(town: Town) -> None:
    one, two = town.person("one"), town.person("two")
    inner, middle, outer = (town.group(name) for name in ("inner", "middle", "outer"))
    # To link a group later would replace its members by those of the community.
    town.sbe.community(f"{town.word} linked", f"{town.word}/outer")
    town.community("Within")
    town.rule(group="outer", role="admin")
    town.rule(group="middle", community="Within", role="member")
    town.rig.patch(GROUP, inner, add(one))
    town.rig.patch(GROUP, outer, add(middle))
    town.rig.patch(GROUP, middle, add(inner))
    assert town.is_administrator("one")
    assert town.role("one", "Within") == ("member", "writer")
    town.rig.patch(GROUP, inner, add(two))
    both = {town.mail("one"), town.mail("two")}
    assert town.sbe.group(f"{town.word}/outer") == town.sbe.group(f"{town.word}/middle") == both
    assert f"{town.word} linked" in town.sbe.communities(town.mail("two"))
    assert (town.is_administrator("two"), town.role("two", "Within")[0]) == (True, "member")
    # One of two ways out of the outer group, then the other.
    town.rig.patch(GROUP, outer, add(one))
    town.rig.patch(GROUP, middle, take(inner))
    assert town.sbe.group(f"{town.word}/outer") == {town.mail("one")}
    assert (town.is_administrator("one"), town.role("one", "Within")) == (True, (None, None))
    assert (town.is_administrator("two"), town.role("two", "Within")) == (False, (None, None))
    assert f"{town.word} linked" not in town.sbe.communities(town.mail("two"))
    town.rig.patch(GROUP, middle, add(inner))
    town.rig.delete(GROUP, inner)
    assert town.sbe.group(f"{town.word}/outer") == {town.mail("one")}
    assert town.sbe.group(f"{town.word}/middle") == set()


def test_what_was_given_by_hand_survives(town: Town) -> None:
    one, two, three = (town.person(name) for name in ("one", "two", "three"))
    town.community("Old")
    town.by_hand("one", "Old", "manager")
    town.by_hand("two", "Old", "member")
    with town.sbe.models() as session:
        security_service.grant_role(session.query(User).filter(User.email == town.mail("one")).one(), "admin")
    group = town.group("mixed", one, two, three)
    numbers = [town.rule(group="mixed", role="admin"), town.rule(group="mixed", community="Old", role="manager")]
    assert {town.role(name, "Old")[0] for name in ("one", "two", "three")} == {"manager"}
    assert [town.given(one), town.given(two)] == [[], [("admin", None), ("manager", "member")]]
    town.rig.delete(GROUP, group)
    assert town.is_administrator("one")
    assert [town.role(name, "Old")[0] for name in ("one", "two", "three")] == ["manager", "member", None]
    assert not town.is_administrator("two")
    for number in numbers:
        town.forget(number)
    assert [town.role(name, "Old")[0] for name in ("one", "two", "three")] == ["manager", "member", None]
    town.rig.delete(USER, one)
    assert (town.is_administrator("one"), town.role("one", "Old")) == (False, (None, None))


def test_a_rank_that_was_raised_by_hand_stays_and_one_that_was_lowered_does_not_keep_a_leaver(town: Town) -> None:
    one, two = town.person("one"), town.person("two")
    group = town.group("ranks", one, two)
    town.community("Ranks")
    town.community("Lowered")
    town.rule(group="ranks", community="Ranks", role="member")
    town.rule(group="ranks", community="Lowered", role="manager")
    town.by_hand("one", "Ranks", "manager")
    town.by_hand("two", "Lowered", "member")
    town.rig.patch(GROUP, group, take(one), take(two))
    assert [town.role(name, "Ranks")[0] for name in ("one", "two")] == ["manager", None]
    assert town.role("two", "Lowered") == (None, None)


def test_an_existing_community_comes_under_a_group_and_keeps_its_people(town: Town) -> None:
    one = town.person("one")
    town.sbe.local_account(town.mail("local"))
    town.community("Grown")
    town.by_hand("local", "Grown", "manager")
    group = town.group("grown", one)
    number = town.rule(group="grown", community="Grown", role="member")
    assert [town.role(name, "Grown")[0] for name in ("local", "one")] == ["manager", "member"]
    assert town.sbe.group(f"{town.word}/grown") == {town.mail("one")}
    town.forget(number)
    assert [town.role(name, "Grown")[0] for name in ("local", "one")] == ["manager", None]
    town.rig.delete(GROUP, group)


def test_who_changes_from_one_group_to_another_at_the_same_time_keeps_the_role(town: Town) -> None:
    one = town.person("one")
    groups = [town.group("left", one), town.group("right")]
    town.rule(group="left", role="admin")
    town.rule(group="right", role="admin")
    with ThreadPoolExecutor(2) as threads:
        for _ in range(4):
            together = Barrier(2)

            def change(group: str, operation: dict[str, Any], together: Barrier = together) -> None:
                together.wait()
                town.rig.patch(GROUP, group, operation)

            done = [threads.submit(change, groups[0], take(one)), threads.submit(change, groups[1], add(one))]
            for one_done in done:
                one_done.result()
            assert town.is_administrator("one")
            assert town.given(one) == [("admin", None)]
            groups.reverse()


def test_values_of_roles_go_through_the_rules(town: Town) -> None:
    value = f"{town.word}-Chief"
    town.community("Values")
    early = town.person("early", roles=[{"value": value.lower()}])
    town.rule(value=value, role="admin")
    town.rule(value=value, community="Values", role="manager")
    assert (town.is_administrator("early"), town.role("early", "Values")[0]) == (True, "manager")
    late = town.person("late", roles=[{"value": value}, {"value": "admin"}])
    assert town.is_administrator("late")
    town.rig.patch(USER, late, {"op": "remove", "path": f'roles[value eq "{value}"]'})
    assert (town.is_administrator("late"), town.role("late", "Values")) == (False, (None, None))
    town.rig.replace(USER, early, town.body("early"))
    assert (town.is_administrator("early"), town.role("early", "Values")) == (False, (None, None))


def test_who_is_deactivated_keeps_what_the_group_gives_and_who_is_deleted_does_not(town: Town) -> None:
    one = town.person("one")
    town.group("kept", one)
    town.rule(group="kept", role="admin")
    browser = town.browser("one")
    active = {"op": "replace", "path": "active"}
    town.rig.patch(USER, one, active | {"value": False})
    assert town.sbe.signed_in(browser) is None
    assert town.given(one) == [("admin", None)]
    town.rig.patch(USER, one, active | {"value": True})
    assert town.is_administrator("one")
    town.rig.delete(USER, one)
    assert not town.is_administrator("one")
    assert town.given(one) == []
    town.person("one")
    assert not town.is_administrator("one")


def test_an_account_that_was_deleted_by_hand_has_its_roles_again_with_its_groups(town: Town) -> None:
    one = town.person("one")
    town.group("again", one)
    town.community("Again")
    town.rule(group="again", role="admin")
    town.rule(group="again", community="Again", role="member")
    town.sbe.delete(town.mail("one"))
    town.rig.replace(USER, one, town.body("one"))
    assert (town.is_administrator("one"), town.role("one", "Again")[0]) == (True, "member")


def test_the_last_administrator_keeps_the_role_of_a_rule(town: Town, rig: Rig) -> None:
    one = town.person("one")
    group = town.group("last", one)
    number = town.rule(group="last", role="admin")
    with town.sbe.models() as session:
        session.query(User).filter(User.email == ADMIN[0]).one().can_login = False
    try:
        with pytest.raises(LastAdministrator):
            rig.patch(GROUP, group, take(one))
        with pytest.raises(LastAdministrator):
            town.forget(number)
    finally:
        with town.sbe.models() as session:
            session.query(User).filter(User.email == ADMIN[0]).one().can_login = True
    assert town.is_administrator("one")


def test_a_linked_community_takes_a_rule_of_its_own_group_only(town: Town) -> None:
    one, two = town.person("one"), town.person("two")
    group = town.group("linked")
    town.group("other")
    town.sbe.community(f"{town.word} Linked", f"{town.word}/linked")
    with pytest.raises(RuleError, match="is linked to group"):
        town.rule(group="other", community="Linked", role="member")
    with pytest.raises(RuleError, match="is linked to group"):
        town.rule(value="anything", community="Linked", role="member")
    town.rig.patch(GROUP, group, add(one, two))
    number = town.rule(group="linked", community="Linked", role="manager")
    assert town.role("one", "Linked") == ("manager", "manager")
    town.rig.patch(GROUP, group, take(one))
    assert town.role("one", "Linked") == (None, None)
    town.forget(number)
    assert town.role("two", "Linked") == ("member", "writer")
    assert town.sbe.group(f"{town.word}/linked") == {town.mail("two")}


def test_a_group_of_another_source_or_of_that_name_later_gets_nothing(town: Town, rig: Rig) -> None:
    with pytest.raises(RuleError, match="no group"):
        town.rule(group="none", role="admin")
    stranger = str(rig.create(USER, town.body("stranger"), rig.other)["id"])
    foreign = str(rig.create_group(f"{town.word}/twin", stranger, source=rig.other)["id"])
    first = town.group("twin")
    town.rule(group="twin", role="admin")
    assert not town.is_administrator("stranger")
    rig.delete(GROUP, first)
    one = town.person("one")
    town.group("twin", one)
    assert not town.is_administrator("one")
    rig.delete(GROUP, foreign, rig.other)


def test_sources_do_not_revoke_what_others_give(town: Town, rig: Rig) -> None:
    stranger = str(rig.create(USER, town.body("stranger"), rig.other)["id"])
    rig.create_group(f"{town.word}/theirs", stranger, source=rig.other)
    with town.ports.transactions.write() as transaction:
        records = StoredRecords(transaction.connection)
        theirs = rulebook.add(transaction.session, records, "other", group=f"{town.word}/theirs", role="admin")  # type: ignore[attr-defined, unused-ignore]
    town.rules.append(theirs.id)
    one = town.person("one")
    group = town.group("ours", one)
    town.rule(group="ours", role="admin")
    rig.delete(GROUP, group)
    assert (town.is_administrator("one"), town.is_administrator("stranger")) == (False, True)


def test_what_no_rule_touches_costs_no_write(town: Town) -> None:
    one = town.person("one")
    group = town.group("quiet", one)
    town.rule(group="quiet", role="admin")
    with town.ports.transactions.write() as transaction, writes() as seen:
        accounts = town.ports.directory.accounts(transaction, StoredRecords(transaction.connection))
        accounts.members_changed(group, [one], [])
    assert seen == []


def test_the_command_adds_lists_and_removes_rules(town: Town) -> None:
    one = town.person("one")
    town.group("told", one)
    town.community("Told")
    where = ("--group", f"{town.word}/told", "--community", f"{town.word} Told", "--role", "manager")
    added = run("add", "--source", "staff", *where)
    assert town.role("one", "Told")[0] == "manager"
    assert run("add", "--source", "staff", *where, code=1) is None
    (row,) = run("list")
    expected = {"source": "staff", "group": f"{town.word}/told", "value": None, "role": "manager"}
    assert row == expected | {"id": added["id"], "community": f"{town.word} Told"}
    assert run("remove", str(added["id"])) == added
    assert town.role("one", "Told") == (None, None)
    assert run("list") == []
    assert run("remove", str(added["id"]), code=1) is None
    assert run("add", "--source", "nobody", *where, code=1) is None


def run(*arguments: str, code: int = 0) -> Any:
    """``sbe-scim sbe role``, with ``--json``."""
    done = CliRunner().invoke(root, ["sbe", "role", *arguments, "--json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout[done.stdout.index("[" if arguments == ("list",) else "{") :]) if code == 0 else None


def test_a_rule_whose_community_is_no_more_gives_nothing_and_can_be_removed(town: Town) -> None:
    one = town.person("one")
    group = town.group("ended")
    town.community("Ended")
    number = town.rule(group="ended", community="Ended", role="member")
    with town.sbe.models() as session:
        session.delete(session.query(Community).filter(Community.name == f"{town.word} Ended").one())
    town.rig.patch(GROUP, group, add(one))
    assert town.given(one) == []
    town.forget(number)
    with town.sbe.models() as session:
        assert session.query(Group).filter(Group.name == f"{town.word}/ended").one().members
