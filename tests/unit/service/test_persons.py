"""One person: found whatever was made of them, told of, and erased."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sbe_scim.protocol import ScimError, Uniqueness
from sbe_scim.service import persons
from sbe_scim.service.persons import Found, PersonError
from sbe_scim.service.records import StoredRecords
from sbe_scim.store import tables
from tests.unit.rig import GROUP, USER, Rig

OFF = {"op": "replace", "path": "active", "value": False}


def mail(address: str) -> list[dict[str, Any]]:
    return [{"value": address, "type": "work"}]


def zoe(rig: Rig) -> str:
    """Somebody who was refused, then accepted, in a group, deactivated."""
    rig.create_user("ann", emails=mail("ann@example.org"), externalId="e-ann")
    with pytest.raises(Uniqueness):
        rig.create_user("Zoé", emails=mail("ann@example.org"), externalId="e-zoe")
    body = {"displayName": "Zoé Éluard", "title": "Maire", "externalId": "e-zoe", "emails": mail("zoe@example.org")}
    id: str = rig.create_user("Zoé", **body)["id"]
    rig.create_group("Élus", id)
    rig.patch(USER, id, OFF)
    return id


def find(rig: Rig, who: str) -> Found:
    with rig.ports.read() as transaction:
        return persons.find(transaction.connection, who)


def erase(rig: Rig, who: str) -> None:
    with rig.ports.write() as transaction:
        persons.erase(transaction, rig.ports, persons.find(transaction.connection, who))


def data(rig: Rig, who: str) -> dict[str, Any]:
    with rig.ports.write() as transaction:
        accounts = rig.ports.accounts(transaction, StoredRecords(transaction.connection))
        found = persons.data(transaction.connection, accounts, persons.find(transaction.connection, who))
    told: dict[str, Any] = json.loads(json.dumps(found))
    return told


def everything(rig: Rig) -> str:
    """All rows of all tables."""
    return str([rig.rows(table) for table in tables.metadata.sorted_tables])


def test_a_person_is_found_by_whatever_they_are_called(rig: Rig) -> None:
    id = zoe(rig)
    for who in (id, "ZOÉ", "zoe@example.org", "e-zoe"):
        found = find(rig, who)
        assert ([one.id for one in found.resources], [row.status for row in found.refusals]) == ([id], [409]), who
    rig.delete(USER, id)
    again = rig.create_user("zoe.eluard", externalId="e-zoe")["id"]
    assert [(one.id, one.state) for one in find(rig, "Zoé").resources] == [(id, "deleted"), (again, "active")]


def test_nobody_or_several_are_an_error_with_ids_and_no_name(rig: Rig) -> None:
    id = zoe(rig)
    with pytest.raises(PersonError) as nobody:
        find(rig, "quentin")
    assert "quentin" not in str(nobody.value)
    # Whose address it is, and who wanted it.
    with pytest.raises(PersonError) as several:
        find(rig, "ann@example.org")
    lines = str(several.value).splitlines()[1:]
    assert [line.split(": ")[1] for line in lines] == ["active, source staff", "refused, source staff"]
    other = rig.create_user("zoe2", rig.other, externalId="e-zoe")["id"]
    with pytest.raises(PersonError) as two:
        find(rig, "e-zoe")
    assert str(two.value).splitlines()[1:] == [f"{id}: inactive, source staff", f"{other}: active, source other"]
    assert "Zo" not in str(several.value) + str(two.value)
    assert [one.id for one in find(rig, other).resources] == [other]


def test_those_without_an_external_id_are_told_apart_by_id(rig: Rig) -> None:
    first = rig.create_user("bob")["id"]
    rig.delete(USER, first)
    second = rig.create_user("bob")["id"]
    with pytest.raises(PersonError, match="more than one person"):
        find(rig, "bob")
    assert [one.id for one in find(rig, first).resources] == [first]
    erase(rig, first)
    assert [one.id for one in find(rig, "bob").resources] == [second]


def test_an_erased_leaver_is_nowhere_and_a_row_says_that_it_was_done(rig: Rig) -> None:
    id = zoe(rig)
    counted = rig.search(USER)["totalResults"]
    rig.ports.taken()
    erase(rig, "e-zoe")
    assert rig.ports.taken() == [("user_removed", id), ("user_erased", id)]
    left = everything(rig)
    assert not [word for word in ("Zo", "zo\u00e9", "e-zoe", "zoe@", "luard", "Maire") if word in left]
    columns = tables.journal.c
    last = rig.rows(tables.journal, columns.operation, columns.status, columns.source, columns.target_id, columns.name)
    assert last[-1] == ("erase", 200, "staff", id, None)
    assert ("ann@example.org" in left, rig.search(USER)["totalResults"]) == (True, counted - 1)
    # The tombstone and its history stay, under the id.
    assert [one.state for one in find(rig, id).resources] == ["deleted"]
    assert [change["kind"] for change in data(rig, id)["resources"][0]["changes"]] == ["create", "patch", "delete"]
    # Everything is free: whoever comes with it is somebody new.
    assert rig.create_user("Zoé", externalId="e-zoe", emails=mail("zoe@example.org"))["id"] != id


def test_who_is_active_is_not_erased_though_they_left_before(rig: Rig) -> None:
    id = zoe(rig)
    rig.delete(USER, id)
    again = rig.create_user("Zoé", externalId="e-zoe")["id"]
    before = everything(rig)
    with pytest.raises(PersonError, match=f"^{again} is active at source staff"):
        erase(rig, id)
    assert everything(rig) == before


def test_who_was_only_refused_can_be_forgotten(rig: Rig) -> None:
    rig.create_user("ann", emails=mail("ann@example.org"))
    for _ in range(2):
        with pytest.raises(ScimError):
            rig.create_user("quentin", emails=mail("ann@example.org"))
    assert data(rig, "quentin")["resources"] == []
    erase(rig, "quentin")
    assert "quentin" not in everything(rig)
    assert rig.journalled()[-1][:2] == ("erase", 200)
    with pytest.raises(PersonError):
        find(rig, "quentin")


def test_erasing_twice_changes_nothing_more(rig: Rig) -> None:
    id = zoe(rig)
    erase(rig, id)
    resources = rig.rows(tables.resource)
    erase(rig, id)
    assert rig.rows(tables.resource) == resources


def test_what_a_directory_refuses_is_not_erased(rig: Rig) -> None:
    id = zoe(rig)
    before = everything(rig)
    rig.ports.refuses = True
    with pytest.raises(ScimError):
        erase(rig, id)
    assert everything(rig) == before


def test_an_export_has_all_that_is_held(rig: Rig) -> None:
    id = zoe(rig)
    other = rig.create_group("Anciens", id)["id"]
    rig.delete(GROUP, other)
    told = data(rig, "zoe@example.org")
    (resource,) = told["resources"]
    assert (resource["id"], resource["source"], resource["state"], resource["account"]) == (id, "staff", "inactive", {})
    assert resource["document"]["title"] == "Maire"
    assert [(group["display"], group["ended"] is None) for group in resource["groups"]] == [
        ("Élus", True),
        ("Anciens", False),
    ]
    assert [change["kind"] for change in resource["changes"]] == ["create", "patch"]
    assert [(row["operation"], row["status"], row["mail"]) for row in told["journal"]] == [
        ("create", 409, "ann@example.org"),
        ("create", 201, None),
        ("patch", 200, None),
    ]
