"""What the plugin repairs: each fault of Abilian SBE is there, and then it is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NamedTuple

import pytest
from abilian.core.models.subjects import Group, User
from abilian.sbe.apps.communities.models import Community
from abilian.wsgi import app

from sbe_scim.options import SettingsError
from sbe_scim.sbe_plugin.plugin import REPAIRS_VARIABLE, chosen
from sbe_scim.sbe_plugin.repairs import REPAIRS
from tests.sbe.inside.support import ADMIN, Sbe

Repairing = Callable[[str], None]
PASSWORD = "only-for-tests"
NUMBERS = count()


class Team(NamedTuple):
    """Two groups of the same people, one of them linked to a community of its name; ``outsider`` is in neither."""

    name: str
    other: str
    path: str
    mails: list[str]
    outsider: str


@pytest.fixture
def team(sbe: Sbe) -> Team:
    """All made by hand: the faults are Abilian SBE's own."""
    name = f"team {next(NUMBERS)}"
    mails = [f"{name.replace(' ', '')}.{number}@example.org" for number in range(3)]
    for mail in mails:
        sbe.local_account(mail, password=PASSWORD)
    names = [name, f"{name} too"]
    with sbe.models() as session:
        session.add_all(Group(name=group) for group in names)
    path = sbe.community(name, name)
    with sbe.models() as session:
        for group in session.query(Group).filter(Group.name.in_(names)).all():
            for member in session.query(User).filter(User.email.in_(mails[:2])).all():
                group.members.add(member)
    return Team(names[0], names[1], path, mails[:2], mails[2])


@pytest.fixture
def repair() -> Repairing:
    def apply(name: str) -> None:
        (found,) = (repair for repair in REPAIRS if repair.name == name)
        assert found.is_needed(app)
        found.apply(app)
        assert not found.is_needed(app)

    return apply


@pytest.fixture(autouse=True)
def production() -> Iterator[None]:
    """An error is an answer, as in production; forms need no token."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        patched.setitem(app.config, "WTF_CSRF_ENABLED", False)
        yield


def test_the_list_of_users_shows_people_who_are_in_two_groups(sbe: Sbe, team: Team, repair: Repairing) -> None:
    asked = {"iDisplayLength": 100, "sSearch": team.mails[0]}

    def listed() -> Any:
        return sbe.login(*ADMIN).get("/admin/users/users", query_string=asked, headers={"Accept": "application/json"})

    assert listed().status_code == 500
    repair("group-order")
    (row,) = listed().json["aaData"]
    assert re.findall(rf">({team.name}[^<]*)<", row[4]) == [team.name, team.other]


def test_members_of_a_community_see_the_feed_and_profiles(sbe: Sbe, team: Team, repair: Repairing) -> None:
    browser = sbe.login(team.mails[0], PASSWORD)
    pages = ["/social/", *(f"/social/users/{sbe.known(mail)['id']}" for mail in team.mails)]
    assert [browser.get(page).status_code for page in pages] == [500] * 3
    repair("feed")
    assert [browser.get(page).status_code for page in pages] == [200] * 3


def test_a_member_is_added_and_removed_on_the_page_of_a_linked_community(
    sbe: Sbe, team: Team, repair: Repairing
) -> None:
    admin, path = sbe.login(*ADMIN), f"{team.path}members"
    outsider = str(sbe.known(team.outsider)["id"])
    added = {"action": "add-user-role", "role": "member", "user": outsider}
    assert admin.post(path, data=added).status_code == 500
    repair("community-members")
    assert admin.post(path, data=added).status_code == 302
    assert sbe.group(team.name) == {*team.mails, team.outsider}
    with sbe.models() as session:
        (membership,) = session.query(User).filter(User.email == team.outsider).one().communautes_membership
        removed = {"action": "delete", "membership": str(membership.id), "user": outsider}
    assert admin.post(path, data=removed).status_code == 302
    assert sbe.group(team.name) == set(team.mails)


def test_saved_settings_keep_the_linked_group_and_its_people(sbe: Sbe, team: Team, repair: Repairing) -> None:
    admin, path = sbe.login(*ADMIN), f"{team.path}settings"

    def shown() -> str:
        """The group in the form."""
        field = re.search(r'<select[^>]*name="linked_group".*?</select>', admin.get(path).text, re.DOTALL)
        assert field is not None
        option = re.search(r'<option (?=[^>]*\bselected\b)[^>]*value="(\d*)"', field[0])
        return option[1] if option else ""

    def save(description: str) -> None:
        """As a browser does it: what the form shows is sent."""
        form = {"name": team.name, "description": description, "type": "participative", "_action": "edit"}
        answer = admin.post(path, data=form | {"linked_group": shown()})
        assert answer.status_code == 302, answer.text

    def linked() -> tuple[str | None, set[str]]:
        with sbe.models() as session:
            community = session.query(Community).filter(Community.name == team.name).one()
            people = {membership.user.email for membership in community.memberships}
            return community.group and community.group.name, people

    assert linked() == (team.name, set(team.mails))
    assert shown() == "", "to save the form would unlink the group"
    repair("linked-group")
    save("changed")
    assert linked() == (team.name, set(team.mails))
    assert sbe.group(team.name) == set(team.mails)
    with sbe.models() as session:
        session.query(Community).filter(Community.name == team.name).one().group = None
    save("without a group")
    assert linked()[0] is None


def test_unknown_repairs_are_refused_by_name() -> None:
    names = [repair.name for repair in REPAIRS]
    assert [repair.name for repair in chosen({})] == names
    assert [repair.name for repair in chosen({REPAIRS_VARIABLE: "all"})] == names
    assert chosen({REPAIRS_VARIABLE: "none"}) == ()
    assert [repair.name for repair in chosen({REPAIRS_VARIABLE: "feed, group-order,feed"})] == ["feed", "group-order"]
    with pytest.raises(SettingsError, match=f"{REPAIRS_VARIABLE}: 'feeds' is no repair; use all, none, or of group"):
        chosen({REPAIRS_VARIABLE: "feeds"})
