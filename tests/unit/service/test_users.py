"""What becomes of users: rows, versions, the directory, the journal, all or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sbe_scim.protocol import (
    InvalidValue,
    NotFound,
    PayloadTooLarge,
    PreconditionFailed,
    ScimError,
    Uniqueness,
    policy,
)
from sbe_scim.store import tables
from tests.unit.rig import ENTERPRISE_URN, GROUP, USER, Rig, patch_body, target, user_body

REPLACE_TITLE = {"op": "replace", "path": "title", "value": "Maire"}


def test_a_created_user_is_what_was_sent_with_what_the_server_says(rig: Rig) -> None:
    sent = user_body(
        "amélie",
        externalId="e1",
        name={"givenName": "Amélie", "familyName": "L'Hôte"},
        emails=[{"value": "Amelie@example.org", "primary": True}],
        **{ENTERPRISE_URN: {"department": "DSI"}},
    )
    created = rig.create(USER, sent)
    meta = created.pop("meta")
    assert created == sent | {"id": created["id"], "schemas": [*sent["schemas"], ENTERPRISE_URN], "active": True}
    assert meta["location"].endswith(f"/Users/{created['id']}")
    assert (meta["resourceType"], meta["version"]) == ("User", 'W/"1"')
    assert meta["created"] == meta["lastModified"]
    assert rig.get(USER, created["id"]) == created | {"meta": meta}


def test_the_directory_is_told_of_each_change_once(rig: Rig) -> None:
    user = rig.create_user("ann")["id"]
    rig.patch(USER, user, REPLACE_TITLE)
    rig.patch(USER, user, {"op": "replace", "path": "active", "value": False})
    rig.delete(USER, user)
    assert rig.ports.taken() == [
        ("user_saved", user, "ann", True),
        ("user_saved", user, "ann", True),
        ("user_saved", user, "ann", False),
        ("user_removed", user),
    ]


def test_a_write_that_changes_nothing_leaves_the_version_alone(rig: Rig) -> None:
    user = rig.create_user("ann", title="Maire")
    rig.ports.taken()
    assert rig.patch(USER, user["id"], REPLACE_TITLE) == user
    assert rig.ports.taken() == []
    assert rig.replace(USER, user["id"], user_body("ann", title="Maire")) == user
    assert len(rig.rows(tables.change)) == 1
    assert rig.journalled() == [("create", 201, None), ("patch", 200, None), ("replace", 200, None)]


def test_what_the_directory_refuses_is_not_kept(rig: Rig) -> None:
    rig.ports.refuses = True
    with pytest.raises(InvalidValue):
        rig.create_user("ann")
    rig.ports.refuses = False
    assert rig.search(USER)["totalResults"] == 0
    assert rig.rows(tables.resource) == []
    assert rig.rows(tables.attr_value) == []
    assert rig.journalled() == [("create", 400, "invalidValue")]


def test_user_names_are_unique_over_all_sources_in_any_case(rig: Rig) -> None:
    rig.create_user("Élodie")
    for source in (rig.staff, rig.other):
        with pytest.raises(Uniqueness, match="userName"):
            rig.create_user("éLODIE", source)


def test_primary_mail_addresses_are_unique_over_all_sources(rig: Rig) -> None:
    rig.create_user("ann", emails=[{"value": "a@example.org"}, {"value": "ann@example.org", "primary": True}])
    with pytest.raises(Uniqueness, match="mail"):
        rig.create_user("bob", rig.other, emails=[{"value": "ANN@example.org", "type": "work"}])
    assert rig.create_user("carl", emails=[{"value": "a@example.org", "type": "home"}])


def test_external_ids_are_unique_within_a_source_and_case_counts(rig: Rig) -> None:
    rig.create_user("ann", externalId="E1")
    with pytest.raises(Uniqueness, match="externalId"):
        rig.create_user("bob", externalId="E1")
    rig.create_user("bob", externalId="e1")
    rig.create_user("carl", rig.other, externalId="E1")


def test_a_name_may_change_to_a_free_one_only(rig: Rig) -> None:
    user = rig.create_user("ann")["id"]
    rig.create_user("bob")
    with pytest.raises(Uniqueness, match="userName"):
        rig.patch(USER, user, {"op": "replace", "path": "userName", "value": "BOB"})
    assert rig.patch(USER, user, {"op": "replace", "path": "userName", "value": "ANN"})["userName"] == "ANN"
    assert rig.ids(USER, 'userName eq "ann"') == {user}


def test_a_deleted_user_is_gone_and_its_name_is_free_for_another(rig: Rig) -> None:
    first = rig.create_user("ann", externalId="e1", emails=[{"value": "ann@example.org"}])["id"]
    rig.delete(USER, first)
    for again in (rig.get, rig.delete):
        with pytest.raises(NotFound):
            again(USER, first)
    second = rig.create_user("ann", externalId="e1", emails=[{"value": "ann@example.org"}])["id"]
    assert second != first
    assert rig.ids(USER) == {second}


def test_another_source_neither_sees_nor_changes_a_user(rig: Rig) -> None:
    user = rig.create_user("ann", externalId="e1")["id"]
    for attempt in (
        lambda: rig.get(USER, user, rig.other),
        lambda: rig.patch(USER, user, REPLACE_TITLE, source=rig.other),
        lambda: rig.replace(USER, user, user_body("ann"), rig.other),
        lambda: rig.delete(USER, user, rig.other),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert rig.search(USER, source=rig.other)["totalResults"] == 0
    assert rig.search(USER, 'externalId eq "e1"', source=rig.other)["totalResults"] == 0


def test_a_post_restores_an_inactive_user_of_the_same_external_id(rig: Rig) -> None:
    gone = rig.create_user("ann", externalId="e1", active=False, title="Maire")
    rig.ports.taken()
    back = rig.create_user("ann.new", externalId="e1")
    assert (back["id"], back["userName"], back["active"]) == (gone["id"], "ann.new", True)
    assert "title" not in back
    assert back["meta"]["version"] == 'W/"2"'
    assert back["meta"]["created"] == gone["meta"]["created"]
    assert rig.ports.taken() == [("user_saved", gone["id"], "ann.new", True)]


@pytest.mark.parametrize("strictness", ["rfc", "interop"])
def test_who_is_strict_restores_nobody(rig: Rig, strictness: str) -> None:
    rig.create_user("ann", externalId="e1", active=False)
    outcome = rig.service.create(rig.call(strictness=strictness), target(USER), user_body("ann", externalId="e1"))
    assert isinstance(outcome.refusal, Uniqueness)
    assert "externalId" in outcome.refusal.detail


def test_a_create_of_the_connector_that_arrives_late_lets_no_leaver_in_again(rig: Rig) -> None:
    rig.create_user("ann", externalId="e1", active=False)
    call = replace(rig.call(), policy=policy("keycloak"))
    outcome = rig.service.create(call, target(USER), user_body("ann", externalId="e1"))
    assert isinstance(outcome.refusal, Uniqueness)
    assert not next(iter(rig.search(USER)["Resources"]))["active"]


def test_a_replace_that_changes_nothing_is_told_to_the_directory(rig: Rig) -> None:
    user = rig.create_user("ann", active=False)
    rig.ports.taken()
    same = rig.replace(USER, user["id"], user_body("ann", active=False))
    assert same["meta"]["version"] == user["meta"]["version"]
    assert rig.ports.taken() == [("user_saved", user["id"], "ann", False)]


def test_an_inactive_user_of_another_source_or_external_id_is_not_restored(rig: Rig) -> None:
    rig.create_user("ann", externalId="e1", active=False)
    with pytest.raises(Uniqueness):
        rig.create_user("ann", externalId="e2")
    with pytest.raises(Uniqueness):
        rig.create_user("ann", rig.other, externalId="e1")


def test_nothing_is_taken_away_by_what_is_not_understood(rig: Rig) -> None:
    mails = [{"value": "ann@example.org", "type": "work"}]
    user = rig.create_user("ann", externalId="e1", emails=mails)["id"]
    unusable = user_body("ann", externalId="e1", emails=[{"address": "new@example.org"}])
    with pytest.raises(InvalidValue, match="emails was sent"):
        rig.replace(USER, user, unusable)
    assert rig.get(USER, user)["emails"] == mails
    rig.patch(USER, user, {"op": "replace", "path": "active", "value": False})
    with pytest.raises(InvalidValue, match="emails was sent"):
        rig.create(USER, unusable)
    assert rig.get(USER, user)["emails"] == mails
    assert "emails" not in rig.create_user("bob", emails=[{"address": "bob@example.org"}])


def test_a_restore_that_takes_the_name_of_another_is_refused(rig: Rig) -> None:
    rig.create_user("ann", externalId="e1", active=False)
    rig.create_user("bob")
    with pytest.raises(Uniqueness, match="userName"):
        rig.create_user("bob", externalId="e1")


def test_a_replace_clears_what_it_leaves_out_but_lets_nobody_in_again(rig: Rig) -> None:
    user = rig.create_user("ann", title="Maire", active=False)["id"]
    replaced = rig.replace(USER, user, user_body("ann"))
    assert "title" not in replaced
    assert replaced["active"] is False


def test_a_patch_applies_all_operations_or_none(rig: Rig) -> None:
    user = rig.create_user("ann")
    with pytest.raises(ScimError):
        rig.patch(USER, user["id"], REPLACE_TITLE, {"op": "replace", "path": "active", "value": "maybe"})
    assert rig.get(USER, user["id"]) == user
    assert rig.journalled()[-1] == ("patch", 400, "invalidValue")


def test_a_condition_on_the_version_is_kept(rig: Rig) -> None:
    user = rig.create_user("ann")["id"]
    seen: list[int] = []

    def refuse(version: int) -> bool:
        seen.append(version)
        return False

    conditional = replace(target(USER, user), allow=refuse)
    patched = rig.service.patch(rig.call(), conditional, patch_body(REPLACE_TITLE))
    deleted = rig.service.delete(rig.call(), conditional)
    assert [type(outcome.refusal) for outcome in (patched, deleted)] == [PreconditionFailed] * 2
    assert seen == [1, 1]
    assert "title" not in rig.get(USER, user)


def test_groups_of_a_user_are_shown_and_end_with_it(rig: Rig) -> None:
    ann, bob = rig.create_user("ann")["id"], rig.create_user("bob")["id"]
    group = rig.create_group("Élus", ann, bob)["id"]
    shown = rig.get(USER, ann)["groups"]
    assert [(item["value"], item["display"], item["type"]) for item in shown] == [(group, "Élus", "direct")]
    before = rig.get(GROUP, group)["meta"]["version"]
    rig.delete(USER, ann)
    after = rig.get(GROUP, group)
    assert [member["value"] for member in after["members"]] == [bob]
    assert after["meta"]["version"] != before


def test_many_patches_make_no_larger_user_than_one_post(rig: Rig) -> None:
    user = rig.create_user("ann")["id"]

    def mails(batch: int) -> dict[str, Any]:
        value = [{"value": f"m{batch}-{number}@example.org", "display": "x" * 9000} for number in range(40)]
        return {"op": "add", "path": "emails", "value": value}

    rig.patch(USER, user, mails(0), mails(1))
    with pytest.raises(PayloadTooLarge):
        rig.patch(USER, user, mails(2))
    assert len(rig.get(USER, user)["emails"]) == 80


def test_the_change_log_names_paths_and_no_values(rig: Rig) -> None:
    user = rig.create_user("ann")["id"]
    rig.patch(USER, user, {"op": "add", "path": "name.givenName", "value": "Secret"})
    columns = tables.change.c
    rows = rig.rows(tables.change, columns.kind, columns.resource, columns.version, columns.paths)
    assert rows == [("create", user, 1, '["userName", "active"]'), ("patch", user, 2, '["name.givenName"]')]


def test_long_values_and_many_of_them_are_kept_and_found(rig: Rig) -> None:
    long = "x" * 3000
    mails = [{"value": f"m{number}@example.org", "type": "other"} for number in range(200)]
    user = rig.create_user("ann", title=long, emails=mails)["id"]
    rig.create_user("bob", title=long + "y")
    assert rig.ids(USER, f'title eq "{long}"') == {user}
    assert rig.ids(USER, 'emails.value eq "M199@example.org"') == {user}
