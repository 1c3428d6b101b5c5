"""Users of SCIM become accounts, follow them, and are closed with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from abilian.core.models.subjects import Group, User
from abilian.services import security_service
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from sbe_scim.protocol.errors import InvalidValue, Uniqueness
from tests.sbe.inside.support import ADMIN, MakeGroup, MakeUser, Sbe, Scim, writes


def test_a_new_user_is_listed_and_has_no_local_password(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    scim.user_saved(user("Zoe.New@Example.org", locale="fr-FR", timezone="Europe/Paris"))
    account = sbe.known("zoe.new@example.org")
    assert (account["first_name"], account["last_name"]) == ("Zoé", "O'Neill")
    assert account["can_login"]
    assert account["password"] == "*"
    assert str(account["locale"]) == "fr_FR"
    assert str(account["timezone"]) == "Europe/Paris"
    assert "Zoé O'Neill" in sbe.people()


def test_a_change_of_name_and_mail_reaches_the_same_account(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    first = user("before@example.org")
    scim.user_saved(first)
    known = sbe.known("before@example.org")["id"]
    changed = user("after@example.org", id=first.id, name={"givenName": "Anne-Sophie", "familyName": "Changée"})
    scim.user_saved(changed)
    assert sbe.account("before@example.org") is None
    assert sbe.known("after@example.org")["id"] == known
    assert "Anne-Sophie Changée" in sbe.people()


def test_a_save_that_changes_nothing_writes_nothing(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    someone = user("same@example.org", locale="fr-FR", timezone="UTC")
    scim.user_saved(someone)
    before = sbe.known("same@example.org")
    with writes() as seen:
        scim.user_saved(someone)
    assert seen == []
    assert sbe.known("same@example.org") == before


def test_a_save_repairs_what_was_changed_by_hand(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    someone = user("repaired@example.org", locale="fr-FR", timezone="UTC")
    scim.user_saved(someone)
    before = sbe.known("repaired@example.org")
    changes = {"first_name": "A", "last_name": None, "email": "b@example.org", "can_login": False, "locale": None}
    with sbe.models() as session:
        session.query(User).filter(User.id == before["id"]).update(changes | {"deleted_at": datetime.now()})
    scim.user_saved(someone)
    after = sbe.known("repaired@example.org")
    assert after | {"updated_at": before["updated_at"]} == before


def test_an_address_respelled_by_hand_is_no_conflict_with_itself(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    someone = user("respelled@example.org")
    scim.user_saved(someone)
    with sbe.models() as session:
        session.execute(
            text("UPDATE \"user\" SET email = 'Respelled@Example.org' WHERE email = 'respelled@example.org'")
        )
    scim.user_saved(someone)
    assert sbe.account("respelled@example.org")


def test_disabling_cuts_a_live_session_and_enabling_gives_it_back(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    someone = user("session@example.org")
    scim.user_saved(someone)
    sbe.set_password("session@example.org", "secret")
    browser = sbe.login("session@example.org", "secret")
    assert sbe.signed_in(browser) == "session@example.org"
    scim.user_saved(replace(someone, active=False))
    assert sbe.signed_in(browser) is None
    scim.user_saved(someone)
    assert sbe.signed_in(browser) == "session@example.org"


@pytest.mark.parametrize("said", [{}, {"locale": "xx-YY", "timezone": "Mars/Base"}, {"locale": None, "timezone": ""}])
def test_who_has_chosen_a_language_and_a_time_zone_keeps_them_where_scim_says_none(
    sbe: Sbe, scim: Scim, user: MakeUser, said: dict[str, Any]
) -> None:
    someone = user(f"chosen-{len(said)}-{said.get('timezone')}@example.org".replace("/", "-"))
    scim.user_saved(someone)
    with sbe.models() as session:
        row = session.query(User).filter(User.email == someone.user_name.lower()).one()
        row.locale, row.timezone = "fr_FR", "Europe/Paris"
    scim.user_saved(user(someone.user_name, id=someone.id, name={"familyName": "Dupré"}, **said))
    account = sbe.known(someone.user_name.lower())
    assert (account["last_name"], str(account["locale"]), str(account["timezone"])) == (
        "Dupré",
        "fr_FR",
        "Europe/Paris",
    )


@pytest.mark.parametrize("locale", ["zh-CN", "zh-Hans", "zh-Hant-TW", "sr-Latn", "en-GB-oxendict", "ca-ES-valencia"])
@pytest.mark.parametrize("timezone", ["UTC", "Etc/GMT-2", "asia/shanghai"])
def test_a_locale_that_is_read_otherwise_than_it_is_written_is_no_change(
    scim: Scim, user: MakeUser, locale: str, timezone: str
) -> None:
    someone = user(f"{locale}-{timezone.replace('/', '-')}@example.org", locale=locale, timezone=timezone)
    scim.user_saved(someone)
    with writes() as seen:
        scim.user_saved(someone)
    assert seen == []


@pytest.mark.parametrize("locale", ["xx-YY", "zh-Hans", "not a locale", "fr_FR_POSIX_X", "😀"])
@pytest.mark.parametrize("timezone", ["Mars/Base", "../etc/passwd", "Europe/Paris\x00", "é"])
def test_an_unknown_locale_or_timezone_leaves_the_page_of_people_alone(
    sbe: Sbe, scim: Scim, user: MakeUser, locale: str, timezone: str
) -> None:
    mail = f"{abs(hash((locale, timezone)))}@example.org"
    scim.user_saved(user(mail, locale=locale, timezone=timezone))
    assert sbe.known(mail)["timezone"] is None
    assert sbe.people()


def test_names_are_empty_rather_than_null(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    scim.user_saved(user("nameless@example.org", name=None))
    account = sbe.known("nameless@example.org")
    assert (account["first_name"], account["last_name"]) == ("", "")


def test_the_display_name_stands_in_for_missing_names(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    scim.user_saved(user("display@example.org", name={}, displayName="Service des achats"))
    assert sbe.known("display@example.org")["last_name"] == "Service des achats"


def test_the_primary_address_counts_then_that_for_work_then_the_first_then_the_user_name(
    sbe: Sbe, scim: Scim, user: MakeUser
) -> None:
    home, work = {"value": "home@example.org", "type": "home"}, {"value": "work@example.org", "type": "Work"}
    scim.user_saved(user("w", emails=[home, work, work | {"value": "second.work@example.org"}]))
    assert sbe.account("work@example.org")
    scim.user_saved(user("x", emails=[{"value": "second@example.org", "type": "work"}, home | {"primary": True}]))
    assert sbe.account("home@example.org")
    scim.user_saved(user("y", emails=[{"value": "only@example.org"}]))
    assert sbe.account("only@example.org")
    scim.user_saved(user("User.Name@example.org", emails=None))
    assert sbe.account("user.name@example.org")


@pytest.mark.parametrize("emails", [None, [], [{"value": ""}], [{"value": "no address"}]])
def test_without_an_address_the_request_is_refused(
    scim: Scim, user: MakeUser, emails: list[dict[str, Any]] | None
) -> None:
    with pytest.raises(InvalidValue, match="emails"):
        scim.user_saved(user("not-an-address", emails=emails))


def test_removal_keeps_the_row_and_takes_everything_away(
    sbe: Sbe, scim: Scim, user: MakeUser, group: MakeGroup
) -> None:
    leaver, team = user("leaver@example.org"), group("leaving")
    scim.user_saved(leaver)
    scim.group_saved(team)
    scim.members_changed(team.id, [leaver.id], [])
    scim.user_removed(leaver.id)
    account = sbe.known("leaver@example.org")
    assert account["groups"] == set()
    assert not account["can_login"]
    assert account["password"] == "*"
    assert account["deleted_at"] is not None


def test_creating_someone_again_revives_the_same_row(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    before, again = user("again@example.org"), user("Again@example.org")
    scim.user_saved(before)
    known = sbe.known("again@example.org")["id"]
    scim.user_removed(before.id)
    scim.user_saved(again)
    account = sbe.known("again@example.org")
    assert (account["id"], account["can_login"], account["deleted_at"]) == (known, True, None)


def test_another_source_does_not_get_the_account_that_this_one_removed(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    before = user("moved@example.org")
    scim.user_saved(before)
    known = sbe.known("moved@example.org")["id"]
    scim.user_removed(before.id)
    scim.user_saved(user("moved@example.org", source="other"))
    assert sbe.known("moved@example.org")["id"] != known


def test_a_removed_account_gives_its_address_to_a_colleague(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    leaver, colleague = user("desk@example.org"), user("colleague@example.org")
    scim.user_saved(leaver)
    scim.user_saved(colleague)
    known = sbe.known("colleague@example.org")["id"]
    scim.user_removed(leaver.id)
    scim.user_saved(user("desk@example.org", id=colleague.id))
    assert sbe.known("desk@example.org")["id"] == known


def test_who_was_removed_and_comes_back_has_their_account_again_though_it_gave_its_address_away(
    sbe: Sbe, scim: Scim, user: MakeUser
) -> None:
    leaver, colleague = user("gate@example.org"), user("gate.keeper@example.org")
    scim.user_saved(leaver)
    known = sbe.known("gate@example.org")["id"]
    scim.user_removed(leaver.id)
    scim.user_saved(colleague)
    scim.user_saved(user("gate@example.org", id=colleague.id))
    scim.user_saved(user("gate.keeper@example.org", id=colleague.id))
    scim.user_saved(leaver)
    account = sbe.known("gate@example.org")
    assert (account["id"], account["can_login"], account["deleted_at"]) == (known, True, None)


def test_an_address_that_somebody_has_taken_by_hand_keeps_nobody_in(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    leaver = user("counter@example.org")
    scim.user_saved(leaver)
    with sbe.models() as session:
        session.query(User).filter(User.email == "counter@example.org").one().email = "counter.moved@example.org"
    sbe.local_account("counter@example.org")
    scim.user_saved(replace(leaver, active=False))
    assert not sbe.known("counter.moved@example.org")["can_login"]
    assert sbe.known("counter@example.org")["first_name"] == "Local"
    with pytest.raises(Uniqueness):
        scim.user_saved(leaver)
    assert not sbe.known("counter.moved@example.org")["can_login"]


@pytest.mark.parametrize("spelling", ["Hand@example.org", "Someone@Example.org"])
def test_the_address_of_a_local_account_is_taken(sbe: Sbe, scim: Scim, user: MakeUser, spelling: str) -> None:
    local = f"By.{spelling}"
    sbe.local_account(local)
    with pytest.raises(Uniqueness):
        scim.user_saved(user(local.lower()))
    someone = user(f"not.{spelling}")
    scim.user_saved(someone)
    with pytest.raises(Uniqueness):
        scim.user_saved(user(local.upper(), id=someone.id))
    assert sbe.known(local)["first_name"] == "Local"


def test_the_system_user_cannot_be_claimed(scim: Scim, user: MakeUser) -> None:
    with pytest.raises(Uniqueness):
        scim.user_saved(user("system@example.com"))


def test_removal_of_someone_unknown_changes_nothing(sbe: Sbe, scim: Scim) -> None:
    scim.user_removed("no such id")
    assert sbe.known(ADMIN[0])["can_login"]


def test_a_refusal_takes_the_receivers_own_rows_back_too(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    with scim.request() as (_, connection):
        connection.execute(text("CREATE TABLE probe (id INTEGER)"))

    def refused() -> None:
        with scim.request() as (accounts, connection):
            connection.execute(text("INSERT INTO probe VALUES (1)"))
            accounts.user_saved(user("rolled.back@example.org"))
            accounts.user_saved(user("system@example.com"))

    with pytest.raises(Uniqueness):
        refused()
    assert sbe.account("rolled.back@example.org") is None
    with scim.transactions.read() as reading:
        assert reading.connection.execute(text("SELECT count(*) FROM probe")).scalar() == 0


def test_an_account_deleted_by_hand_is_made_again(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    someone = user("vanished@example.org")
    scim.user_saved(someone)
    sbe.delete("vanished@example.org")
    scim.user_saved(someone)
    assert sbe.known("vanished@example.org")["can_login"]


def test_an_account_deleted_by_hand_is_not_made_again_where_its_address_is_taken(
    sbe: Sbe, scim: Scim, user: MakeUser
) -> None:
    someone = user("replaced@example.org")
    scim.user_saved(someone)
    sbe.delete("replaced@example.org")
    sbe.local_account("replaced@example.org")
    with pytest.raises(Uniqueness):
        scim.user_saved(someone)
    assert sbe.known("replaced@example.org")["first_name"] == "Local"


@pytest.mark.parametrize("removed", [0, 1])
def test_an_account_made_by_hand_is_left_alone_when_it_gets_the_id_of_a_deleted_one(
    sbe: Sbe, scim: Scim, user: MakeUser, removed: int
) -> None:
    mail, other = f"id.given.again.{removed}@example.org", f"id.was.here.{removed}@example.org"
    someone = user(other)
    scim.user_saved(someone)
    if removed:
        scim.user_removed(someone.id)
    local = sbe.local_account(mail, id=sbe.delete(other))
    scim.user_saved(someone)
    with pytest.raises(Uniqueness):
        scim.user_saved(user(mail))
    scim.user_removed(someone.id)
    account = sbe.known(mail)
    assert (account["id"], account["first_name"], account["can_login"]) == (local, "Local", True)
    assert sbe.known(other)["deleted_at"] is not None


def test_removal_of_a_user_whose_account_is_gone_ends_the_link(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    someone = user("gone.by.hand@example.org")
    scim.user_saved(someone)
    sbe.delete("gone.by.hand@example.org")
    scim.user_removed(someone.id)
    query = text("SELECT count(*) FROM scim_sbe_link WHERE resource_id = :id")
    with sbe.models() as session:
        assert session.execute(query, {"id": someone.id}).scalar() == 0


def test_a_removed_user_who_is_saved_again_does_not_open_an_account_under_another_address(
    sbe: Sbe, scim: Scim, user: MakeUser
) -> None:
    someone = user("tombstone@example.org")
    scim.user_saved(someone)
    scim.user_removed(someone.id)
    scim.user_saved(user("risen@example.org", id=someone.id))
    assert not sbe.known("tombstone@example.org")["can_login"]
    assert sbe.known("risen@example.org")["can_login"]


@pytest.mark.parametrize(
    "columns", [{"can_login": True}, {"deleted_at": None}, {"can_login": True, "deleted_at": None}]
)
@pytest.mark.parametrize("source", ["test", "other"])
def test_a_removed_account_that_was_opened_again_by_hand_is_taken(
    sbe: Sbe, scim: Scim, user: MakeUser, source: str, columns: dict[str, Any]
) -> None:
    mail = f"reopened.{'.'.join(columns)}.{source}@example.org"
    someone = user(mail)
    scim.user_saved(someone)
    scim.user_removed(someone.id)
    with sbe.models() as session:
        session.query(User).filter(User.email == mail).update(columns)
    before = sbe.known(mail)
    with pytest.raises(Uniqueness):
        scim.user_saved(user(mail, source=source))
    with pytest.raises(Uniqueness):
        scim.user_saved(replace(someone, source=source))
    assert sbe.known(mail) == before


def test_who_comes_back_gets_nothing_that_the_closed_account_was_given_since(
    sbe: Sbe, scim: Scim, user: MakeUser, group: MakeGroup
) -> None:
    before, team = user("gifts@example.org"), group("gifts")
    scim.user_saved(before)
    scim.group_saved(team)
    scim.user_removed(before.id)
    sbe.set_password("gifts@example.org", "secret")
    with sbe.models() as session:
        account = session.query(User).filter(User.email == "gifts@example.org").one()
        row = session.query(Group).filter(Group.name == "gifts").one()
        row.members.add(account)
        security_service.grant_role(account, "admin")
    scim.user_saved(user("gifts@example.org"))
    account = sbe.known("gifts@example.org")
    assert (account["can_login"], account["password"], account["groups"]) == (True, "*", set())
    query = text("SELECT count(*) FROM roleassignment WHERE user_id = :user")
    with sbe.models() as session:
        assert session.execute(query, {"user": account["id"]}).scalar() == 0


def test_an_address_that_was_taken_since_the_look_is_a_conflict(
    sbe: Sbe, scim: Scim, user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    sbe.local_account("met@example.org")
    monkeypatch.setattr("sbe_scim.directory.sbe.accounts._holder", lambda *_: None)
    with pytest.raises(Uniqueness, match="has this address"):
        scim.user_saved(user("met@example.org"))


def test_another_constraint_of_abilian_sbe_is_no_conflict(sbe: Sbe, scim: Scim, user: MakeUser) -> None:
    taken = sbe.local_account("first@example.org")

    def take_the_id(_mapper: object, _connection: object, account: User) -> None:
        account.id = taken

    event.listen(User, "before_insert", take_the_id)
    try:
        with pytest.raises(IntegrityError):
            scim.user_saved(user("second@example.org"))
    finally:
        event.remove(User, "before_insert", take_the_id)
    assert sbe.account("second@example.org") is None
