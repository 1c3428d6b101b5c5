"""Groups of SCIM become groups of Abilian SBE, and carry their members into linked communities."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from abilian.core.models.subjects import Group, User
from sqlalchemy import text

from sbe_scim.directory.port import DirectoryUser
from sbe_scim.protocol.errors import InvalidValue
from tests.sbe.inside.support import MakeGroup, MakeUser, Sbe, Scim, writes

MakePeople = Callable[[str], list[DirectoryUser]]


@pytest.fixture
def people(scim: Scim, user: MakeUser) -> MakePeople:
    """Make three accounts whose addresses start with the given word."""

    def make(word: str) -> list[DirectoryUser]:
        made = [user(f"{word}.{number}@example.org") for number in range(3)]
        for one in made:
            scim.user_saved(one)
        return made

    return make


def test_a_group_gets_its_members_loses_them_and_is_renamed(
    sbe: Sbe, scim: Scim, group: MakeGroup, people: MakePeople
) -> None:
    one, two, three = people("basic")
    team = group("basic")
    scim.group_saved(team)
    scim.members_changed(team.id, [one.id, two.id], [])
    assert sbe.group("basic") == {"basic.0@example.org", "basic.1@example.org"}
    scim.members_changed(team.id, [three.id], [one.id])
    scim.group_saved(group("basic, renamed", id=team.id))
    assert sbe.group("basic") is None
    assert sbe.group("basic, renamed") == {"basic.1@example.org", "basic.2@example.org"}


def test_a_change_that_is_there_already_is_no_error(sbe: Sbe, scim: Scim, group: MakeGroup, people: MakePeople) -> None:
    one, two, _ = people("twice")
    team = group("twice")
    scim.group_saved(team)
    scim.members_changed(team.id, [one.id], [])
    scim.members_changed(team.id, [one.id], [two.id])
    assert sbe.group("twice") == {"twice.0@example.org"}


def test_a_save_and_a_change_that_change_nothing_write_nothing(
    sbe: Sbe, scim: Scim, group: MakeGroup, people: MakePeople
) -> None:
    one, two, _ = people("quiet")
    team = group("quiet")
    scim.group_saved(team)
    sbe.community("Quiet", "quiet")
    scim.members_changed(team.id, [one.id], [])
    with writes() as seen:
        scim.group_saved(team)
        scim.members_changed(team.id, [one.id], [two.id])
    assert seen == []


def test_a_save_repairs_a_name_that_was_changed_by_hand(sbe: Sbe, scim: Scim, group: MakeGroup) -> None:
    team = group("named")
    scim.group_saved(team)
    with sbe.models() as session:
        session.query(Group).filter(Group.name == "named").update({"name": "by hand", "deleted_at": datetime.now()})
    scim.group_saved(team)
    assert sbe.group("named") == set()


def test_a_member_without_account_is_left_out_and_shuts_nobody_out(
    sbe: Sbe, scim: Scim, group: MakeGroup, people: MakePeople, caplog: pytest.LogCaptureFixture
) -> None:
    one, two, _ = people("strange")
    team = group("strange")
    scim.group_saved(team)
    sbe.delete("strange.1@example.org")
    scim.members_changed(team.id, [one.id, two.id], [])
    assert sbe.group("strange") == {"strange.0@example.org"}
    assert [record.getMessage() for record in caplog.records if record.name.startswith("sbe_scim")] == [
        "members without an account in Abilian SBE left out of a group, they join it when they are saved"
    ]


def test_members_of_a_group_that_was_never_saved_are_refused(scim: Scim, people: MakePeople) -> None:
    one, _, _ = people("nowhere")
    with pytest.raises(InvalidValue, match="group"):
        scim.members_changed("no such id", [one.id], [])


def test_local_members_of_a_group_stay(sbe: Sbe, scim: Scim, group: MakeGroup, people: MakePeople) -> None:
    one, two, _ = people("mixed")
    team = group("mixed")
    local = sbe.local_account("mixed.local@example.org")
    scim.group_saved(team)
    scim.members_changed(team.id, [one.id], [])
    with sbe.models() as session:
        row = session.query(Group).filter(Group.name == "mixed").one()
        row.members.add(session.get(User, local))
    scim.members_changed(team.id, [two.id], [one.id])
    assert sbe.group("mixed") == {"mixed.local@example.org", "mixed.1@example.org"}


def test_a_removed_group_is_gone_and_its_members_stay(
    sbe: Sbe, scim: Scim, group: MakeGroup, people: MakePeople
) -> None:
    one, _, _ = people("ended")
    team = group("ended")
    scim.group_saved(team)
    scim.members_changed(team.id, [one.id], [])
    scim.group_removed(team.id)
    assert sbe.group("ended") is None
    assert sbe.known("ended.0@example.org")["groups"] == set()
    scim.group_removed(team.id)


def test_members_of_a_linked_group_get_into_the_community_and_out_again(
    sbe: Sbe, scim: Scim, group: MakeGroup, people: MakePeople
) -> None:
    one, two, _ = people("club")
    team = group("club")
    scim.group_saved(team)
    page = sbe.community("Club", "club")
    sbe.set_password("club.0@example.org", "secret")
    browser = sbe.login("club.0@example.org", "secret")
    assert browser.get(page).status_code == 403
    scim.members_changed(team.id, [one.id, two.id], [])
    assert browser.get(page, follow_redirects=True).status_code == 200
    assert folder_roles(sbe, "club.0@example.org") == ["writer"]
    scim.members_changed(team.id, [], [one.id])
    assert browser.get(page).status_code == 403
    assert folder_roles(sbe, "club.0@example.org") == []
    assert folder_roles(sbe, "club.1@example.org") == ["writer"]


def test_one_request_can_change_several_linked_groups(
    sbe: Sbe, scim: Scim, group: MakeGroup, people: MakePeople
) -> None:
    one, _, _ = people("double")
    first, second = group("double one"), group("double two")
    scim.group_saved(first)
    scim.group_saved(second)
    pages = [sbe.community("Double one", "double one"), sbe.community("Double two", "double two")]
    with scim.request() as (accounts, _):
        for team in (first, second):
            accounts.members_changed(team.id, [one.id], [])
    assert memberships(sbe, "double.0@example.org") == 2
    sbe.set_password("double.0@example.org", "secret")
    browser = sbe.login("double.0@example.org", "secret")
    assert [browser.get(page, follow_redirects=True).status_code for page in pages] == [200, 200]
    scim.user_removed(one.id)
    assert memberships(sbe, "double.0@example.org") == 0
    assert folder_roles(sbe, "double.0@example.org") == []


def test_removal_of_a_user_also_ends_a_community_joined_by_hand(
    sbe: Sbe, scim: Scim, group: MakeGroup, people: MakePeople
) -> None:
    from abilian.sbe.apps.communities.models import MEMBER, Community

    one, _, _ = people("joined")
    team = group("joined")
    scim.group_saved(team)
    sbe.community("Joined", "joined")
    with sbe.models() as session:
        community = session.query(Community).filter(Community.name == "Joined").one()
        community.group = None
        session.flush()
        community.set_membership(session.query(User).filter(User.email == "joined.0@example.org").one(), MEMBER)
    assert memberships(sbe, "joined.0@example.org") == 1
    scim.user_removed(one.id)
    assert memberships(sbe, "joined.0@example.org") == 0


def test_a_removed_group_of_a_community_stays_empty_and_comes_back_by_its_id(
    sbe: Sbe, scim: Scim, group: MakeGroup, people: MakePeople
) -> None:
    one, _, _ = people("kept")
    team = group("kept")
    scim.group_saved(team)
    sbe.community("Kept", "kept")
    scim.members_changed(team.id, [one.id], [])
    scim.group_removed(team.id)
    assert sbe.group("kept") == set()
    assert memberships(sbe, "kept.0@example.org") == 0
    scim.group_saved(team)
    scim.members_changed(team.id, [one.id], [])
    assert memberships(sbe, "kept.0@example.org") == 1


def test_a_removed_group_that_was_put_to_another_use_does_not_come_back(
    sbe: Sbe, scim: Scim, group: MakeGroup, people: MakePeople
) -> None:
    one, _, _ = people("reused")
    team = group("reused")
    scim.group_saved(team)
    sbe.community("Reused", "reused")
    scim.group_removed(team.id)
    local = sbe.local_account("reused.local@example.org")
    with sbe.models() as session:
        row = session.query(Group).filter(Group.name == "reused").one()
        row.members.add(session.get(User, local))
    scim.group_saved(group("reused anew", id=team.id))
    scim.members_changed(team.id, [one.id], [])
    assert sbe.group("reused") == {"reused.local@example.org"}
    assert sbe.group("reused anew") == {"reused.0@example.org"}


def test_a_group_made_by_hand_is_left_alone_when_it_gets_the_id_of_a_deleted_one(
    sbe: Sbe, scim: Scim, group: MakeGroup, people: MakePeople
) -> None:
    one, _, _ = people("row")
    team = group("row")
    scim.group_saved(team)
    with sbe.models() as session:
        row = session.query(Group).filter(Group.name == "row").one()
        session.delete(row)
        session.flush()
        session.add(Group(id=row.id, name="by hand"))
    with pytest.raises(InvalidValue, match="group"):
        scim.members_changed(team.id, [one.id], [])
    scim.group_saved(team)
    scim.members_changed(team.id, [one.id], [])
    scim.group_removed(team.id)
    assert sbe.group("by hand") == set()


def test_the_audit_names_the_system_user(sbe: Sbe, scim: Scim, group: MakeGroup, people: MakePeople) -> None:
    one, _, _ = people("audited")
    team = group("audited")
    scim.group_saved(team)
    sbe.community("Audited", "audited")
    scim.members_changed(team.id, [one.id], [])
    scim.user_removed(one.id)
    query = "SELECT op, manager_id FROM securityaudit WHERE user_id = :user ORDER BY id"
    with sbe.models() as session:
        rows = session.execute(text(query), {"user": sbe_id(sbe, "audited.0@example.org")}).fetchall()
    assert [tuple(row) for row in rows] == [("GRANT", 0), ("REVOKE", 0)]


def test_many_members_at_once(sbe: Sbe, scim: Scim, group: MakeGroup, user: MakeUser) -> None:
    team = group("many")
    members = [user(f"many.{number}@example.org") for number in range(600)]
    scim.group_saved(team)
    with scim.request() as (accounts, _):
        for one in members:
            accounts.user_saved(one)
    scim.members_changed(team.id, [one.id for one in members], [])
    assert sbe.group("many") == {one.user_name for one in members}


def sbe_id(sbe: Sbe, mail: str) -> int:
    return int(sbe.known(mail)["id"])


def memberships(sbe: Sbe, mail: str) -> int:
    query = "SELECT count(*) FROM community_membership WHERE user_id = :user"
    user = sbe_id(sbe, mail)
    with sbe.models() as session:
        return int(session.execute(text(query), {"user": user}).scalar())


def folder_roles(sbe: Sbe, mail: str) -> list[str]:
    query = "SELECT role FROM roleassignment WHERE user_id = :user AND object_id IS NOT NULL"
    user = sbe_id(sbe, mail)
    with sbe.models() as session:
        return [row[0] for row in session.execute(text(query), {"user": user})]
